"""After the deadline in a real browser: the closed page, a late code, a returned survey by keys."""

import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction

from applications.clock import database_now
from applications.models import HostSurvey, LateCode, SurveyReturn
from applications.services import host as services
from applications.services import late_codes
from applications.services.host import Wish
from core import links, roles
from core.models import User
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory, GminaFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
DAY = timedelta(days=1)


@pytest.fixture
def edition(live_server):
    """Closed an hour ago."""
    now = database_now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - 20 * DAY,
        survey_closes_at=now - timedelta(hours=1),
        help_email="ankieta@win4ua.example",
    )


@pytest.fixture
def olena(db) -> User:
    roles.sync_permissions()
    return UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)


def draft_of(edition) -> HostSurvey:
    office = OrganisationFactory(gmina=GminaFactory(name="Serock Leśny"))
    return HostSurveyFactory(
        edition=edition, organisation=office, draft_answers=host_answers(), answers={}
    )


def opened(page, survey: HostSurvey) -> str:
    """The path of a link whose code this browser has typed."""
    now = database_now()
    with transaction.atomic():
        token = services.new_link(survey, email=survey.email, now=now)
    link = links.resolve(purpose="survey", token=token, now=now)
    path = f"/ankieta/l/{token}/"
    page.goto(path)
    page.locator("#id_code").fill(links.issue_code(link, now=now))
    page.get_by_role("button", name="Pokaż ankietę").click()
    page.wait_for_url(f"**{path}")
    return path


def look(page, name: str) -> None:
    """Keep pictures of the page, wide and narrow, when a folder for pictures is given."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def in_ukrainian(page, name: str) -> None:
    """A picture of the same page in Ukrainian; the browser goes back to the Polish one."""
    if SHOTS:
        path = urlsplit(page.url).path
        page.goto("/uk" + path)
        look(page, f"{name}-uk")
        page.goto(path)


def press_to(page, words: str, *, most: int = 60) -> None:
    """Walk with Tab until the thing with these words has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "() => { const e = document.activeElement;"
            " const own = e.labels && e.labels.length ? e.labels[0].innerText : e.innerText;"
            " return own || e.name || ''; }"
        )
        if words in text:
            return
    raise AssertionError(f"Tab never reached: {words}")


def test_late_code_opens_the_survey_on_the_closed_page(open_browser, edition, olena, axe_faults):
    """A7, A17, FT-21: closed and readable; with the code it is sent, and says it was late."""
    page = open_browser()
    survey = draft_of(edition)
    link = opened(page, survey)
    closed = page.locator("main").inner_text()
    faults = axe_faults(page)
    look(page, "closed")
    in_ukrainian(page, "closed")
    _code, letters = late_codes.make_code(
        edition,
        note="Telefon z urzędu",
        gmina=survey.gmina,
        expires_at=database_now() + 2 * DAY,
        actor=olena,
        now=database_now(),
    )

    page.get_by_label("Kod od zespołu programu").fill("ABCD-EFGH")
    page.get_by_role("button", name="Użyj kodu").click()
    page.get_by_text("Ten kod nie działa.").first.wait_for()
    faults += axe_faults(page)
    look(page, "wrong-code")
    page.get_by_label("Kod od zespołu programu").fill(letters.lower())
    page.get_by_role("button", name="Użyj kodu").click()
    page.wait_for_url(f"**{link}")
    look(page, "let-in")
    in_ukrainian(page, "let-in")
    faults += axe_faults(page)
    page.get_by_role("link", name="Sprawdź odpowiedzi i wyślij").click()
    page.get_by_role("button", name="Wyślij ankietę").click()
    page.wait_for_url("**/wyslano/")
    look(page, "receipt-by-code")

    assert "ankieta@win4ua.example" in closed
    assert "Sienkiewicza 16" in closed
    assert faults == []
    sent = HostSurvey.objects.get()
    assert (sent.status, sent.is_late) == ("submitted", True)
    assert "po terminie, na podstawie kodu spóźnienia" in page.locator("main").inner_text()


def test_public_page_takes_a_code_without_javascript(open_browser, edition, olena):
    """A17 for an office without a link, on a phone."""
    gmina = GminaFactory(name="Serock Leśny")
    _code, letters = late_codes.make_code(
        edition,
        note="Telefon z urzędu",
        expires_at=database_now() + 2 * DAY,
        actor=olena,
        now=database_now(),
    )
    page = open_browser(javascript=False, width=360, height=740)
    page.goto("/ankieta/")
    look(page, "door-closed")
    page.locator("#id_gmina").fill("serock")
    page.get_by_role("button", name="Szukaj").click()
    page.get_by_role("radio", name=re.compile("Serock Leśny")).check()
    page.get_by_role("button", name="Dalej").click()
    look(page, "gmina-closed")
    in_ukrainian(page, "gmina-closed")

    page.get_by_label("Kod od zespołu programu").fill(letters)
    page.get_by_role("button", name="Użyj kodu").click()
    page.wait_for_url(f"**/ankieta/gmina/{gmina.teryt}/")

    assert page.get_by_label("Państwa służbowy adres e-mail").count() == 1
    assert "Kod przyjęto." in page.locator("body").inner_text()
    wider = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert wider is False


