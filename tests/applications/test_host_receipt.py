"""The receipt: at once, whole, and delivered by a real worker over a real server (A3, A9)."""

import re
from datetime import timedelta
from email import message_from_string, policy
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from celery.contrib.testing.worker import start_worker

from applications import answer_sheet
from applications.clock import database_now
from applications.models import HostSurvey, SurveyVersion
from core import formats
from mailing.models import Letter
from tests.applications.test_host_views import LINK, fill_in, link_to
from tests.conftest import StrictClient
from tests.factories.applications import HostInvitationFactory, host_answers
from tests.factories.programme import EditionFactory
from tests.mailing.test_delivery import smtp_server
from win4ua.celery import app

WITHIN = 60


@pytest.fixture
def edition():
    now = database_now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )


def send(client, edition) -> float:
    """Fill in and send the survey as a browser does; the moment of the sending."""
    invitation = HostInvitationFactory(edition=edition)
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    end = fill_in(client, link, host_answers())
    sent_at = monotonic()
    client.post(end)
    return sent_at


def receipts(server) -> list:
    """Addressees and mail of the receipts among what the server took."""
    mails = [(to, message_from_string(text, policy=policy.default)) for to, text in server.messages]
    return [(to, mail) for to, mail in mails if "Przyjęliśmy ankietę" in mail["Subject"]]


@pytest.mark.django_db
def test_receipt_is_queued_with_the_sending_and_is_whole(client, edition):
    """A3: never a draft for the outbox; number, every answer and the correction link."""
    send(client, edition)

    survey = HostSurvey.objects.get()
    letter = Letter.objects.get(letter="applications/survey_receipt")
    rows = [
        row
        for part in answer_sheet.of_survey(
            survey, survey.answers, now=database_now(), language="pl"
        )
        for row in part.rows
    ]
    flat = re.sub(r"\s+|\u2060", " ", letter.text.replace("\u2060", ""))
    missing = [row.label for row in rows if re.sub(r"\s+", " ", row.value) not in flat]
    assert letter.status == Letter.Status.QUEUED
    assert (letter.not_before, letter.to) == (None, "a.nowak@brzeziny.example")
    assert survey.number in letter.text
    assert (len(rows) > 25, missing) == (True, [])
    assert LINK.search(letter.text)


@pytest.mark.django_db
def test_page_after_sending_tells_the_sending_it_follows(client, edition):
    """A3, A9: the first time nothing is "first"; after a correction both times stand there."""
    invitation = HostInvitationFactory(edition=edition)
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    client.post(fill_in(client, link, host_answers()))
    once = client.get(link + "wyslano/").content.decode()
    client.post(fill_in(client, link, host_answers(uwagi="Prosimy o telefon.")))

    again = client.get(link + "wyslano/").content.decode()

    number = HostSurvey.objects.get().number
    first, last = [
        formats.moment(version.sent_at, "pl")
        for version in SurveyVersion.objects.order_by("position")
    ]
    told = f"Numer: {number}. Wysłano: {first}. Poprawki wysłano: {last}."
    assert (f"Numer: {number}. Wysłano: {first}." in once, "po raz pierwszy" in once) == (
        True,
        False,
    )
    assert told in again


@pytest.mark.django_db
def test_late_receipt_does_not_promise_corrections(client, edition):
    """A3, FT-21: sent in the grace, it says so; nothing more can be corrected."""
    invitation = HostInvitationFactory(edition=edition)
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    end = fill_in(client, link, host_answers())
    edition.survey_closes_at = database_now() - timedelta(minutes=1)
    edition.save()

    client.post(end)

    text = Letter.objects.get(letter="applications/survey_receipt").text
    assert "po terminie, w dodatkowym czasie" in text
    assert "Czas na poprawki minął." in text
    assert "Odpowiedzi można poprawić do" not in text


@pytest.mark.django_db(transaction=True)
def test_receipt_reaches_the_sender_within_a_minute_by_the_real_worker(client, edition, settings):
    """A3: real Redis, a Celery worker, a real SMTP server; the link of the mail corrects (A9)."""
    eager = app.conf.task_always_eager
    app.conf.task_always_eager = False
    try:
        with (
            smtp_server(settings) as server,
            start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30),
        ):
            sent_at = send(client, edition)
            while not receipts(server) and monotonic() - sent_at < WITHIN:
                sleep(0.05)
            took = monotonic() - sent_at
    finally:
        app.conf.task_always_eager = eager

    [(to, mail)] = receipts(server)
    text = mail.get_body(("plain",)).get_content()
    assert to == ["a.nowak@brzeziny.example"]
    assert HostSurvey.objects.get().number in mail["Subject"]
    assert took < WITHIN
    print(f"A3: the receipt took {took:.2f} s")
    correction = urlsplit(LINK.search(text)[0]).path
    assert client.get(correction).status_code == 200  # the browser that sent it
    assert StrictClient().get(correction).status_code == 302  # any other: it asks for the code
    assert SurveyVersion.objects.count() == 1
