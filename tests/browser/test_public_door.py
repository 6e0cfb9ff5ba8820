"""A18 in a browser: a crowded door asks the browser for a sum, and a person for nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import HostInvitation
from core import doorway
from core.models import RateCount
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd():
    now = timezone.now()
    EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=9),
        survey_closes_at=now + timedelta(days=9),
    )
    doorway.limits.hit(action="survey_link.all", key="all", limit=999, per=doorway.HOUR, now=now)
    RateCount.objects.update(count=doorway.CROWD_OF_ALL)
    return GminaFactory()


def ask(page, gmina) -> None:
    page.goto(f"/ankieta/gmina/{gmina.teryt}/?z=zmp")
    page.get_by_label("Państwa służbowy adres e-mail").fill("sekretarz@serock.example")
    page.get_by_role("button", name="Wyślij odnośnik").click()


def test_browser_works_the_sum_out_by_itself(open_browser, crowd, axe_faults):
    """A18, A19: one press of the button, no puzzle, and the entrance is kept."""
    page = open_browser()

    ask(page, crowd)
    page.wait_for_url("**/link-wyslany/", timeout=60_000)

    invitation = HostInvitation.objects.get()
    assert (invitation.email, invitation.entrance) == ("sekretarz@serock.example", "zmp")
    assert axe_faults(page) == []


def test_browser_without_scripts_waits_a_minute(open_browser, crowd, monkeypatch):
    """A18: the same form, the same button; the page says what to do and keeps what was typed."""
    page = open_browser(javascript=False, width=360)

    ask(page, crowd)
    expect(page.get_by_role("alert")).to_contain_text("odczekać minutę")
    expect(page.locator("#id_email")).to_have_value("sekretarz@serock.example")
    monkeypatch.setattr(doorway, "PATIENT_SECONDS", 0)
    page.get_by_role("button", name="Wyślij odnośnik").click()
    page.wait_for_url("**/link-wyslany/")

    assert HostInvitation.objects.count() == 1
