"""What was typed into the survey and refused: nothing of it is lost (A24, A5)."""

from datetime import timedelta

import pytest

from applications.clock import database_now
from applications.models import HostSurvey, LateDraft, SurveyReturn
from applications.services import host as services
from applications.survey_plan import BY_SLUG
from applications.views import host_refused, host_waiting
from core.models import CapabilityLink
from core.sessions import SessionStore
from tests.applications.test_host_returns import STREET, Wish, give_back
from tests.applications.test_host_saving import (  # noqa: F401 - fixtures
    ADDRESS,
    FIRST,
    autosave,
    begun,
    code_from_mail,
    draft,
    edition,
    invitation,
    link,
    seen_on,
)
from tests.conftest import StrictClient
from tests.factories.applications import host_answers

pytestmark = pytest.mark.django_db
WRONG = {"adres_ulica": "Sienkiewicza 16", "adres_kod": "950x"}
POSTCODE = {"adres_kod": ["Proszę wpisać kod jako dwie cyfry, myślnik i trzy cyfry: 05-140."]}


def at_another_desk(link: str) -> StrictClient:  # noqa: F811
    """A browser that was let in by the code."""
    browser = StrictClient()
    browser.post(link + "kod/wyslij/")
    browser.post(link + "kod/", {"code": code_from_mail()})
    return browser


def typed_on(page) -> dict[str, object]:
    return {name: page.context["form"][name].value() for name in ADDRESS}


def test_refused_answer_is_offered_again_when_the_phone_comes_back(begun, link):  # noqa: F811
    """A24: saved by itself, not valid yet, the phone dies: it stands there with its sentence."""
    begun.post(link + "gmina/", FIRST)
    autosave(begun, link + "adres/", {**WRONG, "seen": seen_on(begun, link + "adres/")})

    page = begun.get(link + "adres/")

    assert "adres_kod" not in draft()
    assert typed_on(page) == {**WRONG, "adres_miejscowosc": None}
    assert list(page.context["form"].errors) == ["adres_kod"]
    assert "Wpisali je Państwo wcześniej w tej przeglądarce." in page.content.decode()


def test_refused_answer_is_offered_again_without_javascript(begun, link):  # noqa: F811
    """A5, A24: it stands on the page that is shown again, and on the one opened an hour later."""
    begun.post(link + "gmina/", FIRST)

    again = begun.post(link + "adres/", {**ADDRESS, "adres_kod": "950x"})
    later = begun.get(link + "adres/")

    assert [page.context["form"]["adres_kod"].value() for page in (again, later)] == ["950x"] * 2
    assert [list(page.context["form"].errors) for page in (again, later)] == [["adres_kod"]] * 2


def test_answer_that_was_mended_is_not_offered_as_refused(begun, link):  # noqa: F811
    """A24: what is right lives in the survey alone."""
    begun.post(link + "gmina/", FIRST)
    autosave(begun, link + "adres/", WRONG)
    autosave(begun, link + "adres/", {**WRONG, "adres_kod": "95-060"})

    page = begun.get(link + "adres/")

    assert page.context["form"].is_bound is False
    assert page.context["form"]["adres_kod"].value() == "95-060"
    assert [key for key, _kept in begun.session.items() if key.startswith("survey_refused")] == []


def test_pages_are_kept_each_by_itself(begun, link):  # noqa: F811
    """A24: going on by a link and typing nonsense elsewhere takes nothing away."""
    begun.post(link + "gmina/", FIRST)
    autosave(begun, link + "adres/", WRONG)
    autosave(begun, link + "numery/", {"nip": "123"})

    assert begun.get(link + "adres/").context["form"]["adres_kod"].value() == "950x"
    assert begun.get(link + "numery/").context["form"]["nip"].value() == "123"


def test_refused_number_before_anything_is_begun_is_offered_again(begun, link):  # noqa: F811
    """A10, A12, A24: nothing comes into being, and yet nothing typed is lost."""
    autosave(begun, link + "gmina/", {"ludnosc": "sto", "seen": seen_on(begun, link + "gmina/")})

    page = begun.get(link + "gmina/")

    assert HostSurvey.objects.count() == 0
    assert page.context["form"]["ludnosc"].value() == "sto"


