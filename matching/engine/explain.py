"""Reasons that people can check: who is left without a place, and by which limit (M4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.engine.instance import Instance, Pair
from matching.engine.problem import NOT_ALLOWED, Cell, Mask, Problem


@dataclass(frozen=True)
class LeftOut:
    """An intern (or a host) without a pair, and the limits that keep the nearest pair out.

    `reason` is no_allowed_pair (nobody on the other side may be paired with this one), limits
    (every pair meets a full row; `rows` are those of the pair that meets the fewest) or not_needed
    (a pair would fit, and would add nothing). `pair` is that nearest pair.
    """

    id: str
    side: str
    reason: str
    rows: tuple[str, ...] = ()
    pair: Pair | None = None


def left_out(instance: Instance, matching: Iterable[Pair]) -> tuple[LeftOut, ...]:
    """Interns without a place, then hosts without an intern, each with the limit that caused it.

    A row is named when it is full: adding the pair to the matching would break it. Rows are named
    as in the problem: "places", "host ID" (its capacity), "intern ID" or the label of a quota.
    """
    problem = Problem.compile(instance)
    chosen = problem.cells(matching)
    full = problem.activity(chosen) >= problem.row_upper
    placed = {intern for _host, intern in chosen}
    used = {host for host, _intern in chosen}
    found = []
    for intern, name in enumerate(problem.interns):
        if intern not in placed:
            cells = [(host, intern) for host in range(len(problem.hosts))]
            found.append(_reason(problem, full, name, "intern", cells))
    for host, name in enumerate(problem.hosts):
        if host not in used:
            cells = [(host, intern) for intern in range(len(problem.interns))]
            found.append(_reason(problem, full, name, "host", cells))
    return tuple(found)


def _reason(problem: Problem, full: Mask, name: str, side: str, cells: Sequence[Cell]) -> LeftOut:
    allowed = [cell for cell in cells if problem.score[cell] != NOT_ALLOWED]
    if not allowed:
        return LeftOut(name, side, "no_allowed_pair")
    met = {cell: [row for row in problem.rows_of(cell) if full[row]] for cell in allowed}
    nearest = min(allowed, key=lambda cell: (len(met[cell]), -problem.score[cell], cell))
    rows = tuple(problem.row_names[row] for row in met[nearest])
    reason = "limits" if rows else "not_needed"
    return LeftOut(name, side, reason, rows, problem.pairs([nearest])[0])


def first_come_first_served(instance: Instance, order: Iterable[str]) -> tuple[Pair, ...]:
    """The plain rule to compare with (M11): each intern in turn takes the best host still open.

    `order` holds intern ids, earliest first. Upper limits are kept, minimum shares are not looked
    at, pins are ignored.
    """
    problem = Problem.compile(instance)
    numbers = {intern: number for number, intern in enumerate(problem.interns)}
    left = problem.row_upper.copy()
    chosen: list[Cell] = []
    for intern in (numbers[name] for name in order):
        open_cells = [
            (host, intern)
            for host in range(len(problem.hosts))
            if problem.score[host, intern] != NOT_ALLOWED
            and (left[problem.rows_of((host, intern))] > 0).all()
        ]
        if open_cells:
            cell = max(open_cells, key=lambda cell: (problem.score[cell], -cell[0]))
            left[problem.rows_of(cell)] -= 1
            chosen.append(cell)
    return problem.pairs(chosen)
