"""Telephone numbers of offices: read as people type them, with an extension where there is one."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

# How Polish, Ukrainian and English letters abbreviate "extension"; the library knows the last.
EXTENSION_WORDS = re.compile(
    r"[\s,;]*(?<![^\W\d])(?:wewnętrzny|wewn|wew|w|внутр|вн|дод|extension|ext|x|\#)[.:=]*\s*"
    r"(?=\d{1,6}\s*$)",
    re.IGNORECASE,
)
LETTERS_AFTER_DIGITS = re.compile(r"\d.*[^\W\d_]", re.DOTALL)  # "0 800 POLSKA" is no number here
MARK = ";ext="  # as RFC 3966 writes it
POLAND = 48


class NotPolish(ValueError):
    """What was typed is no Polish telephone number of nine digits, with or without extension."""


def read(typed: str, region: str = "PL") -> PhoneNumber | None:
    """The number that a text holds, or None; "32 123 45 67 w. 12" has the extension 12."""
    number, word, extension = EXTENSION_WORDS.sub(MARK, typed).partition(MARK)
    if LETTERS_AFTER_DIGITS.search(number):
        return None
    try:
        found = phonenumbers.parse(f"{number}{word}{extension}", region)
    except phonenumbers.NumberParseException:
        return None
    found.italian_leading_zero = None  # the "0" that was dialled before a Polish number until 2009
    return found


def has_extension(typed: str) -> bool:
    """Whether somebody typed an extension after the number."""
    found = read(typed)
    return found is not None and bool(found.extension)


def polish(typed: str) -> str:
    """A Polish number as it is stored: "+48321234567", or "+48321234567 wew. 12".

    Spaces, hyphens, brackets, +48 and 0048 may be typed. Raises `NotPolish`.
    """
    found = read(typed)
    if (
        found is None
        or found.country_code != POLAND
        or not re.fullmatch(r"[1-9]\d{8}", str(found.national_number))
        or not re.fullmatch(r"\d{0,6}", found.extension or "", re.ASCII)
    ):
        raise NotPolish(typed)
    number = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    return f"{number} wew. {found.extension}" if found.extension else number


def spaced(phone: str) -> str:
    """A number to read: "+48 22 782 88 00 wew. 12"; what is no number stands as it was typed."""
    found = read(phone)
    if found is None or not phonenumbers.is_possible_number(found):
        return phone
    extension, found.extension = found.extension, None
    number = phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL)
    return f"{number} wew. {extension}" if extension else number


def dialled(phone: str) -> str:
    """What stands in a link: "tel:+48321234567;ext=12" (RFC 3966); of no number, what it holds."""
    found = read(phone)
    if found is None or not phonenumbers.is_possible_number(found):
        return "tel:" + re.sub(r"[^\d+]", "", phone)
    number = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    return f"tel:{number};ext={found.extension}" if found.extension else f"tel:{number}"
