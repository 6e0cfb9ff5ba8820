"""The only place that reads tables people send: CSV in any usual encoding, or XLSX (SEC-X4, X5).

A file whose shape is wrong is refused whole, with the line and the reason.
"""

import csv
import io
import json
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from core.counts import Count

ROWS_MOST = 20_000
COLUMNS_MOST = 100
CELL_MOST = 10_000
UNPACKED_MOST = 100 * 1024 * 1024
ENTRIES_MOST = 2_000
RATIO_MOST = 100
WALL_SECONDS = 60
DELIMITERS = (";", ",", "\t")
SINGLE_BYTE = ("cp1250", "iso8859-2", "cp1251", "koi8-u")
POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
UKRAINIAN = frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’")


class ImportRefused(Exception):
    """The file cannot be read. `line` counts from 1 (0: the file as a whole)."""

    def __init__(self, line: int, sentence: str):
        self.line, self.sentence = line, sentence
        super().__init__(
            _("Line %(line)d: %(why)s") % {"line": line, "why": sentence} if line else sentence
        )


class Row(dict):
    """One row: heading -> text. `line` is its line in the file, counted from 1."""

    def __init__(self, line: int, cells: dict[str, str]):
        super().__init__(cells)
        self.line = line


def read_table(
    file: BinaryIO,
    *,
    required: Sequence[str] = (),
    encoding: str | None = None,
    rows_most: int = ROWS_MOST,
) -> list[Row]:
    """All rows of a CSV or XLSX file as text, keyed by its first row. Raises `ImportRefused`.

    `required` are headings that must be there. Blank rows are left out.
    """
    file.seek(0)
    content = file.read()
    lines: Iterable[tuple[int, list[str]]]
    if content.startswith(b"PK"):
        lines = _xlsx_lines(content, rows_most)
    else:
        lines = _csv_lines(decode(content, encoding))
    return _keyed(lines, required=required, rows_most=rows_most)


def first_look(content: bytes) -> tuple[str, list[Row]]:
    """The encoding of a file ("" of a workbook) and its rows. Raises `ImportRefused`."""
    encoding = "" if content.startswith(b"PK") else encoding_of(content)
    return encoding, read_table(io.BytesIO(content), encoding=encoding or None)


