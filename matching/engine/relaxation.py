"""When nothing fits: the smallest relaxation, its rows by name, and pins that contradict."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.engine import highs
from matching.engine.instance import Instance, Pair
from matching.engine.optimum import NO_DEADLINE, Deadline, OutOfTime
from matching.engine.problem import Cell, Problem

Numbers = npt.NDArray[Any]


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


@dataclass(frozen=True)
class Contradiction:
    """Pins that cannot hold together, and the limit that they break.

    `reason` is pin_forbidden, pin_not_allowed, intern_pinned_twice, host_capacity, places or quota;
    `row` names the quota.
    """

    reason: str
    pairs: tuple[Pair, ...]
    row: str = ""


def contradictions(instance: Instance) -> tuple[Contradiction, ...]:
    """Every way in which the pins alone break a limit, in a stable order."""
    found = []
    listed = {(host, intern) for host, intern, _score in instance.scores}
    pins = sorted(instance.pinned)
    for pin in pins:
        if pin in instance.forbidden:
            found.append(Contradiction("pin_forbidden", (pin,)))
        elif pin not in listed:
            found.append(Contradiction("pin_not_allowed", (pin,)))
    for intern in sorted({pin[1] for pin in pins}):
        same = tuple(pin for pin in pins if pin[1] == intern)
        if len(same) > 1:
            found.append(Contradiction("intern_pinned_twice", same))
    for host in sorted(instance.hosts, key=lambda host: host.id):
        same = tuple(pin for pin in pins if pin[0] == host.id)
        if len(same) > host.capacity:
            found.append(Contradiction("host_capacity", same))
    for quota in sorted(instance.quotas, key=lambda quota: quota.sort_key):
        side = 0 if quota.side == "host" else 1
        same = tuple(pin for pin in pins if pin[side] in quota.members)
        if len(same) > quota.max:
            found.append(Contradiction("quota", same, quota.name))
    if len(pins) > instance.places:
        found.append(Contradiction("places", tuple(pins)))
    return tuple(found)


def smallest_relaxation(instance: Instance, *, deadline: Deadline = NO_DEADLINE) -> Relaxation:
    """The fewest units by which quotas, places (short only) and pins must give way.

    Host capacity and one place an intern never do. Among the smallest relaxations the one with the
    best total score is taken, and among those the one with the smallest hash, so that the order of
    rows in a file decides nothing. Raises OutOfTime.
    """
    return _Elastic(instance).solve(instance.salt, deadline)


class _Elastic:
    """The full model with a slack column for every row that may give way."""

    def __init__(self, instance: Instance) -> None:
        self.problem = Problem.compile(instance)
        self.cells = np.argwhere(self.problem.allowed)
        self.pins = self.problem.cells(instance.pinned)
        self.places = instance.places
        self.scores = self.problem.score[self.cells[:, 0], self.cells[:, 1]]
        self.slacks: list[_Slack] = []
        starts, rows = self.problem.columns(self.cells[:, 0], self.cells[:, 1])
        # HiGHS refuses a row with lower > upper: such a minimum gets a row of its own below.
        self.lower, self.upper = self.problem.row_lower, self.problem.row_upper
        self.model = highs.Model(np.where(self.lower > self.upper, 0, self.lower), self.upper)
        self.model.add_columns(
            costs=np.zeros(len(self.cells)), starts=starts, rows=rows, upper=1.0, integer=True
        )
        self._soften_rows()
        self._soften_pins()

    def _soften_rows(self) -> None:
        problem = self.problem
        for row in range(problem.places_row, len(problem.row_lower)):
            is_places, name = row == problem.places_row, problem.row_names[row]
            if self.lower[row]:
                kind = "places" if is_places else "minimum"
                apart = bool(self.lower[row] > self.upper[row])
                sign = 0 if apart else 1
                self._slack(_Slack(kind, name, row=row), most=int(self.lower[row]), sign=sign)
                if apart:
                    self._add_minimum(row)
            if not is_places:
                self._slack(_Slack("maximum", name, row=row), most=self.places, sign=-1)

    def _add_minimum(self, row: int) -> None:
        """The minimum of a row, less the slack that was added last."""
        in_row = [row in self.problem.rows_of((h, i)) for h, i in self.cells.tolist()]
        entries = [*np.flatnonzero(in_row).tolist(), self.model.width - 1]
        least = float(self.lower[row])
        self.model.add_row(least, highs.INFINITY, entries, np.ones(len(entries)))

    def _soften_pins(self) -> None:
        columns = {(int(host), int(intern)): k for k, (host, intern) in enumerate(self.cells)}
        for cell in self.pins:
            pair = (self.problem.hosts[cell[0]], self.problem.interns[cell[1]])
            number = len(self.cells) + len(self.slacks)
            self._slack(_Slack("pin", f"pin {pair[0]} {pair[1]}", cell=cell, pair=pair), most=1)
            entries = [columns[cell], number] if cell in columns else [number]
            self.model.add_row(1.0, highs.INFINITY, entries, np.ones(len(entries)))

    def _slack(self, slack: "_Slack", *, most: int, sign: int = 1) -> None:
        rows = [] if slack.row is None or not sign else [slack.row]
        self.model.add_columns(
            costs=[0.0],
            starts=[0],
            rows=rows,
            coefficients=[sign] * len(rows),
            upper=float(most),
            integer=True,
        )
        self.slacks.append(slack)

    def solve(self, salt: str, deadline: Deadline) -> Relaxation:
        """Fewest units, then best total, then smallest hash."""
        pairs, slacks = len(self.cells), len(self.slacks)
        weights = np.array([slack.tie(salt) for slack in self.slacks], dtype=np.float64)
        _chosen, units = self._minimise(np.zeros(pairs), np.ones(slacks), deadline)
        fewest = int(units.sum())
        numbers = np.arange(pairs, pairs + slacks)
        self.model.add_row(-highs.INFINITY, fewest, numbers, np.ones(slacks))
        chosen, units = self._minimise(-self.scores, np.zeros(slacks), deadline)
        objective = int(self.scores[chosen].sum())
        if pairs:
            self.model.add_row(objective, highs.INFINITY, np.arange(pairs), self.scores)
        chosen, units = self._minimise(np.zeros(pairs), weights, deadline)
        if not (self._holds(chosen, units) and int(units.sum()) == fewest):
            raise highs.SolverFailed("HiGHS returned a relaxation that breaks a row.")
        if int(self.scores[chosen].sum()) != objective:
            raise highs.SolverFailed("HiGHS returned a relaxation with another total.")
        rows = tuple(
            RelaxedRow(slack.name, int(amount), slack.kind, slack.pair)
            for slack, amount in zip(self.slacks, units, strict=True)
            if amount
        )
        return Relaxation(fewest, rows, self.problem.pairs(self._chosen(chosen)), objective)

    def _minimise(
        self, pair_costs: Numbers, slack_costs: Numbers, deadline: Deadline
    ) -> tuple[Numbers, Numbers]:
        """Chosen pairs (mask) and units of every slack."""
        self.model.change_costs(np.concatenate([pair_costs, slack_costs]))
        answer = self.model.solve(time_limit=deadline.remaining())
        if answer.status == "time_limit":
            raise OutOfTime
        if answer.status != "optimal":
            raise highs.SolverFailed("The relaxed model must always have an answer.")
        pairs = len(self.cells)
        return answer.values[:pairs] > 0.5, np.rint(answer.values[pairs:]).astype(np.int64)

    def _chosen(self, mask: Numbers) -> list[Cell]:
        return [(int(host), int(intern)) for host, intern in self.cells[mask]]

    def _holds(self, chosen: Numbers, units: Numbers) -> bool:
        """Exact check that the relaxed rows really let the matching through."""
        lower, upper = self.problem.row_lower.copy(), self.problem.row_upper.copy()
        dropped = set()
        for slack, amount in zip(self.slacks, units, strict=True):
            if slack.row is None:
                dropped |= {slack.cell} if amount else set()
            elif slack.kind == "maximum":
                upper[slack.row] += amount
            else:
                lower[slack.row] -= amount
        cells = self._chosen(chosen)
        pins_hold = all(cell in cells or cell in dropped for cell in self.pins)
        return pins_hold and replace(self.problem, row_lower=lower, row_upper=upper).is_feasible(
            cells
        )


@dataclass(frozen=True)
class _Slack:
    """A way in which the model may give way: one side of a row, or one pin."""

    kind: str
    name: str
    row: int | None = None
    cell: Cell | None = None
    pair: Pair | None = None

    def tie(self, salt: str) -> int:
        digest = hashlib.sha256(f"{salt}|{self.kind}|{self.name}".encode()).hexdigest()
        return int(digest[:6], 16) >> 4
