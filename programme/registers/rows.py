"""What the readers give back."""

from dataclasses import dataclass, field
from datetime import date

WOULD_BE_GMINAS = range(2_400, 2_601)
WOULD_BE_HROMADAS = range(1_400, 1_501)
WOULD_BE_POLAND = range(35_000_000, 39_000_001)
MISSING_AT_MOST_PERCENT = 1


@dataclass(frozen=True, slots=True)
class GminaRow:
    """One gmina of TERC; `kind` is a value of `GminaKind`."""

    teryt: str
    name: str
    kind: str
    powiat: str
    voivodeship: str
    line: int | None = None

    @property
    def key(self) -> str:
        """The first six digits; the seventh changes with the kind."""
        return self.teryt[:6]

    @property
    def voivodeship_code(self) -> str:
        """The first two digits."""
        return self.teryt[:2]


@dataclass(frozen=True, slots=True)
class HromadaRow:
    """One hromada of KATOTTG; `kind` is a value of `HromadaKind`."""

    katottg: str
    name: str
    kind: str
    raion: str
    oblast: str
    name_en: str = ""
    line: int | None = None

    @property
    def key(self) -> str:
        """The whole code."""
        return self.katottg


@dataclass(frozen=True, slots=True)
class GminaRegister:
    """All gminas of one TERC file and the day it describes.

    `yields`: a register of a later day that is already loaded is left as it is.
    """

    as_of: date
    rows: tuple[GminaRow, ...]
    yields: bool = False


@dataclass(frozen=True, slots=True)
class HromadaRegister:
    """All hromadas of one codifier and the day of its edition, when its title tells it."""

    as_of: date | None
    rows: tuple[HromadaRow, ...]


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """Inhabitants of one municipality; `code` is TERYT (7) or KATOTTG, `name` as in the table."""

    code: str
    name: str
    value: int
    line: int


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """A table of population; `source` is a value of `PopulationSource`, `year` when it says so.

    `kinds` and `names_en` hold what a table of hromadas may tell besides, by KATOTTG.
    """

    source: str
    rows: tuple[PopulationRow, ...]
    year: int | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    names_en: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """Security situation of one hromada; `status` is a value of `SecurityStatus`."""

    code: str
    status: str
    line: int
