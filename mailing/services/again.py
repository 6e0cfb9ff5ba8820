"""Sending once more what came back, never to an address that has the letter (E6, E10).

A letter that came back stays as it was. Another one takes its place and names it (`repeats`), once:
the database keeps it so. In a mailing, the address is corrected at the record, and the audience
writes the letter anew, with links that belong to the new address. A letter of no mailing goes as it
was to the address that a person types, unless it holds a personal link or a code: those belong to
the address that they were made for.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import User
from mailing import audiences, hints, mailing_selectors, registry, rendering, sealing, unsubscribe
from mailing.addresses import BadAddress, one_address
from mailing.audiences import BadWish, Candidate, UnknownAudience
from mailing.enums import LetterStatus
from mailing.models import Letter, LetterAttachment, ListedRecipient, Mailing, MailingRecipient
from mailing.placeholders import one_line
from mailing.selectors import LOST
from mailing.services.mailing_words import WordsInUse
from mailing.services.suppression import suppressed_among

# Of these we know, or must suppose, that the letter is at the address or on its way there.
HAS_IT = (
    LetterStatus.DRAFT,
    LetterStatus.QUEUED,
    LetterStatus.HELD,
    LetterStatus.RETRY,
    LetterStatus.SENDING,
    LetterStatus.ACCEPTED,
    LetterStatus.DELIVERED,
    LetterStatus.COMPLAINED,
    LetterStatus.AMBIGUOUS,
)
NOT_LOST = _("Only a letter that came back is sent again in this way.")
OF_A_MAILING = _(
    "This letter belongs to a mailing. Correct the address at the record, then press on the page "
    "of the mailing: send again to the failed only."
)
IS_REPEATED = _("This letter was sent again already. Look at the newer one.")
HAS_SECRETS = _(
    "The letter holds a personal link or a code that was made for its own address. Correct the "
    "address at the record and send a new link from there."
)
IS_STOPPED = _("This address is on the stop list. Type another one, or take it off the list first.")
ON_LISTS = "mailing/list"
ON_LIST_ALREADY = _("This address stands on the list already.")
ARRIVED_THERE = _("The same letter is at this address already, or on its way there.")


class CannotRepeat(Exception):
    """The letter is not sent again. `message`: why, a sentence for staff."""

    def __init__(self, message: str | Promise):
        self.message = str(message)
        super().__init__(self.message)


def why_no_repeat(letter: Letter) -> str:
    """Why this letter is not sent again to an address that a person types, or ""."""
    if letter.status != LetterStatus.BOUNCED:
        return str(NOT_LOST)
    if MailingRecipient.objects.filter(letter=letter).exists():
        return str(OF_A_MAILING)
    is_repeated = Letter.objects.filter(repeats=letter).exists()
    return str(IS_REPEATED) if is_repeated else ""


@transaction.atomic
def send_again(letter: Letter, *, email: str, actor: User, now: datetime) -> Letter:
    """A letter that came back goes once more, to the address that is typed; returns the new one.

    Raises `CannotRepeat`, `BadAddress`.
    """
    first = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if sentence := why_no_repeat(first):
        raise CannotRepeat(sentence)
    address = one_address(email)
    is_other = address.lower() != first.to.lower()
    if is_other and first.secrets.keys() - {rendering.UNSUBSCRIBE}:
        raise CannotRepeat(HAS_SECRETS)
    if suppressed_among([address]) and (first.is_bulk or not is_other):
        raise CannotRepeat(IS_STOPPED)
    if _is_there(first, address):
        raise CannotRepeat(ARRIVED_THERE)
    copy = copy_of(first, status=LetterStatus.QUEUED, now=now, to=address)
    audit.record(
        action="mailing.letter.sent_again", target=copy, actor=actor, now=now, repeats=first.pk
    )
    hints.letter_is_due(copy.pk)
    return copy


@transaction.atomic
def put_aside(letter: Letter, *, actor: User, now: datetime) -> Letter:
    """A letter that did not arrive needs nothing more: it waits for nobody any longer.

    Said twice, the first counts. Raises `CannotRepeat` of another letter.
    """
    found = Letter.objects.filter(pk=letter.pk, status__in=LOST)
    if not found.exists():
        raise CannotRepeat(NOT_LOST)
    if found.filter(put_aside_at=None).update(put_aside_at=now):
        audit.record(action="mailing.letter.put_aside", target=letter, actor=actor, now=now)
    letter.refresh_from_db()
    return letter


def line_of(letter: Letter) -> ListedRecipient | None:
    """The line of a list that a letter of a mailing went to: its address is corrected here."""
    row = MailingRecipient.objects.filter(letter=letter).select_related("mailing").first()
    if row is None or row.mailing.audience != ON_LISTS or letter.status not in LOST:
        return None
    kept = ListedRecipient.objects.filter(of__kept_at__isnull=False, of__dropped_at=None)
    return kept.filter(pk=int(row.key)).first()


@transaction.atomic
def correct_on_list(letter: Letter, *, email: str, actor: User, now: datetime) -> Mailing:
    """The address of a list is another one: the mailing can be sent again to it; returns which.

    Raises `CannotRepeat`, `BadAddress`.
    """
    line = line_of(letter)
    if line is None:
        raise CannotRepeat(OF_A_MAILING)
    address = one_address(email)
    if suppressed_among([address]):
        raise CannotRepeat(IS_STOPPED)
    if ListedRecipient.objects.filter(of=line.of_id, email__iexact=address).exists():
        raise CannotRepeat(ON_LIST_ALREADY)
    ListedRecipient.objects.filter(pk=line.pk).update(email=address)
    mailing = Mailing.objects.get(recipients__letter=letter)
    audit.record(action="mailing.mailing.address_corrected", target=mailing, actor=actor, now=now)
    return mailing


def _is_there(letter: Letter, address: str) -> bool:
    same = Letter.objects.filter(letter=letter.letter, subject=letter.subject, status__in=HAS_IT)
    same = same.filter(stored_text=letter.stored_text, about_type=letter.about_type_id)
    there = same.annotate(address=Lower("to")).filter(address=address.lower())
    return there.filter(about_id=letter.about_id).exclude(pk=letter.pk).exists()


def copy_of(first: Letter, *, status: LetterStatus, now: datetime, to: str = "") -> Letter:
    """A letter with the same words, links and files, that nobody has tried to send yet.

    To another address it has its own way to unsubscribe. In a transaction.
    """
    copy = Letter.objects.get(pk=first.pk)
    copy.pk, copy.uuid, copy.repeats = None, uuid4(), first
    copy.key = f"{first.key[:180]}.again.{first.pk}"
    copy.status, copy.created_at, copy.is_unclear = status, now, False
    copy.attempts, copy.error, copy.provider, copy.provider_id = 0, "", "", ""
    copy.first_tried_at = copy.accepted_at = copy.not_before = copy.put_aside_at = None
    if to and to != first.to:
        copy.to = to
        secrets = first.secrets
        if rendering.UNSUBSCRIBE in secrets:
            secrets = {rendering.UNSUBSCRIBE: unsubscribe.url_for(copy.uuid, copy.language)}
        copy.sealed = sealing.seal(secrets)
    copy.save(force_insert=True)
    files = list(first.attachments.order_by("pk"))
    for file in files:
        file.pk, file.letter = None, copy
    LetterAttachment.objects.bulk_create(files)
    return copy


@dataclass(frozen=True)
class _Move:
    """A row whose letter did not arrive, with what the record says today."""

    row: MailingRecipient
    candidate: Candidate


def to_corrected_addresses(mailing: Mailing, *, now: datetime) -> int:
    """Rows whose letter did not arrive and whose address was corrected wait for a letter anew.

    It is written at their turn, when the audience is asked once more. In a transaction that holds
    the mailing; returns how many.
    """
    moves = _moves(mailing, now=now, lock=True)
    for move in moves:
        row, one = move.row, move.candidate
        Letter.objects.filter(recipient=row, status=LetterStatus.FAILED).update(
            status=LetterStatus.CANCELLED
        )
        row.came_back, row.letter, row.written_at = row.letter, None, None
        row.email, row.name = one.email, one_line(one.name)[:160]
        row.salutation = one_line(one.salutation)[:160]
    fields = ["came_back", "letter", "written_at", "email", "name", "salutation"]
    MailingRecipient.objects.bulk_update([move.row for move in moves], fields)
    return len(moves)


def how_many(mailing: Mailing, *, now: datetime) -> int:
    """To how many recipients a mailing can be sent again: to those who do not have the letter."""
    moved = {move.row.pk for move in _moves(mailing, now=now, lock=False)}
    return len(moved | set(mailing_selectors.failed_rows(mailing).values_list("pk", flat=True)))


def _moves(mailing: Mailing, *, now: datetime, lock: bool) -> list[_Move]:
    lost = mailing_selectors.lost_rows(mailing).for_table().order_by("pk")
    rows = list(lost.select_for_update(of=("self",)) if lock else lost)
    if not rows:
        return []
    found = _candidates(mailing, now)
    changed = [
        _Move(row, one)
        for row in rows
        if (one := found.get(row.key)) and one.email.lower() != row.email.lower()
    ]
    stopped = suppressed_among([move.candidate.email for move in changed])
    known = _at_addresses(mailing, found) if changed else set()
    words = WordsInUse(mailing)
    moves = []
    for move in changed:
        letter = _said(words, move.candidate, move.candidate.email)
        if move.candidate.email.lower() in stopped or not _is_plain(move.candidate.email):
            continue
        if registry.kind(mailing.letter).has_own_words and letter in known:
            continue
        known.add(letter)
        moves.append(move)
    return moves


def _candidates(mailing: Mailing, now: datetime) -> dict[str, Candidate]:
    """Whom the audience holds today, by key; nobody where it cannot be asked any more."""
    try:
        audience = audiences.audience(mailing.audience)
        asked = audience.candidates(
            mailing.wish, letter=mailing.letter, actor=mailing.author, now=now
        )
        return {one.key: one for one in asked}
    except (BadWish, UnknownAudience):
        return {}


def _at_addresses(mailing: Mailing, found: dict[str, Candidate]) -> set[tuple[str, ...]]:
    """What other letters of the mailing say at which address, or are to say there."""
    words = WordsInUse(mailing)
    others = mailing.recipients.chosen().exclude(pk__in=mailing_selectors.lost_rows(mailing))
    return {
        _said(words, found[key], email)
        for key, email in others.values_list("key", "email")
        if key in found
    }


def _said(words: WordsInUse, one: Candidate, email: str) -> tuple[str, ...]:
    return (email.lower(), one.language, *words.said(one.values, one.language))


def _is_plain(email: str) -> bool:
    try:
        one_address(email)
    except BadAddress:
        return False
    return True
