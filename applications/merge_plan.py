"""Two surveys of one municipality side by side, question by question (A13)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications import survey_plan
from applications.answer_sheet import Row, Section
from applications.survey_plan import PAGES, Page

LEFT, RIGHT = "left", "right"
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """A question that the two answer differently; each side in lines of words."""

    key: str
    title: str
    label: str
    left: list[str]
    right: list[str]


def key_of(slug: str, name: str) -> str:
    """The key of the survey under which a field of a page is stored: a list of partners is one."""
    page = survey_plan.BY_SLUG.get(slug)
    if page is not None and page.partner:
        return "partnerzy"
    return "mentor_jezyki" if slug == "mentor-jezyki" else name


def fingerprint(left: Answers, right: Answers) -> str:
    """A mark of what was seen when the choice was made."""
    plain = json.dumps([left, right], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def differing(left: Answers, right: Answers) -> list[str]:
    """Keys that are not the same on both sides, in the order of the survey."""
    order = [key for page in survey_plan.PAGES for key in page.keys if not page.partner]
    order.insert(order.index("wspolpraca_ua") + 1, "partnerzy")
    known = dict.fromkeys([*order, *left, *right])
    return [key for key in known if left.get(key) != right.get(key)]


def merged(
    left: Answers, right: Answers, choices: Mapping[str, str], pages: Sequence[Page] = PAGES
) -> dict[str, Any]:
    """The answers that come of the choice; a question that is no longer asked falls away (A6).

    A key that is not chosen keeps the answer of the leading survey. `pages`: of the edition.
    """
    taken = dict(left)
    for key in differing(left, right):
        if choices.get(key) == RIGHT:
            taken.pop(key, None)
            if key in right:
                taken[key] = right[key]
    return survey_plan.prune(taken, pages)


def questions(
    left: Answers, right: Answers, left_sheet: list[Section], right_sheet: list[Section]
) -> list[Question]:
    """What has to be chosen, in words; the sheets are those of `answer_sheet`."""
    ours, theirs = _by_key(left_sheet), _by_key(right_sheet)
    rows = []
    for key in differing(left, right):
        title, label = _heading(key, ours.get(key) or theirs.get(key) or [])
        rows.append(
            Question(key, title, label, _lines(ours.get(key, [])), _lines(theirs.get(key, [])))
        )
    return rows


def _by_key(sheet: list[Section]) -> dict[str, list[tuple[Section, Row]]]:
    found: dict[str, list[tuple[Section, Row]]] = {}
    for section in sheet:
        for row in section.rows:
            found.setdefault(key_of(section.slug, row.name), []).append((section, row))
    return found


def _heading(key: str, rows: list[tuple[Section, Row]]) -> tuple[str, str]:
    if key == "partnerzy":
        return _("Experience"), _("Partner hromadas")
    if not rows:
        return "", key
    section, row = rows[0]
    return section.title, row.label if len(rows) == 1 else section.title


def _lines(rows: list[tuple[Section, Row]]) -> list[str]:
    if not rows:
        return [_("Not asked, because of another answer")]
    if len(rows) == 1:
        [(_section, row)] = rows
        return row.lines or [row.value]
    return [f"{row.label}: {row.value}" for _section, row in rows]
