"""Parts of the survey as people use them: by keyboard, by touch, and without JavaScript."""

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import HostQuestion, HostQuestionOption, HostSurvey, NamedMentor
from applications.services import host as services
from core import roles
from mailing.models import Letter
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db(transaction=True)
GO_ON = "Zapisz i przejdź dalej"
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")


def look(page, name: str) -> None:
    """Keep a picture of the page when a folder for pictures is given."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def edition(live_server):
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )


def mentor_answers() -> dict[str, object]:
    return host_answers(
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="+48426123457",
        mentor_jezyki={"pl": "C2", "uk": "brak", "en": "B1", "ru": "A2"},
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
    )


def link_of(survey: HostSurvey, email: str) -> str:
    with transaction.atomic():
        token = services.new_link(survey, email=email, now=timezone.now())
    return f"/ankieta/l/{token}/"


@pytest.fixture
def draft_link(edition) -> tuple[HostSurvey, str, str]:
    """A draft with everything answered, its link, and the address of the link."""
    invitation = HostInvitationFactory(edition=edition)
    survey = services.begin_by_invitation(invitation, now=timezone.now())
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=host_answers())
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=timezone.now())
    return survey, f"/ankieta/l/{token}/", invitation.email


def enter(page, link: str) -> None:
    """As another browser does: with the code that comes by mail."""
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button", name="Wyślij kod").click()
    code = re.search(r"\b\d{6}\b", Letter.objects.filter(letter="mailing/code").last().text)[0]
    page.get_by_label("Kod z listu").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="Pokaż ankietę").click()


def test_municipality_is_chosen_by_keyboard_alone(open_browser, edition):
    """W23: expanded state, options announced by number, Esc, arrows, and no mouse."""
    GminaFactory(name="Radomsko", teryt="1012011", kind="urban", powiat="radomszczański")
    rural = GminaFactory(name="Radomsko", teryt="1012122", kind="rural", powiat="radomszczański")
    page = open_browser()
    page.goto("/ankieta/")
    box = page.get_by_role("combobox")
    box.focus()

    page.keyboard.type("radomsko")
    page.get_by_role("option").first.wait_for()
    options = page.get_by_role("option").all_inner_texts()
    told = page.locator(".combobox [role=status]").inner_text()
    opened = box.get_attribute("aria-expanded")
    look(page, "combobox")
    page.keyboard.press("Escape")
    closed = box.get_attribute("aria-expanded")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}").inner_text()
    page.keyboard.press("Enter")
    chosen = page.locator(".combobox [role=status]").inner_text()
    page.get_by_role("button", name="Dalej").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ankieta/gmina/{rural.teryt}/**")

    assert [("gmina miejska" in text, "gmina wiejska" in text) for text in options] == [
        (True, False),
        (False, True),
    ]
    assert re.search(r"\b2\b", told)
    assert (opened, closed) == ("true", "false")
    assert "gmina wiejska" in active
    assert chosen.endswith("Radomsko")


@pytest.mark.parametrize("prefix", ["", "/uk", "/en"])
def test_number_of_suggestions_is_told_in_the_language_of_the_page(open_browser, edition, prefix):
    """W23: a live region, in three languages; "serok" finds what was meant."""
    GminaFactory(name="Serock", teryt="1408043", kind="urban_rural", voivodeship_code="14")
    page = open_browser()
    page.goto(f"{prefix}/ankieta/")

    page.get_by_role("combobox").press_sequentially("serok")
    page.get_by_role("option", name=re.compile("Serock")).wait_for()
    told = page.locator(".combobox [role=status]").inner_text()

    assert told[:3] == {"": "1 p", "/uk": "1 п", "/en": "1 s"}[prefix]


def test_themes_are_ordered_by_touch_at_320_pixels(browser, live_server, draft_link):
    """W08, W03, W04: every button is tapped, is 44 pixels high, and nothing scrolls sideways."""
    survey, link, _email = draft_link
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 320, "height": 640},
        has_touch=True,
        is_mobile=True,
        locale="pl-PL",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    enter(page, link)
    page.goto(link + "kolejnosc/")
    before = survey.__class__.objects.get().draft_answers["tematy"]
    look(page, "order-320")
    button = page.locator(f'button[name="rank"][value="down:{before[0]}"]')
    height = button.bounding_box()["height"]

    button.tap()
    page.get_by_role("button", name=GO_ON).last.tap()
    page.wait_for_url("**/praktyki/")
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert HostSurvey.objects.get().draft_answers["tematy"] == [before[1], before[0], before[2]]
    assert height >= 44
    assert wide <= 320


def test_added_questions_are_answered_without_javascript(open_browser, edition, draft_link):
    """W21, W22: a choice, and a date in three fields, on a page of their own."""
    _survey, link, _email = draft_link
    words = {f"label_{code}": f"Przedszkole ({code})" for code in ("pl", "uk", "en")}
    choice = HostQuestion.objects.create(
        edition=edition, kind="one", code="wybor", after="kontakt", is_required=True, **words
    )
    for place, name in enumerate(["Tak", "Nie"], 1):
        names = {f"name_{code}": name for code in ("pl", "uk", "en")}
        HostQuestionOption.objects.create(question=choice, code=f"o{place}", **names)
    words = {f"label_{code}": f"Od kiedy ({code})" for code in ("pl", "uk", "en")}
    HostQuestion.objects.create(
        edition=edition, kind="date", code="dzien", after="kontakt", position=1, **words
    )
    page = open_browser(javascript=False, width=360)
    enter(page, link)
    page.goto(link + "kontakt-dodatkowe-1/")
    look(page, "extra-360")

    page.get_by_role("button", name=GO_ON).click()
    refused = page.title()
    page.get_by_label("Nie", exact=True).check()
    for label, value in {"Dzień": "1", "Miesiąc": "5", "Rok": "2027"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=GO_ON).click()
    page.wait_for_load_state()

    assert refused.startswith("Błąd")
    answers = HostSurvey.objects.get().draft_answers
    assert (answers["x_wybor"], answers["x_dzien"]) == ("o2", "2027-05-01")


def test_mentor_confirms_on_a_phone_without_an_account(open_browser, edition, axe_faults):
    """A23: from the letter to the answer, and the office sees it."""
    survey = HostSurveyFactory(edition=edition, draft_answers=mentor_answers())
    survey = services.submit_survey(survey, now=timezone.now(), by="x@brzeziny.example")
    text = Letter.objects.get(letter="applications/named_mentor").text
    path = urlsplit(re.search(r"http://\S+/ankieta/mentor/[\w-]+/", text)[0]).path
    page = open_browser(width=360, height=740)
    page.goto(path)
    look(page, "mentor-360")
    faults = axe_faults(page)
    page.goto(f"/uk{path}")
    look(page, "mentor-360-uk")
    page.goto(path)

    page.get_by_label("Tak, podejmuję się roli mentora").check()
    page.get_by_label("Pierwsze trzy znaki").fill("j.k")
    page.get_by_role("button", name="Wyślij odpowiedź").click()
    page.get_by_text("Potwierdzili Państwo").wait_for()
    look(page, "mentor-done-360")
    faults += axe_faults(page)

    assert NamedMentor.objects.get().status == "confirmed"
    assert faults == []


def test_office_reads_its_next_step_and_how_the_mentor_answered(open_browser, edition, axe_faults):
    """P17, A23: in Polish on a wide screen, in Ukrainian on a phone."""
    survey = HostSurveyFactory(edition=edition, draft_answers=mentor_answers())
    survey = services.submit_survey(survey, now=timezone.now(), by="x@brzeziny.example")
    link = link_of(survey, survey.addressee.email)
    page = open_browser()
    page.goto(link)
    look(page, "step-before-code")
    faults = axe_faults(page)
    enter(page, link)
    look(page, "step")
    faults += axe_faults(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/uk{link}")
    look(page, "step-360-uk")
    words = page.locator("main").inner_text()

    assert faults == []
    assert "Перевіряємо умови участі" in words
    assert "Очікує на відповідь" in words


def test_indicator_names_the_part_and_the_start_says_what_is_needed(open_browser, edition):
    """Some twenty pages read as seven parts."""
    invitation = HostInvitationFactory(edition=edition)
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=timezone.now())
    page = open_browser()
    page.goto(f"/ankieta/l/{token}/")
    look(page, "begin")
    page.get_by_label("Adres e-mail, na który przyszedł list").fill(invitation.email)
    page.get_by_role("button", name="Rozpocznij ankietę").click()
    page.wait_for_load_state()
    look(page, "first-page")
    words = page.locator(".steps").inner_text()

    assert words == "Część 1 z 7: Urząd"


def test_pages_about_added_questions_have_no_axe_faults(
    open_browser, edition, live_server, axe_faults
):
    """The panel: list, form, as the municipality sees it, and taking over; wide and narrow."""
    roles.sync_permissions()
    words = {f"label_{code}": f"Ile żłobków ({code})" for code in ("pl", "uk", "en")}
    question = HostQuestion.objects.create(
        edition=edition, kind="number", code="zlobki", after="kontakt", minimum=0, **words
    )
    HostQuestion.objects.create(
        edition=edition, kind="date", code="dzien", after="kontakt", position=1, **words
    )
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value
    page = open_browser()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    name = "admin:applications_hostquestion"
    pages = {
        "list": reverse(f"{name}_changelist"),
        "form": reverse(f"{name}_change", args=[question.pk]),
        "preview": reverse("admin:applications_preview_questions", args=[edition.pk]),
        "copy": reverse("admin:applications_copy_questions"),
    }
    faults = {}

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for place, address in pages.items():
            page.goto(address)
            look(page, f"panel-{place}-{width}")
            if found := axe_faults(page):
                faults[place, width] = found

    assert faults == {}
