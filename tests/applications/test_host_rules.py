"""The rules and the plan of the survey, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from applications import survey_plan
from applications.eligibility import Figure, HostFacts, Reason, judge_host
from applications.forms.host_door import moved
from tests.factories.applications import host_answers

FACTS = HostFacts(
    population=Figure(80_000, date(2025, 12, 31), "gus"),
    population_limit=80_000,
    kind="urban",
    allowed_kinds=frozenset({"urban", "rural", "urban_rural"}),
    is_in_register=True,
    is_verified=True,
    partnership_readiness="tak",
    workplace="czesciowo",
    windows=("september",),
    declares_truth=True,
    knows_roles=True,
    knows_privacy_notice=True,
)


def test_municipality_of_exactly_the_limit_is_eligible():
    """A10: 80 000 passes."""
    verdict = judge_host(FACTS)

    assert verdict.is_eligible is True
    assert verdict.figure == Figure(80_000, date(2025, 12, 31), "gus")


def test_municipality_one_above_the_limit_is_not_eligible():
    """A10: 80 001 does not."""
    verdict = judge_host(replace(FACTS, population=Figure(80_001, None, "gus")))

    assert verdict.reasons == (Reason.POPULATION_OVER_LIMIT,)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"population": None}, Reason.POPULATION_UNKNOWN),
        ({"kind": "county"}, Reason.KIND_NOT_ALLOWED),
        ({"is_in_register": False}, Reason.UNIT_NO_LONGER_EXISTS),
        ({"is_verified": False}, Reason.UNIT_NOT_VERIFIED),
        ({"partnership_readiness": "nie"}, Reason.NOT_READY_FOR_PARTNERSHIP),
        ({"workplace": "nie"}, Reason.NO_WORKPLACE),
        ({"windows": ()}, Reason.NO_WINDOW),
        ({"declares_truth": False}, Reason.DECLARATIONS_MISSING),
        ({"knows_roles": False}, Reason.DECLARATIONS_MISSING),
        ({"knows_privacy_notice": False}, Reason.DECLARATIONS_MISSING),
    ],
)
def test_each_condition_alone_has_its_reason(change, reason):
    assert judge_host(replace(FACTS, **change)).reasons == (reason,)


def test_all_reasons_are_listed():
    facts = replace(FACTS, population=Figure(90_000, None, "gus"), workplace="nie", windows=())

    assert judge_host(facts).reasons == (
        Reason.POPULATION_OVER_LIMIT,
        Reason.NO_WORKPLACE,
        Reason.NO_WINDOW,
    )


def test_whole_survey_has_no_gaps():
    assert survey_plan.missing(host_answers()) == {}


def test_hidden_questions_are_neither_required_nor_stored():
    """A6: the mentor's questions vanish with the mentor."""
    with_mentor = host_answers(mentor_jest="tak", mentor_imie="Jan")
    without = {**with_mentor, "mentor_jest": "jeszcze_nie"}

    assert survey_plan.missing(with_mentor)["mentor-osoba"] == (
        "mentor_nazwisko",
        "mentor_stanowisko",
        "mentor_email",
        "mentor_tel",
    )
    assert survey_plan.missing(without) == {}
    assert "mentor_imie" not in survey_plan.prune(without)


def test_partners_end_where_somebody_says_there_is_no_other():
    first = {"katottg": "UA1", "od_roku": 2019, "kolejny": "tak"}
    answers = host_answers(wspolpraca_ua="umowa", partnerzy=[first])
    page = survey_plan.BY_SLUG["partner-2"]

    both = survey_plan.merge(
        answers, page, {"katottg": "UA2", "od_roku": 2020, "kolejny": "nie", "nip": "1"}
    )
    one = survey_plan.merge(both, survey_plan.BY_SLUG["partner-1"], {"kolejny": "nie"})

    assert [partner["katottg"] for partner in both["partnerzy"]] == ["UA1", "UA2"]
    assert one["partnerzy"] == [{**first, "kolejny": "nie"}]
    assert [each.slug for each in survey_plan.pages_for(both) if each.partner] == [
        "partner-1",
        "partner-2",
    ]


def test_an_unticked_declaration_is_a_gap():
    assert survey_plan.missing(host_answers(rodo_info=False)) == {"oswiadczenia": ("rodo_info",)}


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("up:b", ["b", "a", "c"]),
        ("down:b", ["a", "c", "b"]),
        ("up:a", ["a", "b", "c"]),
        ("down:c", ["a", "b", "c"]),
        ("up:nonsense", ["a", "b", "c"]),
        ("", ["a", "b", "c"]),
    ],
)
def test_themes_move_one_place_by_a_button(wish, order):
    assert moved(["a", "b", "c"], wish) == order
