"""The words that a letter has now: what staff have published, else what came with the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailing import registry
from mailing.models import LetterText


@dataclass(frozen=True)
class Source:
    """A text in one language, and its version; None for the text that came with the house."""

    text: str
    version: LetterText | None = None


def in_force(letter: str) -> LetterText | None:
    """The version that is published now; None when staff have never changed this letter."""
    return LetterText.objects.published().filter(letter=letter).order_by("-published_at").first()


class Shelf:
    """The texts of one mailing: each letter is looked up once, and all say the same.

    `versions`: those that are settled already, by letter (None: as it came with the house).
    `words`: whole texts by letter and language, that are no version of a letter.
    """

    def __init__(
        self,
        versions: Mapping[str, LetterText | None] | None = None,
        words: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self._versions: dict[str, LetterText | None] = dict(versions or {})
        self._words = dict(words or {})

    def source(self, letter: str, language: str) -> Source:
        """What a letter says today. Raises `registry.UnknownLetter`."""
        if (letter, language) in self._words:
            return Source(self._words[letter, language])
        if letter not in self._versions:
            self._versions[letter] = in_force(letter)
        version = self._versions[letter]
        if version is None:
            return Source(registry.source(letter, language))
        return Source(version.source(language), version)


def parts(text: str) -> tuple[str, str]:
    """Subject and body of a text, for a form with two fields."""
    subject, _, body = text.replace("\r\n", "\n").strip().partition("\n")
    return subject.strip(), body.strip()
