"""Signing in by a mailed link or code, and codes for personal links (SEC-M)."""

import re
from datetime import timedelta
from importlib import import_module
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from core import links, roles
from core.models import CapabilityLink, LoginLink, RateCount, User
from mailing import access, services, tasks
from mailing.models import Letter, SignInRequest
from mailing.views import code_page
from tests.factories.mailing import LetterFactory

ASK = "/logowanie/"


@links.capability("test")
def linked(request, link):
    words = "what was typed" if links.is_trusted(request, link) else "nothing"
    return HttpResponse(words)


@links.capability("test")
def linked_code(request, link):
    return code_page(request, link, to="test_linked")


@login_not_required
def ping(request):
    return HttpResponse("pong")


urlpatterns = [
    path("test/<str:token>/", linked, name="test_linked"),
    path("test/<str:token>/kod/", linked_code, name="test_linked_code"),
    *import_module(settings.ROOT_URLCONF).urlpatterns,  # the house
]


@pytest.fixture
def iryna(db) -> User:
    user = User.objects.create_user("iryna@hromada.example", first_name="Ірина", language="uk")
    roles.grant_role(user, roles.INTERN)
    return user


@pytest.fixture
def asked(iryna, client) -> Client:
    """Iryna's browser, after she asked for a link and before the letter came."""
    client.post(ASK, {"email": "Iryna@hromada.example"})
    return client


def letter_of(user: User) -> Letter:
    """What the worker writes for the wish that waits."""
    access.answer_waiting(now=timezone.now())
    return Letter.objects.filter(to=user.email).order_by("-pk").first()


def link_in(letter: Letter) -> str:
    return re.search(r"http://testserver(/\S*logowanie/\S+)", letter.text)[1]


def code_in(letter: Letter) -> str:
    return re.search(r"\b\d{6}\b", letter.text)[0]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_same_answer_for_known_and_unknown_address(iryna):
    """M5: bytes equal, the same statements; only the worker finds out who is known."""
    answers, statements = [], []
    for email in ("iryna@hromada.example", "nikto@hromada.example"):
        browser = Client()
        with mock.patch.object(tasks.answer_sign_in, "apply_async") as hint:
            first = browser.post(ASK, {"email": email})
        second = browser.get(first.headers["Location"])
        answers.append(re.sub(email, "ADDRESS", second.content.decode()))
        statements.append(hint.call_count)

    strip = [re.sub(r'(nonce|value)="[^"]*"', "", answer) for answer in answers]
    assert strip[0] == strip[1]
    assert statements[0] == statements[1]
    assert SignInRequest.objects.count() == 2
    access.answer_waiting(now=timezone.now())
    assert SignInRequest.objects.count() == 0
    assert list(Letter.objects.values_list("to", flat=True)) == ["iryna@hromada.example"]


def test_link_in_the_asking_browser_needs_only_the_button(asked, iryna):
    link = link_in(letter_of(iryna))

    shown = asked.get(link)
    before = is_signed_in(asked)
    entered = asked.post(link, {"go": "1"})

    assert link.startswith("/uk/logowanie/")
    assert (shown.status_code, before) == (200, False)
    assert list(shown.context["form"].fields) == []
    assert is_signed_in(asked)
    assert entered["Location"] == "/uk/mentor/"  # in the language of the letter


def test_link_in_another_browser_asks_for_the_address(asked, iryna):
    """M3: the deed of a person; a robot that submits every form gets nothing."""
    link = link_in(letter_of(iryna))
    phone = Client()

    robot = phone.post(link, {"go": "1"})
    guess = phone.post(link, {"go": "1", "address_start": "xyz"})
    robot_in = is_signed_in(phone)
    phone.post(link, {"go": "1", "address_start": "Iry"})

    assert (robot.status_code, guess.status_code, robot_in) == (200, 200, False)
    assert is_signed_in(phone)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(asked, iryna, method):
    """M2, FT-S1: a scanner may open it as often as it likes."""
    link = link_in(letter_of(iryna))
    before = (list(LoginLink.objects.values()), list(User.objects.values()))
    scanner = Client()

    for _ in range(20):
        getattr(scanner, method)(link)

    assert (list(LoginLink.objects.values()), list(User.objects.values())) == before
    assert not is_signed_in(scanner)
    asked.post(link, {"go": "1"})
    assert is_signed_in(asked)


