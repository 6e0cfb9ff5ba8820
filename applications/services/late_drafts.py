"""What comes after the closing: kept as a late draft, never discarded (FT-21)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications.models import HostSurvey, LateDraft
from core import audit
from core.db import require_transaction
from core.models import User


def keep_late(
    survey: HostSurvey, *, answers: Mapping[str, object], now: datetime, to_be_sent: bool = False
) -> LateDraft:
    """Keep all answers as they would be with what came late; the survey itself does not change.

    `survey` is locked by the caller, in whose transaction this runs.
    """
    require_transaction("keep_late()")
    known = LateDraft.objects.filter(survey=survey).first()
    late = known or LateDraft(survey=survey, first_at=now, attempts=0)
    late.answers, late.last_at = dict(answers), max(now, late.first_at)
    late.attempts += 1
    late.was_to_be_sent = late.was_to_be_sent or to_be_sent
    late.settled_at = late.settled_by = None
    late.save()
    audit.record(
        action="applications.hostsurvey.came_late", target=survey, now=now, to_be_sent=to_be_sent
    )
    return late


def unsettled(survey: HostSurvey) -> LateDraft | None:
    """What came late and waits: for a coordinator, or for the municipality to be let in."""
    return LateDraft.objects.filter(survey=survey, settled_at=None).first()


def latest_answers(survey: HostSurvey) -> dict[str, object]:
    """What the municipality wrote last, what came late included, unless that is settled."""
    late = unsettled(survey)
    return late.answers if late is not None else survey.draft_answers


def last_written(survey: HostSurvey) -> dict[str, object]:
    """Upon what comes late now it is put: also upon a late draft that a coordinator has noted.

    One that was noted and has been overtaken by the draft itself, by a late code, is past.
    """
    late = LateDraft.objects.filter(survey=survey).first()
    if late is not None and late.settled_by_id is not None and late.last_at > survey.saved_at:
        return late.answers
    return latest_answers(survey)


def take_in(survey: HostSurvey, *, now: datetime) -> None:
    """What came late becomes the draft: the municipality has been let in. In a transaction."""
    require_transaction("take_in()")
    late = LateDraft.objects.select_for_update().filter(survey=survey, settled_at=None).first()
    if late is None:
        return
    survey.draft_answers, survey.saved_at = late.answers, now
    survey.save(update_fields=["draft_answers", "saved_at"])
    late.settled_at = now
    late.save(update_fields=["settled_at"])
    audit.record(action="applications.hostsurvey.late_taken_in", target=survey, now=now)


@transaction.atomic
def note_late_draft(late: LateDraft, *, actor: User, now: datetime) -> LateDraft:
    """A coordinator has seen the late draft and leaves it as it is; it stays on the record."""
    noted = LateDraft.objects.filter(pk=late.pk, settled_at=None).update(
        settled_at=now, settled_by=actor
    )
    if noted:
        late.settled_at, late.settled_by = now, actor
        audit.record(
            action="applications.hostsurvey.late_noted", target=late.survey, actor=actor, now=now
        )
    return late
