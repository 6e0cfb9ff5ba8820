"""Letting a mailing out: at its pace, asked again for each, stopped by hand or by itself."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from core import audit
from core.models import User
from core.states import TransitionNotAllowed, move
from mailing import audiences, hints, mailing_selectors
from mailing.addresses import BadAddress
from mailing.audiences import Audience, Envelope, NoLetter
from mailing.emails import mailing_paused
from mailing.enums import LetterStatus, MailingStatus, RecipientState
from mailing.models import Letter, Mailing, MailingRecipient
from mailing.placeholders import BadLetterText
from mailing.services import again, pace
from mailing.services.holding import drop_letters, hold_letters, letters_of
from mailing.services.mailing_rows import BAD_ADDRESS, ON_STOP_LIST, let_stand_in
from mailing.services.mailing_words import shelf_of
from mailing.services.suppression import suppressed_among
from mailing.values import Attachment

log = logging.getLogger(__name__)

Status = MailingStatus
CHUNK = 25  # the records of so many recipients are locked at a time
PACER_LOCK = 0x3A11
TOO_MANY_FAILURES = gettext_noop("Too many letters of this mailing could not be delivered.")
UNEXPECTED = gettext_noop("An unexpected error stopped this mailing; please tell the developers.")
STOPPED_BEFORE = gettext_noop("The mailing was stopped before this letter was sent.")
NOT_POSSIBLE = gettext_noop("The letter could not be written.")


@dataclass
class _Chunk:
    """What becomes of the rows of one step."""

    written: list[MailingRecipient] = field(default_factory=list)
    again: list[MailingRecipient] = field(default_factory=list)
    left_out: list[MailingRecipient] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows were dealt with."""
        return len(self.written) + len(self.again) + len(self.left_out)


def send_next(*, now: datetime, seconds: float = 20.0) -> int:
    """Put letters of mailings on their way, as many as are allowed now; returns how many.

    Begins mailings whose time has come, stops those of which too many letters fail, and ends those
    of which every recipient has a final state (E16). May run in any number of workers at once.
    """
    stop_at = time.monotonic() + seconds
    for number in _scheduled(now):
        _begin(number, now)
    sending = list(
        Mailing.objects.filter(status=Status.SENDING).order_by("pk").values_list("pk", flat=True)
    )
    going = [number for number in sending if _look(number, now)]
    written = 0
    while going and time.monotonic() < stop_at:
        for number in list(going):
            chunk = _step(number, now, sharers=len(going))
            written += len(chunk.written) + len(chunk.again)
            if not chunk.size:
                going.remove(number)
    for number in sending:
        _finish(number, now)
    if written:
        hints.letters_are_due()
    return written


