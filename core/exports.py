"""The only place that writes spreadsheets. Text can never become a formula (SEC-X1, X2)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db import models
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.functional import Promise

from core.formats import WARSAW

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CELL_MOST = 32_767
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # a workbook with them does not open
NOT_IN_HEADER = str.maketrans('?"\\%', "____")
Rows = Iterable[Sequence[object]]


def xlsx_bytes(columns: Sequence[object], rows: Rows, *, sheet: str = "WIN4UA") -> bytes:
    """A workbook of one sheet: headings, then rows.

    Text stays text, also a code of digits; `date`, `datetime`, `int` and `Decimal` become cells
    of their kind. Times are shown as in Warsaw, because a spreadsheet knows no zones.
    """
    from openpyxl import Workbook  # 17 MB that most web workers never need (W12)
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(sheet)
    page.freeze_panes = "A2"
    for place, heading in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = min(48, len(str(heading)) + 6)
    page.append([_heading(page, heading) for heading in columns])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def xlsx_response(filename: str, columns: Sequence[object], rows: Rows) -> HttpResponse:
    """The workbook as a download."""
    return as_download(HttpResponse(xlsx_bytes(columns, rows), content_type=XLSX), filename)


def csv_lines(columns: Sequence[object], rows: Rows) -> Iterator[str]:
    """Lines of a CSV file for Polish and Ukrainian spreadsheets: semicolons, all cells quoted."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"
    for row in [columns, *rows] if isinstance(rows, Sequence) else _with_first(columns, rows):
        writer.writerow([safe_text(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def csv_response(filename: str, columns: Sequence[object], rows: Rows) -> StreamingHttpResponse:
    """The CSV file as a download, sent line by line."""
    response = StreamingHttpResponse(
        csv_lines(columns, rows), content_type="text/csv; charset=utf-8"
    )
    return as_download(response, filename)


def as_download(response, filename: str):
    """Headers that make a browser save the answer instead of showing it."""
    filename = "".join(letter if letter.isprintable() else "_" for letter in filename)
    plain = filename.encode("ascii", "replace").decode().translate(NOT_IN_HEADER)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def safe_text(value: object) -> str:
    """A value as text that a spreadsheet does not run: a leading sign gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(WARSAW).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    text = NOT_IN_XML.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _with_first(columns: Sequence[object], rows: Rows) -> Iterator[Sequence[object]]:
    yield columns
    yield from rows


def _heading(page, heading: object) -> "WriteOnlyCell":
    from openpyxl.styles import Font

    cell = _cell(page, str(heading))
    cell.font = Font(bold=True)
    return cell


def _cell(page, value: object) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, datetime):
        cell = WriteOnlyCell(page, value.astimezone(WARSAW).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if isinstance(value, bool):
        return WriteOnlyCell(page, value)
    if isinstance(value, int | Decimal):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "0" if isinstance(value, int) else "#,##0.00"
        return cell
    if value is None:
        return WriteOnlyCell(page, None)
    cell = WriteOnlyCell(page, "")
    cell._value = NOT_IN_XML.sub("", str(value))[:CELL_MOST]  # no guess at a formula
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def shown_value(record: models.Model, name: str) -> object:
    """One cell of an export of records: words for choices, values otherwise."""
    words = getattr(record, f"get_{name}_display", None)
    value = words() if words is not None else getattr(record, name)
    value = value() if callable(value) else value
    if isinstance(value, models.Model | Promise):
        return str(value)
    return value
