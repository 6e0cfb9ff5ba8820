"""Workbooks that want to do harm: made anew each time, never in the repository (SEC-U5, X4)."""

import io
import zipfile

from openpyxl import Workbook

MEGABYTE = b"0" * (1 << 20)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b"<worksheet><sheetData><row><c><v>&e;</v></c></row></sheetData></worksheet>"
)


def sound(rows: int = 50) -> bytes:
    """A plain table with the headings a and b."""
    book = Workbook()
    book.active.append(["a", "b"])
    for number in range(rows):
        book.active.append([f"wiersz {number}", number])
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(
    name: str, content: bytes | list[bytes], *, base: bytes | None = None, link: bool = False
) -> bytes:
    """A sound workbook in which one part is replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or sound())) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            if entry.filename != name:
                after.writestr(entry, before.read(entry))
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        if link:
            entry.external_attr = 0o120777 << 16
        with after.open(entry, "w", force_zip64=True) as part:
            for chunk in content if isinstance(content, list) else [content]:
                part.write(chunk)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def lying_dimension() -> bytes:
    """Fifty rows that say of themselves that they are five."""
    base = sound(50)
    with zipfile.ZipFile(io.BytesIO(base)) as packed:
        sheet = packed.read(SHEET)
    start, end = sheet.index(b"<dimension"), sheet.index(b"/>", sheet.index(b"<dimension")) + 2
    return with_part(SHEET, sheet[:start] + b'<dimension ref="A1:B5"/>' + sheet[end:], base=base)


def too_many_parts() -> bytes:
    """More than two thousand entries."""
    out = io.BytesIO(sound())
    with zipfile.ZipFile(out, "a") as packed:
        for number in range(2_001):
            packed.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def far_cell() -> bytes:
    """One cell in the last row and column that a sheet may have."""
    book = Workbook()
    book.active["A1"], book.active["B1"] = "a", "b"
    book.active["XFD1048576"] = "x"
    return _saved(book)


def bombs() -> dict[str, bytes]:
    """Every workbook that must be refused, by what is wrong with it."""
    return {
        "billion laughs": with_part(SHEET, LAUGHS),
        "external entity": with_part(SHEET, OUTSIDE),
        "400 MB sheet": with_part(SHEET, [MEGABYTE] * 400),
        "too many parts": too_many_parts(),
        "program": with_part("xl/vbaProject.bin", b"x"),
        "external link": with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        "symbolic link": with_part("xl/media/a", b"/etc/passwd", link=True),
        "far cell": far_cell(),
        "cut in half": sound()[:1500],
        "text named xlsx": b"PK\x03\x04 no workbook",
    }
