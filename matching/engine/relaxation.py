"""When nothing fits: the smallest relaxation, with its rows named."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.engine import highs
from matching.engine.instance import Instance, Pair, Quota
from matching.engine.linear import TOLERANCE, best_of_each
from matching.engine.optimum import NO_DEADLINE, Deadline, OutOfTime
from matching.engine.problem import NOT_ALLOWED, Cell, Integers, Mask, Problem

Numbers = npt.NDArray[Any]
FIRST_COLUMNS = 600


@dataclass(frozen=True)
class RelaxedRow:
    """A row and by how many units it has to give way.

    `kind` is minimum, maximum, places or pin; `pair` is set for a pin.
    """

    row: str
    units: int
    kind: str
    pair: Pair | None = None


@dataclass(frozen=True)
class Relaxation:
    """The smallest total relaxation; `matching` is the best one that it makes possible."""

    total: int
    rows: tuple[RelaxedRow, ...]
    matching: tuple[Pair, ...]
    objective: int


def smallest_relaxation(instance: Instance, *, deadline: Deadline = NO_DEADLINE) -> Relaxation:
    """The fewest units by which quotas, places (short only) and pins must give way.

    Host capacity and one place an intern never do. Among the smallest relaxations the one with the
    best total score is taken, and among those the one with the smallest hash, so that the order of
    rows in a file decides nothing. Raises OutOfTime.
    """
    return _Elastic(instance).solve(instance.salt, deadline)


@dataclass(frozen=True)
class _Slack:
    """A way in which the model may give way: one side of a row, or one pin, by `most` units."""

    kind: str
    name: str
    row: int
    most: int
    cell: Cell | None = None
    pair: Pair | None = None

    @property
    def sign(self) -> int:
        return -1 if self.kind == "maximum" else 1

    def tie(self, salt: str) -> int:
        digest = hashlib.sha256(f"{salt}|{self.kind}|{self.name}".encode()).hexdigest()
        return int(digest[:6], 16) >> 4


@dataclass(frozen=True)
class _Limit:
    """What an earlier goal fixed: a row over all pairs (a matrix) and all slacks."""

    pairs: Integers
    slacks: Integers
    lower: float
    upper: float


@dataclass(frozen=True)
class _Relaxed:
    """Chosen cells and the units of every slack."""

    cells: tuple[Cell, ...]
    units: Integers


class _Elastic:
    """The model with a slack for every row that may give way; pairs come in as they are priced."""

    def __init__(self, instance: Instance) -> None:
        quotas = tuple(half for quota in instance.quotas for half in _halves(quota))
        self.problem = problem = Problem.compile(replace(instance, quotas=quotas))
        self.pins = problem.cells(instance.pinned)
        self.slacks = [*_row_slacks(problem, instance.places), *_pin_slacks(problem, self.pins)]
        self.limits: list[_Limit] = []
        self.present = np.zeros(problem.score.shape, dtype=bool)
        for cell in self.pins:
            self.present[cell] = problem.score[cell] != NOT_ALLOWED

    def solve(self, salt: str, deadline: Deadline) -> Relaxation:
        """Fewest units, then best total, then smallest hash."""
        problem = self.problem
        nothing = np.zeros(problem.score.shape, dtype=np.int64)
        score = np.where(problem.allowed, problem.score, 0)
        ones = np.ones(len(self.slacks), dtype=np.int64)
        ties = np.array([slack.tie(salt) for slack in self.slacks], dtype=np.int64)
        found = self._minimise(nothing, ones, deadline)
        fewest = int(found.units.sum())
        self.limits.append(_Limit(nothing, ones, -highs.INFINITY, fewest))
        found = self._minimise(-score, 0 * ones, deadline)
        objective = sum(int(score[cell]) for cell in found.cells)
        self.limits.append(_Limit(score, 0 * ones, objective, highs.INFINITY))
        found = self._minimise(nothing, ties, deadline)
        same = sum(int(score[cell]) for cell in found.cells) == objective
        if not (same and int(found.units.sum()) == fewest and self._holds(found)):
            raise highs.SolverFailed("HiGHS returned a relaxation that breaks a row.")
        # Rows of the same name and kind are one row to the reader.
        rows: dict[_Slack, int] = {}
        for slack, units in zip(self.slacks, found.units.tolist(), strict=True):
            if units:
                named = replace(slack, row=0, most=0)
                rows[named] = rows.get(named, 0) + units
        named_rows = tuple(
            RelaxedRow(slack.name, units, slack.kind, slack.pair) for slack, units in rows.items()
        )
        return Relaxation(fewest, named_rows, problem.pairs(found.cells), objective)

    def _minimise(self, costs: Integers, slack_costs: Integers, deadline: Deadline) -> _Relaxed:
        """Exact optimum: LP over all pairs by pricing, then a MIP over those that can matter."""
        bound, reduced = self._price(costs, slack_costs, deadline)
        searched = self.present.copy()
        while True:
            answer = self._run(searched, costs, slack_costs, deadline, integer=True)
            cells = np.argwhere(searched)
            chosen = tuple((int(h), int(i)) for h, i in cells[answer.values[: len(cells)] > 0.5])
            units = np.rint(answer.values[len(cells) :]).astype(np.int64)
            cost = sum(int(costs[cell]) for cell in chosen) + int(units @ slack_costs)
            # Costs are whole: a pair that is not searched makes it at least bound + reduced.
            open_to = cost - bound - highs.INTEGER_GAP
            missing = self.problem.allowed & ~searched & (reduced <= open_to)
            if not missing.any():
                for cell in chosen:
                    self.present[cell] = True
                return _Relaxed(chosen, units)
            searched |= missing

    def _price(
        self, costs: Integers, slack_costs: Integers, deadline: Deadline
    ) -> tuple[float, Numbers]:
        """Bound of the LP and the reduced cost of every pair."""
        allowed = self.problem.allowed
        dear = np.where(allowed, -costs, NOT_ALLOWED)
        if allowed.any():
            first = np.argpartition(dear, -min(FIRST_COLUMNS, dear.size), axis=None)
            self.present.flat[first[-min(FIRST_COLUMNS, dear.size) :]] = True
            self.present |= best_of_each(dear)
            self.present &= allowed
        while True:
            answer = self._run(self.present, costs, slack_costs, deadline, integer=False)
            reduced = self._reduced(costs, answer.duals)
            gains = np.where(allowed & ~self.present, -reduced, NOT_ALLOWED)
            fresh = best_of_each(gains) & (gains > TOLERANCE) if allowed.any() else allowed
            if not fresh.any():
                break
            self.present |= fresh
        chosen = costs[self.present]
        bound = float(np.concatenate([chosen, slack_costs]) @ answer.values)
        return bound, reduced

    def _reduced(self, costs: Integers, duals: Numbers) -> Numbers:
        rows = len(self.problem.row_lower)
        hosts, interns = self.problem.prices(duals[:rows])
        reduced = costs - hosts[:, None] - interns[None, :]
        for limit, dual in zip(self.limits, duals[rows + len(self.pins) :], strict=True):
            reduced -= dual * limit.pairs
        return reduced

    def _run(
        self,
        mask: Mask,
        costs: Integers,
        slack_costs: Integers,
        deadline: Deadline,
        *,
        integer: bool,
    ) -> highs.Answer:
        """Solve over the pairs of the mask; rows are those of the problem, pins, then limits."""
        cells = np.argwhere(mask)
        hosts, interns = cells[:, 0], cells[:, 1]
        pins = len(self.pins)
        lower = np.concatenate([self.problem.row_lower, np.ones(pins)])
        upper = np.concatenate([self.problem.row_upper, np.full(pins, highs.INFINITY)])
        slacks = len(self.slacks)
        columns = np.arange(len(cells) + slacks)
        model = highs.Model(lower, upper)
        starts, rows = self.problem.columns(hosts, interns)
        starts, rows = self._with_pin_rows(cells, starts, rows)
        model.add_columns(
            costs=costs[hosts, interns], starts=starts, rows=rows, upper=1.0, integer=integer
        )
        model.add_columns(
            costs=slack_costs,
            starts=np.arange(slacks),
            rows=[slack.row for slack in self.slacks],
            coefficients=[slack.sign for slack in self.slacks],
            upper=[float(slack.most) for slack in self.slacks],
            integer=integer,
        )
        for limit in self.limits:
            entries = np.concatenate([limit.pairs[hosts, interns], limit.slacks])
            model.add_row(limit.lower, limit.upper, columns, entries)
        answer = model.solve(time_limit=deadline.remaining())
        if answer.status == "time_limit":
            raise OutOfTime
        if answer.status != "optimal":
            raise highs.SolverFailed("The relaxed model must always have an answer.")
        return answer

    def _with_pin_rows(
        self, cells: Integers, starts: Integers, rows: Integers
    ) -> tuple[Integers, Integers]:
        """A pinned pair counts once more, in the row of its pin."""
        numbers = {cell: number for number, cell in enumerate(self.pins)}
        pinned = [
            (k, numbers[h, i]) for k, (h, i) in enumerate(cells.tolist()) if (h, i) in numbers
        ]
        first = len(self.problem.row_lower)
        for column, number in reversed(pinned):
            rows = np.insert(rows, starts[column], first + number)
            starts[column + 1 :] += 1
        return starts, rows

    def _holds(self, found: _Relaxed) -> bool:
        """Exact check that the relaxed rows really let the matching through."""
        lower, upper = self.problem.row_lower.copy(), self.problem.row_upper.copy()
        dropped = set()
        for slack, units in zip(self.slacks, found.units, strict=True):
            if slack.cell is not None:
                dropped |= {slack.cell} if units else set()
            elif slack.kind == "maximum":
                upper[slack.row] += units
            else:
                lower[slack.row] -= units
        relaxed = replace(self.problem, row_lower=lower, row_upper=upper)
        pins_hold = all(cell in found.cells or cell in dropped for cell in self.pins)
        return pins_hold and relaxed.is_feasible(found.cells)


def _halves(quota: Quota) -> list[Quota]:
    """A quota whose minimum exceeds its maximum is two rows: HiGHS refuses lower > upper."""
    if quota.min <= quota.max:
        return [quota]
    return [replace(quota, min=0), replace(quota, max=quota.min)]


def _row_slacks(problem: Problem, places: int) -> list[_Slack]:
    slacks = []
    for row in range(problem.places_row, len(problem.row_lower)):
        name, lower = problem.row_names[row], int(problem.row_lower[row])
        is_places = row == problem.places_row
        if lower:
            slacks.append(_Slack("places" if is_places else "minimum", name, row, lower))
        if not is_places:
            slacks.append(_Slack("maximum", name, row, places))
    return slacks


def _pin_slacks(problem: Problem, pins: list[Cell]) -> list[_Slack]:
    first = len(problem.row_lower)
    return [
        _Slack("pin", f"pin {host} {intern}", first + number, 1, cell, (host, intern))
        for number, cell in enumerate(pins)
        for host, intern in problem.pairs([cell])
    ]
