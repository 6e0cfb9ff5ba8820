"""The outbox in a real browser: ticking letters, the plan, the second person (E3, E15, P26)."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import roles
from mailing import services, transport
from mailing.models import Letter, ReleaseProposal
from mailing.services import breaker
from tests.conftest import sign_in
from tests.factories.applications import HostSurveyFactory
from tests.factories.core import UserFactory
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from win4ua import alarms

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
WIDTHS = [1280, 360]
LANGUAGES = ["pl", "uk"]


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def desk(open_browser, live_server):
    """A browser at the panel: `desk("olena", language="uk", width=360)`."""

    def opened(first_name: str, *, language: str = "pl", **options):
        user = UserFactory(
            email=f"{first_name.lower()}@fsm.example",
            first_name=first_name,
            role=roles.COORDINATOR,
            language=language,
        )
        client = sign_in(Client(), user)
        page = open_browser(**options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return opened


def statuses() -> dict[str, int]:
    found: dict[str, int] = {}
    for status in Letter.objects.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


@pytest.mark.parametrize("javascript", [True, False])
def test_ticked_letters_go_and_the_others_stay(desk, javascript):
    """By keyboard, with and without JavaScript."""
    letters = LetterFactory.create_batch(3, draft=True, to_name="Gmina Czchów")
    page = desk("Olena", javascript=javascript)
    page.goto(reverse("admin:mailing_outbox") + "?shelf=drafts")
    for letter in letters[:2]:
        page.locator(f"#letter-{letter.pk}").focus()
        page.keyboard.press("Space")

    page.get_by_role("button", name="Zwolnij do wysłania").press("Enter")
    page.get_by_role("heading", name="2 listy zostaną wysłane").wait_for()
    page.get_by_role("button", name="Zwolnij do wysłania").press("Enter")
    page.get_by_text("Zwolnij do wysłania – liczba listów: 2.").wait_for()

    letters[2].refresh_from_db()
    assert letters[2].status == "draft"
    assert Letter.objects.filter(status="draft").count() == 1


def test_fifty_one_letters_take_two_people(desk, axe_faults):
    LetterFactory.create_batch(51, draft=True, letter="mailing/code")
    olena, halina = desk("Olena"), desk("Halina")

    olena.goto(reverse("admin:mailing_outbox") + "?shelf=drafts")
    olena.get_by_label("Wszystkie 51 znalezionych listów").check()
    olena.get_by_role("button", name="Zwolnij do wysłania").click()
    olena.get_by_role("button", name="Złóż wniosek o zwolnienie").click()
    olena.get_by_text("Wniosek złożony. Listy zwolni inna osoba.").wait_for()
    assert olena.get_by_role("button", name="Zwolnij 51 listów").count() == 0
    assert (statuses(), axe_faults(olena)) == ({"draft": 51}, [])

    halina.goto(reverse("admin:mailing_outbox"))
    halina.get_by_role("link", name="Zobacz wniosek").click()
    halina.get_by_role("button", name="Zwolnij 51 listów").click()
    halina.get_by_text("Zwolniono. Listy są w drodze.").wait_for()

    assert Letter.objects.filter(status="draft").count() == 0
    assert ReleaseProposal.objects.get().decided_by.first_name == "Halina"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_outbox_are_usable(desk, axe_faults, settings, language, width):
    """Looked at in both languages, on a desk and on a phone; the alarms stand above."""
    settings.PANEL_ALARMS = "win4ua.alarms.panel_alarms"
    cache.set(alarms.CACHE_KEY, [("worker", 0)], 600)
    proposer = UserFactory(email="jan@fsm.example", first_name="Jan", role=roles.COORDINATOR)
    drafts = LetterFactory.create_batch(3, draft=True, to_name="Gmina Czchów")
    LetterFactory(failed=True)
    LetterFactory(sent=True)
    proposal = services.propose_release(drafts, actor=proposer, now=WRITTEN_AT)
    page = desk("Olena", language=language, width=width)
    places = {
        "home": reverse("admin:index"),
        "outbox": reverse("admin:mailing_outbox"),
        "plan": reverse("admin:mailing_plan") + "?deed=release&select_all=1",
        "cancel": reverse("admin:mailing_plan") + "?deed=cancel&select_all=1",
        "empty": reverse("admin:mailing_plan") + "?deed=retry",
        "proposal": reverse("admin:mailing_proposal", args=[proposal.pk]),
    }
    faults = {}

    for name, address in places.items():
        page.goto(address)
        look(page, f"outbox-{name}-{language}-{width}")
        found = axe_faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults |= {name: (found, wide)} if found or wide else {}

    cache.delete(alarms.CACHE_KEY)
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_outbox_says_that_the_provider_takes_no_letters(desk, axe_faults, language, width):
    """E9: what it said stands there, and is gone with the first letter that it takes."""
    LetterFactory.create_batch(3, to_name="Gmina Czchów")
    page = desk("Olena", language=language, width=width)
    provider, said = transport.provider_name(), "503 Service Unavailable: maintenance until 14:00"
    breaker.note_failure(provider, reason=said, now=timezone.now(), is_down=True)

    page.goto(reverse("admin:mailing_outbox") + "?shelf=waiting")
    page.get_by_text(said).wait_for()
    look(page, f"outbox-trouble-{language}-{width}")
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    found = axe_faults(page)
    breaker.note_success(provider)
    page.reload()

    assert (found, wide) == ([], False)
    assert page.get_by_text(said).count() == 0


@pytest.mark.parametrize(("language", "width"), [("pl", 1280), ("uk", 360)])
def test_pages_of_letters_that_do_not_arrive_are_usable(desk, axe_faults, language, width):
    """E18, E22: the municipality, the letter with its PDF, the case number of the office."""
    survey = HostSurveyFactory(submitted=True)
    letter = LetterFactory(sent=True, about=survey, to="sekretariat@czchow.example")
    now = timezone.now()
    report = services.Report(
        provider="postmaster",
        kind="bounced",
        event_id="one",
        recipient=letter.to,
        said="550 5.1.1 no such user",
        letter_number=letter.uuid,
    )
    services.receive([report], now=now)
    services.settle_waiting(now=now)
    LetterFactory(failed=True, about=survey)
    page = desk("Olena", language=language, width=width)
    places = {
        "municipality": reverse("admin:win4ua_timeline", args=[survey.gmina.pk]),
        "letter": reverse("admin:mailing_letter_change", args=[letter.pk]),
        "case": reverse("admin:mailing_case_number", args=[letter.pk]),
        "again": reverse("admin:mailing_send_again", args=[letter.pk]),
    }
    faults = {}

    for name, address in places.items():
        page.goto(address)
        look(page, f"mail-{name}-{language}-{width}")
        found = axe_faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults |= {name: (found, wide)} if found or wide else {}

    assert faults == {}
