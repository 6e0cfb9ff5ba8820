"""The pace of mailings is that of letters which leave, whoever sends them (E5, FT-30)."""

import threading
import time
from bisect import bisect_right
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailing import hints, services, tasks, transport
from mailing.models import Departure, Letter, Mailing
from mailing.services import mailing_sending, mailings, pace
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.audience_of_tests import draft, put_in_place, staff
from win4ua.health import oldest_due_letter

LATER = WRITTEN_AT + timedelta(minutes=11)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WORKERS = 4


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch):
    """The tests are the workers: a hint would deliver at once."""
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def queued(people):
    """A mailing of which so many letters wait to be sent, as after a second try of many."""

    def queue(many: int, **limits: int | None) -> Mailing:
        people.people.clear()
        people.add(many)
        olena = staff(f"olena{Mailing.objects.count()}")
        mailing = mailings.schedule(draft(olena), actor=olena, now=WRITTEN_AT)
        mailing_sending.send_next(now=LATER)
        Mailing.objects.filter(pk=mailing.pk).update(**limits)
        mailing.refresh_from_db()
        assert letters_of(mailing) == {"queued": many}
        return mailing

    return queue


def letters_of(mailing: Mailing) -> Counter:
    """How many of its letters are in which status."""
    found = Letter.objects.filter(recipient__mailing=mailing)
    return Counter(found.values_list("status", flat=True))


def most_in_a_window(moments: list[float], span: float) -> int:
    """The largest number of moments in any stretch of so many seconds, wherever it begins."""
    ordered = sorted(moments)
    return max(bisect_right(ordered, at + span) - begin for begin, at in enumerate(ordered))


@pytest.mark.django_db
def test_letters_that_wait_leave_at_the_pace_and_not_at_once(queued):
    """E5: also those that were queued past the mailing, as by a second try from the outbox."""
    mailing = queued(12, per_minute=5)
    moments = [LATER, LATER + 30 * SECOND, LATER + 62 * SECOND, LATER + 130 * SECOND]

    left = [services.deliver_due(moment)["accepted"] for moment in moments]

    assert left == [5, 0, 5, 2]
    assert letters_of(mailing) == {"accepted": 12}


@pytest.mark.django_db
def test_pace_of_an_hour_holds_as_well(queued):
    """E5."""
    queued(9, per_minute=5, per_hour=6)
    moments = [LATER + minutes * MINUTE for minutes in (0, 2, 4, 59, 61, 63, 65)]

    assert [services.deliver_due(at)["accepted"] for at in moments] == [5, 1, 0, 0, 3, 0, 0]


@pytest.mark.django_db
def test_all_mailings_together_keep_the_pace_of_the_house(queued, settings):
    """E5: and one that has no turn does not stand in the way of another."""
    slow, quick = queued(8, per_minute=2), queued(8)
    settings.MAILING_PER_MINUTE = 6

    assert services.deliver_due(LATER)["accepted"] == 6

    assert letters_of(slow) == {"accepted": 2, "queued": 6}
    assert letters_of(quick) == {"accepted": 4, "queued": 4}


@pytest.mark.django_db
def test_receipts_wait_for_no_pace_and_use_none_of_it(queued):
    """FT-30: a login link goes before the mailing, also when its pace is used up."""
    mailing = queued(3, per_minute=2)
    receipts = LetterFactory.create_batch(3)

    first = services.deliver_due(LATER)
    late = LetterFactory()
    second = services.deliver_due(LATER + SECOND)

    assert (first["accepted"], second["accepted"]) == (5, 1)
    assert set(Letter.objects.filter(pk__in=[each.pk for each in (*receipts, late)]).values_list(
        "status", flat=True
    )) == {"accepted"}  # fmt: skip
    assert letters_of(mailing) == {"accepted": 2, "queued": 1}


@pytest.mark.django_db
def test_one_letter_of_a_mailing_asks_for_its_turn_too(queued):
    queued(2, per_minute=1)
    one, other = Letter.objects.order_by("pk").values_list("pk", flat=True)

    assert services.deliver(one, now=LATER).status == "accepted"
    assert services.deliver(other, now=LATER + SECOND) is None
    assert services.deliver(other, now=LATER + 62 * SECOND).status == "accepted"


@pytest.mark.django_db
def test_calls_count_also_when_they_fail(queued, monkeypatch):
    """FT-30: the provider counts calls, not letters."""
    queued(4, per_minute=2)

    def refuse(*_):
        raise transport.Refused("no such user")

    monkeypatch.setattr(transport, "send", refuse)

    assert services.deliver_due(LATER) == {"failed": 2}
    assert services.deliver_due(LATER + SECOND) == {}


@pytest.mark.django_db
def test_turns_that_were_not_used_are_free_again(queued, monkeypatch):
    """A provider that is down takes one call, not the turns of a whole chunk."""
    mailing = queued(6, per_minute=6)

    def down(*_):
        raise transport.TryLater("refused", is_down=True)

    monkeypatch.setattr(transport, "send", down)
    services.deliver_due(LATER)

    assert list(Departure.objects.values_list("many", flat=True)) == [1]
    assert pace.used(LATER + SECOND).minute == {mailing.pk: 1}


@pytest.mark.django_db
def test_turns_of_a_lost_worker_count_until_it_can_call_no_more(queued):
    mailing = queued(3, per_minute=3)
    Departure.objects.create(mailing=mailing, many=3, taken_at=LATER)
    gone = LATER + pace.LOST_AFTER + MINUTE

    assert services.deliver_due(gone) == {}
    assert services.deliver_due(gone + 2 * SECOND) == {"accepted": 3}


