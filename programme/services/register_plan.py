"""What an import would change: shown before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Plan:
    """Everything that an import changes, by kind of change; `limit` in inhabitants."""

    limit: int
    units: int = 0
    above_limit: int = 0
    new_figures: int = 0
    new_statuses: int = 0
    respelled: int = 0
    table_year: int | None = None
    changes: dict[str, list[Change]] = field(default_factory=lambda: {key: [] for key in TITLES})

    def __getitem__(self, key: str) -> list[Change]:
        return self.changes[key]

    def sections(self) -> Iterator[tuple[str, Promise, list[Change]]]:
        """Key, title and lines of every kind of change that has any."""
        for key, title in TITLES.items():
            if self.changes[key]:
                yield key, title, sorted(self.changes[key], key=lambda change: change.code)

    def counts(self) -> dict[str, int]:
        """How many of each kind, with the figures, for the audit trail and for tests."""
        return {key: len(lines) for key, lines in self.changes.items()} | {
            "units": self.units,
            "above_limit": self.above_limit,
            "new_figures": self.new_figures,
            "new_statuses": self.new_statuses,
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