def encoding_of(content: bytes) -> str:
    """The encoding that `decode` takes for a text file, to be shown and corrected by a person."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = max(zip(_guesses(content), SINGLE_BYTE, strict=True), key=lambda pair: pair[0][0])
        return best[1]
    return "utf-8-sig"


def decode(content: bytes, encoding: str | None = None) -> str:
    """Text of a file: UTF-8 when valid, else the single-byte code that gives letters we use."""
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise ImportRefused(line, _("the file holds a zero byte; save it anew as CSV."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    if encoding is not None:
        return _decode_as(content, encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return max(_guesses(content), key=lambda guess: guess[0])[1]


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise ImportRefused(0, _("the file is not in the encoding that was chosen.")) from error


def _guesses(content: bytes) -> Iterator[tuple[int, str]]:
    for name in SINGLE_BYTE:
        text = content.decode(name, "replace")
        polish = sum(letter in POLISH for letter in text)
        ukrainian = sum(letter.lower() in UKRAINIAN for letter in text)
        shouting = sum(  # capitals inside words: the mark of a wrong Cyrillic code
            a.islower() and b.isupper() for a, b in zip(text, text[1:], strict=False)
        )
        odd = sum(
            ord(letter) > 127 and letter not in POLISH and letter.lower() not in UKRAINIAN
            for letter in text
        )
        yield polish * 2 + ukrainian - 2 * odd - 3 * shouting, text


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise ImportRefused(
            before + 1, _("a quotation mark is not closed, or a cell is too long.")
        ) from error


def _xlsx_lines(content: bytes, rows_most: int) -> list[tuple[int, list[str]]]:
    """Rows of a workbook; it is parsed in a child process, which a bomb may take with it (U7)."""
    check_archive(content)
    heavy = ImportRefused(0, _("the workbook is too complicated to be read; save it as CSV."))
    with tempfile.TemporaryDirectory(prefix="win4ua-table-") as folder:
        source, target = Path(folder, "source.xlsx"), Path(folder, "rows")
        source.write_bytes(content)
        try:
            child = subprocess.run(  # noqa: S603 - our own module, arguments of our own
                [sys.executable, "-m", "core.workbook", str(source), str(target)]
                + [str(rows_most), str(COLUMNS_MOST)],
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise heavy from error
        verdict = child.stdout.strip().splitlines()[-1:] if child.returncode == 0 else []
        if verdict == ["damaged"]:
            raise ImportRefused(0, _("this is not a workbook; save it as XLSX or CSV."))
        if verdict != ["ok"]:
            raise heavy
        with target.open(encoding="utf-8") as lines:
            return [(line, cells) for line, cells in map(json.loads, lines)]


def check_archive(content: bytes) -> None:
    """Refuse a packed file that unpacks to too much, counted while reading. (SEC-U5)"""
    heavy = ImportRefused(0, _("the file is too large when unpacked."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES_MOST:
                raise heavy
            unpacked = 0
            for entry in entries:
                if entry.filename.lower().endswith("vbaproject.bin"):
                    raise ImportRefused(0, _("the workbook holds a program; save it as XLSX."))
                if "externallinks/" in entry.filename.lower():
                    raise ImportRefused(
                        0, _("the workbook refers to another file; save it as CSV.")
                    )
                if stat.S_ISLNK(entry.external_attr >> 16):
                    raise ImportRefused(0, _("this is not a workbook; save it as XLSX or CSV."))
                with packed.open(entry) as part:
                    while chunk := part.read(1 << 20):
                        unpacked += len(chunk)
                        if unpacked > UNPACKED_MOST or unpacked > RATIO_MOST * len(content):
                            raise heavy
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ImportRefused(0, _("this is not a workbook; save it as XLSX or CSV.")) from error


def _keyed(
    lines: Iterable[tuple[int, list[str]]], *, required: Sequence[str], rows_most: int
) -> list[Row]:
    headings: list[str] = []
    rows: list[Row] = []
    for line, cells in lines:
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        _check_size(line, cells)
        if not headings:
            headings = _headings(line, cells, required)
            continue
        if len(cells) > len(headings):
            raise ImportRefused(line, _("there are more cells than headings."))
        if len(rows) == rows_most:
            raise ImportRefused(
                line, _("there are more than %(most)s rows.") % {"most": Count(rows_most)}
            )
        padded = [*cells, *[""] * (len(headings) - len(cells))]
        rows.append(Row(line, dict(zip(headings, padded, strict=True))))
    if not headings:
        raise ImportRefused(0, _("the file is empty."))
    return rows


def _check_size(line: int, cells: list[str]) -> None:
    if len(cells) > COLUMNS_MOST:
        raise ImportRefused(
            line, _("there are more than %(most)s columns.") % {"most": Count(COLUMNS_MOST)}
        )
    if any(len(cell) > CELL_MOST for cell in cells):
        raise ImportRefused(
            line, _("a cell is longer than %(most)s letters.") % {"most": Count(CELL_MOST)}
        )


def _headings(line: int, cells: list[str], required: Sequence[str]) -> list[str]:
    if "" in cells:
        raise ImportRefused(line, _("a column has no heading."))
    twice = sorted({cell for cell in cells if cells.count(cell) > 1})
    if twice:
        raise ImportRefused(line, _("a heading stands twice: %(name)s.") % {"name": twice[0]})
    missing = [name for name in required if name not in cells]
    if missing:
        raise ImportRefused(line, _("a column is missing: %(name)s.") % {"name": missing[0]})
    return cells
