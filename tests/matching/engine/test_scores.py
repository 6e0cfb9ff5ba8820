"""The default score (domain notes, section 4.2): M1, M7, M12, T7."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.criteria import CRITERIA, points_of
from matching.engine.scores import (
    HostProfile,
    InternProfile,
    Weights,
    score_all,
    score_pair,
    score_table,
)
from tests.matching.engine.strategies import PATIENT

THEMES = ["waste", "water", "youth", "roads", "energy", "culture"]
codes = st.sampled_from(THEMES)
themes = st.lists(codes, max_size=5).map(tuple)
levels = st.dictionaries(
    st.sampled_from(["pl", "uk", "en"]),
    st.sampled_from(["A1", "A2", "B1", "b2", "C1", "native", "", "fluent"]),
    max_size=3,
)
windows = st.sets(st.sampled_from(["autumn", "winter", "spring"])).map(frozenset)
maybe = st.sampled_from([None, True, False])
population = st.one_of(st.none(), st.integers(-5, 90_000))
partnership = st.sampled_from(["agreement", "informal", "", "unknown"])
TERYTS, HROMADAS = ["1410011", "0202052", ""], ["UA01", "UA02", ""]

hosts = st.builds(
    HostProfile,
    id=st.just("PL"),
    teryt=st.sampled_from(TERYTS),
    voivodeship=st.sampled_from(["lubelskie", "opolskie", ""]),
    kind=st.sampled_from(["urban", "urban_rural", "rural", "", "other"]),
    population=population,
    themes=themes,
    mentor_fields=st.sets(codes, max_size=2).map(frozenset),
    mentor_languages=levels,
    windows=windows,
    is_accessible=maybe,
    can_host_family=maybe,
    partners=st.dictionaries(st.sampled_from(HROMADAS), partnership),
    took_part_before=maybe,
    preferred=st.sets(st.sampled_from(["lvivska", "sumska", "UA01", ""])).map(frozenset),
)
interns = st.builds(
    InternProfile,
    id=st.just("UA"),
    katottg=st.sampled_from(HROMADAS),
    oblast=st.sampled_from(["lvivska", "sumska", ""]),
    kind=st.sampled_from(["urban", "settlement", "rural", ""]),
    population=population,
    themes=themes,
    fields=st.sets(codes, max_size=2).map(frozenset),
    languages=levels,
    windows=windows,
    needs_accessibility=st.booleans(),
    needs_family_place=st.booleans(),
    partners=st.dictionaries(st.sampled_from(TERYTS), partnership),
    preferred=st.sets(st.sampled_from(["lubelskie", "1410011", ""])).map(frozenset),
)
weight = st.integers(0, 60)
all_weights = st.builds(
    Weights,
    **dict.fromkeys((*CRITERIA, "partnership_informal"), weight),
    dates_are_hard=st.booleans(),
    accessibility_is_hard=st.booleans(),
    record_favours=st.sampled_from(["new", "proven"]),
)


@settings(PATIENT, max_examples=100)
@given(hosts, interns, all_weights)
def test_score_opens_into_criteria_that_add_up(host, intern, weights):
    """M7, M12: whole points within 0..most, together the total; nothing raises."""
    score = score_pair(host, intern, weights)

    assert tuple(criterion.code for criterion in score.criteria) == CRITERIA
    assert all(0 <= criterion.points <= criterion.most for criterion in score.criteria)
    assert sum(criterion.points for criterion in score.criteria) == score.total
    assert sum(c.most for c in score.criteria) == (1000 if any(weights.most().values()) else 0)


@settings(PATIENT, max_examples=60)
@given(st.lists(hosts, max_size=5), st.lists(interns, max_size=5), all_weights)
def test_table_says_the_same_as_the_single_score(host_list, intern_list, weights):
    """M1, T7: the vectorised table equals the plain rule, pair by pair."""
    table = score_table(host_list, intern_list, weights)

    for row, host in enumerate(host_list):
        for column, intern in enumerate(intern_list):
            score = score_pair(host, intern, weights)
            assert table.totals[row, column] == score.total
            assert bool(table.allowed[row, column]) == score.is_allowed


def test_all_pairs_are_listed_but_forbidden_ones():
    """M1: every allowed pair has a score."""
    pool = [
        HostProfile("PL-1", windows=frozenset(["autumn"])),
        HostProfile("PL-2", windows=frozenset(["spring"])),
        HostProfile("PL-3"),
    ]
    guests = [InternProfile("UA-1", windows=frozenset(["autumn"]))]

    rows = score_all(pool, guests)

    assert rows == (("PL-1", "UA-1", 375), ("PL-3", "UA-1", 350))


def test_perfect_pair_earns_everything():
    host = HostProfile(
        "PL",
        teryt="1410011",
        voivodeship="lubelskie",
        kind="rural",
        population=9000,
        themes=("waste", "water", "youth"),
        mentor_fields=frozenset(["waste"]),
        mentor_languages={"uk": "B1"},
        windows=frozenset(["autumn"]),
        partners={"UA01": "agreement"},
        took_part_before=False,
        preferred=frozenset(["lvivska"]),
    )
    intern = InternProfile(
        "UA",
        katottg="UA01",
        oblast="lvivska",
        kind="rural",
        population=9000,
        themes=("waste", "water", "youth"),
        fields=frozenset(["waste"]),
        languages={"uk": "native"},
        windows=frozenset(["autumn"]),
        partners={"1410011": "agreement"},
        preferred=frozenset(["lubelskie"]),
    )

    score = score_pair(host, intern)

    assert score.total == 1000
    assert {c.code: c.facts for c in score.criteria if c.facts} == {
        "themes": ("waste", "water", "youth"),
        "mentor_field": ("waste",),
        "language": ("uk",),
        "dates": ("autumn",),
        "preference": ("lubelskie", "lvivska"),
    }


def test_missing_wishes_are_neutral():
    """M12: a pair that says nothing earns half of everything that could be known."""
    score = score_pair(HostProfile("PL"), InternProfile("UA"))

    assert score.forbidden == ()
    assert {c.code: (c.points, c.is_known) for c in score.criteria} == {
        "partnership": (0, True),
        "themes": (125, False),
        "size": (50, False),
        "kind": (25, False),
        "mentor_field": (50, False),
        "language": (25, False),
        "dates": (25, False),
        "record": (25, False),
        "preference": (25, False),
    }


@pytest.mark.parametrize(
    ("told", "heard", "points"),
    [
        ("agreement", "agreement", 300),
        ("agreement", "informal", 150),
        ("informal", "informal", 150),
        ("agreement", "", 0),
        ("", "informal", 0),
    ],
)
def test_partnership_counts_when_both_sides_name_it(told, heard, points):
    host = HostProfile("PL", teryt="1410011", partners={"UA01": told} if told else {})
    intern = InternProfile("UA", katottg="UA01", partners={"1410011": heard} if heard else {})

    assert score_pair(host, intern).criteria[0].points == points


@pytest.mark.parametrize(
    ("host", "intern", "reasons"),
    [
        ({"windows": {"autumn"}}, {"windows": {"spring"}}, ("dates",)),
        ({"windows": {"autumn"}}, {"windows": {"spring", "autumn"}}, ()),
        ({}, {"windows": {"spring"}}, ()),
        ({"is_accessible": False}, {"needs_accessibility": True}, ("accessibility",)),
        ({"is_accessible": None}, {"needs_accessibility": True}, ()),
        ({"is_accessible": False}, {}, ()),
        ({"can_host_family": False}, {"needs_family_place": True}, ("family",)),
    ],
)
def test_hard_rules_forbid_only_what_is_known(host, intern, reasons):
    host = {name: frozenset(v) if isinstance(v, set) else v for name, v in host.items()}
    intern = {name: frozenset(v) if isinstance(v, set) else v for name, v in intern.items()}

    score = score_pair(HostProfile("PL", **host), InternProfile("UA", **intern))

    assert score.forbidden == reasons


def test_theme_overlap_follows_the_ranks():
    """First choice 3, second 2, third 1: (2 + 1) of 6 when the first is not offered."""
    host = HostProfile("PL", themes=("water", "youth", "roads"))
    intern = InternProfile("UA", themes=("waste", "water", "youth"))

    themes = score_pair(host, intern).criteria[1]

    assert (themes.points, themes.facts) == (125, ("water", "youth"))


def test_settings_of_an_edition_become_weights():
    weights = Weights.from_settings(
        {"themes": 50, "size": 0, "unknown": 7}, {"dates": False, "record_favours": "proven"}
    )

    assert weights == Weights(themes=50, size=0, dates_are_hard=False, record_favours="proven")
    with pytest.raises(ValueError, match="'kind'"):
        Weights.from_settings({"kind": -1}, {})


def test_uneven_weights_still_make_a_thousand():
    most = Weights(
        themes=1,
        size=1,
        kind=1,
        partnership=0,
        mentor_field=0,
        language=0,
        dates=0,
        record=0,
        preference=0,
    ).most()

    assert {code: points for code, points in most.items() if points} == {
        "kind": 334,
        "size": 333,
        "themes": 333,
    }


def test_halves_are_rounded_up():
    assert [points_of(5, (1, 2)), points_of(10, (1, 3)), points_of(10, (2, 3))] == [3, 3, 7]
