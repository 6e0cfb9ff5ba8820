"""Addresses at which letters do not arrive (E10, E11, E18, FT-39)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailing import services, troubles
from mailing.models import Letter, Suppression
from tests.factories.mailing import WRITTEN_AT, LetterFactory

pytestmark = pytest.mark.django_db

ADDRESS = "Urzad@gmina.example"
HOUR = timedelta(hours=1)


def tell(letter: Letter, number: str, at, kind: str = "bounced", said: str = "452 4.2.2 full"):
    services.receive(
        [
            services.Report(
                provider="postmaster",
                kind=kind,
                event_id=number,
                recipient=letter.to,
                said=said,
                letter_number=letter.uuid,
            )
        ],
        now=at,
    )
    services.settle_waiting(now=at)


def soft(hours: list[int], address: str = ADDRESS, since=WRITTEN_AT) -> None:
    """Letters to one address that came back for a passing reason, so many hours after the first."""
    for number, hour in enumerate(hours):
        tell(LetterFactory(sent=True, to=address), f"{address}.{number}", since + hour * HOUR)


@pytest.mark.parametrize(
    ("hours", "is_flagged"),
    [
        ([0, 1], False),
        ([0, 1, 2], True),
        ([0, 36, 72], True),
        ([0, 36, 73], False),
        ([0, 73, 100, 120], True),
    ],
)
def test_three_passing_bounces_within_72_hours_flag_the_address(hours, is_flagged):
    """FT-39: flagged, and nothing is blocked."""
    soft(hours)
    soft([0, 1], "inny@gmina.example")
    now = WRITTEN_AT + timedelta(days=10)

    found = troubles.flagged_among([ADDRESS, "inny@gmina.example"], now=now)

    assert set(found) == ({"urzad@gmina.example"} if is_flagged else set())
    assert not Suppression.objects.exists()
    bulk = LetterFactory(bulk=True, to=ADDRESS)
    services.deliver(bulk.pk, now=now)
    bulk.refresh_from_db()
    assert bulk.status == "accepted"


def test_letter_that_arrives_takes_the_flag_away():
    soft([0, 1, 2])
    tell(LetterFactory(sent=True, to=ADDRESS), "d", WRITTEN_AT + 5 * HOUR, "delivered", "250 ok")

    assert troubles.flagged_among([ADDRESS], now=WRITTEN_AT + 6 * HOUR) == {}


def test_repeated_report_counts_once():
    letter = LetterFactory(sent=True, to=ADDRESS)
    for _again in range(3):
        tell(letter, "the same", WRITTEN_AT)

    assert troubles.flagged_among([ADDRESS], now=WRITTEN_AT) == {}


def test_lasting_bounce_stops_letters_to_many_at_once_and_receipts_go():
    """FT-39, E10, E11: one hard bounce suffices; a person's own receipt still goes there."""
    tell(LetterFactory(sent=True, to=ADDRESS), "hard", WRITTEN_AT, said="550 5.1.1 no such user")
    bulk, receipt = LetterFactory(bulk=True, to=ADDRESS), LetterFactory(to=ADDRESS)

    services.deliver_due(WRITTEN_AT + HOUR)

    bulk.refresh_from_db()
    receipt.refresh_from_db()
    assert (bulk.status, receipt.status) == ("suppressed", "accepted")
    assert Suppression.objects.get().cause == "bounced"
    assert troubles.flagged_among([ADDRESS], now=WRITTEN_AT + HOUR) == {}


def test_each_address_is_told_once_with_what_to_do():
    """The stop list says most, then the flag, then the last letter."""
    tell(LetterFactory(sent=True, to="a@gmina.example"), "a", WRITTEN_AT, said="550 5.1.1 no user")
    soft([0, 1, 2], "b@gmina.example")
    failed = LetterFactory(failed=True, to="c@gmina.example")
    LetterFactory(sent=True, to="d@gmina.example")

    rows = troubles.troubles_of(Letter.objects.all(), [], now=WRITTEN_AT + 3 * HOUR)

    assert [row.address[0] for row in rows] == ["a", "b", "c"]
    assert [row.entry is not None for row in rows] == [True, False, False]
    assert rows[2].letter == failed
    assert all(row.todo for row in rows)


def test_outbox_marks_a_flagged_address(olena):
    soft([0, 1, 2], since=timezone.now() - 3 * HOUR)
    LetterFactory(sent=True, to="inny@gmina.example")

    page = olena.get("/admin/mailing/outbox/")

    marks = {row["letter"].to: row["is_flagged"] for row in page.context["rows"]}
    assert marks == {ADDRESS: True, "inny@gmina.example": False}
    assert page.content.decode().count("came back three times") == 3
