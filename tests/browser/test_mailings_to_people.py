"""From a list of internships to letters that go, in a real browser (E13, E19, E20, P26)."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from core import roles
from core.formats import day_in_warsaw
from core.models import User
from mailing.models import Letter, Mailing
from mailing.services import mailing_sending
from matching.enums import PlacementStatus
from matching.models import Placement
from tests.factories.core import UserFactory
from tests.factories.grants import GrantReportFactory
from tests.factories.matching import PlacementFactory, ProposalFactory
from tests.factories.meetings import InformationSessionFactory, SessionChoiceFactory

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
BODY = "{salutation},\n\nGmina: {gmina}. Hromada: {hromada}. Od: {from}. Do: {to}."
LISTS = {
    "meetings.sessionchoice": ("meetings/guests", "meetings/unanswered"),
    "meetings.declaration": ("meetings/declaring_hosts", "meetings/mentors"),
    "matching.placement": ("matching/hosts", "matching/interns", "matching/mentors"),
    "grants.smallproject": ("grants/applicants", "grants/partners"),
}


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def olena() -> User:
    return UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)


@pytest.fixture
def desk(panel_of, olena):
    """A function: the browser of a coordinator at the panel, in a language and of a width."""

    def opened(*, language: str = "pl", **options):
        return panel_of(olena, language, **options)

    return opened


@pytest.fixture
def placements() -> list[Placement]:
    """Three that begin next week, one of them broken off, and one that began long ago."""
    today = day_in_warsaw(timezone.now())
    soon = {"starts_on": today + timedelta(days=7), "ends_on": today + timedelta(days=30)}
    first = PlacementFactory(**soon)
    second = PlacementFactory(
        proposal=ProposalFactory(accepted=True, declaration=first.declaration), **soon
    )
    broken = PlacementFactory(status=PlacementStatus.BROKEN_OFF, **soon)
    PlacementFactory(starts_on=today - timedelta(days=90), ends_on=today - timedelta(days=60))
    return [first, second, broken]


def test_from_the_list_of_placements_to_a_letter_that_has_gone(desk, placements, axe_faults):
    """Interns whose internship begins soon get a letter, each about their own; others do not."""
    first, second, _broken = placements
    page, faults = desk(), []

    def seen(name: str) -> None:
        look(page, name)
        faults.extend(f"{name}: {fault}" for fault in axe_faults(page))

    page.goto(reverse("admin:matching_placement_changelist"))
    page.locator("summary", has_text="Dni stażu").click()
    page.get_by_role("link", name="zaczyna się w ciągu 14 dni").click()
    seen("a01-list")
    page.get_by_role("link", name="Napisz do nich: Stażyści").click()
    seen("a02-new")
    page.get_by_label("Tytuł, dla zespołu").fill("Przed przyjazdem")
    page.get_by_role("button", name="Dalej do odbiorców").click()
    filters = page.locator("#content ul li").all_inner_texts()
    seen("a03-to-whom")
    page.get_by_role("button", name="Ustal, kto dostaje list").click()
    seen("a04-words")
    for code, subject in {"pl": "Przed przyjazdem", "uk": "Перед приїздом", "en": "Soon"}.items():
        page.locator(f"[name=subject_{code}]").fill(subject)
        page.locator(f"[name=body_{code}]").fill(BODY)
    page.get_by_role("button", name="Zapisz i przejdź dalej").click()
    page.get_by_role("button", name="Zapisz i przejdź dalej").click()
    page.get_by_role("link", name="Dalej do wysyłki").click()
    mailing = Mailing.objects.get()
    page.goto(reverse("admin:mailing_rows", args=[mailing.pk]))
    seen("a05-rows")
    reasons = set(mailing.recipients.values_list("why_not", flat=True))
    page.goto(reverse("admin:mailing_previews", args=[mailing.pk]))
    page.get_by_role("button", name="Pokaż te listy").click()
    page.locator(".letter-text").nth(1).wait_for()
    previews = page.locator(".letter-text").all_inner_texts()
    seen("a06-previews")
    page.get_by_role("button", name="Wyślij ten list do mnie jako próbny").first.click()
    page.get_by_role("button", name="Wyślij: 2 listy").click()
    seen("a07-scheduled")
    Placement.objects.filter(pk=second.pk).update(status=PlacementStatus.BROKEN_OFF)
    mailing_sending.send_next(now=timezone.now() + timedelta(minutes=11))
    page.goto(reverse("admin:mailing_rows", args=[mailing.pk]) + "?show=left_out")
    left_out = page.locator("table.data tbody tr").all_inner_texts()
    seen("a08-left-out")

    assert filters[-1] == "dni stażu: zaczyna się w ciągu 14 dni"
    assert reasons == {"", "The internship was broken off."}
    assert len(previews) == 2
    letter = Letter.objects.get(is_bulk=True)
    assert (letter.to, letter.language, letter.status) == (first.intern.email, "uk", "accepted")
    assert f"Hromada: {first.application.hromada.name}." in letter.text
    assert len(left_out) == 2
    assert all("Staż został przerwany." in row for row in left_out)
    assert faults == []


@pytest.mark.parametrize("language", ["pl", "uk"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_list_with_its_ways_to_write_fits(desk, placements, axe_faults, language, width):
    """Each list offers its audiences; the page of each choice fits, and axe finds nothing."""
    edition = placements[0].edition
    session = InformationSessionFactory(
        edition=edition, starts_at=timezone.now() + timedelta(days=9)
    )
    SessionChoiceFactory(survey__edition=edition, session=session, status="chosen")
    SessionChoiceFactory(survey__edition=edition)
    GrantReportFactory()
    page = desk(language=language, width=width)
    faults, too_wide, ways = [], [], {}

    def seen(name: str) -> None:
        look(page, f"b-{language}-{width}-{name}")
        faults.extend(f"{name}: {fault}" for fault in axe_faults(page))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(name)

    for model in LISTS:
        page.goto(reverse(f"admin:{model.replace('.', '_')}_changelist"))
        seen(model)
        found = page.locator(".object-tools a[href*='audience=']")
        ways[model] = tuple(
            sorted(
                one.partition("audience=")[2].partition("&")[0].replace("%2F", "/")
                for one in found.evaluate_all("links => links.map(link => link.href)")
            )
        )
    for name in ("meetings/unanswered", "matching/mentors", "grants/partners"):
        page.goto(f"{reverse('admin:mailing_new')}?audience={name}&query=")
        seen(f"{name.replace('/', '-')}-new")
        page.locator("[name=title]").fill("Spotkanie")
        page.locator("[name=title]").press("Enter")
        page.wait_for_url("**/to-whom/")
        seen(f"{name.replace('/', '-')}-choose")

    assert ways == LISTS
    assert faults == []
    assert too_wide == []
