"""The words of a mailing: where they come from, and who would get a letter with an empty place."""

from collections.abc import Mapping

from django.conf import settings

from mailing import registry, rendering, texts
from mailing.models import Mailing
from mailing.placeholders import BadLetterText, clean

FIELDS = tuple(
    f"{part}_{code}" for code, _name in settings.LANGUAGES for part in ("subject", "body")
)


def words_of(mailing: Mailing) -> dict[str, str]:
    """The six texts that the mailing has of its own; empty ones when it has none."""
    return {name: getattr(mailing, name) for name in FIELDS}


def needed(mailing: Mailing) -> list[str]:
    """The languages of the recipients, in which words are needed; while there are none, all."""
    asked = set(mailing.recipients.chosen().values_list("language", flat=True).distinct())
    return [code for code, _name in settings.LANGUAGES if code in asked or not asked]


def unwritten(mailing: Mailing) -> list[str]:
    """Languages of recipients in which a mailing with words of its own says nothing."""
    if not registry.kind(mailing.letter).has_own_words:
        return []
    return [code for code in needed(mailing) if not is_written(mailing, code)]


def is_written(mailing: Mailing, code: str) -> bool:
    """Whether a mailing of its own words has subject and text in a language."""
    words = words_of(mailing)
    return bool(words[f"subject_{code}"] and words[f"body_{code}"])


def shelf_of(mailing: Mailing) -> texts.Shelf:
    """Where the letters of the mailing take their words from.

    Its own; else the version that was settled with the proposal; of a draft, today's.
    """
    if registry.kind(mailing.letter).has_own_words:
        words = {
            (mailing.letter, code): f"{getattr(mailing, f'subject_{code}')}\n\n"
            f"{getattr(mailing, f'body_{code}')}\n"
            for code, _name in settings.LANGUAGES
        }
        return texts.Shelf(words=words)
    if mailing.is_open_for_changes:
        return texts.Shelf()
    return texts.Shelf({mailing.letter: mailing.text})


def used_names(letter: str, shelf: texts.Shelf, language: str) -> frozenset[str]:
    """Placeholders that stand in the text, links apart. Raises `BadLetterText`."""
    compiled = _compiled(letter, shelf, language)
    in_subject = {word for what, word in compiled.subject if what == "name"}
    return frozenset((compiled.names | in_subject) - compiled.links - {rendering.UNSUBSCRIBE})


def used_links(letter: str, shelf: texts.Shelf, language: str) -> frozenset[str]:
    """Placeholders that are buttons in the text. Raises `BadLetterText`."""
    return frozenset(_compiled(letter, shelf, language).links - {rendering.UNSUBSCRIBE})


class WordsInUse:
    """What the words of a mailing ask for, by language; before there are any, nothing."""

    def __init__(self, mailing: Mailing):
        self._letter, self._shelf = mailing.letter, shelf_of(mailing)
        self._used: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def gaps(self, values: Mapping[str, object], language: str) -> list[str]:
        """Places that would be empty (E8); a link counts when the audience tells it beforehand."""
        names, links = self._of(language)
        return sorted(empty_names(names | (links & values.keys()), values))

    def said(self, values: Mapping[str, object], language: str) -> tuple[str, ...]:
        """What stands in the places of the letter: equal for two letters that are the same."""
        names, links = self._of(language)
        return tuple(str(values.get(name, "")) for name in sorted(names | links))

    def _of(self, language: str) -> tuple[frozenset[str], frozenset[str]]:
        if language not in self._used:
            is_written = self._shelf.source(self._letter, language).text.strip()
            asked = (self._letter, self._shelf, language)
            self._used[language] = (
                (used_names(*asked), used_links(*asked))
                if is_written
                else (frozenset(), frozenset())
            )
        return self._used[language]


def _compiled(letter: str, shelf: texts.Shelf, language: str) -> rendering.Compiled:
    return rendering.compile_text(
        shelf.source(letter, language).text,
        language,
        frozenset(registry.kind(letter).placeholders),
        True,
        settings.REPLY_TO_EMAIL,
    )


def empty_names(names: frozenset[str], values: Mapping[str, object]) -> list[str]:
    """Which of these placeholders have no value, or one that says nothing."""
    return sorted(name for name in names if not _says_something(values.get(name)))


def _says_something(value: object) -> bool:
    if value is None:
        return False
    try:
        return bool(clean(value))
    except BadLetterText:
        return False
