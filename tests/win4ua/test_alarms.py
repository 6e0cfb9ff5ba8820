"""What stands still is told on every page of the panel (FT-37, pretalx 692)."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from ops.processes import free_port
from tests.conftest import StrictClient, sign_in
from tests.factories.mailing import LetterFactory
from win4ua import alarms, heartbeat

pytestmark = pytest.mark.django_db

BROKER = "No letters leave: the queue does not answer (Redis)"
BEAT = "No letters leave and nobody is reminded: the clock is silent (beat)"
WORKER = "No letters leave: the program that sends them is silent (worker)"
LETTERS = "Letters are late"
PAGES = ["admin:index", "admin:mailing_outbox", "admin:programme_gmina_changelist"]


@pytest.fixture(autouse=True)
def in_english(coordinator):
    coordinator.language = "en"
    coordinator.save(update_fields=["language"])


@pytest.fixture(autouse=True)
def redis(settings):
    """The alarms as in production, and nobody alive."""
    settings.PANEL_ALARMS = "win4ua.alarms.panel_alarms"
    client = Redis.from_url(django_settings.REDIS_URL)
    client.delete(*heartbeat.MARKS.values())
    cache.delete(alarms.CACHE_KEY)
    yield client
    client.delete(*heartbeat.MARKS.values())
    cache.delete(alarms.CACHE_KEY)
    client.close()


def alive(*who: str) -> None:
    for each in who:
        heartbeat.leave_mark(each, redis_url=django_settings.REDIS_URL)


def told(client) -> set[str]:
    """The titles of the alarms on three pages of the panel; the same on each."""
    shown = []
    for page in PAGES:
        answer = client.get(reverse(page))
        assert answer.status_code == 200
        titles = {alarm.title for alarm in answer.context.get("panel_alarms") or []}
        assert all(title in answer.content.decode() for title in titles)
        shown.append(titles)
    assert shown[1:] == shown[:-1]
    return shown[0]


@pytest.mark.parametrize(
    ("living", "expected"),
    [
        (("beat", "worker"), set()),
        (("beat",), {WORKER}),
        (("worker",), {BEAT}),
        ((), {BEAT}),
    ],
)
def test_silence_is_told_on_every_page(coordinator_client, living, expected):
    alive(*living)

    assert told(coordinator_client) == expected


def test_mark_that_has_faded_is_told(coordinator_client, redis):
    """A worker that was killed: its mark fades by itself, and the panel says so."""
    alive("beat", "worker")
    assert told(coordinator_client) == set()

    redis.pexpire(heartbeat.MARKS["worker"], 1)
    while redis.exists(heartbeat.MARKS["worker"]):
        pass
    cache.delete(alarms.CACHE_KEY)  # as after fifteen seconds

    assert told(coordinator_client) == {WORKER}


def test_queue_that_does_not_answer_is_told(coordinator_client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert told(coordinator_client) == {BROKER}


@pytest.mark.parametrize(("late", "expected"), [(299, set()), (361, {LETTERS})])
def test_late_letter_is_told_and_makes_the_house_unwell(coordinator_client, late, expected):
    """FT-37: the oldest letter due for more than five minutes."""
    alive("beat", "worker")
    LetterFactory(created_at=timezone.now() - timedelta(seconds=late))

    assert told(coordinator_client) == expected
    assert coordinator_client.get("/healthz").status_code == (503 if expected else 200)


def test_only_those_who_can_do_something_are_told(administrator_client, auditor):
    auditor_client = sign_in(StrictClient(), auditor)
    home = reverse("admin:index")

    assert len(administrator_client.get(home).context["panel_alarms"]) == 1
    assert auditor_client.get(home).context["panel_alarms"] == []


def test_marks_are_read_a_few_times_a_minute(coordinator_client, monkeypatch):
    """Thirty pages of the panel ask Redis once."""
    asked = []
    monkeypatch.setattr(
        heartbeat,
        "read_marks",
        lambda **options: asked.append(options["timeout"]) or {"beat": True, "worker": True},
    )

    for _page in range(10):
        told(coordinator_client)

    assert asked == [alarms.TIMEOUT_SECONDS]
