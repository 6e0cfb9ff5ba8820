"""Claim, send, mark: over a real SMTP server, with lost workers, races and refusals."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest import mock

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mailing import services, transport
from mailing.models import Letter
from mailing.services import delivery
from tests.factories.mailing import WRITTEN_AT, LetterFactory, SuppressionFactory

LATER = WRITTEN_AT + timedelta(minutes=30)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Sink:
    """An SMTP server that keeps what it gets and answers as the test says."""

    def __init__(self):
        self.messages = []
        self.rcpt = self.data = ""
        self.drop_after_data = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.data:
            return self.data
        self.messages.append((envelope.rcpt_tos, envelope.content.decode()))
        if self.drop_after_data:
            server.transport.abort()
        return "250 taken"


@contextmanager
def smtp_server(settings):
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = False
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def sink(settings):
    with smtp_server(settings) as server:
        yield server


@pytest.mark.django_db
def test_letter_reaches_a_real_server(write, sink):
    letter = write()

    ended = services.deliver_due(WRITTEN_AT)

    letter.refresh_from_db()
    assert dict(ended) == {"accepted": 1}
    assert (letter.status, letter.accepted_at, letter.attempts) == ("accepted", WRITTEN_AT, 1)
    assert letter.lease_until is None
    assert [to for to, _content in sink.messages] == [["iryna@hromada.example"]]
    assert f"Message-ID: {letter.message_id}" in sink.messages[0][1]


@pytest.mark.django_db
def test_one_line_serves_many_letters(sink):
    LetterFactory.create_batch(5)

    with mock.patch.object(
        transport, "open_connection", side_effect=transport.open_connection
    ) as opened:
        ended = services.deliver_due(WRITTEN_AT)

    assert dict(ended) == {"accepted": 5}
    assert len(sink.messages) == 5
    assert opened.call_count == 1


@pytest.mark.django_db
def test_connection_refused_is_tried_again_and_stops_the_round(settings):
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first, second = LetterFactory.create_batch(2)

    ended = services.deliver_due(WRITTEN_AT)

    first.refresh_from_db()
    second.refresh_from_db()
    assert dict(ended) == {"retry": 1}
    assert (first.status, first.not_before) == ("retry", WRITTEN_AT + timedelta(minutes=1))
    assert "ConnectionRefusedError" in first.error
    assert second.status == "queued"


@pytest.mark.django_db
def test_retry_waits_longer_each_time_and_gives_up_after_a_day(settings):
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    letter = LetterFactory()
    now, waits = WRITTEN_AT, []
    while letter.status != "failed":
        services.deliver(letter.pk, now=now)
        letter.refresh_from_db()
        waits.append((letter.not_before - now) // timedelta(minutes=1))
        now = letter.not_before

    assert waits[:6] == [1, 1, 2, 4, 8, 16]
    assert max(waits) == 240
    assert now - WRITTEN_AT < timedelta(hours=29)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "answer", "status"),
    [
        ("rcpt", "450 mailbox busy", "retry"),
        ("rcpt", "421 too many letters", "retry"),
        ("rcpt", "550 no such user", "failed"),
        ("data", "451 try later", "retry"),
        ("data", "554 not wanted", "failed"),
    ],
)
def test_answer_of_the_server_decides(sink, stage, answer, status):
    setattr(sink, stage, answer)
    letter = LetterFactory()

    services.deliver_due(WRITTEN_AT)

    letter.refresh_from_db()
    assert (letter.status, letter.error) == (status, answer)
    assert sink.messages == []


@pytest.mark.django_db
def test_line_that_breaks_after_the_text_leaves_the_letter_unclear(sink):
    """FT-02 with a provider that knows no keys: nobody sends it again by itself."""
    sink.drop_after_data = True
    letter = LetterFactory()

    services.deliver_due(WRITTEN_AT)
    services.deliver_due(LATER)

    letter.refresh_from_db()
    assert letter.status == "ambiguous"
    assert len(sink.messages) == 1


@pytest.mark.django_db
def test_line_that_breaks_before_the_text_is_safe_to_try_again(sink):
    letter = LetterFactory()

    with mock.patch(
        "smtplib.SMTP.mail", side_effect=SMTPServerDisconnected("Connection unexpectedly closed")
    ):
        services.deliver_due(WRITTEN_AT)
    letter.refresh_from_db()
    after_break = letter.status
    services.deliver_due(LATER)

    letter.refresh_from_db()
    assert (after_break, letter.status) == ("retry", "accepted")
    assert len(sink.messages) == 1


@pytest.mark.django_db
def test_worker_killed_after_the_claim_leaves_the_letter_for_a_person():
    """FT-01: what may have left is never sent again by itself."""
    letter = LetterFactory()
    killed = mock.patch.object(transport, "send", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        services.deliver(letter.pk, now=WRITTEN_AT)
    letter.refresh_from_db()
    after_kill = letter.status

    services.deliver_due(WRITTEN_AT + timedelta(minutes=4))
    letter.refresh_from_db()
    within_lease = letter.status
    services.deliver_due(WRITTEN_AT + timedelta(minutes=6))
    letter.refresh_from_db()

    assert (after_kill, within_lease, letter.status) == ("sending", "sending", "ambiguous")
    assert letter.error == "the worker was lost while it was sending"
    assert mail.outbox == []


@pytest.mark.django_db
def test_lost_letter_is_found_within_fifteen_minutes(settings):
    """E16: the lease, and the pause between two rounds of the sweeper."""
    pause = settings.CELERY_BEAT_SCHEDULE["send-due-letters"]["schedule"]
    letter = LetterFactory(claimed=True, lease_until=WRITTEN_AT + delivery.LEASE)

    services.deliver_due(WRITTEN_AT + delivery.LEASE)
    letter.refresh_from_db()
    before = letter.status
    services.deliver_due(WRITTEN_AT + delivery.LEASE + timedelta(seconds=pause))
    letter.refresh_from_db()

    assert (before, letter.status) == ("sending", "ambiguous")
    assert delivery.LEASE + timedelta(seconds=pause) < timedelta(minutes=15)
    assert timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) < delivery.LEASE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("provider", "minutes", "status"),
    [("resend", 6, "retry"), ("resend", 725, "ambiguous"), ("brevo", 7, "ambiguous")],
)
def test_lost_letter_goes_again_only_while_the_provider_knows_our_key(
    settings, provider, minutes, status
):
    """FT-03, section 4.2: within half of the promised time."""
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    letter = LetterFactory(claimed=True, provider=provider)

    delivery.settle_stale(WRITTEN_AT + timedelta(minutes=minutes))

    letter.refresh_from_db()
    assert letter.status == status


@pytest.mark.django_db
def test_unclear_letter_is_not_sent_again_when_the_key_is_forgotten(settings):
    """FT-03: the second try was delayed beyond the time for which the provider knows the key."""
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    settings.ANYMAIL = {"RESEND_API_KEY": "x"}
    letter = LetterFactory(claimed=True, provider="resend")
    delivery.settle_stale(WRITTEN_AT + timedelta(minutes=6))

    with mock.patch.object(transport, "send", return_value="n-1") as sent:
        ended = services.deliver_due(WRITTEN_AT + timedelta(hours=13))

    assert dict(ended) == {"ambiguous": 1}
    assert sent.call_count == 0
    letter.refresh_from_db()
    assert (letter.status, letter.is_unclear) == ("ambiguous", True)


@pytest.mark.django_db
def test_unclear_letter_never_ends_as_failed(settings):
    """Whoever reads "could not be sent" may send it again; so it must be true."""
    letter = LetterFactory(status="retry", is_unclear=True, attempts=1, provider="resend")
    type(letter).objects.update(first_tried_at=WRITTEN_AT - timedelta(hours=25))
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"

    services.deliver_due(WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == "ambiguous"


@pytest.mark.django_db
def test_late_success_settles_an_unclear_letter():
    """The sweeper took the worker for lost, and then it came back with the answer."""
    letter = LetterFactory()

    def slow_send(*_args):
        delivery.settle_stale(WRITTEN_AT + timedelta(minutes=6))
        return "number-7"

    with mock.patch.object(transport, "send", side_effect=slow_send):
        services.deliver(letter.pk, now=WRITTEN_AT)

    letter.refresh_from_db()
    assert (letter.status, letter.provider_id, letter.error) == ("accepted", "number-7", "")


@pytest.mark.django_db
def test_poisoned_letter_fails_alone():
    """FT-29, T4: a bad row gets its reason and the queue goes on."""
    poisoned = [
        LetterFactory(subject="one\nBcc: all@evil.example"),
        LetterFactory(to="a@x.pl, b@y.pl"),
        LetterFactory(sealed="not our key"),
        LetterFactory(stored_text="\ue000nothing\ue001"),
    ]
    good = LetterFactory.create_batch(3)

    ended = services.deliver_due(WRITTEN_AT)

    for letter in poisoned:
        letter.refresh_from_db()
    assert dict(ended) == {"failed": 4, "accepted": 3}
    assert [letter.status for letter in poisoned] == ["failed"] * 4
    assert [letter.error.split(":")[0] for letter in poisoned] == [
        "BadHeaderError",
        "BadAddress",
        "InvalidToken",
        "KeyError",
    ]
    assert [message.to[0] for message in mail.outbox] == [letter.to for letter in good]


@pytest.mark.django_db
def test_letter_waits_for_its_time(write):
    letter = write(not_before=LATER)

    early = services.deliver_due(WRITTEN_AT)
    in_time = services.deliver_due(LATER)

    letter.refresh_from_db()
    assert (dict(early), dict(in_time)) == ({}, {"accepted": 1})
    assert letter.status == "accepted"


@pytest.mark.django_db
def test_code_that_is_too_old_is_not_sent(write):
    letter = write(not_after=WRITTEN_AT + timedelta(minutes=10))

    services.deliver_due(LATER)

    letter.refresh_from_db()
    assert letter.status == "cancelled"
    assert mail.outbox == []


@pytest.mark.django_db
def test_stop_list_stops_bulk_letters_and_no_receipts():
    """E11."""
    SuppressionFactory(email="office@gmina.example")
    SuppressionFactory(email="other@gmina.example", lifted_at=WRITTEN_AT, lift_reason="asked")
    bulk = LetterFactory(bulk=True, to="Office@gmina.example")
    receipt = LetterFactory(to="office@gmina.example")
    lifted = LetterFactory(bulk=True, to="other@gmina.example")

    services.deliver_due(WRITTEN_AT)

    for letter in (bulk, receipt, lifted):
        letter.refresh_from_db()
    assert [bulk.status, receipt.status, lifted.status] == ["suppressed", "accepted", "accepted"]


@pytest.mark.django_db
def test_receipts_go_before_bulk():
    """FT-30: a login link does not wait behind a mailing."""
    LetterFactory.create_batch(2, bulk=True)
    receipt = LetterFactory()

    services.deliver_due(WRITTEN_AT, limit=1)

    assert [message.to for message in mail.outbox] == [[receipt.to]]


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused():
    letter = LetterFactory()

    with pytest.raises(RuntimeError), transaction.atomic():
        services.deliver(letter.pk, now=WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == "queued"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_the_line_is_open():
    """A claim is committed before the call: another connection sees it and can touch the row."""
    letter = LetterFactory()
    seen = []

    def look(*_args):
        def elsewhere():
            try:
                seen.append(Letter.objects.filter(pk=letter.pk).update(to_name="touched"))
                seen.append(Letter.objects.get(pk=letter.pk).status)
            finally:
                connection.close()

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(timeout=5)
        return ""

    with mock.patch.object(transport, "send", side_effect=look):
        services.deliver(letter.pk, now=WRITTEN_AT)

    assert seen == [1, "sending"]


def _eight_workers(letter: Letter) -> int:
    """Let eight workers try one letter at once; how many times it went out."""
    gate = threading.Barrier(8)
    sent = []

    def slow_send(*_args):
        sent.append(1)
        threading.Event().wait(0.2)
        return ""

    def work(_number: int) -> None:
        try:
            gate.wait(timeout=10)
            services.deliver(letter.pk, now=WRITTEN_AT)
        finally:
            connection.close()

    with mock.patch.object(transport, "send", side_effect=slow_send), ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    return len(sent)


@pytest.mark.django_db(transaction=True)
def test_one_letter_and_eight_workers_make_one_mail():
    letter = LetterFactory()

    sent = _eight_workers(letter)

    letter.refresh_from_db()
    assert sent == 1
    assert (letter.status, letter.attempts) == ("accepted", 1)


@pytest.mark.django_db(transaction=True)
def test_race_is_real_without_the_claim():
    """Negative control: with the claim taken away the same eight send more than one."""
    letter = LetterFactory()

    def no_claim(claimed: Letter, *_args) -> bool:
        claimed.status = Letter.Status.SENDING
        return True

    with mock.patch.object(delivery, "_claim", side_effect=no_claim):
        sent = _eight_workers(letter)

    assert sent > 1


@pytest.mark.django_db
def test_known_name_of_every_status_has_its_steps():
    assert set(Letter.STEPS) == set(Letter.Status)
    assert set().union(*Letter.STEPS.values()) <= set(Letter.Status)


@pytest.mark.django_db
def test_letter_costs_one_statement_to_send():
    """W7: each is claimed by itself before its call, and the one before it marked by the way."""

    def statements(letters: int) -> list[str]:
        LetterFactory.create_batch(letters, bulk=True)
        with CaptureQueriesContext(connection) as seen:
            assert dict(services.deliver_due(WRITTEN_AT)) == {"accepted": letters}
        return [query["sql"] for query in seen]

    one, three = statements(1), statements(3)

    assert len(three) - len(one) == 2
    claims = [sql for sql in three if "SET status = 'sending'" in sql]
    marks = [sql for sql in claims if "SET status = 'accepted'" in sql]
    last = [sql for sql in three if sql.startswith("UPDATE") and "'accepted'" in sql]
    assert [len(claims), len(marks), len(last)] == [3, 2, 1]
    assert "set_config('synchronous_commit', 'off', true)" in last[0]
    assert not any("set_config" in sql for sql in claims)