@pytest.mark.django_db
def test_long_call_counts_from_its_end(queued):
    """A letter taken at the end of a slow call is followed by a minute of its own."""
    mailing = queued(2, per_minute=1)
    letter = Letter.objects.for_sending().order_by("pk").first()
    turns = pace.take([letter], now=LATER)
    turns[mailing.pk].called = 1
    pace.end(turns.values(), now=LATER + 20 * SECOND)

    assert services.deliver_due(LATER + 62 * SECOND) == {}
    assert services.deliver_due(LATER + 82 * SECOND) == {"accepted": 1}


@pytest.mark.django_db
def test_turns_are_asked_for_by_the_chunk_and_not_by_the_letter(queued):
    """W7: a letter of a mailing still costs one statement."""

    def statements(many: int) -> int:
        queued(many)
        with CaptureQueriesContext(connection) as seen:
            assert services.deliver_due(LATER) == {"accepted": many}
        return len(seen)

    one, nine = statements(1), statements(9)

    assert nine - one == 8


@pytest.mark.django_db
def test_old_turns_are_forgotten_and_those_that_count_are_kept(queued, time_machine_at):
    mailing = queued(1)
    for age in (pace.LOST_AFTER + pace.LATELY + HOUR + 2 * SECOND, HOUR):
        Departure.objects.create(mailing=mailing, many=1, taken_at=LATER - age)

    with time_machine_at(LATER):
        tasks.forget_old_turns()

    assert list(Departure.objects.values_list("taken_at", flat=True)) == [LATER - HOUR]


@pytest.fixture
def one_greylisted(queued, settings, monkeypatch):
    """A mailing that fills the hour of the house; one of its letters needs a second turn."""
    settings.MAILING_PER_HOUR = 3
    mailing = queued(3)
    answers = iter(["1", transport.TryLater("greylisted"), "3"])

    def answer(*_) -> str:
        said = next(answers, "4")
        if isinstance(said, transport.TryLater):
            raise said
        return said

    monkeypatch.setattr(transport, "send", answer)
    assert services.deliver_due(LATER) == {"accepted": 2, "retry": 1}
    return mailing


@pytest.mark.django_db
def test_letter_that_only_waits_for_its_turn_is_not_late(one_greylisted):
    """FT-37, E5: one "try later" in a mailing that fills the hour is no standstill."""
    moments = [LATER + minutes * MINUTE for minutes in (7, 59, 64)]

    assert [Letter.objects.due(at).count() for at in moments] == [1, 1, 1]
    assert [services.deliver_due(at)["accepted"] for at in moments[:2]] == [0, 0]
    assert [oldest_due_letter(now=at) for at in moments] == [0, 0, 0]


@pytest.mark.django_db
def test_letter_that_has_its_turn_and_stays_is_late(one_greylisted):
    """FT-37: five minutes after the turn came, by the time for which it has been due."""
    late = LATER + 66 * MINUTE
    assert oldest_due_letter(now=late) == 65 * 60

    assert services.deliver_due(late) == {"accepted": 1}
    assert oldest_due_letter(now=late) == 0


@pytest.mark.django_db
def test_receipt_is_late_whatever_the_mailings_wait_for(one_greylisted):
    """FT-37: a login link waits for no turn."""
    LetterFactory(created_at=LATER)

    assert oldest_due_letter(now=LATER + 7 * MINUTE) == 7 * 60


# --- Four workers at once, real threads and a real clock

SHORT_MINUTE = 1.5  # seconds: what the workers are told a minute is
PER_MINUTE = 12


def moments_of_four_workers(monkeypatch, many: int, *, seconds: float) -> list[float]:
    """When the provider took letters, while four workers send what they may."""
    moments: list[float] = []

    def taken(_connection, _message, letter: Letter) -> str:
        time.sleep(0.01 + (letter.pk % 5) / 50)  # some calls last longer than others
        moments.append(time.monotonic())
        return str(letter.pk)

    monkeypatch.setattr(transport, "send", taken)
    monkeypatch.setattr(pace, "MINUTE", timedelta(seconds=SHORT_MINUTE))
    monkeypatch.setattr(pace, "CLOCKS_DIFFER", timedelta(0))  # it is one clock
    until, gate = time.monotonic() + seconds, threading.Barrier(WORKERS)

    def work(_number: int) -> None:
        gate.wait(timeout=30)
        try:
            while time.monotonic() < until and len(moments) < many:
                services.deliver_due(timezone.now(), seconds=1)
                time.sleep(0.02)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    return moments


@pytest.fixture
def due(queued):
    """Letters of a mailing that wait, more than a minute allows."""

    def wait(many: int) -> None:
        queued(many, per_minute=PER_MINUTE)

    return wait


@pytest.mark.django_db(transaction=True)
def test_no_rolling_minute_holds_more_than_is_allowed_with_four_workers(due, monkeypatch):
    """E5, FT-30: by the moments at which letters were handed over, in every window there is."""
    many = 3 * PER_MINUTE
    due(many)

    moments = moments_of_four_workers(monkeypatch, many, seconds=40)

    assert len(moments) == many
    assert most_in_a_window(moments, SHORT_MINUTE) == PER_MINUTE
    assert Letter.objects.filter(status="accepted").count() == many


@pytest.mark.django_db(transaction=True)
def test_without_counting_together_more_would_leave(due, monkeypatch):
    """Negative control: each worker sees nothing of what the others took."""
    many = 3 * PER_MINUTE
    due(many)
    monkeypatch.setattr(pace, "used", lambda now, **_: pace.Used(Counter(), Counter()))

    moments = moments_of_four_workers(monkeypatch, many, seconds=40)

    assert most_in_a_window(moments, SHORT_MINUTE) > PER_MINUTE
