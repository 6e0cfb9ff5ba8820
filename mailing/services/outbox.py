"""What people do with letters that wait: release, cancel, try again, settle what is unclear."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import User
from core.states import TransitionNotAllowed, move
from mailing import hints
from mailing.models import Letter
from mailing.services.holding import hold_if_stopped
from mailing.services.suppression import suppressed_among


@dataclass(frozen=True)
class ReleasePlan:
    """Of the chosen drafts: which will go, and which will not, with the reason in words."""

    will: list[Letter] = field(default_factory=list)
    will_not: list[tuple[Letter, str]] = field(default_factory=list)


def plan_release(letters: Iterable[Letter]) -> ReleasePlan:
    """Split a choice of letters before anything happens, so that a person sees both halves."""
    chosen = list(letters)
    stopped = suppressed_among([letter.to for letter in chosen if letter.is_bulk])
    plan = ReleasePlan()
    for letter in chosen:
        if letter.status != Letter.Status.DRAFT:
            plan.will_not.append((letter, _("It is not waiting for release any more.")))
        elif letter.is_bulk and letter.to.lower() in stopped:
            plan.will_not.append((letter, _("The address is on the stop list.")))
        else:
            plan.will.append(letter)
    return plan


@transaction.atomic
def release(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """Let a draft go. Raises `TransitionNotAllowed` when somebody was faster."""
    _only_from(letter, Letter.Status.DRAFT, to=Letter.Status.QUEUED)
    return _queue(letter, actor=actor, now=now)


@transaction.atomic
def release_many(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> ReleasePlan:
    """Let those of the chosen drafts go that can; returns which did, and which did not and why."""
    plan = plan_release(letters)
    released, late = [], []
    for letter in plan.will:
        try:
            released.append(move(letter, Letter.Status.QUEUED, actor=actor, now=now))
        except TransitionNotAllowed as error:
            late.append((letter, error.message))
    if released:
        hints.letters_are_due()
    return ReleasePlan(released, [*plan.will_not, *late])


@transaction.atomic
def cancel(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """This letter will not go. Raises `TransitionNotAllowed` once it is on its way."""
    return move(letter, Letter.Status.CANCELLED, actor=actor, now=now)


@transaction.atomic
def retry(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    """Try a failed letter again from the beginning."""
    _only_from(letter, Letter.Status.FAILED, to=Letter.Status.QUEUED)
    return _queue(letter, actor=actor, now=now)


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
