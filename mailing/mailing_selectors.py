"""Questions about mailings."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from core.db import by_alphabet
from mailing import texts
from mailing.enums import LetterStatus, MailingStatus, RecipientState
from mailing.models import Letter, Mailing, MailingRecipient, Suppression
from mailing.models.mailing_recipients import (
    FINAL,
    STATE_OF_LETTER,
    MailingRecipientQuerySet,
)

LOST = (LetterStatus.FAILED, LetterStatus.BOUNCED)
FAILURES = (LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.COMPLAINED)
ENDED = (LetterStatus.ACCEPTED, LetterStatus.DELIVERED, *FAILURES)


def mailings_for_table() -> QuerySet[Mailing]:
    """All mailings, the newest first, with how many rows get the letter and how many have it."""
    chosen = Q(recipients__why_not="", recipients__is_left_out_by_hand=False)
    return (
        Mailing.objects.select_related("author", "approved_by")
        .annotate(
            many=Count("recipients", filter=chosen),
            written=Count("recipients__letter"),
            lost=Count("recipients", filter=Q(recipients__letter__status__in=FAILURES)),
        )
        .order_by("-pk")
    )


def rows(mailing: Mailing, state: str = "", *, search: str = "") -> QuerySet[MailingRecipient]:
    """Recipients of a mailing in one state ("" for all), by their records' names."""
    found = mailing.recipients.in_state(state).for_table()
    if search:
        found = found.filter(
            Q(label__icontains=search) | Q(email__icontains=search) | Q(name__icontains=search)
        )
    return found.order_by(by_alphabet("label"), "pk")


def rows_with_gaps(mailing: Mailing) -> QuerySet[MailingRecipient]:
    """Chosen recipients whose letter would have an empty place (E8)."""
    return mailing.recipients.chosen().exclude(missing="").order_by(by_alphabet("label"), "pk")


def counts(mailing: Mailing) -> dict[str, int]:
    """How many recipients are in which state (`RecipientState`), and "all" and "chosen".

    One query; the states add up to "all".
    """
    written = Q(letter__isnull=False)
    is_chosen = Q(why_not="", is_left_out_by_hand=False)
    wanted: dict[str, Count] = {
        "all": Count("pk"),
        "chosen": Count("pk", filter=is_chosen),
        RecipientState.PLANNED.value: Count("pk", filter=is_chosen & ~written),
        RecipientState.LEFT_OUT.value: Count("pk", filter=~is_chosen & ~written),
    }
    for state in set(STATE_OF_LETTER.values()):
        statuses = [status.value for status, of in STATE_OF_LETTER.items() if of == state]
        wanted[state.value] = Count("pk", filter=Q(letter__status__in=statuses))
    return mailing.recipients.aggregate(**wanted)


def ended_and_failed(mailing: Mailing) -> tuple[int, int]:
    """Letters of which we know how they ended, and those among them that did not arrive."""
    found = mailing.recipients.aggregate(
        ended=Count("pk", filter=Q(letter__status__in=ENDED)),
        failed=Count("pk", filter=Q(letter__status__in=FAILURES)),
    )
    return found["ended"], found["failed"]


def failed_rows(mailing: Mailing) -> QuerySet[MailingRecipient]:
    """Where another try makes sense (E6): it failed, or came back from an address that is not on
    the stop list."""
    stopped = Suppression.objects.filter(lifted_at=None, email__iexact=OuterRef("letter__to"))
    failed = mailing.recipients.filter(
        letter__status__in=[LetterStatus.FAILED, LetterStatus.BOUNCED]
    )
    return failed.exclude(Exists(stopped)).order_by("pk")


def lost_rows(mailing: Mailing) -> MailingRecipientQuerySet:
    """Recipients whose letter did not arrive and who have not said that they want none."""
    return mailing.recipients.filter(letter__status__in=LOST)


def is_settled(mailing: Mailing) -> bool:
    """Whether every recipient has a final state (E16)."""
    unwritten = mailing.recipients.planned()
    under_way = mailing.recipients.filter(letter__isnull=False).exclude(letter__status__in=FINAL)
    return not unwritten.exists() and not under_way.exists()


def let_go_by_one_person(since: datetime) -> QuerySet[MailingRecipient]:
    """Recipients of mailings that went out since then without a second person (P26)."""
    return (
        MailingRecipient.objects.chosen()
        .filter(mailing__approved_at__gt=since, mailing__needs_second_person=False)
        .exclude(mailing__status=MailingStatus.CANCELLED)
    )


def has_newer_words(mailing: Mailing) -> bool:
    """Whether the letter was given other words since the mailing was proposed."""
    if mailing.is_open_for_changes or mailing.has_ended or mailing.subject_pl:
        return False
    return texts.in_force(mailing.letter) != mailing.text


def contradicted(addresses: set[str], *, besides: Mailing) -> dict[str, set[str]]:
    """Addresses (in small letters) that wait for something else: "letter", "mailing" (E14).

    Two queries, whatever the number of addresses.
    """
    waiting = (LetterStatus.DRAFT, LetterStatus.QUEUED, LetterStatus.RETRY, LetterStatus.HELD)
    of_it = MailingRecipient.objects.filter(mailing=besides, letter=OuterRef("pk"))
    letters = (
        Letter.objects.filter(status__in=waiting)
        .exclude(letter__in=["mailing/code", "mailing/login_link"])
        .filter(~Exists(of_it))
    )
    others = MailingRecipient.objects.planned().filter(
        mailing__status__in=[
            MailingStatus.PROPOSED,
            MailingStatus.SCHEDULED,
            MailingStatus.SENDING,
            MailingStatus.PAUSED,
        ]
    )
    found: dict[str, set[str]] = {}
    for what, rows in (
        ("letter", letters.annotate(address=Lower("to"))),
        ("mailing", others.exclude(mailing=besides).annotate(address=Lower("email"))),
    ):
        for address in rows.filter(address__in=addresses).values_list("address", flat=True):
            found.setdefault(address, set()).add(what)
    return found
