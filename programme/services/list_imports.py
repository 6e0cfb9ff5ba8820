"""Lists of members and of contacts: looked at first, then written whole or not at all."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction

from core import audit, imports
from core.brought_tables import AlreadyDone, known_columns, left_out_after, rows_of
from core.models import User
from core.verdicts import counts_of
from programme.enums import ContactRole
from programme.list_columns import guess
from programme.models import Contact, ListImport, Membership, Organisation
from programme.services.list_verdicts import WRITTEN, State, Verdict, verdicts_of
from programme.services.people import organisation_for_gmina


class NothingToTellBy(Exception):
    """Neither a column with the code nor one with the name of the gmina is chosen."""


def prepare_list(
    kind: str, *, name: str, content: bytes, as_of: date, actor: User, now: datetime
) -> ListImport:
    """Keep a list and guess its columns. Raises `ImportRefused` for a file that cannot be read."""
    encoding, rows = imports.first_look(content)
    headings = list(rows[0]) if rows else []
    with transaction.atomic():
        record = ListImport.objects.create(
            kind=kind,
            name=name[-200:],
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            as_of=as_of,
            encoding=encoding,
            columns=guess(kind, headings),
            actor=actor,
            prepared_at=now,
        )
        audit.record(
            action="programme.listimport.prepared", target=record, actor=actor, now=now, kind=kind
        )
    return record


@transaction.atomic
def set_columns(record: ListImport, *, columns: Mapping[str, str], encoding: str) -> ListImport:
    """Say which column is which. Raises `AlreadyDone`, `NothingToTellBy`, `ImportRefused`."""
    record = _still_waiting(record)
    if not columns.get("teryt") and not columns.get("name"):
        raise NothingToTellBy
    rows = rows_of(record, encoding)
    record.columns = known_columns(columns, rows)
    record.encoding = encoding
    record.save(update_fields=["columns", "encoding"])
    return record


@transaction.atomic
def set_choices(
    record: ListImport, *, chosen: Mapping[int, int | None], left_out: Mapping[int, bool]
) -> ListImport:
    """Which gmina a row means, and which rows are left out; rows not named stay as they were."""
    record = _still_waiting(record)
    kept = dict(record.chosen)
    for line, gmina in chosen.items():
        kept.pop(str(line), None)
        if gmina is not None:
            kept[str(line)] = gmina
    record.chosen = kept
    record.left_out = left_out_after(record.left_out, left_out)
    record.save(update_fields=["chosen", "left_out"])
    return record


def preview(record: ListImport) -> list[Verdict]:
    """What applying the list would do with each row; writes nothing. Raises `AlreadyDone`."""
    return verdicts_of(record, rows_of(record))


def apply_list(record: ListImport, *, actor: User, now: datetime) -> dict[str, int]:
    """Write what the preview shows, in one transaction; rows with an open question stay out.

    A second application of the same list changes nothing (X3). Raises `AlreadyDone`. Returns how
    many rows were of each state.
    """
    rows = rows_of(record)  # may take seconds: before the transaction
    with transaction.atomic():
        record = _still_waiting(record)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme.lists'))")
        verdicts = verdicts_of(record, rows)
        for verdict in verdicts:
            _write(record, verdict, actor)
        record.changes = counts_of(verdicts)
        record.applied_at, record.content = now, None
        record.save(update_fields=["changes", "applied_at", "content"])
        audit.record(
            action="programme.listimport.applied",
            target=record,
            actor=actor,
            now=now,
            kind=record.kind,
            **record.changes,
        )
    return record.changes


@transaction.atomic
def drop_list(record: ListImport, *, actor: User, now: datetime) -> ListImport:
    """Throw a list away. Raises `AlreadyDone`."""
    record = _still_waiting(record)
    record.dropped_at, record.content = now, None
    record.save(update_fields=["dropped_at", "content"])
    audit.record(action="programme.listimport.dropped", target=record, actor=actor, now=now)
    return record


def _still_waiting(record: ListImport) -> ListImport:
    record = ListImport.objects.select_for_update().get(pk=record.pk)
    if not record.is_waiting:
        raise AlreadyDone
    return record


def _write(record: ListImport, verdict: Verdict, actor: User) -> None:
    if verdict.ended is not None:
        verdict.ended.ended_on = record.as_of
        verdict.ended.save(update_fields=["ended_on"])
    elif record.kind == ListImport.Kind.CONTACTS:
        if verdict.state in WRITTEN:
            _write_contacts(record, verdict, actor)
    elif verdict.state in (State.NEW, State.UNCHANGED):
        _write_membership(record, verdict)


def _write_membership(record: ListImport, verdict: Verdict) -> None:
    """A new membership; a known one remembers the newest list that has it."""
    if verdict.gmina is None:
        return
    if verdict.state == State.NEW:
        Membership.objects.create(
            organisation=organisation_for_gmina(verdict.gmina),
            union=record.kind,
            as_of=record.as_of,
            source=record.name,
        )
        return
    Membership.objects.filter(
        organisation__gmina=verdict.gmina,
        union=record.kind,
        ended_on=None,
        as_of__lt=record.as_of,
    ).update(as_of=record.as_of, source=record.name)


def _write_contacts(record: ListImport, verdict: Verdict, actor: User) -> None:
    if verdict.gmina is None:
        return
    office = organisation_for_gmina(verdict.gmina)
    changed = [name for name, value in verdict.office.items() if getattr(office, name) != value]
    for name in changed:
        setattr(office, name, verdict.office[name])
    if changed:
        office.full_clean()
        office.save()
        audit.record(
            action="programme.organisation.changed",
            target=office,
            actor=actor,
            fields=sorted(changed),
            list=record.pk,
        )
    if verdict.head:
        _write_head(record, office, verdict, actor)


def _write_head(record: ListImport, office: Organisation, verdict: Verdict, actor: User) -> None:
    """The same person is corrected; another one replaces the head before, who stays on file."""
    head = verdict.known_head
    if head is None:
        office.contacts.filter(role=ContactRole.HEAD, is_active=True).update(is_active=False)
        head = Contact(organisation=office, role=ContactRole.HEAD, language="pl")
    changed = [name for name, value in verdict.head.items() if getattr(head, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(head, name, verdict.head[name])
    head.full_clean()
    head.save()
    audit.record(
        action="programme.contact.saved",
        target=head,
        actor=actor,
        role=str(ContactRole.HEAD),
        list=record.pk,
    )
