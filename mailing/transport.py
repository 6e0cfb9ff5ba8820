"""From a letter to the provider: the message, the connection, and what an error means."""

import math
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from smtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import (
    BadHeaderError,
    EmailMultiAlternatives,
    SafeMIMEMultipart,
    SafeMIMEText,
    get_connection,
)
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtp
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from mailing import headers, subjects
from mailing.addresses import one_address
from mailing.models import Letter

DJANGO_SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Which providers take text/calendar as an alternative, the part that mail programs act on. The
# others get it as a file; Resend refuses a file type with a parameter.
CALENDAR_ALTERNATIVE = {
    "smtp",
    "locmem",
    "console",
    "filebased",
    "dummy",
    "test",
    "amazon_ses",
    "sendgrid",
}
CALENDAR_WITHOUT_METHOD = {"resend"}
NO_METADATA = {"mailersend", "postal"}  # their events are known by the number that they gave
# Providers that recognise our key, and for how long a second call with it is surely recognised:
# half the time they promise (Resend 24 h, Brevo 15 min).
HONOURED_FOR = {"resend": timedelta(hours=12), "brevo": timedelta(minutes=7)}
HANDSHAKE_FAILURES = {
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "SSL/TLS_ALERT_HANDSHAKE_FAILURE",
}


class Refused(Exception):
    """The provider will never take this letter as it is."""


@dataclass
class TryLater(Exception):
    """The provider surely has not taken it; `seconds` when it says how long to wait."""

    reason: str
    seconds: int | None = None
    is_down: bool = False

    def __str__(self) -> str:
        return self.reason


class Unknown(Exception):
    """The provider may or may not have taken it."""


class _WatchedSMTP(SMTP):
    """Remembers whether the text of a message was under way when the line broke."""

    data_began = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.data_began = True
        answer = super().data(msg)
        self.data_began = False
        return answer


class _QuickPolicy(Compat32):
    """The standard policy, which takes a short plain header as it is instead of wrapping it."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes, at most 78 characters a line."""
        is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
        if is_plain and len(name) + len(value) < 77:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name == "Subject" and isinstance(value, str):
            return subjects.folded(value, self.linesep)
        return super().fold_binary(name, value)


QUICK = _QuickPolicy(linesep="\r\n")


class _LetterMessage(EmailMultiAlternatives):
    """A letter that is the same bytes each time it is made: its boundaries are its number."""

    number = ""

    def message(self) -> SafeMIMEText | SafeMIMEMultipart:
        """As Django makes it."""
        made = super().message()
        made.policy = QUICK
        parts = [part for part in made.walk() if part.is_multipart()]
        for place, part in enumerate(parts):
            part.set_boundary(f"=={self.number}.{place}==")
        return made


class _SmtpBackend(DjangoSmtp):
    """Django's own, with a connection that can tell how far a message got."""

    @property
    def connection_class(self) -> type[SMTP]:
        return super().connection_class if self.use_ssl else _WatchedSMTP


def provider_name(backend: str | None = None) -> str:
    """A short name of the configured back end: smtp, filebased, postmark..."""
    return (backend or settings.EMAIL_BACKEND).split(".")[-2]


def stays_here() -> bool:
    """Whether letters go to files or memory of this machine, to nobody."""
    return provider_name() in {"filebased", "locmem", "console", "dummy"}


def build(letter: Letter, provider: str) -> EmailMultiAlternatives:
    """The message of a letter. Raises `Refused` when it cannot be made into one."""
    try:
        return _message(letter, provider)
    except (ValueError, InvalidToken, LookupError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def _message(letter: Letter, provider: str) -> EmailMultiAlternatives:
    message = _LetterMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[one_address(letter.to)],
        reply_to=[settings.REPLY_TO_EMAIL],
        headers=headers.of_letter(letter),
    )
    message.number = letter.uuid.hex
    message.attach_alternative(letter.html, "text/html")
    if settings.BOUNCE_EMAIL and provider == "smtp":  # the envelope's sender, apart from ours
        message.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        message.from_email = settings.BOUNCE_EMAIL
    if letter.calendar:
        _add_calendar(message, letter, provider)
    for attachment in sorted(letter.attachments.all(), key=lambda file: file.pk):
        message.attach(attachment.name, attachment.body, attachment.content_type)
    if provider == "brevo":
        message.extra_headers["idempotencyKey"] = str(letter.uuid)
    if settings.EMAIL_BACKEND.startswith("anymail."):
        _tell_anymail(message, letter, provider)
    return message


def _tell_anymail(message: Any, letter: Letter, provider: str) -> None:
    """Anymail reads attributes of the message that Django's own does not have."""
    if provider not in NO_METADATA:
        message.metadata = {"letter": str(letter.uuid)}
    if provider in headers.TRACKING_PER_MESSAGE:
        message.track_opens = message.track_clicks = False


