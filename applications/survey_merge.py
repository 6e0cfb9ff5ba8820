"""Two people on one page of the survey: what each of them changed, found field by field.

A page carries fingerprints of the answers it was opened with. When it comes back, a field that the
person did not touch gives way to what a colleague has written meanwhile; a field that only she
changed is taken; one that both changed differently is a clash, and a person decides. Knows nothing
of Django.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from applications.survey_plan import EMPTY, Page, as_list

NOTHING = "-"
# Before a fingerprint: the page showed this from our register, and nothing was stored yet.
SUGGESTED = "~"
LENGTH = 12
# Between a fingerprint and that of what the same person sent without getting an answer.
OR_SENT = "|"
# Part of another answer: it follows wherever that one goes.
FOLLOWS = {"nazwa": "katottg"}


@dataclass(frozen=True)
class Merged:
    """What is to be written, what clashes as (mine, theirs), and what the page now knows."""

    kept: dict[str, Any] = field(default_factory=dict)
    clashes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)


def fingerprint(value: object) -> str:
    """Twelve characters that tell one answer from another; no answer and "no tick" are alike."""
    if value is False or value in EMPTY:
        return NOTHING
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def digest(answers: Mapping[str, object]) -> str:
    """One fingerprint of all answers together."""
    return fingerprint({key: value for key, value in answers.items() if value not in EMPTY})


def given(page: Page, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers of one page; those of a partner stand in a row of their own."""
    if not page.partner:
        return {key: answers[key] for key in page.keys if key in answers}
    partners = as_list(answers.get("partnerzy"))
    return partners[page.partner - 1] if len(partners) >= page.partner else {}


def seen_of(
    page: Page, answers: Mapping[str, Any], suggested: Mapping[str, object]
) -> dict[str, str]:
    """What a page shows when it is opened: stored answers, else what our register suggests."""
    stored = given(page, answers)
    return {
        key: fingerprint(stored[key])
        if key in stored
        else SUGGESTED + fingerprint(suggested.get(key))
        for key in page.keys
    }


def written(seen: Mapping[str, str]) -> str:
    """For a hidden field: "adres_ulica:3fa2…,adres_kod:-"."""
    return ",".join(f"{key}:{mark}" for key, mark in seen.items())


def read(text: str, keys: Iterable[str]) -> dict[str, str]:
    """What `written()` wrote; anything else in it is passed over."""
    pairs = (part.partition(":") for part in text.split(","))
    known = set(keys)
    return {key: mark for key, colon, mark in pairs if colon and key in known}


def merge(
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    seen: Mapping[str, str],
    *,
    confirms: bool = True,
) -> Merged:
    """Put what one person typed over what stands there now.

    `seen`: fingerprints of what she saw when she began, by key. A key without one is taken as
    typed. What our register suggested becomes an answer only when she `confirms` the page.
    """
    merged = Merged(seen=dict(seen))
    for key, value in mine.items():
        leader = FOLLOWS.get(key, key)
        typed, base = fingerprint(mine.get(leader)), seen.get(leader)
        if not confirms and base is not None and base.split(OR_SENT)[0] == SUGGESTED + typed:
            continue
        verdict = _verdict(typed, fingerprint(theirs.get(leader)), base)
        if verdict == "take":
            merged.kept[key] = value
            merged.seen[key] = fingerprint(value)
        elif verdict == "clash":
            merged.clashes[key] = (value, theirs.get(key))
    return merged


def is_anything_typed(mine: Mapping[str, Any], seen: Mapping[str, str]) -> bool:
    """Something differs from what the page showed, and is not merely empty."""
    return any(
        fingerprint(value) != NOTHING
        for value in merge(mine, {}, seen, confirms=False).kept.values()
    )


def with_sent(seen: Mapping[str, str], sent: Mapping[str, Any]) -> dict[str, str]:
    """`seen`, knowing that the same person sent these answers and does not know if they arrived."""
    return {
        key: mark + OR_SENT + fingerprint(sent[key]) if key in sent else mark
        for key, mark in seen.items()
    }


def _verdict(mine: str, theirs: str, seen: str | None) -> str:
    if seen is None or mine == theirs:
        return "take"
    base, *sent = seen.split(OR_SENT)
    stored = NOTHING if base.startswith(SUGGESTED) else base
    if theirs == stored or theirs in sent:
        return "take"
    return "leave" if mine == base.removeprefix(SUGGESTED) else "clash"
