"""Every letter of every room has its three texts, and they use its placeholders only."""

import re

import pytest
from django.conf import settings

from mailing import registry, rendering
from mailing.placeholders import BadLetterText
from mailing.rendering import compile_text

LETTERS = sorted(registry.kinds())


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_letter_can_be_written_in_every_language(name, language):
    """T1: all letters x 3 languages x full context: no brace is left."""
    kind = registry.kinds()[name]
    compiled = compile_text(
        registry.source(name, language),
        language,
        frozenset(kind.placeholders),
        True,
        "win4ua@example.org",
    )
    context = {**kind.placeholders, "unsubscribe": "https://win4ua.example/wypisz/x/"}

    words = rendering.render(compiled, context, language=language, seal=kind.sealed)

    body = words.html.partition("</style>")[2]
    assert not re.search(r"[{}]", words.subject + words.text + body)


@pytest.mark.parametrize("name", LETTERS)
def test_letter_says_who_gets_it(name):
    assert registry.kinds()[name].who.strip()


def test_every_text_belongs_to_a_letter():
    on_disk = {
        str(path.parent.relative_to(registry.ROOT))
        for room in settings.ROOMS
        for path in registry.ROOT.glob(f"{room}/*/*.txt")
    }

    assert on_disk == set(LETTERS)


def test_unknown_letter_and_language_are_refused():
    with pytest.raises(registry.UnknownLetter):
        registry.kind("mailing/nothing")
    with pytest.raises(registry.UnknownLetter):
        registry.source("mailing/code", "de")


def test_sealed_value_cannot_stand_in_a_subject():
    with pytest.raises(BadLetterText):
        compile_text("Kod {link}\n\n-> {link} | A", "pl", frozenset({"link"}), False, "a@b.example")
