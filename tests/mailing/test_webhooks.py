"""The doors of the mail providers (E10, SEC-W, FT-28): who may tell us what about our letters."""

import base64
import random

import pytest
from anymail.webhooks import amazon_ses
from django.test import Client, override_settings

from mailing import services
from mailing.models import DeliveryEvent, Letter, Suppression
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.provider_calls import (
    ANYMAIL,
    NEXT_SECRET,
    PROVIDERS,
    SECRET,
    Call,
    calls_about,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
ENDS = {
    "delivered": Letter.Status.DELIVERED,
    "bounced": Letter.Status.BOUNCED,
    "complained": Letter.Status.COMPLAINED,
    "opened": Letter.Status.ACCEPTED,
    "deferred": Letter.Status.ACCEPTED,
}


@pytest.fixture(autouse=True)
def _doors(monkeypatch):
    """Doors with their secrets. Amazon's own package is not here; reading an event needs none."""
    monkeypatch.setattr(amazon_ses, "_get_anymail_boto3_params", lambda kwargs: ({}, {}))
    with override_settings(ANYMAIL=ANYMAIL):
        yield


def post(call: Call, secret: str | None = SECRET, body: bytes | None = None, **environ: str):
    """Knock as the provider does."""
    headers = dict(call.headers)
    if secret is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
    return Client(raise_request_exception=False).post(
        f"/anymail/{call.path}",
        call.body if body is None else body,
        content_type=call.content_type,
        headers=headers,
        **environ,
    )


def sent_by(provider: str, one: str) -> Letter:
    return LetterFactory(sent=True, to="urzad@gmina.example", provider=provider, provider_id=one)


def all_calls() -> list[tuple[str, str]]:
    number = LetterFactory.build().uuid
    return [(who, kind) for who, kind, _call in calls_about(number, "urzad@gmina.example", "one")]


@pytest.mark.parametrize(("provider", "kind"), all_calls())
def test_event_of_each_provider_moves_its_letter(provider, kind):
    """E10: every provider that Anymail knows is understood."""
    letter = sent_by(provider, "one")
    call = PROVIDERS[provider](kind, letter.uuid, letter.to, "one")

    answer = post(call)
    services.settle_waiting(now=WRITTEN_AT)

    letter.refresh_from_db()
    assert answer.status_code == 200
    assert DeliveryEvent.objects.get().letter == letter
    if kind == "soft":
        assert letter.status in (Letter.Status.BOUNCED, Letter.Status.ACCEPTED)
        assert not Suppression.objects.exists()
    else:
        assert letter.status == ENDS[kind]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_hard_bounce_blocks_and_complaint_blocks(provider):
    """E10: a hard bounce and a complaint put the address on the stop list, with the cause."""
    letter = sent_by(provider, "one")
    maker = PROVIDERS[provider]
    calls = [maker(kind, letter.uuid, letter.to, "one") for kind in ("bounced", "complained")]

    for call in filter(None, calls):
        post(call)
    services.settle_waiting(now=WRITTEN_AT)

    causes = set(Suppression.objects.values_list("email", "cause"))
    assert causes == {("urzad@gmina.example", "bounced")}


@pytest.mark.parametrize("secret", [None, "postmaster:wrong", ""])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_call_without_the_secret_changes_nothing(provider, secret):
    """SEC-W: no auth, wrong auth."""
    letter = sent_by(provider, "one")
    call = PROVIDERS[provider]("bounced", letter.uuid, letter.to, "one")

    answer = post(call, secret)

    assert answer.status_code in (400, 401)
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("provider", ["mailersend", "mailtrap", "mandrill", "postal"])
def test_call_with_a_wrong_signature_changes_nothing(provider):
    """SEC-W: the provider's own signature counts beside the secret."""
    letter = sent_by(provider, "one")
    call = PROVIDERS[provider]("bounced", letter.uuid, letter.to, "one")
    unsigned = Call(call.path, call.body, call.content_type)
    forged = Call(call.path, call.body, call.content_type, dict.fromkeys(call.headers, "AAAA"))

    codes = {
        post(call, body=call.body.replace(b"gmina", b"gminX")).status_code,
        post(unsigned).status_code,
        post(forged).status_code,
    }

    assert codes == {400}
    assert not DeliveryEvent.objects.exists()


def test_signature_inside_the_body_counts_as_well():
    """Mailgun signs its own numbers; Unisender Go signs the whole."""
    number = LetterFactory(sent=True).uuid
    for provider, part in (("mailgun", b'"signature": "'), ("unisender_go", b'"auth": "')):
        call = PROVIDERS[provider]("bounced", number, "a@gmina.example", "one")
        start = call.body.rindex(part) + len(part)
        wrong = call.body[:start] + b"00000000" + call.body[start + 8 :]

        assert post(call, body=wrong).status_code == 400
    assert not DeliveryEvent.objects.exists()


def test_second_secret_is_accepted_during_rotation():
    letter = sent_by("postmark", "one")

    answer = post(PROVIDERS["postmark"]("delivered", letter.uuid, letter.to, "one"), NEXT_SECRET)

    assert answer.status_code == 200


def test_doors_are_shut_without_a_secret():
    letter = sent_by("postmark", "one")
    call = PROVIDERS["postmark"]("delivered", letter.uuid, letter.to, "one")

    with override_settings(ANYMAIL={}):
        answer = post(call)

    assert answer.status_code == 404
    assert not DeliveryEvent.objects.exists()


def test_inbound_doors_are_not_opened():
    assert post(Call("postmark/inbound/", b"{}")).status_code == 404


def test_storm_of_events_counts_each_once():
    """FT-28: repeated, shuffled, replayed; the end is that of the worst event."""
    letters = {provider: sent_by(provider, f"one-{provider}") for provider in PROVIDERS}
    calls = [
        call
        for provider, letter in letters.items()
        for who, _kind, call in calls_about(letter.uuid, letter.to, f"one-{provider}")
        if who == provider
    ]
    storm = calls * 3
    random.Random(28).shuffle(storm)

    answers = {post(call).status_code for call in storm}
    services.settle_waiting(now=WRITTEN_AT)
    first = dict(Letter.objects.values_list("provider", "status"))
    for call in calls:
        post(call)
    services.settle_waiting(now=WRITTEN_AT)

    assert answers == {200}
    assert DeliveryEvent.objects.count() == len(calls)
    assert dict(Letter.objects.values_list("provider", "status")) == first
    worst = dict.fromkeys(PROVIDERS, Letter.Status.COMPLAINED)
    assert first == worst | {"postal": Letter.Status.BOUNCED}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_unreadable_bodies_are_refused_without_a_fault(provider):
    """SEC-W: truncated, empty, of another shape, with letters no database takes: no HTTP 500."""
    letter = sent_by(provider, "one")
    call = PROVIDERS[provider]("bounced", letter.uuid, letter.to, "one")
    bodies = [
        call.body[: len(call.body) // 2],
        b"",
        b"[]",
        b"{}",
        b"null",
        b"1",
        b'"x"',
        b"\xff\xfe",
    ]
    bodies += [b'{"event": "\\u0000\\ud800"}', b"[[[[]]]]", b'{"events": 3}', b'{"payload": [1]}']

    codes = {post(call, body=body).status_code for body in bodies}

    assert codes <= {200, 400, 401, 503}


def test_nul_and_half_characters_are_stored_as_they_can_be():
    letter = sent_by("brevo", "one")
    call = PROVIDERS["brevo"]("delivered", letter.uuid, letter.to, "one")
    body = call.body.replace(b'"reason": ""', b'"reason": "a\\u0000b\\ud800c"')

    answer = post(call, body=body)

    event = DeliveryEvent.objects.get()
    assert answer.status_code == 200
    assert (event.said, event.raw["reason"]) == ("ab?c", "ab?c")


def test_too_large_a_body_is_refused():
    call = PROVIDERS["postmark"]("delivered", LetterFactory(sent=True).uuid, "a@b.example", "one")

    answer = post(call, body=b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413


def test_length_that_is_no_number_is_refused_and_breaks_nothing():
    call = PROVIDERS["postmark"]("delivered", LetterFactory(sent=True).uuid, "a@b.example", "one")

    answer = post(call, CONTENT_LENGTH="many")

    assert answer.status_code == 400


def test_too_many_calls_wait():
    """SEC-R: 600 a minute; the provider tries again."""
    call = PROVIDERS["postmark"]("opened", LetterFactory(sent=True).uuid, "a@b.example", "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailing.webhooks.MOST_A_MINUTE", 2)

        codes = [post(call).status_code for _ in range(3)]

    assert codes == [200, 200, 429]
