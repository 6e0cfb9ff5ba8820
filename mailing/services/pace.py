"""How fast letters of mailings leave: counted when they are handed over, for all workers (E5).

A worker asks for turns before it calls, a chunk at a time, and gives back when it is done. Each
turn counts from before the first call until a minute (an hour) after the last one. So whichever
minute one looks at, whoever took the last of its turns had seen all the others: no rolling minute
holds more calls than are allowed, however long a call takes. Letters that are no mailing's ask
nobody and wait for nobody.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from mailing.enums import LetterStatus
from mailing.models import Departure, Letter, Mailing, MailingRecipient

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CLOCKS_DIFFER = timedelta(seconds=1)  # at most, of two machines that work together
LOST_AFTER = timedelta(seconds=settings.MAIL_LEASE_SECONDS)  # a worker that never came back
LATELY = timedelta(minutes=5)  # FT-37: with a turn, but still here after this time, is late
LOCK = 0x3A12


@dataclass(frozen=True)
class Used:
    """Turns that count at one moment: number of the mailing -> how many, for each limit."""

    minute: Counter[int]
    hour: Counter[int]

    def room(self, number: int, per_minute: int | None, per_hour: int | None) -> int:
        """How many letters of this mailing may be handed over now, by its limits and the house's.

        `None`: as fast as the house.
        """
        left = (
            (per_minute or settings.MAILING_PER_MINUTE) - self.minute[number],
            (per_hour or settings.MAILING_PER_HOUR) - self.hour[number],
            settings.MAILING_PER_MINUTE - self.minute.total(),
            settings.MAILING_PER_HOUR - self.hour.total(),
        )
        return max(0, min(left))


@dataclass
class Turn:
    """What a worker may still hand over of one mailing, and what it has."""

    departure: Departure
    given: int
    called: int = 0


def used(now: datetime, *, lately: timedelta = timedelta(0)) -> Used:
    """The turns that count now, or counted at some moment `lately`. One query."""
    oldest = now - HOUR - LOST_AFTER - CLOCKS_DIFFER - lately
    departures = Departure.objects.filter(taken_at__gt=oldest).annotate(
        until=Coalesce("ended_at", F("taken_at") + Value(LOST_AFTER))
    )

    def within(span: timedelta) -> Sum:
        return Sum("many", filter=Q(until__gt=now - span - CLOCKS_DIFFER - lately), default=0)

    found = departures.values_list("mailing").annotate(minute=within(MINUTE), hour=within(HOUR))
    rows = list(found.order_by())
    return Used(
        Counter({number: minute for number, minute, _hour in rows}),
        Counter({number: hour for number, _minute, hour in rows}),
    )


def allowance(mailing: Mailing, now: datetime) -> int:
    """How many letters of the mailing may be written now, to leave at once.

    Letters that wait to be sent count as well, its own and those of all, so that nothing is saved
    up while the provider is down.
    """
    due = Q(letter__status=LetterStatus.QUEUED) | Q(
        letter__status=LetterStatus.RETRY, letter__not_before__lte=now
    )
    waiting = Counter(MailingRecipient.objects.filter(due).values_list("mailing", flat=True))
    been = used(now)
    expected = Used(been.minute + waiting, been.hour + waiting)
    return expected.room(mailing.pk, mailing.per_minute, mailing.per_hour)


def held_up(numbers: Iterable[int], now: datetime) -> set[int]:
    """Those of the mailings that may have had no turn `LATELY`: what waits is not late (FT-37).

    A second try needs a second turn, and turns are given to new letters while it waits for its
    time: where an hour is filled, it waits for the next one, and that is what the pace is for.
    """
    limits = _limits(numbers)
    been = used(now, lately=LATELY) if limits else Used(Counter(), Counter())
    return {number for number, pair in limits.items() if not been.room(number, *pair)}


def take(letters: Iterable[Letter], *, now: datetime) -> dict[int, Turn]:
    """Turns for letters that are about to be handed over, by number of the mailing.

    `letters` know their `mailing_number` (None: no mailing's, needs no turn). Fewer are given than
    asked for, or none, when the pace does not allow more. `end()` has to follow.
    """
    wanted = Counter(each.mailing_number for each in letters if each.mailing_number is not None)
    return _take(wanted, now) if wanted else {}


def _limits(numbers: Iterable[int]) -> dict[int, list[int | None]]:
    """Per minute and per hour, by number of the mailing."""
    found = Mailing.objects.filter(pk__in=list(numbers))
    rows = found.values_list("pk", "per_minute", "per_hour")
    return {number: limits for number, *limits in rows}


@transaction.atomic
def _take(wanted: Counter[int], now: datetime) -> dict[int, Turn]:
    with connection.cursor() as cursor:  # its own statement: the next one sees what others took
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    been, limits = used(now), _limits(wanted)
    turns: dict[int, Turn] = {}
    for number, many in wanted.items():
        given = min(many, been.room(number, *limits[number]))
        if given:
            been.minute[number] += given
            been.hour[number] += given
            departure = Departure(mailing_id=number, many=given, taken_at=now)
            turns[number] = Turn(departure, given)
    Departure.objects.bulk_create([turn.departure for turn in turns.values()])
    return turns


@transaction.atomic
def end(turns: Iterable[Turn], *, now: datetime) -> None:
    """The worker is done with these: those it did not use are free, the others count from now."""
    for turn in turns:
        mine = Departure.objects.filter(pk=turn.departure.pk)
        if turn.called:
            mine.update(many=turn.called, ended_at=now)
        else:
            mine.delete()


def forget(now: datetime) -> int:
    """Turns that nobody looks back at are deleted; how many."""
    oldest = now - HOUR - LOST_AFTER - CLOCKS_DIFFER - LATELY
    return Departure.objects.filter(taken_at__lte=oldest).delete()[0]
