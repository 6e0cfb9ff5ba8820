"""LP relaxation by column generation, and exact integer bounds made of its duals.

The restricted master holds the best pairs; all pairs are priced with the duals in one vectorised
pass and violators are added until none is left. The duals are then rounded to multiples of
1/SCALE and repaired, so the bound that they prove is checked in whole numbers: any row prices with
the right signs prove a bound (weak duality), however a float solver found them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.engine import highs
from matching.engine.problem import NOT_ALLOWED, Cell, Integers, Mask, Problem

# lcm(1..12): basic solutions of these models have small denominators.
SCALE = 27720
# Up to this many allowed pairs the master simply holds them all.
ALL_AT_ONCE = 3000
FIRST_COLUMNS = 600
TOLERANCE = 1e-6
# Pairs that are priced before any other, and how many are sampled to find them.
POOL = 20_000
SAMPLE = 8192


@dataclass(frozen=True)
class Floor:
    """A further row: the sum of `values` over chosen pairs is at least `least`."""

    values: Integers
    least: int


@dataclass(frozen=True)
class Certificate:
    """Row prices in units of 1/SCALE that prove that no matching is worth more than `bound`.

    `numerator` is the bound in units of 1/SCALE; `duals` has one entry a row (and one more for a
    Floor).
    """

    problem: Problem
    values: Integers
    floor: Floor | None
    duals: Integers
    numerator: int

    @property
    def bound(self) -> int:
        return self.numerator // SCALE

    @cached_property
    def ceiling(self) -> Integers:
        """The most that any matching with the pair can be worth, for every pair."""
        reduced = reduced_values(self.problem, self.values * SCALE, self.duals, self.floor)
        reduced += self.numerator
        reduced //= SCALE
        return reduced


def reduced_values(
    problem: Problem, values: npt.NDArray, duals: npt.NDArray, floor: Floor | None
) -> npt.NDArray:
    """What every pair is worth beyond the prices of its rows; a matrix of the type of `values`."""
    hosts, interns = problem.prices(duals[: len(problem.row_lower)])
    reduced = values - hosts[:, None]
    reduced -= interns[None, :]
    if floor is not None and duals[-1] != 0:
        reduced -= np.where(floor.values == NOT_ALLOWED, 0, floor.values) * duals[-1]
    return reduced


class Pool:
    """The most valuable pairs, priced first; every other allowed pair is worth at most `outside`.

    As long as the cheapest rows cost more than `outside`, no other pair needs to be looked at.
    `outside` is None when the pool holds every allowed pair.
    """

    def __init__(self, values: Integers) -> None:
        flat = values.ravel()
        least = NOT_ALLOWED
        if flat.size > POOL:
            sample = flat[:: flat.size // SAMPLE + 1]
            rank = max(1, len(sample) * POOL // flat.size)
            least = int(np.partition(sample, -rank)[-rank])
        self.outside = None if least == NOT_ALLOWED else least - 1
        self.flat = np.flatnonzero(flat >= max(least, NOT_ALLOWED + 1))
        self.hosts, self.interns = np.divmod(self.flat, values.shape[1])
        self.values = flat[self.flat]

    def covers(self, outside: int, hosts: npt.NDArray, interns: npt.NDArray) -> bool:
        """True when no pair outside, worth at most `outside`, can pay these prices."""
        return self.outside is None or outside - hosts.min() - interns.min() <= 0

    def best_of_each(self, values: npt.NDArray, mask: Mask) -> Integers:
        """Cells of the mask with the largest value of their host or of their intern."""
        chosen = np.flatnonzero(mask)
        order = chosen[np.argsort(-values[chosen], kind="stable")]
        _hosts, first_of_host = np.unique(self.hosts[order], return_index=True)
        _interns, first_of_intern = np.unique(self.interns[order], return_index=True)
        picked = order[np.union1d(first_of_host, first_of_intern)]
        return np.column_stack([self.hosts[picked], self.interns[picked]])


class LinearRelaxation:
    """The LP of `maximise values over the rows of problem`, solved by column generation."""

    def __init__(self, problem: Problem, values: Integers, floor: Floor | None = None) -> None:
        self.problem = problem
        self.values = values
        self.floor = floor
        lower = problem.row_lower.astype(np.float64)
        upper = problem.row_upper.astype(np.float64)
        if floor is not None:
            lower, upper = np.append(lower, floor.least), np.append(upper, highs.INFINITY)
        self._rows = len(lower)
        self._model = highs.Model(lower, upper)
        short = np.flatnonzero(lower > 0)
        self._shortage = len(short)
        # Shortage columns make every lower bound reachable; they are open in the first phase only.
        self._model.add_columns(
            costs=np.zeros(len(short)), starts=np.arange(len(short)), rows=short, upper=0.0
        )
        self._cells = np.empty((0, 2), dtype=np.int64)
        self._present = np.zeros(values.shape, dtype=bool)
        self._pool = Pool(values)
        self._add(self._first_cells())

    def change_rows(self, problem: Problem) -> None:
        """Take the row bounds of another problem that differs in nothing else; columns are kept.

        Rows without a minimum cannot be given one.
        """
        self.problem = problem
        lower, upper = problem.row_lower, problem.row_upper
        if self.floor is None:
            self._model.change_rows(lower, upper)
        else:
            self._model.change_rows(
                np.append(lower, self.floor.least), np.append(upper, highs.INFINITY)
            )

    def solve(self) -> tuple[list[tuple[Cell, float]], npt.NDArray[np.float64]] | None:
        """Support of an optimal basic solution and the row duals; None when it is infeasible."""
        answer = self._model.solve()
        if answer.status == "infeasible":
            if not self._reach_feasibility():
                return None
            answer = self._model.solve()
        while True:
            duals = -answer.duals
            fresh = self._violators(self.values, duals)
            if not len(fresh):
                break
            self._add(fresh)
            answer = self._model.solve()
        chosen = answer.values[self._shortage :]
        support = [
            ((int(self._cells[k, 0]), int(self._cells[k, 1])), float(chosen[k]))
            for k in np.flatnonzero(chosen > TOLERANCE)
        ]
        return support, duals

    def certificate(self, duals: npt.NDArray[np.float64]) -> Certificate:
        """Round the duals and repair them until they are feasible in whole numbers."""
        problem = self.problem
        exact = np.rint(duals * SCALE).astype(np.int64)
        upper = problem.row_upper
        lower = problem.row_lower
        if self.floor is not None:
            exact[-1] = min(int(exact[-1]), 0)
            upper = np.append(upper, 0)
            lower = np.append(lower, self.floor.least)
        excess = self._excess(exact)
        worst = int(excess.max(initial=0))
        if worst:
            places = problem.places_row
            if worst * int(upper[places]) < int(excess.sum()) and exact[places] >= 0:
                exact[places] += worst
            else:
                exact[len(problem.hosts) : places] += excess
        numerator = int((np.where(exact > 0, upper, lower) * exact).sum())
        return Certificate(problem, self.values, self.floor, exact, numerator)

    def _excess(self, duals: Integers) -> Integers:
        """By how much the best pair of every intern is worth more than the prices of its rows."""
        pool = self._pool
        hosts, interns = self.problem.prices(duals[: len(self.problem.row_lower)])
        if self.floor is None and pool.covers((pool.outside or 0) * SCALE, hosts, interns):
            excess = np.zeros(len(interns), dtype=np.int64)
            reduced = pool.values * SCALE - hosts[pool.hosts] - interns[pool.interns]
            np.maximum.at(excess, pool.interns, reduced)
            return excess
        reduced = reduced_values(self.problem, self.values * SCALE, duals, self.floor)
        return reduced.max(axis=0, initial=0)

    def _first_cells(self) -> Integers:
        pool = self._pool
        wanted = np.ones(len(pool.flat), dtype=bool)
        cells = np.column_stack([pool.hosts, pool.interns])
        if len(pool.flat) <= ALL_AT_ONCE:
            return cells
        best = pool.best_of_each(pool.values, wanted)
        top = cells[np.argsort(-pool.values, kind="stable")[:FIRST_COLUMNS]]
        return np.unique(np.vstack([top, best]), axis=0)

    def _add(self, cells: Integers) -> None:
        hosts, interns = cells[:, 0], cells[:, 1]
        starts, rows = self.problem.columns(hosts, interns)
        coefficients = np.ones(len(rows))
        if self.floor is not None:
            ends = np.append(starts[1:], len(rows))
            rows = np.insert(rows, ends, self._rows - 1)
            coefficients = np.insert(coefficients, ends, self.floor.values[hosts, interns])
            starts = starts + np.arange(len(starts))
        self._model.add_columns(
            costs=-self.values[hosts, interns], starts=starts, rows=rows, coefficients=coefficients
        )
        self._cells = np.vstack([self._cells, cells])
        self._present[hosts, interns] = True

    def _violators(
        self, values: npt.NDArray, duals: npt.NDArray, outside: int | None = None
    ) -> Integers:
        """The best new pair of every host and of every intern, where its reduced value is > 0.

        `outside` bounds the values of pairs outside the pool, by default as the pool has it.
        """
        pool = self._pool
        hosts, interns = self.problem.prices(duals[: len(self.problem.row_lower)])
        if self.floor is None:
            reduced = values.ravel()[pool.flat] - hosts[pool.hosts] - interns[pool.interns]
            fresh = (reduced > TOLERANCE) & ~self._present.ravel()[pool.flat]
            if fresh.any():
                return pool.best_of_each(reduced, fresh)
            if pool.covers((pool.outside or 0) if outside is None else outside, hosts, interns):
                return np.empty((0, 2), dtype=np.int64)
        reduced = reduced_values(self.problem, values.astype(np.float64), duals, self.floor)
        reduced[self._present] = -1.0
        return np.argwhere(best_of_each(reduced) & (reduced > TOLERANCE))

    def _reach_feasibility(self) -> bool:
        """First phase: add columns until the sum of shortages is zero; False when it cannot be."""
        if not self._shortage:
            return False
        shortages = np.arange(self._shortage)
        self._model.change_bounds(shortages, 0.0, highs.INFINITY)
        nothing = np.where(self.values == NOT_ALLOWED, float(NOT_ALLOWED), 0.0)
        while True:
            costs = np.zeros(self._model.width)
            costs[: self._shortage] = 1.0
            self._model.change_costs(costs)
            answer = self._model.solve()
            feasible = float(answer.values[: self._shortage].sum()) <= TOLERANCE
            fresh = self._violators(nothing, -answer.duals, outside=0)
            if feasible or not len(fresh):
                break
            self._add(fresh)
        costs = np.zeros(self._model.width)
        costs[self._shortage :] = -self.values[self._cells[:, 0], self._cells[:, 1]]
        self._model.change_costs(costs)
        self._model.change_bounds(shortages, 0.0, 0.0)
        return feasible


def best_of_each(values: npt.NDArray) -> Mask:
    """Mask of the largest entry of every row and of every column."""
    mask = np.zeros(values.shape, dtype=bool)
    mask[np.arange(values.shape[0]), values.argmax(axis=1)] = True
    mask[values.argmax(axis=0), np.arange(values.shape[1])] = True
    return mask
