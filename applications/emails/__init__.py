"""Everything that a participant may receive from this room."""

from applications.emails import host, interns

LETTERS = host.LETTERS | interns.LETTERS
