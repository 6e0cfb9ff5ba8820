"""Table IV of Statistics Poland: population by gmina, as .xls (BIFF), .xlsx or csv.

Names begin with M., G. or M-W.; codes that end in 4 or 5 are parts of a 3 and are skipped.
"""

import io
import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from programme.registers.refusal import RegisterRefused
from programme.registers.rows import PopulationRow, PopulationTable
from programme.registers.tables import (
    decode,
    need_modest_archive,
    need_no_duplicate,
    read_csv,
    whole_number,
)

TITLE = "LUDNOŚĆ"
CODE_HEADER = "Identyfikator terytorialny"
VALUE_HEADER = "Ludność"
NAME = re.compile(r"\s*(M-W|M|G)\s*\.\s*(?P<name>\S.*)", re.DOTALL)
YEAR = re.compile(r"\bW\s+(\d{4})\s*R", re.IGNORECASE)
HEADER_WITHIN = 12
Cells = list[str]


def looks_like_gus_table(content: bytes) -> bool:
    """Whether a csv begins with the title of the table."""
    return content[:40].lstrip(b"\xef\xbb\xbf\"' ").upper().startswith(b"TABL")


def read_workbook(content: bytes) -> PopulationTable:
    """Population by gmina from a workbook."""
    if content.startswith(b"PK"):
        need_modest_archive(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
        ]
    except CalamineError as error:
        raise RegisterRefused(None, _("The workbook cannot be opened.")) from error
    for sheet in sheets:
        lines = [(number, [_text(cell) for cell in row]) for number, row in enumerate(sheet, 1)]
        if any(CODE_HEADER in cell for _number, row in lines[:HEADER_WITHIN] for cell in row):
            return _table(lines)
    raise RegisterRefused(
        1,
        _("The header should have a column “%(column)s”.") % {"column": CODE_HEADER},
    )


def read_csv_table(content: bytes) -> PopulationTable:
    """Population by gmina from the same table saved as csv."""
    text = decode(content)
    delimiter = "," if text[:4000].count(",") >= text[:4000].count(";") else ";"
    return _table(list(read_csv(text, delimiter)))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _table(lines: Sequence[tuple[int, Cells]]) -> PopulationTable:
    code_at, value_at, first = _columns(lines)
    seen: dict[str, int] = {}
    rows = []
    for line, cells in lines[first:]:
        code = cells[code_at] if len(cells) > code_at else ""
        if not code:
            continue
        match = NAME.fullmatch(cells[0])
        if not code.isascii() or not code.isdigit() or len(code) > 7 or match is None:
            raise RegisterRefused(
                line,
                _("“%(code)s” with the name “%(name)s” is not a gmina of the table.")
                % {"code": code[:20], "name": cells[0][:60]},
            )
        code = code.zfill(7)
        if code[6] not in "123":
            continue
        need_no_duplicate(line, code[:6], seen)
        value = cells[value_at] if len(cells) > value_at else ""
        rows.append(
            PopulationRow(
                code=code,
                name=" ".join(match["name"].split()),
                value=whole_number(line, value),
                line=line,
            )
        )
    return PopulationTable(source="gus", rows=tuple(rows), year=_year(lines[:first]))


def _columns(lines: Sequence[tuple[int, Cells]]) -> tuple[int, int, int]:
    """Where the code and the population stand, and the place of the first line below."""
    for place, (line, cells) in enumerate(lines[:HEADER_WITHIN]):
        codes = [at for at, cell in enumerate(cells) if CODE_HEADER in cell]
        if not codes:
            continue
        values = [
            at for at, cell in enumerate(cells) if at > codes[0] and cell.startswith(VALUE_HEADER)
        ]
        if not values:
            raise RegisterRefused(
                line, _("The header should have a column “%(column)s”.") % {"column": VALUE_HEADER}
            )
        return codes[0], values[0], place + 1
    raise RegisterRefused(
        lines[0][0] if lines else 1,
        _("The header should have a column “%(column)s”.") % {"column": CODE_HEADER},
    )


def _year(lines: Sequence[tuple[int, Cells]]) -> int | None:
    for _line, cells in lines:
        for cell in cells:
            found = YEAR.search(cell)
            if found:
                return int(found[1])
    return None
