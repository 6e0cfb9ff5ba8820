"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they were kept ("same"), "added" or "removed"."""

    text: str
    kind: str = "same"


@dataclass(frozen=True)
class Difference:
    """One field that changed, in words; `language` of the text, "" for that of the page."""

    label: str
    language: str
    pieces: list[Piece]


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Both texts woven into one: what was removed stands before what was added in its place."""
    old, new = WORD.findall(before), WORD.findall(after)
    for deed, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            yield Piece("".join(old[a:b]))
            continue
        if a != b:
            yield Piece("".join(old[a:b]), "removed")
        if c != d:
            yield Piece("".join(new[c:d]), "added")
