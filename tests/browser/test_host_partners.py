"""A partner hromada that the register lacks, by keyboard and on a phone, up to the receipt (C3)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from applications.models import HostSurvey
from applications.services import host as services
from tests.browser.test_survey_parts import look
from tests.factories.applications import HostInvitationFactory, host_answers
from tests.factories.programme import EditionFactory, GminaFactory, HromadaFactory

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = 120_000
TYPED = "Нова Долина, obwód winnicki"


@pytest.fixture
def letter(live_server) -> tuple[str, str]:
    """The link of the letter and the address it went to."""
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    HromadaFactory(name="Козельщинська", name_en="Kozelshchynska")
    invitation = HostInvitationFactory(
        edition=edition, organisation__gmina=GminaFactory(name="Brzeziny")
    )
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=now)
    return f"/ankieta/l/{token}/", invitation.email


@pytest.mark.parametrize(
    ("prefix", "width", "javascript"), [("", 360, True), ("/uk", 1280, True), ("", 360, False)]
)
def test_official_names_a_partner_that_the_list_lacks(
    open_browser, letter, axe_faults, prefix, width, javascript
):
    """C3, A5: nothing blocks; the second way opens where it is needed and is kept as typed."""
    link, email = prefix + letter[0], letter[1]
    name = f"partner-{width}{prefix.replace('/', '-')}{'' if javascript else '-plain'}"
    page = open_browser(width=width, javascript=javascript)
    page.set_default_timeout(SLOW)
    page.goto(link)
    look(page, f"{name}-begin")
    page.locator("#id_email").fill(email)
    with page.expect_navigation():
        page.locator("#id_email").press("Enter")
    page.locator("#id_nazwa_urzedowa").fill("Gmina Brzeziny")
    page.locator("#id_ludnosc").fill("12 000")
    page.locator("input[name=czlonkostwo][value=zadne]").check()
    with page.expect_navigation():
        page.locator("#id_ludnosc").press("Enter")
    look(page, f"{name}-address")
    HostSurvey.objects.update(draft_answers=host_answers(wspolpraca_ua="umowa", staz_partner="tak"))
    page.goto(link + "partner-1/")
    look(page, f"{name}-asked")
    faults = axe_faults(page) if javascript else []
    page.locator("#id_hromada").fill("Нова Долина")
    page.locator("#id_od_roku").fill("2019")
    page.locator("input[name=kolejny][value=nie]").check()
    with page.expect_navigation():
        page.locator("#id_od_roku").press("Enter")
    look(page, f"{name}-refused")
    faults += axe_faults(page) if javascript else []
    page.locator("#id_spoza_listy").fill(TYPED)
    with page.expect_navigation():
        page.locator("#id_spoza_listy").press("Enter")
    page.goto(link + "sprawdz/")
    look(page, f"{name}-check")
    with page.expect_navigation():
        page.locator("#send button[type=submit]").last.press("Enter")
    look(page, f"{name}-receipt")
    faults += axe_faults(page) if javascript else []

    assert page.url.endswith("/wyslano/")
    assert HostSurvey.objects.get().answers["partnerzy"][0]["spoza_listy"] == TYPED
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
