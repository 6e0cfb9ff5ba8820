"""Polish working days: Monday to Friday without the holidays of the state.

Source: the act of 18 January 1951 on days free from work, as kept by the package `holidays`
(24 December is one of them since 2025).
"""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@cache
def free_days() -> "HolidayBase":
    """The holidays of Poland, by day."""
    from holidays import country_holidays  # loads every country: 16 MB (W12)

    return country_holidays("PL")


def is_working_day(day: date) -> bool:
    """Whether offices in Poland work on this day."""
    return day.weekday() < SATURDAY and day not in free_days()


def working_day_until(day: date) -> date:
    """The day itself when offices work on it, else the last working day before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `count` is at least 1."""
    for _each in range(count):
        day += ONE_DAY
        while not is_working_day(day):
            day += ONE_DAY
    return day
