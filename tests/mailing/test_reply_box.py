"""Replies in the mailbox: each read once, matched to its letter, and left where it lies (E18)."""

import socket
import ssl
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, connection
from django.test import override_settings

from mailing import bounce_box, reply_box, services, tasks
from mailing.models import DeliveryEvent, Letter, OfficeReference, Reply, ReplyMailbox
from mailing.services import replies
from tests.factories.core import UserFactory
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.imap_stand_in import Mailbox
from tests.mailing.test_bounce_box import returned
from tests.naughty import NAUGHTY

LATER = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
CAME_AT = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)


@pytest.fixture
def mailbox():
    """A function: `mailbox([messages])` opens a mailbox; its address is the setting's."""
    opened = []

    def start(messages: list[bytes], **options) -> Mailbox:
        server = Mailbox(messages, **options)
        patch = override_settings(REPLY_MAILBOX=server.address)
        patch.enable()
        opened.append((server, patch))
        return server

    yield start
    for server, patch in opened:
        patch.disable()
        server.end()


def answer(letter: Letter | None = None, text: str = "Dziękujemy.", **headers: str) -> bytes:
    """What a mail program sends when somebody presses "reply"."""
    message = EmailMessage()
    known = {
        "From": letter.to if letter else "ktos@gmina.example",
        "Subject": f"Odp: {letter.subject}" if letter else "Pytanie",
        "Message-ID": f"<{uuid.uuid4()}@gmina.example>",
    }
    if letter:
        known["In-Reply-To"] = letter.message_id
    for name, value in {**known, **headers}.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message.as_bytes()


def kept() -> list[tuple]:
    return list(Reply.objects.order_by("uid").values_list("letter", "matched_by", "text"))


