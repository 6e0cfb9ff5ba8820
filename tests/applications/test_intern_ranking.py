"""The ranking as arithmetic: exact to two places, ties broken by a stated rule."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications import ranking
from applications.ranking import Entry, Weights

WEIGHTS = Weights(merit=Decimal(60), interview=Decimal(40), interview_max=Decimal(40))


def entry(key: int, merit: str, interview: str, *, bonus: str = "0", day: int = 1) -> Entry:
    return Entry(
        key=key,
        number=f"WIN4UA-2026-UA-{key:04d}",
        merit=Decimal(merit),
        interview=Decimal(interview),
        bonus=Decimal(bonus),
        submitted_at=datetime(2026, 5, day, tzinfo=UTC),
    )


def test_total_is_sixty_percent_of_merit_and_the_interview():
    assert ranking.total_points(Decimal("81.50"), Decimal(31), WEIGHTS) == Decimal("79.90")


def test_interview_on_another_scale_counts_by_its_weight():
    weights = Weights(Decimal(60), Decimal(40), Decimal(100))

    assert ranking.interview_part(Decimal(50), weights) == Decimal("20.00")


def test_mean_takes_every_final_sheet_and_rounds_halves_up():
    assert ranking.mean_merit([Decimal(70), Decimal(81), Decimal("75.01")]) == Decimal("75.34")
    assert ranking.mean_merit([Decimal("0.01"), Decimal("0.02")]) == Decimal("0.02")


def test_mean_of_no_sheet_is_refused():
    with pytest.raises(ValueError, match="no final sheet"):
        ranking.mean_merit([])


@pytest.mark.parametrize(
    ("sheets", "needs", "complete"),
    [
        (["80"], False, False),
        (["80", "50"], False, True),
        (["80", "49.99"], True, False),
        (["80", "40", "60"], False, True),
    ],
)
def test_a_third_sheet_is_needed_above_the_difference(sheets, needs, complete):
    points = [Decimal(each) for each in sheets]

    assert ranking.needs_another(points, wanted=2, difference=Decimal(30)) is needs
    assert ranking.is_complete(points, wanted=2, difference=Decimal(30)) is complete


def test_ties_are_broken_by_merit_then_interview_then_time_then_number():
    by_merit = entry(1, "80", "20")
    by_interview = entry(2, "70", "26")
    later = entry(3, "80", "20", day=2)
    same_day = entry(4, "80", "20")

    rows = ranking.rank([later, by_interview, same_day, by_merit], WEIGHTS)

    assert [row.entry.key for row in rows] == [1, 4, 3, 2]
    assert [row.total for row in rows] == [Decimal("68.00")] * 4
    assert [row.is_tied for row in rows] == [True] * 4
    assert [row.place for row in rows] == [1, 2, 3, 4]


points = st.decimals(0, 100, places=2)


@given(st.lists(st.tuples(points, st.decimals(0, 40, places=2)), max_size=12), st.randoms())
def test_the_order_of_rows_never_changes_the_ranking(values, random):
    entries = [entry(key, str(merit), str(talk)) for key, (merit, talk) in enumerate(values)]
    shuffled = entries[:]
    random.shuffle(shuffled)

    straight = ranking.rank(entries, WEIGHTS)

    assert ranking.rank(shuffled, WEIGHTS) == straight
    assert [row.total for row in straight] == sorted((r.total for r in straight), reverse=True)
    assert all(r.merit_part + r.interview_part + r.entry.bonus == r.total for r in straight)


def test_evaluators_with_the_least_work_are_chosen_and_equal_ones_rotate():
    assert ranking.share_out({1: 4, 2: 0, 3: 1}, taken=[], wanted=2) == [2, 3]
    assert ranking.share_out({1: 0, 2: 0, 3: 0}, taken=[], wanted=2, salt=1) == [2, 3]
    assert ranking.share_out({1: 0, 2: 5}, taken=[1], wanted=2) == [2]
    assert ranking.share_out({}, taken=[], wanted=2) == []