def test_link_works_once(asked, iryna):
    link = link_in(letter_of(iryna))
    asked.post(link, {"go": "1"})

    again = Client().get(link)

    assert again.status_code == 410


def test_link_page_is_secret(asked, iryna):
    """M7."""
    page = asked.get(link_in(letter_of(iryna)))

    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"].startswith("no-store")
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_link_dies_after_ten_minutes(asked, iryna, time_machine_at):
    link = link_in(letter_of(iryna))

    with time_machine_at(timezone.now() + timedelta(minutes=10, seconds=1)):
        answer = asked.post(link, {"go": "1"})

    assert answer.status_code == 410
    assert not is_signed_in(asked)


def test_code_signs_in_too(asked, iryna):
    code = code_in(letter_of(iryna))

    wrong = asked.post("/logowanie/kod/", {"code": "000000" if code != "000000" else "111111"})
    entered = asked.post("/logowanie/kod/", {"code": f"{code[:3]} {code[3:]}"})

    assert wrong.status_code == 200
    assert entered.headers["Location"] == "/mentor/"
    assert is_signed_in(asked)


def test_session_is_not_prolonged_by_a_trusted_link(asked, iryna, rf):
    """SEC-2: a browser trusted with a personal link for 90 days is not signed in for as long."""
    session = asked.session
    session.set_expiry(links.TRUST_LIFE)
    session.save()

    asked.post(reverse("mailing:sign_in_code"), {"code": code_in(letter_of(iryna))})

    assert is_signed_in(asked)
    assert asked.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_code_of_another_browser_is_of_no_use(asked, iryna):
    code = code_in(letter_of(iryna))
    stranger = Client()

    answer = stranger.post("/logowanie/kod/", {"code": code})

    assert answer.headers["Location"] == ASK
    assert not is_signed_in(stranger)


def test_link_for_another_person_is_explained(asked, iryna):
    """M9, L18."""
    link = link_in(letter_of(iryna))
    taras = User.objects.create_user("taras@hromada.example")
    browser = Client()
    browser.force_login(taras)

    answers = [browser.get(link), browser.post(link, {"go": "1", "address_start": "iryna"})]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert browser.session["_auth_user_id"] == str(taras.pk)
    assert LoginLink.objects.get().used_at is None


def test_person_lands_where_she_was_going(iryna):
    browser = Client()
    browser.post(f"{ASK}?next=/mentor/dziennik/", {"email": iryna.email})

    entered = browser.post(link_in(letter_of(iryna)), {"go": "1"})

    assert entered.headers["Location"] == "/mentor/dziennik/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_person_never_lands_elsewhere(iryna, wanted):
    browser = Client()
    browser.post(ASK + "?next=" + wanted, {"email": iryna.email})

    entered = browser.post(link_in(letter_of(iryna)), {"go": "1"})

    assert entered.headers["Location"].startswith("/")
    assert "evil" not in entered.headers["Location"]


def test_staff_get_no_link(olena, client):
    """Staff have a password and a second factor; a letter never opens the panel."""
    client.post(ASK, {"email": olena.user.email})

    access.answer_waiting(now=timezone.now())

    assert Letter.objects.count() == 0
    assert SignInRequest.objects.count() == 0
    assert olena.get(ASK).headers["Location"] == "/admin/"


def test_inactive_person_gets_no_link(iryna, client):
    User.objects.filter(pk=iryna.pk).update(is_active=False)
    client.post(ASK, {"email": iryna.email})

    assert letter_of(iryna) is None


def test_wish_is_answered_once(asked, iryna):
    wish = SignInRequest.objects.get()

    first = access.answer_sign_in(wish.pk, now=timezone.now())
    second = access.answer_sign_in(wish.pk, now=timezone.now())

    assert (first.to, second) == (iryna.email, None)
    assert Letter.objects.count() == 1


def test_old_wish_is_dropped(asked, iryna):
    access.answer_waiting(now=timezone.now() + timedelta(minutes=11))

    assert Letter.objects.count() == 0
    assert SignInRequest.objects.count() == 0


