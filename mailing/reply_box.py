"""The mailbox that people answer to, read by IMAP (RFC 9051). Nothing there is ever changed.

People answer from their mail program, so messages stay, and stay unread: the folder is opened for
looking only. What was read is remembered by the number of the message (UID) and the validity of
these numbers.
"""

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings

from mailing import bounce_box, services
from mailing.bounce_box import MailboxAway
from mailing.models import ReplyMailbox
from mailing.reply_parts import WHAT_MAY_GO_WRONG, Received, parts_of
from mailing.reply_selectors import mailbox_name
from mailing.services import events

TIMEOUT_SECONDS = 20
MOST_MESSAGES = 200
# Of a larger message only so much is fetched: enough for its words, never its files.
MOST_BYTES = 256 * 1024
# A mailbox that is new to us may hold years of letters; replies to ours are not older.
FIRST_LOOK = timedelta(days=30)
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


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
        raise MailboxAway(f"{type(error).__name__}: {error}") from error


def is_shared() -> bool:
    """Whether letters that came back lie in the same mailbox: then one reading tells both."""
    ours, theirs = (
        (parts.hostname, unquote(parts.username or ""))
        for parts in map(urlsplit, (settings.REPLY_MAILBOX, settings.BOUNCE_MAILBOX))
    )
    return bool(settings.REPLY_MAILBOX) and ours == theirs


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
        yield box, unquote(parts.path.strip("/")) or "INBOX"
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
        seen.uid_validity, seen.last_uid = validity, 0
        seen.save(update_fields=["uid_validity", "last_uid"])
    numbers = _numbers(box, seen.last_uid, now)[:MOST_MESSAGES]
    for uid in numbers:
        _take(box, uid, name, validity, now)
        _remember(name, validity, uid)
    ReplyMailbox.objects.filter(mailbox=name).update(read_at=now)
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
    what = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{MOST_BYTES}>)"
    data = _said(box.uid("FETCH", str(uid), what))
    found = next((each for each in data if isinstance(each, tuple)), None)
    if found is None:  # it was moved away while we were reading
        return
    about, content = found[0], found[1]
    size = SIZE.search(about)
    received = parts_of(content, is_whole=not size or int(size[1]) <= MOST_BYTES)
    if _is_ours(received):
        return
    if received.is_of_a_server and (reports := _reports(content)):
        events.receive(reports, now=now)
        return
    services.keep_reply(
        received,
        mailbox=name,
        uid_validity=validity,
        uid=uid,
        received_at=_moment(about, now),
        now=now,
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
