"""Loading the registers: first a plan, then everything at once or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from core import audit
from core.formats import day_in_warsaw
from core.models import User
from programme.models import Gmina, Hromada, RegisterImport
from programme.registers.rows import GminaRegister, GminaRow, HromadaRegister, HromadaRow
from programme.services.register_comparison import (
    GMINAS,
    HROMADAS,
    Comparison,
    Figures,
    Statuses,
)
from programme.services.register_plan import Plan


def gmina_fields(row: GminaRow) -> dict[str, Any]:
    """The columns of a gmina, those for search and order included."""
    return _with_search(
        Gmina,
        {
            "teryt": row.teryt,
            "name": row.name,
            "kind": row.kind,
            "powiat": row.powiat,
            "voivodeship": row.voivodeship,
            "voivodeship_code": row.voivodeship_code,
        },
    )


def hromada_fields(
    row: HromadaRow, kinds: Mapping[str, str], names_en: Mapping[str, str]
) -> dict[str, Any]:
    """The columns of a hromada; kind and Latin name of a table go before those of the codifier."""
    return _with_search(
        Hromada,
        {
            "katottg": row.katottg,
            "name": row.name,
            "name_en": names_en.get(row.katottg) or row.name_en,
            "kind": kinds.get(row.katottg, row.kind),
            "raion": row.raion,
            "oblast": row.oblast,
        },
    )


def _with_search(model: type[Gmina | Hromada], fields: dict[str, Any]) -> dict[str, Any]:
    unit = model(**fields)
    unit.fill_search()
    derived = {name: getattr(unit, name) for name in ("sort_key", "search_text", "area_text")}
    return fields | derived


def plan_gminas(register: GminaRegister, figures: Figures | None, *, limit: int) -> Plan:
    """What importing these gminas would change; writes nothing."""
    return Comparison(
        GMINAS, [gmina_fields(row) for row in register.rows], figures, None, limit
    ).plan


def plan_hromadas(
    register: HromadaRegister, figures: Figures | None, statuses: Statuses | None, *, limit: int
) -> Plan:
    """What importing these hromadas would change; writes nothing."""
    rows = _hromada_rows(register, figures)
    return Comparison(HROMADAS, rows, figures, statuses, limit).plan


@transaction.atomic
def import_gminas(
    register: GminaRegister,
    figures: Figures | None,
    *,
    limit: int,
    sources: Mapping[str, Mapping[str, str]],
    now: datetime,
    actor: User | None = None,
    prepared: RegisterImport | None = None,
) -> Plan:
    """Bring the register of gminas to the state of the file; a second time changes nothing."""
    _lock()
    rows = [gmina_fields(row) for row in register.rows]
    work = Comparison(GMINAS, rows, figures, None, limit)
    return _apply(work, register.as_of, sources, now, actor, prepared)


@transaction.atomic
def import_hromadas(
    register: HromadaRegister,
    figures: Figures | None,
    statuses: Statuses | None,
    *,
    limit: int,
    sources: Mapping[str, Mapping[str, str]],
    now: datetime,
    actor: User | None = None,
    prepared: RegisterImport | None = None,
) -> Plan:
    """Bring the register of hromadas to the state of the file; a second time changes nothing."""
    _lock()
    work = Comparison(HROMADAS, _hromada_rows(register, figures), figures, statuses, limit)
    as_of = register.as_of or day_in_warsaw(now)
    return _apply(work, as_of, sources, now, actor, prepared)


def describe(name: str, content: bytes) -> dict[str, str]:
    """What is kept of a file after its import: name and SHA-256."""
    return {"name": name[-200:], "sha256": hashlib.sha256(content).hexdigest()}


def _hromada_rows(register: HromadaRegister, figures: Figures | None) -> list[dict[str, Any]]:
    kinds = figures.table.kinds if figures else {}
    names_en = figures.table.names_en if figures else {}
    return [hromada_fields(row, kinds, names_en) for row in register.rows]


def _lock() -> None:
    """One import at a time; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme.registers'))")


def _apply(
    work: Comparison,
    as_of: date,
    sources: Mapping[str, Mapping[str, str]],
    now: datetime,
    actor: User | None,
    prepared: RegisterImport | None,
) -> Plan:
    if work.plan.is_empty and prepared is None:
        return work.plan
    work.write(as_of)
    record = prepared or RegisterImport(register=work.shape.register, prepared_at=now)
    record.actor, record.applied_at = actor, now
    record.sources, record.changes = dict(sources), work.plan.counts()
    record.population_on = work.figures.on if work.figures else None
    record.status_on = work.statuses.on if work.statuses else None
    record.save()
    audit.record(
        action="programme.register.imported",
        target=record,
        actor=actor,
        now=now,
        register=record.register,
        **record.changes,
    )
    return work.plan
