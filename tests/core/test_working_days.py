"""Polish working days, with the holidays that move."""

from datetime import date, timedelta

import pytest

from core.working_days import add_working_days, is_working_day, working_day_until


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2027, 5, 3),
        date(2026, 6, 4),  # Corpus Christi
        date(2025, 8, 15),
        date(2026, 11, 11),
        date(2026, 12, 24),  # free since 2025
        date(2026, 12, 25),
    ],
)
def test_holidays_are_free_and_fall_on_weekdays_here(day):
    assert day.weekday() < 5
    assert is_working_day(day) is False


@pytest.mark.parametrize("day", [date(2024, 12, 24), date(2026, 5, 2) - timedelta(days=2)])
def test_days_that_only_look_free_are_worked(day):
    """24 December was worked until 2024; 30 April is an ordinary Thursday in 2026."""
    assert is_working_day(day) is True


def test_every_day_of_a_week_has_its_last_working_day():
    monday = date(2026, 3, 9)

    found = [working_day_until(monday + timedelta(days=n)) for n in range(7)]

    assert [day.day for day in found] == [9, 10, 11, 12, 13, 13, 13]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 3, 13), 1, date(2026, 3, 16)),
        (date(2026, 4, 2), 2, date(2026, 4, 7)),  # over Easter
        (date(2026, 4, 29), 5, date(2026, 5, 7)),  # over 1 May; 3 May is a Sunday
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(start, count, end):
    assert add_working_days(start, count) == end
