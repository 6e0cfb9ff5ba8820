"""What people do with letters that wait: release, cancel, try again, settle what is unclear."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from core.models import User
from core.states import TransitionNotAllowed, move
from mailing import hints
from mailing.models import Letter
from mailing.services.holding import hold_if_stopped, lock_mailing_of
from mailing.services.plans import Plan, carry_out, plan_cancel, plan_retry
from mailing.services.releases import check_alone


@transaction.atomic
def release(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """Let a draft go.

    Raises `TransitionNotAllowed` when somebody was faster, and `NeedsSecondPerson` when this person
    has let many letters of its kind go today.
    """
    _only_from(letter, Letter.Status.DRAFT, to=Letter.Status.QUEUED)
    check_alone([letter], actor=actor, now=now)
    return _queue(letter, actor=actor, now=now)


@transaction.atomic
def cancel(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """This letter will not go. Raises `TransitionNotAllowed` once it is on its way."""
    return move(letter, Letter.Status.CANCELLED, actor=actor, now=now)


@transaction.atomic
def retry(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """Try a failed letter again from the beginning."""
    _only_from(letter, Letter.Status.FAILED, to=Letter.Status.QUEUED)
    return _queue(letter, actor=actor, now=now)


def cancel_many(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> Plan:
    """Stop those of the chosen letters that have not left; returns which, and which not and why."""
    return carry_out(plan_cancel(letters), cancel, actor=actor, now=now)


def retry_many(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> Plan:
    """Try those of the chosen letters again that could not be sent."""
    return carry_out(plan_retry(letters), retry, actor=actor, now=now)


@transaction.atomic
def resend(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """A person has decided that an unclear letter did not arrive: send it once more."""
    _only_from(letter, Letter.Status.AMBIGUOUS, to=Letter.Status.QUEUED)
    return _queue(letter, actor=actor, now=now)


@transaction.atomic
def mark_as_sent(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """A person has learned that an unclear letter did arrive."""
    _only_from(letter, Letter.Status.AMBIGUOUS, to=Letter.Status.ACCEPTED)
    return move(letter, Letter.Status.ACCEPTED, actor=actor, now=now, accepted_at=now)


def _only_from(letter: Letter, status: str, *, to: str) -> None:
    if letter.status != status:
        raise TransitionNotAllowed(letter, to)


def _queue(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    lock_mailing_of(letter)
    afresh: dict[str, Any] = {"first_tried_at": None, "not_before": None, "is_unclear": False}
    move(
        letter,
        Letter.Status.QUEUED,
        actor=actor,
        now=now,
        **(afresh if letter.first_tried_at else {}),
    )
    hold_if_stopped(letter)
    if letter.not_before is None or letter.not_before <= now:
        hints.letter_is_due(letter.pk)
    return letter
