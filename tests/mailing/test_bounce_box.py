"""Letters that come back by SMTP (E18, FT-39): the mailbox is read, each message once."""

import socketserver
import threading
from email.message import EmailMessage
from typing import ClassVar

import pytest
from django.test import override_settings

from mailing import bounce_box, services
from mailing.models import DeliveryEvent, Letter, Suppression
from tests.factories.mailing import WRITTEN_AT, LetterFactory

pytestmark = pytest.mark.django_db


def returned(letter: Letter, status: str = "5.1.1", words: str = "550 no such user") -> bytes:
    """A report as RFC 3464 has it, with the headers of our letter."""
    action = "failed" if status.startswith("5") else "delayed"
    return f"""\
From: MAILER-DAEMON@mx.example
To: zwroty@win4ua.example
Subject: Undelivered Mail Returned to Sender
Date: Tue, 14 Apr 2026 10:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {letter.to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: text/rfc822-headers

Message-ID: {letter.message_id}
To: {letter.to}

--b--
""".encode()


class Postbox(socketserver.ThreadingTCPServer):
    """A POP3 server (RFC 1939) with the messages of a test; it deletes at QUIT only."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, messages: list[bytes], dies_after: int = 0):
        super().__init__(("127.0.0.1", 0), Postman)
        self.messages, self.dies_after, self.read = messages, dies_after, 0


class Postman(socketserver.StreamRequestHandler):
    """One conversation."""

    ENDS: ClassVar[bytes] = b"\r\n.\r\n"

    def handle(self) -> None:
        box, gone = self.server, set()
        self.wfile.write(b"+OK ready\r\n")
        for line in self.rfile:
            word, *more = line.decode().split()
            number = int(more[0]) - 1 if more and more[0].isdigit() else 0
            if word == "LIST":
                rows = [b"%d %d" % (at, len(m)) for at, m in enumerate(box.messages, 1)]
                self.wfile.write(b"\r\n".join([b"+OK", *rows]) + self.ENDS)
            elif word == "RETR":
                box.read += 1
                if box.dies_after and box.read > box.dies_after:
                    return
                lines = box.messages[number].replace(b"\r\n", b"\n").split(b"\n")
                dotted = b"\r\n".join(
                    b"." + each if each.startswith(b".") else each for each in lines
                )
                self.wfile.write(b"+OK\r\n" + dotted + self.ENDS)
            elif word == "DELE":
                gone.add(number)
                self.wfile.write(b"+OK\r\n")
            elif word == "QUIT":
                box.messages[:] = [m for at, m in enumerate(box.messages) if at not in gone]
                self.wfile.write(b"+OK bye\r\n")
                return
            else:
                self.wfile.write(b"+OK\r\n")


@pytest.fixture
def mailbox():
    """A function: `mailbox([messages])` opens a mailbox; its address is the setting's."""
    opened = []

    def start(messages: list[bytes], **options) -> Postbox:
        server = Postbox(messages, **options)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        patch = override_settings(
            BOUNCE_MAILBOX=f"pop3://zwroty:s%40cret@127.0.0.1:{server.server_address[1]}"
        )
        patch.enable()
        opened.append((server, patch))
        return server

    yield start
    for server, patch in opened:
        patch.disable()
        server.shutdown()
        server.server_close()


def test_returned_letter_is_found_by_our_own_number_and_blocks_its_address(mailbox):
    letter, other = LetterFactory(sent=True), LetterFactory(sent=True)
    box = mailbox([returned(letter)])

    understood = bounce_box.read(now=WRITTEN_AT)
    services.settle_waiting(now=WRITTEN_AT)

    letter.refresh_from_db()
    other.refresh_from_db()
    assert (understood, box.messages) == (1, [])
    assert (letter.status, other.status) == (Letter.Status.BOUNCED, Letter.Status.ACCEPTED)
    assert "550 no such user" in letter.error
    assert list(Suppression.objects.values_list("email", "cause")) == [(letter.to, "bounced")]


def test_delayed_letter_changes_nothing(mailbox):
    letter = LetterFactory(sent=True)
    mailbox([returned(letter, "4.2.2", "452 mailbox full")])

    bounce_box.read(now=WRITTEN_AT)
    services.settle_waiting(now=WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == Letter.Status.ACCEPTED
    assert not Suppression.objects.exists()


def test_letter_of_a_person_stays_in_the_mailbox(mailbox):
    message = EmailMessage()
    message["From"], message["Subject"] = "sekretariat@gmina.example", "Pytanie"
    message.set_content("Dzień dobry, kiedy spotkanie?")
    box = mailbox([message.as_bytes()])

    assert bounce_box.read(now=WRITTEN_AT) == 0
    assert len(box.messages) == 1
    assert not DeliveryEvent.objects.exists()


def test_forged_report_about_an_address_without_our_number_blocks_nobody(mailbox):
    letter = LetterFactory(sent=True)
    forged = returned(letter).replace(letter.message_id.encode(), b"<x@evil.example>")
    mailbox([forged])

    bounce_box.read(now=WRITTEN_AT)
    services.settle_waiting(now=WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == Letter.Status.ACCEPTED
    assert DeliveryEvent.objects.count() == 1
    assert not Suppression.objects.exists()


def test_line_that_breaks_loses_nothing_and_counts_nothing_twice(mailbox):
    letters = LetterFactory.create_batch(3, sent=True)
    box = mailbox([returned(letter) for letter in letters], dies_after=2)

    with pytest.raises(bounce_box.MailboxAway):
        bounce_box.read(now=WRITTEN_AT)
    box.dies_after = 0
    again = bounce_box.read(now=WRITTEN_AT)

    assert (again, box.messages) == (3, [])
    assert DeliveryEvent.objects.count() == 3


def test_no_mailbox_is_no_fault():
    assert bounce_box.read(now=WRITTEN_AT) == 0
