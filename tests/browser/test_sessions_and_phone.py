"""The choice of a session, the declaration, the answer to a pair and the phone's pages, seen.

Each page is opened by a real browser at 360 px in Polish and Ukrainian; axe finds nothing, and
nothing is wider than the screen.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from core import links
from core.formats import WARSAW
from matching import services as matching
from matching.models import Placement
from meetings.enums import ChoiceStatus
from tests.conftest import StrictClient
from tests.factories.core import UserFactory
from tests.factories.matching import DiaryEntryFactory, PlacementFactory, ProposalFactory
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LANGUAGES = [("pl", "pl-PL"), ("uk", "uk-UA")]


@pytest.fixture
def now(live_server):
    return timezone.now()


def door(purpose, target, name, now, *, language: str = "pl", email: str = "urzad@gmina.example"):
    """The path of a page behind a fresh link."""
    with transaction.atomic():
        token = links.create(purpose=purpose, target=target, email=email, expires_at=None, now=now)
    with translation.override(language):
        return reverse(name, args=[token])


def sign_in(page, user, live_server) -> None:
    """Let this browser be the person, as after the login link."""
    client = StrictClient()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": cookie.value,
                "domain": urlsplit(live_server.url).hostname,
                "path": "/",
                "httpOnly": True,
                "secure": bool(settings.SESSION_COOKIE_SECURE),
            }
        ]
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_official_chooses_a_date_by_link(open_browser, axe_faults, now, javascript):
    """S1, S12: with and without JavaScript; the summary leads to the field."""
    choice = SessionChoiceFactory()
    InformationSessionFactory(
        edition=choice.survey.edition, starts_at=now + timedelta(days=5), duration_minutes=90
    )
    page = open_browser(javascript=javascript, width=360)
    page.goto(door("session", choice, "meetings:choose", now, email=choice.survey.contact.email))

    page.get_by_role("button", name="Zapisz odpowiedź").click()
    assert page.locator(".error-summary a").first.get_attribute("href").startswith("#")
    if javascript:
        assert axe_faults(page) == []
    page.get_by_role("radio").first.check()
    page.get_by_label("Pierwsze trzy znaki").fill(choice.survey.contact.email[:3])
    page.get_by_role("button", name="Zapisz odpowiedź").click()
    page.wait_for_load_state()

    choice.refresh_from_db()
    assert choice.status == ChoiceStatus.CHOSEN
    if javascript:
        assert axe_faults(page) == []
        assert page.evaluate(WIDE) is False


@pytest.mark.parametrize(("language", "locale"), LANGUAGES)
def test_pages_behind_links_are_accessible(open_browser, axe_faults, now, language, locale):
    """P5: declaration, mentor's answer, answers of both sides."""
    proposal = ProposalFactory(published=True)
    mentored = DeclarationFactory(sent=True)
    addresses = [
        door("declaration", DeclarationFactory(), "meetings:declare", now, language=language),
        door("mentor", mentored, "meetings:mentor_answer", now, language=language),
        door("proposal.host", proposal, "matching:answer_host", now, language=language),
        door("proposal.intern", proposal, "matching:answer_intern", now, language=language),
    ]
    page = open_browser(width=360, language=locale)

    for address in addresses:
        page.goto(address)
        assert axe_faults(page) == []
        assert page.evaluate(WIDE) is False
        page.locator("main form button[type=submit]").click()
        page.wait_for_load_state()
        assert axe_faults(page) == []


@pytest.fixture
def placement(now) -> Placement:
    """An internship that began today, with a plan, a comment and two days of the diary."""
    today = now.astimezone(WARSAW).date()
    placement = PlacementFactory(starts_on=today, ends_on=today + timedelta(days=27))
    morning = now.astimezone(WARSAW).replace(hour=9, minute=0, second=0, microsecond=0)
    for number, title in enumerate(["Poznanie urzędu", "Wizyta w jednostce"]):
        begins = morning + timedelta(hours=3 * number)
        item = matching.plan_item(
            placement,
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
            title=title,
            place="Urząd Gminy, ul. Główna 1, pokój 12",
            theme=placement.edition.themes.first(),
            actor=placement.mentor,
        )
    matching.comment_item(item, comment="Чи брати зошит?", actor=placement.intern)
    DiaryEntryFactory(placement=placement, day=today)
    DiaryEntryFactory(placement=placement, day=today + timedelta(days=1), status="confirmed")
    return placement


@pytest.mark.parametrize(("language", "locale"), LANGUAGES)
@pytest.mark.parametrize("person", ["mentor", "intern"])
def test_pages_of_the_phone_are_accessible(
    open_browser, axe_faults, placement, live_server, person, language, locale
):
    """P5, moments 8 and 9: today, plan, diary, report at 360 px."""
    page = open_browser(width=360, language=locale)
    sign_in(page, getattr(placement, person), live_server)
    names = ["today", "week", "diary", "report"]
    names += ["week_new"] if person == "mentor" else ["diary_write"]

    for name in names:
        with translation.override(language):
            page.goto(reverse(f"matching:{name}", args=[placement.pk]))
        assert axe_faults(page) == []
        assert page.evaluate(WIDE) is False
        assert page.locator("nav.phone-nav a").count() == 4


def test_mentor_confirms_the_arrival_with_one_tap(open_browser, placement, live_server):
    """P16, moment 8."""
    page = open_browser(width=360)
    sign_in(page, placement.mentor, live_server)
    with translation.override("pl"):
        page.goto(reverse("matching:home"))

    assert page.get_by_text("Poznanie urzędu").is_visible()
    page.get_by_role("button", name="Potwierdzam dotarcie na miejsce").click()
    page.wait_for_load_state()

    placement.refresh_from_db()
    assert placement.status == Placement.Status.UNDER_WAY
    assert page.get_by_role("button", name="Potwierdzam dotarcie na miejsce").count() == 0


def test_stranger_is_shown_nothing(open_browser, placement, live_server):
    page = open_browser(width=360)
    sign_in(page, UserFactory(), live_server)

    with translation.override("pl"):
        answer = page.goto(reverse("matching:today", args=[placement.pk]))

    assert answer.status == 404
    assert placement.intern.last_name not in page.content()
