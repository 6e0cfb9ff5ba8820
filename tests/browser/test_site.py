"""The programme site and the pages on which it is written, in a real browser (P5, W8)."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core import roles
from programme.models import Edition
from programme.services import contents
from programme.services.demonstration import demonstration_edition
from tests.conftest import StrictClient, sign_in
from tests.factories.core import UserFactory

SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
PAGES = {
    "home": "/",
    "questions": "/pytania/",
    "documents": "/dokumenty/",
    "privacy": "/prywatnosc/",
    "accessibility": "/dostepnosc/",
}
DOORS = {
    "survey": "/ankieta/",
    "unlisted": "/ankieta/spoza-listy/",
    "application": "/zayavka/",
    "sign-in": "/logowanie/",
}
WIDER = """[...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.offsetWidth > 1)
  .filter((each) => !each.closest(".visually-hidden, .skip-link"))
  .map((each) => each.tagName + "." + each.className + ": " + each.textContent.slice(0, 40))"""
LANGUAGES = {"pl": "", "uk": "/uk", "en": "/en"}
pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def is_wider_than_the_window(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


TWICE_AS_LARGE = "document.documentElement.style.fontSize = '225%'"  # of 112.5 per cent


@pytest.fixture
def edition(live_server) -> Edition:
    roles.sync_permissions()
    return demonstration_edition(now=timezone.now())


@pytest.fixture
def olena(edition):
    return UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)


@pytest.fixture
def desk(open_browser, live_server, olena):
    """Olena's browser, signed in with the second factor."""
    session = sign_in(StrictClient(), olena).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(width: int = 1280):
        page = open_browser(width=width)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_fit_a_phone_with_text_twice_as_large(open_browser, edition, language):
    """P5, WCAG 2.2 1.4.4 and 1.4.10: 320 px, letters at 200 %; nothing is cut or scrolls."""
    page = open_browser(width=320)
    wide = {}
    for name, address in (PAGES | DOORS).items():
        page.goto(LANGUAGES[language] + address)
        page.evaluate(TWICE_AS_LARGE)
        look(page, f"{name}-{language}-320-twice")
        if found := page.evaluate(WIDER) or is_wider_than_the_window(page):
            wide[name] = found

    assert wide == {}


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_have_no_faults(open_browser, edition, axe_faults, language, width):
    """P5: every page, three languages, wide and at 320 px."""
    page = open_browser(width=width)
    faults = {}
    for name, address in PAGES.items():
        page.goto(LANGUAGES[language] + address)
        look(page, f"{name}-{language}-{width}")
        found = axe_faults(page)
        if found or is_wider_than_the_window(page):
            faults[name] = found or "scrolls sideways"

    assert faults == {}


def test_first_screen_of_a_phone_says_what_by_when_and_where_to_press(open_browser, edition):
    """Moment 1: even below the notice of the demonstration, one push of the thumb is enough."""
    page = open_browser(width=360, height=740)
    page.goto("/")

    button = page.get_by_role("link", name="Wypełnij ankietę").bounding_box()
    deadline = page.locator("#door-host + p").bounding_box()
    name = page.locator("#door-host").bounding_box()

    assert name["y"] < deadline["y"] < button["y"]
    assert button["y"] + button["height"] < 1.5 * 740


def test_page_weighs_little_and_asks_for_little(open_browser, edition):
    """W8: page, two styles, two types, one script; a browser fetches the icon once for the site."""
    page = open_browser()
    asked = []
    page.on("response", lambda answer: asked.append(answer.url))

    page.goto("/", wait_until="load")
    page.wait_for_function("document.fonts.status === 'loaded'")

    assert len([url for url in asked if "favicon" not in url]) == 6, asked


@pytest.mark.parametrize("width", [1280, 360])
def test_text_is_written_looked_at_and_published(desk, open_browser, edition, axe_faults, width):
    """Draft, preview, publication, history: each with a real browser and without a mouse trap."""
    text = edition.texts.get(key="costs")
    page = desk(width)
    faults = []

    page.goto(reverse("admin:programme_content_list"))
    look(page, f"panel-list-{width}")
    faults += axe_faults(page)
    page.get_by_role("link", name="Co pokrywa organizator").click()
    page.locator("#id_text_pl").fill("### Nocleg\n\nOrganizator **opłaca** nocleg.")
    page.locator("#id_text_uk").fill("Організатор **оплачує** житло.")
    page.get_by_role("button", name="Zapisz wersję roboczą").click()
    expect(page.get_by_role("status").first).to_contain_text("zapisana")
    look(page, f"panel-edit-{width}")
    faults += axe_faults(page)
    page.goto(reverse("admin:programme_content_preview", args=["text", text.pk, "uk"]))
    expect(page.locator("main")).to_contain_text("Організатор оплачує житло.")
    look(page, f"panel-preview-uk-{width}")
    faults += axe_faults(page)
    page.goto(reverse("admin:programme_content_edit", args=["text", text.pk]))
    page.get_by_role("link", name="Obejrzyj zmiany i opublikuj").click()
    page.locator("#id_note").fill("Pierwsza wersja")
    look(page, f"panel-publish-{width}")
    faults += axe_faults(page)
    page.get_by_role("button", name="Opublikuj", exact=True).click()
    page.get_by_role("link", name="Wersja 1").click()
    look(page, f"panel-version-{width}")
    faults += axe_faults(page)
    visitor = open_browser(javascript=False)
    visitor.goto("/")

    assert faults == []
    assert is_wider_than_the_window(page) is False
    expect(visitor.get_by_role("heading", name="Nocleg")).to_be_visible()
    expect(visitor.locator("main")).to_contain_text("Organizator opłaca nocleg.")


def test_other_pages_of_the_desk_have_no_faults(desk, edition, olena, axe_faults):
    page = desk()
    proposal = edition.texts.get(key="host_role")
    question = edition.faq.first()
    addresses = {
        "proposal": reverse("admin:programme_content_edit", args=["text", proposal.pk]),
        "question": reverse("admin:programme_content_edit", args=["question", question.pk]),
        "statement": reverse("admin:programme_content_edit", args=["statement", 1]),
        "file": reverse("admin:programme_file_add", args=[edition.pk]),
        "missing": reverse("admin:programme_content_list") + "?missing=uk",
        "entrances": reverse("admin:applications_entrances"),
        "desk": reverse("admin:index"),
    }
    contents.save_draft(
        question,
        content={**question.content, "answer_pl": "Każda gmina w limicie."},
        seen=0,
        actor=olena,
        now=timezone.now(),
    )
    faults = {}
    for name, address in addresses.items():
        page.goto(address)
        look(page, f"panel-{name}")
        if found := axe_faults(page):
            faults[name] = found

    assert faults == {}