@pytest.mark.django_db
class TestReading:
    """One reader at a time."""

    def test_reply_is_kept_beside_its_letter_and_stays_as_it_was(self, mailbox):
        """Nothing of the mailbox is changed: people answer from their mail program."""
        letter, _other = LetterFactory.create_batch(2, sent=True)
        quoted = "Dzień dobry,\n\nprosimy o inny termin.\n\nW dniu 14.04 WIN4UA pisze:\n> Ankieta"
        box = mailbox([answer(letter, quoted)])

        assert reply_box.read(now=LATER) == 1

        reply = Reply.objects.get()
        assert (reply.letter, reply.matched_by) == (letter, "thread")
        assert (reply.sender, reply.subject) == (letter.to, f"Odp: {letter.subject}")
        assert reply.text == "Dzień dobry,\n\nprosimy o inny termin."
        assert (reply.received_at, reply.read_at) == (CAME_AT, LATER)
        words = {command.split(b" ")[0] for command in box.commands}
        assert words == {b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID", b"LOGOUT"}
        assert len(box.messages) == 1

    def test_second_reading_goes_on_where_the_first_ended(self, mailbox):
        letters = LetterFactory.create_batch(3, sent=True)
        box = mailbox([answer(letter) for letter in letters[:2]])

        assert [reply_box.read(now=LATER), reply_box.read(now=LATER)] == [2, 0]
        box.messages[9] = answer(letters[2])
        assert reply_box.read(now=LATER) == 1

        assert box.fetched == [1, 2, 9]
        assert Reply.objects.count() == 3

    def test_new_mailbox_is_read_from_a_month_ago(self, mailbox):
        box = mailbox([answer()])

        reply_box.read(now=LATER)

        assert b"UID SEARCH SINCE 16-Mar-2026" in box.commands

    def test_mailbox_with_new_numbers_gives_nothing_twice(self, mailbox):
        """UIDVALIDITY changes when a provider moves the mailbox: Message-ID tells what is known."""
        letters = LetterFactory.create_batch(2, sent=True)
        box = mailbox([answer(letters[0])])
        reply_box.read(now=LATER)
        box.validity, box.messages[2] = 8, answer(letters[1])

        reply_box.read(now=LATER)

        assert [reply.letter for reply in Reply.objects.order_by("pk")] == letters
        assert list(ReplyMailbox.objects.values_list("uid_validity", "last_uid")) == [(8, 2)]

    def test_line_that_breaks_loses_nothing_and_keeps_nothing_twice(self, mailbox):
        letters = LetterFactory.create_batch(3, sent=True)
        box = mailbox([answer(letter) for letter in letters], dies_at=3)

        with pytest.raises(bounce_box.MailboxAway):
            reply_box.read(now=LATER)
        box.dies_at = 0
        reply_box.read(now=LATER)

        assert box.fetched == [1, 2, 3]
        assert [reply.letter for reply in Reply.objects.order_by("uid")] == letters

    def test_crash_between_keeping_and_remembering_keeps_one(self, mailbox, monkeypatch):
        mailbox([answer(LetterFactory(sent=True))])
        with monkeypatch.context() as crash:
            crash.setattr(reply_box, "_remember", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                reply_box.read(now=LATER)

        reply_box.read(now=LATER)

        assert Reply.objects.count() == 1

    def test_wrong_password_and_closed_port_are_a_mailbox_that_is_away(self, mailbox):
        box = mailbox([])
        for wrong in (box.address.replace("s%40cret", "other"), "imap://a:b@127.0.0.1:1/INBOX"):
            with override_settings(REPLY_MAILBOX=wrong), pytest.raises(bounce_box.MailboxAway):
                reply_box.read(now=LATER)

    def test_no_mailbox_is_no_fault(self):
        assert reply_box.read(now=LATER) == 0

    def test_password_is_in_no_row(self, mailbox):
        mailbox([answer(LetterFactory(sent=True))])

        reply_box.read(now=LATER)

        names = {Reply.objects.get().mailbox, ReplyMailbox.objects.get().mailbox}
        assert names == {"odpowiedzi@127.0.0.1/INBOX"}

    def test_letter_that_came_back_is_told_as_one(self, mailbox, settings):
        """One mailbox for both: one reading tells them apart, and POP3 leaves it alone."""
        back, answered = LetterFactory.create_batch(2, sent=True)
        box = mailbox([returned(back), answer(answered)])
        settings.BOUNCE_MAILBOX = box.address.replace("imap:", "pop3:")

        tasks.read_bounces()
        reply_box.read(now=LATER)
        services.settle_waiting(now=LATER)

        back.refresh_from_db()
        assert back.status == Letter.Status.BOUNCED
        assert kept() == [(answered.pk, "thread", "Dziękujemy.")]
        assert len(box.messages) == 2

    def test_newsletter_and_our_own_copy_are_left_to_people(self, mailbox, settings):
        settings.DEFAULT_FROM_EMAIL = "WIN4UA <listy@fsm.example>"
        mailbox(
            [
                answer(**{"List-Id": "<news.example>"}),
                answer(LetterFactory(sent=True), From="Listy <listy@fsm.example>"),
            ]
        )

        assert reply_box.read(now=LATER) == 2

        assert not Reply.objects.exists()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto-Submitted": "auto-replied"},
            {"X-Autoreply": "yes"},
            {"Precedence": "auto_reply"},
            {"Subject": "Automatyczna odpowiedź: Ankieta"},
            {"Subject": "Автоматична відповідь: анкета"},
            {"Subject": "Out of office"},
        ],
        ids=str,
    )
    def test_absence_notice_is_kept_as_one_and_waits_for_nobody(self, mailbox, headers):
        letter = LetterFactory(sent=True)
        mailbox([answer(letter, **headers), answer(letter, **{"Auto-Submitted": "no"})])

        reply_box.read(now=LATER)

        told = Reply.objects.order_by("uid").values_list("is_automatic", flat=True)
        assert list(told) == [True, False]
        assert [reply.uid for reply in Reply.objects.waiting()] == [2]


