"""Claim, then send, then mark: never two at one letter, never a transaction over the network."""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db.models import Func, TextField, Value

from mailing import hints, transport
from mailing.models import Letter, LetterQuerySet, LineTrouble
from mailing.services import breaker, pace, turns
from mailing.services.holding import hold_if_stopped
from mailing.services.suppression import suppressed_among

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.MAIL_LEASE_SECONDS)  # longer than a task may live (90 s)
FIRST_WAIT = timedelta(minutes=1)
SHORTEST_WAIT = timedelta(seconds=1)
WORTH_WAITING = timedelta(seconds=10)  # a pause that a round sits out
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=24)
CHUNK = 50
CHUNK_TIME = timedelta(seconds=2)
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

    def __init__(self, now: datetime) -> None:
        self.provider = transport.provider_name()
        self.stopped: set[str] = set()
        self.last: turns.Taken | None = None  # taken by the provider, and not marked yet
        self.trouble: LineTrouble | None = None
        self.turns: dict[int, pace.Turn] = {}  # by number of the mailing
        self._began, self._began_at = time.monotonic(), now
        self._connection: BaseEmailBackend | None = None

    @property
    def now(self) -> datetime:
        """The time of this moment: what the line is told may not lag behind by a whole round."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)

    def may_call(self) -> bool:
        """Whether the breaker lets this worker call; looks again each time."""
        self.trouble = breaker.trouble_with(self.provider)
        return breaker.may_call(self.trouble, self.now)

    def went_wrong(self, reason: str, *, is_down: bool, seconds: int | None = None) -> None:
        """Tell the breaker."""
        self.trouble = breaker.note_failure(
            self.provider, reason=reason, now=self.now, is_down=is_down, seconds=seconds
        )

    def went_well(self) -> None:
        """Tell the breaker, when it had something to worry about."""
        if self.trouble is not None:
            breaker.note_success(self.provider)
            self.trouble = None

    @property
    def is_closed(self) -> bool:
        """The breaker has shut while this worker was calling."""
        return self.trouble is not None and self.trouble.closed_until is not None

    def sits_out(self, stop_at: datetime | None) -> bool:
        """Wait until the pause is over; False when it is too long or the round ends before."""
        until = self.trouble.closed_until if self.trouble else None
        if until is None or until - self.now > WORTH_WAITING or (stop_at and until > stop_at):
            return False
        time.sleep(max(0.0, (until - self.now).total_seconds()))
        return True

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

    def ask_for_turns(self, letters: list[Letter]) -> list[Letter]:
        """Those of the letters that may be handed over now, at the pace of their mailings (E5)."""
        self.turns = pace.take(letters, now=self.now)
        left = Counter({number: turn.given for number, turn in self.turns.items()})
        mine = []
        for letter in letters:
            number = letter.mailing_number
            if number is None:
                mine.append(letter)
            elif left[number] > 0:
                mine.append(letter)
                left[number] -= 1
        return mine

    def note_call(self, letter: Letter) -> None:
        """One turn is used, however the call ends."""
        if letter.mailing_number is not None:
            self.turns[letter.mailing_number].called += 1

    def end_turns(self) -> None:
        """Give back what was not used; the rest counts from now."""
        turns, self.turns = self.turns, {}
        if turns:
            pace.end(turns.values(), now=self.now)

    def close(self) -> None:
        """Hang up, if the line is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def deliver(letter_id: int, *, now: datetime) -> Letter | None:
    """Send one letter if it is due; None when it is not, when another worker has it, when the
    provider wants no calls now, or when its mailing has no turn."""
    _refuse_transaction()
    letter = Letter.objects.due(now).for_sending().filter(pk=letter_id).first()
    if letter is None:
        return None
    line = Line(now)
    try:
        # The turn first: whoever may knock at a closed line has to have something to hand over.
        if not line.ask_for_turns([letter]) or not line.may_call():
            return None
        line.stopped = _stopped([letter])
        return letter if _attempt(letter, line, now) else None
    finally:
        _hang_up(line)


def deliver_due(
    now: datetime, limit: int | None = None, *, seconds: float | None = None
) -> Counter[str]:
    """Settle what lost workers left behind, then send what is due: people's receipts before bulk.

    At most `limit` letters and about `seconds` of work; when more are due, workers are told.
    Returns how many letters ended in which status. Stops when the provider is down or wants no
    calls; the letters stay due.
    """
    _refuse_transaction()
    settle_stale(now)
    ended: Counter[str] = Counter()
    line = Line(now)
    stop_at = None if seconds is None else now + timedelta(seconds=seconds)
    try:
        while chunk := _next_chunk(line, now, limit, ended.total()):
            if not line.may_call():
                return ended
            line.stopped = _stopped(chunk)
            look_again_at = line.now + CHUNK_TIME
            for letter in chunk:
                if stop_at is not None and line.now > stop_at:
                    hints.letters_are_due()
                    return ended
                if _attempt(letter, line, now):
                    ended[letter.status] += 1
                if line.is_closed:
                    if not line.sits_out(stop_at):
                        return ended
                    break
                if line.now > look_again_at:
                    break  # somebody may be waiting for a login link by now
        if limit is not None and ended.total() >= limit:
            hints.letters_are_due()
    finally:
        _hang_up(line)
        turns.leave_chunk()
    return ended


