"""Mailings under many hands: real threads on PostgreSQL, each with its negative control."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress as passing_over
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction

from core.states import TransitionNotAllowed
from mailing import hints, mailing_selectors, services, transport
from mailing.models import Letter, Mailing
from mailing.services import mailing_sending, mailings, pace
from mailing.services.texts import NeedsSecondPerson
from tests.factories.mailing import WRITTEN_AT
from tests.mailing.audience_of_tests import draft, put_in_place, staff

LATER = WRITTEN_AT + timedelta(minutes=11)
WORKERS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch):
    """The tests are the workers: a hint would deliver at once."""
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def olena():
    return staff("olena")


@pytest.fixture
def halina():
    return staff("halina")


def going(people, olena, halina, many: int, **pace: int) -> Mailing:
    """A mailing to so many, let go by a second person."""
    people.add(many)
    mailing = draft(olena, pace=mailings.Pace(**pace))
    mailings.propose(mailing, actor=olena, now=WRITTEN_AT)
    return mailings.approve(mailing, seen=WRITTEN_AT, actor=halina, now=WRITTEN_AT)


def side_by_side(deeds) -> list:
    """All deeds at the same moment, each on its own connection; what each gave or raised."""
    gate = threading.Barrier(len(deeds))

    def run(deed):
        gate.wait(timeout=30)
        try:
            return deed()
        except (TransitionNotAllowed, NeedsSecondPerson) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


class TogetherOnce:
    """Lets callers of a function go on together, or alone after a moment."""

    def __init__(self, function, parties: int):
        self.function, self.gate = function, threading.Barrier(parties)

    def __call__(self, *args, **options):
        result = self.function(*args, **options)
        with passing_over(threading.BrokenBarrierError):
            self.gate.wait(timeout=2)
        return result


# --- Two workers at the same recipients


def send_from_all_sides() -> list[int]:
    meeting = TogetherOnce(pace.allowance, WORKERS)
    with mock.patch.object(pace, "allowance", meeting):
        return side_by_side([lambda: mailing_sending.send_next(now=LATER)] * WORKERS)


def test_four_workers_write_each_letter_once_and_keep_the_pace(people, olena, halina, settings):
    """E5, E9: whoever sends, it is as if one did."""
    settings.MAILING_PER_MINUTE = 1_000
    mailing = going(people, olena, halina, 60, per_minute=20)

    written = send_from_all_sides()

    assert sum(written) == 20
    assert Letter.objects.count() == 20
    keys = set(Letter.objects.values_list("key", flat=True))
    assert keys == {f"mailing.{mailing.pk}.{number:05}" for number in range(1, 21)}


def test_without_the_lock_the_pace_would_be_passed(people, olena, halina, settings, monkeypatch):
    """Negative control: each of the four counts what is allowed, and uses it."""
    settings.MAILING_PER_MINUTE = 1_000
    mailing = going(people, olena, halina, 60, per_minute=20)
    mailing_sending._begin(mailing.pk, LATER)
    monkeypatch.setattr(mailing_sending, "_is_pacer", lambda: True)
    monkeypatch.setattr(
        mailing_sending,
        "_locked",
        lambda number, *statuses: Mailing.objects.filter(pk=number, status__in=statuses).first(),
    )

    send_from_all_sides()

    assert Letter.objects.count() > 20


# --- Paused while workers deliver (FT-38)


class Post:
    """A provider that takes a moment for each letter, and notes when it was called."""

    def __init__(self, pause_after: int):
        self.calls: list[float] = []
        self.is_time = threading.Event()
        self._pause_after, self._lock = pause_after, threading.Lock()

    def take(self, *_args) -> str:
        with self._lock:
            self.calls.append(time.perf_counter())
            if len(self.calls) >= self._pause_after:
                self.is_time.set()
        threading.Event().wait(0.005)
        return ""


def pause_in_the_middle(mailing: Mailing, actor, *, many: int) -> tuple[int, int]:
    """Four workers deliver, and it is paused after `many`: how many left before, and after."""
    post = Post(pause_after=many)
    paused: list[float] = []

    def stop() -> None:
        assert post.is_time.wait(timeout=60)
        mailing_sending.pause(Mailing.objects.get(), actor=actor, now=LATER)
        paused.append(time.perf_counter())

    with mock.patch.object(transport, "send", side_effect=post.take):
        side_by_side([stop, *[lambda: services.deliver_due(LATER)] * WORKERS])
    after = sum(moment > paused[0] for moment in post.calls)
    return len(post.calls) - after, after


def all_queued(people, olena, halina, settings, many: int) -> Mailing:
    settings.MAILING_PER_MINUTE = settings.MAILING_PER_HOUR = 100_000
    mailing = going(people, olena, halina, many)
    assert mailing_sending.send_next(now=LATER, seconds=60) == many
    return mailing


def test_after_a_pause_no_more_leave_than_are_in_hand(people, olena, halina, settings):
    """FT-38: at most one for each worker, and the rest is held; none is lost or sent twice."""
    mailing = all_queued(people, olena, halina, settings, 200)

    before, after = pause_in_the_middle(mailing, olena, many=40)

    counts = mailing_selectors.counts(mailing)
    assert after <= WORKERS
    assert counts["sent"] == before + after < 200
    assert counts["held"] == 200 - before - after
    assert services.deliver_due(LATER + timedelta(days=1)) == {}


def test_without_holding_them_all_would_leave(people, olena, halina, settings, monkeypatch):
    """Negative control: the status of the mailing alone stops nothing that waits already."""
    mailing = all_queued(people, olena, halina, settings, 120)
    monkeypatch.setattr(mailing_sending, "hold_letters", lambda mailing: 0)

    _before, after = pause_in_the_middle(mailing, olena, many=20)

    assert after > WORKERS
    assert mailing_selectors.counts(mailing)["sent"] == 120


def test_pause_while_letters_are_written_leaves_none_queued(people, olena, halina, settings):
    """FT-38: who pauses waits for the step under way, and holds what it wrote."""
    settings.MAILING_PER_MINUTE = settings.MAILING_PER_HOUR = 100_000
    mailing = going(people, olena, halina, 120)
    mailing_sending.send_next(now=WRITTEN_AT)  # not yet
    started = threading.Event()
    write = type(people).write

    def write_and_tell(self, *args, **options):
        started.set()
        return write(self, *args, **options)

    def stop() -> None:
        assert started.wait(timeout=60)
        mailing_sending.pause(Mailing.objects.get(), actor=olena, now=LATER)

    with mock.patch.object(type(people), "write", write_and_tell):
        side_by_side([stop, lambda: mailing_sending.send_next(now=LATER, seconds=60)])

    counts = mailing_selectors.counts(mailing)
    assert (counts["waiting"], counts["held"] + counts["planned"]) == (0, 120)
    assert counts["held"] > 0


def test_letter_that_comes_back_during_a_pause_is_held(people, olena, halina, settings):
    """FT-38: marked for a later try while somebody pauses; in either order it is held."""
    mailing = all_queued(people, olena, halina, settings, 51)
    tried = Letter.objects.order_by("pk").first()
    Letter.objects.filter(pk=tried.pk).update(
        status="sending",
        attempts=1,
        first_tried_at=LATER,
        lease_until=LATER + timedelta(minutes=5),
        provider="locmem",
    )
    tried.refresh_from_db()
    busy = transport.TryLater("busy")
    deeds = [
        lambda: mailing_sending.pause(Mailing.objects.get(), actor=olena, now=LATER),
        lambda: services.delivery._mark_for_later(tried, busy, LATER),
    ]

    side_by_side(deeds)

    assert mailing_selectors.counts(mailing)["held"] == 51
    assert Letter.objects.get(pk=tried.pk).attempts == 1


# --- Two people at once


def approve_from_both_sides(mailing: Mailing, *people_) -> list:
    def deed(person):
        fresh = Mailing.objects.get(pk=mailing.pk)
        return lambda: mailings.approve(fresh, seen=WRITTEN_AT, actor=person, now=LATER)

    return side_by_side([deed(person) for person in people_])


def proposed(people, olena) -> Mailing:
    people.add(51)
    return mailings.propose(draft(olena), actor=olena, now=WRITTEN_AT)


def test_of_two_who_approve_one_does(people, olena, halina):
    """FT-16: the other is told by whom."""
    maria = staff("maria")
    mailing = proposed(people, olena)

    outcomes = approve_from_both_sides(mailing, halina, maria)

    mailing.refresh_from_db()
    refusals = [each for each in outcomes if isinstance(each, TransitionNotAllowed)]
    assert [refusal.by for refusal in refusals] == [mailing.approved_by]


def test_without_the_conditional_update_both_would_approve(people, olena, halina, monkeypatch):
    """Negative control."""
    maria = staff("maria")
    mailing = proposed(people, olena)

    def naive_move(record, to, *, actor=None, now=None, **changes):
        type(record).objects.filter(pk=record.pk).update(status=to, **changes)
        return record

    monkeypatch.setattr(mailings, "move", naive_move)

    outcomes = approve_from_both_sides(mailing, halina, maria)

    assert [type(each) for each in outcomes] == [Mailing, Mailing]


def let_two_small_ones_go_at_once(people, olena) -> list:
    """What each of two presses gave, of one person, at mailings of 30 each."""
    people.add(30)
    drafts = [draft(olena), draft(olena)]
    meeting = TogetherOnce(mailings.needs_second_person, 2)

    def deed(mailing):
        return lambda: str(mailings.schedule(mailing, actor=olena, now=WRITTEN_AT).status)

    with mock.patch.object(mailings, "needs_second_person", meeting):
        return side_by_side([deed(each) for each in drafts])


def test_two_small_mailings_at_once_are_a_big_one(people, olena):
    """P26: no way around the second person for two windows at the same moment."""
    outcomes = let_two_small_ones_go_at_once(people, olena)

    assert sorted(type(each).__name__ for each in outcomes) == ["NeedsSecondPerson", "str"]


def test_without_waiting_for_each_other_both_would_go(people, olena, monkeypatch):
    """Negative control."""
    monkeypatch.setattr(mailings, "_wait_for_others", lambda mailing, actor: None)

    assert let_two_small_ones_go_at_once(people, olena) == ["scheduled", "scheduled"]


def test_retry_pressed_twice_at_once_writes_one_letter_more(people, olena, halina, settings):
    """E6, FT-11: idempotent also for two windows."""
    mailing = all_queued(people, olena, halina, settings, 51)
    first = Letter.objects.order_by("pk").first()
    Letter.objects.filter(pk=first.pk).update(status="bounced", accepted_at=LATER)
    mailing.refresh_from_db()
    deed = [lambda: mailing_sending.retry_failed(Mailing.objects.get(), actor=olena, now=LATER)]

    many = side_by_side(deed * 2)

    assert sorted(many) == [0, 1]
    assert Letter.objects.count() == 52


def test_taken_back_at_the_last_moment_or_begun_but_never_both(people, olena, halina):
    """E21: the end of the window against the hand of a person."""
    mailing = going(people, olena, halina, 51)

    back, _written = side_by_side(
        [
            lambda: mailings.send_back(Mailing.objects.get(), reason="", actor=olena, now=LATER),
            lambda: mailing_sending.send_next(now=LATER),
        ]
    )

    mailing.refresh_from_db()
    letters = Letter.objects.count()
    if isinstance(back, TransitionNotAllowed):
        assert (mailing.status, letters) == ("sending", 51)
    else:
        assert (mailing.status, letters) == ("draft", 0)
    with transaction.atomic():
        assert mailing.recipients.count() == 51
