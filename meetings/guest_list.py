"""The list of a session's guests as a spreadsheet."""

from django.utils.translation import gettext as _

from meetings import selectors
from meetings.models import InformationSession


def guest_list(session: InformationSession) -> tuple[list[str], list[tuple[object, ...]]]:
    """Headings, and a row for each municipality with a place, in the order of the alphabet."""
    headings = [
        "TERYT",
        _("Municipality"),
        _("County"),
        _("People"),
        _("Captions or interpreter"),
        _("Answer given"),
        _("E-mail"),
    ]
    rows: list[tuple[object, ...]] = [
        (
            choice.survey.gmina.teryt,
            choice.survey.gmina.name,
            choice.survey.gmina.powiat,
            choice.people,
            choice.needs,
            choice.get_status_display(),
            choice.survey.addressee.email,
        )
        for choice in selectors.guests(session)
    ]
    return headings, rows
