"""Who gets a mailing: worked out from its audience, row by row, with reasons (E20)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import uploads
from core.models import User
from mailing import audiences, mailing_selectors, registry
from mailing.addresses import BadAddress, one_address
from mailing.audiences import BadWish, Candidate
from mailing.models import Mailing, MailingAttachment, MailingRecipient
from mailing.placeholders import one_line
from mailing.services.mailing_words import WordsInUse
from mailing.services.mailings import NOT_LOOKED_AT, hold_open, note_hand
from mailing.services.suppression import suppressed_among

BATCH = 1_000
MOST_BYTES = 5_000_000
LANGUAGES = {code for code, _name in settings.LANGUAGES}
NO_ADDRESS = gettext_noop("There is no e-mail address on file.")
BAD_ADDRESS = gettext_noop("The address on file is not a plain e-mail address.")
ON_STOP_LIST = gettext_noop("The address is on the stop list.")
TWICE = gettext_noop("The same address stands in this mailing more than once.")
SAME_LETTER = gettext_noop("The very same letter goes to this address already.")
OTHER_LETTER = gettext_noop("Another letter waits in the outbox for this address.")
OTHER_MAILING = gettext_noop("Another mailing that has not gone out yet has this address.")
BOTH = gettext_noop(
    "Another letter waits in the outbox for this address, and another mailing has it as well."
)


@transaction.atomic
def work_out(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """Ask the audience anew; rows that were left out by hand stay so. Few queries for any number.

    Raises `NotOpen`, `BadWish`.
    """
    hold_open(mailing)
    by_hand = set(mailing.recipients.filter(is_left_out_by_hand=True).values_list("key", flat=True))
    audience = audiences.audience(mailing.audience)
    found = list(audience.candidates(mailing.wish, letter=mailing.letter, actor=actor, now=now))
    mailing.recipients.all().delete()
    MailingRecipient.objects.bulk_create(_rows(mailing, found, by_hand), batch_size=BATCH)
    mailing.worked_out_at = now
    mailing.save(update_fields=["worked_out_at"])
    return mailing


def _rows(
    mailing: Mailing, candidates: list[Candidate], by_hand: set[str]
) -> Iterator[MailingRecipient]:
    words = WordsInUse(mailing)
    verdicts = _verdicts(mailing, candidates, words, by_hand)
    judged = list(zip(candidates, verdicts, strict=True))
    planned = [one for one, why_not in judged if not why_not]
    seen = Counter(one.email.lower() for one in planned if one.key not in by_hand)
    addresses = {one.email.lower() for one in planned}
    others = mailing_selectors.contradicted(addresses, besides=mailing)
    for one, why_not in judged:
        address = one.email.lower()
        yield MailingRecipient(
            mailing=mailing,
            key=one.key,
            about_type=ContentType.objects.get_for_model(one.about) if one.about else None,
            about_id=one.about.pk if one.about else None,
            label=one_line(one.label),
            email=one.email,
            name=one_line(one.name)[:160],
            language=_language(one),
            salutation=one_line(one.salutation)[:160],
            why=one.why,
            why_not=why_not,
            warning="" if why_not else _warning(seen[address], others.get(address, set())),
            missing="" if why_not else ", ".join(words.gaps(one.values, _language(one)))[:300],
            is_left_out_by_hand=one.key in by_hand,
        )


def _language(one: Candidate) -> str:
    return one.language if one.language in LANGUAGES else settings.LANGUAGE_CODE


def _verdicts(
    mailing: Mailing, candidates: list[Candidate], words: WordsInUse, by_hand: set[str]
) -> list[str]:
    """Why each does not get the letter, or "".

    A notice goes to an address once, however many records stand for the person; where the words
    say something of the record, each of them has a letter of its own. One that is left out by hand
    has no letter, and keeps nobody else from it.
    """
    stopped = suppressed_among([one.email for one in candidates if not one.why_not])
    is_notice = registry.kind(mailing.letter).has_own_words
    known: set[tuple[str, ...]] = set()
    verdicts = []
    for one in candidates:
        why_not = one.why_not or _why_not(one.email, stopped)
        if is_notice and not why_not:
            language = _language(one)
            letter = (one.email.lower(), language, *words.said(one.values, language))
            why_not = SAME_LETTER if letter in known else ""
            if one.key not in by_hand:
                known.add(letter)
        verdicts.append(why_not)
    return verdicts


def let_stand_in(mailing: Mailing, left_out: Iterable[MailingRecipient]) -> None:
    """The same letter was left out for an address that gets none now: it takes the place (E13).

    In the step that has left out `left_out`. An address that still gets a letter is left alone.
    """
    addresses = {row.email.lower() for row in left_out}
    chosen = mailing.recipients.chosen().annotate(address=Lower("email"))
    served = chosen.filter(address__in=addresses).values_list("address", flat=True)
    same = mailing.recipients.filter(why_not=SAME_LETTER).annotate(address=Lower("email"))
    instead = same.filter(address__in=addresses - set(served))
    first = dict(instead.order_by("-pk").values_list("address", "pk"))
    MailingRecipient.objects.filter(pk__in=first.values()).update(why_not="")


def _judge_again(mailing: Mailing, email: str, *, actor: User, now: datetime) -> None:
    """Several records stand for this address: which of them has the letter now (E13).

    Only what the rules of `work_out()` say of the letter changes; nobody comes or goes.
    """
    together = mailing.recipients.filter(email__iexact=email)
    if together.count() < 2:
        return
    by_hand = set(together.filter(is_left_out_by_hand=True).values_list("key", flat=True))
    audience = audiences.audience(mailing.audience)
    found = audience.candidates(mailing.wish, letter=mailing.letter, actor=actor, now=now)
    same = [one for one in found if one.email.lower() == email.lower()]
    for judged in _rows(mailing, same, by_hand):
        together.filter(key=judged.key, why_not__in=("", SAME_LETTER)).update(
            why_not=judged.why_not, warning=judged.warning, missing=judged.missing
        )


def _why_not(email: str, stopped: set[str]) -> str:
    if not email:
        return NO_ADDRESS
    try:
        one_address(email)
    except BadAddress:
        return BAD_ADDRESS
    return ON_STOP_LIST if email.lower() in stopped else ""


def _warning(times: int, others: set[str]) -> str:
    if len(others) > 1:
        return BOTH
    if others:
        return OTHER_LETTER if "letter" in others else OTHER_MAILING
    return TWICE if times > 1 else ""


@transaction.atomic
def leave_out(row: MailingRecipient, *, actor: User, now: datetime) -> MailingRecipient:
    """This one does not get the letter. Raises `NotOpen`."""
    return _by_hand(row, True, actor=actor, now=now)


@transaction.atomic
def take_in(row: MailingRecipient, *, actor: User, now: datetime) -> MailingRecipient:
    """This one gets the letter after all, unless the rules say otherwise.

    Raises `NotOpen`; `BadWish` when the rules cannot be asked for an address of several records.
    """
    return _by_hand(row, False, actor=actor, now=now)


def _by_hand(
    row: MailingRecipient, is_left_out: bool, *, actor: User, now: datetime
) -> MailingRecipient:
    mailing = row.mailing
    hold_open(mailing)
    changed = MailingRecipient.objects.filter(pk=row.pk, is_left_out_by_hand=not is_left_out)
    if changed.update(is_left_out_by_hand=is_left_out):
        try:
            _judge_again(mailing, row.email, actor=actor, now=now)
        except BadWish:  # its list is in use no more: nobody stands in, and nobody comes back
            if not is_left_out:
                raise
        note_hand(mailing, actor=actor, now=now)
    row.is_left_out_by_hand = is_left_out
    return row


@transaction.atomic
def attach(
    mailing: Mailing, file: UploadedFile, *, actor: User, now: datetime
) -> MailingAttachment:
    """Send this file with every letter: PDF, JPG or PNG, at most 5 MB all together (E7).

    Raises `NotOpen`, `FileRefused`.
    """
    hold_open(mailing)
    taken = mailing.attachments.aggregate(bytes=Sum("size"))["bytes"] or 0
    if taken + (file.size or 0) > MOST_BYTES:
        raise uploads.FileRefused(
            _("All files of a letter together may have 5 MB. Send a smaller one.")
        )
    clean = uploads.inspect(file, kinds={"pdf", "image"}, max_bytes=MOST_BYTES)
    content = clean.read()
    kept = MailingAttachment.objects.create(
        mailing=mailing,
        name=clean.name or "",
        content_type=clean.content_type or "",
        content=content,
        size=len(content),
    )
    _look_again(mailing, actor=actor, now=now)
    return kept


@transaction.atomic
def detach(attachment: MailingAttachment, *, actor: User, now: datetime) -> None:
    """Do not send this file. Raises `NotOpen`."""
    mailing = attachment.mailing
    hold_open(mailing)
    attachment.delete()
    _look_again(mailing, actor=actor, now=now)


def _look_again(mailing: Mailing, *, actor: User, now: datetime) -> None:
    """A letter with other files wants another preview and test letter."""
    for field, value in NOT_LOOKED_AT.items():
        setattr(mailing, field, value)
    mailing.save(update_fields=list(NOT_LOOKED_AT))
    note_hand(mailing, actor=actor, now=now)
