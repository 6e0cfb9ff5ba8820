"""From a draft pair to an accepted one: approval, publication and the answers of both sides."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, links
from core.models import User
from core.states import TransitionNotAllowed, move
from matching import emails
from matching.enums import ProposalStatus, SideAnswer, VersionStatus
from matching.models import MatchVersion, Placement, Proposal
from matching.services.placements import create_placement
from programme.models import Edition


class OwnWork(Exception):
    """Nobody approves what they proposed themselves."""

    message = _("Somebody other than the author has to approve.")


class AlreadyAnswered(Exception):
    """This side has already said yes or no."""


@transaction.atomic
def approve_version(version: MatchVersion, *, actor: User, now: datetime) -> MatchVersion:
    """A second person approves the whole version (M16). Raises `OwnWork`."""
    if version.author_id == actor.pk:
        raise OwnWork
    move(version, VersionStatus.APPROVED, actor=actor, approved_by=actor, approved_at=now)
    for proposal in version.proposals.filter(status=ProposalStatus.DRAFT).order_by("pk"):
        move(proposal, ProposalStatus.APPROVED, actor=actor)
    return version


@transaction.atomic
def publish_version(version: MatchVersion, *, actor: User, now: datetime) -> int:
    """Show every pair to both of its sides; the letters wait in the outbox (M5).

    Returns the number of pairs published. The version published before becomes superseded.
    """
    earlier = MatchVersion.objects.filter(
        edition=version.edition, status=VersionStatus.PUBLISHED
    ).exclude(pk=version.pk)
    for one in earlier:
        move(one, VersionStatus.SUPERSEDED, actor=actor)
    move(version, VersionStatus.PUBLISHED, actor=actor, published_at=now)
    answer_by = now + timedelta(days=version.edition.proposal_answer_days)
    published = 0
    for proposal in version.proposals.filter(status=ProposalStatus.APPROVED).for_table():
        move(proposal, ProposalStatus.PUBLISHED, actor=actor, answer_by_at=answer_by)
        _ask_both_sides(proposal, actor=actor, now=now)
        published += 1
    return published


@transaction.atomic
def answer_proposal(
    proposal: Proposal,
    *,
    side: str,
    accepts: bool,
    now: datetime,
    reason: str = "",
    actor: User | None = None,
) -> Placement | None:
    """One side says yes or no. The second yes makes the placement, in the same transaction.

    `side` is "host" or "intern". Returns the placement when it was made. Raises
    `TransitionNotAllowed` when the pair no longer waits, `AlreadyAnswered` when this side spoke.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).for_table().get(pk=proposal.pk)
    if proposal.status != ProposalStatus.PUBLISHED:
        to = ProposalStatus.ACCEPTED if accepts else ProposalStatus.DECLINED
        raise TransitionNotAllowed(proposal, to)
    if getattr(proposal, f"{side}_answer"):
        raise AlreadyAnswered
    answer = SideAnswer.ACCEPTS if accepts else SideAnswer.DECLINES
    changes = {f"{side}_answer": answer, f"{side}_reason": reason, f"{side}_answered_at": now}
    for field, value in changes.items():
        setattr(proposal, field, value)
    proposal.save(update_fields=list(changes))
    audit.record(action=f"matching.proposal.{side}_{answer.value}", target=proposal, actor=actor)
    if not accepts:
        move(proposal, ProposalStatus.DECLINED, actor=actor)
        emails.declined(proposal, by=side, now=now)
        return None
    if proposal.host_answer == proposal.intern_answer == SideAnswer.ACCEPTS:
        return _accepted(proposal, actor=actor, now=now)
    return None


@transaction.atomic
def lapse_unanswered(edition: Edition, *, now: datetime) -> int:
    """Pairs whose time to answer has passed; they appear on the coordinators' list (M13)."""
    late = Proposal.objects.filter(
        version__edition=edition, status=ProposalStatus.PUBLISHED, answer_by_at__lte=now
    ).order_by("pk")
    for proposal in late:
        links.revoke(target=proposal, now=now)
        move(proposal, ProposalStatus.LAPSED)
    return len(late)


def _ask_both_sides(proposal: Proposal, *, actor: User, now: datetime) -> None:
    contact = proposal.declaration.survey.addressee
    for side, email in (("host", contact.email), ("intern", proposal.application.email)):
        token = links.create(
            purpose=f"proposal.{side}",
            target=proposal,
            email=email,
            expires_at=proposal.answer_by_at,
            actor=actor,
            now=now,
        )
        emails.proposal(proposal, side=side, token=token, now=now)


def _accepted(proposal: Proposal, *, actor: User | None, now: datetime) -> Placement:
    move(proposal, ProposalStatus.ACCEPTED, actor=actor)
    placement = create_placement(proposal, actor=actor, now=now)
    emails.accepted(placement, now=now)
    return placement
