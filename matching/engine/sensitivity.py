"""Which pairs are fragile: they flip when one weight moves by a fifth (M19)."""

from collections.abc import Sequence
from dataclasses import replace

from matching.engine.criteria import CRITERIA, HostProfile, InternProfile, Weights
from matching.engine.instance import Instance, Pair
from matching.engine.scores import score_all
from matching.engine.solve import solve

# A weight times 8 or 12 beside the others times 10: 20 % down, 20 % up.
UNMOVED, MOVES = 10, (8, 12)


def fragile_pairs(
    instance: Instance,
    hosts: Sequence[HostProfile],
    interns: Sequence[InternProfile],
    weights: Weights,
) -> dict[Pair, tuple[str, ...]]:
    """Pairs of the best matching that another weight would undo, and the criteria that do it.

    Everything of `instance` but its scores stays as it is. Empty when it is infeasible.
    """
    best = solve(
        replace(instance, scores=score_all(hosts, interns, weights)), with_second_best=False
    )
    undone: dict[Pair, list[str]] = {}
    for code in CRITERIA:
        for move in MOVES if getattr(weights, code) else ():
            scores = score_all(hosts, interns, _moved(weights, code, move))
            other = solve(replace(instance, scores=scores), with_second_best=False)
            for pair in set(best.matching) - set(other.matching):
                if code not in undone.setdefault(pair, []):
                    undone[pair].append(code)
    return {pair: tuple(undone[pair]) for pair in sorted(undone)}


def _moved(weights: Weights, moved: str, by: int) -> Weights:
    names = (*CRITERIA, "partnership_informal")
    factors = dict.fromkeys(names, UNMOVED) | {moved: by}
    if moved == "partnership":
        factors["partnership_informal"] = by
    return replace(weights, **{name: getattr(weights, name) * factors[name] for name in names})
