"""The breaker: when the provider is down or says "too many", nobody calls until it is time.

Letters wait as they are. One worker knocks when the time has come; the first letter that is taken
opens the line for all.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from mailing.models import LineTrouble

SHORTEST_PAUSE = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)  # a login link that waits is worth a call in five minutes
LONGEST_OBEYED = timedelta(hours=1)  # whatever the provider asks for
UNCLEAR_IN_A_ROW = 3  # each may be a letter that a person has to look after
REASON_LENGTH = 500


def trouble_with(provider: str) -> LineTrouble | None:
    """What is wrong with the line; None when all is well."""
    return LineTrouble.objects.filter(provider=provider).first()


def may_call(trouble: LineTrouble | None, now: datetime) -> bool:
    """Whether this worker may call; of those that ask when the pause is over, one may."""
    if trouble is None or trouble.closed_until is None:
        return True
    if trouble.closed_until > now:
        return False
    mine = LineTrouble.objects.filter(pk=trouble.pk, closed_until=trouble.closed_until)
    return bool(mine.update(closed_until=now + FIRST_PAUSE))


def note_failure(
    provider: str, *, reason: str, now: datetime, is_down: bool, seconds: int | None = None
) -> LineTrouble:
    """A call went wrong. Closes the line at once when it `is_down`, else after three in a row.

    `seconds` is for how long the provider wants to be left alone. A pause is never made shorter.
    """
    LineTrouble.objects.bulk_create(
        [LineTrouble(provider=provider, since=now, failures=0)], ignore_conflicts=True
    )
    mine = LineTrouble.objects.filter(provider=provider)
    mine.update(failures=F("failures") + 1, reason=reason[:REASON_LENGTH])
    trouble = mine.get()
    if is_down or trouble.failures >= UNCLEAR_IN_A_ROW:
        pause = min(max((now - trouble.since) / 2, FIRST_PAUSE), LONGEST_PAUSE)
        if seconds is not None:  # the provider knows best: it may be a second, or an hour
            pause = min(max(timedelta(seconds=seconds), SHORTEST_PAUSE), LONGEST_OBEYED)
        until = now + pause
        mine.update(closed_until=Greatest(Coalesce("closed_until", until), until))
        trouble.refresh_from_db()
    return trouble


def note_success(provider: str) -> None:
    """The provider has taken a letter: all is well."""
    LineTrouble.objects.filter(provider=provider).delete()
