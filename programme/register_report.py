"""The report of an import as people see it: on the page, on the record, and as a spreadsheet."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import formats
from programme.services.register_plan import TITLES

LINES_SHOWN = 200


def shown(report: dict[str, Any]) -> dict[str, Any]:
    """Facts, crossings as a table, and sections of lines, out of `Plan.report()`."""
    language = get_language() or "pl"
    return {
        "facts": list(_facts(report, language)),
        "notes": list(_notes(report, language)),
        "crossings": [_crossing_cells(each, language) for each in report["crossings"]],
        "crossing_columns": [
            {"label": _("Municipality")},
            {"label": _("Edition and limit")},
            {"label": _("Was"), "is_number": True},
            {"label": _("Becomes"), "is_number": True},
            {"label": _("What it means")},
        ],
        "sections": [
            {
                "title": str(title),
                "count": len(report["lines"][key]),
                "lines": [_line(*line) for line in report["lines"][key][:LINES_SHOWN]],
            }
            for key, title in TITLES.items()
            if report["lines"].get(key)
        ],
        "shown": LINES_SHOWN,
    }


def table(report: dict[str, Any]) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows of the spreadsheet: crossings first, then every line of every section."""
    headings = [
        _("what"),
        _("code"),
        _("official name"),
        _("was"),
        _("becomes"),
        _("edition"),
        _("limit"),
        _("what it means"),
    ]
    return headings, _rows(report)


def _rows(report: dict[str, Any]) -> Iterator[list[object]]:
    for each in report["crossings"]:
        yield [
            _over_or_within(each),
            each["code"],
            each["name"],
            each["was"],
            each["becomes"],
            each["edition_name"],
            each["limit"],
            " ".join(each["records"]),
        ]
    for key, title in TITLES.items():
        for code, name, was, becomes in report["lines"].get(key, ()):
            yield [str(title), code, name, was, becomes, "", "", ""]


def _facts(report: dict[str, Any], language: str) -> Iterator[tuple[str, str]]:
    for name, label in (
        ("units", _("Municipalities in the file")),
        ("limit", _("Population limit")),
        ("above_limit", _("Above the limit")),
        ("new_figures", _("New figures of population")),
        ("new_statuses", _("New security situations")),
    ):
        if name != "new_statuses" or report[name]:
            yield label, formats.number(report[name], language)


def _notes(report: dict[str, Any], language: str) -> Iterator[str]:
    if report.get("newer_register"):
        day = formats.day(date.fromisoformat(report["newer_register"]), language)
        yield _(
            "The register that is loaded describes a later day (%(day)s). Names, kinds and areas "
            "stay as they are; only the figures of population are taken."
        ) % {"day": day}
    if report.get("older_than"):
        day = formats.day(date.fromisoformat(report["older_than"]), language)
        yield _(
            "This file is older than the register that is loaded (%(day)s). Applying it would take "
            "the register back to an earlier state."
        ) % {"day": day}


def _crossing_cells(each: dict[str, Any], language: str) -> dict[str, list[dict[str, str]]]:
    limit = formats.number(each["limit"], language)
    meaning = " ".join([_over_or_within(each), *each["records"]])
    return {
        "cells": [
            {"text": f"{each['name']} ({each['code']})"},
            {"text": f"{each['edition_name']}: {limit}" if each["edition_name"] else limit},
            {"text": formats.number(each["was"], language)},
            {"text": formats.number(each["becomes"], language)},
            {"text": meaning},
        ]
    }


def _over_or_within(each: dict[str, Any]) -> str:
    if each["becomes"] > each["limit"]:
        return _("Above the limit from now on.")
    return _("Within the limit from now on.")


def _line(code: str, name: str, was: str, becomes: str) -> str:
    change = f": {was} \u2192 {becomes}" if was or becomes else ""
    return f"{name} ({code}){change}"