def _add_calendar(message: EmailMultiAlternatives, letter: Letter, provider: str) -> None:
    kind = f"text/calendar; charset=utf-8; method={letter.calendar_method}"
    if provider in CALENDAR_ALTERNATIVE:
        message.attach_alternative(letter.calendar, kind)
        message.attach("invite.ics", letter.calendar.encode(), "application/ics")
    elif provider in CALENDAR_WITHOUT_METHOD:
        message.attach("invite.ics", letter.calendar.encode(), "text/calendar")
    else:
        message.attach("invite.ics", letter.calendar.encode(), kind)


def open_connection() -> BaseEmailBackend:
    """Get the line. Nothing has been sent: whatever goes wrong here, later is safe."""
    connection = None
    try:
        ours = settings.EMAIL_BACKEND == DJANGO_SMTP
        connection = _SmtpBackend() if ours else get_connection()
        connection.open()
    except (OSError, AnymailError, ImproperlyConfigured, requests.RequestException) as error:
        if connection is not None:  # a server may take the call and then refuse TLS or password
            with suppress(OSError):
                connection.close()
        raise TryLater(f"{type(error).__name__}: {error}", is_down=True) from error
    return connection


def send(connection: BaseEmailBackend, message: EmailMultiAlternatives, letter: Letter) -> str:
    """Hand over one message on an open connection; returns the provider's number or "".

    Raises `Refused`, `TryLater` or `Unknown`; never sends twice by itself.
    """
    session = getattr(connection, "session", None)
    if session is not None and provider_name() == "resend":
        session.headers["Idempotency-Key"] = str(letter.uuid)
    try:
        connection.send_messages([message])
    except AnymailAPIError as error:
        raise _of_provider(error) from error
    except (AnymailError, BadHeaderError, MessageError, UnicodeError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error  # before the line is used
    except SMTPNotSupportedError as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    except SMTPException as error:
        raise _of_smtp(error, connection) from error
    except OSError as error:
        raise _of_line(error, connection) from error
    status = getattr(message, "anymail_status", None)
    number = getattr(status, "message_id", None)
    return number if isinstance(number, str) else ""


def _of_smtp(error: SMTPException, connection: BaseEmailBackend) -> Exception:
    answers = (
        [(error.smtp_code, error.smtp_error)] if isinstance(error, SMTPResponseException) else []
    )
    if isinstance(error, SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    if not answers:
        return _of_line(error, connection)
    code, words = answers[0]
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    reason = f"{code} {said}"
    if 400 <= code < 500:
        return TryLater(reason, is_down=code == 421)
    return Refused(reason) if code >= 500 else _of_line(error, connection)


def _of_line(error: OSError, connection: BaseEmailBackend) -> Exception:
    """The line broke. Before the text began nothing was taken; afterwards nobody knows."""
    reason = f"{type(error).__name__}: {error}"
    line = getattr(connection, "connection", None)
    if isinstance(line, _WatchedSMTP) and not line.data_began:
        return TryLater(reason, is_down=True)
    return Unknown(reason)


def _of_provider(error: AnymailAPIError) -> Exception:
    reason = f"{type(error).__name__}: {error}"[:2000]
    status = error.status_code
    if status is None:
        return _of_request(error, reason)
    if status in {429, 503}:
        return TryLater(reason, _retry_after(error), is_down=True)
    if status in {401, 403}:
        return TryLater(reason, is_down=True)
    return Refused(reason) if 400 <= status < 500 else Unknown(reason)


def _of_request(error: AnymailAPIError, reason: str) -> Exception:
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return TryLater(reason, is_down=True)
    inner = cause.args[0] if cause is not None and cause.args else None
    why = getattr(inner, "reason", None)
    if isinstance(why, NewConnectionError | NameResolutionError | ConnectTimeoutError):
        return TryLater(reason, is_down=True)
    if isinstance(why, SSLError) and _is_of_handshake(why):
        return TryLater(reason, is_down=True)
    return Unknown(reason)


def _is_of_handshake(error: SSLError) -> bool:
    """The two never agreed to talk, so nothing was said."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return True
    return isinstance(cause, ssl.SSLError) and cause.reason in HANDSHAKE_FAILURES


def _retry_after(error: AnymailAPIError) -> int | None:
    """Seconds, or a date, which counts from the date of the answer itself (RFC 9110, 10.2.3)."""
    headers = getattr(error.response, "headers", {})
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return int(value)
    try:
        until, answered = (parsedate_to_datetime(each) for each in (value, headers.get("Date", "")))
        return max(0, math.ceil((until - answered).total_seconds()))
    except (ValueError, TypeError):
        return None