def test_refused_answer_is_shown_to_no_other_browser(begun, link):  # noqa: F811
    """SEC-M1: a colleague at another desk sees what the survey holds, and only that."""
    begun.post(link + "gmina/", FIRST)
    autosave(begun, link + "adres/", {**WRONG, "adres_kod": "95-0Kanarek"})

    page = at_another_desk(link).get(link + "adres/")

    assert page.context["form"]["adres_ulica"].value() == "Sienkiewicza 16"
    assert "Kanarek" not in page.content.decode()


def test_given_back_page_clashes_with_nobody_but_a_colleague(begun, link):  # noqa: F811
    """FT-18: own words saved before are no clash; a colleague's newer answer stays."""
    begun.post(link + "gmina/", FIRST)
    autosave(begun, link + "adres/", {**WRONG, "seen": seen_on(begun, link + "adres/")})
    other = at_another_desk(link)
    seen = seen_on(other, link + "adres/")
    other.post(link + "adres/", {**ADDRESS, "adres_ulica": "Reymonta 1", "seen": seen})

    page = begun.get(link + "adres/")
    sent = begun.post(
        link + "adres/",
        {**WRONG, "adres_kod": "95-060", "adres_miejscowosc": "Brzeziny"}
        | {"seen": page.context["seen"]},
    )

    assert sent.status_code == 302
    assert {key: draft()[key] for key in ADDRESS} == {**ADDRESS, "adres_ulica": "Reymonta 1"}


