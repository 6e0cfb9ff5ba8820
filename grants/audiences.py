"""To whom of this room a mailing can go: applicants of small projects, and their partners."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.audience_people import WITHDRAWN, survey_person
from grants import emails
from grants.enums import ProjectStatus
from grants.models import SmallProject
from mailing.notices import PanelAudience, Person
from programme.salutations import salutation


class Applicants(PanelAudience):
    """Hromadas, at the address that their project gives."""

    name = "grants/applicants"
    label = _("Applicants of small projects")
    about = _("Hromadas, at the address of their project, chosen in the list of small projects.")
    letters = (emails.PROJECT_NOTICE,)
    panel_model = "grants.smallproject"
    permission = "grants.change_smallproject"

    def rows(self, records: QuerySet[SmallProject]) -> QuerySet[SmallProject]:
        """By hromada, with the reports that are asked for."""
        return (
            records.for_table()
            .select_related("placement__declaration__survey__gmina")
            .prefetch_related("reports")
        )

    def person(self, record: SmallProject) -> Person:
        """An office of which only the address is known."""
        return Person(
            email=record.email,
            name="",
            language=record.language,
            salutation=salutation(language=record.language),
            label=_label(record, record.hromada.name),
        )

    def places(self, record: SmallProject, person: Person, now: datetime) -> Mapping[str, object]:
        """The project, and the day of its next report."""
        return emails.project_words(record, person.language)

    def why_not(self, record: SmallProject, now: datetime) -> str:
        """Who has withdrawn the project."""
        return WITHDRAWN if record.status == ProjectStatus.WITHDRAWN else ""


class Partners(Applicants):
    """Contact persons of the municipalities that are the partners of projects."""

    name = "grants/partners"
    label = _("Polish partners of small projects")
    about = _("Contact persons of partner municipalities, chosen in the list of small projects.")

    def person(self, record: SmallProject) -> Person:
        """The contact person of the survey, as for the confirmation of the partner."""
        found = survey_person(record.placement.declaration.survey)
        return replace(found, label=_label(record, found.label))


def _label(project: SmallProject, whose: str) -> str:
    return f"{whose}: {project.number}" if project.number else whose


AUDIENCES = (Applicants(), Partners())