def test_address_is_limited_however_it_is_written(db, client):
    """M5: dots and +tags folded, known or not."""
    spellings = ["a.b@x.example", "ab@x.example", "A.B+1@x.example", "ab+2@X.example"]
    codes = [client.post(ASK, {"email": spellings[n % 4]}).status_code for n in range(11)]

    assert codes == [302] * 10 + [429]
    assert SignInRequest.objects.count() == 10


def test_one_machine_cannot_use_up_what_all_share(db, client):
    """M5: 20 an hour from one address of the net; the rest of the 200 stays for the others."""
    codes = [client.post(ASK, {"email": f"u{n}@x.example"}).status_code for n in range(25)]

    assert codes == [302] * 20 + [429] * 5
    assert RateCount.objects.get(action="login_link.all").count == 20


@pytest.mark.parametrize("email", ["", "x", "a@x.pl, b@y.pl", "a" * 300 + "@x.pl", "\x00@x.pl"])
def test_bad_address_is_explained(db, client, email):
    answer = client.post(ASK, {"email": email})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["email"]
    assert SignInRequest.objects.count() == 0


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "1" * 30])
def test_misshapen_code_is_explained(asked, code):
    answer = asked.post("/logowanie/kod/", {"code": code})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["code"]


@pytest.mark.parametrize("path_", ["/logowanie/", "/uk/logowanie/", "/en/logowanie/"])
def test_sign_in_page_speaks_three_languages(db, client, path_):
    page = client.get(path_)

    assert page.status_code == 200
    assert len(page.context["language_links"]) == 3


@pytest.fixture
def personal_link(db, settings) -> tuple[str, CapabilityLink]:
    settings.ROOT_URLCONF = __name__
    with transaction.atomic():
        token = links.create(
            purpose="test",
            target=LetterFactory(draft=True),
            email="sekretariat@gmina.example",
            expires_at=None,
            now=timezone.now(),
        )
    return reverse("test_linked_code", args=[token]), CapabilityLink.objects.get()


def test_code_opens_what_was_typed(personal_link, client):
    """M1: nothing typed before is shown until the code of the mailbox is entered."""
    url, link = personal_link
    page = url.removesuffix("kod/")
    before = client.get(page).content

    client.post(url, {"ask": "1"})
    letter = Letter.objects.get(letter="mailing/code")
    entered = client.post(url, {"code": code_in(letter)})

    assert before == b"nothing"
    assert letter.to == "sekretariat@gmina.example"
    assert entered.headers["Location"] == page
    assert client.get(page).content == b"what was typed"
    assert Client().get(page).content == b"nothing"


def test_looking_at_the_code_page_sends_nothing(personal_link, client):
    url, _link = personal_link

    page = client.get(url)

    assert page.status_code == 200
    assert "sekretariat" not in page.content.decode()
    assert Letter.objects.filter(letter="mailing/code").count() == 0


def test_wrong_code_shows_nothing(personal_link, client):
    url, _link = personal_link
    client.post(url, {"ask": "1"})
    right = code_in(Letter.objects.get(letter="mailing/code"))

    answer = client.post(url, {"code": "000000" if right != "000000" else "111111"})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["code"]
    assert client.get(url.removesuffix("kod/")).content == b"nothing"


def test_codes_are_limited_to_five_an_hour(personal_link, client):
    """SEC-R."""
    url, _link = personal_link

    codes = [client.post(url, {"ask": "1"}).status_code for _ in range(6)]

    assert codes == [302] * 5 + [429]
    assert Letter.objects.filter(letter="mailing/code").count() == 5


def test_code_letter_is_sent_in_the_language_of_the_page(personal_link):
    _url, link = personal_link
    letters = {}
    for language in ("pl", "uk", "en"):
        with mock.patch("mailing.access.get_language", return_value=language):
            letters[language] = access.email_code(link, now=timezone.now()).subject

    assert letters == {
        "pl": "Kod do strony WIN4UA",
        "uk": "Код для сторінки WIN4UA",
        "en": "Code for a WIN4UA page",
    }


def test_whole_way_from_the_page_to_the_mailbox(iryna, client, django_capture_on_commit_callbacks):
    """Page, wish, worker, letter, mailbox, button."""
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ASK, {"email": iryna.email})
    services.deliver_due(timezone.now())

    (message,) = mail.outbox
    client.post(re.search(r"http://testserver(\S+)", message.body)[1], {"go": "1"})

    assert is_signed_in(client)
