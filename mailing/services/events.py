"""What happened to letters after they left: stored as it comes, understood a moment later."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mailing import hints
from mailing.bounce_rules import is_permanent
from mailing.enums import EventKind, SuppressionCause
from mailing.models import DeliveryEvent, Letter
from mailing.services.suppression import suppress

Kind = EventKind
LONGEST_TEXT = 2_000
# How far an event says that the letter has come. Other kinds change nothing.
ENDS_AS = {
    Kind.DELIVERED: Letter.Status.DELIVERED,
    Kind.BOUNCED: Letter.Status.BOUNCED,
    Kind.REJECTED: Letter.Status.BOUNCED,
    Kind.FAILED: Letter.Status.BOUNCED,
    Kind.COMPLAINED: Letter.Status.COMPLAINED,
}


@dataclass(frozen=True)
class Report:
    """One event, before it is stored: `kind` is one of `EventKind`, whatever the provider calls it.

    `event_id` may be empty: then its content is its number.
    """

    provider: str
    kind: str
    event_id: str = ""
    recipient: str = ""
    reason: str = ""
    said: str = ""
    letter_number: UUID | None = None
    provider_id: str = ""
    occurred_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict)

    def number(self) -> str:
        """A number that the same event always has (repeats), and no other event of the provider."""
        if self.event_id and len(self.event_id) <= 200:
            return f"{self.kind}:{self.event_id}"
        content = json.dumps(
            [self.kind, self.event_id, self.recipient, self.raw], sort_keys=True, default=str
        )
        return f"{self.kind}:{hashlib.sha256(content.encode()).hexdigest()}"


@transaction.atomic
def receive(reports: list[Report], *, now: datetime) -> None:
    """Store what came; what is known already is not stored twice."""
    events = [_event(report, now) for report in reports]
    DeliveryEvent.objects.bulk_create(events, ignore_conflicts=True)
    if events:
        hints.events_have_come()


def _event(report: Report, now: datetime) -> DeliveryEvent:
    return DeliveryEvent(
        provider=report.provider[:40],
        event_id=report.number(),
        kind=report.kind,
        reason=report.reason[:16],
        recipient=report.recipient[:254],
        said=report.said[:LONGEST_TEXT],
        letter_number=report.letter_number,
        provider_id=report.provider_id[:255],
        raw=report.raw,
        occurred_at=report.occurred_at,
        received_at=now,
    )


def settle_waiting(*, now: datetime, limit: int = 1_000) -> int:
    """Understand what waits, each event in a transaction of its own. Returns how many."""
    waiting = DeliveryEvent.objects.filter(settled_at=None).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True)[:limit])
    return sum(settle(number, now=now) for number in numbers)


@transaction.atomic
def settle(number: int, *, now: datetime) -> bool:
    """Let one event say how far its letter has come, and stop bulk mail where it must.

    In any order: a letter that came back is not delivered again by a late event. Events that name
    no letter of ours, or another recipient, are kept and change nothing. False when another worker
    has it.
    """
    waiting = DeliveryEvent.objects.select_for_update(skip_locked=True, of=("self",))
    event = waiting.filter(pk=number, settled_at=None).first()
    if event is None:
        return False
    letter = _letter_of(event)
    if letter is not None:
        _tell(letter, event, now)
        if cause := _cause_to_stop(letter, event):
            suppress(letter.to, cause=cause, now=now, note=event.said or f"letter {letter.pk}")
    event.letter, event.settled_at = letter, now
    event.save(update_fields=["letter", "settled_at"])
    return True


def _letter_of(event: DeliveryEvent) -> Letter | None:
    """The letter that the event speaks of; only if it went to the recipient that it names."""
    letters = Letter.objects.for_table().select_for_update(of=("self",))
    letter = None
    if event.letter_number is not None:
        letter = letters.filter(uuid=event.letter_number).first()
    elif event.provider_id:
        letter = letters.filter(provider_id=event.provider_id, provider=event.provider).first()
    is_its = letter is not None and event.recipient.casefold() in ("", letter.to.casefold())
    return letter if is_its else None


def _tell(letter: Letter, event: DeliveryEvent, now: datetime) -> None:
    to = ENDS_AS.get(Kind(event.kind))
    if to is None or to not in letter.steps:
        return
    changes: dict[str, Any] = {"lease_until": None, "not_before": None}
    changes["accepted_at"] = letter.accepted_at or min(event.occurred_at or now, now)
    changes["error"] = "" if to == Letter.Status.DELIVERED else event.said
    Letter.objects.step(letter, to, **changes)


def _cause_to_stop(letter: Letter, event: DeliveryEvent) -> SuppressionCause | None:
    """Hard bounces and complaints block; a full mailbox only counts (E10)."""
    if event.kind == Kind.COMPLAINED:
        return SuppressionCause.COMPLAINED
    if event.kind == Kind.UNSUBSCRIBED and letter.is_bulk:
        return SuppressionCause.UNSUBSCRIBED
    lasting = is_permanent(kind=event.kind, reason=event.reason, said=event.said, raw=event.raw)
    return SuppressionCause.BOUNCED if lasting else None