@pytest.mark.django_db
class TestMatching:
    """By which letter, and how we know."""

    def test_answer_to_an_answer_is_found_by_the_thread(self, mailbox):
        first, second = LetterFactory.create_batch(2, sent=True)
        thread = {
            "In-Reply-To": "<other@gmina.example>",
            "References": f"{second.message_id} {first.message_id} <other@gmina.example>",
        }
        mailbox([answer(From="burmistrz@gmina.example", **thread)])

        reply_box.read(now=LATER)

        assert kept() == [(first.pk, "thread", "Dziękujemy.")]

    def test_number_that_the_provider_gave_counts_as_ours(self, mailbox):
        letter = LetterFactory(sent=True, provider_id="0102018f-aa")
        LetterFactory(sent=True, provider_id="")
        mailbox([answer(**{"In-Reply-To": "<0102018f-aa@eu-west-1.amazonses.com>"})])

        reply_box.read(now=LATER)

        assert kept() == [(letter.pk, "thread", "Dziękujemy.")]

    @pytest.mark.parametrize("place", ["subject", "text", "quoted"])
    def test_our_reference_is_enough(self, mailbox, place):
        letter, other = LetterFactory.create_batch(2, sent=True)
        words = f"Dot. {letter.reference.replace('/', ' / ')} z 2026-04-{other.pk % 28 + 1:02}"
        text = {"subject": "Tak.", "text": words, "quoted": f"Tak.\n\n> Nasz znak: {words}"}[place]
        subject = words if place == "subject" else "Ankieta"
        mailbox([answer(None, text, Subject=subject)])

        reply_box.read(now=LATER)

        assert kept() == [(letter.pk, "reference", words if place == "text" else "Tak.")]

    def test_reference_of_another_year_and_of_letters_to_two_offices_count_for_nothing(
        self, mailbox
    ):
        one, two = LetterFactory.create_batch(2, sent=True)
        both = f"{one.reference}, {two.reference}"
        mailbox([answer(None, one.reference.replace("2026", "2025")), answer(None, both)])

        reply_box.read(now=LATER)

        assert [row[:2] for row in kept()] == [(None, ""), (None, "")]

    def test_of_two_references_the_senders_own_counts(self, mailbox):
        one, two = LetterFactory.create_batch(2, sent=True)
        mailbox([answer(None, f"{one.reference}, {two.reference}", From=two.to)])

        reply_box.read(now=LATER)

        assert [row[:2] for row in kept()] == [(two.pk, "reference")]

    def test_case_number_of_the_office_is_enough(self, mailbox):
        letter = LetterFactory(sent=True, letter="mailing/notice")
        OfficeReference.objects.create(
            email=letter.to, number="OR.0642.3", entered_by=UserFactory(), entered_at=WRITTEN_AT
        )
        mailbox([answer(None, "Znak: or.0642.3. Tak."), answer(None, "Znak: OR.0642.")])

        reply_box.read(now=LATER)

        assert [row[:2] for row in kept()] == [(letter.pk, "case_number"), (None, "")]

    def test_address_alone_gives_the_newest_letter_that_was_sent(self, mailbox):
        LetterFactory(sent=True, to="Urzad@gmina.example")
        newest = LetterFactory(sent=True, to="urzad@gmina.example")
        LetterFactory(to="urzad@gmina.example")
        LetterFactory(sent=True, to="urzad@gmina.example", key="mailing.test.1.2.3")
        mailbox([answer(From="Urząd Gminy <urzad@GMINA.example>"), answer(From="x@gmina.example")])
        Letter.objects.update(letter="mailing/notice")

        reply_box.read(now=LATER)

        assert [row[:2] for row in kept()] == [(newest.pk, "address"), (None, "")]

    def test_address_of_two_offices_is_left_to_a_person(self, mailbox):
        """A shared secretariat: only a person can say for which of the two it writes."""
        from tests.factories.programme import GminaFactory, OrganisationFactory

        for _number in range(2):
            OrganisationFactory(gmina=GminaFactory(), email="Wspolny@gmina.example")
        LetterFactory(sent=True, to="wspolny@gmina.example", letter="mailing/notice")
        mailbox([answer(From="wspolny@gmina.example")])

        reply_box.read(now=LATER)

        assert [row[:2] for row in kept()] == [(None, "")]
        assert Reply.objects.of_nobody().count() == 1


