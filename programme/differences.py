"""What changed between two versions of a public text, word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from programme.models import PublicContent
from programme.models.content import LANGUAGES

WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they were kept, added or removed."""

    text: str
    kind: str = "same"


@dataclass(frozen=True)
class Difference:
    """One field that changed, in words."""

    label: str
    language: str
    pieces: list[Piece]


def differences(
    target: PublicContent, before: Mapping[str, str], after: Mapping[str, str]
) -> list[Difference]:
    """Every field of the text that is not the same, in the order of the form."""
    return [
        Difference(_label(target, name), _language(name), list(_pieces(old, new)))
        for name in target.CONTENT
        if (old := before.get(name, "")) != (new := after.get(name, ""))
    ]


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = WORD.findall(before), WORD.findall(after)
    for deed, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            yield Piece("".join(old[a:b]))
            continue
        if a != b:
            yield Piece("".join(old[a:b]), "removed")
        if c != d:
            yield Piece("".join(new[c:d]), "added")


def _language(name: str) -> str:
    return name[-2:] if name[-3:-2] == "_" and name[-2:] in LANGUAGES else ""


def _label(target: PublicContent, name: str) -> str:
    return str(target._meta.get_field(name).verbose_name)
