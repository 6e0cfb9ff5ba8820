"""When things happen in the rehearsed edition. Time is passed in, nothing waits."""

from datetime import date, datetime, timedelta

from core.formats import WARSAW


def at(month: int, day: int, hour: int = 10, *, year: int) -> datetime:
    """An hour of Warsaw."""
    return datetime(year, month, day, hour, tzinfo=WARSAW)


class Calendar:
    """The days of one edition of the programme and of the small projects in the year after."""

    def __init__(self, year: int):
        self.year = year
        self.letter = at(2, 16, year=year)
        self.survey_opens = at(2, 16, 0, year=year)
        self.survey_closes = at(3, 21, 0, year=year)
        self.decisions = at(3, 24, year=year)
        self.invitations = at(4, 1, year=year)
        self.first_session = at(4, 14, 10, year=year)
        self.second_session = at(4, 16, 13, year=year)
        self.after_sessions = at(4, 17, year=year)
        self.declarations_close = at(5, 9, 0, year=year)
        self.applications_open = at(3, 2, 0, year=year)
        self.applications_close = at(4, 11, 0, year=year)
        self.formal_check = at(4, 13, year=year)
        self.evaluation = at(4, 20, year=year)
        self.interviews = at(5, 11, year=year)
        self.selection = at(5, 18, year=year)
        self.preparation = at(6, 1, year=year)
        self.matching = at(6, 22, year=year)
        self.first_day = date(year, 9, 7)
        self.last_day = date(year, 10, 2)
        self.grant_opens = at(1, 4, year=year + 1)
        self.grant_closes = at(1, 30, 0, year=year + 1)
        self.grant_decision = at(2, 22, year=year + 1)
        self.grant_first_day = date(year + 1, 3, 1)
        self.grant_last_day = date(year + 1, 9, 30)
        self.grant_settled = at(11, 8, year=year + 1)

    def spread(self, start: datetime, end: datetime, share: float) -> datetime:
        """The instant at `share` (0 to 1) of the way from start to end."""
        return start + (end - start) * share

    def working_days(self) -> list[date]:
        """Monday to Friday of the internship."""
        days = (self.last_day - self.first_day).days + 1
        every = (self.first_day + timedelta(days=n) for n in range(days))
        return [day for day in every if day.weekday() < 5]
