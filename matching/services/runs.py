"""Running the matching: from the pool to a draft version with its proof."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from applications.models import InternApplication
from core import audit
from core.models import User
from matching.enums import RuleKind
from matching.explanations import contradiction_in_words, explain
from matching.models import MatchVersion, PairRule, Proposal
from matching.pool import Pool, left_over, pool_of
from meetings.models import Declaration
from programme.models import Edition

if TYPE_CHECKING:
    from matching.engine.solve import Solution


class Infeasible(Exception):
    """No result honours every pin; `reasons` say in words which pins clash with what."""

    def __init__(self, solution: "Solution", pool: Pool):
        self.solution = solution
        self.reasons = [contradiction_in_words(one, pool) for one in solution.contradictions]
        super().__init__("no matching honours every rule")


@transaction.atomic
def set_rule(
    edition: Edition,
    *,
    declaration: Declaration,
    application: InternApplication,
    kind: str,
    reason: str,
    actor: User,
    now: datetime,
) -> PairRule:
    """Pin or forbid a pair, with a reason (M3). A later rule about the same pair replaces it."""
    rule, _created = PairRule.objects.update_or_create(
        declaration=declaration,
        application=application,
        defaults={
            "edition": edition,
            "kind": RuleKind(kind),
            "reason": reason,
            "author": actor,
            "created_at": now,
        },
    )
    audit.record(action=f"matching.pairrule.{kind}", target=rule, actor=actor)
    return rule


@transaction.atomic
def lift_rule(rule: PairRule, *, actor: User) -> None:
    """The rule is no longer meant; the audit trail keeps what it was."""
    audit.record(
        action="matching.pairrule.lifted",
        target=rule.edition,
        actor=actor,
        kind=rule.kind,
        declaration=rule.declaration_id,
        application=rule.application_id,
        reason=rule.reason,
    )
    rule.delete()


def run_matching(edition: Edition, *, name: str, actor: User, now: datetime) -> MatchVersion:
    """Find the proven best pairs of the pool and keep them as a draft version (M2, M4, M10).

    The solver runs outside the transaction. Raises `Infeasible` when pins contradict each other or
    a limit. A pool without hosts or interns gives a version without pairs.
    """
    from matching.engine.solve import (
        solve,  # numpy and the solver: most web workers never match (W12)
    )

    pool = pool_of(edition)
    salt = f"win4ua-{edition.year}"
    solution = solve(pool.instance(salt=salt))
    if solution.status != "optimal":
        raise Infeasible(solution, pool)
    return _keep(pool, solution, salt=salt, name=name, actor=actor, now=now)


@transaction.atomic
def _keep(
    pool: Pool, solution: "Solution", *, salt: str, name: str, actor: User, now: datetime
) -> MatchVersion:
    from matching.engine.solve import SOLVER

    edition = pool.edition
    version = MatchVersion.objects.create(
        edition=edition,
        name=name,
        author=actor,
        weights=edition.matching_weights,
        salt=salt,
        fingerprint=pool.fingerprint(),
        solver=SOLVER,
        objective=solution.objective or 0,
        bound=solution.certificate.bound if solution.certificate else 0,
        is_unique=solution.unique,
        left_over=left_over(pool, solution.matching),
        created_at=now,
    )
    Proposal.objects.bulk_create(_proposals(pool, solution, version))
    audit.record(
        action="matching.matchversion.run",
        target=version,
        actor=actor,
        fingerprint=version.fingerprint,
        pairs=len(solution.matching),
    )
    return version


def _proposals(pool: Pool, solution: "Solution", version: MatchVersion) -> Iterator[Proposal]:
    themes = {theme.code: theme for theme in pool.edition.themes.order_by("pk")}
    pins = {pair for kind, pair in pool.rules if kind == RuleKind.PIN}
    for host, intern in solution.matching:
        score = pool.score(host, intern)
        yield Proposal(
            version=version,
            declaration=pool.declarations[host],
            application=pool.applications[intern],
            score=score.total,
            breakdown=[[row.code, row.points, row.most] for row in score.criteria],
            is_pinned=(host, intern) in pins,
            explanation_pl=explain(score, themes, language="pl"),
            explanation_uk=explain(score, themes, language="uk"),
        )
