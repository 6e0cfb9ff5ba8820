"""Whether mail of this installation will be trusted: settings, the line to the server, the DNS."""

import re
import ssl
from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

import dns.resolver
from django.conf import settings

from mailing import dns_records, headers, reply_box, transport
from mailing.dns_records import BAD, OK, WARN, Finding, NoAnswer

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NOBODY = re.compile(r"^(?:no|do[-_.]?not|nie)[-_.]?(?:reply|odpowiada[cj]\w*)", re.IGNORECASE)
SECRET_LENGTH = 24


def domain_of(address: str) -> str:
    """The domain of an address with or without a name."""
    return parseaddr(address)[1].rpartition("@")[2].lower()


def of_settings() -> Iterator[Finding]:
    """From, Reply-To, what comes back, tracking."""
    sender, reply = parseaddr(settings.DEFAULT_FROM_EMAIL)[1], parseaddr(settings.REPLY_TO_EMAIL)[1]
    yield (
        Finding(OK, f"Letters come from {sender}, answers go to {reply}.")
        if ("." in domain_of(sender) and "." in domain_of(reply))
        else Finding(
            BAD,
            f"Letters come from {sender}, answers go to {reply}: nobody outside can answer.",
            "Set DEFAULT_FROM_EMAIL and REPLY_TO_EMAIL to addresses of a domain of yours.",
        )
    )
    if NOBODY.match(reply):
        todo = "Set REPLY_TO_EMAIL to a mailbox that a person reads: every letter promises it."
        yield Finding(BAD, f"Answers go to {reply}, which looks like a mailbox of nobody.", todo)
    yield _of_replies()
    if transport.stays_here():
        todo = "Set EMAIL_BACKEND and its settings: docs/mail.md."
        yield Finding(BAD, f"{settings.EMAIL_BACKEND} sends nothing to anybody.", todo)
    elif settings.EMAIL_BACKEND.startswith("anymail."):
        yield from _of_provider(transport.provider_name())
    else:
        yield from _of_bounces()


def _of_replies() -> Finding:
    box = urlsplit(settings.REPLY_MAILBOX)
    if not box.scheme:
        todo = "Set REPLY_MAILBOX, so that replies are shown at their municipality: docs/mail.md."
        return Finding(WARN, "The application does not read what people answer.", todo)
    if box.scheme not in ("imaps", "imap") or not box.hostname or not box.username:
        todo = "Use imaps://user:password@host:993/INBOX."
        return Finding(BAD, "REPLY_MAILBOX is no address of a mailbox that can be read.", todo)
    return Finding(OK, f"What people answer is read at {box.hostname}, and stays there.")


def _of_provider(provider: str) -> Iterator[Finding]:
    secrets = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    secrets = [secrets] if isinstance(secrets, str) else secrets
    door = f"{settings.SITE_URL}/anymail/{provider}/tracking/"
    if not secrets:
        todo = (
            f'Put "WEBHOOK_SECRET": ["user:long-and-random"] into ANYMAIL and enter {door} there.'
        )
        yield Finding(BAD, "The provider cannot tell what bounced: no WEBHOOK_SECRET.", todo)
    elif min(len(secret) for secret in secrets) < SECRET_LENGTH:
        todo = f"Make it random, with at least {SECRET_LENGTH} characters."
        yield Finding(BAD, "WEBHOOK_SECRET is short enough to be guessed.", todo)
    else:
        yield Finding(OK, f"The provider tells what bounced at {door}.")
    defaults = settings.ANYMAIL.get("SEND_DEFAULTS", {})
    if defaults.get("track_opens") or defaults.get("track_clicks"):
        todo = "Remove track_opens and track_clicks from SEND_DEFAULTS: we watch nobody."
        yield Finding(BAD, "ANYMAIL asks for tracking.", todo)
    if provider not in headers.TRACKING_PER_MESSAGE:
        todo = "Switch opens and clicks off in your account there; we cannot do it with a letter."
        yield Finding(WARN, f"{provider} decides about tracking by itself.", todo)


