"""One thing has one word, wherever the same person reads it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core import catalogs

# Of one thing: the word that is used (docs/glossary.md), and those that must not stand beside it.
WORDS = [
    ("pl", "odnośnik", r"\blink\w*"),
    ("uk", "посилання", r"\bлінк\w*"),
    ("uk", "отримувач", r"\bодержувач\w*"),
]
HOLDS = re.compile(r"\{[^{}]*\}|%\([^()]*\)[sd]")
# A recruitment is a „набір”; an edition of the programme, which lasts a year, is a „хвиля”.
CALL = re.compile(r"\bнаб[іо]р\w*", re.IGNORECASE)
OF_A_CALL = re.compile(r"\b(call|calls|pool|recruit\w*)\b", re.IGNORECASE)


def sentences(language: str) -> list[tuple[str, str]]:
    """Everything that we say in a language: (where, what), without what is filled in."""
    letters = Path(settings.BASE_DIR, "templates", "emails").rglob(f"{language}.txt")
    said = [(str(path), path.read_text()) for path in letters]
    for room in settings.ROOMS:
        for message in catalogs.entries(catalogs.read(room, language)).values():
            said += [(room, text) for text in catalogs.forms(message)]
    return [(where, HOLDS.sub("", text)) for where, text in said]


@pytest.mark.parametrize(("language", "word", "others"), WORDS)
def test_a_thing_has_one_name_in_letters_and_on_pages(language, word, others):
    """P5: an official reads of the same thing in a letter and on the page that it opens."""
    said = sentences(language)

    assert [each for each in said if re.search(others, each[1], re.IGNORECASE)] == []
    assert sum(word in text for _where, text in said) > 30


def in_english_and_ukrainian() -> list[tuple[str, str]]:
    """What we say, in both languages: sentences of the catalogues and whole letters."""
    both = []
    for room in settings.ROOMS:
        for (_context, english), message in catalogs.entries(catalogs.read(room, "uk")).items():
            both += [(english, text) for text in catalogs.forms(message)]
    letters = Path(settings.BASE_DIR, "templates", "emails").rglob("uk.txt")
    return both + [(path.with_name("en.txt").read_text(), path.read_text()) for path in letters]


def test_an_edition_is_never_called_what_a_call_is_called():
    """P5: „хвиля програми” of a year, „набір” of applicants; each word of the glossary its own."""
    said = in_english_and_ukrainian()
    calls = [(english, text) for english, text in said if CALL.search(text)]

    assert [each for each in calls if not OF_A_CALL.search(each[0])] == []
    assert [
        (english, text)
        for english, text in calls
        if re.search(r"\bedition", english) and len(english) < 200 and "хвил" not in text
    ] == []
    assert sum("хвил" in text for english, text in said if "edition" in english) > 60
    assert len(calls) > 10
