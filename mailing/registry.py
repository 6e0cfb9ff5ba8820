"""Which letters exist: every room's `emails.py` lists its own in `LETTERS`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise

ROOT = Path(settings.BASE_DIR) / "templates" / "emails"


class UnknownLetter(LookupError):
    """No room has a letter of this name, or it has no text in this language."""


@dataclass(frozen=True)
class LetterKind:
    """One letter of the house.

    `who` says who gets it and when. `placeholders` is the closed list of names that its
    texts may use, each with a sample. `sealed` names values that nobody but the recipient may read
    (codes); values that are links are always sealed. `has_own_words`: each mailing of the kind
    says something else, written for it alone.
    """

    who: str | Promise
    placeholders: Mapping[str, object] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    has_own_words: bool = False

    @property
    def links(self) -> frozenset[str]:
        """Placeholders that are addresses: they stand on buttons alone and are kept sealed."""
        return frozenset(
            name
            for name, sample in self.placeholders.items()
            if str(sample).startswith(("https://", "http://"))
        )


@lru_cache(maxsize=1)
def kinds() -> dict[str, LetterKind]:
    """All letters of all rooms, by name."""
    found: dict[str, LetterKind] = {}
    for room in settings.ROOMS:
        if find_spec(f"{room}.emails") is None:
            continue
        letters = getattr(import_module(f"{room}.emails"), "LETTERS", {})
        for name in letters:
            if not name.startswith(f"{room}/"):
                raise UnknownLetter(
                    f"{name} stands in {room}/emails.py and must begin with {room}/"
                )
        found.update(letters)
    return found


@lru_cache(maxsize=1)
def meanings() -> dict[tuple[str, str], object]:
    """What placeholders mean, by room and name; every room's `letter_meanings` lists its own."""
    return {
        (room, name): words
        for room in settings.ROOMS
        if find_spec(f"{room}.letter_meanings") is not None
        for name, words in import_module(f"{room}.letter_meanings").MEANINGS.items()
    }


def kind(name: str) -> LetterKind:
    """The letter `name`, for example "applications/survey_receipt". Raises `UnknownLetter`."""
    try:
        return kinds()[name]
    except KeyError:
        raise UnknownLetter(f"No room lists the letter {name} in its emails.py") from None


def source(name: str, language: str) -> str:
    """The text of a letter in a language, as written by people. Raises `UnknownLetter`."""
    path = ROOT / name / f"{language}.txt"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise UnknownLetter(f"There is no templates/emails/{name}/{language}.txt") from None


@lru_cache(maxsize=1024)
def _read(path: Path, mtime: int) -> str:
    return path.read_text(encoding="utf-8")
