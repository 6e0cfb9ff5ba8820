"""Answers around a solution: prices, alternatives, withdrawals, reasons (M4, M8, M14, M18, M19)."""

import json
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings

from matching.engine.changes import Replacement, replacements
from matching.engine.explain import LeftOut, first_come_first_served, left_out
from matching.engine.instance import Host, Instance, Intern, Quota, parse_instance
from matching.engine.network import cap_prices
from matching.engine.prices import Alternative, Pricing, prices
from matching.engine.problem import Problem
from matching.engine.rules import RulePrice, rule_prices
from matching.engine.scores import HostProfile, InternProfile, Weights
from matching.engine.sensitivity import fragile_pairs
from matching.engine.solve import solve
from matching.engine.stability import blocking_pairs
from tests.matching.engine import enumeration
from tests.matching.engine.strategies import PATIENT, instances

SHARED = sorted((Path(__file__).parents[4] / "shared" / "matching").glob("*.json"))


def square(**changes) -> Instance:
    """Two hosts, three interns, two places."""
    scores = {
        ("PL-1", "UA-1"): 900,
        ("PL-1", "UA-2"): 800,
        ("PL-1", "UA-3"): 100,
        ("PL-2", "UA-1"): 850,
        ("PL-2", "UA-2"): 300,
    }
    instance = Instance(
        places=2,
        hosts=(Host("PL-1"), Host("PL-2")),
        interns=(Intern("UA-1"), Intern("UA-2"), Intern("UA-3")),
        scores=tuple((*pair, score) for pair, score in scores.items()),
    )
    return replace(instance, **changes)


@settings(PATIENT, max_examples=150)
@given(instances())
def test_price_is_the_loss_that_enumeration_finds(instance):
    """M18: for every allowed pair, None where it cannot be forced."""
    every = enumeration.feasible(instance)
    best = max((enumeration.total(instance, pairs) for pairs in every), default=None)
    expected = []
    for pair in sorted(instance.allowed()):
        totals = [enumeration.total(instance, pairs) for pairs in every if pair in pairs]
        expected.append((*pair, best - max(totals) if totals else None))

    assert prices(instance, solve(instance)) == expected


@settings(PATIENT, max_examples=100)
@given(instances())
def test_paths_price_like_re_solves(instance):
    """T6: with caps only, shortest paths and re-solves are two ways to the same prices."""
    caps = tuple(replace(quota, min=0) for quota in instance.quotas)
    instance = replace(instance, quotas=caps)
    pricing = Pricing(instance, solve(instance))

    one_by_one = [
        (host, intern, pricing.price((host, intern))) for host, intern, _price in pricing.prices()
    ]

    assert pricing.prices() == one_by_one


def test_nested_caps_are_a_network_and_crossing_ones_are_not():
    instance = square(
        quotas=(
            Quota("intern", frozenset(["UA-1", "UA-2"]), 0, 2, "oblast"),
            Quota("intern", frozenset(["UA-2"]), 0, 1, "hromada"),
        )
    )
    crossing = (*instance.quotas, Quota("intern", frozenset(["UA-2", "UA-3"]), 0, 1, "crossing"))
    shares = (*instance.quotas, Quota("host", frozenset(["PL-1"]), 1, 2, "rural"))

    def matrix(quotas):
        problem = Problem.compile(replace(instance, quotas=quotas))
        return cap_prices(problem, ((0, 1), (1, 0)))

    assert matrix(instance.quotas).tolist() == [[450.0, 0.0, 700.0], [0.0, 450.0, inf]]
    assert matrix(crossing) is None
    assert matrix(shares) is None


@settings(PATIENT, max_examples=100)
@given(instances())
def test_alternatives_are_the_cheapest_pairs(instance):
    """M8: the prices of the alternatives are the smallest, and the changes are really possible."""
    solution = solve(instance)
    pricing = Pricing(instance, solution)
    host = instance.hosts[0].id
    every = [
        row[2] for row in pricing.prices() if row[0] == host and row[:2] not in solution.matching
    ]
    cheapest = sorted(price for price in every if price is not None)[:2]

    found = pricing.alternatives(host=host, most=2)

    assert [alternative.price for alternative in found] == cheapest
    for alternative in found:
        then = (frozenset(solution.matching) - set(alternative.displaced)) | set(
            alternative.created
        )
        assert alternative.pair in then
        assert enumeration.units_needed(instance, then) == 0
        assert enumeration.is_matching(instance, then)
        assert enumeration.total(instance, then) == solution.objective - alternative.price


def test_alternative_names_who_would_be_displaced():
    instance = square()

    found = Pricing(instance, solve(instance)).alternatives(intern="UA-3")

    assert found == [
        Alternative(
            pair=("PL-1", "UA-3"),
            price=700,
            displaced=(("PL-1", "UA-2"),),
            created=(("PL-1", "UA-3"),),
        )
    ]


def test_pin_and_ban_show_what_they_cost():
    """M18: points lost and the pairs that would be made without the rule."""
    instance = square(pinned=frozenset([("PL-1", "UA-3")]), forbidden=frozenset([("PL-2", "UA-2")]))

    assert rule_prices(instance, solve(instance)) == (
        RulePrice(
            kind="pin",
            pair=("PL-1", "UA-3"),
            price=700,
            created=(("PL-1", "UA-2"),),
            dissolved=(("PL-1", "UA-3"),),
        ),
        RulePrice(kind="ban", pair=("PL-2", "UA-2"), price=0),
    )


