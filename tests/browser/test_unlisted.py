"""A municipality that the register lacks, in a real browser: for officials and for staff."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applications.services import unlisted
from core import roles
from programme.models import Gmina
from tests.browser.test_host_merge import look
from tests.conftest import StrictClient, sign_in
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edition(live_server):
    roles.sync_permissions()
    now = timezone.now()
    GminaFactory(name="Serock", teryt="1408042", voivodeship="mazowieckie", powiat="legionowski")
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.mark.parametrize("prefix", ["", "/uk"])
@pytest.mark.parametrize("width", [320, 1280])
def test_official_types_the_municipality_without_javascript(
    open_browser, edition, axe_faults, width, prefix, monkeypatch
):
    """A18, A5: by the labels alone; errors named first, what was typed stays."""
    monkeypatch.setattr("core.doorway.LEAST_SECONDS", 0)
    page = open_browser(width=width, javascript=prefix == "")
    page.goto(f"{prefix}/ankieta/")
    page.locator(f'a[href^="{prefix}/ankieta/spoza-listy/"]').click()
    faults = axe_faults(page) if not prefix else []
    look(page, f"unlisted-{width}{prefix.replace('/', '-')}")
    page.locator("#id_teryt").fill("1408993")
    page.locator("#id_name").fill("Nowy Serock")
    page.locator("#id_population").fill("80 001")
    page.locator("#id_email").fill("urzad@nowyserock.example")
    page.locator("#id_email").press("Enter")
    page.wait_for_selector(".error-summary")
    faults += axe_faults(page) if not prefix else []
    look(page, f"unlisted-errors-{width}{prefix.replace('/', '-')}")
    page.locator("#id_population").fill("9 500")
    with page.expect_navigation():
        page.locator("#id_population").press("Enter")

    assert page.url.endswith(f"{prefix}/ankieta/link-wyslany/")
    assert Gmina.objects.to_be_verified().get().name == "Nowy Serock"
    assert faults == []


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_staff_have_no_axe_faults(open_browser, live_server, edition, axe_faults, width):
    unlisted.request_link_for_unlisted(
        edition,
        teryt="1408993",
        name="Serock Nowy",
        population=9_500,
        email="urzad@nowyserock.example",
        now=timezone.now(),
    )
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value
    page = open_browser(width=width)
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    faults = {}
    for name, address in {
        "waiting": reverse("admin:applications_unlisted"),
        "verify": reverse("admin:applications_verify_gmina", args=["1408993"]) + "?q=serock",
    }.items():
        page.goto(address)
        look(page, f"unlisted-{width}-{name}")
        if found := axe_faults(page):
            faults[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert faults == {}
