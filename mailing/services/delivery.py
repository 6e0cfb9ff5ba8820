"""Claim, then send, then mark: never two at one letter, never a transaction over the network."""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Coalesce

from mailing import hints, transport
from mailing.models import Letter
from mailing.services.holding import hold_if_stopped
from mailing.services.suppression import suppressed_among

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a task may live (90 s)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=24)
CHUNK = 50
# Holds for the one statement in which it stands.
NOT_WAITING_FOR_THE_DISK = Func(
    Value("synchronous_commit"),
    Value("off"),
    Value(True),
    function="set_config",
    output_field=TextField(),
)


class Line:
    """One connection to the provider, opened when first needed and used for many letters."""

    def __init__(self) -> None:
        self.provider = transport.provider_name()
        self.is_down = False
        self.stopped: set[str] = set()
        self._connection: BaseEmailBackend | None = None

    def send(self, letter: Letter) -> str:
        """Hand over one letter. Raises what `transport.send()` raises."""
        message = transport.build(letter, self.provider)
        if self._connection is None:
            self._connection = transport.open_connection()
        try:
            return transport.send(self._connection, message, letter)
        except (transport.TryLater, transport.Unknown):
            self.close()
            raise

    def close(self) -> None:
        """Hang up, if the line is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def deliver(letter_id: int, *, now: datetime) -> Letter | None:
    """Send one letter if it is due; None when it is not, or when another worker has it."""
    _refuse_transaction()
    letter = Letter.objects.due(now).filter(pk=letter_id).first()
    if letter is None:
        return None
    line = Line()
    line.stopped = _stopped([letter])
    try:
        return letter if _attempt(letter, line, now) else None
    finally:
        line.close()


def deliver_due(
    now: datetime, limit: int | None = None, *, seconds: float | None = None
) -> Counter[str]:
    """Settle what lost workers left behind, then send what is due: people's receipts before bulk.

    At most `limit` letters and about `seconds` of work. Returns how many letters ended in which
    status. Stops early when the provider is down; the letters stay due.
    """
    _refuse_transaction()
    settle_stale(now)
    ended: Counter[str] = Counter()
    stop_at = None if seconds is None else time.monotonic() + seconds
    line = Line()
    try:
        while chunk := _due_chunk(now, limit, sum(ended.values())):
            line.stopped = _stopped(chunk)
            for letter in chunk:
                if stop_at is not None and time.monotonic() > stop_at:
                    hints.letters_are_due()
                    return ended
                if _attempt(letter, line, now):
                    ended[letter.status] += 1
                if line.is_down:
                    return ended
    finally:
        line.close()
    return ended


def _due_chunk(now: datetime, limit: int | None, done: int) -> list[Letter]:
    size = CHUNK if limit is None else min(CHUNK, limit - done)
    if size <= 0:
        return []
    due = Letter.objects.due(now).prefetch_related("attachments__shared")
    return list(due.order_by("is_bulk", "pk")[:size])


def _stopped(letters: list[Letter]) -> set[str]:
    """Addresses of these letters that get no bulk mail."""
    bulk = [letter.to for letter in letters if letter.is_bulk]
    return suppressed_among(bulk) if bulk else set()


def _attempt(letter: Letter, line: Line, now: datetime) -> bool:
    """One try at one letter. False when another worker was faster."""
    if letter.not_after is not None and letter.not_after < now:
        return Letter.objects.step(letter, Letter.Status.CANCELLED, error="of no use any more")
    if letter.is_bulk and letter.to.lower() in line.stopped:
        return Letter.objects.step(letter, Letter.Status.SUPPRESSED)
    if letter.is_unclear and not _key_is_honoured(letter, now):
        return Letter.objects.step(letter, Letter.Status.AMBIGUOUS)
    if not _claim(letter, line.provider, now):
        return False
    try:
        number = line.send(letter)
    except transport.Refused as error:
        _mark(letter, Letter.Status.FAILED, error=str(error))
    except transport.TryLater as error:
        line.is_down = error.is_down
        _mark_for_later(letter, error, now)
    except transport.Unknown as error:
        _mark_unknown(letter, str(error), now)
    else:
        _mark(letter, Letter.Status.ACCEPTED, accepted_at=now, provider_id=number, error="")
    return True


def _claim(letter: Letter, provider: str, now: datetime) -> bool:
    """Write down, committed before any call, that this worker tries this letter."""
    mine = Letter.objects.due(now).filter(pk=letter.pk, attempts=letter.attempts)
    won = mine.update(
        status=Letter.Status.SENDING,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        first_tried_at=Coalesce("first_tried_at", now),
        provider=provider,
    )
    if won:
        letter.status = Letter.Status.SENDING
        letter.attempts += 1
        letter.first_tried_at = letter.first_tried_at or now
        letter.provider = provider
    return bool(won)


def _mark(letter: Letter, status: str, **changes: object) -> None:
    """Write down how the try ended.

    Not waiting for the disk: should the database server itself die now, the letter is found as
    "sending" and becomes ambiguous, which is true. A letter that the sweeper took for lost may
    still turn out to be accepted.
    """
    unhurried = Letter.objects.annotate(hurry=NOT_WAITING_FOR_THE_DISK).filter(hurry="off")
    if unhurried.step(letter, status, lease_until=None, **changes):
        return
    letter.status = Letter.Status.AMBIGUOUS
    known = status in letter.steps
    if not known or not unhurried.step(letter, status, lease_until=None, **changes):
        log.warning("mailing: letter %s ended as %s after its lease", letter.pk, status)


def _mark_for_later(letter: Letter, error: transport.TryLater, now: datetime) -> None:
    tried_for = now - (letter.first_tried_at or now)
    if tried_for >= GIVE_UP_AFTER:
        ended = Letter.Status.AMBIGUOUS if letter.is_unclear else Letter.Status.FAILED
        _mark(letter, ended, error=error.reason)
        return
    wait = min(max(tried_for, FIRST_WAIT), LONGEST_WAIT)
    if error.seconds is not None:
        wait = max(wait, timedelta(seconds=error.seconds))
    _mark(letter, Letter.Status.RETRY, not_before=now + wait, error=error.reason)
    hold_if_stopped(letter)


def _mark_unknown(letter: Letter, reason: str, now: datetime) -> None:
    if _key_is_honoured(letter, now):
        wait = {"not_before": now + FIRST_WAIT, "is_unclear": True}
        _mark(letter, Letter.Status.RETRY, error=reason, **wait)
        hold_if_stopped(letter)
    else:
        _mark(letter, Letter.Status.AMBIGUOUS, error=reason)


def _key_is_honoured(letter: Letter, now: datetime) -> bool:
    """Whether a second call with the same key surely makes no second letter, even in a minute."""
    safe_for = transport.HONOURED_FOR.get(letter.provider, timedelta(0))
    same_provider = letter.provider == transport.provider_name()
    return same_provider and now + FIRST_WAIT - (letter.first_tried_at or now) < safe_for


def settle_stale(now: datetime) -> int:
    """Letters whose worker never came back: again where that is safe, else for a person."""
    settled = 0
    for letter in Letter.objects.stale(now).for_table().order_by("pk"):
        reason = "the worker was lost while it was sending"
        if _key_is_honoured(letter, now):
            changes = {"not_before": now, "is_unclear": True}
            to = Letter.Status.RETRY
        else:
            changes, to = {}, Letter.Status.AMBIGUOUS
        settled += Letter.objects.step(letter, to, lease_until=None, error=reason, **changes)
        hold_if_stopped(letter)
    return settled


def _refuse_transaction() -> None:
    """A claim that is not committed protects nobody: refuse to run inside a transaction."""
    blocks = database.atomic_blocks
    if not all(getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("letters are sent outside transactions")
