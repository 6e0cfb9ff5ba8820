"""Our number on a letter and the office's own, which replies keep (E22).

Ours is made of the letter's row, so no two letters share one and nobody types it. The office's case
number is what its registry gave the matter; once it is known for an address, our later letters to
it carry both.
"""

import re
from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Func, Value
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.formats import day_in_warsaw
from mailing.placeholders import clean

FIGURES = 6
NO_NUMBER_YET = "…"
# WIN4UA/2027/000123, as people quote it: "Dot. WIN4UA / 2027 / 123", "win4ua-2027-000123".
QUOTED = re.compile(r"(?<!\d)(20\d\d)\s*[/\\_.-]\s*0*(\d{1,15})(?!\d)")


def ours(number: int | None, written_at: datetime) -> str:
    """Our reference of a letter, for example WIN4UA/2027/000123."""
    figures = f"{number:0{FIGURES}d}" if number else NO_NUMBER_YET
    return f"{settings.LETTER_REFERENCE}/{day_in_warsaw(written_at).year}/{figures}"


def lines(ours: str, theirs: str, language: str) -> str:
    """What the foot of a letter says: our number, and the office's where it is known."""
    with translation.override(language):
        said = [_("Our reference: %(number)s") % {"number": ours}]
        said += [_("Your case number: %(number)s") % {"number": clean(theirs)}] if theirs else []
        return "\n".join(said)


def sample_lines(language: str) -> str:
    """The same for a letter that nobody has written yet: its number comes with it."""
    return lines(ours(None, timezone.now()), "", language)


def numbers_in(text: str) -> list[int]:
    """Numbers of letters that a text quotes, for a search; empty when it quotes none."""
    if settings.LETTER_REFERENCE.casefold() not in text.casefold():
        return []
    return [int(found[2]) for found in QUOTED.finditer(text)]


def quoted_in(text: str) -> list[tuple[int, int]]:
    """Our references in somebody's text, as (year, number), in their order and each once.

    Other figures do not count, unlike in a search: a letter is full of dates. Spaces and other
    separators do: "Dot. WIN4UA / 2027 / 123".
    """
    word = re.escape(settings.LETTER_REFERENCE)
    quoted = rf"(?<!\w){word}\s*[/\\_.-]\s*(20\d\d)\s*[/\\_.-]\s*0*(\d{{1,15}})(?!\d)"
    found = re.finditer(quoted, text, re.IGNORECASE)
    return list(dict.fromkeys((int(each[1]), int(each[2])) for each in found))


def is_of(quoted: list[tuple[int, int]], number: int, written_at: datetime) -> bool:
    """Whether a letter is among the references that a text quotes, year and all."""
    return (day_in_warsaw(written_at).year, number) in quoted


def known_for(address: str) -> Func:
    """For an INSERT: the case number known for an address, without a query of its own."""
    return Func(
        Value(address.lower()),
        template="COALESCE((SELECT number FROM mailing_officereference"
        " WHERE email = %(expressions)s), '')",
        output_field=CharField(),
    )
