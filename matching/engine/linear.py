"""LP relaxation by column generation, and exact integer bounds made of its duals.

The restricted master holds the best pairs; all pairs are priced with the duals in one vectorised
pass and violators are added until none is left. The duals are then rounded to multiples of
1/SCALE and repaired, so the bound that they prove is checked in whole numbers: any row prices with
the right signs prove a bound (weak duality), however a float solver found them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.engine import highs
from matching.engine.problem import NOT_ALLOWED, Cell, Integers, Problem

# lcm(1..12): basic solutions of these models have small denominators.
SCALE = 27720
# Up to this many allowed pairs the master simply holds them all.
ALL_AT_ONCE = 3000
FIRST_COLUMNS = 600
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Floor:
    """A further row: the sum of `values` over chosen pairs is at least `least`."""

    values: Integers
    least: int


@dataclass(frozen=True)
class Certificate:
    """Row prices in units of 1/SCALE that prove that no matching is worth more than `bound`.

    `numerator` is the bound in units of 1/SCALE. `ceiling[h, i]` is the most that any matching with
    the pair can be worth. `duals` has one entry a row (and one more for a Floor).
    """

    numerator: int
    duals: Integers
    ceiling: Integers

    @property
    def bound(self) -> int:
        return self.numerator // SCALE


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
            fresh = self._violators(self.values.astype(np.float64), duals)
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
        reduced = self._reduced(self.values * SCALE, exact)
        excess = np.maximum(reduced.max(axis=0), 0)
        worst = int(excess.max())
        if worst:
            places = problem.places_row
            if worst * int(upper[places]) < int(excess.sum()) and exact[places] >= 0:
                exact[places] += worst
                reduced -= worst
            else:
                exact[len(problem.hosts) : places] += excess
                reduced -= excess[None, :]
        numerator = int((np.where(exact > 0, upper, lower) * exact).sum())
        return Certificate(numerator, exact, (numerator + reduced) // SCALE)

    def _reduced(self, values: npt.NDArray, duals: npt.NDArray) -> npt.NDArray:
        hosts, interns = self.problem.prices(duals[: len(self.problem.row_lower)])
        reduced = values - hosts[:, None]
        reduced -= interns[None, :]
        if self.floor is not None and duals[-1] != 0:
            floor = np.where(self.floor.values == NOT_ALLOWED, 0, self.floor.values)
            reduced -= floor * duals[-1]
        return reduced

    def _first_cells(self) -> Integers:
        allowed = self.values != NOT_ALLOWED
        if int(allowed.sum()) <= ALL_AT_ONCE:
            return np.argwhere(allowed)
        order = np.argpartition(self.values, -FIRST_COLUMNS, axis=None)[-FIRST_COLUMNS:]
        wanted = np.zeros(self.values.shape, dtype=bool)
        wanted.flat[order] = True
        wanted |= best_of_each(self.values)
        return np.argwhere(wanted & allowed)

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

    def _violators(self, values: npt.NDArray, duals: npt.NDArray) -> Integers:
        """The best new pair of every host and of every intern, where its reduced value is > 0."""
        if len(self._cells) and self._present.sum() == (self.values != NOT_ALLOWED).sum():
            return np.empty((0, 2), dtype=np.int64)
        reduced = self._reduced(values, duals)
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
            fresh = self._violators(nothing, -answer.duals)
            if feasible or not len(fresh):
                break
            self._add(fresh)
        costs = np.zeros(self._model.width)
        costs[self._shortage :] = -self.values[self._cells[:, 0], self._cells[:, 1]]
        self._model.change_costs(costs)
        self._model.change_bounds(shortages, 0.0, 0.0)
        return feasible


def best_of_each(values: npt.NDArray) -> npt.NDArray[np.bool_]:
    """Mask of the largest entry of every row and of every column."""
    mask = np.zeros(values.shape, dtype=bool)
    mask[np.arange(values.shape[0]), values.argmax(axis=1)] = True
    mask[values.argmax(axis=0), np.arange(values.shape[1])] = True
    return mask
