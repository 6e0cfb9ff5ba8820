"""How the people named in a survey have answered, in words for the panel and for the office."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.enums import NamedMentorStatus
from applications.models import HostSurvey
from applications.services.mentor_confirmation import contact_is_confirmed, named_mentor_of
from core import formats

MENTOR_KINDS = {
    NamedMentorStatus.WAITING: "waiting",
    NamedMentorStatus.CONFIRMED: "good",
    NamedMentorStatus.REFUSED: "bad",
}


@dataclass(frozen=True)
class PersonLine:
    """One person: in which role, who, what was answered and when. `kind` of the status tag."""

    role: str
    name: str
    answer: str
    kind: str
    at: str = ""
    reason: str = ""


def people_of(survey: HostSurvey, *, with_names: bool = True) -> list[PersonLine]:
    """The contact person and the mentor of a survey that was sent."""
    if survey.contact is None or survey.submitted_at is None:
        return []
    is_confirmed = contact_is_confirmed(survey)
    lines = [
        PersonLine(
            role=_("Address of the contact person"),
            name=survey.contact.email if with_names else "",
            answer=_("Confirmed") if is_confirmed else _("Waiting for the confirmation"),
            kind="good" if is_confirmed else "waiting",
        )
    ]
    named = named_mentor_of(survey)
    if named is not None:
        lines.append(
            PersonLine(
                role=_("Candidate for the mentor"),
                name=named.full_name if with_names else "",
                answer=str(named.get_status_display()),
                kind=MENTOR_KINDS[NamedMentorStatus(named.status)],
                at=_day(named.answered_at or named.named_at),
                reason=named.reason,
            )
        )
    return lines


def _day(moment: datetime) -> str:
    return formats.moment(moment, get_language() or "pl")
