"""What one recipient of a mailing would get: to be looked at, and sent to oneself as a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.models import User
from mailing import audiences
from mailing.addresses import BadAddress
from mailing.audiences import Envelope, NoLetter
from mailing.models import Letter, Mailing, MailingRecipient
from mailing.placeholders import BadLetterText
from mailing.services.mailing_rows import BAD_ADDRESS
from mailing.services.mailing_sending import NOT_POSSIBLE, files_of, key_of
from mailing.services.mailing_words import shelf_of
from mailing.services.mailings import hold_open
from mailing.services.texts import copy_as_test, make_test, pieces_of


@dataclass(frozen=True)
class MailingPreview:
    """One letter of a mailing before it is written: byte for byte what will be delivered.

    `text` and `html` have markers in the place of links; `shown_text` and `shown_html` are for
    eyes. `pieces` are the text once more: (words, whether they came from a placeholder).
    """

    to: str
    language: str
    subject: str
    text: str
    html: str
    shown_text: str
    shown_html: str
    files: tuple[str, ...]
    pieces: tuple[tuple[str, bool], ...]


@contextmanager
def _as_if_written(row: MailingRecipient, now: datetime) -> Iterator[Letter]:
    """The letter of this recipient, with the deed that belongs to it; then nothing of it was."""
    mailing = row.mailing
    if row.letter is not None:
        yield row.letter
        return
    with transaction.atomic():
        audience = audiences.audience(mailing.audience)
        envelope = Envelope(key_of(row), mailing.letter, shelf_of(mailing), files_of(mailing))
        try:
            with transaction.atomic():
                letter = audience.write(row, mailing.wish, envelope, actor=mailing.author, now=now)
        except BadAddress as error:
            raise NoLetter(BAD_ADDRESS) from error
        except BadLetterText as error:
            raise NoLetter(NOT_POSSIBLE) from error
        yield letter
        transaction.set_rollback(True)


def preview_for(row: MailingRecipient, *, now: datetime) -> MailingPreview:
    """What this recipient would get (P26, E2). Raises `NoLetter`.

    The very deed is done and taken back, so the page that shows it answers a POST.
    """
    with _as_if_written(row, now) as letter:
        files = tuple(letter.attachments.order_by("pk").values_list("name", flat=True))
        if row.letter is None:
            letter.pk = None  # its row is taken back, so it has no number of its own
        return MailingPreview(
            to=letter.to,
            language=letter.language,
            subject=letter.subject,
            text=letter.stored_text,
            html=letter.stored_html,
            shown_text=letter.shown_text,
            shown_html=letter.shown_html,
            files=files,
            pieces=tuple(pieces_of(letter, shelf_of(row.mailing))),
        )


@transaction.atomic
def note_preview(mailing: Mailing, *, actor: User, now: datetime) -> Mailing:
    """A person has looked at a letter of it as it is now. Raises `NotOpen`."""
    hold_open(mailing)
    mailing.previewed_at = now
    mailing.save(update_fields=["previewed_at"])
    return mailing


@transaction.atomic
def send_test_of(row: MailingRecipient, *, actor: User, now: datetime) -> Letter:
    """Send to oneself what this recipient would get, marked TEST; changes nothing else (E4, P26).

    Its links are samples. Raises `NoLetter`.
    """
    mailing = row.mailing
    with _as_if_written(row, now) as letter:
        copy = copy_as_test(letter, key=key_of(row), actor=actor, now=now)
    test = make_test(copy)
    if mailing.is_open_for_changes:
        hold_open(mailing)
        mailing.tested_at = now
        mailing.save(update_fields=["tested_at"])
    return test
