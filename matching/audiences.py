"""To whom of this room a mailing can go: both sides of internships, each in its own language."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications.audience_people import survey_person
from applications.models import InternApplication
from core.models import User
from mailing.notices import PanelAudience, Person
from matching import emails
from matching.enums import PlacementStatus
from matching.models import Placement
from programme.salutations import salutation

BROKEN_OFF = gettext_noop("The internship was broken off.")
ACCOUNT_CLOSED = gettext_noop("The account of this person is closed.")


class Hosts(PanelAudience):
    """Contact persons of the municipalities that receive interns."""

    name = "matching/hosts"
    label = _("Host municipalities of internships")
    about = _("Contact persons of host municipalities, chosen in the list of placements.")
    letters: tuple[str, ...] = (emails.HOST_NOTICE,)
    panel_model = "matching.placement"
    permission = "matching.change_placement"

    def rows(self, records: QuerySet[Placement]) -> QuerySet[Placement]:
        """By municipality."""
        return records.for_table()

    def person(self, record: Placement) -> Person:
        """The contact person of the survey."""
        return survey_person(record.declaration.survey)

    def places(self, record: Placement, person: Person, now: datetime) -> Mapping[str, object]:
        """The internship."""
        return emails.placement_words(record, person.language)

    def why_not(self, record: Placement, now: datetime) -> str:
        """What is said to all does not hold for an internship that was broken off."""
        return BROKEN_OFF if record.status == PlacementStatus.BROKEN_OFF else ""


class Mentors(Hosts):
    """Mentors, at the address of their account."""

    name = "matching/mentors"
    label = _("Mentors of internships")
    about = _("Mentors, each in the language of the account, chosen in the list of placements.")
    letters = (emails.PERSON_NOTICE,)

    def person(self, record: Placement) -> Person:
        """As the account says; the form of address is that of the contact."""
        mentor, contact = record.mentor, record.declaration.mentor
        is_same = contact is not None and record.declaration.mentor_user_id == mentor.pk
        greeting = contact.salutation(mentor.language) if contact and is_same else ""
        return Person(
            email=mentor.email,
            name=mentor.full_name,
            language=mentor.language,
            salutation=greeting or salutation(language=mentor.language),
            label=f"{record.declaration.survey.gmina.name}: {mentor.full_name}",
        )

    def why_not(self, record: Placement, now: datetime) -> str:
        """Also people whose account is closed."""
        return super().why_not(record, now) or _closed(record.mentor)


class Interns(Hosts):
    """Interns, at the address of their account."""

    name = "matching/interns"
    label = _("Interns")
    about = _("Interns, each in the language of the account, chosen in the list of placements.")
    letters = (emails.PERSON_NOTICE,)

    def person(self, record: Placement) -> Person:
        """As the account says; the form of address is that of the application."""
        intern, application = record.intern, record.application
        gender = application.grammatical_gender
        return Person(
            email=intern.email,
            name=application.full_name,
            language=intern.language,
            salutation=salutation(language=intern.language, gender=gender),
            label=f"{application.hromada.name}: {application.full_name}",
        )

    def why_not(self, record: Placement, now: datetime) -> str:
        """Also people whose account is closed."""
        return super().why_not(record, now) or _closed(record.intern)

    def about_of(self, record: Placement) -> InternApplication:
        """The application: the letter is none to the municipality."""
        return record.application


def _closed(user: User) -> str:
    return "" if user.is_active else ACCOUNT_CLOSED


AUDIENCES = (Hosts(), Mentors(), Interns())
