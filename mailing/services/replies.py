"""Keeping what comes to the mailbox of replies, and dealing with it (E18)."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Length, Lower

from core import audit
from core.models import User
from core.wiring import across_rooms
from mailing import references
from mailing.enums import ReplyMatch
from mailing.models import Letter, OfficeReference, Reply
from mailing.reply_parts import Received

# A case number shorter than this, or without a figure, stands in texts by chance.
SHORTEST_CASE_NUMBER = 6
TO_NOBODY_IN_PARTICULAR = ("mailing/code", "mailing/login_link")
Found = tuple[Letter | None, str]
NOBODY: Found = (None, "")


# What is left of a message that is not for us: the mark that it was read.
NOTHING = {
    "sender": "",
    "sender_name": "",
    "subject": "",
    "text": "",
    "files": [],
    "is_cut": False,
    "letter": None,
    "about_type": None,
    "about_id": None,
    "matched_by": "",
}


class AlreadyHandled(Exception):
    """A colleague has dealt with this reply, or removed it."""


@transaction.atomic
def keep_reply(
    received: Received,
    *,
    mailbox: str,
    uid_validity: int,
    uid: int,
    received_at: datetime,
    now: datetime,
) -> None:
    """Keep one message that answers us; read twice, by whomever, it is there once.

    What a machine or a list sent and no letter of ours explains is left to the mailbox.
    """
    letter, matched_by = letter_of(received)
    if letter is None and (received.is_automatic or received.is_of_a_list):
        return
    reply = Reply(
        mailbox=mailbox,
        uid_validity=uid_validity,
        uid=uid,
        message_id=received.number[:255],
        sender=received.sender,
        sender_name=received.sender_name,
        subject=received.subject,
        text=received.text,
        is_cut=received.is_cut,
        files=list(received.files),
        is_automatic=received.is_automatic,
        received_at=min(received_at, now),
        read_at=now,
        letter=letter,
        matched_by=matched_by,
    )
    Reply.objects.bulk_create([reply], ignore_conflicts=True)


def letter_of(received: Received) -> Found:
    """The letter that a message answers, and how we know: the surest way that says something.

    By the numbers of messages that it names; by our reference or the office's case number in its
    words; by the sender's address, when only one side of the programme keeps that address.
    """
    for way in (_by_thread, _by_reference, _by_case_number, _by_address):
        found = way(received)
        if found[0] is not None:
            return found
    return NOBODY


def _by_thread(received: Received) -> Found:
    """Our Message-ID, or the number that the provider gave in its place."""
    ours: dict[UUID, int] = {}
    theirs: dict[str, int] = {}
    for place, number in enumerate(received.answers):
        inner = number.strip("<>")
        local = inner.partition("@")[0]
        with suppress(ValueError):
            ours.setdefault(UUID(local), place)
        for given in (number, inner, local):
            theirs.setdefault(given, place)
    if not theirs:
        return NOBODY
    known = Q(uuid__in=ours) | Q(provider_id__in=theirs) & ~Q(provider_id="")
    letters = Letter.objects.for_table().filter(known).order_by("-pk")
    far = len(received.answers)
    nearest = min(
        letters,
        key=lambda one: min(ours.get(one.uuid, far), theirs.get(one.provider_id, far)),
        default=None,
    )
    return (nearest, ReplyMatch.THREAD) if nearest else NOBODY


def _by_reference(received: Received) -> Found:
    """Our reference in the subject, else in the text; of several only those to one address."""
    for words in (received.subject, received.everything):
        quoted = references.quoted_in(words)[:20]
        letters = _sent().filter(pk__in=[number for _year, number in quoted])
        named = [one for one in letters if references.is_of(quoted, one.pk, one.created_at)]
        if named:
            return _the_one(named, received.sender, ReplyMatch.REFERENCE)
    return NOBODY


def _by_case_number(received: Received) -> Found:
    """The office's own number, once it is known, whoever of the office writes."""
    words = f"{received.subject}\n{received.everything[:20_000]}"
    known = OfficeReference.objects.annotate(
        long=Length("number"), words=Value(words, output_field=models.TextField())
    ).filter(
        long__gte=SHORTEST_CASE_NUMBER, number__regex=r"[0-9]", words__icontains=models.F("number")
    )
    addresses = list(known.values_list("email", flat=True)[:2])
    letter = _newest_to(addresses[0]) if len(addresses) == 1 else None
    return (letter, ReplyMatch.CASE_NUMBER) if letter else NOBODY