def _scheduled(now: datetime) -> list[int]:
    waiting = Mailing.objects.filter(status=Status.SCHEDULED, released_at__lte=now)
    return list(waiting.order_by("released_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def _begin(number: int, now: datetime) -> None:
    mailing = _locked(number, Status.SCHEDULED)
    if mailing is not None:
        move(mailing, Status.SENDING, now=now, started_at=now)


def _locked(number: int, *statuses: str) -> Mailing | None:
    """The mailing if it is still there; who pauses it waits for this transaction."""
    rows = Mailing.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("author", "text").filter(pk=number, status__in=statuses).first()


def _step(number: int, now: datetime, *, sharers: int) -> _Chunk:
    try:
        return _write_chunk(number, now, sharers)
    except OperationalError:  # a lost connection, a circle of locks: the next round tries again
        log.warning("mailing %s: the database interrupted a step", number, exc_info=True)
        return _Chunk()
    except Exception:
        with suppress(TransitionNotAllowed):  # a person has paused it meanwhile
            pause(Mailing.objects.get(pk=number), reason=UNEXPECTED, actor=None, now=now)
        raise


@transaction.atomic
def _write_chunk(number: int, now: datetime, sharers: int) -> _Chunk:
    """A few letters, in one transaction with the deeds that belong to them.

    Of what the house allows, each of the mailings that are going takes its share.
    """
    chunk = _Chunk()
    if not _is_pacer():
        return chunk
    mailing = _locked(number, Status.SENDING)
    if mailing is None:
        return chunk
    allowed = pace.allowance(mailing, now)
    rows = _next_rows(mailing, min(allowed, CHUNK, max(1, allowed // sharers)))
    if not rows:
        return chunk
    audience = audiences.audience(mailing.audience)
    reasons = _reasons(mailing, audience, rows, now)
    files, shelf = files_of(mailing), shelf_of(mailing)
    for row in rows:
        if sentence := reasons.get(row.pk, ""):
            _leave(row, sentence, chunk, now)
        elif row.letter is not None:
            row.written_at = now
            chunk.again.append(row)
        else:
            envelope = Envelope(key_of(row), mailing.letter, shelf, files)
            _write(row, mailing, audience, envelope, chunk, now)
    _keep(chunk)
    if chunk.left_out:
        let_stand_in(mailing, chunk.left_out)
    return chunk


def _is_pacer() -> bool:
    """One worker at a time counts what is allowed and uses it; the others go on without."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PACER_LOCK])
        return bool(cursor.fetchone()[0])


def _next_rows(mailing: Mailing, most: int) -> list[MailingRecipient]:
    """Letters that were held, then rows without a letter; those that somebody changes wait."""
    if most <= 0:
        return []
    waiting = mailing.recipients.chosen().filter(
        Q(letter__isnull=True) | Q(letter__status=LetterStatus.HELD)
    )
    rows = waiting.select_for_update(of=("self",), skip_locked=True).for_table()
    return list(rows.order_by(F("letter").asc(nulls_last=True), "pk")[:most])


def _reasons(
    mailing: Mailing, audience: Audience, rows: list[MailingRecipient], now: datetime
) -> dict[int, str]:
    """Of which rows the letter must not go any more, and why (E13)."""
    stopped = suppressed_among([row.email for row in rows])
    reasons = {row.pk: ON_STOP_LIST for row in rows if row.email.lower() in stopped}
    return reasons | dict(audience.still(rows, mailing.wish, letter=mailing.letter, now=now))


def _write(
    row: MailingRecipient,
    mailing: Mailing,
    audience: Audience,
    envelope: Envelope,
    chunk: _Chunk,
    now: datetime,
) -> None:
    try:
        with transaction.atomic():
            row.letter = audience.write(row, mailing.wish, envelope, actor=mailing.author, now=now)
            if row.came_back_id:
                Letter.objects.filter(pk=row.letter.pk).update(repeats=row.came_back_id)
    except NoLetter as error:
        _leave(row, error.sentence, chunk, now)
    except BadAddress:
        _leave(row, BAD_ADDRESS, chunk, now)
    except BadLetterText:
        _leave(row, NOT_POSSIBLE, chunk, now)
    else:
        row.written_at = now
        chunk.written.append(row)


def _leave(row: MailingRecipient, sentence: str, chunk: _Chunk, now: datetime) -> None:
    row.why_not, row.left_out_at = sentence, now
    chunk.left_out.append(row)


def _keep(chunk: _Chunk) -> None:
    MailingRecipient.objects.bulk_update([*chunk.written, *chunk.again], ["letter", "written_at"])
    MailingRecipient.objects.bulk_update(chunk.left_out, ["why_not", "left_out_at"])
    held = Letter.objects.filter(status=LetterStatus.HELD)
    going = held.filter(pk__in=[row.letter_id for row in chunk.again])
    going.filter(first_tried_at=None).update(status=LetterStatus.QUEUED)
    going.exclude(first_tried_at=None).update(status=LetterStatus.RETRY)
    dropped = held.filter(pk__in=[row.letter_id for row in chunk.left_out if row.letter_id])
    dropped.filter(is_unclear=True).update(status=LetterStatus.AMBIGUOUS)
    dropped.update(status=LetterStatus.CANCELLED, error="not needed any more")


def key_of(row: MailingRecipient) -> str:
    """The key of the letter: written once, whoever writes it; after one that came back, anew."""
    own = f"mailing.{row.mailing_id}.{row.key}"
    return f"{own}.{row.came_back_id}" if row.came_back_id else own


def files_of(mailing: Mailing) -> list[Attachment]:
    """The files that go with each letter, by number: their bytes are kept once."""
    names = mailing.attachments.order_by("pk").values_list("pk", "name", "content_type")
    return [Attachment(name, b"", kind, shared=number) for number, name, kind in names]


@transaction.atomic
def _look(number: int, now: datetime) -> bool:
    """Whether the mailing goes on; above a failure rate it stops by itself and tells (E16).

    Where nothing is left to be stopped it ends instead, e.g. when a second try failed once more.
    """
    mailing = _locked(number, Status.SENDING)
    if mailing is None:
        return False
    ended, failed = mailing_selectors.ended_and_failed(mailing)
    ended, failed = ended - mailing.known_ended, failed - mailing.known_failed
    if ended < settings.MAILING_PAUSE_AFTER or failed <= settings.MAILING_PAUSE_ABOVE * ended:
        return True
    if mailing_selectors.is_settled(mailing):
        return True
    pause(mailing, reason=TOO_MANY_FAILURES, actor=None, now=now)
    mailing_paused(mailing, ended=ended, failed=failed, now=now)
    return False


@transaction.atomic
def _finish(number: int, now: datetime) -> None:
    mailing = _locked(number, Status.SENDING)
    if mailing is not None and mailing_selectors.is_settled(mailing):
        move(mailing, Status.FINISHED, now=now, finished_at=now)


@transaction.atomic
def pause(mailing: Mailing, *, actor: User | None, now: datetime, reason: str = "") -> Mailing:
    """From now on no letter of it leaves, but for those that a worker is sending (FT-38).

    Raises `TransitionNotAllowed` when it is not going out.
    """
    move(
        mailing,
        Status.PAUSED,
        actor=actor,
        now=now,
        paused_at=now,
        paused_by=actor,
        pause_reason=reason,
    )
    hold_letters(mailing)
    return mailing


@transaction.atomic
def go_on(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """The rest goes out: each recipient is asked again, at the pace of the mailing.

    Failures that are known by now do not stop it once more. Raises `LetterNotForAudience` to
    whoever may not write to these people, and `TransitionNotAllowed`.
    """
    audiences.check_may_write(mailing.audience, mailing.letter, actor)
    ended, failed = mailing_selectors.ended_and_failed(mailing)
    return move(
        mailing,
        Status.SENDING,
        actor=actor,
        now=now,
        paused_at=None,
        paused_by=None,
        pause_reason="",
        known_ended=ended,
        known_failed=failed,
    )


@transaction.atomic
def stop_rest(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """What has not gone out will not go. Of a paused mailing; raises `TransitionNotAllowed`."""
    move(mailing, Status.STOPPED, actor=actor, now=now, finished_at=now)
    drop_letters(mailing)
    mailing.recipients.planned().update(why_not=STOPPED_BEFORE, left_out_at=now)
    return mailing


@transaction.atomic
def retry_failed(mailing: Mailing, *, actor: User, now: datetime) -> int:
    """Try once more where it failed, and nowhere else (E6); returns how many.

    Those that failed, those that came back from an address which is not on the stop list, and those
    whose address was corrected since. They are asked again, at the pace of the mailing. Pressed
    twice, the second finds nothing. Raises `LetterNotForAudience`, and `TransitionNotAllowed` when
    it was stopped or has not begun.
    """
    audiences.check_may_write(mailing.audience, mailing.letter, actor)
    fresh = _locked(mailing.pk, Status.SENDING, Status.PAUSED, Status.FINISHED)
    if fresh is None:
        raise TransitionNotAllowed(mailing, Status.SENDING)
    moved = again.to_corrected_addresses(fresh, now=now)
    failures = mailing_selectors.failed_rows(fresh).select_for_update(of=("self",))
    rows = list(failures.select_related("letter"))
    many = len(rows) + moved
    if not many:
        return 0
    failed = [row.letter for row in rows if row.letter and row.state == RecipientState.FAILED]
    letters_of(fresh).filter(
        pk__in=[letter.pk for letter in failed], status=LetterStatus.FAILED
    ).update(status=LetterStatus.HELD, first_tried_at=None, not_before=None, is_unclear=False)
    _write_anew([row for row in rows if row.state == RecipientState.BOUNCED], now)
    if fresh.status == Status.FINISHED:
        ended, lost = mailing_selectors.ended_and_failed(fresh)
        changes = {"finished_at": None, "known_ended": ended, "known_failed": lost}
        move(fresh, Status.SENDING, actor=actor, now=now, **changes)
    audit.record(
        action="mailing.mailing.retried", target=fresh, actor=actor, now=now, many=many, moved=moved
    )
    mailing.refresh_from_db()
    return many


def _write_anew(rows: list[MailingRecipient], now: datetime) -> None:
    """The same letter once more, as a new one: the provider has taken the first already."""
    for row in rows:
        if row.letter is not None:
            copy = again.copy_of(row.letter, status=LetterStatus.HELD, now=now)
            row.letter, row.written_at = copy, now
    MailingRecipient.objects.bulk_update(rows, ["letter", "written_at"])
