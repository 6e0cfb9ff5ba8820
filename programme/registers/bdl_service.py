"""The web service of the Local Data Bank (BDL) of Statistics Poland: its shapes, and its codes.

Documented at https://api.stat.gov.pl/Home/BdlApi. Lists come in pages (`page` from 0, `page-size`
up to 100) with `totalRecords`, `results` and `links`, whose `next` is missing on the last page.

A unit has 12 digits: macroregion (2), voivodeship (2), region (1), subregion (2), powiat (2), gmina
(2), kind (1). TERYT leaves the statistical ones out: digits 3-4 and 8-12. So 051011818032 is
1018032, Galewice. Kinds are those of TERC; 4, 5, 8 and 9 are parts of a gmina and are left out.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.counts import Count
from programme.registers.refusal import RegisterRefused
from programme.registers.rows import (
    WOULD_BE_GMINAS,
    WOULD_BE_POLAND,
    GminaRegister,
    GminaRow,
    PopulationRow,
    PopulationTable,
)
from programme.registers.tables import MAX_BYTES, need_no_duplicate

FORMAT = "win4ua-bdl-1"
SUFFIX = ".bdl.json"
UNIT = re.compile(r"\d{12}", re.ASCII)
KINDS = {"1": "urban", "2": "rural", "3": "urban_rural"}
SINCE = re.compile(r"\s+od\s+\d{4}$")
KIND_MARK = re.compile(r"\s*\([1-9]\)$")
CITY = re.compile(r"^[Mm]\.\s*(?:st\.\s*)?(?=\w)")
PAGES_MOST = 200
FIGURES = "gminas"
LEVELS = {"voivodeships": 2, "powiats": 5, "gminas": 6}


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One page: rows [id, name] or [id, name, value], and whether another one follows."""

    total: int
    has_next: bool
    rows: list[list[Any]]


def teryt_of(unit: str) -> str:
    """Seven digits of TERYT out of the twelve of a unit of the service."""
    if not isinstance(unit, str) or not UNIT.fullmatch(unit):
        raise RegisterRefused(
            None, _("“%(code)s” is not a unit of the service.") % {"code": str(unit)[:20]}
        )
    return unit[2:4] + unit[7:]


def plain_name(name: str) -> str:
    """The name as TERC writes it: without “Powiat”, “M.st.”, “(1)” and “od 2013”."""
    name = SINCE.sub("", KIND_MARK.sub("", " ".join(name.split())))
    return CITY.sub("", name.removeprefix("Powiat "))


def read_years(payload: Any, variable: int) -> list[int]:
    """Years for which the service has figures of the variable, oldest first."""
    if not isinstance(payload, dict) or payload.get("id") != variable:
        raise _wrong_shape()
    years = payload.get("years")
    if not isinstance(years, list) or not years or not all(type(year) is int for year in years):
        raise _wrong_shape()
    if payload.get("level") not in (None, LEVELS["gminas"]):
        raise RegisterRefused(
            None,
            _("The variable %(variable)d is not counted by gmina.") % {"variable": variable},
        )
    return sorted(years)


def read_page(payload: Any, *, part: str, number: int, page_size: int, year: int) -> ServicePage:
    """One page of units or of figures; raises `RegisterRefused` for any other shape."""
    if not isinstance(payload, dict):
        raise _wrong_shape()
    total, results, links = (payload.get(name) for name in ("totalRecords", "results", "links"))
    if type(total) is not int or not isinstance(results, list) or not isinstance(links, dict):
        raise _wrong_shape()
    if payload.get("page", number) != number or len(results) > page_size:
        raise _wrong_shape()
    has_next = bool(links.get("next"))
    if has_next != ((number + 1) * page_size < total) or number >= PAGES_MOST:
        raise _wrong_shape()
    if len(results) != min(page_size, max(0, total - number * page_size)):
        raise _wrong_shape()
    rows = [_row(each, part, year) for each in results]
    return ServicePage(total=total, has_next=has_next, rows=[row for row in rows if row])


