"""An answer that comes while a reminder is being sent: no reminder leaves after it (E13)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from applications import audience_municipalities
from applications.models import HostSurvey
from applications.services import host as services
from applications.services import host_surveys
from core import roles
from mailing import hints
from mailing.models import Letter, Mailing, MailingRecipient
from mailing.services import mailing_rows, mailing_sending, mailings
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch):
    """The tests are the workers: a hint would deliver at once."""
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)


@pytest.fixture
def survey():
    """A draft that is complete, of an office that we have invited."""
    edition = EditionFactory()
    invitation = HostInvitationFactory(edition=edition)
    return HostSurveyFactory(
        edition=edition,
        organisation=invitation.organisation,
        invitation=invitation,
        draft_answers=host_answers(),
        answers={},
    )


@pytest.fixture
def reminder(survey) -> Mailing:
    """A mailing of reminders whose time has come."""
    roles.sync_permissions()
    olena = UserFactory(role=roles.COORDINATOR)
    mailing = mailings.draft_mailing(
        title="Przypomnienie",
        letter="applications/host_reminder",
        audience="applications/unanswered",
        wish={"edition": survey.edition_id},
        actor=olena,
        now=NOW,
    )
    mailing_rows.work_out(mailing, actor=olena, now=NOW)
    Mailing.objects.filter(pk=mailing.pk).update(previewed_at=NOW, tested_at=NOW)
    mailing.refresh_from_db()
    return mailings.schedule(mailing, actor=olena, now=NOW)


def answer(survey) -> None:
    services.submit_survey(HostSurvey.objects.get(pk=survey.pk), now=LATER)


def reminders() -> list[str]:
    found = Letter.objects.filter(letter="applications/host_reminder")
    return list(found.values_list("status", flat=True))


def answer_while_it_is_written(survey, monkeypatch, *, wait: float) -> None:
    """The survey is sent after the question whether it was, and before the letter is committed."""
    asked, go_on = threading.Event(), threading.Event()
    still = audience_municipalities.Unanswered.still

    def ask_and_wait(self, *args, **options):
        found = still(self, *args, **options)
        asked.set()
        go_on.wait(timeout=wait)
        return found

    monkeypatch.setattr(audience_municipalities.Unanswered, "still", ask_and_wait)

    def send() -> None:
        try:
            mailing_sending.send_next(now=LATER)
        finally:
            connection.close()

    def reply() -> None:
        try:
            assert asked.wait(timeout=30)
            answer(survey)
            go_on.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(send), pool.submit(reply)]:
            done.result(timeout=60)


def test_answer_waits_for_the_step_and_takes_the_letter_back(survey, reminder, monkeypatch):
    """E13: the letter was written a moment before; it does not leave."""
    answer_while_it_is_written(survey, monkeypatch, wait=1)

    assert HostSurvey.objects.get().status == "submitted"
    assert reminders() == ["cancelled"]


def test_without_the_lock_the_reminder_would_be_missed(survey, reminder, monkeypatch):
    """Negative control: the answer looks for reminders before there is one."""
    real = HostSurvey.objects.none().__class__.select_for_update
    monkeypatch.setattr(
        HostSurvey.objects.none().__class__,
        "select_for_update",
        lambda rows, **how: rows if how.get("no_key") else real(rows, **how),
    )

    answer_while_it_is_written(survey, monkeypatch, wait=20)

    assert HostSurvey.objects.get().status == "submitted"
    assert reminders() == ["queued"]


def test_answer_under_way_is_waited_for(survey, reminder):
    """E13: the other order; whoever is sending the survey at this moment gets no reminder."""
    sent, written = threading.Event(), []

    def send() -> None:
        try:
            assert sent.wait(timeout=30)
            written.append(mailing_sending.send_next(now=LATER))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(send)
        with transaction.atomic():
            answer(survey)
            sent.set()
            threading.Event().wait(0.5)  # the worker stands at the lock
            assert written == []
        working.result(timeout=60)

    assert (written, reminders()) == ([0], [])
    assert MailingRecipient.objects.get().why_not == "The survey has been sent."


@pytest.mark.parametrize("status", ["queued", "held", "retry"])
def test_letter_that_waits_is_taken_back_by_the_answer(survey, reminder, status):
    """E13: also where the mailing is paused, or the provider was down."""
    mailing_sending.send_next(now=LATER)
    Letter.objects.filter(letter="applications/host_reminder").update(status=status)

    answer(survey)

    assert reminders() == ["cancelled"]
    mailing_sending.send_next(now=LATER)
    reminder.refresh_from_db()
    assert reminder.status == "finished"


def test_reminder_of_another_office_stays(survey, reminder):
    """Something that could be taken back by mistake."""
    mailing_sending.send_next(now=LATER)
    other = HostSurveyFactory(edition=survey.edition, draft_answers=host_answers(), answers={})

    answer(other)

    assert reminders() == ["queued"]
    assert host_surveys.HostSurvey.objects.get(pk=survey.pk).is_draft
