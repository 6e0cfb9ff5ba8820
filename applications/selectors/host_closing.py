"""Until when one municipality may change and send its survey: deadline, late code or return."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import EllipsisType

from django.db.models import Max, OuterRef, QuerySet, Subquery

from applications.enums import SurveyStatus
from applications.models import HostSurvey, LateCodeUse, SurveyReturn
from programme.models import Edition, Gmina


@dataclass(frozen=True)
class Closing:
    """Exclusive instants. `closes_at` is what people are told, `shut_at` ends the grace (FT-21)."""

    opens_at: datetime
    closes_at: datetime
    shut_at: datetime
    survey_return: SurveyReturn | None = None
    is_by_code: bool = False

    def is_open(self, now: datetime) -> bool:
        """Whether what is in preparation may be changed and sent."""
        return self.opens_at <= now < self.shut_at

    def is_in_grace(self, now: datetime) -> bool:
        """The closing minute has passed; what is in preparation may still be finished."""
        return self.closes_at <= now < self.shut_at

    def is_shut(self, now: datetime) -> bool:
        """The grace has passed as well."""
        return now >= self.shut_at


def with_late_codes(records: QuerySet, gmina: str = "gmina") -> QuerySet:
    """Surveys or invitations with `let_in_until`, for `closing_of()`: no query of its own."""
    uses = LateCodeUse.objects.filter(
        code__edition=OuterRef("edition"), code__revoked_at=None, gmina=OuterRef(gmina)
    )
    latest = uses.order_by("-code__expires_at").values("code__expires_at")[:1]
    return records.annotate(let_in_until=Subquery(latest))


def closing_of(
    edition: Edition,
    gmina: Gmina | int,
    survey: HostSurvey | None,
    *,
    let_in_until: datetime | None | EllipsisType = ...,
) -> Closing:
    """The closing that counts for this municipality.

    A returned survey has the due date of its return, whatever the deadline. Else the latest of the
    edition's deadline and the late codes that let the municipality in and were not taken back:
    `let_in_until`, when the caller has it from `with_late_codes()`.
    """
    grace = timedelta(minutes=edition.grace_minutes)
    if survey is not None and survey.status == SurveyStatus.RETURNED:
        found = open_return(survey)
        if found is not None:
            return Closing(edition.survey_opens_at, found.due_at, found.due_at + grace, found)
    code_ends_at = (
        latest_late_code(edition, gmina) if isinstance(let_in_until, EllipsisType) else let_in_until
    )
    general = edition.survey_closes_at
    if code_ends_at is not None and code_ends_at > edition.survey_grace_ends_at:
        return Closing(edition.survey_opens_at, code_ends_at, code_ends_at, is_by_code=True)
    return Closing(edition.survey_opens_at, general, edition.survey_grace_ends_at)


def open_return(survey: HostSurvey) -> SurveyReturn | None:
    """The return that waits for the municipality, with its questions."""
    return (
        SurveyReturn.objects.filter(survey=survey, closed_at=None)
        .prefetch_related("questions")
        .first()
    )


def latest_late_code(edition: Edition, gmina: Gmina | int) -> datetime | None:
    """Until when late codes let this municipality in; None when no live code does."""
    return LateCodeUse.objects.filter(
        code__edition=edition, code__revoked_at=None, gmina=gmina
    ).aggregate(until=Max("code__expires_at"))["until"]
