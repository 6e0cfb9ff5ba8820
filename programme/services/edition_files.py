"""Documents and signs of an edition: added, replaced by a newer file, or an older one again."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from core import audit, uploads
from core.models import StoredFile, User
from programme.enums import EditionFileKind
from programme.models import Edition, EditionFile, EditionFileVersion

KINDS = {EditionFileKind.LOGO: ("image",)}


def accepted_kinds(kind: str) -> tuple[str, ...]:
    """A sign is a picture; everything else is a PDF."""
    return KINDS.get(EditionFileKind(kind), ("pdf",))


@transaction.atomic
def add_file(
    edition: Edition, *, file: File, fields: dict[str, object], actor: User, now: datetime
) -> EditionFile:
    """A new document or sign; the public sees it once it has been found clean.

    `fields` are kind, language, titles in three languages and whether it is shown.
    Raises `core.uploads.FileRefused`.
    """
    last = edition.files.aggregate(last=Max("position"))["last"] or 0
    record = EditionFile.objects.create(edition=edition, position=last + 1, **fields)
    _new_version(record, _store(record, file, actor, now), actor=actor, now=now)
    _record("added", record, actor, now)
    return record


@transaction.atomic
def replace_file(record: EditionFile, *, file: File, actor: User, now: datetime) -> None:
    """A newer file under the same title and address; the older one is kept for staff."""
    EditionFile.objects.select_for_update().get(pk=record.pk)
    version = _new_version(record, _store(record, file, actor, now), actor=actor, now=now)
    _record("replaced", record, actor, now, version=version.number)


@transaction.atomic
def bring_file_back(version: EditionFileVersion, *, actor: User, now: datetime) -> None:
    """Show an older file again, as a new version."""
    record = EditionFile.objects.select_for_update().get(pk=version.file_id)
    newest = _new_version(record, version.stored, actor=actor, now=now)
    _record("brought_back", record, actor, now, version=newest.number, of=version.number)


@transaction.atomic
def change_file(
    record: EditionFile, *, fields: dict[str, object], actor: User, now: datetime
) -> None:
    """Titles, language, order, whether it is shown."""
    changed = [name for name, value in fields.items() if getattr(record, name) != value]
    for name, value in fields.items():
        setattr(record, name, value)
    record.full_clean()
    record.save(update_fields=list(fields))
    if changed:
        _record("changed", record, actor, now, fields=sorted(changed))


def _store(record: EditionFile, file: File, actor: User, now: datetime) -> StoredFile:
    return uploads.store(
        file, owner=actor.email, now=now, kinds=accepted_kinds(record.kind), is_of_staff=True
    )


def _new_version(
    record: EditionFile, stored: StoredFile, *, actor: User, now: datetime
) -> EditionFileVersion:
    last = record.versions.aggregate(last=Max("number"))["last"] or 0
    return EditionFileVersion.objects.create(
        file=record, number=last + 1, stored=stored, uploaded_by=actor, uploaded_at=now
    )


def _record(deed: str, record: EditionFile, actor: User, now: datetime, **data: object) -> None:
    audit.record(
        action=f"programme.editionfile.{deed}", target=record, actor=actor, now=now, **data
    )