def _row(each: Any, part: str, year: int) -> list[Any]:
    """[id, name], with the value for a gmina; empty for what is no gmina or has no figure."""
    if not isinstance(each, dict) or not isinstance(each.get("name"), str):
        raise _wrong_shape()
    unit, name = each.get("id"), each["name"]
    teryt = teryt_of(unit)  # type: ignore[arg-type]
    if part != FIGURES:
        if each.get("level") not in (None, LEVELS[part]):
            raise _wrong_shape()
        return [unit, name]
    values = each.get("values")
    if not isinstance(values, list):
        raise _wrong_shape()
    if teryt[6] not in KINDS:
        return []
    found = [value for value in values if _year_of(value) == str(year)]
    if len(found) > 1:
        raise _wrong_shape()
    if not found or found[0].get("val") is None:
        return []
    return [unit, name, _whole(unit, found[0]["val"])]


def _year_of(value: Any) -> str:
    if not isinstance(value, dict) or "year" not in value:
        raise _wrong_shape()
    return str(value["year"])


def _whole(unit: Any, value: Any) -> int:
    """A number of inhabitants; the service writes whole numbers also as 12345.0."""
    is_number = type(value) in (int, float)
    if not is_number or value != int(value) or not 0 < value < WOULD_BE_POLAND.stop:
        raise RegisterRefused(
            None,
            _("“%(value)s” of the unit %(code)s is not a number of inhabitants.")
            % {"value": str(value)[:40], "code": unit},
        )
    return int(value)


def pack(
    *, year: int, variable: int, voivodeships: list[Any], powiats: list[Any], gminas: list[Any]
) -> bytes:
    """Everything that was fetched as one file, the same bytes for the same answers."""
    return json.dumps(
        {
            "format": FORMAT,
            "year": year,
            "variable": variable,
            "voivodeships": sorted(voivodeships),
            "powiats": sorted(powiats),
            "gminas": sorted(gminas),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def read_packed(content: bytes) -> tuple[GminaRegister, PopulationTable]:
    """Register and figures of a packed fetch; refused whole when it cannot be Poland."""
    if len(content) > MAX_BYTES:
        raise _wrong_shape()
    try:
        packed = json.loads(content)
        year = int(packed["year"])
        parts = [packed[name] for name in ("voivodeships", "powiats", "gminas")]
    except (ValueError, KeyError, TypeError) as error:
        raise _wrong_shape() from error
    if packed.get("format") != FORMAT:
        raise _wrong_shape()
    voivodeships = {teryt_of(unit)[:2]: name.lower() for unit, name in parts[0]}
    powiats = {teryt_of(unit)[:4]: plain_name(name) for unit, name in parts[1]}
    seen: dict[str, int] = {}
    units: list[GminaRow] = []
    figures: list[PopulationRow] = []
    for line, (unit, name, value) in enumerate(parts[2], 1):
        teryt = teryt_of(unit)
        need_no_duplicate(line, teryt[:6], seen)
        if teryt[:4] not in powiats or teryt[:2] not in voivodeships:
            raise RegisterRefused(
                None,
                _("The powiat or voivodeship of the gmina %(code)s was not in the answer.")
                % {"code": teryt},
            )
        units.append(
            GminaRow(
                teryt=teryt,
                name=plain_name(name),
                kind=KINDS[teryt[6]],
                powiat=powiats[teryt[:4]],
                voivodeship=voivodeships[teryt[:2]],
                line=line,
            )
        )
        figures.append(PopulationRow(code=teryt, name=plain_name(name), value=value, line=line))
    _need_poland(units, figures)
    register = GminaRegister(as_of=date(year, 12, 31), rows=tuple(units), yields=True)
    return register, PopulationTable(source="bdl", rows=tuple(figures), year=year)


def _need_poland(units: list[GminaRow], figures: list[PopulationRow]) -> None:
    if len(units) not in WOULD_BE_GMINAS:
        raise RegisterRefused(
            None,
            _(
                "The service has figures of %(count)s gminas for this year; Poland has between "
                "%(least)s and %(most)s. The figures of the year may not be complete yet: choose "
                "the year before."
            )
            % {
                "count": Count(len(units)),
                "least": Count(WOULD_BE_GMINAS.start),
                "most": Count(WOULD_BE_GMINAS.stop - 1),
            },
        )
    total = sum(row.value for row in figures)
    if total not in WOULD_BE_POLAND:
        raise RegisterRefused(
            None,
            _(
                "The gminas have %(total)s inhabitants together; Poland should have between 35 and "
                "39 million."
            )
            % {"total": Count(total)},
        )


def _wrong_shape() -> RegisterRefused:
    return RegisterRefused(
        None,
        _(
            "The service of Statistics Poland answered in a shape that is not known. Nothing was "
            "kept of this answer."
        ),
    )