@pytest.mark.django_db
def test_hostile_messages_stop_nothing(mailbox):
    """Each is kept or left; the honest one behind them is read. No exception."""
    letter = LetterFactory(sent=True)
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(3_000)
    )
    big = EmailMessage()
    big["From"], big["Subject"] = "a@b.example", "Duży plik"
    big.set_content("Tekst")
    big.add_attachment(b"A" * 7_500_000, "application", "zip", filename="skan.zip")
    hostile = [
        b"",
        b"\r\n\r\n",
        b"\xff\xfe\x00" * 50,
        b"no header at all",
        b"From: a@b.example\nContent-Type: text/plain; charset=no-such-thing\n\n\xf3\xb3\xff",
        b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n\xf3\xb3\xff\x00",
        b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n!!!not base64",
        b"From: =?utf-8?b?////?= <a@b.example>\nSubject: =?no-such?q?x?= =?utf-8?b?!!?=\n\nx",
        b"From: a@b.example\nSubject: x\r\n\tBcc: spy@evil.example\n\nx",
        b"From: a@b.example, c@d.example\nDate: yesterday\nMessage-ID: none\n\nx",
        b"From: a@b.example\nMessage-ID: <"
        + b"i" * 3_000
        + b"@x>\nReferences: "
        + b"<r@x> " * 5_000
        + b"\n\nx",
        b"From: a@b.example\nContent-Type: text/html\n\n<p>Tak<script>alert(1)</script>"
        b'<a href="https://evil.example">tu</a><![x[<blockquote>stare',
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<" * 200_000,
        b"From: a@b.example\n" + deep + b"x",
        b'From: a@b.example\nContent-Type: multipart/mixed; boundary=""\n\n----\n\nx',
        b"From: " + b"(" * 500 + b"\nSubject: Nawiasy\n\nx",
        b'From: a@b.example\nContent-Type: text/plain; a="' + b";" * 250_000 + b'"\n\nx',
        b'From: a@b.example\nContent-Type: multipart/mixed; a="' + b";" * 250_000 + b'"\n\nx',
        b"From: a@b.example\nContent-Type: text/html\n\n<p>Ada" + b"<a " * 16_000,
        b"From: a@b.example\nContent-Type: multipart/report\n\nno report",
        b"From: MAILER-DAEMON@b.example\nContent-Type: message/rfc822\n\nSubject: inner",
        big.as_bytes(),
        answer(letter, ""),
    ]
    typed = [text for text in NAUGHTY if text.strip() and len(text) < 5_000]
    for words in typed:
        flat = " ".join(words.split()).encode("utf-8", "replace")
        hostile.append(
            b"From: a@b.example\nSubject: "
            + flat
            + b"\nMessage-ID: <%d@x>\n\n" % len(hostile)
            + words.encode("utf-8", "surrogatepass")
        )
    box = mailbox([*hostile, answer(letter, "Uczciwa odpowiedź")])

    while reply_box.read(now=LATER):
        pass

    assert len(box.fetched) == len(hostile) + 1
    last = Reply.objects.order_by("-uid").first()
    assert (last.text, last.letter) == ("Uczciwa odpowiedź", letter)
    assert Reply.objects.count() > len(typed)
    html = Reply.objects.get(text__startswith="Tak", sender="a@b.example", subject="")
    assert html.text == "Taktu"
    assert Reply.objects.get(subject="Nawiasy").sender == ""
    assert Reply.objects.filter(text="Ada").count() == 1
    large = Reply.objects.get(subject="Duży plik")
    assert (large.text, large.files, large.is_cut) == ("Tekst", ["skan.zip"], True)
    assert {"\x00", "\u202e"} & set("".join(Reply.objects.values_list("text", flat=True))) == set()
    assert not DeliveryEvent.objects.exists()


