"""Local Data Bank (BDL) of Statistics Poland, variable 72305: the wide and the long csv.

Wide (CTAB): one line a unit, a quoted header, a semicolon at the end. Long (CREL, XPIV): one line
a value. Units that end in 000 are powiats, voivodeships or the country; 4, 5 and 8 are parts.
"""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from programme.registers.refusal import RegisterRefused
from programme.registers.rows import PopulationRow, PopulationTable
from programme.registers.tables import (
    decode,
    need_no_duplicate,
    need_width,
    read_csv,
    take_header,
    whole_number,
)

TOTAL = "ogółem"
LONG_COLUMNS = {"Kod", "Nazwa", "Rok", "Wartosc"}
NOT_DIMENSIONS = LONG_COLUMNS | {"Jednostka miary", "Atrybut"}
CODE = re.compile(r"\d{5,7}", re.ASCII)
KIND_MARK = re.compile(r"\s*\([1-9]\)$")
Line = tuple[int, list[str]]


def looks_like_bdl(content: bytes) -> bool:
    """Whether a csv begins with the header of a BDL table."""
    return content[:40].lstrip(b"\xef\xbb\xbf").replace(b'"', b"").startswith(b"Kod;Nazwa;")


def read_bdl(content: bytes, year: int | None = None) -> PopulationTable:
    """Population by gmina; `year` chooses among several. Raises `RegisterRefused`."""
    lines = read_csv(decode(content), ";")
    line, header = take_header(lines)
    if len(header) > 1 and header[-1] == "":
        header = header[:-1]
    if header[:2] != ["Kod", "Nazwa"]:
        raise RegisterRefused(
            line, _("The header should begin with “%(columns)s”.") % {"columns": "Kod;Nazwa"}
        )
    if set(header) >= LONG_COLUMNS:
        return _long(header, lines, year)
    return _wide(line, header, lines, year)


def _wide(line: int, header: list[str], lines: Iterable[Line], year: int | None) -> PopulationTable:
    column = _total_column(line, header, year)
    found_year = re.search(r"\b(19|20)\d{2}\b", header[column])

    def cells_of() -> Iterator[tuple[int, str, str, str]]:
        for number, cells in lines:
            cells = cells[:-1] if len(cells) == len(header) + 1 and not cells[-1] else cells
            need_width(number, cells, len(header))
            yield number, cells[0], cells[1], cells[column]

    return PopulationTable(
        source="bdl",
        rows=tuple(_gminas(cells_of())),
        year=int(found_year[0]) if found_year else None,
    )


def _total_column(line: int, header: list[str], year: int | None) -> int:
    """The column of all people together; of several, the one that names the year."""
    totals = [at for at, cell in enumerate(header) if cell.split(";")[0].strip() == TOTAL]
    if len(totals) > 1 and year is not None:
        totals = [at for at in totals if str(year) in header[at]]
    if len(totals) != 1:
        raise RegisterRefused(
            line, _("The header should have exactly one column “%(column)s”.") % {"column": TOTAL}
        )
    return totals[0]


def _long(header: list[str], lines: Iterable[Line], year: int | None) -> PopulationTable:
    at = {name: header.index(name) for name in header}
    dimensions = [place for name, place in at.items() if name not in NOT_DIMENSIONS]
    chosen: list[tuple[int, str, str, str]] = []
    years: set[str] = set()
    for number, cells in lines:
        if len(cells) == len(header) + 1 and not cells[-1]:
            cells = cells[:-1]
        need_width(number, cells, len(header))
        if any(cells[place] != TOTAL for place in dimensions):
            continue
        if year is not None and cells[at["Rok"]] != str(year):
            continue
        years.add(cells[at["Rok"]])
        chosen.append((number, cells[at["Kod"]], cells[at["Nazwa"]], cells[at["Wartosc"]]))
    if len(years) != 1:
        raise RegisterRefused(
            None,
            _("The file should hold figures for all people of exactly one year."),
        )
    return PopulationTable(source="bdl", rows=tuple(_gminas(iter(chosen))), year=int(years.pop()))


def _gminas(lines: Iterator[tuple[int, str, str, str]]) -> Iterator[PopulationRow]:
    seen: dict[str, int] = {}
    for line, code, name, value in lines:
        if not CODE.fullmatch(code):
            raise RegisterRefused(
                line, _("“%(code)s” is not a code of a unit.") % {"code": code[:20]}
            )
        code = code.zfill(7)
        if code.endswith("000") or code[6] not in "123":
            continue
        need_no_duplicate(line, code[:6], seen)
        yield PopulationRow(
            code=code,
            name=KIND_MARK.sub("", name),
            value=whole_number(line, value),
            line=line,
        )
