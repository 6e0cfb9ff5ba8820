"""The arithmetic of small projects: to the grosz, with the line named."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants import rules
from grants.rules import Breach, CallLimits, Document, Line, Ranked

D = Decimal
FIRST, LAST = date(2027, 3, 1), date(2027, 9, 30)
LIMITS = CallLimits(
    grant_min=D("10000.00"),
    grant_max=D("40000.00"),
    own_min_percent=D(5),
    own_max_percent=D(50),
    category_max_percent={"administration": D(15)},
    starts_on=FIRST,
    ends_on=LAST,
)
GOOD = [
    Line(1, "services", D("18000.00"), D("17000.00")),
    Line(2, "administration", D("2000.00"), D("1900.00")),
]
MONEY = st.decimals(min_value=D("0.01"), max_value=D(999_999), places=2)


def judge(lines, limits=LIMITS, starts_on=FIRST, ends_on=LAST):
    return rules.judge_budget(lines, limits, starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize(
    ("quantity", "price", "total"),
    [
        ("3", "33.33", "99.99"),
        ("0.5", "0.01", "0.01"),
        ("1.5", "0.03", "0.05"),
        ("1.15", "1.10", "1.27"),
        ("0.33", "0.01", "0.00"),
    ],
)
def test_line_total_is_rounded_half_up(quantity, price, total):
    """G3"""
    assert rules.line_total(D(quantity), D(price)) == D(total)


def test_zlotys_come_from_the_exact_rate():
    """G19: the same amount and rate give the same grosz a year later."""
    assert rules.in_zloty(D("1234.56"), D("0.087654")) == D("108.21")


def test_sums_by_source_are_exact():
    """G3: a tenth is a tenth."""
    lines = [Line(number, "services", D("0.10"), D("0.07")) for number in range(1, 4)]

    assert rules.sums(lines) == rules.Sums(total=D("0.30"), grant=D("0.21"), own=D("0.09"))


def test_good_budget_breaks_nothing():
    assert judge(GOOD) == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [GOOD[0], Line(2, "services", D("100.00"), D("100.01"))],
            Breach("grant_above_line", "100.00", "100.01", 2),
        ),
        (
            [Line(1, "services", D("11000.00"), D("9999.99"))],
            Breach("grant_too_small", "10000.00", "9999.99"),
        ),
        (
            [Line(1, "services", D("45000.00"), D("40000.01"))],
            Breach("grant_too_large", "40000.00", "40000.01"),
        ),
        (
            [Line(1, "services", D("20000.00"), D("19000.01"))],
            Breach("own_too_small", "5", "4.99"),
        ),
        (
            [Line(1, "services", D("20000.02"), D("10000.00"))],
            Breach("own_too_large", "50", "50.01"),
        ),
        (
            [GOOD[0], Line(7, "administration", D("3176.48"), D("3000.00"))],
            Breach("category_too_large", "15", "15.01", 7),
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Breach) else "",
)
def test_each_limit_broken_alone_is_named_with_its_line(lines, expected):
    """G1: and a percentage never reads as the limit itself."""
    assert judge(lines) == (expected,)


@pytest.mark.parametrize(
    "lines",
    [
        [Line(1, "services", D("20000.00"), D("19000.00"))],
        [Line(1, "services", D("20000.00"), D("10000.00"))],
        [Line(1, "services", D("50000.00"), D("40000.00"))],
        [
            Line(1, "services", D("17000.00"), D("16000.00")),
            Line(2, "administration", D("3000.00"), D("2000.00")),
        ],
    ],
)
def test_exactly_at_the_limit_is_allowed(lines):
    assert judge(lines) == ()


def test_budget_without_lines_is_refused():
    assert [breach.code for breach in judge([])] == [
        "no_lines",
        "grant_too_small",
        "own_too_small",
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2027, 2, 28), LAST),
        (FIRST, date(2027, 10, 1)),
        (date(2027, 5, 2), date(2027, 5, 1)),
    ],
)
def test_project_outside_the_period_is_refused(starts_on, ends_on):
    breaches = judge(GOOD, starts_on=starts_on, ends_on=ends_on)

    assert [(breach.code, breach.limit) for breach in breaches] == [
        ("period", "01.03.2027 – 30.09.2027")
    ]


def test_tranches_take_the_rounding_into_the_last():
    assert rules.split(D("33333.33"), [D(60), D(30), D(10)]) == (
        D("20000.00"),
        D("10000.00"),
        D("3333.33"),
    )


@given(
    amount=MONEY,
    cuts=st.lists(st.integers(1, 99), min_size=0, max_size=4, unique=True).map(sorted),
)
def test_tranches_add_up_to_the_grant(amount, cuts):
    edges = [0, *cuts, 100]
    percents = [D(after - before) for before, after in zip(edges, edges[1:], strict=False)]

    parts = rules.split(amount, percents)

    assert sum(parts) == amount
    assert len(parts) == len(percents)


@pytest.mark.parametrize("percents", [[80], [80, 21], []])
def test_tranches_that_are_no_whole_are_refused(percents):
    with pytest.raises(ValueError, match="100"):
        rules.split(D(100), [D(part) for part in percents])


def test_equal_points_are_decided_by_need_then_by_amount_then_by_number():
    """G5: the order is always the same."""
    rows = [
        Ranked(4, D(80), D(20_000), D(15)),
        Ranked(3, D(80), D(20_000), D(15)),
        Ranked(5, D(80), D(19_999), D(15)),
        Ranked(2, D(80), D(30_000), D(16)),
        Ranked(1, D(79), D(10_000), D(20)),
    ]

    assert [row.key for row in rules.rank(rows)] == [2, 5, 3, 4, 1]


def ranked(*amounts: int, points: int = 80) -> list[Ranked]:
    return [Ranked(key, D(points), D(each), D(10)) for key, each in enumerate(amounts, start=1)]


def keys(groups) -> list[list[int]]:
    return [[row.key for row in group] for group in groups]


def test_awards_stop_at_the_pool():
    """G5: nobody lower is preferred because of a smaller amount."""
    groups = rules.within_pool(
        ranked(40_000, 40_000, 40_000, 10_000), threshold=D(60), count=10, pool=D(100_000)
    )

    assert keys(groups) == [[1, 2], [3, 4], []]


def test_awards_stop_at_the_number():
    groups = rules.within_pool(ranked(1, 1, 1), threshold=D(60), count=2, pool=D(100))

    assert keys(groups) == [[1, 2], [3], []]


def test_below_the_threshold_is_neither_awarded_nor_in_reserve():
    rows = [*ranked(10), Ranked(9, D("59.99"), D(10), D(1))]

    groups = rules.within_pool(rows, threshold=D(60), count=5, pool=D(100))

    assert keys(groups) == [[1], [], [9]]


@given(
    amounts=st.lists(st.integers(1, 50_000), max_size=30),
    count=st.integers(0, 12),
    pool=st.integers(0, 400_000),
)
def test_pool_and_number_are_never_passed(amounts, count, pool):
    awards, reserve, _below = rules.within_pool(
        ranked(*amounts), threshold=D(60), count=count, pool=D(pool)
    )

    assert len(awards) <= count
    assert sum(row.amount for row in awards) <= pool
    assert len(awards) + len(reserve) == len(amounts)


def test_mean_has_two_places():
    assert rules.mean([D(70), D(71), D(71)]) == D("70.67")


@pytest.mark.parametrize(
    ("points", "is_needed"),
    [([50, 75], False), ([50, 76], True), ([76, 50], True), ([50, 76, 60], False), ([50], False)],
)
def test_third_evaluator_is_called_when_two_differ_by_more(points, is_needed):
    assert rules.needs_third([D(one) for one in points], D(25)) is is_needed


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2027, 2, 1), 5, date(2027, 2, 8)),
        (date(2027, 2, 5), 1, date(2027, 2, 8)),
        (date(2027, 2, 6), 1, date(2027, 2, 8)),
        (date(2027, 2, 1), 0, date(2027, 2, 1)),
    ],
)
def test_working_days_leave_weekends_out(day, count, expected):
    assert rules.working_days_after(day, count) == expected


def settle(paid, documents, budget=None, shift=10):
    return rules.settle(
        paid=D(paid),
        budget={1: D("10000.00"), 2: D("9000.00")} if budget is None else budget,
        documents=[Document(line, D(amount), is_grant) for line, amount, is_grant in documents],
        shift_percent=D(shift),
    )


def test_unspent_money_returns_to_the_grosz():
    balance = settle("19000.00", [(1, "9999.99", True), (2, "8000.00", True), (1, "500", False)])

    assert (balance.accepted, balance.unused, balance.own) == (
        D("17999.99"),
        D("1000.01"),
        D("500"),
    )
    assert balance.overspent == {}


def test_line_may_be_exceeded_by_the_shift_without_consent():
    """Domain 6.4: shifts of at most ten per cent need no consent."""
    balance = settle("19000.00", [(1, "11000.00", True), (2, "8000.00", True)])

    assert (balance.accepted, balance.unused, balance.overspent) == (D("19000.00"), D(0), {})


def test_what_lies_above_the_shift_is_named_and_not_accepted():
    """G13"""
    balance = settle("19000.00", [(1, "11000.05", True), (2, "5000.00", True)])

    assert balance.overspent == {1: D("0.05")}
    assert (balance.accepted, balance.unused) == (D("16000.00"), D("3000.00"))


def test_document_in_a_foreign_line_is_overspent_whole():
    balance = settle("19000.00", [(3, "10.00", True)])

    assert (balance.accepted, balance.overspent) == (D(0), {3: D("10.00")})


@given(
    paid=MONEY,
    documents=st.lists(st.tuples(st.integers(1, 4), MONEY, st.booleans()), max_size=20),
    shift=st.integers(0, 100),
)
def test_paid_is_always_accepted_plus_returned(paid, documents, shift):
    balance = settle(paid, documents, shift=shift)

    assert balance.paid == balance.accepted + balance.unused
    assert balance.accepted >= 0
    assert balance.unused >= 0
    assert balance.own == sum((amount for _line, amount, grant in documents if not grant), D(0))
