"""Merging two surveys in a real browser: by keyboard alone, without JavaScript, on a phone."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from applications.enums import SurveyStatus
from applications.models import HostSurvey
from applications.services import host as services
from core import roles
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
PRACTICE = "Prowadzimy punkt selektywnego zbierania odpadów, czynny trzy dni w tygodniu. " * 2
pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def duplicate(live_server):
    """A leading survey with a correction, and the survey of a colleague."""
    roles.sync_permissions()
    leading = HostSurveyFactory(
        edition=EditionFactory(), draft_answers=host_answers(praktyki=PRACTICE), answers={}
    )
    leading = services.submit_survey(leading, now=NOW)
    better = PRACTICE.replace("trzy", "cztery")
    services.save_page(leading, page="praktyki", answers={"praktyki": better}, now=NOW)
    services.submit_survey(leading, now=NOW, by="a.nowak@brzeziny.example")
    other = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(
            praktyki=PRACTICE,
            kontakt_imie="Józef",
            kontakt_nazwisko="Kot",
            kontakt_email="j.kot@brzeziny.example",
            liczba_stazystow=2,
            tematy=["education", "waste"],
        ),
        answers={},
    )
    return services.submit_survey(other, now=NOW)


@pytest.fixture
def desk(open_browser, live_server, duplicate):
    """Halina's browser, signed in with the second factor."""
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(**options):
        page = open_browser(**options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return opened


def focus_on(page, text: str) -> None:
    """Go on with the Tab key until a button or link with these words has the focus."""
    for _step in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    raise AssertionError(f"the Tab key never comes to: {text}")


@pytest.mark.parametrize("javascript", [True, False])
def test_merge_by_keyboard_alone(desk, duplicate, javascript):
    """A13: one side everywhere, one answer of the other, preview, merge; no mouse."""
    page = desk(javascript=javascript)
    page.goto(reverse("admin:applications_merge_surveys", args=[duplicate.pk]))

    focus_on(page, "Wszystkie z możliwego duplikatu")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _step in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "kontakt_email":
            break
    page.keyboard.press("ArrowUp")
    focus_on(page, "Podgląd")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Podgląd połączonej ankiety"
    focus_on(page, "Połącz")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    leading = HostSurvey.objects.leading().get()
    assert leading.answers["kontakt_email"] == "a.nowak@brzeziny.example"
    assert leading.answers["liczba_stazystow"] == 2
    assert HostSurvey.objects.get(pk=duplicate.pk).status == SurveyStatus.MERGED


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_merging_have_no_axe_faults(desk, duplicate, axe_faults, width):
    leading = duplicate.duplicate_of
    page = desk(width=width)
    faults = {}

    def check(name: str) -> None:
        look(page, f"merge-{width}-{name}")
        if found := axe_faults(page):
            faults[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(reverse("admin:applications_merge_surveys", args=[duplicate.pk]))
    check("choose")
    page.get_by_role("button", name="Podgląd").last.click()
    page.wait_for_selector(".error-summary")
    check("errors")
    with page.expect_navigation():
        page.get_by_role("button", name="Wszystkie z możliwego duplikatu").click()
    page.get_by_role("button", name="Podgląd").last.click()
    page.wait_for_selector("h1:has-text('Podgląd połączonej ankiety')")
    check("preview")
    page.goto(reverse("admin:applications_survey_versions", args=[leading.pk]))
    check("versions")
    page.goto(reverse("admin:applications_survey_version", args=[leading.pk, 2]))
    check("version")
    page.goto(reverse("admin:applications_hostsurvey_change", args=[leading.pk]))
    check("record")

    assert faults == {}
