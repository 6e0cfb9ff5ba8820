"""Exact optimum over a compiled problem: LP first, MIP over the few pairs that can still matter."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine import highs
from matching.engine.linear import SCALE, TOLERANCE, Certificate, Floor, LinearRelaxation
from matching.engine.problem import NOT_ALLOWED, Cell, Integers, Problem

# Pairs in the first MIP of a search; the number grows when the proof needs more.
FIRST_SEARCH = 400


class OutOfTime(Exception):
    """The time limit passed before a proof; `cells` is the best matching found, if any."""

    def __init__(self, cells: list[Cell] | None = None, bound: int | None = None) -> None:
        self.cells = cells
        self.bound = bound
        super().__init__("The time limit passed before the optimum was proved.")


class Deadline:
    """Seconds that remain; without a limit there is always time."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float | None:
        """Seconds left; raises OutOfTime when there are none."""
        if self._end is None:
            return None
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


NO_DEADLINE = Deadline()


@dataclass(frozen=True)
class Cut:
    """A row for one search only: the weighted number of chosen cells is at most `most`.

    Cells that are not listed count `others` each.
    """

    weights: dict[Cell, int]
    most: int
    others: int = 0

    def holds(self, cells: Iterable[Cell]) -> bool:
        return sum(self.weights.get(cell, self.others) for cell in cells) <= self.most


@dataclass(frozen=True)
class Optimum:
    """A best matching, its value, and the certificate that bounds every other one."""

    value: int
    cells: tuple[Cell, ...]
    certificate: Certificate

    @property
    def is_tight(self) -> bool:
        """True when the row prices alone prove the optimum, without branching."""
        return self.certificate.bound == self.value and self.certificate.numerator % SCALE == 0


def maximise(
    problem: Problem,
    values: Integers,
    *,
    floor: Floor | None = None,
    deadline: Deadline = NO_DEADLINE,
) -> Optimum | None:
    """The matching with the largest sum of integer `values`; None when no matching is feasible.

    `values` is NOT_ALLOWED where a pair may not be chosen. Raises OutOfTime.
    """
    if (problem.row_lower > problem.row_upper).any():
        return None
    if not (values != NOT_ALLOWED).any():
        if problem.row_lower.any() or (floor is not None and floor.least > 0):
            return None
        duals = np.zeros(len(problem.row_lower) + (floor is not None), dtype=np.int64)
        return Optimum(0, (), Certificate(problem, values, floor, duals, 0))
    return conclude(LinearRelaxation(problem, values, floor), deadline)


def conclude(relaxation: LinearRelaxation, deadline: Deadline = NO_DEADLINE) -> Optimum | None:
    """The exact optimum, given the LP; None when it is infeasible. Raises OutOfTime."""
    deadline.remaining()
    problem, values, floor = relaxation.problem, relaxation.values, relaxation.floor
    solved = relaxation.solve()
    if solved is None:
        return None
    support, duals = solved
    certificate = relaxation.certificate(duals)
    if all(abs(amount - 1) < TOLERANCE for _cell, amount in support):
        cells = tuple(sorted(cell for cell, _amount in support))
        value = total(values, cells)
        if value == certificate.bound and _is_valid(problem, values, cells, floor):
            return Optimum(value, cells, certificate)
    try:
        found = search(problem, values, certificate.ceiling, floor=floor, deadline=deadline)
    except OutOfTime as stopped:
        raise OutOfTime(stopped.cells, certificate.bound) from stopped
    return None if found is None else Optimum(total(values, found), found, certificate)


def search(
    problem: Problem,
    values: Integers,
    ceiling: Integers,
    *,
    floor: Floor | None = None,
    cut: Cut | None = None,
    at_least: int | None = None,
    deadline: Deadline = NO_DEADLINE,
) -> tuple[Cell, ...] | None:
    """Branch and bound over the pairs with the highest ceilings, proved against all the others.

    `ceiling[h, i]` bounds every matching with the pair, so once the best matching over the pairs
    whose ceiling reaches a threshold is worth at least threshold - 1, no other pair can improve it.
    With `at_least`, worse matchings are of no interest and None is returned for them too.
    """
    reachable = ceiling[values != NOT_ALLOWED]
    if not len(reachable):
        return () if _is_valid(problem, values, (), floor, cut) else None
    lowest = int(reachable.min())
    if at_least is not None:
        lowest = max(lowest, at_least)
        threshold = lowest
    elif len(reachable) > FIRST_SEARCH:
        threshold = int(np.partition(reachable, -FIRST_SEARCH)[-FIRST_SEARCH])
    else:
        threshold = lowest
    step = max(1, int(reachable.max()) - threshold)
    while True:
        cells = np.argwhere((values != NOT_ALLOWED) & (ceiling >= threshold))
        found = _branch(problem, values, cells, floor, cut, deadline)
        if found is not None and (threshold <= lowest or total(values, found) >= threshold - 1):
            if at_least is not None and total(values, found) < at_least:
                return None
            return found
        if found is None and threshold <= lowest:
            return None
        if found is None:
            step *= 4
            threshold = max(lowest, threshold - step)
        else:
            threshold = max(lowest, total(values, found) + 1)


def total(values: Integers, cells: Sequence[Cell]) -> int:
    """Exact sum of the values of the cells."""
    return sum(int(values[cell]) for cell in cells)


def _branch(
    problem: Problem,
    values: Integers,
    cells: Integers,
    floor: Floor | None,
    cut: Cut | None,
    deadline: Deadline,
) -> tuple[Cell, ...] | None:
    """Exact MIP over the given cells only."""
    hosts, interns = cells[:, 0], cells[:, 1]
    starts, rows = problem.columns(hosts, interns)
    model = highs.Model(problem.row_lower, problem.row_upper)
    model.add_columns(
        costs=-values[hosts, interns], starts=starts, rows=rows, upper=1.0, integer=True
    )
    every = np.arange(len(cells))
    if floor is not None:
        model.add_row(floor.least, highs.INFINITY, every, floor.values[hosts, interns])
    if cut is not None:
        listed = [cut.weights.get((int(h), int(i)), cut.others) for h, i in cells]
        model.add_row(-highs.INFINITY, cut.most, every, listed)
    answer = model.solve(time_limit=deadline.remaining())
    if answer.status == "infeasible":
        return None
    found = (
        tuple((int(h), int(i)) for h, i in cells[answer.values > 0.5])
        if len(answer.values)
        else None
    )
    if answer.status == "time_limit":
        raise OutOfTime(list(found) if found is not None else None)
    if found is None or not _is_valid(problem, values, found, floor, cut):
        raise highs.SolverFailed("HiGHS returned a matching that breaks a row.")
    return found


def _is_valid(
    problem: Problem,
    values: Integers,
    cells: Sequence[Cell],
    floor: Floor | None = None,
    cut: Cut | None = None,
) -> bool:
    """Exact check in whole numbers."""
    return (
        problem.is_feasible(cells)
        and all(values[cell] != NOT_ALLOWED for cell in cells)
        and (floor is None or total(floor.values, cells) >= floor.least)
        and (cut is None or cut.holds(cells))
    )
