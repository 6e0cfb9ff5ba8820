"""The mailbox to which letters sent by SMTP come back, read by POP3.

The mailbox serves nothing else: its address is the envelope sender of our letters, never their
reply address. What was stored is deleted there; what is no returned letter stays for people.
"""

import hashlib
import poplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from flufl.bounce import all_failures

from mailing.enums import EventKind
from mailing.reply_parts import BOUNDED, WHAT_MAY_GO_WRONG, number_of
from mailing.services import events

TIMEOUT_SECONDS = 20
MOST_MESSAGES = 500
MOST_BYTES = 1024 * 1024
PROVIDER = "postmaster"
# Our own Message-ID, wherever the other server quotes it.
OUR_NUMBER = re.compile(
    rb"<([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})@", re.IGNORECASE
)
DIAGNOSIS = re.compile(r"^(?:Diagnostic-Code|Status):\s*(.+(?:\n[ \t]+.+)*)", re.I | re.M)
ANSWER = re.compile(
    r"^.*(?<![\d-])[45]\d\d[ \-](?!\d).*$|^.*(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]).*$", re.M
)


class MailboxAway(Exception):
    """The mailbox did not answer; the next time will do."""


def read(*, now: datetime) -> int:
    """Store what came back since the last time. Returns how many messages were understood.

    Raises `MailboxAway`. Does nothing when no mailbox is configured.
    """
    if not settings.BOUNCE_MAILBOX:
        return 0
    understood = 0
    try:
        with _opened(settings.BOUNCE_MAILBOX) as box:
            for row in box.list()[1][:MOST_MESSAGES]:
                number, size = (int(figure) for figure in row.split()[:2])
                understood += size <= MOST_BYTES and _take(box, number, now)
    except (OSError, EOFError, poplib.error_proto) as error:
        raise MailboxAway(f"{type(error).__name__}: {error}") from error
    return understood


@contextmanager
def _opened(address: str) -> Iterator[poplib.POP3]:
    """pop3s://user:password@host:995, or pop3:// to this machine alone."""
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    box: poplib.POP3
    if parts.scheme == "pop3s":
        tls = ssl.create_default_context()  # poplib's own choice believes any certificate
        box = poplib.POP3_SSL(host, parts.port or 995, timeout=TIMEOUT_SECONDS, context=tls)
    else:
        box = poplib.POP3(host, parts.port or 110, timeout=TIMEOUT_SECONDS)
    try:
        box.user(unquote(parts.username or ""))
        box.pass_(unquote(parts.password or ""))
        yield box
        box.quit()
    finally:
        box.close()


def _take(box: poplib.POP3, number: int, now: datetime) -> bool:
    """Store one message and only then delete it: killed in between, it is read again, once."""
    content = b"\r\n".join(box.retr(number)[1])
    reports = []
    with suppress(*WHAT_MAY_GO_WRONG):  # what cannot be taken apart stays for people
        reports = reports_of(content)
    if not reports:
        return False
    events.receive(reports, now=now)
    box.dele(number)
    return True


def reports_of(content: bytes) -> list[events.Report]:
    """What a message says about letters that came back; nothing when it is another message."""
    message = message_from_bytes(content, policy=BOUNDED)
    passing, lasting = all_failures(message)
    ours = OUR_NUMBER.search(content)
    # Read by IMAP its bytes end otherwise than by POP3: its number says that it is the same.
    number = f"{number_of(message, content.rstrip())}|{ours[1].decode() if ours else ''}"
    digest = hashlib.sha256(number.encode()).hexdigest()
    return [
        events.Report(
            provider=PROVIDER,
            kind=kind,
            event_id=f"{digest}:{hashlib.sha256(address).hexdigest()[:16]}",
            recipient=address.decode("utf-8", "replace").strip("<> ").replace("\x00", ""),
            reason="bounced" if kind == EventKind.BOUNCED else "",
            said=_said(message),
            letter_number=UUID(ours[1].decode()) if ours else None,
            occurred_at=_day_of(message),
        )
        for kind, addresses in ((EventKind.BOUNCED, lasting), (EventKind.DEFERRED, passing))
        for address in sorted(addresses)
    ]


def _said(message: Message) -> str:
    """The answer of the other server: the diagnosis of a report (RFC 3464), else a line like it."""
    words = "\n".join(_texts(message))
    found = DIAGNOSIS.findall(words) or ANSWER.findall(words)
    return "\n".join(" ".join(each.split()) for each in found[:4]).replace("\x00", "")


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            yield part.as_string()
        elif part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload[:20_000].decode("utf-8", "replace")


def _day_of(message: Message) -> datetime | None:
    try:
        said = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
