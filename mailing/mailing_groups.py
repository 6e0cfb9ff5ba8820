"""Recipients of a mailing in groups: by reason, by salutation, by language (E19, E20).

A number of a group opens exactly the rows that it counts: both are asked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from core.db import by_alphabet
from mailing import mailing_selectors
from mailing.models import Mailing, MailingRecipient
from mailing.reply_selectors import answered_rows

VIEWS = ("chosen", "not", "hand", "warning", "gaps", "answered", "lost")
FIVE = 5


def rows_shown(
    mailing: Mailing,
    *,
    show: str = "",
    search: str = "",
    reason: str = "",
    salutation: str = "",
    language: str = "",
) -> QuerySet[MailingRecipient]:
    """Recipients as a page shows them: a view or a state, and what was searched for."""
    found = mailing_selectors.rows(mailing, "" if show in VIEWS else show, search=search)
    if show == "chosen":
        found = found.chosen()
    elif show == "not":
        found = found.left_out()
    elif show == "hand":
        found = found.left_out().filter(why_not="")
    elif show == "warning":
        found = found.chosen().exclude(warning="")
    elif show == "gaps":
        found = found.chosen().exclude(missing="")
    elif show == "answered":
        found = found.filter(pk__in=answered_rows(mailing).values("pk"))
    elif show == "lost":
        found = found.filter(letter__status__in=mailing_selectors.FAILURES)
    if reason:
        found = found.filter(why_not=reason)
    if salutation:
        found = found.chosen().filter(salutation=salutation)
    if language:
        found = found.chosen().filter(language=language)
    return found


def reasons(mailing: Mailing) -> list[tuple[str, int]]:
    """Why people do not get the letter, with how many, the most frequent first; "" is by hand."""
    left_out = mailing.recipients.left_out().values("why_not").annotate(many=Count("pk"))
    return [(one["why_not"], one["many"]) for one in left_out.order_by("-many", "why_not")]


@dataclass(frozen=True)
class Greeting:
    """A salutation in one language: how many get it, and one of them."""

    language: str
    salutation: str
    many: int
    example: str


def salutations(mailing: Mailing) -> list[Greeting]:
    """Every salutation that somebody gets, by language, the most frequent first."""
    greeted = mailing.recipients.chosen().values("language", "salutation")
    counted = greeted.annotate(many=Count("pk"), example=Min("label"))
    return [Greeting(**one) for one in counted.order_by("language", "-many", "salutation")]


def languages(mailing: Mailing) -> list[tuple[str, int]]:
    """How many letters there are in which language."""
    counted = mailing.recipients.chosen().values("language").annotate(many=Count("pk"))
    return [(one["language"], one["many"]) for one in counted.order_by("language")]


def spread(mailing: Mailing) -> Sequence[int]:
    """Five recipients from the whole list, the first and the last among them (by pk)."""
    ordered = list(
        mailing.recipients.chosen()
        .order_by(by_alphabet("label"), "pk")
        .values_list("pk", flat=True)
    )
    if len(ordered) <= FIVE:
        return ordered
    return [ordered[place * (len(ordered) - 1) // (FIVE - 1)] for place in range(FIVE)]
