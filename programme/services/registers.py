"""Loading the registers: first a plan, then everything at once or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.counts import Count
from core.formats import day_in_warsaw
from core.models import User
from core.wiring import across_rooms
from programme.models import Gmina, Hromada, RegisterImport
from programme.registers import RegisterRefused
from programme.registers.rows import GminaRegister, GminaRow, HromadaRegister, HromadaRow
from programme.services.register_comparison import (
    GMINAS,
    HROMADAS,
    Comparison,
    Figures,
    Statuses,
)
from programme.services.register_plan import EditionLimit, Plan

KNOWN_AT_LEAST_PERCENT = 95


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


def plan_gminas(
    register: GminaRegister,
    figures: Figures | None,
    *,
    limit: int,
    editions: Sequence[EditionLimit] = (),
) -> Plan:
    """What importing these gminas would change; writes nothing."""
    return _compare_gminas(register, figures, limit, editions).plan


def plan_hromadas(
    register: HromadaRegister,
    figures: Figures | None,
    statuses: Statuses | None,
    *,
    limit: int,
    editions: Sequence[EditionLimit] = (),
) -> Plan:
    """What importing these hromadas would change; writes nothing."""
    return _compare_hromadas(register, figures, statuses, limit, editions).plan


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
    editions: Sequence[EditionLimit] = (),
) -> Plan:
    """Bring the register of gminas to the state of the file; a second time changes nothing."""
    _lock()
    work = _compare_gminas(register, figures, limit, editions)
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
    editions: Sequence[EditionLimit] = (),
) -> Plan:
    """Bring the register of hromadas to the state of the file; a second time changes nothing."""
    _lock()
    work = _compare_hromadas(register, figures, statuses, limit, editions)
    as_of = register.as_of or day_in_warsaw(now)
    return _apply(work, as_of, sources, now, actor, prepared)


def describe(name: str, content: bytes) -> dict[str, str]:
    """What is kept of a file after its import: name and SHA-256."""
    return {"name": name[-200:], "sha256": hashlib.sha256(content).hexdigest()}


def _compare_gminas(
    register: GminaRegister,
    figures: Figures | None,
    limit: int,
    editions: Sequence[EditionLimit],
) -> Comparison:
    loaded = _loaded_as_of(RegisterImport.GMINAS)
    is_older = loaded is not None and loaded > register.as_of
    rows = [gmina_fields(row) for row in register.rows]
    if register.yields:
        need_most_of_known(register)
    if register.yields and is_older:
        rows = [_as_stored(gmina) for gmina in Gmina.objects.valid().order_by("pk")]
    work = Comparison(GMINAS, rows, figures, None, limit, editions)
    if is_older:
        work.plan.newer_register = loaded if register.yields else None
        work.plan.older_than = None if register.yields else loaded
    return _with_records(work)


def _compare_hromadas(
    register: HromadaRegister,
    figures: Figures | None,
    statuses: Statuses | None,
    limit: int,
    editions: Sequence[EditionLimit],
) -> Comparison:
    work = Comparison(
        HROMADAS, _hromada_rows(register, figures), figures, statuses, limit, editions
    )
    loaded = _loaded_as_of(RegisterImport.HROMADAS)
    if loaded and register.as_of and loaded > register.as_of:
        work.plan.older_than = loaded
    return _with_records(work)


def need_most_of_known(register: GminaRegister) -> None:
    """Refuse an answer of the service that lacks more than 5 % of the gminas we know."""
    known = set(
        Gmina.objects.valid().filter(needs_verification=False).values_list("teryt6", flat=True)
    )
    missing = sorted(known - {row.key for row in register.rows})
    if len(missing) * 100 > (100 - KNOWN_AT_LEAST_PERCENT) * len(known):
        raise RegisterRefused(
            None,
            _(
                "%(count)s gminas of our register are missing in the answer, which is more than "
                "%(percent)d %%; the first is %(code)s. Nothing was changed."
            )
            % {
                "count": Count(len(missing)),
                "percent": 100 - KNOWN_AT_LEAST_PERCENT,
                "code": missing[0],
            },
        )


def _loaded_as_of(register: str) -> date | None:
    """The day of the newest register of units that was applied; None before the first."""
    applied = RegisterImport.objects.filter(register=register, applied_at__isnull=False)
    return applied.aggregate(day=Max("as_of"))["day"]


def _as_stored(gmina: Gmina) -> dict[str, Any]:
    """The row of a gmina as it is already: what only brings figures changes no unit."""
    row = GminaRow(
        teryt=gmina.teryt,
        name=gmina.name,
        kind=gmina.kind,
        powiat=gmina.powiat,
        voivodeship=gmina.voivodeship,
    )
    return gmina_fields(row)


def _with_records(work: Comparison) -> Comparison:
    """Say of everyone who crosses a limit what it means for the records of the edition."""
    crossings = [each for each in work.plan.crossings if each.edition]
    if crossings:
        told = across_rooms("records_of_units")(
            work.shape.register, [(each.unit, each.edition, each.is_over) for each in crossings]
        )
        for each in crossings:
            each.records = told.get((each.unit, each.edition), [])
    work.plan.crossings.sort(key=lambda each: (each.edition_name, each.is_over, each.code))
    return work


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
    record.report = work.plan.report()
    record.as_of = None if work.plan.newer_register else as_of
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
