"""What the home page says of mailings: who waits for a second person, what runs, what stopped."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.counts import Count
from core.models import User
from mailing.enums import MailingStatus
from mailing.mailing_selectors import mailings_for_table
from mailing.models import Mailing

SHOWN = (
    MailingStatus.PAUSED,
    MailingStatus.PROPOSED,
    MailingStatus.SCHEDULED,
    MailingStatus.SENDING,
)
MOST = 5


@dataclass(frozen=True)
class MailingNotice:
    """A sentence on one mailing, and the way to it."""

    kind: str
    title: str
    text: str
    url: str


def mailing_notices(user: User) -> list[MailingNotice]:
    """For whoever may see mailings: those that wait or run, the most urgent first. One query."""
    if not user.has_perm("mailing.view_mailing"):
        return []
    known = mailings_for_table().filter(status__in=SHOWN)
    urgent = sorted(known, key=lambda one: SHOWN.index(MailingStatus(one.status)))
    return [_notice(mailing, user) for mailing in urgent[:MOST]]


def _notice(mailing: Mailing, user: User) -> MailingNotice:
    numbers = {"many": Count(mailing.many), "written": Count(mailing.written)}  # type: ignore[attr-defined]
    kind, words = {
        MailingStatus.PAUSED: (
            "error",
            _("The mailing is paused; letters that have not left wait for your word."),
        ),
        MailingStatus.PROPOSED: ("warning", _whose_turn(mailing, user)),
        MailingStatus.SCHEDULED: (
            "info",
            _("The mailing is approved and can still be taken back. Letters: %(many)s."),
        ),
        MailingStatus.SENDING: (
            "info",
            _("Letters are going out. Written so far: %(written)s of %(many)s."),
        ),
    }[MailingStatus(mailing.status)]
    if mailing.status == MailingStatus.PAUSED and mailing.pause_reason:
        words = f"{mailing.pause_words.rstrip(' .')}. {words}"
    text = words % numbers if mailing.status != MailingStatus.PAUSED else words
    return MailingNotice(
        kind, mailing.title, text, reverse("admin:mailing_page", args=[mailing.pk])
    )


def _whose_turn(mailing: Mailing, user: User) -> str:
    had_a_hand = {mailing.author_id, mailing.changed_by_id, mailing.proposed_by_id}
    is_own = mailing.needs_second_person and user.pk in had_a_hand
    if is_own or not user.has_perm("mailing.approve_mailing"):
        return _("The mailing waits for a colleague who has not prepared it. Letters: %(many)s.")
    return _("The mailing waits for your approval. Letters: %(many)s.")
