"""Among the best matchings: the lottery, the proof that it left one, and the second best."""

from dataclasses import dataclass, replace

import numpy as np

from matching.engine.highs import SolverFailed
from matching.engine.linear import Floor
from matching.engine.optimum import (
    NO_DEADLINE,
    Cut,
    Deadline,
    Optimum,
    maximise,
    search,
    total,
)
from matching.engine.problem import NOT_ALLOWED, Cell, Integers, Problem


@dataclass(frozen=True)
class Face:
    """All matchings with the best total: a problem, and a floor where row prices do not suffice."""

    problem: Problem
    floor: Floor | None


def optimal_face(problem: Problem, best: Optimum) -> Face:
    """Exactly the matchings of `problem` whose total score is `best.value`.

    Where the row prices prove the optimum, complementary slackness describes them: pairs whose
    ceiling is the best total, rows with a price at the bound that earns it. Otherwise pairs with a
    lower ceiling fall out and a floor on the score stays as a row.
    """
    ceiling = best.certificate.ceiling
    kept = problem.allowed & (ceiling >= best.value)
    score = np.where(kept, problem.score, NOT_ALLOWED)
    if not best.is_tight:
        return Face(replace(problem, score=score), Floor(score, best.value))
    duals = best.certificate.duals[: len(problem.row_lower)]
    return Face(
        replace(
            problem,
            score=score,
            row_lower=np.where(duals > 0, problem.row_upper, problem.row_lower),
            row_upper=np.where(duals < 0, problem.row_lower, problem.row_upper),
        ),
        None,
    )


def draw(face: Face, *, deadline: Deadline = NO_DEADLINE) -> tuple[Optimum, Integers]:
    """The matching of the face with the largest sum of lottery weights, and the weights."""
    weights = face.problem.lottery(face.problem.allowed)
    drawn = maximise(face.problem, weights, floor=face.floor, deadline=deadline)
    if drawn is None:
        raise SolverFailed("The best matchings vanished while ties were decided.")
    return drawn, weights


def is_unique(
    face: Face, drawn: Optimum, weights: Integers, *, deadline: Deadline = NO_DEADLINE
) -> bool:
    """True when no other matching has the same total and the same lottery (no-good re-solve)."""
    chosen = set(drawn.cells)
    cut = Cut(dict.fromkeys(chosen, 1), len(chosen) - 1, others=-1)
    other = search(
        face.problem,
        weights,
        drawn.certificate.ceiling,
        floor=face.floor,
        cut=cut,
        at_least=drawn.value,
        deadline=deadline,
    )
    return other is None


def second_best(
    problem: Problem,
    best: Optimum,
    cells: tuple[Cell, ...],
    *,
    deadline: Deadline = NO_DEADLINE,
) -> int | None:
    """Best total over the matchings that lack at least one of `cells`; None when there is none."""
    if not cells:
        return None
    cut = Cut(dict.fromkeys(cells, 1), len(cells) - 1)
    other = search(problem, problem.score, best.certificate.ceiling, cut=cut, deadline=deadline)
    return None if other is None else total(problem.score, other)
