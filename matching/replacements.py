"""Who could come next: the best free partners of one host or one intern (M8, M14)."""

from dataclasses import dataclass

from applications.models import InternApplication
from matching.engine.criteria import PairScore
from matching.pool import Pool
from meetings.models import Declaration

SUGGESTED = 5


@dataclass(frozen=True)
class Suggestion:
    """A pair that may be made now; no other pair has to change for it.

    `loss` is what the best total of everybody who is still free loses with it, in points; None
    when that is not known.
    """

    declaration: Declaration
    application: InternApplication
    score: PairScore
    loss: int | None


def suggestions(
    pool: Pool, *, host: str | None = None, intern: str | None = None, most: int = SUGGESTED
) -> list[Suggestion]:
    """The best allowed pairs of a host (TERYT) or of an intern (number), the best first."""
    from matching.engine.prices import (
        Pricing,  # numpy and the solver: most web workers never match (W12)
    )
    from matching.engine.solve import solve

    instance = pool.instance(salt=f"win4ua-{pool.edition.year}")
    found = [
        (score, pair)
        for pair, score in instance.allowed().items()
        if host in (None, pair[0]) and intern in (None, pair[1])
    ]
    best = sorted(found, key=lambda row: (-row[0], row[1]))[:most] if pool.places else []
    if not best:
        return []
    pricing = Pricing(instance, solve(instance, with_second_best=False))
    return [
        Suggestion(
            declaration=pool.declarations[pair[0]],
            application=pool.applications[pair[1]],
            score=pool.score(*pair),
            loss=pricing.price(pair),
        )
        for _score, pair in best
    ]
