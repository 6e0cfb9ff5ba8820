"""Rate limits counted in PostgreSQL (SEC-R)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections
from django.db.models import F

from core import limits
from core.models import RateCount
from core.prepared import Statement

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def knock(key="a@b.pl", action="sign_in", limit=3, now=NOW) -> str:
    try:
        limits.hit(action=action, key=key, limit=limit, per=HOUR, now=now)
    except limits.TooMany as error:
        return f"wait {error.seconds}"
    return "in"


@pytest.mark.django_db
def test_attempt_after_the_limit_is_refused_with_the_time_to_wait():
    answers = [knock() for _ in range(3)]

    assert answers == ["in", "in", "in"]
    assert knock(now=NOW + timedelta(minutes=20)) == "wait 2400"


@pytest.mark.django_db
def test_knocking_on_does_not_lengthen_the_wait():
    for _ in range(50):
        knock()

    assert knock(now=NOW + timedelta(minutes=59, seconds=59)) == "wait 1"
    assert knock(now=NOW + HOUR) == "in"


@pytest.mark.django_db
def test_keys_and_actions_count_apart():
    for _ in range(3):
        knock()

    assert [knock(), knock(key="c@d.pl"), knock(action="export")] == ["wait 3600", "in", "in"]


@pytest.mark.django_db
def test_key_is_not_kept_in_clear():
    knock(key="marek@gmina.example")

    assert "marek" not in RateCount.objects.get().key_digest


@pytest.mark.django_db
def test_old_counts_are_forgotten():
    knock(key="old", now=NOW - timedelta(days=3))
    knock(key="new")

    assert limits.forget_old(before=NOW - timedelta(days=2)) == 1
    assert RateCount.objects.count() == 1


@pytest.mark.django_db
def test_limit_fails_closed_when_it_cannot_be_counted(monkeypatch):
    """L16: without the counter nobody gets in."""
    gone = Statement("gone", "SELECT 1 FROM not_there WHERE key = %(key)s", "key")
    monkeypatch.setattr(limits, "COUNT_ONE_MORE", gone)

    with pytest.raises(DatabaseError, match="not_there"):
        knock()


def race(deed) -> list[str]:
    """The answers of 24 threads that do the same at once."""
    answers: list[str] = []
    start = threading.Barrier(24)

    def run() -> None:
        try:
            start.wait(20)
            answers.append(deed())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_of_24_at_once_exactly_10_get_in():
    answers = race(lambda: knock(limit=10))

    assert answers == ["in"] * 10 + ["wait 3600"] * 14


@pytest.mark.django_db(transaction=True)
def test_reading_and_then_writing_would_let_too_many_in():
    """The negative control: the race above is one that a careless counter loses."""
    RateCount.objects.create(action="control", key_digest="k", started_at=NOW, count=0)
    everybody_has_read = threading.Barrier(24)

    def careless() -> str:
        count = RateCount.objects.get(action="control").count
        everybody_has_read.wait(20)
        RateCount.objects.filter(action="control").update(count=count + 1)
        return "in" if count + 1 <= 10 else "wait"

    assert race(careless) == ["in"] * 24


@pytest.mark.django_db
def test_without_a_moment_the_clock_of_the_database_counts():
    """SEC-R, W6: the same limit and the same wait, in one statement."""
    answers = [knock(limit=2, now=None) for _ in range(3)]

    assert answers[:2] == ["in", "in"]
    assert 3590 <= int(answers[2].removeprefix("wait ")) <= 3600
    RateCount.objects.update(started_at=F("started_at") - HOUR)
    assert knock(limit=2, now=None) == "in"
