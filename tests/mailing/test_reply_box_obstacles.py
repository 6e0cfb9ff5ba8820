"""What stands in the way of reading replies stops nothing behind it, and is told (E18, SEC-M)."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.urls import reverse

from mailing import bounce_box, mail_check, reply_box
from mailing.models import Reply, ReplyMailbox
from mailing.reply_parts import parts_of
from tests.factories.mailing import LetterFactory
from tests.mailing.test_bounce_box import returned
from tests.mailing.test_reply_box import CAME_AT, LATER, answer, mailbox  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def told() -> list[tuple]:
    return list(Reply.objects.order_by("uid").values_list("uid", "letter", "text", "is_cut"))


def rounds(many: int) -> list[int | str]:
    """What each of so many readings gave, or by which error it ended."""
    gave = []
    for number in range(many):
        try:
            gave.append(reply_box.read(now=LATER + timedelta(minutes=5 * number)))
        except Exception as error:
            gave.append(type(error).__name__)
    return gave


@pytest.fixture
def two(mailbox):  # noqa: F811
    """A mailbox with two replies, and the letters that they answer."""
    letters = LetterFactory.create_batch(2, sent=True)
    box = mailbox([answer(letter) for letter in letters])
    box.letters = letters
    return box


def test_message_that_was_moved_away_is_passed_over(two):
    two.moved = {1}

    assert rounds(2) == [2, 0]

    assert told() == [(2, two.letters[1].pk, "Dziękujemy.", False)]


def test_message_that_the_mailbox_refuses_twice_is_left_to_people(two, coordinator_client):
    """It stands in the list without words; the one behind it is read in the same round."""
    two.refused = {1}

    assert rounds(3) == ["MailboxAway", 2, 0]

    assert told() == [(1, None, "", True), (2, two.letters[1].pk, "Dziękujemy.", False)]
    reply = Reply.objects.waiting().of_nobody().get()
    page = coordinator_client.get(reverse("admin:mailing_reply_change", args=[reply.pk]))
    assert reply.uid == 1
    assert "Tej wiadomości nie udało się tutaj odczytać." in page.content.decode()


def test_line_that_breaks_again_and_again_gives_nothing_up(two):
    """Not the message is at fault but the line: it is asked for until it comes."""
    two.dies_at = 1
    assert rounds(4) == ["MailboxAway"] * 4
    two.dies_at = 0

    assert rounds(1) == [2]

    assert [row[1] for row in told()] == [letter.pk for letter in two.letters]


@pytest.mark.parametrize(
    ("fault", "gave", "kept"),
    [
        (RuntimeError, [2, 0, 0], [(1, ""), (2, "Dziękujemy.")]),
        (RecursionError, [2, 0, 0], [(1, ""), (2, "Dziękujemy.")]),
        (SoftTimeLimitExceeded, ["SoftTimeLimitExceeded"] * 2 + [2], [(1, ""), (2, "Dziękujemy.")]),
        (OperationalError, ["OperationalError"] * 2 + [2], [(1, ""), (2, "Dziękujemy.")]),
    ],
)
def test_poisoned_message_stops_none_behind_it(two, monkeypatch, fault, gave, kept):
    """Whatever one message raises; one that outlives the task is begun twice, not for ever."""

    def poisoned(content: bytes, **options):
        if two.fetched[-1] == 1:
            raise fault
        return parts_of(content, **options)

    monkeypatch.setattr(reply_box, "parts_of", poisoned)

    assert rounds(3) == gave

    assert [(row[0], row[2]) for row in told()] == kept


def test_panel_says_that_the_mailbox_cannot_be_read_and_why(two, coordinator_client, settings):
    """Not "has not been read yet" for ever; and no password on the page."""
    good, page = settings.REPLY_MAILBOX, reverse("admin:mailing_reply_changelist")
    settings.REPLY_MAILBOX = good.replace("s%40cret", "who")
    rounds(1)
    wrong = coordinator_client.get(page).content.decode()
    settings.REPLY_MAILBOX = good
    rounds(1)
    right = coordinator_client.get(page).content.decode()

    assert "Ostatnia próba odczytania skrzynki nie powiodła się" in wrong
    assert "środa, 15 kwietnia 2026, 11:00" in wrong
    assert "… are you" in wrong
    assert "nie powiodła się" not in right
    seen = ReplyMailbox.objects.get()
    assert (seen.read_at, seen.tried_at, seen.error) == (LATER, LATER, "")


def test_size_and_day_count_wherever_the_server_writes_them(two):
    """RFC 9051 leaves the order of what FETCH tells to the server."""
    two.tells_after = True
    two.messages[2] += b"x" * reply_box.MOST_BYTES

    rounds(1)

    kept = Reply.objects.order_by("uid").values_list("received_at", "is_cut")
    assert list(kept) == [(CAME_AT, False), (CAME_AT, True)]


@pytest.mark.parametrize(
    ("folder", "is_shared"),
    [("", True), ("/INBOX", True), ("/inbox", True), ("/Odpowiedzi", False), ("/INBOX/Odp", False)],
)
def test_another_folder_is_not_the_mailbox_of_returned_letters(settings, folder, is_shared):
    """POP3 knows INBOX alone: letters that came back there would be seen by nobody."""
    settings.REPLY_MAILBOX = f"imaps://listy:a@mail.example{folder}"
    settings.BOUNCE_MAILBOX = "pop3s://listy:a@mail.example"
    settings.BOUNCE_EMAIL = settings.REPLY_TO_EMAIL = "listy@mail.example"

    said = [finding.what for finding in mail_check._of_bounces()]

    assert reply_box.is_shared() == is_shared
    assert ("Returned letters and answers share a mailbox." in said) == (not is_shared)


def test_returned_letter_that_both_read_is_one_event(two):
    """Under two names of one host neither knows of the other: IMAP and POP3 give other bytes."""
    letter = two.letters[0]
    content = b"Message-ID: <report-1@mx.example>\r\n" + returned(letter)
    by_imap, by_pop = bounce_box.reports_of(content + b"\r\n"), bounce_box.reports_of(content)
    without = [bounce_box.reports_of(returned(letter) + end) for end in (b"", b"\r\n")]
    other = bounce_box.reports_of(content.replace(b"report-1", b"report-2"))

    assert by_imap[0].event_id == by_pop[0].event_id != other[0].event_id
    assert without[0][0].event_id == without[1][0].event_id
