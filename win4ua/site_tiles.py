"""What the programme site asks of coordinators: missing languages, the yearly review."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.formats import day
from programme.content_selectors import missing_by_language, review_due_by
from programme.models import AccessibilityStatement, Edition
from win4ua.desk import Tile


def site_tiles(edition: Edition, *, today: date, language: str = "pl") -> list[Tile]:
    """Only what has to be done; each opens the list with as many rows, or the statement."""
    missing = missing_by_language(edition)
    labels = {
        "pl": _("texts of the site missing in Polish"),
        "uk": _("texts of the site missing in Ukrainian"),
        "en": _("texts of the site missing in English"),
    }
    address = reverse("admin:programme_content_list")
    tiles = [
        Tile(
            labels[code],
            count,
            f"{address}?{urlencode({'edition': edition.year, 'missing': code})}",
        )
        for code, count in missing.items()
        if count
    ]
    if not edition.retention_is_confirmed:
        url = reverse("admin:programme_edition_change", args=[edition.pk])
        tiles.append(Tile(_("retention periods to confirm for the privacy notice"), 1, url))
    due = review_due_by(today)
    if due is not None:
        args = ["statement", AccessibilityStatement.THE_ONE]
        note = _("Due by: %(day)s") % {"day": day(due, language)}
        url = reverse("admin:programme_content_edit", args=args)
        tiles.append(Tile(_("accessibility statement to review"), 1, url, note))
    return tiles
