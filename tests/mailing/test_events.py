"""What events do to letters (E10, E11, E18): in any order, once, and only to our own."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mailing import services
from mailing.bounce_rules import is_permanent
from mailing.enums import EventKind
from mailing.models import DeliveryEvent, Letter, Suppression
from tests.factories.mailing import WRITTEN_AT, LetterFactory

pytestmark = pytest.mark.django_db
LATER = WRITTEN_AT + timedelta(minutes=5)


def tell(letter: Letter, kind: str, *, one: str = "1", **more) -> None:
    """A provider tells, and a worker understands."""
    report = {"recipient": letter.to, "letter_number": letter.uuid} | more
    services.receive(
        [services.Report(provider="postmark", kind=kind, event_id=one, **report)], now=LATER
    )
    services.settle_waiting(now=LATER)
    letter.refresh_from_db()


def test_late_delivery_does_not_undo_a_bounce():
    letter = LetterFactory(sent=True)

    tell(letter, EventKind.BOUNCED, reason="bounced", said="550 5.1.1 no such user")
    tell(letter, EventKind.DELIVERED)

    assert (letter.status, letter.error) == (Letter.Status.BOUNCED, "550 5.1.1 no such user")


def test_event_about_another_recipient_changes_nothing():
    """SEC-W: an event may only touch the letter of the person it names."""
    letter = LetterFactory(sent=True)

    tell(letter, EventKind.COMPLAINED, recipient="somebody@else.example")

    assert letter.status == Letter.Status.ACCEPTED
    assert not Suppression.objects.exists()
    assert DeliveryEvent.objects.get().letter is None


def test_event_about_an_unknown_letter_is_kept_and_changes_nothing():
    letter = LetterFactory(sent=True)

    tell(letter, EventKind.BOUNCED, reason="bounced", letter_number=uuid4())

    assert letter.status == Letter.Status.ACCEPTED
    assert not Suppression.objects.exists()
    assert DeliveryEvent.objects.get().settled_at == LATER


@pytest.mark.parametrize("trait", ["ambiguous", "claimed"])
def test_delivery_settles_a_letter_that_perhaps_left(trait):
    """FT-03: what was unclear becomes clear by the provider's own word."""
    letter = LetterFactory(**{trait: True})

    tell(letter, EventKind.DELIVERED, occurred_at=WRITTEN_AT)

    assert (letter.status, letter.accepted_at, letter.lease_until) == (
        Letter.Status.DELIVERED,
        WRITTEN_AT,
        None,
    )


def test_letter_that_waits_to_be_tried_again_is_not_sent_again_once_delivered():
    letter = LetterFactory(status=Letter.Status.RETRY, is_unclear=True, attempts=1)

    tell(letter, EventKind.DELIVERED)

    assert letter.status == Letter.Status.DELIVERED
    assert not Letter.objects.due(LATER).exists()


def test_wish_to_unsubscribe_counts_for_bulk_letters_only():
    receipt, bulk = LetterFactory(sent=True), LetterFactory(sent=True, bulk=True)

    tell(receipt, EventKind.UNSUBSCRIBED, one="1")
    tell(bulk, EventKind.UNSUBSCRIBED, one="2")

    assert list(Suppression.objects.values_list("email", flat=True)) == [bulk.to]


def test_soft_bounces_do_not_block():
    letter = LetterFactory(sent=True)

    tell(letter, EventKind.BOUNCED, reason="bounced", said="452 4.2.2 mailbox full")

    assert letter.status == Letter.Status.BOUNCED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("said", "raw", "permanent"),
    [
        ("550 5.1.1 no such user", {}, True),
        ("553 5.3.0 <x@y>... No such user here", {}, True),
        ("smtp; 550 user unknown", {"Type": "SoftBounce"}, True),
        ("", {"Type": "SoftBounce"}, False),
        ("", {"event-data": {"severity": "temporary"}}, False),
        ("552 5.2.2 mailbox full", {}, False),
        ("550 5.7.1 rejected by policy", {}, False),
        ("421 4.4.2 connection dropped", {}, False),
        ("450 try again", {}, False),
        ("call us at 480-624-2500", {}, True),
        ("", {}, True),
    ],
)
def test_words_decide_whether_the_address_is_lost(said, raw, permanent):
    assert is_permanent(kind="bounced", reason="bounced", said=said, raw=raw) is permanent
    assert is_permanent(kind="deferred", reason="bounced", said=said, raw=raw) is False


def test_letter_that_the_provider_gave_up_needs_the_word_of_the_other_server():
    assert is_permanent(kind="failed", reason="", said="550 no such user", raw={}) is True
    assert is_permanent(kind="rejected", reason="blocked", said="", raw={}) is False
