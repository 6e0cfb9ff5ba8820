"""Personal links and their codes (SEC-M)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from core import limits, links
from core.models import AuditEvent, CapabilityLink
from tests.factories.core import UserFactory

PURPOSE = "survey"


@links.capability(PURPOSE)
def answer_page(request, link):
    """A page behind a link: GET shows, POST trusts the browser."""
    if request.method == "POST":
        links.trust(request, link)
    seen = links.is_trusted(request, link)
    return HttpResponse(f"{link.email} {seen}")


@links.capability(PURPOSE)
def hurried_page(request, link):
    """A page behind a link whose limit is used up."""
    raise limits.TooMany(timedelta(seconds=61))


urlpatterns = [
    path("odpowiedz/<str:token>/", answer_page, name="answer"),
    path("za-czesto/<str:token>/", hurried_page, name="hurried"),
]


def make(target, now, **options) -> str:
    with transaction.atomic():
        return links.create(
            purpose=options.pop("purpose", PURPOSE),
            target=target,
            email=options.pop("email", "urzad@gmina.example"),
            expires_at=options.pop("expires_at", now + timedelta(days=30)),
            now=now,
            **options,
        )


def test_create_outside_a_transaction_is_refused(stranger, now):
    with pytest.raises(RuntimeError, match=r"links\.create\(\) must run inside"):
        links.create(purpose=PURPOSE, target=stranger, email="a@b.pl", expires_at=None, now=now)


def test_token_is_nowhere_in_the_database(stranger, now):
    """SEC-M6: only a digest of 256 random bits is kept."""
    token = make(stranger, now)

    link = CapabilityLink.objects.get()
    kept = [str(value) for value in CapabilityLink.objects.values_list()[0]]
    kept += [str(event.data) for event in AuditEvent.objects.all()]
    assert len(token) == 43
    assert [value for value in kept if token in value] == []
    assert link.token_digest == links.digest(PURPOSE, token)


def test_resolve_gives_the_target(stranger, now):
    token = make(stranger, now)

    assert links.resolve(purpose=PURPOSE, token=token, now=now).target == stranger


def test_link_of_one_purpose_does_not_open_another(stranger, now):
    """SEC-M6: the purpose is part of the digest."""
    token = make(stranger, now)

    with pytest.raises(links.BadLink) as refused:
        links.resolve(purpose="session", token=token, now=now)
    assert refused.value.reason == "unknown"


@pytest.mark.parametrize(("seconds", "opens"), [(-1, True), (0, False), (1, False)])
def test_link_expires_to_the_second(stranger, now, seconds, opens):
    """SEC-M1."""
    token = make(stranger, now, expires_at=now + timedelta(hours=1))
    when = now + timedelta(hours=1, seconds=seconds)

    try:
        links.resolve(purpose=PURPOSE, token=token, now=when)
        reason = ""
    except links.BadLink as error:
        reason = error.reason
    assert reason == ("" if opens else "expired")


def test_revoked_link_is_closed_at_the_next_request_and_others_live(stranger, now):
    """SEC-M10."""
    other = UserFactory()
    token, of_other = make(stranger, now), make(other, now)
    of_purpose = make(stranger, now, purpose="session")

    with transaction.atomic():
        closed = links.revoke(target=stranger, purpose=PURPOSE, now=now, actor=None)

    assert closed == 1
    with pytest.raises(links.BadLink) as refused:
        links.resolve(purpose=PURPOSE, token=token, now=now)
    assert refused.value.reason == "revoked"
    assert links.resolve(purpose=PURPOSE, token=of_other, now=now).target == other
    assert links.resolve(purpose="session", token=of_purpose, now=now).target == stranger


def test_no_flipped_bit_opens_a_link(stranger, now):
    """SEC-M6: changed tokens open nothing."""
    token = make(stranger, now)
    changed = {
        token[:at] + chr(ord(token[at]) ^ bit) + token[at + 1 :]
        for at in range(43)
        for bit in (1, 2, 4)
    }

    opened = 0
    for wrong in changed:
        try:
            links.resolve(purpose=PURPOSE, token=wrong, now=now)
            opened += 1
        except links.BadLink:
            pass
    assert (len(changed), opened) == (129, 0)


@pytest.mark.urls("tests.core.link_urls")
@pytest.mark.parametrize(
    ("language", "address"),
    [
        (None, "https://win4ua.example/odpowiedz/abc/"),
        ("pl", "https://win4ua.example/odpowiedz/abc/"),
        ("uk", "https://win4ua.example/uk/odpowiedz/abc/"),
        ("en", "https://win4ua.example/en/odpowiedz/abc/"),
    ],
)
def test_url_comes_from_the_setting_and_knows_the_language(settings, language, address):
    """L07: never from the Host header."""
    settings.SITE_URL = "https://win4ua.example"

    assert links.url("answer", "abc", language) == address


@pytest.mark.urls("tests.core.link_urls")
class TestPage:
    """A page behind `@capability`."""

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_opening_writes_nothing(self, client, stranger, now, no_writes, method, time_machine):
        """SEC-M2: what a mail gateway does leaves no trace."""
        time_machine.move_to(now)
        token = make(stranger, now)

        with no_writes():
            response = getattr(client, method)(f"/odpowiedz/{token}/")

        assert response.status_code == 200
        assert dict(response.cookies) == {}

    def test_headers_keep_the_address_secret(self, client, stranger, now, time_machine):
        """SEC-M7."""
        time_machine.move_to(now)

        response = client.get(f"/odpowiedz/{make(stranger, now)}/")

        names = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")
        assert [response[name] for name in names] == [
            "no-referrer",
            "no-store",
            "noindex, nofollow",
        ]

    def test_page_of_a_limit_keeps_the_address_secret_too(
        self, client, stranger, now, time_machine
    ):
        """SEC-M7, SEC-R: no view answers `TooMany` itself; the page that does is hardened."""
        time_machine.move_to(now)

        response = client.post(f"/za-czesto/{make(stranger, now)}/")

        names = ("Retry-After", "Referrer-Policy", "Cache-Control", "X-Robots-Tag")
        assert response.status_code == 429
        assert [response[name] for name in names] == [
            "61",
            "no-referrer",
            "no-store",
            "noindex, nofollow",
        ]

    def test_browser_is_trusted_only_after_a_deed(self, client, stranger, now, time_machine):
        """SEC-M1: another browser with the same link sees nothing typed."""
        time_machine.move_to(now)
        address = f"/odpowiedz/{make(stranger, now)}/"

        seen = [client.get(address).content, client.post(address).content]
        seen += [client.get(address).content, type(client)().get(address).content]

        words = [each.decode().split()[1] for each in seen]
        assert words == ["False", "True", "True", "False"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ("unknown", "This link does not open anything"),
            ("expired", "This link is too old"),
            ("revoked", "This link has been replaced"),
        ],
    )
    def test_bad_link_shows_the_kind_page(
        self, client, stranger, now, time_machine, change, words, no_writes
    ):
        time_machine.move_to(now)
        token = make(stranger, now)
        if change == "expired":
            time_machine.move_to(now + timedelta(days=31))
        if change == "revoked":
            with transaction.atomic():
                links.revoke(target=stranger, now=now)
        if change == "unknown":
            token = "x" * 43

        with no_writes():
            response = client.get(f"/en/odpowiedz/{token}/")

        assert response.status_code == 410
        assert f"<h1>{words}</h1>" in response.content.decode()
        assert response["Referrer-Policy"] == "no-referrer"

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_link_of_somebody_else_is_explained_and_does_nothing(
        self, stranger, now, time_machine, signed_in, method
    ):
        """SEC-M9: link for A while B is signed in."""
        time_machine.move_to(now)
        token = make(stranger, now, email="urzad@gmina.example")
        taras = signed_in(stranger)

        response = getattr(taras, method)(f"/en/odpowiedz/{token}/")

        assert response.status_code == 409
        assert "This link was made for somebody else" in response.content.decode()
        assert links.SESSION_KEY not in taras.session


def test_trust_on_get_is_refused(stranger, now):
    make(stranger, now)
    request = RequestFactory().get("/")
    request.session, request.user = {}, AnonymousUser()

    with pytest.raises(RuntimeError, match="on POST only"):
        links.trust(request, CapabilityLink.objects.get())


class TestCode:
    """Six digits sent to the address on file."""

    @pytest.fixture
    def link(self, stranger, now):
        make(stranger, now)
        return CapabilityLink.objects.get()

    def test_right_code_works_once(self, link, now):
        code = links.issue_code(link, now=now)

        assert (len(code), code.isdecimal()) == (6, True)
        assert links.check_code(link, f" {code} ", now=now) is True
        assert links.check_code(link, code, now=now) is False

    def test_code_is_stored_as_a_slow_hash(self, link, now):
        code = links.issue_code(link, now=now)

        assert code not in link.codes.get().code_hash

    def test_code_is_void_after_five_tries(self, link, now):
        code = links.issue_code(link, now=now)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"

        tries = [links.check_code(link, wrong, now=now) for _ in range(5)]

        assert tries == [False] * 5
        assert links.check_code(link, code, now=now) is False

    def test_fifth_try_may_still_be_right(self, link, now):
        code = links.issue_code(link, now=now)
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(4):
            links.check_code(link, wrong, now=now)

        assert links.check_code(link, code, now=now) is True

    @pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False)])
    def test_code_lives_ten_minutes(self, link, now, seconds, works):
        code = links.issue_code(link, now=now)

        assert links.check_code(link, code, now=now + timedelta(seconds=seconds)) is works

    def test_new_code_replaces_the_one_before(self, link, now):
        first = links.issue_code(link, now=now)
        second = links.issue_code(link, now=now)

        if first != second:
            assert links.check_code(link, first, now=now) is False
        assert links.check_code(link, second, now=now) is True
