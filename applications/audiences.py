"""To whom of this room a mailing can go: municipalities, and the people of both sides."""

from applications.audience_municipalities import Municipalities, Unanswered
from applications.audience_people import Candidates, SurveyContacts

AUDIENCES = (Municipalities(), Unanswered(), SurveyContacts(), Candidates())
