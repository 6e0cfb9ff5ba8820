"""Columns of the lists that partners send: which is which, and what its cells mean.

Nothing about a person is guessed: a title or a form of address that the file does not give stays
empty, and the preview says so.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.enums import Gender, HeadTitle
from programme.folding import fold

WHICH: dict[str, Promise] = {
    "teryt": _("TERYT code"),
    "name": _("name of the gmina"),
    "powiat": _("powiat"),
    "voivodeship": _("voivodeship"),
}
OFFICE: dict[str, Promise] = {
    "office": _("official name of the office"),
    "email": _("general e-mail address"),
    "street": _("street"),
    "house": _("number of the house"),
    "postcode": _("postcode"),
    "town": _("town"),
    "website": _("website"),
    "e_delivery": _("address for e-delivery"),
}
HEAD: dict[str, Promise] = {
    "head_name": _("head: first name and surname in one column"),
    "head_first_name": _("head: first name"),
    "head_last_name": _("head: surname"),
    "head_title": _("head: title"),
    "head_gender": _("head: form of address (Pan, Pani)"),
    "head_email": _("head: e-mail address"),
    "head_phone": _("head: telephone"),
}
# Headings as people write them, folded; the first column that fits is taken.
KNOWN_AS: dict[str, tuple[str, ...]] = {
    "teryt": ("kod teryt", "teryt", "teryt7", "kod gminy", "kod"),
    "name": (
        "nazwa samorzadu",
        "nazwa gminy",
        "nazwa jst",
        "gmina",
        "miasto",
        "nazwa",
        "samorzad",
        "name",
    ),
    "powiat": ("powiat", "nazwa powiatu"),
    "voivodeship": ("wojewodztwo", "woj", "voivodeship"),
    "office": ("nazwa urzedu jst", "nazwa urzedu", "urzad"),
    "email": (
        "ogolny adres poczty elektronicznej gminy powiatu wojewodztwa",
        "e mail urzedu",
        "e mail",
        "email",
        "adres e mail",
        "poczta elektroniczna",
    ),
    "street": ("ulica", "adres"),
    "house": ("nr domu", "numer domu", "nr"),
    "postcode": ("kod pocztowy",),
    "town": ("miejscowosc",),
    "website": ("adres www jednostki", "adres www", "www", "strona www"),
    "e_delivery": (
        "adres doreczen elektronicznych ade",
        "adres do doreczen elektronicznych",
        "ade",
    ),
    "head_name": ("imie i nazwisko", "wlodarz", "kierownik"),
    "head_first_name": ("imie", "imie wlodarza"),
    "head_last_name": ("nazwisko", "nazwisko wlodarza"),
    "head_title": ("tytul", "stanowisko", "funkcja"),
    "head_gender": (
        "forma zwracania sie",
        "forma zwrotu",
        "forma grzecznosciowa",
        "zwrot",
        "plec",
        "rodzaj",
    ),
    "head_email": ("e mail wlodarza", "email wlodarza", "adres e mail wlodarza"),
    "head_phone": ("telefon wlodarza", "telefon bezposredni"),
}
TITLES = {
    "prezydent": HeadTitle.PREZYDENT,
    "burmistrz": HeadTitle.BURMISTRZ,
    "wojt": HeadTitle.WOJT,
}
GENDERS = {
    "pan": Gender.MASCULINE,
    "m": Gender.MASCULINE,
    "mezczyzna": Gender.MASCULINE,
    "meski": Gender.MASCULINE,
    "pani": Gender.FEMININE,
    "k": Gender.FEMININE,
    "f": Gender.FEMININE,
    "z": Gender.FEMININE,
    "kobieta": Gender.FEMININE,
    "zenski": Gender.FEMININE,
}
PREFIXES = re.compile(r"^(?:urzad\s+)?(?:(?:gmina|miasto|miejska|wiejska|m|g|st|i)\s+)+")


def fields_of(kind: str) -> dict[str, Promise]:
    """What a list of this kind may tell, in the order in which people are asked."""
    return WHICH | OFFICE | HEAD if kind == "contacts" else WHICH


def guess(kind: str, headings: list[str]) -> dict[str, str]:
    """Field -> heading, as far as the headings are known ones."""
    folded = {fold(heading): heading for heading in reversed(headings)}
    found: dict[str, str] = {}
    for field in fields_of(kind):
        for word in KNOWN_AS[field]:
            if word in folded and folded[word] not in found.values():
                found[field] = folded[word]
                break
    return found


def title_of(text: str) -> str | None:
    """The title that a cell names, empty for an empty cell, None for an unknown word."""
    words = fold(text)
    if not words:
        return ""
    return next((title for word, title in TITLES.items() if words.split()[0] == word), None)


def gender_of(text: str) -> str | None:
    """The form of address that a cell names, empty for an empty cell, None for an unknown word."""
    words = fold(text)
    return GENDERS.get(words) if words else ""


def bare_name(text: str) -> str:
    """The folded name without "Gmina", "Miasto", "Urząd" before it."""
    folded = fold(text)
    return PREFIXES.sub("", folded) or folded
