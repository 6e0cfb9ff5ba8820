"""What was typed into the survey and refused: nothing of it is lost (A24, A5)."""

import pytest

from applications.models import HostSurvey
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
    assert begun.session["survey_refused"]["pages"] == {}


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
