"""How many recipients of a mailing have answered, and which (E18)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.models import User
from mailing import mailing_tables as tables
from mailing.models import Mailing, MailingRecipient
from mailing.reply_selectors import answered_rows, answers_of_rows

SHOW = "answered"
Row = dict[str, object]


def tile(mailing: Mailing, user: User) -> list[Row]:
    """One tile that opens its rows; none when nobody answered or the person may not know."""
    many = answered_rows(mailing).count() if user.has_perm("mailing.view_reply") else 0
    if not many:
        return []
    address = tables.rows_url(mailing, show=SHOW)
    return [{"label": _("answered"), "value": tables.number(many), "url": address, "kind": "good"}]


def chip(mailing: Mailing, user: User, chosen: dict[str, str]) -> list[Row]:
    """The view of those who answered, beside the other views of the rows."""
    many = answered_rows(mailing).count() if user.has_perm("mailing.view_reply") else 0
    if not many and chosen["show"] != SHOW:
        return []
    search = {"q": chosen["search"]} if chosen["search"] else {}
    address = f"?{urlencode({'show': SHOW, **search})}"
    is_on = chosen["show"] == SHOW
    return [{"label": _("answered"), "url": address, "is_on": is_on, "count": tables.number(many)}]


def with_answers(rows: Sequence[Row], user: User) -> list[Row]:
    """Rows of a page with the way to the newest answer of each; one query for all of them."""
    if not user.has_perm("mailing.view_reply"):
        return [row | {"answer_url": ""} for row in rows]
    people = [row["row"] for row in rows if isinstance(row["row"], MailingRecipient)]
    found = answers_of_rows(people)
    return [row | {"answer_url": _address(row["row"], found)} for row in rows]


def _address(row: object, found: dict[int, int]) -> str:
    number = found.get(getattr(row, "letter_id", None) or 0)
    return reverse("admin:mailing_reply_change", args=[number]) if number else ""
