"""Lists of recipients: looked at first, then kept whole or not at all (SEC-X3, X4, X9)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core import audit, imports
from core.brought_tables import AlreadyDone, known_columns, left_out_after, rows_of
from core.models import User
from core.verdicts import counts_of
from mailing.models import ListedRecipient, RecipientList
from mailing.recipient_columns import guess
from mailing.services.recipient_verdicts import State, Verdict, verdicts_of

BATCH = 1_000


class NoAddressColumn(Exception):
    """Nobody has said in which column the e-mail addresses stand."""


class NobodyLeft(Exception):
    """Not one line of the list could be kept."""


def prepare_list(
    *, title: str, name: str, content: bytes, actor: User, now: datetime
) -> RecipientList:
    """Hold a file to be looked at, with a guess at its columns. Raises `ImportRefused`."""
    encoding, rows = imports.first_look(content)
    with transaction.atomic():
        record = RecipientList.objects.create(
            title=title,
            name=name[-200:],
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            encoding=encoding,
            columns=guess(list(rows[0]) if rows else []),
            actor=actor,
            prepared_at=now,
        )
        audit.record(action="mailing.recipientlist.prepared", target=record, actor=actor, now=now)
    return record


@transaction.atomic
def set_columns(
    record: RecipientList, *, columns: Mapping[str, str], encoding: str, language: str
) -> RecipientList:
    """Say which column is which. Raises `AlreadyDone`, `NoAddressColumn`, `ImportRefused`."""
    record = _still_waiting(record)
    if not columns.get("email"):
        raise NoAddressColumn
    rows = rows_of(record, encoding)
    record.columns = known_columns(columns, rows)
    record.encoding, record.language = encoding, language
    record.save(update_fields=["columns", "encoding", "language"])
    return record


@transaction.atomic
def set_left_out(record: RecipientList, *, left_out: Mapping[int, bool]) -> RecipientList:
    """Which lines are left out; lines that are not named stay as they were."""
    record = _still_waiting(record)
    record.left_out = left_out_after(record.left_out, left_out)
    record.save(update_fields=["left_out"])
    return record


def preview(record: RecipientList) -> list[Verdict]:
    """What keeping the list would make of each line; writes nothing. Raises `AlreadyDone`."""
    return verdicts_of(record, rows_of(record))


def keep_list(record: RecipientList, *, actor: User, now: datetime) -> dict[str, int]:
    """Keep the lines that the preview takes; the file goes. Raises `AlreadyDone`, `NobodyLeft`.

    Returns how many lines were of each state.
    """
    rows = rows_of(record)  # may take seconds: before the transaction
    with transaction.atomic():
        record = _still_waiting(record)
        verdicts = verdicts_of(record, rows)
        people = [_recipient(record, each) for each in verdicts if each.state == State.TAKEN]
        if not people:
            raise NobodyLeft
        ListedRecipient.objects.bulk_create(people, batch_size=BATCH)
        record.counts = counts_of(verdicts)
        record.kept_at, record.content = now, None
        record.save(update_fields=["counts", "kept_at", "content"])
        audit.record(
            action="mailing.recipientlist.kept",
            target=record,
            actor=actor,
            now=now,
            **record.counts,
        )
    return record.counts


def _recipient(record: RecipientList, verdict: Verdict) -> ListedRecipient:
    return ListedRecipient(
        of=record,
        line=verdict.line,
        email=verdict.email,
        name=verdict.name,
        language=verdict.language,
        form_of_address=verdict.form_of_address,
        salutation=verdict.salutation,
    )


@transaction.atomic
def drop_list(record: RecipientList, *, actor: User, now: datetime) -> RecipientList:
    """Throw a list and its people away. Letters that were written stay. Raises `AlreadyDone`."""
    record = RecipientList.objects.select_for_update().get(pk=record.pk)
    if record.dropped_at is not None:
        raise AlreadyDone
    record.rows.all().delete()
    record.dropped_at, record.content, record.left_out = now, None, []
    record.save(update_fields=["dropped_at", "content", "left_out"])
    audit.record(action="mailing.recipientlist.dropped", target=record, actor=actor, now=now)
    return record


def _still_waiting(record: RecipientList) -> RecipientList:
    record = RecipientList.objects.select_for_update().get(pk=record.pk)
    if not record.is_waiting:
        raise AlreadyDone
    return record
