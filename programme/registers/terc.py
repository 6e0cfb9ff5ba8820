"""TERC of Statistics Poland as people download it: csv, xml, or the zip with both.

csv: UTF-8 with a byte order mark, semicolons, one empty last line. Kinds 1, 2, 3 are gminas; 4 and
5 are parts of a 3, 8 and 9 are districts. Another variant, TERC_Adresowy, is refused by its name.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from core.counts import Count
from programme.registers.refusal import RegisterRefused
from programme.registers.rows import WOULD_BE_GMINAS, GminaRegister, GminaRow
from programme.registers.tables import (
    MAX_BYTES,
    decode,
    need_header,
    need_no_duplicate,
    need_width,
    read_csv,
    take_header,
)

HEADER = ("WOJ", "POW", "GMI", "RODZ", "NAZWA", "NAZWA_DOD", "STAN_NA")
KINDS = {"1": "urban", "2": "rural", "3": "urban_rural"}
PARTS = {"4", "5", "8", "9"}
Line = tuple[int, list[str]]


def read_terc(content: bytes, name: str) -> GminaRegister:
    """All gminas of Poland from a TERC file; raises `RegisterRefused` for a wrong file."""
    register = parse_terc(content, name)
    if len(register.rows) not in WOULD_BE_GMINAS:
        raise RegisterRefused(
            None,
            _("The file has %(count)s gminas; a whole register has between %(least)s and %(most)s.")
            % {
                "count": Count(len(register.rows)),
                "least": Count(WOULD_BE_GMINAS.start),
                "most": Count(WOULD_BE_GMINAS.stop - 1),
            },
        )
    return register


def parse_terc(content: bytes, name: str) -> GminaRegister:
    """The gminas of a file, however many there are; everything else is checked."""
    _refuse_addresses(name)
    if zipfile.is_zipfile(io.BytesIO(content)):
        content, name = _unpack(content)
    text = decode(content)
    lines = _xml_lines(text) if text.lstrip().startswith("<") else _csv_lines(text)
    return _gminas(lines)


def _refuse_addresses(name: str) -> None:
    if "adresow" in name.lower():
        raise RegisterRefused(
            None,
            _(
                "This is TERC_Adresowy, which is made for addresses. Download TERC_Urzedowy "
                "instead."
            ),
        )


def _unpack(content: bytes) -> tuple[bytes, str]:
    """The csv (or else the xml) of a zip, never more than 50 MB."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = sorted(
            (
                item
                for item in archive.infolist()
                if item.filename.lower().endswith((".csv", ".xml"))
            ),
            key=lambda item: item.filename.lower(),
        )
        if not tables:
            raise RegisterRefused(None, _("The zip file holds neither a csv nor an xml file."))
        table = tables[0]
        _refuse_addresses(table.filename)
        if table.file_size > MAX_BYTES:
            raise RegisterRefused(
                None, _("The file is larger than 50 MB. Choose the official file.")
            )
        try:
            return archive.read(table), table.filename
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise RegisterRefused(None, _("The zip file is damaged.")) from error


def _csv_lines(text: str) -> Iterator[Line]:
    lines = read_csv(text, ";")
    number, header = take_header(lines)
    need_header(number, header, HEADER)
    for number, cells in lines:
        need_width(number, cells, len(HEADER))
        yield number, cells


def _xml_lines(text: str) -> Iterator[Line]:
    """Rows of the xml, numbered by the order of rows since the parser keeps no lines."""
    try:
        root: Element = fromstring(text.encode())
    except ParseError as error:
        raise RegisterRefused(error.position[0], _("The xml file is damaged.")) from error
    except DefusedXmlException as error:
        raise RegisterRefused(None, _("The xml file is damaged.")) from error
    catalog = root.find("catalog")
    if root.tag != "teryt" or catalog is None:
        raise RegisterRefused(1, _("The xml file is not a TERYT catalogue."))
    _refuse_addresses(f"{catalog.get('name', '')} {catalog.get('type', '')}")
    if catalog.get("name") != "TERC":
        raise RegisterRefused(1, _("The xml file is not the catalogue TERC."))
    for number, row in enumerate(catalog.iter("row"), 1):
        unknown = {cell.tag for cell in row} - set(HEADER)
        if unknown:
            raise RegisterRefused(
                number, _("Unknown field %(name)s.") % {"name": sorted(unknown)[0][:40]}
            )
        yield number, [(row.findtext(column) or "").strip() for column in HEADER]


def _gminas(lines: Iterable[Line]) -> GminaRegister:
    voivodeships: dict[str, str] = {}
    powiats: dict[str, str] = {}
    rows: list[GminaRow] = []
    seen: dict[str, int] = {}
    days: set[date] = set()
    for line, (woj, pow_, gmi, kind, name, _extra, state) in lines:
        _need_shape(line, woj, pow_, gmi, kind, name)
        days.add(_day(line, state))
        if not pow_:
            voivodeships[woj] = name.lower()
        elif not gmi:
            powiats[woj + pow_] = name
        elif kind in KINDS:
            need_no_duplicate(line, woj + pow_ + gmi, seen)
            if woj + pow_ not in powiats or woj not in voivodeships:
                raise RegisterRefused(
                    line, _("The powiat or voivodeship of this gmina is missing above it.")
                )
            rows.append(
                GminaRow(
                    teryt=woj + pow_ + gmi + kind,
                    name=name,
                    kind=KINDS[kind],
                    powiat=powiats[woj + pow_],
                    voivodeship=voivodeships[woj],
                    line=line,
                )
            )
    if not days:
        raise RegisterRefused(None, _("The file holds no municipalities."))
    return GminaRegister(as_of=max(days), rows=tuple(rows))


def _need_shape(line: int, woj: str, pow_: str, gmi: str, kind: str, name: str) -> None:
    two = re.compile(r"\d\d", re.ASCII)
    codes_fit = (
        two.fullmatch(woj)
        and (not pow_ or two.fullmatch(pow_))
        and (not gmi or (pow_ and two.fullmatch(gmi) and kind in PARTS | set(KINDS)))
        and bool(kind) == bool(gmi)
    )
    if not codes_fit or not name:
        raise RegisterRefused(
            line,
            _("“%(code)s” with the name “%(name)s” is not a unit of TERC.")
            % {"code": f"{woj};{pow_};{gmi};{kind}"[:20], "name": name[:60]},
        )


def _day(line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RegisterRefused(
            line, _("“%(text)s” is not a date such as 2026-01-01.") % {"text": text[:20]}
        ) from error
