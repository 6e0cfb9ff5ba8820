"""Comparing a register file with the database, once, for the plan and for the writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from programme.enums import GminaKind, HromadaKind, SecurityStatus
from programme.models import (
    Gmina,
    GminaPopulation,
    Hromada,
    HromadaPopulation,
    HromadaStatus,
    RegisterImport,
)
from programme.registers.rows import PopulationTable, StatusRow
from programme.services.register_plan import Change, Crossing, EditionLimit, Plan

BATCH = 500


@dataclass(frozen=True)
class Figures:
    """A table of population and the day it describes."""

    table: PopulationTable
    on: date
    source_name: str = ""


@dataclass(frozen=True)
class Statuses:
    """Security situations and the day they describe."""

    rows: tuple[StatusRow, ...]
    on: date


@dataclass(frozen=True)
class Shape:
    """How one of the two registers is stored."""

    register: str
    model: type[Any]
    figure_model: type[Any]
    code: str
    area: tuple[str, str]
    kinds: Any

    def key(self, code: str) -> str:
        """What a municipality is found by: six digits of TERYT, or the whole KATOTTG."""
        return code[:6] if self.model is Gmina else code

    @property
    def foreign_key(self) -> str:
        """Name of the field of a figure that points at the municipality."""
        return self.model._meta.model_name


GMINAS = Shape(
    RegisterImport.GMINAS,
    Gmina,
    GminaPopulation,
    "teryt",
    ("powiat", "voivodeship"),
    GminaKind,
)
HROMADAS = Shape(
    RegisterImport.HROMADAS, Hromada, HromadaPopulation, "katottg", ("raion", "oblast"), HromadaKind
)


class Comparison:
    """Compares a file with the database once; the plan and the writing use the same comparison."""

    def __init__(
        self,
        shape: Shape,
        rows: list[dict[str, Any]],
        figures: Figures | None,
        statuses: Statuses | None,
        limit: int,
        editions: Sequence[EditionLimit] = (),
    ):
        self.editions = editions or (EditionLimit(limit),)
        self.shape, self.rows, self.figures, self.statuses = shape, rows, figures, statuses
        self.plan = Plan(limit=limit, units=len(rows))
        self.known = {
            shape.key(getattr(unit, shape.code)): unit
            for unit in shape.model.objects.prefetch_related("populations").order_by("pk")
        }
        self.by_key = {shape.key(row[shape.code]): row for row in rows}
        self.new: list[Any] = []
        self.changed: list[Any] = []
        self.gone: list[Any] = []
        self.new_figures: list[Any] = []
        self.corrected_figures: list[Any] = []
        self.new_statuses: list[Any] = []
        self.corrected_statuses: list[Any] = []
        self._compare_units()
        if figures:
            self._compare_figures(figures)
        if statuses:
            self._compare_statuses(statuses)
        self._count_above_limit()

    def _compare_units(self) -> None:
        for key, fields in self.by_key.items():
            unit = self.known.get(key)
            if unit is None:
                unit = self.shape.model(**fields)
                self.new.append(unit)
                self.known[key] = unit
                self.plan["added"].append(self._line(unit))
            elif self._note_differences(unit, fields):
                for name, value in fields.items():
                    setattr(unit, name, value)
                unit.valid_to, unit.needs_verification = None, False
                unit.is_demonstration = False
                self.changed.append(unit)
        for key, unit in self.known.items():
            if key in self.by_key or unit.valid_to or unit.needs_verification:
                continue
            self.gone.append(unit)
            self.plan["gone"].append(self._line(unit))

    def _note_differences(self, unit: Any, fields: dict[str, Any]) -> bool:
        """Write the differences of a known unit into the plan; whether there are any."""
        code, plan = fields[self.shape.code], self.plan
        before = len([1 for lines in plan.changes.values() for _line in lines])
        if unit.name != fields["name"]:
            plan["renamed"].append(Change(code, fields["name"], unit.name, fields["name"]))
        if unit.kind != fields["kind"] or getattr(unit, self.shape.code) != code:
            plan["changed_kind"].append(
                Change(
                    code,
                    fields["name"],
                    str(unit.get_kind_display()),
                    str(self.shape.kinds(fields["kind"]).label),
                )
            )
        was, becomes = self._area(unit), ", ".join(fields[name] for name in self.shape.area)
        if was != becomes:
            plan["moved"].append(Change(code, fields["name"], was, becomes))
        if unit.valid_to:
            plan["returned"].append(Change(code, fields["name"]))
        if unit.needs_verification or unit.is_demonstration:
            plan["confirmed"].append(Change(code, fields["name"]))
        found = len([1 for lines in plan.changes.values() for _line in lines]) > before
        if not found and any(getattr(unit, name) != value for name, value in fields.items()):
            plan.respelled += 1
            return True
        return found

    def _compare_figures(self, figures: Figures) -> None:
        for row in figures.table.rows:
            key = self.shape.key(row.code)
            fields = self.by_key.get(key)
            if fields is None:
                self.plan["table_unknown"].append(Change(row.code, row.name))
                continue
            if fields[self.shape.code] != row.code:
                self.plan["table_other_kind"].append(
                    Change(
                        fields[self.shape.code], fields["name"], row.code, fields[self.shape.code]
                    )
                )
            self._compare_figure(self.known[key], row.value, figures)
        told = {self.shape.key(row.code) for row in figures.table.rows}
        self.plan["table_missing"].extend(
            Change(fields[self.shape.code], fields["name"])
            for key, fields in self.by_key.items()
            if key not in told
        )
        self.plan.table_year = figures.table.year

    def _compare_figure(self, unit: Any, value: int, figures: Figures) -> None:
        latest = unit.latest_population if unit.pk else None
        if latest and latest.on <= figures.on:
            self._note_crossings(unit, latest.value, value)
        same = [
            figure
            for figure in (unit.populations.all() if unit.pk else ())
            if figure.on == figures.on and figure.source == figures.table.source
        ]
        if not same:
            figure = self.shape.figure_model(
                value=value,
                on=figures.on,
                source=figures.table.source,
                source_name=figures.source_name,
            )
            setattr(figure, self.shape.foreign_key, unit)
            self.new_figures.append(figure)
            self.plan.new_figures += 1
        elif same[0].value != value:
            self.plan["corrected"].append(
                Change(self._code(unit), unit.name, str(same[0].value), str(value))
            )
            same[0].value, same[0].source_name = value, figures.source_name
            self.corrected_figures.append(same[0])

    def _note_crossings(self, unit: Any, was: int, becomes: int) -> None:
        """The newest figure decides, so only one that becomes the newest can cross a limit."""
        crossed = [each for each in self.editions if (was > each.limit) != (becomes > each.limit)]
        for each in crossed:
            self.plan.crossings.append(
                Crossing(
                    code=self._code(unit),
                    name=unit.name,
                    was=was,
                    becomes=becomes,
                    limit=each.limit,
                    edition=each.edition,
                    edition_name=each.name,
                    unit=unit.pk,
                )
            )
        if crossed:
            self.plan["crosses_limit"].append(
                Change(self._code(unit), unit.name, str(was), str(becomes))
            )

    def _compare_statuses(self, statuses: Statuses) -> None:
        stored = {
            (status.hromada_id, status.as_of): status
            for status in HromadaStatus.objects.filter(as_of=statuses.on)
        }
        newest: dict[int, HromadaStatus] = {}
        for status in HromadaStatus.objects.order_by("as_of", "pk"):
            newest[status.hromada_id] = status
        for row in statuses.rows:
            unit = self.known.get(row.code)
            if unit is None:
                self.plan["table_unknown"].append(Change(row.code, ""))
                continue
            before = newest.get(unit.pk)
            if before and before.status != row.status and before.as_of <= statuses.on:
                self.plan["status_changed"].append(
                    Change(
                        row.code,
                        unit.name,
                        str(before.get_status_display()),
                        str(SecurityStatus(row.status).label),
                    )
                )
            same = stored.get((unit.pk, statuses.on))
            if same is None:
                self.new_statuses.append(
                    HromadaStatus(hromada=unit, status=row.status, as_of=statuses.on)
                )
                self.plan.new_statuses += 1
            elif same.status != row.status:
                same.status = row.status
                self.corrected_statuses.append(same)

    def _count_above_limit(self) -> None:
        """How many valid municipalities will be above the limit afterwards."""
        figures = self.figures
        fresh = (
            {self.shape.key(row.code): row.value for row in figures.table.rows} if figures else {}
        )
        for key in self.by_key:
            unit = self.known[key]
            latest = unit.latest_population if unit.pk else None
            value = latest.value if latest else 0
            if figures and key in fresh and (latest is None or latest.on <= figures.on):
                value = fresh[key]
            self.plan.above_limit += value > self.plan.limit

    def _code(self, unit: Any) -> str:
        return getattr(unit, self.shape.code)

    def _area(self, unit: Any) -> str:
        return ", ".join(getattr(unit, name) for name in self.shape.area)

    def _line(self, unit: Any) -> Change:
        return Change(self._code(unit), f"{unit.name} ({unit.get_kind_display()})")

    def write(self, as_of: date) -> None:
        """Write what was compared, in batches."""
        model, names = self.shape.model, list(self.rows[0]) if self.rows else []
        model.objects.bulk_create(self.new, batch_size=BATCH)
        _update(model, self.changed, [*names, "valid_to", "needs_verification", "is_demonstration"])
        model.objects.filter(pk__in=[unit.pk for unit in self.gone]).update(valid_to=as_of)
        self.shape.figure_model.objects.bulk_create(self.new_figures, batch_size=BATCH)
        _update(self.shape.figure_model, self.corrected_figures, ["value", "source_name"])
        HromadaStatus.objects.bulk_create(self.new_statuses, batch_size=BATCH)
        _update(HromadaStatus, self.corrected_statuses, ["status"])


def _update(model: type[Any], records: Iterable[Any], names: list[str]) -> None:
    model.objects.bulk_update(list(records), names, batch_size=BATCH)