def _of_bounces() -> Iterator[Finding]:
    box, address = settings.BOUNCE_MAILBOX, parseaddr(settings.BOUNCE_EMAIL)[1]
    if not box or not address:
        todo = "Set BOUNCE_EMAIL and BOUNCE_MAILBOX to a mailbox that serves nothing else."
        yield Finding(BAD, "Nobody reads the letters that come back.", todo)
        return
    is_same = address.lower() == parseaddr(settings.REPLY_TO_EMAIL)[1].lower()
    if is_same and not reply_box.is_shared():
        todo = (
            "Use two mailboxes, or write the same user and host into REPLY_MAILBOX and"
            " BOUNCE_MAILBOX and read INBOX there: one reading tells both."
        )
        yield Finding(BAD, "Returned letters and answers share a mailbox.", todo)
    parts = urlsplit(box)
    if not reply_box.is_shared() and parts.scheme != "pop3s" and parts.hostname not in LOOPBACK:
        todo = "Use pop3s://user:password@host:995."
        yield Finding(BAD, "The password of the bounce mailbox travels in clear.", todo)
    else:
        yield Finding(OK, f"Returned letters go to {address} and are read there.")


def of_line() -> Iterator[Finding]:
    """Open the line as sending does, with TLS and password, and hang up. Nothing is sent."""
    if transport.stays_here():
        return
    try:
        connection = transport.open_connection()
    except transport.TryLater as error:
        yield Finding(BAD, f"The mail server does not let us in: {error}", _advice(error))
        return
    line = getattr(connection, "connection", None)
    socket = getattr(line, "sock", None)
    if socket is None:
        yield Finding(OK, "The provider is reached with each letter; its key was not tried.")
    elif isinstance(socket, ssl.SSLSocket):
        yield Finding(OK, f"The line to {settings.EMAIL_HOST} is open, {socket.version()}.")
    elif settings.EMAIL_HOST in LOOPBACK:
        yield Finding(OK, f"The line to {settings.EMAIL_HOST} is open; it stays on this machine.")
    else:
        todo = "Set EMAIL_USE_TLS=true (port 587) or EMAIL_USE_SSL=true (port 465)."
        yield Finding(BAD, f"Letters travel to {settings.EMAIL_HOST} in clear.", todo)
    connection.close()


def _advice(error: Exception) -> str:
    words = str(error)
    if "certificate" in words.lower():
        return "The server's certificate does not fit its name, or is out of date: EMAIL_HOST."
    if "STARTTLS" in words:
        return "The server offers no TLS at this port: EMAIL_PORT, EMAIL_USE_TLS, EMAIL_USE_SSL."
    if "Authentication" in words:
        return "Check EMAIL_HOST_USER and EMAIL_HOST_PASSWORD."
    return "Check EMAIL_HOST, EMAIL_PORT and the firewall."


def of_dns(resolver: dns.resolver.Resolver, selectors: list[str]) -> Iterator[Finding]:
    """SPF of the envelope, DKIM and DMARC of From, whether the two agree, MX of what comes back."""
    sender, reply = domain_of(settings.DEFAULT_FROM_EMAIL), domain_of(settings.REPLY_TO_EMAIL)
    is_smtp = not settings.EMAIL_BACKEND.startswith("anymail.")
    envelope = (is_smtp and domain_of(settings.BOUNCE_EMAIL)) or sender
    parts = [
        dns_records.spf(resolver, envelope),
        _alignment(sender, envelope),
        dns_records.dkim(resolver, sender, selectors),
        dns_records.dmarc(resolver, sender),
        dns_records.mx(resolver, reply, "answers"),
    ]
    if is_smtp and settings.BOUNCE_EMAIL:
        parts.append(dns_records.mx(resolver, envelope, "returned letters"))
    for part in parts:
        try:
            yield from part
        except NoAnswer as error:
            todo = "Try again; or name another resolver: check_mail --resolver HOST[:PORT]."
            yield Finding(BAD, f"The DNS did not answer: {error}", todo)


def _alignment(sender: str, envelope: str) -> Iterator[Finding]:
    if dns_records.are_aligned(sender, envelope):
        yield Finding(OK, f"From ({sender}) and the envelope ({envelope}) agree: SPF counts.")
    else:
        todo = "Use a BOUNCE_EMAIL of the same domain; until then only DKIM speaks for DMARC."
        yield Finding(WARN, f"From ({sender}) and the envelope ({envelope}) do not agree.", todo)
