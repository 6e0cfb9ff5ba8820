"""What the public pages show, taken from the settings of the edition in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.formats import day, deadline, last_minute, moment
from programme.enums import EditionFileKind
from programme.models import Edition, EditionFile, PlacementWindow


@dataclass(frozen=True)
class Door:
    """Something a visitor may do: until when, or from when, in words."""

    is_open: bool
    state: str


def door(opens_at: datetime, closes_at: datetime, now: datetime, zone: str) -> Door:
    """Whether a window is open, and the sentence that says so."""
    language = _language()
    where = ZoneInfo(zone)
    if now < opens_at:
        return Door(False, _("Opens: %(moment)s.") % {"moment": moment(opens_at, language, where)})
    if now >= closes_at:
        return Door(
            False, _("Closed: %(moment)s.") % {"moment": deadline(closes_at, language, where)}
        )
    return Door(
        True, _("Open until: %(moment)s.") % {"moment": deadline(closes_at, language, where)}
    )


@dataclass(frozen=True)
class Stage:
    """A stage of the edition: from its first day to its last one."""

    name: str
    first: date
    last: date
    days: str
    is_now: bool


def timeline(edition: Edition, *, today: date) -> list[Stage]:
    """Stages whose dates are set, in the order in which they begin."""
    return sorted(_stages(edition, today), key=lambda stage: (stage.first, stage.last))


def _stages(edition: Edition, today: date) -> Iterator[Stage]:
    host, intern = ZoneInfo(edition.host_zone), ZoneInfo(edition.intern_zone)

    def stage(name: str, first: date | None, last: date | None = None):
        if first is not None:
            last = last or first
            yield Stage(name, first, last, _days(first, last), first <= today <= last)

    def window(name: str, opens: datetime | None, closes: datetime | None, zone: ZoneInfo):
        if opens is not None and closes is not None:
            yield from stage(
                name, opens.astimezone(zone).date(), last_minute(closes).astimezone(zone).date()
            )

    yield from window(
        _("Survey of Polish municipalities"),
        edition.survey_opens_at,
        edition.survey_closes_at,
        host,
    )
    yield from stage(
        _("Online information sessions"), edition.meetings_start_on, edition.meetings_end_on
    )
    yield from window(
        _("Applications from hromadas"),
        edition.applications_open_at,
        edition.applications_close_at,
        intern,
    )
    yield from stage(_("Inaugural meeting"), edition.inaugural_meeting_on)
    for name, placement in _internships(edition):
        yield from stage(name, placement.starts_on, placement.ends_on)
    yield from stage(_("Closing meeting"), edition.closing_meeting_on)
    yield from window(
        _("Applications for small projects"), edition.grant_opens_at, edition.grant_closes_at, host
    )
    yield from stage(_("Small projects"), edition.grant_starts_on, edition.grant_ends_on)


def _internships(edition: Edition) -> Iterator[tuple[str, PlacementWindow]]:
    """Periods of internships; of several each has its number, or three rows would read the same."""
    periods = list(edition.windows.order_by("starts_on", "pk"))
    for number, period in enumerate(periods, start=1):
        numbered = _("Internships, period %(number)d") % {"number": number}
        yield numbered if len(periods) > 1 else _("Internships"), period


def _days(first: date, last: date) -> str:
    language = _language()
    if first == last:
        return day(first, language)
    return f"{day(first, language)} \u2013 {day(last, language)}"


def foot(edition: Edition | None, files: Iterable[EditionFile]) -> dict[str, object]:
    """Help, who runs the programme, and the official signs: for the foot of public pages.

    `files` are those of `selectors.edition_files`.
    """
    return {
        "help_email": help_email(edition),
        "help_phone": edition.help_phone if edition else "",
        "operator": _(
            "The programme is run by Fundacja Solidarności Międzynarodowej together with Związek "
            "Miast Polskich and Związek Gmin Wiejskich RP, with funds of the Polish Ministry of "
            "Foreign Affairs."
        ),
        "programme_signs": signs(files),
    }


def help_email(edition: Edition | None) -> str:
    """The public address of the edition, else the one that answers our letters."""
    if edition is not None and edition.help_email:
        return edition.help_email
    return parseaddr(settings.REPLY_TO_EMAIL)[1]


def signs(files: Iterable[EditionFile]) -> list[dict[str, str]]:
    """Official signs that were found clean, with their alternative texts."""
    return [
        {"url": reverse("programme:sign", args=[sign.pk]), "alt": sign.title}
        for sign in files
        if sign.kind == EditionFileKind.LOGO and sign.is_visible and sign.current is not None
    ]


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
