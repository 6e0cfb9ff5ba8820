"""Verbs of the formal check: correct, return for correction, reject."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from applications import eligibility, intern_answers, intern_facts
from applications.emails import interns as letters
from applications.enums import ApplicationStatus, FormalOutcome
from applications.models import FormalCheck, InternApplication
from applications.services.candidates import HEAD_LINK, own_link
from core import links
from core.models import User
from core.states import move

Status = ApplicationStatus


class RulesStandInTheWay(Exception):
    """The rules of the edition say no; `reasons` says why."""

    def __init__(self, reasons: tuple[eligibility.Reason, ...]):
        self.reasons = reasons
        super().__init__(", ".join(reasons))


@transaction.atomic
def check_formally(
    application: InternApplication, *, actor: User, now: datetime
) -> InternApplication:
    """Find the application formally correct, as the rules say, and let it be evaluated.

    Raises `RulesStandInTheWay` with the reasons, `TransitionNotAllowed`.
    """
    verdict = intern_facts.judge(application)
    if not verdict.is_eligible:
        raise RulesStandInTheWay(verdict.reasons)
    move(
        application,
        Status.FORMALLY_CORRECT,
        actor=actor,
        now=now,
        **intern_facts.population_columns(application),
    )
    _write_down(application, FormalOutcome.CORRECT, verdict, actor=actor, now=now)
    return application


@transaction.atomic
def return_for_correction(
    application: InternApplication,
    *,
    fields: Sequence[str],
    reason: str,
    correct_by: datetime,
    actor: User,
    now: datetime,
) -> InternApplication:
    """Give the application back with the answers to correct, the reason and the last moment.

    Only those answers unlock. The letter waits for a person. Raises `TransitionNotAllowed`.
    """
    if not fields or correct_by <= now:
        raise ValueError("name at least one answer, and a moment to come")
    verdict = intern_facts.judge(application)
    move(
        application,
        Status.RETURNED,
        actor=actor,
        now=now,
        fields_to_correct=sorted(set(fields)),
        correct_by_at=correct_by,
    )
    check = _write_down(
        application,
        FormalOutcome.RETURNED,
        verdict,
        reason=reason,
        fields=fields,
        actor=actor,
        now=now,
    )
    letters.returned(
        application,
        check,
        questions=intern_answers.labels_as_text(fields, application.language),
        address=own_link(application, now=now),
        now=now,
    )
    return application


@transaction.atomic
def reject_formally(
    application: InternApplication, *, reason: str, actor: User, now: datetime
) -> InternApplication:
    """Refuse the application for formal reasons. The letter waits for a person.

    Raises `TransitionNotAllowed`.
    """
    verdict = intern_facts.judge(application)
    move(
        application,
        Status.REJECTED,
        actor=actor,
        now=now,
        decision_reason=reason,
        decided_at=now,
        **intern_facts.population_columns(application),
    )
    check = _write_down(
        application, FormalOutcome.REJECTED, verdict, reason=reason, actor=actor, now=now
    )
    links.revoke(target=application, purpose=HEAD_LINK, now=now, actor=actor)
    letters.rejected(application, check, now=now)
    return application


def _write_down(
    application: InternApplication,
    outcome: FormalOutcome,
    verdict: eligibility.Verdict,
    *,
    actor: User,
    now: datetime,
    reason: str = "",
    fields: Sequence[str] = (),
) -> FormalCheck:
    return FormalCheck.objects.create(
        application=application,
        outcome=outcome,
        reasons=[str(each) for each in verdict.reasons],
        reason=reason,
        fields_to_correct=sorted(set(fields)),
        checked_by=actor,
        checked_at=now,
    )
