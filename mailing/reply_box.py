"""The mailbox that people answer to, read by IMAP (RFC 9051). Nothing there is ever changed.

People answer from their mail program, so messages stay, and stay unread: the folder is opened for
looking only. What was read is remembered by the number of the message (UID) and the validity of
these numbers. A message that cannot be read stops none behind it: it stands in the list without
words, and people open it in the mailbox.
"""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, F, When

from mailing import bounce_box, services
from mailing.bounce_box import MailboxAway
from mailing.models import ReplyMailbox
from mailing.reply_parts import WHAT_MAY_GO_WRONG, Received, parts_of, unreadable
from mailing.reply_selectors import mailbox_name
from mailing.services import events

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
MOST_MESSAGES = 200
# Of a larger message only so much is fetched: enough for its words, never its files.
MOST_BYTES = 256 * 1024
# A mailbox that is new to us may hold years of letters; replies to ours are not older.
FIRST_LOOK = timedelta(days=30)
# So often a message is begun that the mailbox refuses, or that takes longer than a task may live.
MOST_TRIES = 2
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
LINE_BROKE = (OSError, EOFError, imaplib.IMAP4.abort)
NOT_ITS_FAULT = (SoftTimeLimitExceeded, OperationalError, InterfaceError)


def read(*, now: datetime) -> int:
    """Keep what came since the last time. Returns how many messages were looked at.

    Raises `MailboxAway`. Does nothing when no mailbox is configured.
    """
    if not settings.REPLY_MAILBOX:
        return 0
    try:
        with _opened(settings.REPLY_MAILBOX) as (box, folder):
            return _read_on(box, folder, now)
    except (OSError, EOFError, imaplib.IMAP4.error) as error:
        said = f"{type(error).__name__}: {error}"
        _note_failure(said, now)
        raise MailboxAway(said) from error
    except SoftTimeLimitExceeded as error:
        _note_failure(type(error).__name__, now)
        raise


def is_shared() -> bool:
    """Whether letters that came back lie in the same folder: then one reading tells both.

    POP3 knows the folder INBOX alone, so another folder is never the same.
    """
    replies, bounces = map(urlsplit, (settings.REPLY_MAILBOX, settings.BOUNCE_MAILBOX))
    ours, theirs = ((parts.hostname, unquote(parts.username or "")) for parts in (replies, bounces))
    return bool(settings.REPLY_MAILBOX) and ours == theirs and _folder(replies) == "INBOX"


def _folder(parts: SplitResult) -> str:
    """The folder that is read; INBOX is the one name without case (RFC 9051, 5.1)."""
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return "INBOX" if folder.upper() == "INBOX" else folder


