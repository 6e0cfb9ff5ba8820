"""Marking one letter and claiming the next in one statement: exactly what the map allows (W7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from mailing.models import Letter
from mailing.services import turns
from ops.visitor import wait_for
from tests.factories.mailing import WRITTEN_AT, LetterFactory

LEASE_UNTIL = WRITTEN_AT + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
SENT = {"accepted", "delivered", "bounced", "complained"}


def letter_that_is(status: str, **changes) -> Letter:
    more = {
        "lease_until": LEASE_UNTIL if status == "sending" else None,
        "accepted_at": WRITTEN_AT if status in SENT else None,
    }
    return LetterFactory(status=status, **more, **changes)


def claim(letter: Letter, last: turns.Taken | None = None) -> tuple[bool, bool]:
    return turns.claim(letter, provider="smtp", lease_until=LEASE_UNTIL, now=WRITTEN_AT, last=last)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Letter.Status.values)
@pytest.mark.parametrize("wait", [None, -MINUTE, 0 * MINUTE, MINUTE])
def test_claim_takes_what_is_due_and_nothing_else(status, wait):
    letter = letter_that_is(status, not_before=None if wait is None else WRITTEN_AT + wait)
    is_due = Letter.objects.due(WRITTEN_AT).filter(pk=letter.pk).exists()

    chunk = turns.take_chunk(WRITTEN_AT, 10)
    turns.leave_chunk()
    won, _marked = claim(letter)

    letter.refresh_from_db()
    assert won is is_due
    assert [each.pk for each in chunk] == ([letter.pk] if is_due else [])
    assert (letter.status, letter.attempts) == (("sending", 1) if is_due else (status, 0))


@pytest.mark.django_db
def test_claim_writes_down_all_of_it_and_the_first_try_stays_the_first():
    letter = LetterFactory(status="retry", attempts=2, first_tried_at=WRITTEN_AT - MINUTE)

    claim(letter)

    kept = Letter.objects.get(pk=letter.pk)
    for one in (letter, kept):
        assert (one.status, one.attempts, one.provider) == ("sending", 3, "smtp")
        assert (one.lease_until, one.first_tried_at) == (LEASE_UNTIL, WRITTEN_AT - MINUTE)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Letter.Status.values)
def test_mark_touches_only_a_letter_that_is_still_being_sent(status):
    last, letter = letter_that_is(status, attempts=1, error="before"), LetterFactory()

    won, is_marked = claim(letter, turns.Taken(last, "n-1", WRITTEN_AT))

    last.refresh_from_db()
    assert (won, is_marked) == (True, status == "sending")
    if status == "sending":
        assert (last.status, last.provider_id, last.error) == ("accepted", "n-1", "")
        assert (last.accepted_at, last.lease_until) == (WRITTEN_AT, None)
    else:
        assert (last.status, last.provider_id, last.error) == (status, "", "before")


@pytest.mark.django_db
def test_mark_of_another_try_is_not_ours():
    last = letter_that_is("sending", attempts=2)
    last.attempts = 1

    _won, is_marked = claim(LetterFactory(), turns.Taken(last, "n-1", WRITTEN_AT))

    last.refresh_from_db()
    assert (is_marked, last.status) == (False, "sending")


@pytest.mark.django_db
def test_last_letter_is_marked_also_when_the_next_one_is_gone():
    last, gone = letter_that_is("sending", attempts=1), LetterFactory(status="cancelled")

    won, is_marked = claim(gone, turns.Taken(last, "n-1", WRITTEN_AT))

    last.refresh_from_db()
    gone.refresh_from_db()
    assert (won, is_marked) == (False, True)
    assert (last.status, gone.status, gone.attempts) == ("accepted", "cancelled", 0)


@pytest.mark.django_db(transaction=True)
def test_workers_take_different_chunks_and_receipts_come_first():
    bulk = LetterFactory.create_batch(4, bulk=True)
    receipt = LetterFactory()
    all_have_one = Barrier(3, timeout=20)

    def work(_number: int) -> list[int]:
        try:
            chunk = [letter.pk for letter in turns.take_chunk(WRITTEN_AT, 2)]
            all_have_one.wait()
            return chunk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        chunks = list(pool.map(work, range(3)))

    taken = [number for chunk in chunks for number in chunk]
    assert sorted(taken) == [*(letter.pk for letter in bulk), receipt.pk]
    assert sorted(map(len, chunks)) == [1, 2, 2]
    assert any(chunk[0] == receipt.pk for chunk in chunks)
    # The connections are gone, and with them, as soon as the server knows, what they held.
    assert wait_for(lambda: _free_letters() == 5, seconds=10)


def _free_letters() -> int:
    try:
        return len(turns.take_chunk(WRITTEN_AT, 10))
    finally:
        turns.leave_chunk()


@pytest.mark.django_db
def test_chunk_costs_the_same_for_one_letter_and_for_three(django_assert_num_queries):
    for many in (1, 3):
        LetterFactory.create_batch(many)
        with django_assert_num_queries(4):
            turns.take_chunk(WRITTEN_AT, 10)
            turns.leave_chunk()
