"""Tables that we ask staff to prepare for hromadas: population, and security situation.

Population: a csv with `katottg` and `population`, if wanted also `type` (kind) and `name_en`.
Security: a csv with `katottg` and `status`. Comma or semicolon, UTF-8.
"""

from django.utils.translation import gettext as _

from core.counts import Count
from programme.registers.katottg import HROMADA_CODE
from programme.registers.refusal import RegisterRefused
from programme.registers.rows import (
    MISSING_AT_MOST_PERCENT,
    HromadaRegister,
    PopulationRow,
    PopulationTable,
    StatusRow,
)
from programme.registers.tables import (
    decode,
    delimiter_of,
    need_no_duplicate,
    need_width,
    read_csv,
    take_header,
    whole_number,
)

KIND_WORDS = {
    "urban": "urban",
    "settlement": "settlement",
    "rural": "rural",
    "міська": "urban",
    "селищна": "settlement",
    "сільська": "rural",
}
STATUS_WORDS = {
    "safe": "safe",
    "possible": "possible",
    "active": "active",
    "deoccupied": "deoccupied",
    "occupied": "occupied",
    "поза зоною бойових дій": "safe",
    "можливі бойові дії": "possible",
    "активні бойові дії": "active",
    "деокупована": "deoccupied",
    "тимчасово окупована": "occupied",
}


def read_hromada_population(content: bytes) -> PopulationTable:
    """Rows of a csv of population; raises `RegisterRefused`."""
    header, lines = _open(content, "population")
    seen: dict[str, int] = {}
    rows: list[PopulationRow] = []
    kinds: dict[str, str] = {}
    names_en: dict[str, str] = {}
    for line, cells in lines:
        row = _cells(line, header, cells, seen)
        code = row["katottg"]
        if row["population"]:
            rows.append(
                PopulationRow(
                    code=code,
                    name=row.get("name_uk", "") or row.get("name", ""),
                    value=whole_number(line, row["population"]),
                    line=line,
                )
            )
        if row.get("type"):
            kinds[code] = _word(line, row["type"], KIND_WORDS, _("kind of hromada"))
        if row.get("name_en"):
            names_en[code] = row["name_en"]
    if not rows:
        raise RegisterRefused(None, _("The file holds no municipalities."))
    return PopulationTable(source="derzhstat", rows=tuple(rows), kinds=kinds, names_en=names_en)


def check_hromada_population(table: PopulationTable, register: HromadaRegister) -> None:
    """Refuse a table that leaves out more than 1 % of the hromadas."""
    known = {row.code for row in table.rows}
    missing = [row for row in register.rows if row.key not in known]
    if len(missing) * 100 > MISSING_AT_MOST_PERCENT * len(register.rows):
        raise RegisterRefused(
            None,
            _(
                "The population is missing for %(count)s hromadas, which is more than "
                "%(percent)d %%; the first is %(code)s."
            )
            % {
                "count": Count(len(missing)),
                "percent": MISSING_AT_MOST_PERCENT,
                "code": missing[0].katottg,
            },
        )


def read_hromada_status(content: bytes) -> tuple[StatusRow, ...]:
    """Rows of a csv of security situations; raises `RegisterRefused`."""
    header, lines = _open(content, "status")
    seen: dict[str, int] = {}
    rows = []
    for line, cells in lines:
        row = _cells(line, header, cells, seen)
        rows.append(
            StatusRow(
                code=row["katottg"],
                status=_word(line, row["status"], STATUS_WORDS, _("security situation")),
                line=line,
            )
        )
    if not rows:
        raise RegisterRefused(None, _("The file holds no municipalities."))
    return tuple(rows)


def _open(content: bytes, column: str):
    text = decode(content)
    lines = read_csv(text, delimiter_of(text))
    line, header = take_header(lines)
    header = [cell.lower() for cell in header]
    if "katottg" not in header or column not in header or len(set(header)) != len(header):
        raise RegisterRefused(
            line,
            _("The header should have the columns “katottg” and “%(column)s”.")
            % {"column": column},
        )
    return header, lines


def _cells(line: int, header: list[str], cells: list[str], seen: dict[str, int]) -> dict[str, str]:
    need_width(line, cells, len(header))
    row = dict(zip(header, cells, strict=True))
    if not HROMADA_CODE.fullmatch(row["katottg"]):
        raise RegisterRefused(
            line,
            _("“%(code)s” is not a KATOTTG code of a hromada.") % {"code": row["katottg"][:25]},
        )
    need_no_duplicate(line, row["katottg"], seen)
    return row


def _word(line: int, text: str, words: dict[str, str], what: str) -> str:
    word = words.get(text.lower().strip())
    if word is None:
        raise RegisterRefused(
            line,
            _("“%(text)s” is not a known %(what)s.") % {"text": text[:40], "what": what},
        )
    return word
