"""Questions about what people answered."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from mailing.models import Letter, Mailing, MailingRecipient, Reply, ReplyMailbox


def replies_to(letter: Letter) -> QuerySet[Reply]:
    """Everything that came back to one letter, the newest first."""
    return letter.replies.for_table().order_by("-received_at", "-pk")


def answered_rows(mailing: Mailing) -> QuerySet[MailingRecipient]:
    """Recipients of a mailing of whom a person answered; an absence notice is no answer."""
    answer = Reply.objects.by_people().filter(letter=OuterRef("letter"))
    return mailing.recipients.filter(Exists(answer))


def answers_of_rows(rows: Iterable[MailingRecipient]) -> dict[int, int]:
    """Of rows on a page: letter -> the newest answer of a person; one query."""
    letters = [row.letter_id for row in rows if row.letter_id]
    found = Reply.objects.by_people().filter(letter__in=letters).order_by("received_at", "pk")
    return dict(found.values_list("letter_id", "pk"))


def on_heap(heap: str) -> Q:
    """What a person looks for in the list: what waits, what is done, what machines sent."""
    return {
        "waiting": Q(handled_at=None, is_automatic=False),
        "unmatched": Q(handled_at=None, is_automatic=False, matched_by=""),
        "handled": Q(handled_at__isnull=False),
        "automatic": Q(is_automatic=True),
    }.get(heap, Q())


def mailbox_name() -> str:
    """The mailbox as rows remember it: who, where and which folder, never the password."""
    parts = urlsplit(settings.REPLY_MAILBOX)
    user, folder = unquote(parts.username or ""), unquote(parts.path.strip("/")) or "INBOX"
    return f"{user}@{parts.hostname or 'localhost'}/{folder}"[:300]


def mailbox_read() -> ReplyMailbox | None:
    """The mailbox that is read now, with the moment of the last reading; None without one."""
    if not settings.REPLY_MAILBOX:
        return None
    return ReplyMailbox.objects.filter(mailbox=mailbox_name()).first()
