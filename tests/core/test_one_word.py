"""One thing has one word, wherever the same person reads it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core import catalogs

# The word that is used, and those that must not stand beside it.
WORDS = {"pl": ("odnośnik", r"\blink\w*"), "uk": ("посилання", r"\bлінк\w*")}
HOLDS = re.compile(r"\{[^{}]*\}|%\([^()]*\)[sd]")


def sentences(language: str) -> list[tuple[str, str]]:
    """Everything that we say in a language: (where, what), without what is filled in."""
    letters = Path(settings.BASE_DIR, "templates", "emails").rglob(f"{language}.txt")
    said = [(str(path), path.read_text()) for path in letters]
    for room in settings.ROOMS:
        for message in catalogs.entries(catalogs.read(room, language)).values():
            said += [(room, text) for text in catalogs.forms(message)]
    return [(where, HOLDS.sub("", text)) for where, text in said]


@pytest.mark.parametrize("language", WORDS)
def test_a_link_has_one_name_in_letters_and_on_pages(language):
    """P5: an official reads of the same thing in a letter and on the page that it opens."""
    word, others = WORDS[language]
    said = sentences(language)

    assert [each for each in said if re.search(others, each[1], re.IGNORECASE)] == []
    assert sum(word in text for _where, text in said) > 30
