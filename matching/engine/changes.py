"""What if somebody withdraws or declines: the best that changes few other pairs (M14, M19)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.engine.instance import Instance, Pair
from matching.engine.linear import Floor
from matching.engine.optimum import Cut, maximise, search, total
from matching.engine.problem import NOT_ALLOWED, Cell, Problem


@dataclass(frozen=True)
class Replacement:
    """The best matching in which at most `changes` of the kept pairs change (None: no limit).

    `objective` is None and the matching empty when there is none.
    """

    changes: int | None
    objective: int | None
    matching: tuple[Pair, ...] = ()


def replacements(
    instance: Instance, previous: Iterable[Pair], *, changes: Iterable[int] = (0, 1, 2)
) -> tuple[Replacement, ...]:
    """For every number of changes, and then without a limit, the best matching of `instance`.

    `instance` is what is left after the withdrawal (`without_host`, `without_intern`) or the
    decline (`with_changes(forbid=...)`); the pairs of `previous` that it still allows are kept.
    Ties are decided by the lottery.
    """
    problem = Problem.compile(instance)
    allowed = instance.allowed()
    kept = problem.cells(pair for pair in set(previous) if pair in allowed)
    limits = [*changes, None]
    pins = problem.cells(instance.pinned)
    residual = problem.with_pins(pins)
    best = None if residual is None else maximise(residual, residual.score)
    if residual is None or best is None:
        return tuple(Replacement(limit, None) for limit in limits)
    # Pinned pairs stay anyway.
    free = dict.fromkeys((cell for cell in kept if cell not in pins), -1)
    found = []
    for limit in limits:
        cut = None if limit is None else Cut(free, limit - len(free))
        cells = _best(residual, best.certificate.ceiling, cut)
        if cells is None:
            found.append(Replacement(limit, None))
            continue
        chosen = [*pins, *cells]
        found.append(Replacement(limit, total(problem.score, chosen), problem.pairs(chosen)))
    return tuple(found)


def _best(problem: Problem, ceiling: np.ndarray, cut: Cut | None) -> tuple[Cell, ...] | None:
    """Best total under the cut, and among those the largest lottery."""
    cells = search(problem, problem.score, ceiling, cut=cut)
    if cells is None:
        return None
    objective = total(problem.score, cells)
    weights = problem.lottery(problem.allowed & (ceiling >= objective))
    # No bound on lotteries is at hand, so every pair that can reach the total is searched.
    level = np.where(weights == NOT_ALLOWED, NOT_ALLOWED, 0)
    return search(problem, weights, level, floor=Floor(problem.score, objective), cut=cut)