def test_rule_that_makes_all_impossible_has_no_price():
    """M18: two pins of one intern; each names what would be without it."""
    instance = square(pinned=frozenset([("PL-1", "UA-1"), ("PL-2", "UA-1")]))

    prices_of_rules = rule_prices(instance, solve(instance))

    assert [rule.price for rule in prices_of_rules] == [None, None]


@settings(PATIENT, max_examples=100)
@given(instances())
def test_replacement_changes_no_more_than_it_says(instance):
    """M14: the best with at most 0, 1, 2 of the kept pairs changed, and without a limit."""
    solution = solve(instance)
    if solution.status != "optimal" or not solution.matching:
        return
    left = instance.without_host(solution.matching[0][0])
    kept = {pair for pair in solution.matching if pair in left.allowed()}
    every = enumeration.feasible(left)
    expected = []
    for limit in (0, 1, 2, None):
        near = [p for p in every if limit is None or len(kept - p) <= limit]
        expected.append(max((enumeration.total(left, pairs) for pairs in near), default=None))

    found = replacements(left, solution.matching)

    assert [answer.objective for answer in found] == expected
    for answer in found:
        if answer.objective is not None:
            chosen = frozenset(answer.matching)
            assert enumeration.total(left, chosen) == answer.objective
            assert enumeration.units_needed(left, chosen) == 0
            assert answer.changes is None or len(kept - chosen) <= answer.changes


def test_withdrawn_intern_is_replaced_from_the_waiting_list():
    """M14, M19: "what if X withdraws"."""
    instance = square()
    solution = solve(instance)

    found = replacements(instance.without_intern("UA-1"), solution.matching, changes=(0, 1))

    assert found == (
        Replacement(0, None),
        Replacement(1, 400, (("PL-1", "UA-3"), ("PL-2", "UA-2"))),
        Replacement(None, 400, (("PL-1", "UA-3"), ("PL-2", "UA-2"))),
    )


def test_everybody_left_out_has_a_reason():
    """M4: the limit that caused it, also when nobody may be paired with them."""
    instance = square(
        hosts=(Host("PL-1"), Host("PL-2", 2), Host("PL-3")),
        interns=tuple(Intern(f"UA-{number}") for number in (1, 2, 3, 4, 5)),
        places=3,
        places_mode="at_most",
        quotas=(Quota("intern", frozenset(["UA-1", "UA-5"]), 0, 1, "oblast sumska <= 1"),),
    )
    instance = replace(instance, scores=(*instance.scores, ("PL-2", "UA-5", 10)))
    matching = (("PL-1", "UA-2"), ("PL-2", "UA-1"))

    assert left_out(instance, matching) == (
        LeftOut("UA-3", "intern", "limits", ("host PL-1",), ("PL-1", "UA-3")),
        LeftOut("UA-4", "intern", "no_allowed_pair"),
        LeftOut("UA-5", "intern", "limits", ("oblast sumska <= 1",), ("PL-2", "UA-5")),
        LeftOut("PL-3", "host", "no_allowed_pair"),
    )


def test_full_programme_is_the_reason_when_a_host_is_free():
    """M4: at most two places."""
    instance = square(hosts=(Host("PL-1", 3), Host("PL-2")))

    assert left_out(instance, solve(instance).matching) == (
        LeftOut("UA-3", "intern", "limits", ("places",), ("PL-1", "UA-3")),
        LeftOut("PL-2", "host", "limits", ("places", "intern UA-1"), ("PL-2", "UA-1")),
    )


def test_first_come_takes_what_is_open():
    """M11: the second in the queue finds nothing open, though a better total was there."""
    instance = square()

    matching = first_come_first_served(instance, ["UA-1", "UA-3", "UA-2"])

    assert matching == (("PL-1", "UA-1"), ("PL-2", "UA-2"))


def test_fragile_pair_names_the_weight_that_undoes_it():
    """M19: size and kind pull in two directions; a fifth of either weight turns the pair."""
    weights = Weights(
        partnership=0,
        themes=0,
        size=10,
        kind=9,
        mentor_field=0,
        language=0,
        dates=0,
        record=0,
        preference=0,
    )
    guests = [InternProfile("UA-1", population=10_000, kind="urban")]
    same_kind = HostProfile("PL-1", population=5_300, kind="urban")
    same_size = HostProfile("PL-2", population=10_000)
    instance = square(places=1, interns=(Intern("UA-1"),), scores=())

    fragile = fragile_pairs(instance, [same_kind, same_size], guests, weights)
    firm = fragile_pairs(instance, [same_kind, replace(same_size, kind="urban")], guests, weights)

    assert fragile == {("PL-2", "UA-1"): ("size", "kind")}
    assert firm == {}


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_shared_questions_are_answered_as_expected(path):
    """Withdrawals and blocking pairs of the shared instances (where they are at hand)."""
    document = json.loads(path.read_text())
    expected = document["expected"]
    instance = parse_instance(document)
    solution = solve(instance)

    for row in expected.get("withdraw", []):
        found = replacements(instance.without_host(row["host"]), solution.matching)
        totals = [answer.objective for answer in found]
        assert totals == [*row["best_with_at_most_d_changes"], row["best_free"]]
    if "blocking" in expected:
        assert blocking_pairs(instance, solution.matching).counts() == expected["blocking"]
    priced = {row[:2]: row[2] for row in prices(instance, solution)}
    for host, intern, value in expected.get("force", []):
        price = None if value is None else solution.objective - value
        assert priced[host, intern] == price
