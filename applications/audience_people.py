"""Notices to people of this room: contact persons of surveys, and candidates for interns."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications.enums import ApplicationStatus, SurveyStatus
from applications.models import HostSurvey, InternApplication
from core.db import by_alphabet
from mailing.notices import PanelAudience, Person
from programme.salutations import salutation

WITHDRAWN = gettext_noop("Has withdrawn.")
DUPLICATE = gettext_noop("A possible duplicate: the other survey of this municipality counts.")
NOT_CONFIRMED = gettext_noop("The address was never confirmed.")


def survey_person(survey: HostSurvey) -> Person:
    """Whom the survey names; of a draft, the address that its link went to, without a name.

    The survey with its gmina and contact.
    """
    contact = survey.contact
    return Person(
        email=contact.email if contact else survey.email,
        name=contact.full_name if contact else "",
        language=contact.language if contact else survey.language,
        salutation=contact.salutation() if contact else salutation(language=survey.language),
        label=str(survey.gmina),
    )


class SurveyContacts(PanelAudience):
    """The person whom a survey names; of a draft, the address that its link went to."""

    name = "applications/survey_contacts"
    label = _("Contact persons of surveys")
    about = _("Those who work on a survey of a municipality, chosen in the list of surveys.")
    panel_model = "applications.hostsurvey"
    permission = "applications.read_host_answers"

    def rows(self, records: QuerySet[HostSurvey]) -> QuerySet[HostSurvey]:
        """By municipality."""
        return records.select_related("gmina", "contact").order_by("gmina__sort_key", "pk")

    def person(self, record: HostSurvey) -> Person:
        """As the survey says, or without a name."""
        return survey_person(record)

    def why_not(self, record: HostSurvey, now: datetime) -> str:
        """Who has withdrawn, and second surveys."""
        if record.status == SurveyStatus.WITHDRAWN:
            return WITHDRAWN
        return DUPLICATE if record.is_duplicate else ""


class Candidates(PanelAudience):
    """Candidates for interns."""

    name = "applications/candidates"
    label = _("Candidates for interns")
    about = _("People who have applied for an internship, chosen in the list of applications.")
    panel_model = "applications.internapplication"
    permission = "applications.read_intern_answers"

    def rows(self, records: QuerySet[InternApplication]) -> QuerySet[InternApplication]:
        """By name."""
        return records.select_related("hromada").order_by(
            by_alphabet("last_name"), by_alphabet("first_name"), "pk"
        )

    def person(self, record: InternApplication) -> Person:
        """As the application says."""
        name = record.full_name
        return Person(
            email=record.email,
            name=name,
            language=record.language,
            salutation=salutation(language=record.language, gender=record.grammatical_gender),
            label=f"{record.hromada.name}: {name or record.email}",
        )

    def why_not(self, record: InternApplication, now: datetime) -> str:
        """Who has withdrawn, and addresses that nobody has shown to be theirs."""
        if record.status == ApplicationStatus.WITHDRAWN:
            return WITHDRAWN
        return "" if record.email_confirmed_at else NOT_CONFIRMED
