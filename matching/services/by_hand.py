"""Pairs put together, mended and taken apart by people, with no optimiser at all (M6, M14, M17)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.models import InternApplication
from core import audit, links
from core.models import User
from core.states import TransitionNotAllowed, move
from matching.enums import PlacementStatus, ProposalStatus, VersionStatus
from matching.explanations import explain
from matching.models import MatchVersion, Placement, Proposal
from matching.models.pairs import BY_HAND
from matching.pool import Pool, pool_of
from meetings.models import Declaration
from programme.models import Edition


class PairRefused(Exception):
    """The pair breaks a hard limit; `limit` is a code of `matching.explanations.REFUSALS`."""

    def __init__(self, limit: str):
        self.limit = limit
        super().__init__(limit)


@transaction.atomic
def open_version(edition: Edition, *, name: str, actor: User, now: datetime) -> MatchVersion:
    """An empty draft version, to be filled with pairs by hand."""
    version = MatchVersion.objects.create(
        edition=edition,
        name=name,
        author=actor,
        weights=edition.matching_weights,
        salt="",
        fingerprint=pool_of(edition).fingerprint(),
        solver=BY_HAND,
        created_at=now,
    )
    audit.record(action="matching.matchversion.opened", target=version, actor=actor)
    return version


@transaction.atomic
def pair_by_hand(
    version: MatchVersion, *, declaration: Declaration, application: InternApplication, actor: User
) -> Proposal:
    """Add a pair to a draft version (M6).

    Raises `PairRefused` when a hard limit forbids it: dates or needs, a ban, the places of the host
    or of the edition, an intern who is in the version already (M2).
    """
    version = MatchVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.status != VersionStatus.DRAFT:
        raise TransitionNotAllowed(version, VersionStatus.DRAFT)
    pool = pool_of(version.edition)
    host, intern = declaration.survey.gmina.teryt, application.number
    limit = refusal(pool, version, host=host, intern=intern)
    if limit:
        raise PairRefused(limit)
    score = pool.score(host, intern)
    themes = {theme.code: theme for theme in version.edition.themes.order_by("pk")}
    proposal = Proposal.objects.create(
        version=version,
        declaration=declaration,
        application=application,
        score=score.total,
        breakdown=[[row.code, row.points, row.most] for row in score.criteria],
        explanation_pl=explain(score, themes, language="pl"),
        explanation_uk=explain(score, themes, language="uk"),
    )
    _count_again(version)
    audit.record(action="matching.proposal.made_by_hand", target=proposal, actor=actor)
    return proposal


def refusal(pool: Pool, version: MatchVersion, *, host: str, intern: str) -> str:
    """The hard limit that forbids a pair in a draft version; empty when it may be made."""
    if host not in pool.declarations or intern not in pool.applications:
        return "not_in_pool"
    if not pool.score(host, intern).is_allowed:
        return "hard_rule"
    if ("ban", (host, intern)) in pool.rules:
        return "banned"
    pairs = version.proposals.exclude(status=ProposalStatus.REPLACED)
    held = list(pairs.values_list("declaration__survey__gmina__teryt", "application__number"))
    if intern in {pair[1] for pair in held}:
        return "intern_taken"
    capacity = {one.id: one.capacity for one in pool.hosts}[host]
    if sum(pair[0] == host for pair in held) >= capacity:
        return "host_full"
    return "places" if len(held) >= pool.places else ""


@transaction.atomic
def replace_pair(
    proposal: Proposal,
    *,
    declaration: Declaration,
    application: InternApplication,
    actor: User,
    now: datetime,
) -> MatchVersion:
    """Another pair in place of one that fell through, as a draft version of its own (M14).

    No other pair changes. The pair that fell through keeps its answers and reasons. Raises
    `PairRefused`, `TransitionNotAllowed`.
    """
    move(proposal, ProposalStatus.REPLACED, actor=actor)
    name = _("Replacement for pair %(number)s") % {"number": proposal.pk}
    version = open_version(proposal.version.edition, name=name, actor=actor, now=now)
    pair_by_hand(version, declaration=declaration, application=application, actor=actor)
    return version


@transaction.atomic
def edit_explanation(proposal: Proposal, *, polish: str, ukrainian: str, actor: User) -> Proposal:
    """Change the two lines that both sides will read; only in a draft (M17).

    Raises `TransitionNotAllowed` once a second person has approved the words.
    """
    draft = Proposal.objects.filter(pk=proposal.pk, status=ProposalStatus.DRAFT)
    if not draft.update(explanation_pl=polish, explanation_uk=ukrainian):
        raise TransitionNotAllowed(proposal, ProposalStatus.DRAFT)
    audit.record(action="matching.proposal.explained", target=proposal, actor=actor)
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def dissolve(proposal: Proposal, *, reason: str, actor: User, now: datetime) -> Proposal:
    """Take a pair apart; its links stop working, its history stays (M6, M14).

    Raises `TransitionNotAllowed` for a pair whose internship has not been broken off.
    """
    placement = Placement.objects.filter(proposal=proposal).first()
    if placement and placement.status != PlacementStatus.BROKEN_OFF:
        raise TransitionNotAllowed(proposal, ProposalStatus.REPLACED)
    links.revoke(target=proposal, now=now, actor=actor)
    move(proposal, ProposalStatus.REPLACED, actor=actor)
    audit.record(action="matching.proposal.dissolved", target=proposal, actor=actor, why=reason)
    if proposal.version.status == VersionStatus.DRAFT:
        _count_again(proposal.version)
    return proposal


def _count_again(version: MatchVersion) -> None:
    """After a change by hand the proven bound stands, and the sum may fall short of it."""
    pairs = version.proposals.exclude(status=ProposalStatus.REPLACED)
    version.objective = pairs.aggregate(total=Sum("score"))["total"] or 0
    version.is_unique = False
    version.save(update_fields=["objective", "is_unique"])
