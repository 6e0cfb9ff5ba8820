"""What an import would change: shown before anything is written."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, Promise] = {
    "added": _("added"),
    "renamed": _("renamed"),
    "changed_kind": _("changed kind"),
    "moved": _("moved to another powiat or raion"),
    "gone": _("gone from the register"),
    "returned": _("back in the register"),
    "confirmed": _("confirmed by the official file"),
    "crosses_limit": _("crosses the population limit"),
    "corrected": _("figure corrected for the same day"),
    "status_changed": _("security situation changed"),
    "table_unknown": _("only in the table of population, not in the register"),
    "table_other_kind": _("of another kind in the table of population"),
    "table_missing": _("without a figure in the table of population"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan: which municipality, and what it was and becomes."""

    code: str
    name: str
    was: str = ""
    becomes: str = ""

    def __str__(self) -> str:
        change = f": {self.was} \u2192 {self.becomes}" if self.was or self.becomes else ""
        return f"{self.code} {self.name}{change}"


@dataclass(frozen=True, slots=True)
class EditionLimit:
    """The population limit of one edition, by which crossings are found; 0 is no edition."""

    limit: int
    edition: int = 0
    name: str = ""


@dataclass(slots=True)
class Crossing:
    """A municipality whose newest figure passes a limit, one way or the other.

    `records` says what it means for what the edition has of this municipality.
    """

    code: str
    name: str
    was: int
    becomes: int
    limit: int
    edition: int = 0
    edition_name: str = ""
    unit: int = 0
    records: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Above the limit from now on; it was within it before."""
        return self.becomes > self.limit


@dataclass(slots=True)
class Plan:
    """Everything that an import changes, by kind of change; `limit` in inhabitants.

    `newer_register` is the day of the register already loaded, when that is later than the file's:
    then only figures are taken. `older_than` is the same day when the file is taken all the same.
    """

    limit: int
    units: int = 0
    above_limit: int = 0
    new_figures: int = 0
    new_statuses: int = 0
    respelled: int = 0
    table_year: int | None = None
    newer_register: date | None = None
    older_than: date | None = None
    crossings: list[Crossing] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=lambda: {key: [] for key in TITLES})

    def __getitem__(self, key: str) -> list[Change]:
        return self.changes[key]

    def sections(self) -> Iterator[tuple[str, Promise, list[Change]]]:
        """Key, title and lines of every kind of change that has any; crossings stand apart."""
        for key, title in TITLES.items():
            if self.changes[key] and key != "crosses_limit":
                yield key, title, sorted(self.changes[key], key=lambda change: change.code)

    def counts(self) -> dict[str, int]:
        """How many of each kind, with the figures, for the audit trail and for tests."""
        return {key: len(lines) for key, lines in self.changes.items()} | {
            "units": self.units,
            "above_limit": self.above_limit,
            "new_figures": self.new_figures,
            "new_statuses": self.new_statuses,
        }

    def report(self) -> dict[str, Any]:
        """The whole plan as plain values, to be kept with the import."""
        return self.counts() | {
            "limit": self.limit,
            "newer_register": self.newer_register and self.newer_register.isoformat(),
            "older_than": self.older_than and self.older_than.isoformat(),
            "lines": {
                key: [[line.code, line.name, line.was, line.becomes] for line in lines]
                for key, _title, lines in self.sections()
            },
            "crossings": [asdict(crossing) for crossing in self.crossings],
        }

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        told = {"table_unknown", "table_other_kind", "table_missing", "crosses_limit"}
        return not (
            self.new_figures
            or self.new_statuses
            or self.respelled
            or any(lines for key, lines in self.changes.items() if key not in told)
        )
