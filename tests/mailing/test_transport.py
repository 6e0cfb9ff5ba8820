"""The message of a letter for each provider, and what the providers' errors mean."""

import re
import ssl
from datetime import timedelta
from email.policy import compat32
from unittest import mock

import pytest
import requests
from django.core import mail
from urllib3.exceptions import NewConnectionError, ReadTimeoutError, SSLError

from mailing import services, transport
from tests.factories.mailing import WRITTEN_AT, LetterFactory

ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
SUBJECT = re.compile(rb"^Subject:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
KEYS = {
    "POSTMARK_SERVER_TOKEN": "x",
    "BREVO_API_KEY": "x",
    "MAILGUN_API_KEY": "x",
    "MAILGUN_SENDER_DOMAIN": "example.org",
    "SENDGRID_API_KEY": "x",
    "MAILJET_API_KEY": "x",
    "MAILJET_SECRET_KEY": "x",
    "SCALEWAY_SECRET_KEY": "x",
    "SCALEWAY_PROJECT_ID": "p",
    "MAILTRAP_API_TOKEN": "x",
    "RESEND_API_KEY": "x",
    "SPARKPOST_API_KEY": "x",
    "MANDRILL_API_KEY": "x",
    "MAILERSEND_API_TOKEN": "x",
    "UNISENDER_GO_API_KEY": "x",
}


def answer(status: int, headers: dict | None = None, body: bytes = b"{}") -> requests.Response:
    response = requests.Response()
    response.status_code, response._content, response.reason = status, body, "as the test says"
    response.headers.update(headers or {})
    return response


def send_through(settings, provider: str, letter, reply) -> dict:
    """Deliver a letter through a provider whose HTTP call ends with `reply`; what was asked."""
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    settings.ANYMAIL = KEYS
    asked = {}

    def request(session, **call):
        asked.update(call, session_headers=dict(session.headers))
        if isinstance(reply, Exception):
            raise reply
        return reply

    with mock.patch("requests.Session.request", request):
        services.deliver(letter.pk, now=WRITTEN_AT)
    letter.refresh_from_db()
    return asked


def everything_in(asked: dict) -> str:
    return f"{asked.get('json')} {asked.get('data')} {asked.get('files')}"


@pytest.mark.django_db
def test_message_carries_our_headers(write):
    """M8, E18: our number, no tracking, a reply address, no list headers on a receipt."""
    letter = write()

    services.deliver(letter.pk, now=WRITTEN_AT)

    (message,) = mail.outbox
    assert message.to == ["iryna@hromada.example"]
    assert (message.cc, message.bcc) == ([], [])
    assert message.extra_headers == {
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert message.reply_to == ["WIN4UA <win4ua@localhost>"]
    assert [part.mimetype for part in message.alternatives] == ["text/html"]


@pytest.mark.django_db
def test_bulk_letter_can_be_unsubscribed_with_one_click(write):
    """E12: RFC 8058 headers on bulk letters only."""
    letter = write(is_bulk=True)

    services.deliver(letter.pk, now=WRITTEN_AT)

    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://testserver/uk/wypisz/")
    assert headers["List-Unsubscribe"].endswith(">, <mailto:win4ua@localhost>")


@pytest.mark.django_db
def test_calendar_goes_as_alternative_and_as_file_over_smtp(write):
    letter = write(calendar=ICS)

    services.deliver(letter.pk, now=WRITTEN_AT)

    message = mail.outbox[0].message()
    parts = [
        (part.get_content_type(), part.get_param("method"), part.get_filename())
        for part in message.walk()
    ]
    assert parts == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "REQUEST", None),
        ("application/ics", None, "invite.ics"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("provider", "keeps_method"),
    [
        ("postmark", True),
        ("mailgun", True),
        ("mailjet", True),
        ("sparkpost", True),
        ("mandrill", True),
        ("scaleway", True),
        ("mailtrap", True),
        ("brevo", False),
        ("resend", False),
        ("mailersend", False),
    ],
)
def test_calendar_goes_as_file_through_other_providers(write, settings, provider, keeps_method):
    """stack.md section 6: these refuse text/calendar as an alternative."""
    letter = write(calendar=ICS)

    asked = send_through(settings, provider, letter, answer(503))

    sent = everything_in(asked)
    assert letter.status == "retry", letter.error
    assert "invite.ics" in sent
    assert ("method=REQUEST" in sent) is keeps_method


@pytest.mark.django_db
def test_calendar_stays_an_alternative_through_sendgrid(write, settings):
    letter = write(calendar=ICS)

    settings.ANYMAIL = KEYS
    with pytest.warns(Warning, match="(?i)sendgrid"):
        asked = send_through(settings, "sendgrid", letter, answer(503))

    assert "method=REQUEST" in everything_in(asked)
    assert letter.status == "retry"


@pytest.mark.django_db
def test_attachments_go_as_they_were_written(write):
    """E7."""
    letter = write(attachments=[services.Attachment("umowa.pdf", b"%PDF-1.7 x")])

    services.deliver(letter.pk, now=WRITTEN_AT)

    (attachment,) = mail.outbox[0].attachments
    assert tuple(attachment) == ("umowa.pdf", b"%PDF-1.7 x", "application/pdf")


@pytest.mark.django_db
def test_our_key_goes_to_providers_that_honour_one(write, settings):
    letter = write()
    number = str(letter.uuid)

    resend = send_through(settings, "resend", letter, answer(503))
    letter.refresh_from_db()
    type(letter).objects.filter(pk=letter.pk).update(not_before=None)
    brevo = send_through(settings, "brevo", letter, answer(503))

    assert resend["session_headers"]["Idempotency-Key"] == number
    assert f'"idempotencyKey": "{number}"' in brevo["data"]
    assert number in everything_in(resend)


@pytest.mark.django_db
def test_provider_number_is_kept(settings):
    letter = LetterFactory()
    body = b'{"ErrorCode": 0, "Message": "OK", "MessageID": "abc-1", "To": "%s"}' % (
        letter.to.encode()
    )

    send_through(settings, "postmark", letter, answer(200, body=body))

    assert (letter.status, letter.provider, letter.provider_id) == ("accepted", "postmark", "abc-1")


UNREACHED = requests.ConnectionError(mock.Mock(reason=NewConnectionError(mock.Mock(), "refused")))
BROKEN = requests.ConnectionError("Connection aborted", ConnectionResetError(104))


def tls(error: ssl.SSLError, reason: str = "") -> requests.exceptions.SSLError:
    """As requests and urllib3 wrap it."""
    error.reason = reason
    return requests.exceptions.SSLError(mock.Mock(reason=SSLError(error)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply", "status", "wait"),
    [
        (answer(429, {"Retry-After": "600"}), "retry", timedelta(minutes=10)),
        (answer(429), "retry", timedelta(minutes=1)),
        (answer(503), "retry", timedelta(minutes=1)),
        (answer(401), "retry", timedelta(minutes=1)),
        (answer(422), "failed", None),
        (answer(400), "failed", None),
        (answer(500), "ambiguous", None),
        (answer(502), "ambiguous", None),
        (UNREACHED, "retry", timedelta(minutes=1)),
        (requests.ConnectTimeout("no answer"), "retry", timedelta(minutes=1)),
        (tls(ssl.SSLCertVerificationError(1, "expired")), "retry", timedelta(minutes=1)),
        (tls(ssl.SSLError(1, "x"), "WRONG_VERSION_NUMBER"), "retry", timedelta(minutes=1)),
        (tls(ssl.SSLEOFError(8, "EOF in the middle")), "ambiguous", None),
        (BROKEN, "ambiguous", None),
        (requests.ReadTimeout(ReadTimeoutError(mock.Mock(), "/", "slow")), "ambiguous", None),
    ],
)
def test_error_of_a_provider_decides(settings, reply, status, wait):
    """FT-30 and section 4.2: again only when it surely was not taken."""
    letter = LetterFactory()

    send_through(settings, "postmark", letter, reply)

    assert letter.status == status, letter.error
    assert letter.not_before == (WRITTEN_AT + wait if wait else None)


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["Zaproszenie", "Запрошення до програми " * 8, "x" * 190])
def test_message_is_the_same_bytes_each_time_and_as_the_standard_library_writes_it(subject):
    """W7: a short plain header is taken as it is; what the person gets does not change by it.

    A long subject alone is folded by us: test_headers.py.
    """
    letter = LetterFactory(bulk=True, subject=subject)

    made = transport.build(letter, "smtp").message()
    again = transport.build(letter, "smtp").message()
    for message in (made, again):
        del message["Date"]
    quick = made.as_bytes(linesep="\r\n")
    made.policy = compat32

    assert quick == again.as_bytes(linesep="\r\n")
    assert SUBJECT.sub(b"", quick) == SUBJECT.sub(b"", made.as_bytes(linesep="\r\n"))
    assert (quick == made.as_bytes(linesep="\r\n")) == (subject == "Zaproszenie")
    assert letter.uuid.hex in made.get_boundary()
    assert max(map(len, quick.split(b"\r\n"))) < 998


@pytest.mark.django_db
def test_unknown_end_with_a_known_key_is_tried_again(settings):
    letter = LetterFactory()

    send_through(settings, "resend", letter, answer(500))

    assert letter.status == "retry"


@pytest.mark.django_db
def test_missing_settings_of_a_provider_lose_nothing(settings):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    letter = LetterFactory()

    services.deliver(letter.pk, now=WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == "retry"
    assert "POSTMARK_SERVER_TOKEN" in letter.error


def test_letters_of_this_machine_are_known(settings):
    stays = {}
    for backend in ("filebased", "locmem", "console", "smtp"):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        stays[backend] = transport.stays_here()

    assert stays == {"filebased": True, "locmem": True, "console": True, "smtp": False}


@pytest.mark.django_db
def test_letters_are_files_for_make_run(write, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    letter = write()

    services.deliver_due(WRITTEN_AT)

    (file,) = tmp_path.iterdir()
    assert f"Message-ID: {letter.message_id}" in file.read_text()
