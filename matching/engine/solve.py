"""The one public verb of the engine: solve an instance, with proof, ties and reasons."""

import time
from dataclasses import dataclass
from typing import Any, Literal

from matching.engine.contradictions import Contradiction, contradictions
from matching.engine.instance import Instance, Pair
from matching.engine.optimum import Deadline, Optimum, OutOfTime, maximise, total
from matching.engine.problem import Cell, Problem, lottery_weight
from matching.engine.relaxation import Relaxation, smallest_relaxation
from matching.engine.ties import draw, is_unique, optimal_face, second_best

SOLVER = "WIN4UA engine 1, HiGHS"

Status = Literal["optimal", "infeasible", "time_limit"]


@dataclass(frozen=True)
class SolveCertificate:
    """`bound` is proven: no matching is worth more. A gap of 0 is a proof of the optimum."""

    bound: int
    gap: int


@dataclass(frozen=True)
class Solution:
    """The answer to an instance.

    Infeasible: `relaxation` says what is the least that must give way, `contradictions` which pins
    clash; the other figures are None. `unique` is True only when it was proved.
    """

    status: Status
    matching: tuple[Pair, ...] = ()
    objective: int | None = None
    lottery: int | None = None
    unique: bool = False
    second_best: int | None = None
    certificate: SolveCertificate | None = None
    relaxation: Relaxation | None = None
    contradictions: tuple[Contradiction, ...] = ()
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The JSON object that `manage.py solve_matching` prints."""
        answer: dict[str, Any] = {
            "status": self.status,
            "objective": self.objective,
            "matching": [list(pair) for pair in self.matching],
            "lottery": self.lottery,
            "unique": self.unique,
            "second_best": self.second_best,
            "certificate": None,
        }
        if self.certificate:
            answer["certificate"] = {"bound": self.certificate.bound, "gap": self.certificate.gap}
        if self.relaxation:
            answer["relaxation"] = {
                "total": self.relaxation.total,
                "rows": [{"row": row.row, "units": row.units} for row in self.relaxation.rows],
            }
        answer["seconds"] = round(self.seconds, 3)
        return answer


def solve(
    instance: Instance, *, with_second_best: bool = True, time_limit: float | None = None
) -> Solution:
    """The proven best matching of an instance, decided in this order.

    1. If nothing fits, the smallest relaxation with its rows named. 2. The largest total score.
    3. The largest sum of lottery weights. 4. A proof that no other matching ties with it.
    The answer does not depend on the order of anything in the instance. `time_limit` is in seconds;
    when it passes, the status is time_limit and `matching` is the best one found, if any.
    """
    started = time.perf_counter()
    deadline = Deadline(time_limit)
    fields = _solve(instance, with_second_best, deadline)
    return Solution(**fields, seconds=time.perf_counter() - started)


def _solve(instance: Instance, with_second_best: bool, deadline: Deadline) -> dict[str, Any]:
    problem = Problem.compile(instance)
    pins = problem.cells(instance.pinned)
    residual = problem.with_pins(pins)
    if residual is None:
        return _infeasible(instance, deadline)
    try:
        best = maximise(residual, residual.score, deadline=deadline)
    except OutOfTime as stopped:
        return _unproven(problem, pins, stopped)
    if best is None:
        return _infeasible(instance, deadline)
    try:
        return _proven(problem, residual, pins, best, with_second_best, deadline)
    except OutOfTime:
        answer = _answer(problem, [*pins, *best.cells])
        return {
            **answer,
            "status": "time_limit",
            "certificate": _certificate(answer, answer["objective"]),
        }


def _proven(
    problem: Problem,
    residual: Problem,
    pins: list[Cell],
    best: Optimum,
    with_second_best: bool,
    deadline: Deadline,
) -> dict[str, Any]:
    face = optimal_face(residual, best)
    drawn, weights = draw(face, deadline=deadline)
    answer = _answer(problem, [*pins, *drawn.cells])
    fixed = total(problem.score, pins)
    answer["unique"] = is_unique(face, drawn, weights, deadline=deadline)
    if with_second_best:
        other = second_best(residual, best, drawn.cells, deadline=deadline)
        answer["second_best"] = None if other is None else other + fixed
    answer["certificate"] = _certificate(answer, best.value + fixed)
    return answer


def _answer(problem: Problem, cells: list[Cell]) -> dict[str, Any]:
    matching = problem.pairs(cells)
    return {
        "status": "optimal",
        "matching": matching,
        "objective": total(problem.score, cells),
        "lottery": sum(lottery_weight(problem.salt, *pair) for pair in matching),
    }


def _certificate(answer: dict[str, Any], bound: int) -> SolveCertificate:
    return SolveCertificate(bound, bound - answer["objective"])


def _unproven(problem: Problem, pins: list[Cell], stopped: OutOfTime) -> dict[str, Any]:
    if stopped.cells is None:
        return {"status": "time_limit"}
    answer = _answer(problem, [*pins, *stopped.cells])
    certificate = None
    if stopped.bound is not None:
        certificate = _certificate(answer, stopped.bound + total(problem.score, pins))
    return {**answer, "status": "time_limit", "certificate": certificate}


def _infeasible(instance: Instance, deadline: Deadline) -> dict[str, Any]:
    try:
        relaxation = smallest_relaxation(instance, deadline=deadline)
    except OutOfTime:
        return {"status": "time_limit", "contradictions": contradictions(instance)}
    return {
        "status": "infeasible",
        "relaxation": relaxation,
        "contradictions": contradictions(instance),
    }
