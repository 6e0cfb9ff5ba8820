"""What stands still is told once, also while the worker is away (FT-37, pretalx 692)."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone
from redis import Redis

from mailing import hints
from mailing.models import Letter, Standstill
from mailing.services import standstills
from ops.visitor import wait_for
from tests.factories.mailing import LetterFactory
from win4ua import alarms, heartbeat, watch

HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch):
    """Words to the workers are heard by nobody: the worker is away."""
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)


@pytest.fixture(autouse=True)
def redis():
    client = Redis.from_url(django_settings.REDIS_URL)
    client.delete(*heartbeat.MARKS.values())
    yield client
    client.delete(*heartbeat.MARKS.values())
    client.close()


def alive(*who: str) -> None:
    for each in who:
        heartbeat.leave_mark(each, redis_url=django_settings.REDIS_URL)


def look(many: int, one: watch.Watch | None = None) -> list[int]:
    """So many looks, half a minute apart; how many letters each wrote."""
    one, now = one or watch.Watch(), timezone.now()
    return [one.look(now=now + number * HALF_MINUTE) for number in range(many)]


@pytest.mark.django_db
def test_team_gets_one_letter_each_for_one_standstill(coordinator, administrator, auditor, caplog):
    """Sent by the watch itself, in the language of each; the auditor can do nothing about it."""
    coordinator.language, administrator.language = "pl", "uk"
    for person in (coordinator, administrator):
        person.save(update_fields=["language"])
    alive("beat")

    with caplog.at_level(logging.CRITICAL):
        written = look(5)

    assert written == [0, 2, 0, 0, 0]
    letters = Letter.objects.filter(letter="mailing/standstill")
    assert dict(letters.values_list("to", "status")) == {
        coordinator.email: "accepted",
        administrator.email: "accepted",
    }
    texts = {message.to[0]: message.body for message in mail.outbox}
    assert "Listy nie wychodzą: program, który je wysyła, nie działa" in texts[coordinator.email]
    assert "програма, яка їх надсилає, не працює" in texts[administrator.email]
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("living", "sign"), [((), "beat"), (("worker",), "beat"), (("beat",), "worker")]
)
def test_silent_clock_and_silent_worker_are_told(coordinator, living, sign):
    alive(*living)

    assert look(2) == [0, 1]
    assert Standstill.objects.get().sign == sign


@pytest.mark.django_db
def test_late_letters_are_told_though_everybody_lives(coordinator):
    """The oldest letter is due for more than five minutes."""
    alive("beat", "worker")
    LetterFactory(created_at=timezone.now() - timedelta(seconds=361))

    assert look(3) == [0, 1, 0]
    assert Standstill.objects.get().sign == "letters"


@pytest.mark.django_db
def test_house_that_works_tells_nobody(coordinator):
    alive("beat", "worker")

    assert look(3) == [0, 0, 0]
    assert (Standstill.objects.count(), Letter.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_is_gone_at_the_next_look_is_told_to_nobody(coordinator):
    """While everything starts anew."""
    one, now = watch.Watch(), timezone.now()

    written = [one.look(now=now)]
    alive("beat", "worker")
    written += [one.look(now=now + HALF_MINUTE)]

    assert (written, Standstill.objects.count()) == ([0, 0], 0)


@pytest.mark.django_db
def test_next_standstill_is_told_anew_and_another_sign_of_the_same_is_not(coordinator, redis):
    one, now = watch.Watch(), timezone.now()
    assert look(2, one) == [0, 1]
    alive("beat")  # the worker is still away: one standstill, told already
    assert look(2, one) == [0, 0]

    alive("beat", "worker")
    for number in range(watch.GOOD_LOOKS):
        one.look(now=now + timedelta(minutes=5) + number * HALF_MINUTE)
    redis.delete(heartbeat.MARKS["worker"])
    later = [one.look(now=now + timedelta(minutes=minutes)) for minutes in (19, 20, 21)]

    assert later == [0, 1, 0]
    assert [each.sign for each in Standstill.objects.order_by("pk")] == ["beat", "worker"]
    assert Standstill.objects.filter(ended_at=None).count() == 1


@pytest.fixture
def seen(monkeypatch):
    """What the watch finds at each look: a sign, None when all is well, or an error."""
    to_find: list = []

    def find(now):
        found = to_find.pop(0)
        if isinstance(found, Exception):
            raise found
        return [(found, 0)] if found else []

    monkeypatch.setattr(watch.alarms, "look", find)
    return to_find


def is_ended(one: watch.Watch, seen: list, looks: list) -> list[bool]:
    """After each look, half a minute apart: whether no standstill lasts."""
    seen[:], began, ended = looks, timezone.now(), []
    for number, found in enumerate(looks):
        now = began + number * HALF_MINUTE
        if isinstance(found, Exception):
            with pytest.raises(type(found)):
                one.look(now=now)
        else:
            one.look(now=now)
        ended.append(not Standstill.objects.filter(ended_at=None).exists())
    return ended


@pytest.mark.django_db
def test_good_look_among_bad_ones_is_no_end(coordinator, seen):
    """FT-37: one alert an episode, also of a worker that comes and goes."""
    looks = ["worker", "worker", None] * 3
    seen[:] = looks

    assert look(len(looks)) == [0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert Standstill.objects.count() == 1


@pytest.mark.django_db
def test_standstill_ends_at_the_last_of_many_good_looks_in_a_row(coordinator, seen):
    good = [None] * watch.GOOD_LOOKS
    looks = ["worker", "worker", *good[1:], "worker", *good]

    ended = is_ended(watch.Watch(), seen, looks)

    assert ended == [True] + [False] * (len(looks) - 2) + [True]


@pytest.mark.django_db
def test_look_that_could_not_be_made_begins_and_ends_nothing(coordinator, seen):
    """Two looks with an error in between are two in a row, of bad ones and of good ones."""
    broken, good = OperationalError("gone"), [None] * (watch.GOOD_LOOKS - 1)
    looks = ["worker", broken, "worker", *good, broken, broken, None]

    ended = is_ended(watch.Watch(), seen, looks)

    assert ended == [True, True] + [False] * (len(looks) - 3) + [True]
    assert Letter.objects.count() == 1


@pytest.mark.django_db
def test_other_web_process_that_saw_only_good_does_not_end_what_began_meanwhile(coordinator, seen):
    other, now = watch.Watch(), timezone.now()
    seen[:] = [None] * watch.GOOD_LOOKS
    for number in range(watch.GOOD_LOOKS):
        other.look(now=now - (watch.GOOD_LOOKS - number) * HALF_MINUTE)
    seen[:] = ["worker", "worker"]
    look(2)

    ended = is_ended(other, seen, [None] * (watch.GOOD_LOOKS + 1))  # the first: before it began

    assert ended == [False] * watch.GOOD_LOOKS + [True]


@pytest.mark.django_db
def test_database_that_does_not_tell_is_no_good_look(monkeypatch):
    """A house of which nothing is known is not well."""
    alive("beat", "worker")

    def gone(**_):
        raise OperationalError("gone")

    monkeypatch.setattr(alarms, "oldest_due_letter", gone)

    with pytest.raises(OperationalError):
        watch.Watch().look(now=timezone.now())
    cache.delete(alarms.CACHE_KEY)
    assert alarms.signs(now=timezone.now()) == []
    assert cache.get(alarms.CACHE_KEY) is None


def from_all_web_processes(many: int) -> list[int]:
    """What each of them wrote, when all find it at the same moment."""
    gate, now = threading.Barrier(many), timezone.now()

    def work(_number: int) -> int:
        one = watch.Watch()
        try:
            one.look(now=now)
            gate.wait(timeout=30)
            return one.look(now=now + HALF_MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(work, range(many)))


@pytest.mark.django_db(transaction=True)
def test_of_four_web_processes_one_tells(coordinator):
    assert sorted(from_all_web_processes(4)) == [0, 0, 0, 1]
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_row_each_of_them_would_tell(coordinator, monkeypatch):
    """Negative control: whoever finds it writes."""

    def tell(sign, *, words, tell, now):
        mine = Standstill(pk=threading.get_ident(), sign=sign, began_at=now)
        return [
            standstills.letter_about(mine, to=person, what=words(person), now=now)
            for person in tell
        ]

    monkeypatch.setattr(watch, "begin_standstill", standstills.transaction.atomic(tell))

    assert from_all_web_processes(4) == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_thread_of_the_web_server_looks_by_itself_and_survives_an_error(coordinator, monkeypatch):
    looked = []

    def fail_once(now):
        looked.append(now)
        if len(looked) == 1:
            raise OSError("broken")
        return [("worker", 0)]

    monkeypatch.setattr(watch.alarms, "look", fail_once)
    ended = watch.begin(0.05)
    try:
        assert wait_for(lambda: Letter.objects.filter(status="accepted").exists(), seconds=20)
    finally:
        ended.set()
    assert wait_for(
        lambda: not any(thread.name == "watch" for thread in threading.enumerate()), seconds=20
    )
    assert len(looked) >= 3


def test_no_watch_where_none_is_wanted(settings):
    settings.WATCH_SECONDS = 0

    assert watch.begin() is None
