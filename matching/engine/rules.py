"""What every pin and every ban costs, and who would gain without it (M18)."""

from dataclasses import dataclass, replace
from typing import Literal

from matching.engine.instance import Instance, Pair
from matching.engine.solve import Solution, solve


@dataclass(frozen=True)
class RulePrice:
    """The points that one rule takes from the best total, and what would change without it.

    `created` are the pairs that would be made without the rule, `dissolved` the present pairs that
    would go. `price` is None when the instance has no answer with the rule, or none without it.
    """

    kind: Literal["pin", "ban"]
    pair: Pair
    price: int | None
    created: tuple[Pair, ...] = ()
    dissolved: tuple[Pair, ...] = ()


def rule_prices(instance: Instance, solution: Solution) -> tuple[RulePrice, ...]:
    """One price for every pin, then for every ban of a pair that has a score; sorted by pair.

    `solution` is the answer to `instance`. A rule that costs nothing has the price 0; its pairs
    are empty then, unless it only decides between equals.
    """
    listed = {(host, intern) for host, intern, _score in instance.scores}
    pins = [
        _price("pin", pair, replace(instance, pinned=instance.pinned - {pair}), solution)
        for pair in sorted(instance.pinned)
    ]
    bans = [
        _price("ban", pair, replace(instance, forbidden=instance.forbidden - {pair}), solution)
        for pair in sorted(instance.forbidden & listed)
    ]
    return (*pins, *bans)


def _price(
    kind: Literal["pin", "ban"], pair: Pair, freer: Instance, solution: Solution
) -> RulePrice:
    free = solve(freer, with_second_best=False)
    if solution.objective is None or free.objective is None:
        return RulePrice(kind, pair, None)
    now, then = set(solution.matching), set(free.matching)
    return RulePrice(
        kind,
        pair,
        free.objective - solution.objective,
        tuple(sorted(then - now)),
        tuple(sorted(now - then)),
    )
