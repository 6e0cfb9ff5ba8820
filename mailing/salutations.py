"""How a letter begins to somebody of whom only the form of address is known.

No name, so nothing is inflected. Rooms that know offices have finer ones of their own.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormOfAddress(models.TextChoices):
    """Pan or Pani; nothing for an office or for several people."""

    MASCULINE = "m", _("Pan")
    FEMININE = "f", _("Pani")


PLAIN: dict[str, dict[str, str]] = {
    "pl": {"m": "Szanowny Panie", "f": "Szanowna Pani", "": "Szanowni Państwo"},
    "uk": {"m": "Шановний пане", "f": "Шановна пані", "": "Шановні пані та панове"},
    "en": {"m": "Dear Sir", "f": "Dear Madam", "": "Dear Sir or Madam"},
}


def plain_salutation(*, language: str, form_of_address: str = "") -> str:
    """The first line of a letter without its comma; the collective form when nothing is known."""
    lines = PLAIN.get(language, PLAIN["en"])
    return lines.get(form_of_address, lines[""])
