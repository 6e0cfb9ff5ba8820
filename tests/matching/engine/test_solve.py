"""The solver against enumeration: T9, T10, T11, M2, M3, M4, M10."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import linear, optimum, relaxation
from matching.engine.contradictions import Contradiction
from matching.engine.explain import left_out
from matching.engine.instance import Host, Instance, Intern, Quota, parse_instance
from matching.engine.prices import prices
from matching.engine.relaxation import RelaxedRow
from matching.engine.solve import solve
from tests.matching.engine import enumeration
from tests.matching.engine.strategies import PATIENT, instances

SHARED = sorted((Path(__file__).parents[4] / "shared" / "matching").glob("*.json"))


def without_clock(instance: Instance) -> dict:
    answer = solve(instance).as_dict()
    answer.pop("seconds")
    return answer


@settings(PATIENT, max_examples=200)
@given(instances())
def test_answer_is_what_enumeration_finds(instance):
    """T9, T11, M2: status, total, lottery, pairs, uniqueness, second best, smallest relaxation."""
    expected = enumeration.answer(instance)

    answer = without_clock(instance)

    if expected["status"] == "infeasible":
        assert answer["status"] == "infeasible"
        assert answer["relaxation"]["total"] == expected["relaxation"]
        assert sum(row["units"] for row in answer["relaxation"]["rows"]) == expected["relaxation"]
    elif expected["unique"]:
        assert answer == expected
    else:
        same = ("status", "objective", "lottery", "unique", "second_best", "certificate")
        assert {name: answer[name] for name in same} == {name: expected[name] for name in same}


@settings(PATIENT, max_examples=60)
@given(instances())
def test_pricing_finds_what_a_full_model_finds(instance):
    """T9: with almost no pairs to start from, pricing and branching bring in all that matter."""
    expected = without_clock(instance)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "ALL_AT_ONCE", 0)
        patch.setattr(linear, "FIRST_COLUMNS", 1)
        patch.setattr(linear, "POOL", 2)
        patch.setattr(optimum, "FIRST_SEARCH", 1)
        patch.setattr(relaxation, "FIRST_COLUMNS", 1)
        answer = without_clock(instance)

    assert answer == expected


@settings(PATIENT, max_examples=100)
@given(instances())
def test_pins_and_bans_never_break_a_hard_limit(instance):
    """M2, M3: whatever is pinned and forbidden, the result holds every limit and every pin."""
    solution = solve(instance)

    chosen = frozenset(solution.matching)
    if solution.status == "optimal":
        assert enumeration.is_matching(instance, chosen)
        assert enumeration.units_needed(instance, chosen) == 0
        assert instance.pinned <= chosen
        assert not instance.forbidden & chosen
    else:
        assert chosen == frozenset()
        relaxed = frozenset(solution.relaxation.matching)
        assert enumeration.is_matching(instance, relaxed)
        assert enumeration.units_needed(instance, relaxed) == solution.relaxation.total


def shuffled(instance: Instance, seed: int) -> Instance:
    order = random.Random(seed)

    def mixed(rows):
        rows = list(rows)
        order.shuffle(rows)
        return tuple(rows)

    return replace(
        instance,
        hosts=mixed(instance.hosts),
        interns=mixed(instance.interns),
        scores=mixed(instance.scores),
        quotas=mixed(instance.quotas),
    )


@settings(PATIENT, max_examples=100)
@given(instances(), st.integers(0, 1000))
def test_order_of_rows_decides_nothing(instance, seed):
    """T10, M10: shuffled hosts, interns, scores and quotas give the same answer, ties included."""
    assert without_clock(shuffled(instance, seed)) == without_clock(instance)


def test_dear_pair_goes_where_the_total_is_best():
    instance = Instance(
        places=2,
        hosts=(Host("PL-1"), Host("PL-2")),
        interns=(Intern("UA-1"), Intern("UA-2")),
        scores=(
            ("PL-1", "UA-1", 900),
            ("PL-1", "UA-2", 800),
            ("PL-2", "UA-1", 850),
            ("PL-2", "UA-2", 100),
        ),
    )

    solution = solve(instance)

    assert solution.matching == (("PL-1", "UA-2"), ("PL-2", "UA-1"))
    assert (solution.objective, solution.second_best, solution.unique) == (1650, 1000, True)


def test_too_few_hosts_is_a_result():
    """M4: three places and one host: the answer says that two places give way, and places one."""
    instance = Instance(
        places=3,
        hosts=(Host("PL-1"),),
        interns=(Intern("UA-1"), Intern("UA-2"), Intern("UA-3")),
        scores=tuple(("PL-1", f"UA-{n}", 100 * n) for n in (1, 2, 3)),
    )

    solution = solve(instance)

    assert solution.status == "infeasible"
    assert solution.relaxation.rows == (RelaxedRow("places", 2, "places"),)
    assert solution.relaxation.matching == (("PL-1", "UA-3"),)
    assert solve(replace(instance, places_mode="at_most")).matching == (("PL-1", "UA-3"),)


def test_contradictory_pins_are_named():
    """M3: every clash is named with its pins; nothing crashes."""
    one, two = ("PL-1", "UA-1"), ("PL-2", "UA-1")
    third, fourth = ("PL-2", "UA-2"), ("PL-2", "UA-3")
    instance = Instance(
        places=2,
        hosts=(Host("PL-1"), Host("PL-2")),
        interns=(Intern("UA-1"), Intern("UA-2"), Intern("UA-3")),
        scores=tuple((*pair, 500) for pair in (one, two, third)),
        forbidden=frozenset([one]),
        pinned=frozenset([one, two, third, fourth]),
        quotas=(Quota("intern", frozenset(["UA-2"]), 0, 0, "oblast"),),
    )

    solution = solve(instance)

    assert solution.status == "infeasible"
    assert solution.contradictions == (
        Contradiction("pin_forbidden", (one,)),
        Contradiction("pin_not_allowed", (fourth,)),
        Contradiction("intern_pinned_twice", (one, two)),
        Contradiction("host_capacity", (two, third, fourth)),
        Contradiction("quota", (third,), "oblast"),
        Contradiction("places", (one, two, third, fourth)),
    )
    assert solution.relaxation.total == 4  # one pin of two, and the quota


@pytest.mark.parametrize("hosts", [(), (Host("PL-1"),), (Host("PL-1", 0),)])
@pytest.mark.parametrize("interns", [(), (Intern("UA-1"),)])
@pytest.mark.parametrize("places", [0, 1])
def test_empty_pool_is_a_result(hosts, interns, places):
    """M4: nobody to match is an answer to every question, not an error."""
    quota = Quota("host", frozenset(), 0, 0, "nobody")
    instance = Instance(places=places, hosts=hosts, interns=interns, scores=(), quotas=(quota,))

    for mode in ("exact", "at_most"):
        changed = replace(instance, places_mode=mode)
        solution = solve(changed)

        assert solution.matching == ()
        assert solution.status == ("optimal" if mode == "at_most" or not places else "infeasible")
        assert prices(changed, solution) == []
        assert {row.reason for row in left_out(changed, ())} <= {"no_allowed_pair"}


def test_spent_time_is_a_status():
    instance = parse_instance(
        {
            "places": 1,
            "places_mode": "exact",
            "hosts": [{"id": "PL-1", "capacity": 1}],
            "interns": [{"id": "UA-1"}],
            "scores": [["PL-1", "UA-1", 10]],
            "forbidden": [],
            "pinned": [],
            "quotas": [],
            "salt": "x",
        }
    )

    assert solve(instance, time_limit=0).status == "time_limit"
    assert solve(instance, time_limit=60).status == "optimal"


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_shared_instance_is_answered_as_expected(path):
    """T9: the instances that four other solvers agreed on (where they are at hand)."""
    document = json.loads(path.read_text())
    expected = document["expected"]
    instance = parse_instance(document)

    answer = without_clock(instance)

    names = {"status", "objective", "lottery", "matching", "second_best"} & set(expected)
    assert {name: answer[name] for name in names} == {name: expected[name] for name in names}
    assert answer["unique"] == expected.get("tiebreak_unique", False)
    if "min_total_relaxation" in expected:
        assert answer["relaxation"]["total"] == expected["min_total_relaxation"]
    for host, intern, value in expected.get("force", []):
        assert solve(instance.with_changes(force=[(host, intern)])).objective == value
