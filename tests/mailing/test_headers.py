"""What a letter says in its headers, and that nobody but us can say it (E12, E18, SEC-T)."""

import re
from email import message_from_bytes, policy
from importlib import import_module

import pytest
from anymail.backends.base import BasePayload
from django.core import mail
from django.db import transaction

from mailing import Recipient, headers, registry, services, transport
from mailing.models import Letter
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.test_transport import KEYS, answer, everything_in, send_through
from tests.naughty import NAUGHTY

# Every back end of Anymail that talks HTTP by itself. Amazon SES needs a package of its own.
PROVIDERS = (
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)
MORE_KEYS = {
    "POSTAL_API_KEY": "x",
    "POSTAL_API_URL": "https://postal.example/api/v1/",
    "UNISENDER_GO_API_URL": "https://go1.unisender.example/en/transactional/api/v1/",
}
OURS = {"Message-ID", "Auto-Submitted"}
OF_BULK = {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"}
OF_EVERY_MAIL = {"Subject", "From", "To", "Reply-To", "Date", "MIME-Version", "Content-Type"}


def names_in(raw: bytes) -> set[str]:
    """The names of the headers of a message, as a mail program reads them."""
    return set(message_from_bytes(raw, policy=policy.default).keys())


@pytest.mark.django_db
def test_bulk_letter_says_of_which_list_it_is(settings):
    """RFC 2919, RFC 8058: a stable list of our own domain, and one click; no `Precedence`."""
    settings.DEFAULT_FROM_EMAIL = "WIN4UA <staze@Listy.FSM.example>"
    settings.REPLY_TO_EMAIL = "Program <kontakt@fsm.example>"
    letter = LetterFactory(bulk=True)

    found = headers.of_letter(letter)

    assert set(found) == OURS | OF_BULK
    assert found["List-Id"] == "WIN4UA <letters.listy.fsm.example>"
    assert found["List-Unsubscribe"].endswith(">, <mailto:kontakt@fsm.example>")
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
@pytest.mark.parametrize("is_bulk", [True, False])
def test_headers_of_the_message_are_ours_alone(is_bulk):
    """E12: a receipt has none of the headers of bulk mail."""
    services.deliver(LetterFactory(is_bulk=is_bulk).pk, now=WRITTEN_AT)

    (message,) = mail.outbox
    assert names_in(message.message().as_bytes()) == OURS | OF_EVERY_MAIL | (
        OF_BULK if is_bulk else set()
    )


def payload_class(provider: str) -> type[BasePayload]:
    """Anymail's class that turns a message into the call of one provider."""
    module = import_module(f"anymail.backends.{provider}")
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, BasePayload)
        and each.__module__ == module.__name__
    ]
    return found[-1]


def test_providers_that_take_no_tracking_with_a_message_are_known():
    """Should Anymail learn it for one more, this says so."""
    can = {
        provider
        for provider in PROVIDERS
        if payload_class(provider).set_track_opens is not BasePayload.set_track_opens
    }

    assert can == headers.TRACKING_PER_MESSAGE


# What "no tracking" is in the words of each provider; the rest have no words for it.
OFF = {
    "mailersend": ['"track_clicks": false', '"track_opens": false'],
    "mailgun": ["'o:tracking-clicks': 'no'", "'o:tracking-opens': 'no'"],
    "mailjet": ['"TrackClicks": "disabled"', '"TrackOpens": "disabled"'],
    "mandrill": ['"track_clicks": false', '"track_opens": false'],
    "postmark": ['"TrackLinks": "None"', '"TrackOpens": false'],
    "sendgrid": ['"click_tracking": {"enable": false}', '"open_tracking": {"enable": false}'],
    "sparkpost": ['"click_tracking": false', '"open_tracking": false'],
    "unisender_go": ['"track_links": 0', '"track_read": 0'],
}


def call_of(settings, provider: str, letter) -> str:
    """All that a provider is asked for one letter, as one text."""
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    return everything_in(send_through(settings, provider, letter, answer(503)))


