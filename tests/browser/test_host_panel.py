"""The coordinators' pages about municipalities, looked at by axe."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from applications.services import host as services
from core import roles
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def surveys(live_server):
    """One that waits, one above the limit with an exception asked for, offices to invite."""
    roles.sync_permissions()
    edition = EditionFactory()
    olena = UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)
    waiting, large = (
        services.submit_survey(
            HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={}), now=NOW
        )
        for _place in range(2)
    )
    large.gmina.populations.update(value=80_500)
    services.ask_exception(large, reason="Gmina partnerska hromady.", actor=olena, now=NOW)
    services.save_page(waiting, page="przyjecie", answers={"liczba_stazystow": 2}, now=NOW)
    services.submit_survey(waiting, now=NOW)
    ContactFactory(organisation__gmina=GminaFactory(name="Adamów"))
    GminaFactory(name="Bełchatów", population=90_000)
    return waiting, large


@pytest.fixture
def desk(open_browser, live_server, surveys):
    """Halina's browser, signed in with the second factor."""
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(width: int):
        page = open_browser(width=width)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return opened


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_the_desk_have_no_axe_faults(desk, surveys, axe_faults, width):
    waiting, large = surveys
    record = "admin:applications_hostsurvey_change"
    addresses = {
        "worklist": reverse("admin:applications_host_worklist"),
        "invite": reverse("admin:applications_invite_hosts"),
        "record": reverse(record, args=[waiting.pk]),
        "exception": reverse(record, args=[large.pk]),
        "list": reverse("admin:applications_hostsurvey_changelist"),
        "ask": reverse("admin:applications_ask_exception", args=[waiting.pk]),
    }
    page = desk(width)
    faults = {}
    for name, address in addresses.items():
        page.goto(address)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/panel-{width}-{name}.png", full_page=True)
        if found := axe_faults(page):
            faults[name] = found

    assert faults == {}
