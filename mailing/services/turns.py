"""From one letter to the next in one statement: the last one is marked, the next one claimed.

Each letter is still claimed by itself, committed before its call, and marked by itself after its
answer; a worker that dies leaves one unclear letter. Written in SQL because the two go in one
round trip, and because a worker does little else all day; `test_turns.py` holds it against
`Letter.objects.due()` and the map of statuses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from mailing.models import Letter

Parameters = dict[str, int | str | datetime | list[int]]
CLAIM = """
    UPDATE mailing_letter
    SET status = 'sending', attempts = attempts + 1, lease_until = %(lease_until)s,
        first_tried_at = coalesce(first_tried_at, %(now)s), provider = %(provider)s
    WHERE id = %(id)s AND attempts = %(attempts)s AND status IN ('queued', 'retry')
        AND (not_before IS NULL OR not_before <= %(now)s)
    RETURNING first_tried_at
"""
MARK = """
    UPDATE mailing_letter
    SET status = 'accepted', lease_until = NULL, accepted_at = %(accepted_at)s,
        provider_id = %(number)s, error = ''
    WHERE id = %(last_id)s AND attempts = %(last_attempts)s AND status = 'sending'
    RETURNING id
"""
MARK_AND_CLAIM = (
    f"WITH last AS ({MARK}), next AS ({CLAIM})"  # noqa: S608 - two constants from above
    " SELECT (SELECT count(*) FROM last), (SELECT first_tried_at FROM next)"
)
# Letters that no other worker is about to try, the most urgent first. The lock belongs to the
# connection, so it ends with the worker; it only keeps workers out of each other's way.
CHUNK = """
    SELECT id FROM (
        SELECT id FROM mailing_letter
        WHERE status IN ('queued', 'retry') AND (not_before IS NULL OR not_before <= %(now)s)
        {besides} ORDER BY is_bulk, id LIMIT %(looked_at)s
    ) AS waiting
    WHERE pg_try_advisory_lock(%(room)s + id) LIMIT %(size)s
"""
BESIDES = """
        AND NOT EXISTS (
            SELECT FROM mailing_mailingrecipient
            WHERE letter_id = mailing_letter.id AND mailing_id = ANY(%(besides)s)
        )
"""
ROOM = 0x4D41 << 48  # apart from every other advisory lock of the house
LOOKED_AT = 2_000


@dataclass(frozen=True)
class Taken:
    """A letter that the provider has taken and that is not marked yet."""

    letter: Letter
    number: str
    at: datetime


def claim(
    letter: Letter, *, provider: str, lease_until: datetime, now: datetime, last: Taken | None
) -> tuple[bool, bool]:
    """Claim a letter and, by the way, mark the `last` one; whether each of the two was possible."""
    wanted: Parameters = {
        "id": letter.pk,
        "attempts": letter.attempts,
        "provider": provider,
        "lease_until": lease_until,
        "now": now,
    }
    with connection.cursor() as cursor:
        if last is None:
            cursor.execute(CLAIM, wanted)
            row = cursor.fetchone()
            is_marked, first_tried_at = True, row[0] if row else None
        else:
            cursor.execute(MARK_AND_CLAIM, wanted | _of(last))
            marked, first_tried_at = cursor.fetchone()
            is_marked = bool(marked)
    if first_tried_at is not None:
        letter.status = Letter.Status.SENDING
        letter.attempts += 1
        letter.first_tried_at = first_tried_at
        letter.provider = provider
        letter.lease_until = lease_until
    return first_tried_at is not None, is_marked


def _of(last: Taken) -> Parameters:
    return {
        "last_id": last.letter.pk,
        "last_attempts": last.letter.attempts,
        "accepted_at": last.at,
        "number": last.number,
    }


def take_chunk(now: datetime, size: int, *, besides: Collection[int] = ()) -> list[Letter]:
    """Up to `size` due letters, people's receipts before bulk, that no other worker holds.

    Each knows its `mailing_number`, None for one that is no mailing's. `besides`: numbers of
    mailings that have no turn. `leave_chunk()` lets go of the letters; so does the end of the
    connection.
    """
    wanted: Parameters = {
        "now": now,
        "looked_at": LOOKED_AT,
        "size": size,
        "room": ROOM,
        "besides": list(besides),
    }
    with connection.cursor() as cursor:
        cursor.execute(CHUNK.format(besides=BESIDES if besides else ""), wanted)
        numbers = [number for (number,) in cursor.fetchall()]
    if not numbers:
        return []
    due = Letter.objects.due(now).filter(pk__in=numbers).for_sending()
    return list(due.order_by("is_bulk", "pk"))


def leave_chunk() -> None:
    """Let other workers have what is left of the chunk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
