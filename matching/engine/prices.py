"""The exact price of every pair: what the best total loses when the pair is forced in."""

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.instance import Instance, Pair
from matching.engine.linear import LinearRelaxation
from matching.engine.network import cap_prices
from matching.engine.optimum import Optimum, conclude, total
from matching.engine.problem import NOT_ALLOWED, Cell, Problem
from matching.engine.solve import Solution

Price = tuple[str, str, int | None]
Forced = tuple[int, tuple[Cell, ...]] | None


@dataclass(frozen=True)
class Alternative:
    """Another partner: the price, who would lose the present place and which pairs would be new."""

    pair: Pair
    price: int
    displaced: tuple[Pair, ...]
    created: tuple[Pair, ...]


class Pricing:
    """Prices and alternatives around one proven solution."""

    def __init__(self, instance: Instance, solution: Solution) -> None:
        self._problem = Problem.compile(instance)
        self._pins = self._problem.cells(instance.pinned)
        self._solution = solution
        self._chosen = frozenset(solution.matching)
        residual = self._problem.with_pins(self._pins)
        proven = solution.status == "optimal" and residual is not None
        self._forced = ForcedTotals(residual) if proven and residual is not None else None
        self._fixed = total(self._problem.score, self._pins) if proven else 0

    def price(self, pair: Pair) -> int | None:
        """Loss of the best total when the pair is forced in; None when it cannot be."""
        return self._price(self._problem.cells([pair])[0])

    def prices(self) -> list[Price]:
        """(host, intern, price) of every allowed pair, sorted."""
        problem = self._problem
        at_once = None if self._forced is None else self._all_at_once()
        if at_once is not None:
            return at_once
        return [
            (problem.hosts[host], problem.interns[intern], self._price((int(host), int(intern))))
            for host, intern in np.argwhere(problem.allowed)
        ]

    def _all_at_once(self) -> list[Price] | None:
        """All prices by shortest paths; None where minimum shares or crossing caps forbid it."""
        problem, pins = self._problem, set(self._pins)
        residual = problem.with_pins(pins)
        rest = [cell for cell in problem.cells(self._solution.matching) if cell not in pins]
        matrix = None if residual is None else cap_prices(residual, tuple(rest))
        if matrix is None:
            return None
        for pin in pins:
            matrix[pin] = 0.0
        hosts, interns = np.nonzero(problem.allowed)
        exact = [None if price == np.inf else int(price) for price in matrix[hosts, interns]]
        names = [problem.hosts[host] for host in hosts]
        return list(zip(names, [problem.interns[i] for i in interns], exact, strict=True))

    def alternatives(
        self, *, host: str | None = None, intern: str | None = None, most: int = 5
    ) -> list[Alternative]:
        """The cheapest other partners of one host or one intern, cheapest first (M8).

        Pairs are tried from the highest ceiling down; the rest cannot be among the cheapest once
        enough are known that beat the next ceiling.
        """
        if self._forced is None:
            return []
        problem = self._problem
        chosen = set(problem.cells(self._solution.matching))
        cells = [
            (int(h), int(i))
            for h, i in np.argwhere(problem.allowed)
            if host in (None, problem.hosts[h]) and intern in (None, problem.interns[i])
        ]
        ceilings = {cell: self._forced.ceiling(cell) for cell in cells if cell not in chosen}
        found: list[tuple[int, Cell, tuple[Cell, ...]]] = []
        for cell in sorted(ceilings, key=lambda cell: (-ceilings[cell], cell)):
            if len(found) >= most and -found[most - 1][0] > ceilings[cell]:
                break
            forced = self._forced.best(cell)
            if forced is not None:
                found.append((-forced[0], cell, forced[1]))
                found.sort()
        return [self._alternative(*row) for row in found[:most]]

    def _alternative(self, loss: int, cell: Cell, cells: tuple[Cell, ...]) -> Alternative:
        now, then = self._chosen, set(self._problem.pairs([*cells, *self._pins]))
        pair = self._problem.pairs([cell])[0]
        price = (self._solution.objective or 0) - self._fixed + loss
        return Alternative(pair, price, tuple(sorted(now - then)), tuple(sorted(then - now)))

    def _price(self, cell: Cell) -> int | None:
        if self._forced is None or self._solution.objective is None:
            return None
        if (self._problem.hosts[cell[0]], self._problem.interns[cell[1]]) in self._chosen:
            return 0
        forced = self._forced.best(cell)
        return None if forced is None else self._solution.objective - self._fixed - forced[0]


def prices(instance: Instance, solution: Solution) -> list[Price]:
    """(host, intern, price) of every allowed pair, sorted; price None: it cannot be forced.

    `solution` is the proven answer to `instance`; without one every price is None.
    """
    return Pricing(instance, solution).prices()


class ForcedTotals:
    """Best totals with one pair forced in; pairs that touch the same binding rows share a re-solve.

    Forcing a pair uses up one unit of each of its rows. Minimum shares are lowered at once. An
    upper bound is lowered only when the best matching of the rest breaks it together with the pair:
    until then the rest is a relaxation, and as soon as nothing is broken its best is exact.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._relaxation = LinearRelaxation(problem, problem.score)
        self._base: Optimum | None = conclude(self._relaxation)
        self._known: dict[tuple[frozenset[int], frozenset[int]], _Rest | None] = {}

    def ceiling(self, cell: Cell) -> int:
        """A proven bound on what any matching with the cell is worth."""
        if self._base is None:
            return NOT_ALLOWED
        return int(self._base.certificate.ceiling[cell])

    def best(self, cell: Cell) -> Forced:
        """Best total over the matchings that hold the cell, and one of them; None if none does."""
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
            broken = rest.full.intersection(rows) - used
            if not broken:
                return rest.value + int(problem.score[cell]), (*rest.cells, cell)
            used |= broken

    def _rest(self, shares: frozenset[int], used: frozenset[int]) -> "_Rest | None":
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
                if best is not None:
                    full = self._problem.activity(best.cells) >= self._problem.row_upper
                    rows = frozenset(np.flatnonzero(full).tolist())
                    self._known[key] = _Rest(best.value, best.cells, rows)
        return self._known[key]


@dataclass(frozen=True)
class _Rest:
    """The best of the other pairs; `full` are the rows that take no further pair."""

    value: int
    cells: tuple[Cell, ...]
    full: frozenset[int]
