"""A municipality chooses a session while its reminder is being written: none leaves (E13, S10)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mailing import hints
from mailing.models import Letter
from mailing.services import mailing_sending
from meetings import audience_sessions, services
from meetings.models import SessionChoice
from tests.factories.meetings import InformationSessionFactory, SessionChoiceFactory
from tests.mailing.prepared import let_go, mailing_to

NOW = datetime(2026, 4, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
REMINDER = "meetings/answer_reminder"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch):
    """The tests are the workers: a hint would deliver at once."""
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)


@pytest.fixture
def choice(coordinator) -> SessionChoice:
    """Invited and silent; the reminder of a mailing is due."""
    choice = SessionChoiceFactory()
    InformationSessionFactory(edition=choice.survey.edition)
    mailing = mailing_to("meetings/unanswered", coordinator, letter=REMINDER, now=NOW)
    let_go(mailing, coordinator, now=NOW)
    return choice


def reminders() -> list[str]:
    return list(Letter.objects.filter(letter=REMINDER).values_list("status", flat=True))


def choose_while_it_is_written(choice: SessionChoice, monkeypatch, *, wait: float) -> None:
    """The choice comes after the question whether there is one, before the letter is committed."""
    asked, go_on = threading.Event(), threading.Event()
    still = audience_sessions.Silent.still
    session = choice.survey.edition.sessions.get()

    def ask_and_wait(self, *args, **options):
        found = still(self, *args, **options)
        asked.set()
        go_on.wait(timeout=wait)
        return found

    monkeypatch.setattr(audience_sessions.Silent, "still", ask_and_wait)

    def send() -> None:
        try:
            mailing_sending.send_next(now=LATER)
        finally:
            connection.close()

    def choose() -> None:
        try:
            assert asked.wait(timeout=30)
            services.choose_session(choice, session=session, now=LATER)
            go_on.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(send), pool.submit(choose)]:
            done.result(timeout=60)


def test_choice_waits_for_the_step_and_takes_the_reminder_back(choice, monkeypatch):
    """The letter was written a moment before; it does not leave."""
    choose_while_it_is_written(choice, monkeypatch, wait=1)

    assert SessionChoice.objects.get().status == "chosen"
    assert reminders() == ["cancelled"]


def test_without_the_lock_the_reminder_would_be_missed(choice, monkeypatch):
    """Negative control: the choice looks for reminders before there is one."""
    rows = SessionChoice.objects.none().__class__
    real = rows.select_for_update
    monkeypatch.setattr(
        rows,
        "select_for_update",
        lambda found, **how: found if how.get("no_key") else real(found, **how),
    )

    choose_while_it_is_written(choice, monkeypatch, wait=20)

    assert SessionChoice.objects.get().status == "chosen"
    assert reminders() == ["queued"]
