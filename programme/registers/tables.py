"""Small tools for reading csv files strictly."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from core.imports import ImportRefused, check_archive
from programme.registers.refusal import RegisterRefused

MAX_BYTES = 50_000_000
NUMBER = re.compile(r"\d+(?:[.,]0+)?", re.ASCII)
SPACES = re.compile(r"[\s\u00a0\u202f]+")


def decode(content: bytes) -> str:
    """UTF-8 text with or without a byte order mark; refuses anything else with the line."""
    if len(content) > MAX_BYTES:
        raise RegisterRefused(None, _("The file is larger than 50 MB. Choose the official file."))
    if not content.strip():
        raise RegisterRefused(None, _("The file is empty."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterRefused(
            content.count(b"\n", 0, error.start) + 1,
            _("The file is not in UTF-8. Choose it as it was downloaded."),
        ) from error


def need_modest_archive(content: bytes) -> None:
    """Refuse a workbook that unpacks to too much (counted while reading), or is broken. (U5)"""
    try:
        check_archive(content)
    except ImportRefused as refused:
        raise RegisterRefused(None, _("The file is damaged or too large when unpacked.")) from (
            refused
        )


def read_csv(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, stripped, of every line that is not empty."""
    if "\x00" in text:
        raise RegisterRefused(
            text.count("\n", 0, text.index("\x00")) + 1, _("The file is not a text file.")
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise RegisterRefused(
            reader.line_num, _("The line cannot be read as a line of a table.")
        ) from error


def take_header(lines: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The first line that is not empty; refuses a file without any."""
    for line in lines:
        return line
    raise RegisterRefused(None, _("The file is empty."))


def delimiter_of(text: str) -> str:
    """Semicolon or comma, whichever the first line has more of."""
    first = text.lstrip().partition("\n")[0]
    return ";" if first.count(";") >= first.count(",") else ","


def need_header(line: int, found: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse a header that is not exactly the expected one."""
    if list(found) != list(expected):
        raise RegisterRefused(
            line,
            _("The header should read “%(expected)s”, but reads “%(found)s”.")
            % {"expected": ";".join(expected), "found": ";".join(found)[:200]},
        )


def need_width(line: int, cells: Sequence[str], width: int) -> None:
    """Refuse a line with a wrong number of columns."""
    if len(cells) != width:
        raise RegisterRefused(
            line,
            _("There should be %(expected)d columns, but there are %(found)d.")
            % {"expected": width, "found": len(cells)},
        )


def whole_number(line: int, text: str) -> int:
    """A count of people: digits, perhaps with spaces between thousands; refuses other things."""
    digits = SPACES.sub("", text)
    if not NUMBER.fullmatch(digits):
        raise RegisterRefused(
            line, _("“%(text)s” is not a number of inhabitants.") % {"text": text[:40]}
        )
    return int(re.split(r"[.,]", digits)[0])


def need_no_duplicate(line: int, code: str, seen: dict[str, int]) -> None:
    """Remember a code; refuse it when it was there before."""
    if code in seen:
        raise RegisterRefused(
            line,
            _("The code %(code)s is already in line %(first)d.")
            % {"code": code, "first": seen[code]},
        )
    seen[code] = line
