"""A decision keeps the figure it used (A21); the register may say another one by now."""

from django.utils.translation import gettext as _

from applications import wording
from applications.eligibility import Figure
from core import formats
from programme.models import Gmina, Hromada


def register_now(unit: Gmina | Hromada, used: int | None, language: str) -> str:
    """A sentence when the newest figure of the register is another one; empty otherwise."""
    newest = unit.latest_population
    if newest is None or used is None or newest.value == used:
        return ""
    return _("Decided on the figure %(used)s; the register now says %(now)s.") % {
        "used": formats.number(used, language),
        "now": wording.figure_words(Figure(newest.value, newest.on, newest.source), language),
    }
