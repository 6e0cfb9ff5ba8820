"""When internships may take place: which periods a form still offers."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _

from core import formats
from core.prepared import Prepared
from programme.models import Edition, PlacementWindow

Choices = tuple[tuple[str, str], ...]
# Asked by every form that offers periods, and by every reading of one.
_WINDOWS = Prepared(
    lambda edition: PlacementWindow.objects.filter(edition=edition).order_by("starts_on", "pk"),
    edition=int,
)


def days_of(window: PlacementWindow, language: str) -> str:
    """ "7 września 2026 – 2 października 2026"."""
    return f"{formats.day(window.starts_on, language)} – {formats.day(window.ends_on, language)}"


def windows_to_offer(
    edition: Edition, *, today: date, language: str, chosen: object = None
) -> Choices:
    """Periods that have not begun, as (code, words), the earliest first.

    One that was chosen before (`chosen`: the stored answer, a list of codes or nothing) and has
    begun meanwhile stays, and says so: an answer that was given neither disappears nor blocks.
    """
    kept = chosen if isinstance(chosen, list) else []
    return tuple(
        (window.code, _words(window, today, language))
        for window in _WINDOWS.all(edition=edition.pk)
        if window.starts_on > today or window.code in kept
    )


def offer(field: forms.MultipleChoiceField, windows: Choices) -> None:
    """Put the periods into the field; when none is left, nobody is kept from going on."""
    field.choices = windows
    if not windows:
        field.required = False
        field.help_text = _("Every period of this edition has begun. We will agree the dates.")


def all_windows(edition: Edition, *, language: str) -> Choices:
    """Every period of the edition, for those who read answers and give none."""
    return tuple(
        (window.code, days_of(window, language)) for window in _WINDOWS.all(edition=edition.pk)
    )


def _words(window: PlacementWindow, today: date, language: str) -> str:
    days = days_of(window, language)
    if window.starts_on > today:
        return days
    if window.ends_on >= today:
        return _("%(days)s (has already begun)") % {"days": days}
    return _("%(days)s (is already over)") % {"days": days}
