"""Words of the survey that a person stumbled over when they tried it."""

import pytest
from django.utils.translation import override

from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostSurvey
from applications.survey_parts import how_far
from tests.applications.test_host_views import FIRST, begun, edition, invitation, link  # noqa: F401
from tests.factories.programme import HromadaFactory

pytestmark = pytest.mark.django_db
PARTNERS = {"poprzednie_edycje": ["nie"], "wspolpraca_ua": "bez_umowy"}


def test_polish_name_of_a_partner_is_asked_about_with_its_latin_name(begun, link):  # noqa: F811
    """C3: an official who reads no Cyrillic can tell which one it is."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "doswiadczenie/", PARTNERS)
    there = HromadaFactory(
        name="Вінницька", name_en="Vinnytska", raion="Вінницький", oblast="Вінницька"
    )
    typed = {"hromada": "Winnica", "od_roku": "2019", "kolejny": "nie"}

    asked = begun.post(link + "partner-1/", typed)
    begun.post(link + "partner-1/", {**typed, "hromada_wybor": there.katottg})

    assert asked.context["form"]["hromada_wybor"].field.choices == [
        (there.katottg, "Вінницька (Vinnytska), Вінницький (Vinnytskyi), Вінницька (Vinnytska)"),
        ("zadna", "Żadna z tych"),
    ]
    assert "optional" not in str(asked.content.decode().split("hromada_wybor")[0][-400:])
    assert HostSurvey.objects.get().draft_answers["partnerzy"][0]["katottg"] == there.katottg


def test_short_year_and_short_text_are_answered_in_our_own_polish(begun, link):  # noqa: F811
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "doswiadczenie/", PARTNERS)

    year = begun.post(link + "partner-1/", {"hromada": "Borysl", "od_roku": "98"})
    text = begun.post(link + "praktyki/", {"praktyki": "Oczyszczalnia."})

    assert year.context["form"].errors["od_roku"] == [
        "Proszę wpisać rok czterema cyframi, nie wcześniejszy niż 1990, na przykład 2019."
    ]
    assert text.context["form"].errors["praktyki"] == [
        "Proszę wpisać co najmniej tyle znaków: 100. Teraz jest ich: 14."
    ]


def test_statements_link_what_they_speak_of(begun, link):  # noqa: F811
    begun.post(link + "gmina/", FIRST)

    statements = begun.get(link + "oswiadczenia/").content.decode()

    assert 'href="/#role" target="_blank"' in statements
    assert 'href="/prywatnosc/" target="_blank"' in statements
    assert 'href="/#role"' not in begun.get(link + "uwagi/").content.decode()


@pytest.mark.parametrize(
    ("slug", "answers", "is_missing", "word"),
    [
        ("uwagi", {}, False, "nieobowiązkowe"),
        ("uwagi", {"uwagi": "Kiedy?"}, False, "gotowe"),
        ("kontakt", {}, True, "do wypełnienia"),
        ("kontakt", {"kontakt_imie": "Anna"}, False, "gotowe"),
    ],
)
def test_page_that_nobody_opened_is_not_called_done(slug, answers, is_missing, word):
    with override("pl"):
        assert how_far(PAGE_FORMS[slug].base_fields, answers, is_missing) == word


def test_overview_tells_a_page_that_was_begun_from_one_that_nobody_opened(begun, link):  # noqa: F811
    """A1: three of five fields of a page are saved, so it is not "No answer yet"."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "kontakt/", {"kontakt_imie": "Anna", "leave": "1"})

    page = begun.get(link)

    states = [step["state"] for step in page.context["steps"]]
    assert states[:5] == [
        "gotowe",
        "do wypełnienia",
        "nieobowiązkowe",
        "do wypełnienia",
        "rozpoczęte, nie wszystko wypełnione",
    ]
    assert page.content.decode().count("rozpoczęte, nie wszystko wypełnione") == 1