def test_returned_survey_is_corrected_by_keyboard_only(open_browser, edition, olena, axe_faults):
    """A16: from the link to the resend with Tab, arrows, letters and Enter."""
    now = database_now()
    edition.survey_closes_at = now + DAY
    edition.save()
    survey = services.submit_survey(draft_of(edition))
    edition.survey_closes_at = now - timedelta(hours=1)
    edition.save()
    services.return_survey(
        survey,
        questions=[
            Wish("gmina", "ludnosc", "Liczba mieszkańców", "outdated", "Prosimy o stan na 31.12."),
            Wish("nocleg", "nocleg_opis", "Opis noclegu", "incomplete", "Prosimy opisać miejsce."),
        ],
        due_on=(now + 5 * DAY).date(),
        actor=olena,
        now=now,
    )
    page = open_browser()
    opened(page, survey)
    look(page, "returned")
    in_ukrainian(page, "returned")
    faults = axe_faults(page)

    press_to(page, "Popraw odpowiedzi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gmina/")
    look(page, "returned-page")
    in_ukrainian(page, "returned-page")
    faults += axe_faults(page)
    described = page.locator("#id_ludnosc").get_attribute("aria-describedby")
    reason = page.locator(f"#{described.split()[0]}").inner_text()
    press_to(page, "Liczba mieszkańców")
    page.keyboard.press("Control+A")
    page.keyboard.type("12 345")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nocleg/")
    press_to(page, "Opis")
    page.keyboard.type("Pokój gościnny w internacie, 400 m od urzędu.")
    press_to(page, "Zapisz i przejdź dalej")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sprawdz/")
    look(page, "returned-check")
    in_ukrainian(page, "returned-check")
    faults += axe_faults(page)
    press_to(page, "Wyślij ankietę ponownie")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wyslano/")

    again = HostSurvey.objects.get()
    assert faults == []
    assert "Prosimy o stan na 31.12." in reason
    assert (again.status, again.answers["ludnosc"]) == ("submitted", 12_345)
    assert SurveyReturn.objects.get().answer.position == 2


def test_pages_of_the_desk_about_late_and_returned(
    open_browser, live_server, edition, olena, axe_faults
):
    """A16, A17, FT-21 at the coordinators' desk: choose, give reasons, see what came late."""
    session = sign_in(StrictClient(), olena).cookies[settings.SESSION_COOKIE_NAME].value
    page = open_browser()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    now = database_now()
    survey = services.submit_survey(draft_of(edition), now=now - 2 * DAY)
    late = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    with pytest.raises(services.SurveyClosed):
        services.save_page(late, page="uwagi", answers={"uwagi": "Spóźnione."})
    _code, letters = late_codes.make_code(
        edition,
        note="Awaria prądu w urzędzie",
        uses_allowed=2,
        expires_at=now + 2 * DAY,
        actor=olena,
        now=now,
    )
    late_codes.use_code(edition, gmina=GminaFactory(name="Adamów"), typed=letters)
    faults = []

    page.goto(f"/admin/applications/gminy/{survey.pk}/zwrot/")
    look(page, "desk-choose")
    faults += axe_faults(page)
    page.get_by_label("Liczba mieszkańców").check()
    page.get_by_label("Ulica i numer").check()
    page.get_by_role("button", name="Przejdź do powodów").click()
    look(page, "desk-reasons")
    faults += axe_faults(page)
    for place, words in enumerate(("Prosimy o stan na 31.12.", "Prosimy dopisać numer.")):
        page.locator(f'[name="kind_{place}"][value="outdated"]').check()
        page.locator(f'[name="sentence_{place}"]').fill(words)
    page.get_by_role("button", name="Zwróć gminie").click()
    page.wait_for_url("**/change/")
    look(page, "desk-returned")
    faults += axe_faults(page)
    page.goto("/admin/applications/gminy/po-terminie/")
    look(page, "desk-after")
    faults += axe_faults(page)
    page.get_by_label("Dla kogo i dlaczego").fill("Telefon z urzędu")
    page.get_by_role("button", name="Utwórz kod").click()
    look(page, "desk-code-made")
    faults += axe_faults(page)
    page.goto(f"/admin/applications/hostsurvey/{late.pk}/change/")
    look(page, "desk-late-record")
    faults += axe_faults(page)

    made = SurveyReturn.objects.get()
    assert faults == []
    assert [q.name for q in made.questions.order_by("pk")] == ["ludnosc", "adres_ulica"]
    assert LateCode.objects.count() == 2
