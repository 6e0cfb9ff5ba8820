"""The compiled problem: arrays for the solver, in an order that no input file can influence."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.engine.instance import Instance, Pair

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Cell = tuple[int, int]

# Value of a pair that is not allowed: never attractive at any dual prices, and far from overflow
# when it is multiplied by `optimum.SCALE`.
NOT_ALLOWED = -(2**40)
PLACES_ROW = "places"


def lottery_weight(salt: str, host: str, intern: str) -> int:
    """Weight (20 bits) of a pair in the lottery that decides ties; anybody can recompute it."""
    digest = hashlib.sha256(f"{salt}|{host}|{intern}".encode()).hexdigest()
    return int(digest[:6], 16) >> 4


@dataclass(frozen=True)
class Problem:
    """Hosts, interns and rows as arrays; ids and rows are sorted.

    `score` is a hosts x interns matrix with NOT_ALLOWED where a pair may not be chosen. Rows stand
    in the order hosts, interns, places, quotas; `row_lower` and `row_upper` bound their activity.
    `host_rows` and `intern_rows` list, padded with -1, the rows in which a member counts once.
    """

    hosts: tuple[str, ...]
    interns: tuple[str, ...]
    score: Integers
    row_lower: Integers
    row_upper: Integers
    row_names: tuple[str, ...]
    host_rows: Integers
    intern_rows: Integers
    salt: str

    @classmethod
    def compile(cls, instance: Instance) -> "Problem":
        """Compile an instance without its pins (see `with_pins`)."""
        hosts = sorted(instance.hosts, key=lambda host: host.id)
        interns = sorted(instance.interns, key=lambda intern: intern.id)
        host_index = {host.id: number for number, host in enumerate(hosts)}
        intern_index = {intern.id: number for number, intern in enumerate(interns)}
        score = np.full((len(hosts), len(interns)), NOT_ALLOWED, dtype=np.int64)
        if instance.scores:
            host_column, intern_column, value_column = zip(*instance.scores, strict=True)
            score[
                np.fromiter(map(host_index.__getitem__, host_column), np.int64),
                np.fromiter(map(intern_index.__getitem__, intern_column), np.int64),
            ] = np.array(value_column, dtype=np.int64)
        for host, intern in instance.forbidden:
            score[host_index[host], intern_index[intern]] = NOT_ALLOWED
        quotas = sorted(instance.quotas, key=lambda quota: quota.sort_key)
        sides = {"host": host_index, "intern": intern_index}
        rows: dict[str, list[list[int]]] = {
            "host": [[number] for number in range(len(hosts))],
            "intern": [[len(hosts) + number] for number in range(len(interns))],
        }
        places_row = len(hosts) + len(interns)
        for row in rows["host"]:
            row.append(places_row)
        for number, quota in enumerate(quotas, start=places_row + 1):
            for member in quota.members:
                rows[quota.side][sides[quota.side][member]].append(number)
        fewest = instance.places if instance.places_mode == "exact" else 0
        lower = [0] * places_row + [fewest] + [quota.min for quota in quotas]
        upper = [host.capacity for host in hosts] + [1] * len(interns)
        upper += [instance.places] + [quota.max for quota in quotas]
        names = [f"host {host.id}" for host in hosts]
        names += [f"intern {intern.id}" for intern in interns]
        names += [PLACES_ROW] + [quota.name for quota in quotas]
        return cls(
            hosts=tuple(host.id for host in hosts),
            interns=tuple(intern.id for intern in interns),
            score=score,
            row_lower=np.array(lower, dtype=np.int64),
            row_upper=np.array(upper, dtype=np.int64),
            row_names=tuple(names),
            host_rows=_padded(rows["host"]),
            intern_rows=_padded(rows["intern"]),
            salt=instance.salt,
        )

    @property
    def places_row(self) -> int:
        return len(self.hosts) + len(self.interns)

    @property
    def allowed(self) -> Mask:
        return self.score != NOT_ALLOWED

    def cells(self, pairs: Iterable[Pair]) -> list[Cell]:
        """Positions of pairs of ids in the score matrix, sorted."""
        hosts = {host: number for number, host in enumerate(self.hosts)}
        interns = {intern: number for number, intern in enumerate(self.interns)}
        return sorted((hosts[host], interns[intern]) for host, intern in pairs)

    def pairs(self, cells: Iterable[Cell]) -> tuple[Pair, ...]:
        """Ids of the cells, sorted."""
        return tuple(sorted((self.hosts[host], self.interns[intern]) for host, intern in cells))

    def rows_of(self, cell: Cell) -> list[int]:
        """Rows in which the pair counts once."""
        rows = [*self.host_rows[cell[0]].tolist(), *self.intern_rows[cell[1]].tolist()]
        return [row for row in rows if row >= 0]

    def with_pins(self, pins: Iterable[Cell]) -> "Problem | None":
        """The residual problem once these pairs are chosen: bounds are lowered by what they use.

        None when a pin is not allowed or the pins alone break a row.
        """
        score, lower, upper = self.score.copy(), self.row_lower.copy(), self.row_upper.copy()
        for host, intern in pins:
            if self.score[host, intern] == NOT_ALLOWED:
                return None
            rows = self.rows_of((host, intern))
            lower[rows] -= 1
            upper[rows] -= 1
            score[:, intern] = NOT_ALLOWED
        if (upper < 0).any():
            return None
        return replace(self, score=score, row_lower=np.maximum(lower, 0), row_upper=upper)

    def without(self, cells: Iterable[Cell]) -> "Problem":
        """The problem with these pairs forbidden."""
        score = self.score.copy()
        for host, intern in cells:
            score[host, intern] = NOT_ALLOWED
        return replace(self, score=score)

    def activity(self, cells: Iterable[Cell]) -> Integers:
        """How many of the chosen pairs count in every row."""
        chosen = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
        _starts, rows = self.columns(chosen[:, 0], chosen[:, 1])
        return np.bincount(rows, minlength=len(self.row_lower))

    def is_feasible(self, cells: Iterable[Cell]) -> bool:
        """Exact check of a matching against every pair and row; floats are never trusted."""
        cells = list(cells)
        if any(self.score[cell] == NOT_ALLOWED for cell in cells) or len(set(cells)) < len(cells):
            return False
        activity = self.activity(cells)
        return bool(((activity >= self.row_lower) & (activity <= self.row_upper)).all())

    def prices(self, duals: npt.NDArray[np.generic]) -> tuple[npt.NDArray, npt.NDArray]:
        """Sum of row duals for every host and every intern: what a pair pays for its rows."""
        padded = np.append(duals, duals.dtype.type(0))
        return padded[self.host_rows].sum(axis=1), padded[self.intern_rows].sum(axis=1)

    def columns(self, hosts: Integers, interns: Integers) -> tuple[Integers, Integers]:
        """Row entries of the given pairs in compressed columns: (starts, row indices)."""
        entries = np.hstack([self.host_rows[hosts], self.intern_rows[interns]])
        present = entries >= 0
        counts = present.sum(axis=1)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
        return starts.astype(np.int64), entries[present]

    def lottery(self, mask: Mask) -> Integers:
        """Lottery weights where the mask holds, NOT_ALLOWED elsewhere."""
        weights = np.full(self.score.shape, NOT_ALLOWED, dtype=np.int64)
        for host, intern in zip(*np.nonzero(mask), strict=True):
            weights[host, intern] = lottery_weight(
                self.salt, self.hosts[host], self.interns[intern]
            )
        return weights


def _padded(rows: list[list[int]]) -> Integers:
    width = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), width), -1, dtype=np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = sorted(row)
    return padded