def _by_address(received: Received) -> Found:
    """The newest letter to the sender, unless several sides keep that address."""
    if not received.sender or received.is_of_a_list:
        return NOBODY
    letter = _newest_to(received.sender.lower())
    if letter is None or across_rooms("sides_of_address")(received.sender.lower()) > 1:
        return NOBODY
    return letter, ReplyMatch.ADDRESS


def _sent() -> models.QuerySet[Letter]:
    """Letters that somebody can answer; copies for a colleague are none."""
    found = Letter.objects.for_table().filter(status__in=Letter.SENT)
    return found.exclude(key__startswith="mailing.test.")


def _newest_to(address: str) -> Letter | None:
    found = _sent().annotate(small=Lower("to")).filter(small=address)
    return found.exclude(letter__in=TO_NOBODY_IN_PARTICULAR).order_by("-pk").first()


def _the_one(letters: list[Letter], sender: str, how: ReplyMatch) -> Found:
    """Of letters that a text quotes: those to the sender; of those left, all to one address."""
    to_sender = [one for one in letters if one.to.lower() == sender.lower()]
    left = to_sender or letters
    if len({one.to.lower() for one in left}) > 1:
        return NOBODY
    return max(left, key=lambda one: one.pk), how


@transaction.atomic
def attach_reply(
    reply: Reply, *, about: models.Model, letter: Letter | None, actor: User, now: datetime
) -> Reply:
    """A person has read whose reply it is: from now on it stands there and nowhere else.

    `letter`: the one that it answers, when that is a letter to the same side. Raises
    `AlreadyHandled` when somebody has removed it.
    """
    known = Reply.objects.kept().select_for_update().filter(pk=reply.pk).first()
    if known is None:
        raise AlreadyHandled
    before = _place(known)
    reply.about, reply.letter, reply.matched_by = about, letter, ReplyMatch.BY_HAND
    reply.save(update_fields=["about_type", "about_id", "letter", "matched_by"])
    audit.record(
        action="mailing.reply.attached",
        target=reply,
        actor=actor,
        now=now,
        before=before,
        after=_place(reply),
    )
    return reply


def _place(reply: Reply) -> dict:
    """Where a reply stands, in numbers."""
    kind = reply.about_type
    about = f"{kind.app_label}.{kind.model}:{reply.about_id}" if kind else None
    return {"letter": reply.letter_id, "about": about, "matched_by": str(reply.matched_by)}


@transaction.atomic
def remove_reply(reply: Reply, *, actor: User, now: datetime) -> Reply:
    """It is not for us: who wrote it and what is removed, and it is never read again.

    The message itself stays in the mailbox. Removed twice, it is told once.
    """
    before = _place(reply)
    if Reply.objects.kept().filter(pk=reply.pk).update(**NOTHING, removed_at=now):
        audit.record(
            action="mailing.reply.removed", target=reply, actor=actor, now=now, before=before
        )
    reply.refresh_from_db()
    return reply


@transaction.atomic
def remove_strangers(*, now: datetime) -> int:
    """The same for messages that belong to nobody for `REPLY_KEEP_DAYS`; returns how many."""
    before = now - timedelta(days=settings.REPLY_KEEP_DAYS)
    old = Reply.objects.kept().of_nobody().filter(received_at__lt=before)
    found = list(old.select_for_update().only("pk"))
    Reply.objects.filter(pk__in=[one.pk for one in found]).update(**NOTHING, removed_at=now)
    audit.record_each([(one, {}) for one in found], action="mailing.reply.removed", now=now)
    return len(found)


@transaction.atomic
def handle_reply(reply: Reply, *, actor: User, now: datetime) -> Reply:
    """Somebody has answered it or done what it asks. Raises `AlreadyHandled`."""
    waiting = Reply.objects.kept().filter(pk=reply.pk, handled_at=None)
    won = waiting.update(handled_at=now, handled_by=actor)
    if not won:
        raise AlreadyHandled
    audit.record(action="mailing.reply.handled", target=reply, actor=actor, now=now)
    reply.refresh_from_db()
    return reply


@transaction.atomic
def reopen_reply(reply: Reply, *, actor: User, now: datetime) -> Reply:
    """It was not dealt with after all; one that waits already stays as it is."""
    won = (
        Reply.objects.filter(pk=reply.pk)
        .exclude(handled_at=None)
        .update(handled_at=None, handled_by=None)
    )
    if won:
        audit.record(action="mailing.reply.reopened", target=reply, actor=actor, now=now)
    reply.refresh_from_db()
    return reply
