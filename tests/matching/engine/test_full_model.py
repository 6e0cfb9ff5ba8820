"""A second opinion: the full model in another solver, on instances too large to enumerate (T9)."""

import random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix, vstack

from matching.engine.instance import Host, Instance, Intern, Quota
from matching.engine.problem import Problem
from matching.engine.solve import solve


def programme_like(seed: int) -> Instance:
    """Caps on both sides and shares that are often tight, so that some LPs are fractional."""
    draw = random.Random(seed)
    hosts = [f"PL-{number}" for number in range(draw.randint(8, 30))]
    interns = [f"UA-{number}" for number in range(draw.randint(8, 40))]
    places = draw.randint(2, min(len(hosts), len(interns)) // 2)
    coarse = draw.random() < 0.3
    density = draw.choice([0.4, 0.7, 1.0])
    scores = [
        (host, intern, draw.choice([300, 310]) if coarse else draw.randint(0, 1000))
        for host in hosts
        for intern in interns
        if draw.random() < density
    ]
    quotas = []
    for number in range(draw.randint(2, 12)):
        side, ids = draw.choice([("host", hosts), ("intern", interns)])
        size = draw.randint(len(ids) // 4, len(ids) * 2 // 3)
        if draw.random() < 0.5:
            members = frozenset(draw.sample(ids, max(1, size // 2)))
            quotas.append(Quota(side, members, 0, draw.choice([1, 2, 3]), f"cap {number}"))
        else:
            share = size / len(ids) + draw.choice([0, 0.1, 0.2])
            least = min(places, int(places * share))
            members = frozenset(draw.sample(ids, size))
            quotas.append(Quota(side, members, least, places, f"share {number}"))
    return Instance(
        places=places,
        hosts=tuple(Host(host, draw.choice([1, 1, 1, 2])) for host in hosts),
        interns=tuple(Intern(intern) for intern in interns),
        scores=tuple(scores),
        quotas=tuple(quotas),
        salt="edition-2026",
    )


class FullModel:
    """All pairs and all rows at once, in `scipy.optimize.milp`."""

    def __init__(self, instance: Instance) -> None:
        self.problem = problem = Problem.compile(instance)
        self.cells = np.argwhere(problem.allowed)
        hosts, interns = self.cells[:, 0], self.cells[:, 1]
        starts, rows = problem.columns(hosts, interns)
        shape = (len(problem.row_lower), len(self.cells))
        self.rows = csc_matrix((np.ones(len(rows)), rows, np.append(starts, len(rows))), shape)
        self.score = problem.score[hosts, interns]
        self.lottery = problem.lottery(problem.allowed)[hosts, interns]

    def best(self, values, row=None, lower=-np.inf, upper=np.inf):
        """Chosen columns (0 and 1), or None; `row` is one further row."""
        problem = self.problem
        rows, lows, highs = self.rows, problem.row_lower, problem.row_upper
        if row is not None:
            rows = vstack([rows, csc_matrix(row)])
            lows, highs = np.append(lows, lower), np.append(highs, upper)
        found = milp(
            -values,
            constraints=LinearConstraint(rows, lows, highs),
            bounds=Bounds(0, 1),
            integrality=np.ones(len(self.cells)),
            options={"mip_rel_gap": 0},
        )
        return None if found.x is None else np.rint(found.x).astype(np.int64)


@pytest.mark.parametrize("seed", range(40))
def test_full_model_agrees(seed):
    """T9: status, total, lottery, pairs and second best."""
    instance = programme_like(seed)
    model = FullModel(instance)

    solution = solve(instance)

    first = model.best(model.score)
    if first is None:
        assert solution.status == "infeasible"
        assert solution.relaxation.total > 0
        return
    objective = int(model.score @ first)
    drawn = model.best(model.lottery, model.score, lower=objective)
    other = model.best(model.score, drawn, upper=int(drawn.sum()) - 1)
    assert solution.certificate.gap == 0
    assert solution.objective == objective
    assert solution.lottery == int(model.lottery @ drawn)
    assert solution.matching == model.problem.pairs(map(tuple, model.cells[drawn > 0].tolist()))
    assert solution.second_best == (None if other is None else int(model.score @ other))