@contextmanager
def _opened(address: str) -> Iterator[tuple[imaplib.IMAP4, str]]:
    """imaps://user:password@host:993/FOLDER; imap:// speaks TLS too, except on this machine."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    tls = ssl.create_default_context()
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=tls, timeout=TIMEOUT_SECONDS)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme != "imaps" and host not in LOOPBACK:
            box.starttls(tls)
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield box, _folder(parts)
    finally:
        with suppress(OSError, EOFError, imaplib.IMAP4.error):
            box.logout()
        with suppress(OSError):  # a line that broke was not hung up by saying goodbye
            box.shutdown()


def _read_on(box: imaplib.IMAP4, folder: str, now: datetime) -> int:
    """From where the last reading ended; from a month ago when the numbers are new to us."""
    _said(box.select(_quoted(folder), readonly=True))
    validity = int(_said(box.response("UIDVALIDITY"))[0])
    name = mailbox_name()
    seen, _is_new = ReplyMailbox.objects.get_or_create(
        mailbox=name, defaults={"uid_validity": validity}
    )
    if seen.uid_validity != validity:
        seen.uid_validity, seen.last_uid, seen.trying_uid = validity, 0, 0
        seen.save(update_fields=["uid_validity", "last_uid", "trying_uid"])
    numbers = _numbers(box, seen.last_uid, now)[:MOST_MESSAGES]
    for uid in numbers:
        _take(box, uid, name, validity, now)
        _remember(name, validity, uid)
    ReplyMailbox.objects.filter(mailbox=name).update(read_at=now, tried_at=now, error="")
    return len(numbers)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(answer: tuple) -> list:
    """What the server says; anything but OK is a mailbox that does not serve us now."""
    word, data = answer
    if word not in ("OK", "UIDVALIDITY") or not data or data[0] is None:
        raise imaplib.IMAP4.error(f"{word}: {data!r}"[:200])
    return data


def _numbers(box: imaplib.IMAP4, last: int, now: datetime) -> list[int]:
    """Numbers of the messages to read, the oldest first."""
    since = imaplib.Time2Internaldate(now - FIRST_LOOK).strip('"').partition(" ")[0]
    wanted = ("UID", f"{last + 1}:*") if last else ("SINCE", since)
    word, data = box.uid("SEARCH", *wanted)
    if word != "OK":
        raise imaplib.IMAP4.error(f"{word}: {data!r}"[:200])
    found = sorted({int(each) for each in (data[0] or b"").split()})
    return [number for number in found if number > last]  # "n:*" always names the newest


def _take(box: imaplib.IMAP4, uid: int, name: str, validity: int, now: datetime) -> None:
    """Look at one message without marking it as read, and keep what it says of our letters."""
    where = {"mailbox": name, "uid_validity": validity, "uid": uid}
    tries = _begin(name, uid)
    try:
        if tries > MOST_TRIES:
            raise imaplib.IMAP4.error("it was begun before and never ended")
        fetched = _fetched(box, uid)
        if fetched is not None:  # else it was moved away while we were reading
            with transaction.atomic():
                _keep(*fetched, where, now)
    except LINE_BROKE:
        ReplyMailbox.objects.filter(mailbox=name).update(tries=0)
        raise
    except NOT_ITS_FAULT:
        raise
    except imaplib.IMAP4.error as error:
        if tries < MOST_TRIES:
            raise
        _leave_to_people(where, error, now)
    except Exception as error:  # whatever a stranger sent, the messages behind it are read
        _leave_to_people(where, error, now)


def _begin(name: str, uid: int) -> int:
    """Write down which message is read now, before it is; how often it was begun."""
    of_it = ReplyMailbox.objects.filter(mailbox=name)
    again = Case(When(trying_uid=uid, then=F("tries") + 1), default=1)
    of_it.update(trying_uid=uid, tries=again)
    return of_it.values_list("tries", flat=True).get()


def _fetched(box: imaplib.IMAP4, uid: int) -> tuple[bytes, bytes] | None:
    """What the server tells about a message, before its bytes or after, and the bytes."""
    what = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{MOST_BYTES}>)"
    word, data = box.uid("FETCH", str(uid), what)
    if word != "OK":
        raise imaplib.IMAP4.error(f"{word}: {data!r}"[:200])
    content = next((each[1] for each in data if isinstance(each, tuple)), None)
    told = [each[0] if isinstance(each, tuple) else each for each in data if each]
    return (b" ".join(told), content) if content is not None else None


def _keep(about: bytes, content: bytes, where: dict, now: datetime) -> None:
    size = SIZE.search(about)
    received = parts_of(content, is_whole=not size or int(size[1]) <= MOST_BYTES)
    if _is_ours(received):
        return
    if received.is_of_a_server and (reports := _reports(content)):
        events.receive(reports, now=now)
        return
    services.keep_reply(received, **where, received_at=_moment(about, now), now=now)


def _leave_to_people(where: dict, error: Exception, now: datetime) -> None:
    """It stands in the list without words: who opens it in the mailbox sees what it is."""
    logger.error("Message %(uid)s of %(mailbox)s was not read", where, exc_info=error)
    number = "uid:{uid_validity}/{uid}@{mailbox}".format(**where)
    services.keep_reply(unreadable(number), **where, received_at=now, now=now)


def _note_failure(said: str, now: datetime) -> None:
    """For the page of replies: that the mailbox was asked, and what came of it."""
    secret = unquote(urlsplit(settings.REPLY_MAILBOX).password or "")
    tried = {"tried_at": now, "error": (said.replace(secret, "…") if secret else said)[:300]}
    ReplyMailbox.objects.update_or_create(
        mailbox=mailbox_name(), defaults=tried, create_defaults={**tried, "uid_validity": 0}
    )


def _is_ours(received: Received) -> bool:
    """A copy of what we or our colleagues sent from here."""
    ours = (settings.DEFAULT_FROM_EMAIL, settings.REPLY_TO_EMAIL)
    return received.sender.lower() in {parseaddr(each)[1].lower() for each in ours}


def _reports(content: bytes) -> list[events.Report]:
    """What it tells of letters that came back; one that cannot be taken apart tells nothing."""
    with suppress(*WHAT_MAY_GO_WRONG):
        return bounce_box.reports_of(content)
    return []


def _moment(about: bytes, now: datetime) -> datetime:
    """When the server got the message; the sender's own word for it is not asked."""
    said = imaplib.Internaldate2tuple(about)
    return datetime.fromtimestamp(time.mktime(said), UTC) if said else now


def _remember(name: str, validity: int, uid: int) -> None:
    """Only forward: two readers at once do not send each other back."""
    of_it = ReplyMailbox.objects.filter(mailbox=name, uid_validity=validity)
    of_it.filter(last_uid__lt=uid).update(last_uid=uid)
