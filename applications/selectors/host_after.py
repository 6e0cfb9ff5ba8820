"""What coordinators look after once the survey has closed: late drafts, returns, codes."""

from datetime import datetime

from django.db.models import QuerySet

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


def late_code_uses(edition: Edition) -> QuerySet[LateCodeUse]:
    """Municipalities that were let in by a code."""
    return LateCodeUse.objects.filter(code__edition=edition).order_by("-used_at", "pk")