def _next_chunk(line: Line, now: datetime, limit: int | None, done: int) -> list[Letter]:
    """What may be handed over next; mailings without a turn now do not stand in others' way."""
    turns.leave_chunk()
    line.end_turns()
    size = CHUNK if limit is None else min(CHUNK, limit - done)
    waiting: set[int] = set()
    while size > 0 and (chunk := turns.take_chunk(now, size, besides=waiting)):
        if mine := line.ask_for_turns(chunk):
            return mine
        turns.leave_chunk()
        waiting |= {letter.mailing_number for letter in chunk if letter.mailing_number is not None}
    return []


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
    if not _claim(letter, line, now):
        return False
    line.note_call(letter)
    try:
        number = line.send(letter)
    except transport.Refused as error:
        _mark(letter, Letter.Status.FAILED, error=str(error))
    except transport.TryLater as error:
        if error.is_down:
            line.went_wrong(error.reason, is_down=True, seconds=error.seconds)
        _mark_for_later(letter, error, now)
    except transport.Unknown as error:
        line.went_wrong(str(error), is_down=False)
        _mark_unknown(letter, str(error), now)
    else:
        line.last = turns.Taken(letter, number, now)
        letter.status = Letter.Status.ACCEPTED  # so it ends, unless `_was_late` finds otherwise
        line.went_well()
    return True


def _claim(letter: Letter, line: Line, now: datetime) -> bool:
    """Write down, committed before any call, that this worker tries this letter.

    The same statement marks the letter before it.
    """
    last, lease_until = line.last, line.now + LEASE
    won, is_marked = turns.claim(
        letter, provider=line.provider, lease_until=lease_until, now=now, last=last
    )
    line.last = None
    if last is not None and not is_marked:
        _was_late(last)
    return won


def _hang_up(line: Line) -> None:
    """Mark the last letter and close the line, whatever happened."""
    last, line.last = line.last, None
    try:
        if last is not None:
            last.letter.status = Letter.Status.SENDING
            taken = {"accepted_at": last.at, "provider_id": last.number, "error": ""}
            _mark(last.letter, Letter.Status.ACCEPTED, **taken)
    finally:
        line.close()
        line.end_turns()


def _was_late(last: turns.Taken) -> None:
    """The sweeper had taken this worker for lost, or an event was faster than we."""
    last.letter.status = Letter.Status.AMBIGUOUS
    _step_late(
        last.letter,
        Letter.Status.ACCEPTED,
        accepted_at=last.at,
        provider_id=last.number,
        error="",
    )


def _mark(letter: Letter, status: str, **changes: object) -> None:
    """Write down how the try ended.

    Not waiting for the disk: should the database server itself die now, the letter is found as
    "sending" and becomes ambiguous, which is true. A letter that the sweeper took for lost may
    still turn out to be accepted.
    """
    if not _unhurried().step(letter, status, lease_until=None, **changes):
        letter.status = Letter.Status.AMBIGUOUS
        _step_late(letter, status, **changes)


def _step_late(letter: Letter, status: str, **changes: object) -> None:
    known = status in letter.steps
    if not known or not _unhurried().step(letter, status, lease_until=None, **changes):
        log.warning("mailing: letter %s ended as %s after its lease", letter.pk, status)


def _unhurried() -> LetterQuerySet:
    return Letter.objects.annotate(hurry=NOT_WAITING_FOR_THE_DISK).filter(hurry="off")


def _mark_for_later(letter: Letter, error: transport.TryLater, now: datetime) -> None:
    tried_for = now - (letter.first_tried_at or now)
    if tried_for >= GIVE_UP_AFTER:
        ended = Letter.Status.AMBIGUOUS if letter.is_unclear else Letter.Status.FAILED
        _mark(letter, ended, error=error.reason)
        return
    wait = min(max(tried_for, FIRST_WAIT), LONGEST_WAIT)
    if error.seconds is not None:  # the provider knows best: it may be a second, or an hour
        wait = max(SHORTEST_WAIT, timedelta(seconds=error.seconds))
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
