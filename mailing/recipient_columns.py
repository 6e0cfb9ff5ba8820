"""Columns of a list of recipients: which is which, and what its cells mean.

Nothing about a person is guessed: a form of address that the file does not give stays open, and
the greeting is then the collective one.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailing.salutations import FormOfAddress

FIELDS: dict[str, Promise] = {
    "email": _("e-mail address"),
    "name": _("name, or first name"),
    "surname": _("surname, when it has a column of its own"),
    "language": _("language"),
    "form_of_address": _("form of address (Pan, Pani)"),
    "salutation": _("salutation, when the file gives the whole of it"),
}
# Headings as people write them, in small letters with single spaces; the first that fits is taken.
KNOWN_AS: dict[str, tuple[str, ...]] = {
    "email": (
        "e mail",
        "email",
        "adres e mail",
        "adres email",
        "mail",
        "poczta elektroniczna",
        "ел пошта",
        "електронна пошта",
        "e mail address",
    ),
    "name": (
        "imię i nazwisko",
        "imie i nazwisko",
        "osoba",
        "ім’я та прізвище",
        "піб",
        "name",
        "full name",
        "imię",
        "imie",
        "ім’я",
        "first name",
    ),
    "surname": ("nazwisko", "прізвище", "surname", "last name"),
    "language": ("język", "jezyk", "мова", "language"),
    "form_of_address": (
        "forma zwracania się",
        "forma zwrotu",
        "płeć",
        "plec",
        "звертання",
        "стать",
        "form of address",
        "gender",
    ),
    "salutation": ("zwrot", "powitanie", "zwrot grzecznościowy", "привітання", "salutation"),
}
WHOLE_NAMES = frozenset(KNOWN_AS["name"][:7])
LANGUAGES: dict[str, frozenset[str]] = {
    "pl": frozenset({"pl", "pol", "polski", "polska", "польська", "polish"}),
    "uk": frozenset({"uk", "ua", "ukr", "ukraiński", "ukrainski", "українська", "ukrainian"}),
    "en": frozenset({"en", "eng", "angielski", "англійська", "english"}),
}
FORMS_OF_ADDRESS: dict[str, frozenset[str]] = {
    FormOfAddress.MASCULINE: frozenset(
        {"pan", "m", "mężczyzna", "męski", "пан", "ч", "чоловіча", "mr", "male"}
    ),
    FormOfAddress.FEMININE: frozenset(
        {"pani", "k", "f", "ż", "kobieta", "żeński", "пані", "ж", "жіноча", "ms", "mrs", "female"}
    ),
}


def plain(text: str) -> str:
    """Words of a cell in small letters, single spaces between, without signs."""
    return " ".join(re.findall(r"[\w’]+", text.replace("'", "’").replace("_", " ").casefold()))


def guess(headings: list[str]) -> dict[str, str]:
    """Field -> heading, as far as the headings are known ones."""
    known = {plain(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    for field, words in KNOWN_AS.items():
        heading = next((known[word] for word in words if word in known), None)
        if heading is not None and heading not in found.values():
            found[field] = heading
    if plain(found.get("name", "")) in WHOLE_NAMES:
        found.pop("surname", None)
    return found


def language_of(text: str) -> str | None:
    """The language that a cell names, empty for an empty cell, None for an unknown word."""
    return _meant(text, LANGUAGES)


def form_of_address_of(text: str) -> str | None:
    """The form of address of a cell, empty for an empty cell, None for an unknown word."""
    return _meant(text, FORMS_OF_ADDRESS)


def _meant(text: str, words: dict[str, frozenset[str]]) -> str | None:
    word = plain(text)
    if not word:
        return ""
    return next((str(value) for value, known in words.items() if word in known), None)
