"""Letting many letters go takes two people: one proposes, another releases (E15, E20, P26)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.counts import grouped
from core.models import AuditEvent, User
from core.states import hold, move
from mailing import hints, mailing_selectors
from mailing.enums import ReleaseStatus
from mailing.models import Letter, ReleaseProposal
from mailing.second_person import A_DAY, MANY
from mailing.services.plans import Plan, carry_out, plan_release


class NeedsSecondPerson(Exception):
    """More letters than one person may release alone."""

    @property
    def message(self) -> str:
        """What to tell who asked."""
        return _(
            "Alone you can release %(many)s letters at once, and of one kind in a day. "
            "Propose the release: a second person lets them go."
        ) % {"many": grouped(MANY)}


class OwnProposal(Exception):
    """Nobody releases what they proposed."""

    message = property(lambda self: _("You proposed it yourself: another person releases it."))


class NothingToRelease(Exception):
    """None of the chosen letters can be released."""

    message = property(lambda self: _("None of these letters can be released any more."))


def needs_second_person(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> bool:
    """Whether these drafts are more than this person may let go alone."""
    kinds = Counter(letter.letter for letter in letters)
    if kinds.total() > MANY:
        return True
    already = _released_alone(actor, now) if actor is not None else Counter()
    return any(many + already[kind] > MANY for kind, many in kinds.items())


def _released_alone(actor: User, now: datetime) -> Counter[str]:
    """Letters that this person let go within a day without a second one, by kind.

    Also those of small mailings: half of them here and half there are as many.
    """
    mailed = mailing_selectors.let_go_by_one_person(now - A_DAY).filter(mailing__approved_by=actor)
    kinds = mailed.values_list("mailing__letter").annotate(many=Count("pk")).order_by()
    return Counter(dict(kinds)) + Counter(drafts_released_alone(actor, now))


def drafts_released_alone(actor: User, now: datetime) -> dict[str, int]:
    """Drafts of the outbox that this person let go within a day without a second one, by kind."""
    deeds = AuditEvent.objects.filter(
        actor=actor,
        action="mailing.letter.queued",
        at__gt=now - A_DAY,
        data__came_from=Letter.Status.DRAFT,
    )
    alone = Letter.objects.filter(pk__in=deeds.values("target_id")).exclude(
        release_proposals__status=ReleaseStatus.RELEASED
    )
    return dict(alone.values_list("letter").annotate(many=Count("pk")).order_by())


def check_alone(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> None:
    """Refuse what needs a second person, also of two requests at the same moment.

    Needs a transaction. Raises `NeedsSecondPerson`.
    """
    if actor is not None:
        hold_hands_of(actor)
    if needs_second_person(letters, actor=actor, now=now):
        raise NeedsSecondPerson


def hold_hands_of(actor: User) -> None:
    """One release of a person after another, so that each counts those before. In a transaction."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)


@transaction.atomic
def release_many(letters: Iterable[Letter], *, actor: User | None, now: datetime) -> Plan:
    """Let those of the chosen drafts go that can; returns which did, and which did not and why.

    Raises `NeedsSecondPerson` when they are more than one person may let go.
    """
    plan = plan_release(letters)
    check_alone(plan.will, actor=actor, now=now)
    return _let_go(plan, actor=actor, now=now)


def _let_go(plan: Plan, *, actor: User | None, now: datetime) -> Plan:
    done = carry_out(plan, _queue, actor=actor, now=now)
    if done.will:
        hints.letters_are_due()
    return done


def _queue(letter: Letter, *, actor: User | None, now: datetime) -> Letter:
    return move(letter, Letter.Status.QUEUED, actor=actor, now=now)


@transaction.atomic
def propose_release(letters: Iterable[Letter], *, actor: User, now: datetime) -> ReleaseProposal:
    """Put drafts before a second person. Raises `NothingToRelease`.

    Those that already stand in a proposal that waits are left there.
    """
    taken = _proposed()
    free = [letter for letter in plan_release(letters).will if letter.pk not in taken]
    if not free:
        raise NothingToRelease
    proposal = ReleaseProposal.objects.create(proposed_by=actor, proposed_at=now)
    proposal.letters.set(free)
    audit.record(
        action="mailing.releaseproposal.proposed",
        target=proposal,
        actor=actor,
        now=now,
        letters=len(free),
    )
    return proposal


def _proposed() -> set[int]:
    waiting = Letter.objects.filter(release_proposals__status=ReleaseStatus.WAITING)
    return set(waiting.values_list("pk", flat=True))


def proposed_letters(proposal: ReleaseProposal) -> QuerySet[Letter]:
    """The letters of a proposal, in the order in which they were written."""
    return proposal.letters.for_table().order_by("pk")


@transaction.atomic
def release_proposed(proposal: ReleaseProposal, *, actor: User, now: datetime) -> Plan:
    """Let the letters of a proposal go: those still waiting. Another person than who proposed it.

    Raises `OwnProposal`, and `TransitionNotAllowed` when it was decided already.
    """
    hold(proposal)
    if actor == proposal.proposed_by:
        raise OwnProposal
    move(proposal, ReleaseStatus.RELEASED, actor=actor, now=now, decided_by=actor, decided_at=now)
    return _let_go(plan_release(proposed_letters(proposal)), actor=actor, now=now)


@transaction.atomic
def withdraw_proposal(proposal: ReleaseProposal, *, actor: User, now: datetime) -> ReleaseProposal:
    """The letters stay drafts. Raises `TransitionNotAllowed` when it was decided already."""
    return move(
        proposal, ReleaseStatus.WITHDRAWN, actor=actor, now=now, decided_by=actor, decided_at=now
    )