@pytest.fixture
def anymail_keys(monkeypatch):
    for name, value in MORE_KEYS.items():
        monkeypatch.setitem(KEYS, name, value)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:(?i).*sendgrid.*")
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("account_tracks", [False, True])
def test_no_provider_is_asked_to_track(
    settings, anymail_keys, monkeypatch, provider, account_tracks
):
    """Off with each message, also where somebody has switched it on for the whole account."""
    if account_tracks and provider in OFF:
        on = {"track_opens": True, "track_clicks": True}
        monkeypatch.setitem(KEYS, "SEND_DEFAULTS", on)
    letter = LetterFactory(bulk=True)

    said = call_of(settings, provider, letter)

    letter.refresh_from_db()
    assert letter.status == "retry", letter.error  # the answer was 503: the call was made
    assert [words for words in OFF.get(provider, []) if words not in said] == []
    assert ("track" in said.lower()) is (provider in OFF)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:(?i).*sendgrid.*")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_gets_the_headers_of_bulk_mail(settings, anymail_keys, provider):
    """E12: one click, the list, and that nobody need answer, through every provider."""
    letter = LetterFactory(bulk=True)

    said = call_of(settings, provider, letter)

    missing = {name for name in OF_BULK | {"Auto-Submitted"} if name.lower() not in said.lower()}
    assert missing == set()
    assert "/wypisz/" in said


HOSTILE = [
    "Serock\r\nBcc: spy@evil.example",
    "Serock\nBcc: spy@evil.example\n\n<b>injected</b>",
    "Serock\rSubject: other",
    "Serock\x0bBcc: spy@evil.example",
    "Serock\x0cX-Evil: 1",
    "Serock\x85Bcc: spy@evil.example",
    "Serock\u2028Bcc: spy@evil.example",
    "Serock\u2029Bcc: spy@evil.example",
    "=?utf-8?q?Serock=0D=0ABcc=3A_spy=40evil=2Eexample?=",
    "Serock%0d%0aBcc: spy@evil.example",
    "Serock\r\n\tBcc: spy@evil.example",
    "\x00Serock",
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_texts_of_outsiders_never_become_headers(language):
    """SEC-T, E17: neither in the subject nor as the name of the recipient."""
    kind = "applications/host_eligible"
    typed = [text[:150] for text in (*HOSTILE, *NAUGHTY) if text.strip()]
    seen = set()

    for number, words in enumerate(typed):
        with transaction.atomic():
            letter = services.write(
                key=f"hostile.{number}",
                letter=kind,
                to=Recipient("urzad@gmina.example", language, words),
                context={**registry.kind(kind).placeholders, "number": words},
                now=WRITTEN_AT,
                is_bulk=True,
            )
        raw = transport.build(letter, "smtp").message().as_bytes(linesep="\r\n")
        read = message_from_bytes(raw, policy=policy.default)
        seen.add((frozenset(read.keys()), read["To"], len(str(read["Subject"]).splitlines())))

    assert seen == {(frozenset(OURS | OF_BULK | OF_EVERY_MAIL), "urzad@gmina.example", 1)}
    assert Letter.objects.count() == len(typed)


SUBJECTS = [
    "Ankieta",
    "Invitation to the survey of the programme of internships, please answer by the 14th of April",
    "Zaproszenie do ankiety programu staży dla hromad w gminach – prosimy o odpowiedź do 14.04",
    "Запрошення до опитування програми стажувань для українських громад у польських гмінах",
    "ż" * 190,
    "x" * 190,
    "x" * 70 + " ż",
]


def subject_lines(words: str) -> list[bytes]:
    """The lines of the subject as the server gets them."""
    message = transport.build(LetterFactory(subject=words), "smtp").message()
    raw = message.as_bytes(linesep="\r\n")
    begins = raw.index(b"Subject:")
    return re.split(rb"\r\n(?![ \t])", raw[begins:], maxsplit=1)[0].split(b"\r\n")


@pytest.mark.django_db
@pytest.mark.parametrize("words", SUBJECTS, ids=lambda words: words[:12])
def test_long_subject_begins_beside_its_name(words):
    """Some programs show "Subject:" alone on its line as an empty subject."""
    first, *others = subject_lines(words)

    assert first.startswith(b"Subject: ")
    assert len(first) > len(b"Subject: ")
    assert {line[:1] for line in others} <= {b" "}
    whole_words = [b"x" * 190]
    assert [
        line for line in (first, *others) if len(line) > 78 and line[9:] not in whole_words
    ] == []
    read = message_from_bytes(b"\r\n".join([first, *others]) + b"\r\n\r\n", policy=policy.default)
    assert " ".join(str(read["Subject"]).split()) == words.strip()


@pytest.mark.django_db
def test_standard_policy_would_leave_the_first_line_empty(monkeypatch):
    """Negative control: it is our folding that puts the words there."""
    monkeypatch.setattr(transport, "QUICK", policy.compat32.clone(linesep="\r\n"))

    assert subject_lines(SUBJECTS[2])[0] == b"Subject: "
