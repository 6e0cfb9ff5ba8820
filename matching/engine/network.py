"""All prices at once where there are only caps: shortest paths in the residual graph.

Without minimum shares, and with caps that are nested or disjoint on each side, the problem is a
min-cost flow: root -> places -> host caps -> hosts -> interns -> intern caps -> root. The price of
a pair is the cost of the cheapest cycle through its arc in the residual graph of a best matching.
Hosts and interns outside the matching are only ever passed through, so paths are computed between
the rows and the members of the matching, the core, and read off for everybody else.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.engine.problem import Cell, Integers, Problem

Floats = npt.NDArray[np.float64]
# Not the number of any row.
ROOT = -1


@dataclass(frozen=True)
class _Tree:
    """One side of the network: `parent` of every row of the side (rows or ROOT), by row number."""

    parent: dict[int, int]
    leaf_parent: list[int]


def cap_prices(problem: Problem, cells: tuple[Cell, ...]) -> Floats | None:
    """Price of every pair (hosts x interns, inf: it cannot be forced); None: not a network.

    `cells` is a best matching of `problem`.
    """
    places = problem.places_row
    if problem.row_lower[places + 1 :].any():
        return None
    hosts = _tree(problem, problem.host_rows, top=places)
    interns = _tree(problem, problem.intern_rows, top=None)
    if hosts is None or interns is None:
        return None
    return _Residual(problem, cells, hosts, interns).prices()


def _tree(problem: Problem, member_rows: Integers, top: int | None) -> _Tree | None:
    """Nested caps as a tree; None when two of them cross. `top` stands above all of them."""
    caps: dict[int, frozenset[int]] = {}
    for row in range(problem.places_row + 1, len(problem.row_lower)):
        members = np.flatnonzero((member_rows == row).any(axis=1))
        if len(members):
            caps[row] = frozenset(members.tolist())
    small_first = sorted(caps, key=lambda row: (len(caps[row]), row))
    root = ROOT if top is None else top
    parent = {} if top is None else {top: ROOT}
    for number, row in enumerate(small_first):
        above = [other for other in small_first[number + 1 :] if caps[row] & caps[other]]
        if any(not caps[row] <= caps[other] for other in above):
            return None
        parent[row] = above[0] if above else root
    leaf_parent = []
    for member in range(len(member_rows)):
        around = [row for row in small_first if member in caps[row]]
        leaf_parent.append(around[0] if around else root)
    return _Tree(parent, leaf_parent)


class _Residual:
    """Residual graph of a matching, between the nodes of the core."""

    def __init__(
        self, problem: Problem, cells: tuple[Cell, ...], hosts: _Tree, interns: _Tree
    ) -> None:
        self.problem = problem
        self.cells = cells
        self.activity = problem.activity(cells)
        self.costs = np.where(problem.allowed, -problem.score, np.inf).astype(np.float64)
        for cell in cells:
            self.costs[cell] = np.inf
        # Rows keep their numbers as keys; hosts and interns stand under their own rows.
        first_intern = len(problem.hosts)
        keys = [ROOT, *hosts.parent, *interns.parent]
        keys += sorted({host for host, _intern in cells})
        keys += sorted({first_intern + intern for _host, intern in cells})
        self.node = {key: number for number, key in enumerate(keys)}
        self.paths = np.full((len(keys), len(keys)), np.inf)
        np.fill_diagonal(self.paths, 0.0)
        self._add_rows(hosts, down=True)
        self._add_rows(interns, down=False)
        self.entrances = [self._entrance(h, hosts) for h in range(len(problem.hosts))]
        self.exits = [self._exit(i, interns) for i in range(len(problem.interns))]
        self._add_members(hosts, interns)
        self._add_passages()

    def _join(self, start: int, end: int, cost: float) -> None:
        self.paths[start, end] = min(self.paths[start, end], cost)

    def _add_arc(self, row: int, above: int, below: int, *, down: bool) -> None:
        """Residual arcs of a row; `down` when the flow goes from above to below."""
        start, end = (above, below) if down else (below, above)
        if self.activity[row] < self.problem.row_upper[row]:
            self._join(start, end, 0.0)
        if self.activity[row] > self.problem.row_lower[row]:
            self._join(end, start, 0.0)

    def _add_rows(self, tree: _Tree, *, down: bool) -> None:
        for row, parent in tree.parent.items():
            self._add_arc(row, self.node[parent], self.node[row], down=down)

    def _add_members(self, hosts: _Tree, interns: _Tree) -> None:
        first_intern = len(self.problem.hosts)
        for host in sorted({host for host, _intern in self.cells}):
            self._add_arc(host, self.node[hosts.leaf_parent[host]], self.node[host], down=True)
        for host, intern in self.cells:
            row = first_intern + intern
            self._add_arc(row, self.node[interns.leaf_parent[intern]], self.node[row], down=False)
            back = float(self.problem.score[host, intern])
            self._join(self.node[row], self.node[host], back)

    def _entrance(self, host: int, tree: _Tree) -> int:
        """The core node from which a host is entered; -1 when it takes nobody."""
        if host in self.node and self.activity[host]:
            return self.node[host]
        return self.node[tree.leaf_parent[host]] if self.problem.row_upper[host] else -1

    def _exit(self, intern: int, tree: _Tree) -> int:
        """The core node to which an intern leads."""
        row = len(self.problem.hosts) + intern
        if self.activity[row]:
            return self.node[row]
        return self.node[tree.leaf_parent[intern]] if self.problem.row_upper[row] else -1

    def _add_passages(self) -> None:
        """Arcs of the core that pass through a pair that is not chosen."""
        entrances, exits = np.array(self.entrances), np.array(self.exits)
        ends = sorted(set(exits.tolist()) - {-1})
        for start in sorted(set(entrances.tolist()) - {-1}):
            best = self.costs[entrances == start].min(axis=0)
            for end in ends:
                self._join(start, end, float(best[exits == end].min()))

    def prices(self) -> Floats:
        """Cheapest cycle through every pair."""
        paths = self.paths
        for middle in range(len(paths)):
            np.minimum(paths, paths[:, middle, None] + paths[None, middle, :], out=paths)
        closed = np.full((len(paths) + 1, len(paths) + 1), np.inf)
        closed[:-1, :-1] = paths
        ways = closed[np.ix_(self.exits, self.entrances)].T
        found = ways + self.costs
        for cell in self.cells:
            found[cell] = 0.0
        return found
