"""Returning chosen questions of a survey, and closing the return when it is sent again (A16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from applications import returned_questions
from applications.emails import host_returns as emails
from applications.models import (
    HostSurvey,
    LateDraft,
    ReturnedQuestion,
    SurveyReturn,
    SurveyVersion,
)
from applications.selectors.host_closing import open_return
from applications.selectors.questions import pages_of
from applications.services.host_invitations import new_link
from applications.services.late_drafts import latest_answers
from applications.survey_plan import Page
from core import audit
from core.db import require_transaction
from core.formats import WARSAW
from core.models import User
from core.states import TransitionNotAllowed, hold, move

Status = HostSurvey.Status


class NothingReturned(Exception):
    """A return names at least one question."""


class DueTooSoon(Exception):
    """The day by which answers are due has passed."""


@dataclass(frozen=True)
class Wish:
    """One question to be returned: where it stands, its words, the reason and what to do."""

    page: str
    name: str
    label: str
    kind: str
    sentence: str


@transaction.atomic
def return_survey(
    survey: HostSurvey, *, questions: Sequence[Wish], due_on: date, actor: User, now: datetime
) -> SurveyReturn:
    """Open these questions for the municipality until the end of `due_on`; the letter is drafted.

    Only before a decision: a municipality found eligible is already being invited and matched, so
    what it told is corrected by staff, not taken back. Corrections that were begun and not sent
    stay where they concern a returned question; the rest is set aside on the record.
    Raises `NothingReturned`, `DueTooSoon`, `TransitionNotAllowed`.
    """
    if not questions:
        raise NothingReturned
    due_at = _end_of(due_on, now)
    hold(survey)
    written = latest_answers(survey)
    chosen = [(each.page, each.name) for each in questions]
    kept = returned_questions.restrict(survey.answers, written, chosen, pages_of(survey.edition))
    move(survey, Status.RETURNED, actor=actor, now=now, draft_answers=kept)
    LateDraft.objects.filter(survey=survey, settled_at=None).update(
        settled_at=now, settled_by=actor
    )
    made = SurveyReturn.objects.create(
        survey=survey,
        version=survey.versions.latest("position"),
        due_at=due_at,
        returned_at=now,
        returned_by=actor,
        set_aside=written if written not in (kept, survey.answers) else {},
    )
    ReturnedQuestion.objects.bulk_create(
        ReturnedQuestion(
            survey_return=made,
            page=each.page,
            name=each.name,
            label=each.label,
            kind=each.kind,
            sentence=each.sentence.strip(),
        )
        for each in questions
    )
    token = new_link(survey, email=survey.addressee.email, now=now, actor=actor)
    emails.survey_returned(made, token=token, now=now)
    return made


def _end_of(day: date, now: datetime) -> datetime:
    """The exclusive instant after the day. Raises `DueTooSoon`."""
    due_at = datetime.combine(day + timedelta(days=1), time(), WARSAW)
    if due_at <= now:
        raise DueTooSoon
    return due_at


@transaction.atomic
def move_due(survey: HostSurvey, *, due_on: date, actor: User, now: datetime) -> SurveyReturn:
    """Give the municipality another day for its answers; its page shows it at once.

    Raises `DueTooSoon`, `TransitionNotAllowed` when nothing is returned any more.
    """
    due_at = _end_of(due_on, now)
    hold(survey)
    waiting = open_return(survey)
    if waiting is None or survey.status != Status.RETURNED:
        raise TransitionNotAllowed(survey, Status.RETURNED)
    waiting.due_at = due_at
    waiting.save(update_fields=["due_at"])
    audit.record(
        action="applications.hostsurvey.return_due_moved",
        target=survey,
        actor=actor,
        now=now,
        due_on=due_on.isoformat(),
    )
    return waiting


@transaction.atomic
def take_back_return(survey: HostSurvey, *, actor: User, now: datetime) -> HostSurvey:
    """Let the survey stand as it was sent; nothing of the return is asked for any more.

    Raises `TransitionNotAllowed`.
    """
    hold(survey)
    waiting = open_return(survey)
    move(survey, Status.SUBMITTED, actor=actor, now=now)
    if waiting is not None:
        SurveyReturn.objects.filter(pk=waiting.pk).update(closed_at=now, taken_back_by=actor)
        audit.record(
            action="applications.hostsurvey.return_taken_back",
            target=survey,
            actor=actor,
            now=now,
        )
    return survey


def only_returned(
    survey: HostSurvey,
    survey_return: SurveyReturn,
    answers: Mapping[str, object],
    pages: Sequence[Page],
) -> dict[str, object]:
    """The answers sent, with changes only where the return allows them."""
    chosen = [(each.page, each.name) for each in survey_return.questions.all()]
    return returned_questions.restrict(survey.answers, answers, chosen, pages)


def close_return(survey_return: SurveyReturn, *, answer: SurveyVersion, now: datetime) -> None:
    """The municipality has sent again. In the transaction of the sending."""
    require_transaction("close_return()")
    SurveyReturn.objects.filter(pk=survey_return.pk, closed_at=None).update(
        closed_at=now, answer=answer
    )
