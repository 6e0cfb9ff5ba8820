"""Before a deed at many letters: which it will reach, which not, and why, for a person to see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import User
from core.states import TransitionNotAllowed
from mailing.models import Letter
from mailing.services.suppression import suppressed_among


@dataclass(frozen=True)
class Plan:
    """Of the chosen letters: those that the deed reaches, and the others with the reason."""

    will: list[Letter] = field(default_factory=list)
    will_not: list[tuple[Letter, str]] = field(default_factory=list)

    @property
    def numbers(self) -> str:
        """Keys of the letters that the deed reaches, for the confirmation that comes back."""
        return ",".join(str(letter.pk) for letter in self.will)


def plan_release(letters: Iterable[Letter]) -> Plan:
    """Drafts that would go, and those that would not."""
    chosen = list(letters)
    stopped = suppressed_among([letter.to for letter in chosen if letter.is_bulk])
    return _split(chosen, lambda letter: _why_no_release(letter, stopped))


def _why_no_release(letter: Letter, stopped: set[str]) -> str:
    if letter.status != Letter.Status.DRAFT:
        return _("It is not waiting for release any more.")
    if letter.is_bulk and letter.to.lower() in stopped:
        return _("The address is on the stop list.")
    return ""


def plan_cancel(letters: Iterable[Letter]) -> Plan:
    """Letters that can still be stopped, and those that cannot."""
    return _split(letters, _why_no_cancel)


def _why_no_cancel(letter: Letter) -> str:
    may = Letter.Status.CANCELLED in letter.steps
    return "" if may else _("It has left, is just leaving, or was stopped before.")


def plan_retry(letters: Iterable[Letter]) -> Plan:
    """Failed letters that would be tried again, and the others."""
    return _split(letters, _why_no_retry)


def _why_no_retry(letter: Letter) -> str:
    if letter.status == Letter.Status.BOUNCED:
        return _("It came back: send it again from its own page, or from its mailing.")
    is_failed = letter.status == Letter.Status.FAILED
    return "" if is_failed else _("Only letters that could not be sent are tried again.")


def _split(letters: Iterable[Letter], why_not: Callable[[Letter], str]) -> Plan:
    plan = Plan()
    for letter in letters:
        if reason := why_not(letter):
            plan.will_not.append((letter, reason))
        else:
            plan.will.append(letter)
    return plan


@transaction.atomic
def carry_out(
    plan: Plan,
    verb: Callable[..., Letter],
    *,
    actor: User | None,
    now: datetime,
) -> Plan:
    """Do one deed at each letter of a plan; who was overtaken is told like those left out."""
    done, late = [], []
    for letter in plan.will:
        try:
            done.append(verb(letter, actor=actor, now=now))
        except TransitionNotAllowed as error:
            late.append((letter, error.message))
    return Plan(done, [*plan.will_not, *late])
