"""The exact price of every pair: what the best total loses when the pair is forced in."""

from dataclasses import replace

import numpy as np

from matching.engine.instance import Instance, Pair
from matching.engine.linear import LinearRelaxation
from matching.engine.optimum import Cell, conclude, total
from matching.engine.problem import NOT_ALLOWED, Problem
from matching.engine.solve import Solution

Price = tuple[str, str, int | None]


def prices(instance: Instance, solution: Solution) -> list[Price]:
    """(host, intern, price) of every allowed pair, sorted; price None: it cannot be forced.

    `solution` is the proven answer to `instance`; without one every price is None.
    """
    problem = Problem.compile(instance)
    allowed = [(int(host), int(intern)) for host, intern in np.argwhere(problem.allowed)]
    pins = problem.cells(instance.pinned)
    residual = problem.with_pins(pins)
    if solution.status != "optimal" or solution.objective is None or residual is None:
        return [(problem.hosts[h], problem.interns[i], None) for h, i in allowed]
    forced = ForcedTotals(residual)
    fixed = total(problem.score, pins)
    chosen = set(problem.cells(solution.matching))
    found: list[Price] = []
    for cell in allowed:
        host, intern = problem.hosts[cell[0]], problem.interns[cell[1]]
        if cell in chosen:
            found.append((host, intern, 0))
            continue
        best = forced.best(cell)
        found.append((host, intern, None if best is None else solution.objective - fixed - best))
    return found


def price(instance: Instance, solution: Solution, pair: Pair) -> int | None:
    """The price of one pair; None when it cannot be forced."""
    problem = Problem.compile(instance)
    pins = problem.cells(instance.pinned)
    residual = problem.with_pins(pins)
    if solution.objective is None or residual is None:
        return None
    if pair in solution.matching:
        return 0
    best = ForcedTotals(residual).best(problem.cells([pair])[0])
    if best is None:
        return None
    return solution.objective - total(problem.score, pins) - best


class ForcedTotals:
    """Best totals with one pair forced in; pairs that touch the same binding rows share a re-solve.

    Forcing a pair uses up one unit of each of its rows. Minimum shares are lowered at once. An
    upper bound is lowered only when the best matching of the rest breaks it together with the pair:
    until then the rest is a relaxation, and as soon as nothing is broken its best is exact.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._relaxation = LinearRelaxation(problem, problem.score)
        self._known: dict[
            tuple[frozenset[int], frozenset[int]], tuple[int, tuple[Cell, ...]] | None
        ] = {}

    def best(self, cell: Cell) -> int | None:
        """Best total over the matchings that hold the cell; None when there is none."""
        problem = self._problem
        rows = problem.rows_of(cell)
        if problem.score[cell] == NOT_ALLOWED or (problem.row_upper[rows] < 1).any():
            return None
        shares = frozenset(row for row in rows if problem.row_lower[row])
        used = frozenset([problem.places_row])
        while True:
            rest = self._rest(shares, used)
            if rest is None:
                return None
            value, cells = rest
            activity = problem.activity(cells)
            broken = {row for row in rows if activity[row] >= problem.row_upper[row]}
            if row_set := broken - used:
                used |= row_set
                continue
            return value + int(problem.score[cell])

    def _rest(
        self, shares: frozenset[int], used: frozenset[int]
    ) -> tuple[int, tuple[Cell, ...]] | None:
        key = (shares, used)
        if key not in self._known:
            lower, upper = self._problem.row_lower.copy(), self._problem.row_upper.copy()
            lower[list(shares)] -= 1
            upper[list(used)] -= 1
            self._known[key] = None
            if (lower <= upper).all():
                self._relaxation.change_rows(
                    replace(self._problem, row_lower=lower, row_upper=upper)
                )
                best = conclude(self._relaxation)
                self._known[key] = None if best is None else (best.value, best.cells)
        return self._known[key]
