"""To whom of this room a mailing can go: municipalities of the sessions, hosts and mentors."""

from meetings.audience_declarations import DeclaringHosts, NamedInDeclarations
from meetings.audience_sessions import SessionGuests, Silent

AUDIENCES = (SessionGuests(), Silent(), DeclaringHosts(), NamedInDeclarations())
