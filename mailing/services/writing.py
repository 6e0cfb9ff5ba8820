"""Putting letters into the outbox, in the transaction of the deed that causes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.db import require_transaction
from mailing import hints, references, registry, rendering, sealing, texts, unsubscribe
from mailing.addresses import BadAddress, one_address
from mailing.models import Letter, LetterAttachment
from mailing.placeholders import BadLetterText, one_line, without_controls
from mailing.values import Addressee, Attachment

BATCH = 500
LANGUAGES = {code for code, _ in settings.LANGUAGES}


class KeyAlreadyUsed(ValueError):
    """This key belongs to a letter of another kind."""


@dataclass(frozen=True)
class Order:
    """One letter of a mailing: what `write()` takes, for `write_many()`."""

    key: str
    to: Addressee
    context: Mapping[str, object] = field(default_factory=dict)
    about: models.Model | None = None


def write(
    *,
    key: str,
    letter: str,
    to: Addressee,
    context: Mapping[str, object],
    now: datetime,
    send: bool = True,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    is_bulk: bool = False,
    about: models.Model | None = None,
    attachments: Sequence[Attachment] = (),
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    shelf: texts.Shelf | None = None,
) -> Letter:
    """Put one letter into the outbox; the same `key` gives the letter that is there already.

    `to` has `.email` and `.language`. `send=False` leaves a draft for a person. Not sent before
    `not_before`, nor after `not_after`. `shelf`: where the words come from, for one mailing the
    same. Needs a transaction. Raises `BadAddress`, `BadLetterText`,
    `registry.UnknownLetter`, `KeyAlreadyUsed`.
    """
    require_transaction("mailing.write()")
    record = _compose(
        Order(key, to, context, about),
        shelf=shelf or texts.Shelf(),
        letter=letter,
        now=now,
        send=send,
        not_before=not_before,
        not_after=not_after,
        is_bulk=is_bulk,
        calendar=calendar.decode() if calendar else "",
        calendar_method=calendar_method if calendar else "",
    )
    Letter.objects.bulk_create([record], ignore_conflicts=True)
    found = Letter.objects.get(key=key)
    if found.letter != letter:
        raise KeyAlreadyUsed(f"{key} is the key of a letter {found.letter}, not {letter}")
    if found.uuid != record.uuid:
        return found
    LetterAttachment.objects.bulk_create(
        [_attachment(found, attachment) for attachment in attachments]
    )
    if send and not is_bulk and (not_before is None or not_before <= now):
        hints.letter_is_due(found.pk)
    return found


def write_many(
    orders: Iterable[Order],
    *,
    letter: str,
    now: datetime,
    send: bool = False,
    not_before: datetime | None = None,
    is_bulk: bool = True,
) -> tuple[int, list[tuple[Order, str]]]:
    """Put a mailing into the outbox: how many are new, and whom we could not write to, with why.

    The whole of it in one transaction of the caller; letters whose key is known are left as they
    are. Nothing is sent by the way: workers are told once.
    """
    require_transaction("mailing.write_many()")
    refused: list[tuple[Order, str]] = []
    records: list[Letter] = []
    shelf = texts.Shelf()
    for order in orders:
        try:
            records.append(
                _compose(
                    order,
                    shelf=shelf,
                    letter=letter,
                    now=now,
                    send=send,
                    not_before=not_before,
                    not_after=None,
                    is_bulk=is_bulk,
                    calendar="",
                    calendar_method="",
                )
            )
        except (BadAddress, BadLetterText) as error:
            refused.append((order, str(error)))
    records.sort(key=lambda record: record.key)  # two mailings at once never wait in a circle
    written = 0
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        Letter.objects.bulk_create(batch, ignore_conflicts=True)
        written += Letter.objects.filter(uuid__in=[record.uuid for record in batch]).count()
    if send and written:
        hints.letters_are_due()
    return written, refused


def _compose(
    order: Order,
    *,
    shelf: texts.Shelf,
    letter: str,
    now: datetime,
    send: bool,
    not_before: datetime | None,
    not_after: datetime | None,
    is_bulk: bool,
    calendar: str,
    calendar_method: str,
) -> Letter:
    email = one_address(order.to.email)
    language = order.to.language if order.to.language in LANGUAGES else settings.LANGUAGE_CODE
    kind = registry.kind(letter)
    number = uuid4()
    context = dict(order.context)
    if unknown := context.keys() - kind.placeholders.keys():
        raise BadLetterText(f"{letter} has no placeholder {', '.join(sorted(unknown))}")
    if is_bulk:
        context[rendering.UNSUBSCRIBE] = unsubscribe.url_for(number, language)
    source = shelf.source(letter, language)
    compiled = rendering.compile_text(
        source.text,
        language,
        frozenset(kind.placeholders),
        is_bulk,
        settings.REPLY_TO_EMAIL,
    )
    words = rendering.render(
        compiled, context, language=language, seal=kind.sealed, links=kind.links
    )
    return Letter(
        key=order.key,
        uuid=number,
        letter=letter,
        to=email,
        to_name=_name_of(order.to),
        language=language,
        subject=words.subject,
        their_reference=references.known_for(email),
        stored_text=words.text,
        stored_html=words.html,
        sealed=sealing.seal(words.sealed),
        values=words.words,
        written_with=source.version,
        calendar=calendar,
        calendar_method=calendar_method,
        is_bulk=is_bulk,
        status=Letter.Status.QUEUED if send else Letter.Status.DRAFT,
        not_before=not_before,
        not_after=not_after,
        about_type=ContentType.objects.get_for_model(order.about) if order.about else None,
        about_id=order.about.pk if order.about else None,
        created_at=now,
    )


def _name_of(to: Addressee) -> str:
    name = getattr(to, "name", "") or getattr(to, "full_name", "")
    return one_line(without_controls(name))[:160] if isinstance(name, str) else ""


def _attachment(letter: Letter, attachment: Attachment) -> LetterAttachment:
    return LetterAttachment(
        letter=letter,
        name=safe_name(attachment.name),
        content_type=attachment.content_type,
        content=attachment.content,
        shared_id=attachment.shared,
    )


def safe_name(name: str) -> str:
    """A file name that is harmless wherever it is saved: no path, at most 100 characters (T5)."""
    plain = re.sub(r"[^\w.\- ]+", "_", name.replace("\\", "/").strip("/. "))
    path = PurePosixPath(plain or "attachment")
    suffix = path.suffix[:20]
    return path.name[: 100 - len(suffix)].removesuffix(suffix).strip() + suffix or "attachment"
