"""`GET /healthz` and the probes of the containers."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from redis import Redis

from ops import probe
from ops.processes import free_port
from win4ua import health, heartbeat, tasks

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_marks():
    client = Redis.from_url(django_settings.REDIS_URL)
    client.delete(*heartbeat.MARKS.values())
    yield client
    client.delete(*heartbeat.MARKS.values())
    client.close()


def leave_both_marks() -> None:
    for who in heartbeat.MARKS:
        heartbeat.leave_mark(who, redis_url=django_settings.REDIS_URL)


def test_house_is_well_when_everything_answers(db, client):
    leave_both_marks()

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "database": True,
            "broker": True,
            "worker": True,
            "beat": True,
            "oldest_due_letter": 0,
        },
    )


def test_house_is_not_well_without_worker_and_beat(db, client):
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert [answer.json()[part] for part in ("worker", "beat")] == [False, False]


def test_house_without_a_broker_is_told(db, client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["broker"] is False
    assert answer.json()["database"] is True


def test_house_without_a_database_is_told(db, client, monkeypatch):
    leave_both_marks()

    def refuse() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", SimpleNamespace(ensure_connection=refuse))

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (
        503,
        {
            "database": False,
            "broker": True,
            "worker": True,
            "beat": True,
            "oldest_due_letter": None,
        },
    )


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(client, method):
    assert getattr(client, method)("/healthz").status_code == 405


def test_asking_leaves_no_mark(db, client, no_marks):
    client.get("/healthz")

    assert no_marks.exists(*heartbeat.MARKS.values()) == 0


def test_oldest_due_letter_is_measured_in_seconds(db):
    from tests.factories.mailing import LetterFactory

    LetterFactory(status="queued", not_before=NOW - timedelta(seconds=90))
    LetterFactory(status="retry", not_before=NOW - timedelta(seconds=30))
    LetterFactory(status="queued", not_before=NOW + timedelta(days=1))
    LetterFactory(status="draft", not_before=NOW - timedelta(days=3))

    assert health.oldest_due_letter(now=NOW) == 90


def test_sent_task_is_the_mark_of_beat_and_done_task_that_of_the_worker(no_marks):
    tasks.note_that_beat_lives(sender=tasks.note_life.name)
    assert heartbeat.read_marks(redis_url=django_settings.REDIS_URL) == {
        "worker": False,
        "beat": True,
    }

    tasks.note_life()

    assert heartbeat.read_marks(redis_url=django_settings.REDIS_URL) == {
        "worker": True,
        "beat": True,
    }


def test_worker_and_beat_leave_their_marks_when_they_begin():
    tasks.note_that_a_worker_begins()
    tasks.note_that_beat_begins()

    assert heartbeat.read_marks(redis_url=django_settings.REDIS_URL) == {
        "worker": True,
        "beat": True,
    }


def test_mark_fades(no_marks):
    leave_both_marks()

    lives = [no_marks.ttl(key) for key in heartbeat.MARKS.values()]

    assert all(0 < life <= heartbeat.LIFE_SECONDS for life in lives)
    assert heartbeat.LIFE_SECONDS > 3 * heartbeat.INTERVAL_SECONDS


def test_beat_sends_the_sign_of_life():
    entry = django_settings.CELERY_BEAT_SCHEDULE["note-life"]

    assert entry["task"] == tasks.note_life.name
    assert entry["schedule"] == heartbeat.INTERVAL_SECONDS


def test_probe_of_worker_looks_for_its_mark(monkeypatch):
    monkeypatch.setenv("REDIS_URL", django_settings.REDIS_URL)
    assert probe.is_well("worker") is False

    heartbeat.leave_mark("worker", redis_url=django_settings.REDIS_URL)

    assert (probe.is_well("worker"), probe.is_well("beat")) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_probe_of_web_asks_its_own_health(live_server, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost")
    port = int(live_server.url.rpartition(":")[2])

    assert probe.web_is_well(port) is True


def test_probe_of_web_fails_when_nobody_answers(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost")
    monkeypatch.setattr(probe, "PORT", free_port())
    began = time.monotonic()

    assert probe.is_well("web") is False
    assert time.monotonic() - began < 6
