"""Saving that cannot lose, in a real browser: network cut, server away, tab closed."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import HostSurvey
from applications.services import host as services
from mailing.models import Letter
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db(transaction=True)
GO_ON = "Zapisz i przejdź dalej"
STREET, CODE, TOWN = "Ulica i numer", "Kod pocztowy", "Miejscowość"
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
# The page saves itself three seconds after a change; a busy machine gets more.
SAVED = 20_000


@pytest.fixture
def edition(live_server):
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.fixture
def survey(edition):
    """Begun by its invitation; the first page is done."""
    invitation = HostInvitationFactory(edition=edition)
    first = {key: host_answers()[key] for key in ("nazwa_urzedowa", "ludnosc", "czlonkostwo")}
    return HostSurveyFactory(
        edition=edition,
        organisation=invitation.organisation,
        invitation=invitation,
        contact=None,
        email=invitation.email,
        answers={},
        draft_answers=first,
    )


@pytest.fixture
def link(survey) -> str:
    with transaction.atomic():
        token = services.new_link(survey.invitation, email=survey.email, now=timezone.now())
    return f"/ankieta/l/{token}/"


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def let_in(page, link: str) -> None:
    """Enter the code, as on another computer: two presses."""
    page.goto(link)
    page.get_by_role("button", name="Wyślij kod").click()
    text = Letter.objects.filter(letter="mailing/code").latest("pk").text
    page.get_by_label("Kod z listu").fill(re.search(r"\b(\d{6})\b", text)[1])
    page.get_by_role("button", name="Pokaż ankietę").click()
    page.wait_for_url("**" + link)


@pytest.fixture
def page(open_browser, link):
    """On the page of the address, known to the server."""
    opened = open_browser()
    let_in(opened, link)
    opened.goto(link + "adres/")
    return opened


def stored(page) -> dict:
    """Everything that the browser keeps of the site."""
    return page.evaluate("({...sessionStorage, ...localStorage})")


def draft() -> dict:
    return HostSurvey.objects.get().draft_answers


def status(page):
    return page.locator("#saved")


def test_answers_are_saved_while_one_types_and_said_in_words(page, axe_faults):
    """A24, W17, V14.3.3: no press of a button; nothing stays in the browser."""
    page.get_by_label(STREET).fill("Reymonta 1")
    page.get_by_label(CODE).fill("95")

    expect(status(page)).to_have_text(
        re.compile(r"Zapisano o \d\d:\d\d\. Jeszcze niezapisane, .*: Kod pocztowy\."),
        timeout=SAVED,
    )
    look(page, "saved-while-typing")
    assert status(page).get_attribute("role") == "status"
    assert draft()["adres_ulica"] == "Reymonta 1"
    assert stored(page) == {}
    assert axe_faults(page) == []


def test_network_cut_while_typing_is_said_and_mended_by_itself(page):
    """A24: cut, typed, back: saved without a press, and the browser forgets."""
    page.context.set_offline(True)
    page.get_by_label(STREET).fill("Reymonta 1")
    expect(status(page)).to_contain_text("Nie ma połączenia", timeout=SAVED)
    look(page, "network-cut")
    kept = stored(page)

    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Zapisano o", timeout=SAVED)

    assert "Reymonta 1" in next(iter(kept.values()))
    assert draft()["adres_ulica"] == "Reymonta 1"
    assert stored(page) == {}


def test_page_sent_while_the_network_is_cut_goes_on_when_it_is_back(page, link):
    """A24: no error page of the browser; the wish to go on is remembered and fulfilled."""
    page.get_by_label(STREET).fill("Reymonta 1")
    page.get_by_label(CODE).fill("95-060")
    page.get_by_label(TOWN).fill("Brzeziny")
    page.context.set_offline(True)
    page.get_by_role("button", name=GO_ON).click()
    expect(status(page)).to_contain_text("następna strona otworzy się sama", timeout=SAVED)
    look(page, "sent-while-cut")
    still = page.get_by_label(STREET).input_value()

    page.context.set_offline(False)
    page.wait_for_url("**/numery/", timeout=SAVED)

    assert still == "Reymonta 1"
    assert draft()["adres_miejscowosc"] == "Brzeziny"
    assert stored(page) == {}


def test_page_sent_while_the_server_is_away_goes_on_when_it_is_back(page):
    """A24: the network is there, the server refuses: the same care."""
    page.route("**/adres/**", lambda route: route.abort("connectionrefused"))
    page.get_by_label(STREET).fill("Reymonta 1")
    page.get_by_label(CODE).fill("95-060")
    page.get_by_label(TOWN).fill("Brzeziny")
    page.get_by_role("button", name=GO_ON).click()
    expect(status(page)).to_contain_text("Nie ma połączenia", timeout=SAVED)

    page.unroute("**/adres/**")
    page.wait_for_url("**/numery/", timeout=SAVED)

    assert draft()["adres_ulica"] == "Reymonta 1"


def test_answer_lost_on_its_way_back_is_no_clash_with_oneself(page):
    """FT-19: the server saved it, the network was cut before it could say so."""
    cut = []

    def save_and_cut(route) -> None:
        route.fetch()
        cut.append(route.request.url)
        route.abort("connectionreset")

    page.route("**/zapis/", save_and_cut)
    page.get_by_label(STREET).fill("Reymonta")
    expect(status(page)).to_contain_text("Nie ma połączenia", timeout=SAVED)
    arrived = draft()["adres_ulica"]
    page.unroute("**/zapis/")
    page.get_by_label(STREET).fill("Reymonta 12")
    page.get_by_label(CODE).fill("95-060")
    page.get_by_label(TOWN).fill("Brzeziny")
    page.get_by_role("button", name=GO_ON).click()
    page.wait_for_url("**/numery/", timeout=SAVED)

    assert len(cut) >= 1
    assert arrived == "Reymonta"
    assert draft()["adres_ulica"] == "Reymonta 12"


@pytest.mark.parametrize("way", ["back", "reload", "close"])
def test_leaving_by_any_way_saves_what_was_typed(page, link, way):
    """A1: the link back, F5, the tab closed at once, before the page has saved itself."""
    page.get_by_label(STREET).fill("Reymonta 1")

    if way == "back":
        page.get_by_role("link", name="Wstecz").click()
        page.wait_for_url("**/gmina/")
    elif way == "reload":
        page.reload()
        expect(status(page)).to_contain_text("Zapisano o", timeout=SAVED)
    else:
        page.close(run_before_unload=False)

    other = page.context.new_page()
    other.goto(link + "adres/")
    expect(other.get_by_label(STREET)).to_have_value("Reymonta 1", timeout=SAVED)
    assert draft()["adres_ulica"] == "Reymonta 1"


def test_phone_killed_and_desk_goes_on_in_two_presses_after_the_code(open_browser, link):
    """FT-19: no answer older than ten seconds is lost; from the code two presses to the page."""
    phone = open_browser(width=360, height=740)
    let_in(phone, link)
    phone.goto(link + "adres/")
    phone.get_by_label(STREET).fill("Reymonta 1")
    phone.wait_for_timeout(10_000)
    phone.context.close()

    desk = open_browser()
    let_in(desk, link)
    desk.get_by_role("link", name="Kontynuuj ankietę").click()

    expect(desk.get_by_label(STREET)).to_have_value("Reymonta 1")


def test_double_click_and_back_make_one_survey(page, link):
    """A12: pressed twice, back, and again."""
    page.get_by_label(STREET).fill("Reymonta 1")
    page.get_by_label(CODE).fill("95-060")
    page.get_by_label(TOWN).fill("Brzeziny")
    page.get_by_role("button", name=GO_ON).dblclick()
    page.wait_for_url("**/numery/")
    page.go_back()
    page.wait_for_url("**/adres/")
    with page.expect_navigation():
        page.get_by_role("button", name=GO_ON).click()
    page.wait_for_url("**/numery/")

    assert HostSurvey.objects.count() == 1
    assert draft()["adres_ulica"] == "Reymonta 1"


def test_cookie_deleted_before_sending_loses_nothing(page, link):
    """FT-20: the proof of origin is gone as well; one press, the code, and it is saved."""
    page.get_by_label(STREET).fill("Reymonta 1")
    page.get_by_label(CODE).fill("95-060")
    page.get_by_label(TOWN).fill("Brzeziny")
    page.context.clear_cookies()
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_role("button", name="Zapisz wpisane odpowiedzi").wait_for()
    look(page, "csrf-typed-again")
    page.get_by_role("button", name="Zapisz wpisane odpowiedzi").click()
    page.get_by_role("button", name="Wyślij kod").click()
    text = Letter.objects.filter(letter="mailing/code").latest("pk").text
    page.get_by_label("Kod z listu").fill(re.search(r"\b(\d{6})\b", text)[1])
    page.get_by_role("button", name="Pokaż ankietę").click()
    page.wait_for_url("**/numery/")
    look(page, "saved-after-code")

    assert draft()["adres_miejscowosc"] == "Brzeziny"


def test_two_versions_are_chosen_in_the_browser(page, open_browser, link, axe_faults):
    """FT-18: with JavaScript on one side and without on the other."""
    other = open_browser(javascript=False, width=360, height=740)
    let_in(other, link)
    other.goto(link + "adres/")
    for each, street in ((page, "Mickiewicza 2"), (other, "Reymonta 1")):
        each.get_by_label(STREET).fill(street)
        each.get_by_label(CODE).fill("95-060")
        each.get_by_label(TOWN).fill("Brzeziny")
    page.get_by_role("button", name=GO_ON).click()
    page.wait_for_url("**/numery/")
    other.get_by_role("button", name=GO_ON).click()
    other.get_by_role("heading", name="Dwie wersje odpowiedzi").wait_for()
    look(other, "versions-360")
    other.get_by_label("Państwa wersja").check()
    other.get_by_role("button", name=GO_ON).click()
    other.wait_for_url("**/numery/")

    assert draft()["adres_ulica"] == "Reymonta 1"


@pytest.mark.parametrize(("prefix", "width"), [("", 1280), ("", 360), ("/uk", 360), ("/uk", 1280)])
def test_pages_of_colleagues_have_no_faults(open_browser, survey, link, axe_faults, prefix, width):
    """W04 and axe: who began, asking, answering, letting in."""
    second = HostInvitationFactory(edition=survey.edition, organisation=survey.organisation)
    with transaction.atomic():
        token = services.new_link(second, email=second.email, now=timezone.now())
    name = f"{prefix.strip('/') or 'pl'}-{width}"
    faults: dict[str, list[str]] = {}
    page = open_browser(width=width)

    def seen(what: str) -> None:
        look(page, f"{what}-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if found := axe_faults(page) + (["scrolls sideways"] if wide else []):
            faults[what] = found

    page.goto(f"{prefix}/ankieta/l/{token}/")
    seen("of-another")
    page.locator("#id_email").fill(second.email)
    page.locator("main form button").click()
    page.wait_for_load_state()
    seen("asked")
    text = Letter.objects.get(letter="applications/take_over_asked").text
    answer = re.search(r"/ankieta/przejecie/[\w-]+/", text)[0]
    page.goto(prefix + answer)
    seen("answer")
    page.locator("main form button").click()
    seen("answer-errors")
    page.locator('[name="answer"][value="granted"]').check()
    page.locator("#id_email").fill(survey.email)
    page.locator("main form button").click()
    page.wait_for_load_state()
    seen("answered")
    let_in(page, link)
    page.goto(f"{prefix}{link}osoby/")
    seen("people")

    assert faults == {}


@pytest.mark.parametrize("javascript", [True, False], ids=["autosave", "without JavaScript"])
def test_refused_answer_is_there_again_when_the_tab_is_gone(
    open_browser, link, axe_faults, javascript
):
    """A24: typed, not valid yet, the phone dies; the same browser opens the letter again."""
    phone = open_browser(javascript=javascript, width=360, height=740)
    let_in(phone, link)
    phone.goto(link + "adres/")
    phone.get_by_label(STREET).fill("Reymonta 1")
    phone.get_by_label(CODE).fill("95")
    if javascript:
        expect(status(phone)).to_contain_text("Kod pocztowy", timeout=SAVED)
    else:
        phone.get_by_role("button", name=GO_ON).click()
        phone.locator(".error-summary").wait_for()
    again = phone.context.new_page()
    phone.close()

    again.goto(link)
    again.get_by_role("link", name="Kontynuuj ankietę").click()

    look(again, f"given-back-360-{javascript}")
    assert again.get_by_label(CODE).input_value() == "95"
    assert again.get_by_label(STREET).input_value() == "Reymonta 1"
    assert "Kod pocztowy" in again.locator(".error-summary").inner_text()
    if javascript:
        assert stored(again) == {}
        assert axe_faults(again) == []
