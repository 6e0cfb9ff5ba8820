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
    kind = registry.kind(letter)
    compiled = rendering.compile_text(
        shelf.source(letter, language).text,
        language,
        frozenset(kind.placeholders),
        True,
        settings.REPLY_TO_EMAIL,
    )
    in_subject = {word for what, word in compiled.subject if what == "name"}
    return frozenset((compiled.names | in_subject) - compiled.links - {rendering.UNSUBSCRIBE})


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
