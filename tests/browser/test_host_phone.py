"""A survey by telephone in a real browser, looked at by axe."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applications.enums import SurveyStatus
from applications.models import HostSurvey
from core import roles
from tests.browser.test_host_merge import look
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db(transaction=True)
DECLARED = ("osw_prawda", "osw_zalacznik", "rodo_info")


@pytest.fixture
def desk(open_browser, live_server):
    """Halina's browser; the edition is open now."""
    roles.sync_permissions()
    now = timezone.now()
    EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )
    GminaFactory(name="Serock")
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(**options):
        page = open_browser(**options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return opened


@pytest.mark.parametrize("width", [360, 1280])
def test_coordinator_writes_down_a_survey(desk, axe_faults, width):
    """A20: from the search to the receipt; every page without axe faults and without scrolling."""
    page = desk(width=width)
    faults = {}

    def check(name: str) -> None:
        look(page, f"phone-{width}-{name}")
        if found := axe_faults(page):
            faults[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(reverse("admin:applications_phone_find") + "?q=serock")
    check("find")
    page.get_by_role("link", name="Serock").click()
    page.get_by_label("Kto jest przy telefonie").fill("Anna Nowak, sekretarz gminy")
    page.get_by_label("Adres e-mail urzędu").fill("urzad@serock.example")
    check("begin")
    page.get_by_role("button", name="Zacznij zapisywać").click()
    page.wait_for_selector("h1:has-text('Państwa gmina')")
    check("first")
    survey = HostSurvey.objects.get()
    told = {key: value for key, value in host_answers().items() if key not in DECLARED}
    HostSurvey.objects.update(draft_answers=told)
    page.goto(reverse("admin:applications_phone_page", args=[survey.pk, "kolejnosc"]))
    check("order")
    page.goto(reverse("admin:applications_phone_check", args=[survey.pk]))
    check("check")
    page.get_by_role("button", name="Wyślij z oświadczeniami").click()
    page.wait_for_selector(".error-summary")
    check("errors")
    page.get_by_label("Kto złożył oświadczenia").fill("Barbara Zielińska, wójt")
    page.get_by_label("zostały odczytane").check()
    page.get_by_role("button", name="Wyślij z oświadczeniami").click()
    page.wait_for_selector("text=Potwierdzenie jest w drodze")
    check("record")

    assert faults == {}
    assert HostSurvey.objects.get().status == SurveyStatus.SUBMITTED
