"""Notices to hosts that declare their part, and to the mentors whom they name."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from applications.audience_people import WITHDRAWN, survey_person
from applications.enums import SurveyStatus
from mailing.notices import PanelAudience, Person
from mailing.salutations import plain_salutation
from meetings.enums import DeclarationStatus, MentorAnswer
from meetings.models import Declaration

NO_MENTOR = gettext_noop("The declaration names no mentor yet.")
REFUSED = gettext_noop("Does not agree to be the mentor.")


class DeclaringHosts(PanelAudience):
    """Contact persons of municipalities that were asked for the declaration."""

    name = "meetings/declaring_hosts"
    label = _("Municipalities with a declaration of participation")
    about = _(
        "Contact persons of municipalities that were asked for the declaration of participation, "
        "chosen in the list of declarations."
    )
    panel_model = "meetings.declaration"
    permission = "meetings.change_declaration"

    def rows(self, records: QuerySet[Declaration]) -> QuerySet[Declaration]:
        """By municipality."""
        return records.select_related("survey__gmina", "survey__contact", "mentor").order_by(
            "survey__gmina__sort_key", "pk"
        )

    def person(self, record: Declaration) -> Person:
        """The contact person of the survey."""
        return survey_person(record.survey)

    def why_not(self, record: Declaration, now: datetime) -> str:
        """Who has withdrawn the declaration, or from the programme."""
        is_away = record.survey.status == SurveyStatus.WITHDRAWN
        return WITHDRAWN if is_away or record.status == DeclarationStatus.WITHDRAWN else ""


class NamedInDeclarations(DeclaringHosts):
    """Mentors whom declarations name, before there is an internship."""

    name = "meetings/mentors"
    label = _("Mentors named in declarations")
    about = _(
        "People whom municipalities name as mentors, chosen in the list of declarations. Mentors "
        "of internships are chosen in the list of placements."
    )

    def person(self, record: Declaration) -> Person:
        """As the contact is on file; without a mentor, nobody."""
        mentor, gmina = record.mentor, record.survey.gmina
        if mentor is None:
            return Person("", "", "pl", plain_salutation(language="pl"), str(gmina))
        return Person(
            email=mentor.email,
            name=mentor.full_name,
            language=mentor.language,
            salutation=mentor.salutation(),
            label=f"{gmina.name}: {mentor.full_name}",
        )

    def why_not(self, record: Declaration, now: datetime) -> str:
        """Also where no mentor is named, and who has refused."""
        if sentence := super().why_not(record, now):
            return sentence
        if record.mentor is None:
            return NO_MENTOR
        return REFUSED if record.mentor_answer == MentorAnswer.REFUSED else ""
