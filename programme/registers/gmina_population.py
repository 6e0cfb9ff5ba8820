"""Any table of population by gmina that we know: which one it is, and whether it is whole."""

import zipfile
from io import BytesIO

from django.utils.translation import gettext as _

from core.counts import Count
from programme.registers import bdl, gus_table
from programme.registers.refusal import RegisterRefused
from programme.registers.rows import (
    MISSING_AT_MOST_PERCENT,
    WOULD_BE_POLAND,
    GminaRegister,
    PopulationRow,
    PopulationTable,
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

OLE = b"\xd0\xcf\x11\xe0"
CODE_COLUMNS = ("teryt", "teryt7")


def read_gmina_population(content: bytes, name: str, year: int | None = None) -> PopulationTable:
    """Rows of a GUS table (.xls, .xlsx, csv), a BDL csv, or a csv of `teryt` and `population`."""
    if content.startswith(OLE) or zipfile.is_zipfile(BytesIO(content)):
        table = gus_table.read_workbook(content)
    elif gus_table.looks_like_gus_table(content):
        table = gus_table.read_csv_table(content)
    elif bdl.looks_like_bdl(content):
        table = bdl.read_bdl(content, year)
    else:
        table = _plain(content)
    if not table.rows:
        raise RegisterRefused(None, _("The file holds no municipalities."))
    return table


def check_against(table: PopulationTable, register: GminaRegister) -> None:
    """Refuse a table that leaves out more than 1 % of the gminas or cannot be Poland's sum."""
    known = {row.code[:6] for row in table.rows}
    missing = [row for row in register.rows if row.key not in known]
    if len(missing) * 100 > MISSING_AT_MOST_PERCENT * len(register.rows):
        raise RegisterRefused(
            None,
            _(
                "The population is missing for %(count)s gminas, which is more than "
                "%(percent)d %%; the first is %(code)s."
            )
            % {
                "count": Count(len(missing)),
                "percent": MISSING_AT_MOST_PERCENT,
                "code": missing[0].teryt,
            },
        )
    total = sum(row.value for row in table.rows)
    if total not in WOULD_BE_POLAND:
        raise RegisterRefused(
            None,
            _(
                "The gminas have %(total)s inhabitants together; Poland should have between 35 and "
                "39 million."
            )
            % {"total": Count(total)},
        )


def _plain(content: bytes) -> PopulationTable:
    text = decode(content)
    lines = read_csv(text, delimiter_of(text))
    line, header = take_header(lines)
    codes = [column for column in CODE_COLUMNS if column in header]
    if len(codes) != 1 or "population" not in header:
        raise RegisterRefused(
            line,
            _(
                "This is no table of population that can be read: a GUS table IV, a BDL table, or "
                "a csv with the columns “teryt” and “population”."
            ),
        )
    at, value_at = header.index(codes[0]), header.index("population")
    name_at = header.index("name") if "name" in header else at
    seen: dict[str, int] = {}
    rows = []
    for number, cells in lines:
        need_width(number, cells, len(header))
        code = cells[at].zfill(7)
        if not (code.isascii() and code.isdigit() and len(code) == 7 and code[6] in "123"):
            raise RegisterRefused(
                number, _("“%(code)s” is not a TERYT code.") % {"code": cells[at][:20]}
            )
        need_no_duplicate(number, code[:6], seen)
        if cells[value_at]:
            rows.append(
                PopulationRow(
                    code=code,
                    name=cells[name_at],
                    value=whole_number(number, cells[value_at]),
                    line=number,
                )
            )
    return PopulationTable(source="other", rows=tuple(rows))
