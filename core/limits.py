"""How often somebody may do something. Counted in PostgreSQL, so it holds for all processes.

When the count cannot be kept (the database is away) the deed fails: limits fail closed (SEC-R).
"""

from datetime import datetime, timedelta
from math import ceil

from django.utils.crypto import salted_hmac

from core.models import RateCount
from core.prepared import Statement

COUNT_ONE_MORE = Statement(
    "rate_count",
    """
    INSERT INTO core_ratecount AS counted (action, key_digest, started_at, count)
    VALUES (%(action)s::text, %(key)s::text,
            COALESCE(%(now)s::timestamptz, clock_timestamp()), 1)
    ON CONFLICT (action, key_digest) DO UPDATE SET
        started_at = CASE WHEN counted.started_at <= EXCLUDED.started_at - %(per)s::interval
                     THEN EXCLUDED.started_at ELSE counted.started_at END,
        count = CASE WHEN counted.started_at <= EXCLUDED.started_at - %(per)s::interval THEN 1
                ELSE LEAST(counted.count + 1, %(most)s::int) END
    RETURNING started_at, count, COALESCE(%(now)s::timestamptz, clock_timestamp())
    """,
    *("action", "key", "now", "per", "most"),
)


class TooMany(Exception):
    """The limit is reached. `retry_after` says when one may try again, counted from now."""

    def __init__(self, retry_after: timedelta):
        self.retry_after = retry_after
        super().__init__(f"again in {self.seconds} s")

    @property
    def seconds(self) -> int:
        """Whole seconds to wait, for the Retry-After header."""
        return max(1, ceil(self.retry_after.total_seconds()))


def hit(*, action: str, key: str, limit: int, per: timedelta, now: datetime | None = None) -> None:
    """Count one attempt of `key`; raise `TooMany` from the one after `limit` within `per`.

    The stretch begins with the first attempt. Call it outside the deed's transaction: a count
    that is rolled back with a failed deed limits nothing. Without `now` the clock of the database
    counts, in the same statement.
    """
    [(started_at, count, now)] = COUNT_ONE_MORE.rows(
        action=action, key=_digest(action, key), now=now, per=per, most=limit + 1
    )
    if count > limit:
        raise TooMany(started_at + per - now)


def count(*, action: str, key: str, per: timedelta, now: datetime) -> int:
    """How often `key` did it in the running stretch; asks, and counts nothing."""
    row = RateCount.objects.filter(
        action=action, key_digest=_digest(action, key), started_at__gt=now - per
    ).values_list("count", flat=True)
    return row.first() or 0


def _digest(action: str, key: str) -> str:
    return salted_hmac(f"win4ua.limits.{action}", str(key), algorithm="sha256").hexdigest()


def forget_old(*, before: datetime) -> int:
    """Delete counts that began before; they limit nothing any more."""
    return RateCount.objects.filter(started_at__lt=before).delete()[0]
