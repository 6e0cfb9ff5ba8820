"""Reads a workbook that somebody sent, in a child process with little memory and time.

Imports nothing of Django, so that the child starts quickly: `python -m core.workbook SOURCE TARGET
ROWS COLUMNS` writes one JSON line [line, cells] for every row that is not empty, and prints "ok" or
a reason (SEC-U7, X4).
"""

import json
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

MEMORY = 1 << 30
CPU_SECONDS = 60
WRITTEN_MOST = 100 * 1024 * 1024  # one long text may stand in a million cells


def read(source: Path, target: Path, rows_most: int, columns_most: int) -> str:
    """Write the rows of the first sheet, one more than allowed at most; "ok" or the reason."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    written = size = 0
    try:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        page = book.worksheets[0]
        page.reset_dimensions()  # a lying <dimension> would drop rows without a word
        with target.open("w", encoding="utf-8") as lines:
            for line, cells in enumerate(page.iter_rows(values_only=True), start=1):
                texts = [text_of(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                if not texts:
                    continue
                if len(texts) > columns_most:  # the far cell stands for all that lie between
                    texts = [*texts[:columns_most], texts[-1]]
                size += lines.write(json.dumps([line, texts]) + "\n")
                written += 1
                if size > WRITTEN_MOST:
                    return "too_heavy"
                if written > rows_most + 1:  # with the headings: one too many, and known to be
                    break
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        return "damaged"
    except (AttributeError, TypeError, EOFError, SyntaxError, RecursionError):
        return "damaged"  # openpyxl trusts the parts of a workbook to fit together
    return "ok"


def text_of(cell: object) -> str:
    """A cell as text: days as 2026-04-14, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def main(source: str, target: str, rows_most: str, columns_most: str) -> str:
    """What the child process does."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    except ImportError:
        print("no limits on this system", file=sys.stderr)
    try:
        return read(Path(source), Path(target), int(rows_most), int(columns_most))
    except MemoryError:
        return "too_heavy"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
