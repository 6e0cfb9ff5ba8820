"""Addresses at which our letters do not arrive, and what a person can do (E10, E18, FT-39).

A lasting bounce or a complaint stops letters to many at once. A passing one counts: three within
72 hours flag the address, which blocks nothing, until a letter arrives there again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from mailing.bounce_rules import is_permanent
from mailing.enums import EventKind, LetterStatus
from mailing.models import DeliveryEvent, Letter, Suppression

PASSING_TIMES = 3
PASSING_WITHIN = timedelta(hours=72)
LOOK_BACK = timedelta(days=90)
MAY_PASS = (EventKind.BOUNCED, EventKind.FAILED, EventKind.REJECTED, EventKind.DEFERRED)
NOT_ARRIVED = (LetterStatus.BOUNCED, LetterStatus.COMPLAINED, LetterStatus.FAILED)


@dataclass(frozen=True)
class Trouble:
    """One address that does not get our letters: since when, why, and what to do."""

    address: str
    what: str
    todo: str
    since: datetime
    said: str = ""
    letter: Letter | None = None
    entry: Suppression | None = None


def flagged_among(addresses: Iterable[str], *, now: datetime) -> dict[str, datetime]:
    """Which of these addresses, in small letters, are flagged, and since when; one query."""
    wanted = {address.lower() for address in addresses}
    if not wanted:
        return {}
    events = DeliveryEvent.objects.annotate(address=Lower("letter__to")).filter(
        Q(kind__in=MAY_PASS) | Q(kind=EventKind.DELIVERED),
        address__in=wanted,
        received_at__gt=now - LOOK_BACK,
    )
    columns = ("address", "kind", "reason", "said", "raw", "received_at")
    found: dict[str, list[datetime]] = defaultdict(list)
    flagged: dict[str, datetime] = {}
    for address, kind, reason, said, raw, at in events.order_by("received_at", "pk").values_list(
        *columns
    ):
        if kind == EventKind.DELIVERED:
            found.pop(address, None)
            flagged.pop(address, None)
        elif not is_permanent(kind=kind, reason=reason, said=said, raw=raw):
            times = [*found[address], at][-PASSING_TIMES:]
            found[address] = times
            if len(times) == PASSING_TIMES and times[-1] - times[0] <= PASSING_WITHIN:
                flagged.setdefault(address, at)
    return flagged


def troubles_of(
    letters: QuerySet[Letter], addresses: Iterable[str], *, now: datetime
) -> list[Trouble]:
    """What stands in the way of these letters and addresses, worst first, one row an address."""
    lost = list(letters.filter(status__in=NOT_ARRIVED).for_table().order_by("-pk")[:50])
    wanted = {address.lower() for address in addresses if address}
    wanted |= {letter.to.lower() for letter in lost}
    newest = {letter.to.lower(): letter for letter in reversed(lost)}
    stopped = Suppression.objects.filter(email__in=wanted, lifted_at=None).order_by("-since", "-pk")
    rows = {entry.email: _of_entry(entry, newest.get(entry.email)) for entry in stopped}
    for address, since in flagged_among(wanted, now=now).items():
        rows.setdefault(address, _of_flag(address, since, newest.get(address)))
    for address, letter in newest.items():
        rows.setdefault(address, _of_letter(address, letter))
    return list(rows.values())


def _of_entry(entry: Suppression, letter: Letter | None) -> Trouble:
    return Trouble(
        address=entry.email,
        what=_("On the stop list: %(cause)s.") % {"cause": entry.get_cause_display()},
        todo=_(
            "Letters to many no longer go there; receipts of own deeds do. Ask the office for "
            "another address, or take this one off the stop list when it works again."
        ),
        since=entry.since,
        said=letter.error if letter else "",
        letter=letter,
        entry=entry,
    )


def _of_flag(address: str, since: datetime, letter: Letter | None) -> Trouble:
    return Trouble(
        address=address,
        what=_("Letters came back three times within 72 hours, each time for a passing reason."),
        todo=_("We go on trying. Please call the office and ask whether the mailbox works."),
        since=since,
        said=letter.error if letter else "",
        letter=letter,
    )


def _of_letter(address: str, letter: Letter) -> Trouble:
    return Trouble(
        address=address,
        what=_("The last letter that did not arrive: %(status)s.")
        % {"status": letter.get_status_display()},
        todo=_("Open the letter and see why. Perhaps the office has another address."),
        since=letter.accepted_at or letter.created_at,
        said=letter.error,
        letter=letter,
    )
