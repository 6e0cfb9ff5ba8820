"""Versions of a survey for staff: who, when, how, and the difference of any two in words (A9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from applications import answer_sheet
from applications.models import HostSurvey, SurveyVersion
from core import formats

LONG_TEXT = 60  # from this length on, the words that changed are marked
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
WORDS: dict[str, Promise] = {
    ADDED: gettext_lazy("Added"),
    REMOVED: gettext_lazy("Removed"),
    CHANGED: gettext_lazy("Changed"),
}
TAGS = {ADDED: "good", REMOVED: "bad", CHANGED: "info"}
SAME, OUT, IN = "same", "out", "in"


@dataclass(frozen=True)
class VersionLine:
    """One version in the list: its place, when, by whom, and how it came about."""

    position: int
    at: str
    by: str
    how: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a long text: the same on both sides, only before ("out"), or only after."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One question that two versions answer differently. `pieces` only for long texts."""

    title: str
    label: str
    kind: str
    word: str
    tag: str
    before: str
    after: str
    pieces: list[Piece]


def lines_of(survey: HostSurvey, *, with_people: bool) -> list[VersionLine]:
    """All versions, the newest first. Without `with_people` addresses of senders are left out."""
    language = get_language() or "pl"
    versions = survey.versions.select_related("actor").order_by("-position", "-pk")
    return [
        VersionLine(
            position=each.position,
            at=formats.moment(each.sent_at, language),
            by=str(each.actor) if each.actor else each.sent_by if with_people else "",
            how=each.get_kind_display(),
        )
        for each in versions
    ]


def answers_of(version: SurveyVersion, *, with_names: bool) -> dict[str, Any]:
    """The answers as this person may see them."""
    return version.answers if with_names else answer_sheet.without_names(version.answers)


def compare(
    survey: HostSurvey,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    now: datetime,
) -> list[Change]:
    """Question by question, in the language in use, what differs between two sets of answers."""
    old = _values(survey, before, now)
    new = _values(survey, after, now)
    return [
        _change(*(new.get(key) or old[key])[:2], old.get(key), new.get(key))
        for key in dict.fromkeys([*new, *old])
        if (old.get(key) or ("", "", ""))[2] != (new.get(key) or ("", "", ""))[2]
    ]


def _values(
    survey: HostSurvey, answers: Mapping[str, Any], now: datetime
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(page, field) -> (title, label, answer in words); a question without an answer is left out.

    The order of themes and their choice are one question, whichever page asked it.
    """
    return {
        ("tematy" if row.name == "tematy" else part.slug, row.name): (
            part.title,
            row.label,
            row.value,
        )
        for part in answer_sheet.of_survey(survey, answers, now=now)
        for row in part.rows
        if not row.is_empty
    }


def _change(
    title: str,
    label: str,
    old: tuple[str, str, str] | None,
    new: tuple[str, str, str] | None,
) -> Change:
    before, after = old[2] if old else "", new[2] if new else ""
    kind = CHANGED if old and new else ADDED if new else REMOVED
    is_long = kind == CHANGED and max(len(before), len(after)) >= LONG_TEXT
    return Change(
        title=title,
        label=label,
        kind=kind,
        word=str(WORDS[kind]),
        tag=TAGS[kind],
        before=before,
        after=after,
        pieces=word_difference(before, after) if is_long else [],
    )


def word_difference(before: str, after: str) -> list[Piece]:
    """Two texts woven into one, word by word: what stayed, what went out, what came in."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    pieces: list[Piece] = []
    # Compared without the space after a word, so that a new end of line is no new word.
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False
    )
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(Piece(SAME, "".join(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece(OUT, "".join(old[a:b])))
        if d > c:
            pieces.append(Piece(IN, "".join(new[c:d])))
    return pieces
