"""What coordinators look after once the survey has closed: late drafts, returns, codes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.enums import SurveyStatus
from applications.models import LateCode, LateCodeUse, LateDraft, SurveyReturn
from programme.models import Edition


def late_drafts_waiting(edition: Edition) -> QuerySet[LateDraft]:
    """Came too late, and nobody has dealt with it yet; the oldest first."""
    return (
        LateDraft.objects.filter(survey__edition=edition, settled_at=None)
        .exclude(survey__status=SurveyStatus.WITHDRAWN)
        .select_related("survey__gmina", "survey__contact")
        .order_by("first_at", "pk")
    )


def returns_open(edition: Edition) -> QuerySet[SurveyReturn]:
    """Returned, and not sent again; who is due first stands first."""
    return (
        SurveyReturn.objects.filter(
            survey__edition=edition, survey__status=SurveyStatus.RETURNED, closed_at=None
        )
        .select_related("survey__gmina", "returned_by")
        .prefetch_related("questions")
        .order_by("due_at", "pk")
    )


def returns_overdue(edition: Edition, now: datetime) -> QuerySet[SurveyReturn]:
    """Returned, and the day has passed."""
    return returns_open(edition).filter(due_at__lte=now)


def late_codes(edition: Edition) -> QuerySet[LateCode]:
    """Every code of the edition with who used it, the newest first."""
    return (
        LateCode.objects.filter(edition=edition)
        .select_related("gmina", "created_by", "revoked_by")
        .prefetch_related("used_by__gmina")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class AfterCounts:
    """Numbers of the desk; each opens the rows that it counts."""

    late_drafts: int
    returned: int
    overdue: int
    code_uses: int


def after_counts(edition: Edition, now: datetime) -> AfterCounts:
    """All of them in one query."""
    uses = LateCodeUse.objects.filter(code__edition=edition)
    row = (
        Edition.objects.filter(pk=edition.pk)
        .annotate(
            late_drafts=_number(late_drafts_waiting(edition), "survey__edition"),
            returned=_number(returns_open(edition), "survey__edition"),
            overdue=_number(returns_overdue(edition, now), "survey__edition"),
            code_uses=_number(uses, "code__edition"),
        )
        .values("late_drafts", "returned", "overdue", "code_uses")
    )
    return AfterCounts(**row.get())


def _number(rows: QuerySet, edition: str) -> Coalesce:
    """How many rows, as a part of another query; all of them are of one edition."""
    counted = rows.select_related(None).order_by().values(edition).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)
