"""The coordinators' home page: what waits for us and for them, both funnels, the calendar (X6).

What is counted, and what each number opens, is the table in `win4ua.desk_numbers`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.db.models import Count, F, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.selectors.host_after import after_counts
from core import formats
from core.models import User
from programme.models import Edition
from win4ua.desk_numbers import (
    EDITION_OF,
    HOSTS,
    INTERNS,
    OURS,
    PAGES,
    THEIRS,
    Number,
    waiting_rows,
)
from win4ua.mailing_notices import SHOWN, MailingNotice

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Tile:
    """A number with the list it opens."""

    label: str
    value: int
    url: str
    note: str = ""


@dataclass
class Waiting:
    """What waits for somebody: loud where there is something, one quiet line for the rest."""

    tiles: list[Tile]

    @property
    def some(self) -> list[Tile]:
        """Where something waits."""
        return [tile for tile in self.tiles if tile.value]

    @property
    def nothing(self) -> list[Tile]:
        """Where nothing waits; the way to the empty list is kept."""
        return [tile for tile in self.tiles if not tile.value]


@dataclass
class Desk:
    """The home page of one edition."""

    edition: Edition
    mine: Waiting
    theirs: Waiting
    hosts: list[Tile]
    interns: list[Tile]
    days: list[dict]
    pages: list[tuple[str, str]]
    entrances: list[dict] = field(default_factory=list)
    has_mailings: bool = False
    mailings: list[MailingNotice] = field(default_factory=list)


def desk_of(edition: Edition, *, user: User) -> Desk:
    """Counts by status, and ways on: those that this person may open, in the person's language.

    As many queries for 30 000 records as for none.
    """
    counts = _counts(edition)

    def tiles(numbers: Iterable[Number]) -> list[Tile]:
        return [_tile(each, counts, edition) for each in numbers if user.has_perm(each.permission)]

    return Desk(
        edition,
        mine=Waiting(tiles(OURS)),
        theirs=Waiting(tiles(THEIRS)),
        hosts=tiles(HOSTS),
        interns=tiles(INTERNS),
        days=_days(edition, user.language),
        pages=[
            (str(label), reverse(name, args=[edition.pk]))
            for label, name, permission in PAGES
            if user.has_perm(permission)
        ],
        has_mailings=any(counts["mailing"].get(status) for status in SHOWN),
    )


def _tile(number: Number, counts: Counts, edition: Edition) -> Tile:
    found = (counts[name].get(word, 0) for name in number.counted for word in number.statuses)
    return Tile(str(number.label), sum(found), number.address(edition))


def _counts(edition: Edition) -> Counts:
    """Rows by status, and what waits for somebody in particular: one query for all tables (W5)."""
    now = timezone.now()
    parts = [
        _counted(
            model._meta.model_name or "",
            model._default_manager.filter(**({path: edition} if path else {})),
            "status",
        )
        for model, path in EDITION_OF.items()
    ]
    parts += [_counted(name, rows) for name, rows in waiting_rows(edition, now).items()]
    found: Counts = defaultdict(dict)
    for table, word, number in parts[0].union(*parts[1:], all=True):
        found[table][word] = number
    for name, number in asdict(after_counts(edition, now)).items():
        found[name] = {"": number}
    return found


def _counted(name: str, rows: QuerySet, column: str = "") -> QuerySet:
    """One part of the union: (table, word of the column or nothing, number)."""
    word = F(column) if column else Value("")
    named = rows.order_by().annotate(desk_table=Value(name), desk_word=word)
    return named.values_list("desk_table", "desk_word").annotate(number=Count("pk"))


def _days(edition: Edition, language: str) -> list[dict]:
    moments = [
        (edition.survey_opens_at, _("The survey opens")),
        (formats.last_minute(edition.survey_closes_at), _("The survey closes")),
        (edition.applications_open_at, _("Applications open")),
        (formats.last_minute(edition.applications_close_at), _("Applications close")),
        (edition.declarations_close_at, _("Declarations close")),
        (edition.grant_opens_at, _("The call for small projects opens")),
        (edition.grant_closes_at, _("The call for small projects closes")),
    ]
    known = sorted((when, title) for when, title in moments if when is not None)
    return [
        {"moment": formats.moment(when, language, formats.WARSAW), "title": title}
        for when, title in known
    ]
