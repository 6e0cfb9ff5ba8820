"""One reminder before the deadline, only to drafts, on a working day (A14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import connection

from applications.clock import database_now
from applications.emails import host_reminders as emails
from applications.models import HostSurvey
from applications.services import host as services
from applications.services import host_reminders
from applications.services.host_reminders import AT_LEAST_BEFORE, remind_unsent, reminder_moment
from applications.tasks import remind_of_unsent_surveys
from core.formats import WARSAW
from core.models import CapabilityLink
from core.working_days import ONE_DAY, is_working_day
from mailing import services as mailing
from mailing.models import Letter
from tests.applications.test_host_views import LINK
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import ContactFactory, EditionFactory

CLOSES = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)  # Tuesday, 23:59 in Warsaw
MOMENT = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)  # Friday, 9:00: 23:59 less 48 hours is a Sunday
BEGUN = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def warsaw(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), WARSAW)


@pytest.mark.parametrize(
    ("last_day", "reminded_on"),
    [
        # every weekday of one week without holidays: closing at 23:59
        (date(2026, 3, 16), date(2026, 3, 13)),  # Monday <- Friday
        (date(2026, 3, 17), date(2026, 3, 13)),  # Tuesday <- Friday
        (date(2026, 3, 18), date(2026, 3, 16)),  # Wednesday <- Monday
        (date(2026, 3, 19), date(2026, 3, 17)),
        (date(2026, 3, 20), date(2026, 3, 18)),
        (date(2026, 3, 21), date(2026, 3, 19)),  # Saturday
        (date(2026, 3, 22), date(2026, 3, 20)),  # Sunday
        # around holidays
        (date(2026, 4, 7), date(2026, 4, 3)),  # after Easter Monday <- Good Friday is worked
        (date(2026, 4, 8), date(2026, 4, 3)),
        (date(2026, 5, 4), date(2026, 4, 30)),  # Monday after 1 and 3 May
        (date(2027, 5, 4), date(2027, 4, 30)),  # Tuesday after Monday 3 May
        (date(2027, 5, 5), date(2027, 4, 30)),
        (date(2026, 6, 5), date(2026, 6, 3)),  # the Friday after Corpus Christi
        (date(2026, 6, 6), date(2026, 6, 3)),
        (date(2026, 11, 12), date(2026, 11, 10)),  # the day after 11 November
        (date(2026, 11, 13), date(2026, 11, 10)),
        (date(2026, 12, 28), date(2026, 12, 23)),  # Monday after Christmas
        (date(2025, 12, 29), date(2025, 12, 23)),  # 24 December is free, 26 is a Friday
        (date(2024, 12, 27), date(2024, 12, 24)),  # worked until 2024
        # the nights in which the clocks change
        (date(2026, 3, 29), date(2026, 3, 27)),
        (date(2026, 10, 25), date(2026, 10, 23)),
    ],
)
def test_reminder_falls_on_the_last_working_day_with_48_hours_left(last_day, reminded_on):
    """A14: for a closing on every weekday and around the holidays."""
    closes_at = warsaw(last_day + ONE_DAY)

    assert reminder_moment(closes_at) == warsaw(reminded_on, 9)


def test_reminder_is_the_last_possible_one_on_every_day_of_four_years():
    """A14, against a plain search through all mornings: DS lost Mondays and Tuesdays."""
    day = date(2025, 1, 10)
    while day < date(2029, 1, 1):
        for hour in (0, 8, 16):
            closes_at = warsaw(day, hour)
            mornings = [warsaw(day - n * ONE_DAY, 9) for n in range(12)]
            expected = next(
                moment
                for moment in mornings
                if is_working_day(moment.date())
                and closes_at.astimezone(UTC) - moment.astimezone(UTC) >= AT_LEAST_BEFORE
            )
            assert reminder_moment(closes_at) == expected, closes_at
        day += ONE_DAY


@pytest.fixture
def edition(db):
    return EditionFactory(survey_closes_at=CLOSES)


def draft_of(edition, **fields) -> HostSurvey:
    return HostSurveyFactory(
        edition=edition, started_at=BEGUN, draft_answers=host_answers(), answers={}, **fields
    )


def test_only_drafts_with_nothing_sent_are_reminded(edition, coordinator):
    """A14: not who has sent, withdrawn, was returned or began just now; not another edition."""
    draft = draft_of(edition)
    sent = services.submit_survey(draft_of(edition), now=BEGUN)
    services.withdraw_survey(draft_of(edition), actor=coordinator, now=BEGUN)
    HostSurveyFactory(edition=edition, submitted=True, status="returned", started_at=BEGUN)
    HostSurveyFactory(edition=edition, started_at=MOMENT)
    draft_of(EditionFactory(year=2027, survey_closes_at=CLOSES + timedelta(days=365)))
    HostInvitationFactory(edition=edition)

    count = remind_unsent(edition, now=MOMENT + timedelta(minutes=1))

    letters = Letter.objects.filter(letter=emails.UNSENT)
    assert count == 1
    assert [letter.about for letter in letters] == [draft]
    assert sent.status == "submitted"


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (MOMENT - timedelta(seconds=1), 0),
        (MOMENT, 1),
        (CLOSES - timedelta(seconds=1), 1),  # machines were down; late is better than never
        (CLOSES, 0),  # missed
        (CLOSES + timedelta(minutes=5), 0),
    ],
)
def test_reminder_has_its_time(edition, now, count):
    draft_of(edition)

    assert remind_unsent(edition, now=now) == count
    assert Letter.objects.count() == count


def test_reminder_comes_once_however_often_the_work_runs(edition):
    """A14: one letter and one new link."""
    draft_of(edition)

    counts = [remind_unsent(edition, now=MOMENT + timedelta(hours=n)) for n in range(4)]

    assert counts == [1, 0, 0, 0]
    assert Letter.objects.count() == 1
    assert CapabilityLink.objects.count() == 1


def test_letter_says_what_to_do_by_when_with_a_new_link(edition):
    head = ContactFactory(head=True, first_name="Barbara", last_name="Zielińska")
    invitation = HostInvitationFactory(
        edition=edition, organisation=head.organisation, contact=head, email=head.email
    )
    draft_of(edition, organisation=head.organisation, invitation=invitation, email=head.email)

    remind_unsent(edition, now=MOMENT)

    letter = Letter.objects.get()
    assert (letter.to, letter.status) == (head.email, Letter.Status.QUEUED)
    assert letter.text.startswith(f"{head.salutation('pl')},")
    assert "Termin wysłania ankiety: wtorek, 31 marca 2026, 23:59 (czas warszawski)." in letter.text
    assert LINK.search(letter.text)
    assert letter.not_after == CLOSES


@pytest.mark.parametrize("deed", ["sent", "withdrawn"])
def test_draft_that_is_sent_before_the_letter_leaves_drops_out(edition, coordinator, deed):
    """A14: who is written to is known only when the letter leaves."""
    draft, other = draft_of(edition), draft_of(edition)
    remind_unsent(edition, now=MOMENT)

    if deed == "sent":
        services.submit_survey(draft, now=MOMENT)
    else:
        services.withdraw_survey(draft, actor=coordinator, now=MOMENT)

    status = {
        letter.about_id: letter.status for letter in Letter.objects.filter(letter=emails.UNSENT)
    }
    assert status == {draft.pk: Letter.Status.CANCELLED, other.pk: Letter.Status.QUEUED}


@pytest.mark.django_db(transaction=True)
def test_reminder_that_left_too_late_is_not_sent(mailoutbox):
    """A worker that wakes after the closing sends nothing."""
    edition = EditionFactory(survey_closes_at=CLOSES)
    draft_of(edition)
    remind_unsent(edition, now=CLOSES - timedelta(minutes=1))

    mailing.deliver_due(now=CLOSES + timedelta(minutes=1))

    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_task_works_by_the_clock_of_the_database():
    now = database_now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=40),
        survey_closes_at=now + timedelta(hours=1),
    )
    draft_of(edition)
    HostSurvey.objects.update(started_at=now - timedelta(days=20))

    remind_of_unsent_surveys()
    remind_of_unsent_surveys(retried="because")

    assert Letter.objects.filter(letter=emails.UNSENT).count() == 1


# --- Two workers at once


def _at_once(edition, times: int) -> None:
    barrier = Barrier(times)

    def run(_number):
        barrier.wait()
        try:
            return remind_unsent(edition, now=MOMENT)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_one_letter_each():
    """A14: five drafts, four workers, five letters, five links."""
    edition = EditionFactory(survey_closes_at=CLOSES)
    for _number in range(5):
        draft_of(edition)

    _at_once(edition, 4)

    assert Letter.objects.filter(letter=emails.UNSENT).count() == 5
    assert CapabilityLink.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_look_under_the_lock_links_would_multiply(monkeypatch):
    """Negative control of the test above: the key alone saves the letters, not the links."""
    edition = EditionFactory(survey_closes_at=CLOSES)
    draft_of(edition)

    class Nowhere:
        @staticmethod
        def filter(**_):
            return Letter.objects.none()

    class Blind:
        objects = Nowhere

    monkeypatch.setattr(host_reminders, "Letter", Blind)

    _at_once(edition, 4)

    assert Letter.objects.count() == 1
    assert CapabilityLink.objects.count() == 4
