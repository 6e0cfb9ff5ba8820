"""The host survey as an official fills it in: from the link of the letter to the receipt."""

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from applications.models import HostInvitation, HostSurvey, SurveyVersion
from applications.services import host as services
from core import roles
from core.models import User
from mailing.models import Letter
from tests.factories.applications import host_answers
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory, HromadaFactory

LINK = re.compile(r"http://\S+/ankieta/l/[\w-]+/")
pytestmark = pytest.mark.django_db(transaction=True)
GO_ON = "Zapisz i przejdź dalej"
# A folder for screenshots, for people who look at the pages; nothing is written without it.
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")


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
def link(edition) -> str:
    """The path of the personal link, taken from the text of the invitation."""
    contact = ContactFactory(head=True, first_name="Barbara", last_name="Zielińska")
    actor = User.objects.create_user("olena@fsm.example")
    roles.grant_role(actor, roles.COORDINATOR)
    services.invite_host(
        edition,
        organisation=contact.organisation,
        contact=contact,
        actor=actor,
        now=timezone.now(),
    )
    return urlsplit(LINK.search(Letter.objects.get().text)[0]).path


def look(page, name: str) -> None:
    """Keep a picture of the page when a folder for pictures is given."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def answer(page, answers: dict) -> None:
    """Fill in what the page asks, as a person does: type, tick, choose."""
    for name, value in answers.items():
        field = page.locator(f'form [name="{name}"]:not([type="hidden"])')
        if not field.count():
            continue
        kind = field.first.get_attribute("type") or field.first.evaluate("e => e.tagName")
        if kind == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            for each in value if isinstance(value, list) else ["on"]:
                box = page.locator(f'[name="{name}"][value="{each}"]')
                (box if box.count() else field).first.check()
        elif kind == "SELECT":
            field.select_option(value)
        else:
            field.fill(str(value))


def walk(page, link: str, answers: dict, look_at) -> None:
    """Begin and go through every page of the survey; `look_at` sees each before it is left."""
    page.goto(link)
    look_at("begin")
    page.get_by_label("Adres e-mail, na który przyszedł list").fill(
        HostInvitation.objects.get().email
    )
    page.get_by_role("button", name="Rozpocznij ankietę").click()
    for step in range(30):
        slug = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1]
        if slug == "sprawdz":
            return
        answer(page, answers)
        look_at(f"{step + 1:02}-{slug}")
        with page.expect_navigation():
            page.get_by_role("button", name=GO_ON).first.click()
    raise AssertionError("the survey does not end")


def whole_answers() -> dict:
    """Every condition met: a partner and a mentor."""
    HromadaFactory(katottg="UA46020010000010001", name="Козельщинська")
    return host_answers(
        wspolpraca_ua="umowa",
        hromada="UA46020010000010001",
        od_roku="2019",
        zakres="Gospodarka odpadami",
        kolejny="nie",
        staz_partner="tak",
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik referatu",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="42 612 34 56",
        jezyk_pl="C2",
        jezyk_uk="brak",
        jezyk_en="B1",
        jezyk_ru="A2",
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
    )


def send_and_see_receipt(page) -> str:
    page.get_by_role("button", name="Wyślij ankietę").click()
    page.wait_for_url("**/wyslano/")
    survey = HostSurvey.objects.get()
    assert page.locator("main").inner_text().count(survey.number) == 1
    assert SurveyVersion.objects.count() == 1
    return survey.number


def test_survey_with_javascript_from_link_to_receipt(open_browser, link, axe_faults):
    """A2, A3, A4 in Polish; axe finds nothing on any page."""
    page = open_browser()
    faults: dict[str, list[str]] = {}

    def look_at(name: str) -> None:
        look(page, f"wide-{name}")
        if found := axe_faults(page):
            faults[name] = found

    walk(page, link, whole_answers(), look_at)
    look_at("check")
    send_and_see_receipt(page)
    look_at("receipt")
    page.goto(link)
    look_at("next-step")

    assert faults == {}
    assert Letter.objects.get(letter="applications/survey_receipt").to == (
        "a.nowak@brzeziny.example"
    )


def test_survey_without_javascript_from_link_to_receipt(open_browser, link):
    """W21: everything works without JavaScript, on a phone."""
    page = open_browser(javascript=False, width=360, height=740)
    page.goto(link)

    walk(page, link, whole_answers(), lambda name: look(page, f"phone-{name}"))
    look(page, "phone-check")
    number = send_and_see_receipt(page)
    look(page, "phone-receipt")

    assert number == f"WIN4UA-{timezone.now().year}-0001"


def test_order_of_themes_changes_by_button_without_javascript(open_browser, link):
    page = open_browser(javascript=False)
    page.goto(link)
    walk(page, link, host_answers(), lambda name: None)
    page.goto(link + "kolejnosc/")
    before = HostSurvey.objects.get().draft_answers["tematy"]

    page.locator(f'button[name="rank"][value="down:{before[0]}"]').click()

    assert HostSurvey.objects.get().draft_answers["tematy"] == [before[1], before[0], before[2]]


@pytest.mark.parametrize("width", [320, 1280])
def test_errors_are_named_and_nothing_scrolls_sideways(open_browser, link, axe_faults, width):
    """A5, W04, W13: the summary stands first and leads to the field."""
    page = open_browser(width=width)
    page.goto(link)
    page.get_by_label("Adres e-mail, na który przyszedł list").fill(
        HostInvitation.objects.get().email
    )
    page.get_by_role("button", name="Rozpocznij ankietę").click()
    page.get_by_label("Liczba mieszkańców").fill("dużo")
    page.get_by_role("button", name=GO_ON).click()
    look(page, f"errors-{width}")

    page.locator(".error-summary a").first.click()
    focused = page.evaluate("document.activeElement.id")
    wider = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    assert page.title().startswith("Błąd")
    assert (focused, wider) == ("id_ludnosc", False)
    assert axe_faults(page) == []


def test_entrance_suggests_and_sends_the_link(open_browser, edition, axe_faults):
    """Choose by typing, with the keyboard; the letter comes."""
    gmina = GminaFactory(name="Serock Leśny")
    page = open_browser()
    page.goto("/ankieta/")
    look(page, "door")
    faults = axe_faults(page)

    page.locator("#id_gmina").press_sequentially("seroc")
    page.get_by_role("option", name=re.compile("Serock Leśny")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Dalej").click()
    page.wait_for_url(f"**/ankieta/gmina/{gmina.teryt}/**")
    look(page, "door-gmina")
    faults += axe_faults(page)
    page.get_by_label("Państwa służbowy adres e-mail").fill("sekretarz@serock.example")
    page.get_by_role("button", name="Wyślij odnośnik").click()
    page.wait_for_url("**/link-wyslany/")
    look(page, "door-sent")

    assert faults + axe_faults(page) == []
    assert Letter.objects.get().to == "sekretarz@serock.example"
    assert HostSurvey.objects.count() == 0


def test_entrance_works_without_javascript(open_browser, edition):
    gmina = GminaFactory(name="Serock Leśny")
    page = open_browser(javascript=False)
    page.goto("/ankieta/")

    page.locator("#id_gmina").fill("serock")
    page.get_by_role("button", name="Szukaj").click()
    page.get_by_role("radio", name=re.compile("Serock Leśny")).check()
    page.get_by_role("button", name="Dalej").click()

    assert urlsplit(page.url).path == f"/ankieta/gmina/{gmina.teryt}/"