@pytest.mark.django_db
def test_files_are_named_and_not_kept(mailbox):
    message = EmailMessage()
    letter = LetterFactory(sent=True)
    message["From"], message["In-Reply-To"] = letter.to, letter.message_id
    message.set_content("W załączeniu ankieta.")
    secret = b"%PDF-1.7 in confidence"
    message.add_attachment(secret, "application", "pdf", filename="Ankieta gminy Łąck.pdf")
    mailbox([message.as_bytes()])

    reply_box.read(now=LATER)

    reply = Reply.objects.get()
    assert reply.files == ["Ankieta gminy Łąck.pdf"]
    stored = [value for row in Reply.objects.values_list() for value in row]
    assert "in confidence" not in str(stored)


@pytest.mark.django_db
def test_long_letter_is_kept_to_its_beginning(mailbox):
    mailbox([answer(LetterFactory(sent=True), "Zdanie. " * 2_000)])

    reply_box.read(now=LATER)

    reply = Reply.objects.get()
    assert (len(reply.text), reply.is_cut) == (4_000, True)


# --- Two readers at once


def read_side_by_side(many: int) -> None:
    """Each fetches every message before anybody has remembered one."""
    gate = threading.Barrier(many)
    take = reply_box._take

    def meet(*args):
        gate.wait(timeout=30)
        take(*args)

    def run(_number):
        try:
            reply_box.read(now=LATER)
        except IntegrityError:
            pass
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(many) as pool:
        patch.setattr(reply_box, "_take", meet)
        list(pool.map(run, range(many)))


@pytest.mark.django_db(transaction=True)
def test_two_readers_keep_each_reply_once(mailbox):
    """By a constraint of the database, not by who is faster."""
    letters = LetterFactory.create_batch(5, sent=True)
    box = mailbox([answer(letter) for letter in letters])

    read_side_by_side(2)

    assert sorted(box.fetched) == sorted([1, 2, 3, 4, 5] * 2)
    assert Reply.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_constraints_two_readers_would_keep_two(mailbox):
    """Negative control: the same two readers, and nothing in the database between them."""
    mailbox([answer(letter) for letter in LetterFactory.create_batch(5, sent=True)])
    guards = [one for one in Reply._meta.constraints if one.name.endswith("_once")]
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(Reply, guard)
    try:
        read_side_by_side(2)

        assert Reply.objects.count() == 10
    finally:
        Reply.objects.all().delete()
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(Reply, guard)


def test_what_is_handled_twice_is_handled_by_the_first(db):
    reply = Reply.objects.create(
        mailbox="m", uid_validity=1, uid=1, message_id="<1@x>", received_at=LATER, read_at=LATER
    )
    olena, halina = UserFactory(), UserFactory()

    replies.handle_reply(reply, actor=olena, now=LATER)
    with pytest.raises(replies.AlreadyHandled):
        replies.handle_reply(reply, actor=halina, now=LATER)

    reply.refresh_from_db()
    assert (reply.handled_by, reply.handled_at) == (olena, LATER)


# --- TLS


@pytest.fixture
def impostor(tmp_path):
    """The port of a server whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(LATER).not_valid_after(LATER.replace(year=2099))
    pem = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "impostor.pem"
    file.write_bytes(pem + secret)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    door = socket.create_server(("127.0.0.1", 0))

    def answer_one() -> None:
        line, _who = door.accept()
        with suppress(OSError), tls.wrap_socket(line, server_side=True):
            pass
        line.close()

    waiting = threading.Thread(target=answer_one, daemon=True)
    waiting.start()
    yield door.getsockname()[1]
    waiting.join(timeout=10)
    door.close()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["imaps", "pop3s"])
def test_password_is_not_told_to_a_server_that_proves_nothing(impostor, settings, kind):
    """Both mailboxes: the libraries' own choice would believe any certificate."""
    address = f"{kind}://user:password@localhost:{impostor}"
    settings.REPLY_MAILBOX = settings.BOUNCE_MAILBOX = address
    box = reply_box if kind == "imaps" else bounce_box

    with pytest.raises(bounce_box.MailboxAway, match="CERTIFICATE_VERIFY_FAILED"):
        box.read(now=LATER)
