"""Replies in a real browser: a coordinator reads what came, says whose it is, and is done (E18)."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from core import roles
from mailing import reply_box
from mailing.models import Reply
from programme.services import organisation_for_gmina
from tests.factories.applications import HostSurveyFactory
from tests.factories.core import UserFactory
from tests.factories.mailing import LetterFactory, ReplyFactory
from tests.factories.programme import GminaFactory
from tests.mailing.imap_stand_in import Mailbox
from tests.mailing.test_reply_box import answer

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
HOSTILE = "<b>Dziękujemy</b> https://evil.example <img src=x onerror=alert(1)>"
LONG = "Prosimy o zmianę terminu spotkania, ponieważ w tym dniu obraduje rada gminy. " * 12


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def press(control: Locator) -> None:
    """Press what leads to another page, and wait for that page."""
    with control.page.expect_navigation():
        control.click()


@pytest.fixture
def desk_of(panel_of):
    """A function: the browser of Olena at the panel, in a language and a width."""
    person = UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)

    def opened(language: str = "pl", **options):
        return panel_of(person, language, **options)

    return opened


@pytest.fixture
def mailbox(settings):
    """In the mailbox: an answer to a letter, an absence notice, a letter of a stranger."""
    survey = HostSurveyFactory(submitted=True)
    organisation_for_gmina(survey.gmina)
    letter = LetterFactory(sent=True, about=survey, subject="Ankieta gminy: potwierdzenie")
    stranger = {"From": "Sekretariat <sekretariat@gdzies.example>", "Subject": "Zmiana terminu"}
    box = Mailbox(
        [
            answer(letter, HOSTILE),
            answer(letter, "Nie ma mnie.", Subject="Automatyczna odpowiedź: Ankieta"),
            answer(None, LONG, **stranger),
        ]
    )
    settings.REPLY_MAILBOX = box.address
    reply_box.read(now=timezone.now())
    yield survey
    box.end()


def test_reply_is_read_given_to_its_municipality_and_done(mailbox, desk_of, axe_faults):
    serock = GminaFactory(name="Serock")
    page = desk_of()

    page.goto(reverse("admin:index"))
    press(page.get_by_role("link", name="odpowiedzi na nasze listy"))
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    assert axe_faults(page) == []
    press(page.get_by_role("link", name="Zmiana terminu"))
    assert axe_faults(page) == []
    press(page.get_by_role("link", name="Wskaż, czyja jest odpowiedź"))
    assert axe_faults(page) == []
    page.get_by_role("combobox", name="Gmina").fill("Seroc")
    page.get_by_role("option").first.click()
    press(page.get_by_role("button", name="Odpowiedź dotyczy tej gminy"))
    press(page.get_by_role("button", name="Załatwione"))
    expect(page.get_by_text("Oznaczono jako załatwione.")).to_be_visible()

    reply = Reply.objects.get(subject="Zmiana terminu")
    assert (reply.about, reply.handled_by.email) == (serock, "olena@fsm.example")
    page.goto(reverse("admin:win4ua_timeline", args=[serock.pk]))
    assert page.locator("section[aria-labelledby=replies] tbody tr").count() == 1
    assert axe_faults(page) == []


def test_words_from_outside_do_nothing_on_the_page(mailbox, desk_of):
    """E17: they are seen as typed; nothing runs, nothing can be pressed."""
    page = desk_of()

    page.goto(reverse("admin:win4ua_timeline", args=[mailbox.gmina.pk]))

    section = page.locator("section[aria-labelledby=replies]")
    assert HOSTILE in section.inner_text()
    assert section.locator("b, img, [href*=evil]").count() == 0
    assert "Nie ma mnie" not in section.inner_text()


def test_reply_is_dealt_with_without_javascript_on_a_phone(mailbox, desk_of):
    page = desk_of(javascript=False, width=360, height=780)
    reply = Reply.objects.get(subject="Zmiana terminu")
    GminaFactory(name="Serock")

    page.goto(reverse("admin:win4ua_attach_reply", args=[reply.pk]))
    page.get_by_role("textbox", name="Gmina").fill("Nie wiem")
    press(page.get_by_role("button", name="Odpowiedź dotyczy tej gminy"))
    assert page.get_by_role("textbox", name="Gmina").input_value() == "Nie wiem"
    page.get_by_role("textbox", name="Gmina").fill("Serock")
    press(page.get_by_role("button", name="Odpowiedź dotyczy tej gminy"))
    press(page.get_by_role("button", name="Załatwione"))

    reply.refresh_from_db()
    assert (reply.about.name, reply.handled_at is not None) == ("Serock", True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_message_that_is_not_for_us_is_removed_after_a_question(mailbox, desk_of):
    """Without JavaScript, on a phone; what belongs to somebody stays."""
    page = desk_of(javascript=False, width=360, height=780)
    reply = Reply.objects.get(subject="Zmiana terminu")

    page.goto(reverse("admin:mailing_reply_change", args=[reply.pk]))
    page.get_by_text("Nie dotyczy nas", exact=True).click()
    page.get_by_text("zostaną usunięte z aplikacji na stałe").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Tak: Nie dotyczy nas").click()
    page.get_by_text("Usunięto z aplikacji. Sama wiadomość pozostaje w skrzynce.").wait_for()

    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    reply.refresh_from_db()
    assert (reply.sender, reply.subject, reply.text) == ("", "", "")


@pytest.mark.parametrize("language", ["pl", "uk"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_with_replies_fit_the_window(mailbox, desk_of, language, width):
    done = timezone.now() - timedelta(days=1)
    letter = LetterFactory(sent=True, about=mailbox, subject="Ankieta")
    handler = UserFactory(first_name="Halina", last_name="Nowak")
    ReplyFactory(letter=letter, handled_by=handler, handled_at=done, files=["Uchwała nr 12.pdf"])
    page = desk_of(language, width=width)
    stranger = Reply.objects.get(subject="Zmiana terminu")
    for name, address in {
        "home": reverse("admin:index"),
        "list": reverse("admin:mailing_reply_changelist"),
        "reply": reverse("admin:mailing_reply_change", args=[stranger.pk]),
        "attach": reverse("admin:win4ua_attach_reply", args=[stranger.pk]),
        "gmina": reverse("admin:win4ua_timeline", args=[mailbox.gmina.pk]),
        "survey": reverse("admin:applications_hostsurvey_change", args=[mailbox.pk]),
        "letter": reverse("admin:mailing_letter_change", args=[letter.pk]),
    }.items():
        page.goto(address)
        look(page, f"{name}-{language}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