def test_page_that_is_too_large_leaves_no_older_version_behind(begun, link, monkeypatch):  # noqa: F811
    """A24: what was typed before the last time would stand there as if it were the last."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "adres/", {**WRONG, "adres_ulica": "Pierwsza 1"})
    monkeypatch.setattr(host_refused, "MOST_BYTES", 200)
    begun.post(link + "adres/", {**WRONG, "adres_ulica": "Druga 2", "adres_miejscowosc": "x" * 200})

    page = begun.get(link + "adres/")

    assert page.context["form"].is_bound is False
    assert page.context["form"]["adres_ulica"].value() == "Druga 2"


def test_size_is_that_of_the_letters_typed():
    """A24: an answer in Ukrainian takes two bytes a letter, not six."""
    assert host_waiting.size_of({"a": "ї" * 20_000}) == 40_000 + len('{"a": ""}')


def give_address_back(coordinator):
    """Two questions of one page are returned to the office."""
    now = database_now()
    survey = HostSurvey.objects.get()
    postcode = Wish("adres", "adres_kod", "Kod", "incorrect", "Proszę poprawić kod.")
    due = (now + timedelta(days=5)).date()
    give_back(survey, STREET, postcode, coordinator=coordinator, now=now, due=due)


@pytest.fixture
def both(begun, link, coordinator):  # noqa: F811
    """Two browsers of one office before a returned survey whose address is open."""
    begun.post(link + "gmina/", FIRST)
    survey = HostSurvey.objects.get()
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=host_answers())
    services.submit_survey(survey)
    give_address_back(coordinator)
    return begun, at_another_desk(link)


def test_page_of_a_returned_survey_writes_over_no_colleague(both, link):  # noqa: F811
    """FT-18, A16: given back with a wrong postcode; meanwhile a colleague wrote another street."""
    anna, borys = both
    address = link + "adres/"
    opened = seen_on(borys, address)
    anna.post(
        address, {"adres_ulica": "Stara 1", "adres_kod": "950x", "seen": seen_on(anna, address)}
    )
    theirs = {"adres_ulica": "Reymonta 2", "adres_kod": "95-060", "seen": seen_on(borys, address)}
    borys.post(address, theirs)

    again = anna.get(address)
    mended = {"adres_ulica": "Stara 1", "adres_kod": "95-061", "seen": again.context["seen"]}
    anna.post(address, mended)

    assert opened != theirs["seen"]
    assert again.context["form"]["adres_kod"].value() == "950x"
    assert {key: draft()[key] for key in WRONG} == {
        "adres_ulica": "Reymonta 2",
        "adres_kod": "95-061",
    }


def test_two_versions_of_a_returned_answer_wait_for_a_choice(both, link):  # noqa: F811
    """FT-18, A16: both windows were open; neither street is lost before a person chooses."""
    anna, borys = both
    address = link + "adres/"
    mine = {"adres_ulica": "Stara 1", "adres_kod": "95-060", "seen": seen_on(anna, address)}
    theirs = mine | {"adres_ulica": "Reymonta 2", "seen": seen_on(borys, address)}
    borys.post(address, theirs)

    clash = anna.post(address, mine)
    before = draft()["adres_ulica"]
    chosen = {
        **dict(clash.context["typed"]),
        "seen": clash.context["seen"],
        "choosing": clash.context["choosing"],
    }
    unchosen = anna.post(address, chosen)
    done = anna.post(address, chosen | {"version_adres_ulica": "mine"})

    assert (clash.status_code, unchosen.status_code, done.status_code) == (409, 409, 302)
    assert [each["key"] for each in clash.context["versions"]] == ["adres_ulica"]
    assert (before, draft()["adres_ulica"]) == ("Reymonta 2", "Stara 1")


def test_answer_refused_before_the_last_sending_is_not_offered_again(both, link, coordinator):  # noqa: F811
    """A16, A24: a colleague sent the survey since; what was refused before is of the past."""
    anna, borys = both
    anna.post(link + "adres/", {"adres_ulica": "Stara 1", "adres_kod": "950x"})
    offered = anna.get(link + "adres/").context["form"].is_bound
    borys.post(link + "adres/", {"adres_ulica": "Reymonta 2", "adres_kod": "95-060"})
    borys.post(link + "sprawdz/")
    give_address_back(coordinator)

    page = anna.get(link + "adres/")

    assert (offered, page.context["form"].is_bound) == (True, False)
    assert page.context["form"]["adres_ulica"].value() == "Reymonta 2"


def test_two_windows_of_one_browser_keep_each_its_page(begun, link, monkeypatch):  # noqa: F811
    """A24, FT-18: while one window saves itself, the other one does, and is faster."""
    begun.post(link + "gmina/", FIRST)
    other, save = StrictClient(), services.save_typed
    other.cookies = begun.cookies

    def slowly(*args, **options):
        monkeypatch.setattr(services, "save_typed", save)
        autosave(other, link + "numery/", {"nip": "123"})
        return save(*args, **options)

    monkeypatch.setattr(services, "save_typed", slowly)
    autosave(begun, link + "adres/", WRONG)

    assert begun.get(link + "adres/").context["form"]["adres_kod"].value() == "950x"
    assert begun.get(link + "numery/").context["form"]["nip"].value() == "123"


def test_too_large_for_the_code_page_leaves_no_older_version_behind(rf):
    """FT-20: what waits for the code is what was typed last, or nothing."""
    known = CapabilityLink(pk=5)
    request = rf.post("/", {"adres_ulica": "Pierwsza 1"})
    request.session = SessionStore()
    host_waiting.keep(request, known, "adres")
    first = host_waiting.typed_for(request, known, "adres").dict()
    longer = rf.post("/", {"adres_ulica": "Druga 2", "adres_miejscowosc": "x" * 60_000})
    longer.session = request.session

    host_waiting.keep(longer, known, "adres")

    assert first == {"adres_ulica": "Pierwsza 1"}
    assert host_waiting.typed_for(longer, known, "adres") is None


def test_page_of_a_return_that_came_too_late_is_kept(both, link):  # noqa: F811
    """FT-21, A16: beside the survey, and only what was open."""
    anna, _borys = both
    before = draft()
    now = database_now()
    SurveyReturn.objects.update(returned_at=now - timedelta(days=5), due_at=now - timedelta(days=1))

    answer = anna.post(
        link + "adres/",
        {"adres_ulica": "Reymonta 2", "adres_kod": "95-060", "adres_miejscowosc": "Inna"},
    )

    assert answer["Location"] == link
    assert draft() == before
    assert LateDraft.objects.get().answers == before | {
        "adres_ulica": "Reymonta 2",
        "adres_kod": "95-060",
    }


def test_return_taken_back_meanwhile_leaves_an_ordinary_correction(both, coordinator):
    """A16: the page was open when staff let the survey stand; what was typed is not lost."""
    survey = HostSurvey.objects.get()
    before = draft()
    services.take_back_return(HostSurvey.objects.get(), actor=coordinator, now=database_now())

    saved = services.save_returned(
        survey, page=BY_SLUG["adres"], answers={"adres_ulica": "Reymonta 2"}, seen={}
    )

    assert saved.clashes == {}
    assert draft() == before | {"adres_ulica": "Reymonta 2"}
    assert survey.draft_answers == draft()
