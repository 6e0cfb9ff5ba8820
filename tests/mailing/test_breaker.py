"""A provider that is down is left alone, and asked again in time (E16, FT-30)."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine

from mailing import services, transport
from mailing.models import LineTrouble
from mailing.services import breaker, delivery
from tests.factories.mailing import WRITTEN_AT, LetterFactory

SECOND = timedelta(seconds=1)
DOWN = transport.TryLater("ConnectionRefusedError", is_down=True)
UNCLEAR = transport.Unknown("500 Internal Server Error")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_time_passes():
    """`Line.now` runs with the clock; here it stands still."""
    with time_machine.travel(WRITTEN_AT, tick=False), mock.patch("time.monotonic", return_value=1):
        yield


def fail(provider: str = "locmem", **more) -> LineTrouble:
    more = {"reason": "it said no", "now": WRITTEN_AT, "is_down": True, **more}
    return breaker.note_failure(provider, **more)


def may_call(at: datetime) -> bool:
    return breaker.may_call(breaker.trouble_with("locmem"), at)


def test_line_that_is_down_closes_at_once_and_one_worker_knocks():
    fail()

    early = may_call(WRITTEN_AT + 29 * SECOND)
    at_the_time = [may_call(WRITTEN_AT + 30 * SECOND) for _ in range(4)]

    assert early is False
    assert at_the_time == [True, False, False, False]


def test_two_that_knock_with_the_same_knowledge_are_one():
    fail()
    seen = [breaker.trouble_with("locmem") for _ in range(3)]

    assert [breaker.may_call(each, WRITTEN_AT + 31 * SECOND) for each in seen] == [
        True,
        False,
        False,
    ]


def test_worker_that_knocks_and_dies_is_followed_by_another():
    fail()
    assert may_call(WRITTEN_AT + 30 * SECOND)

    assert may_call(WRITTEN_AT + 60 * SECOND)


def test_unclear_answers_close_the_line_after_three_in_a_row():
    open_after = []
    for _ in range(3):
        fail(is_down=False)
        open_after.append(may_call(WRITTEN_AT))

    assert open_after == [True, True, False]


def test_answer_in_between_begins_the_count_anew():
    for _ in range(2):
        fail(is_down=False)
    breaker.note_success("locmem")
    fail(is_down=False)

    assert may_call(WRITTEN_AT)
    assert breaker.trouble_with("locmem").failures == 1


def test_provider_that_says_how_long_is_obeyed_up_to_an_hour():
    long = fail(seconds=600)
    day = fail("other", seconds=86_400)
    shorter = fail(seconds=5)

    assert long.closed_until == WRITTEN_AT + timedelta(minutes=10)
    assert day.closed_until == WRITTEN_AT + timedelta(hours=1)
    assert shorter.closed_until == WRITTEN_AT + timedelta(minutes=10)


def test_pauses_grow_to_five_minutes():
    pauses = []
    for minutes in (0, 1, 2, 4, 10, 60):
        now = WRITTEN_AT + timedelta(minutes=minutes)
        pauses.append((fail(now=now).closed_until - now) // SECOND)

    assert pauses == [30, 30, 60, 120, 300, 300]


def test_trouble_of_one_provider_is_not_that_of_another():
    fail("postmark")

    assert may_call(WRITTEN_AT)


def test_closed_line_stops_receipts_and_rounds_and_letters_stay_due():
    letters = LetterFactory.create_batch(3)
    fail()

    with mock.patch.object(transport, "send") as sent:
        alone = services.deliver(letters[0].pk, now=WRITTEN_AT)
        together = services.deliver_due(WRITTEN_AT)

    assert (alone, dict(together), sent.call_count) == (None, {}, 0)
    assert {letter.status for letter in type(letters[0]).objects.all()} == {"queued"}


def test_letter_without_a_turn_does_not_knock():
    """E16, FT-30: the one call that is allowed is left to a login link."""
    bulk, link = LetterFactory.create_batch(2)
    fail()
    at = WRITTEN_AT + 30 * SECOND

    with mock.patch.object(delivery.Line, "ask_for_turns", return_value=[]):
        assert services.deliver(bulk.pk, now=at) is None

    assert services.deliver(link.pk, now=at).status == "accepted"


@pytest.mark.parametrize("part", ["breaker.may_call", "_stopped"])
def test_turn_is_given_back_when_something_breaks_before_the_call(part):
    """E5: what was not used is free again."""
    letter = LetterFactory()

    with (
        mock.patch.object(delivery.Line, "end_turns") as ended,
        mock.patch(f"mailing.services.delivery.{part}", side_effect=OSError("broken")),
        pytest.raises(OSError, match="broken"),
    ):
        services.deliver(letter.pk, now=WRITTEN_AT)

    assert ended.call_count == 1


def test_first_letter_that_is_taken_opens_the_line_for_all():
    LetterFactory.create_batch(3)
    fail()

    ended = services.deliver_due(WRITTEN_AT + 30 * SECOND)

    assert dict(ended) == {"accepted": 3}
    assert breaker.trouble_with("locmem") is None


@pytest.mark.parametrize(("error", "calls"), [(DOWN, 1), (UNCLEAR, 3)])
def test_round_ends_when_the_line_closes(error, calls):
    """E16: a mailing does not run against a provider that is down."""
    LetterFactory.create_batch(10, bulk=True)

    with mock.patch.object(transport, "send", side_effect=error) as sent:
        services.deliver_due(WRITTEN_AT)
        services.deliver_due(WRITTEN_AT + 29 * SECOND)

    assert sent.call_count == calls
    assert breaker.trouble_with("locmem").closed_until == WRITTEN_AT + 30 * SECOND


def test_asked_pause_counts_from_the_answer_and_not_from_the_beginning_of_the_round():
    LetterFactory.create_batch(2)
    clock = iter([0.0, *[20.0] * 50])
    error = transport.TryLater("429", seconds=11, is_down=True)

    with (
        mock.patch.object(delivery.time, "monotonic", side_effect=lambda: next(clock)),
        mock.patch.object(transport, "send", side_effect=error),
    ):
        services.deliver_due(WRITTEN_AT)

    assert breaker.trouble_with("locmem").closed_until == WRITTEN_AT + 31 * SECOND


def test_round_sits_out_a_short_pause_and_goes_on():
    """A provider that allows a few calls a second is no reason to wait for the next round."""
    LetterFactory.create_batch(3)
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        delivery.time.monotonic.return_value += seconds

    busy = transport.TryLater("429", seconds=2, is_down=True)
    with (
        mock.patch.object(transport, "send", side_effect=["1", busy, "3"]),
        mock.patch.object(delivery.time, "sleep", side_effect=sleep),
    ):
        ended = services.deliver_due(WRITTEN_AT)

    assert (dict(ended), slept) == ({"accepted": 2, "retry": 1}, [2.0])
    waiting = LetterFactory._meta.model.objects.get(status="retry")
    assert waiting.not_before == WRITTEN_AT + 2 * SECOND
    assert breaker.trouble_with("locmem") is None


@pytest.mark.parametrize("seconds", [11, 26])
def test_round_does_not_sit_out_what_is_long_or_later_than_its_end(seconds):
    LetterFactory.create_batch(2)
    busy = transport.TryLater("429", seconds=seconds, is_down=True)

    with (
        mock.patch.object(transport, "send", side_effect=busy),
        mock.patch.object(delivery.time, "sleep") as slept,
    ):
        services.deliver_due(WRITTEN_AT, seconds=25)

    assert slept.call_count == 0


def test_healthy_line_costs_one_question_a_chunk_and_no_write():
    LetterFactory.create_batch(2)

    with (
        mock.patch.object(breaker, "trouble_with", wraps=breaker.trouble_with) as asked,
        mock.patch.object(breaker, "note_success") as noted,
    ):
        services.deliver_due(WRITTEN_AT)

    assert (asked.call_count, noted.call_count) == (1, 0)


def test_date_in_retry_after_counts_from_the_answer():
    """RFC 9110, 10.2.3: seconds or a date."""
    answered = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)

    def seconds(**headers: str) -> int | None:
        error = mock.Mock(response=mock.Mock(headers=headers))
        return transport._retry_after(error)

    date = {"Date": "Tue, 14 Apr 2026 08:00:00 GMT"}
    assert answered.strftime("%a, %d %b %Y %H:%M:%S GMT") == date["Date"]
    assert seconds(**{"Retry-After": "120"}) == 120
    assert seconds(**{"Retry-After": "Tue, 14 Apr 2026 08:01:30 GMT"}, **date) == 90
    assert seconds(**{"Retry-After": "Tue, 14 Apr 2026 07:00:00 GMT"}, **date) == 0
    assert seconds(**{"Retry-After": "Tue, 14 Apr 2026 08:01:30 GMT"}) is None
    assert seconds(**{"Retry-After": "soon"}, **date) is None
    assert seconds() is None


def test_outbox_says_in_words_why_nothing_leaves(olena):
    """E16: staff see it, and what they have to do about it."""
    words = "Letters wait: the mail provider has not been taking them since 14.04.2026, 10:00"
    before = olena.get("/admin/mailing/outbox/").content.decode()
    fail(is_down=False)
    once = olena.get("/admin/mailing/outbox/").content.decode()
    fail(reason="429 <b>too many</b>")

    page = olena.get("/admin/mailing/outbox/").content.decode()

    assert [words in each for each in (before, once, page)] == [False, False, True]
    assert "the next try is at 10:00" in page
    assert "429 &lt;b&gt;too many&lt;/b&gt;" in page
