"""The survey in a browser: entrance, link, pages, check, receipt."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostInvitation, HostSurvey, SurveyVersion
from applications.services import host as services
from core.models import LinkCode
from mailing.models import Letter
from tests.conftest import StrictClient
from tests.doors import opened
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import EditionFactory, GminaFactory, HromadaFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver(/\S*ankieta/l/[\w-]+/)")
FIRST = {"nazwa_urzedowa": "Gmina Brzeziny", "ludnosc": "12 000", "czlonkostwo": ["zgwrp"]}


@pytest.fixture
def edition():
    """Open now by the clock of the database."""
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


def test_going_on_without_a_municipality_says_what_to_do(client, edition):
    """A1: an empty answer gets a sentence; the plain address of the page gets none."""
    GminaFactory(name="Serock")
    typed = [{}, {"gmina": ""}, {"gmina": "Serock"}, {"gmina": "Serock", "search": "gmina"}]

    pages = [client.get("/en/ankieta/", query).content.decode() for query in typed]

    empty = "Write the name of your municipality and choose it from the list."
    undecided = "Choose your municipality from the list."
    assert [empty in page for page in pages] == [False, True, False, False]
    assert [undecided in page for page in pages] == [False, False, True, False]


@pytest.fixture
def invitation(edition):
    return HostInvitationFactory(edition=edition)


def link_to(target, email: str) -> str:
    """The address of a personal link, as in a letter."""
    from django.db import transaction

    with transaction.atomic():
        token = services.new_link(target, email=email, now=timezone.now())
    return f"/ankieta/l/{token}/"


@pytest.fixture
def link(invitation):
    return link_to(invitation, invitation.email)


@pytest.fixture
def begun(client, link, invitation):
    """A browser that has confirmed the address of the letter."""
    client.post(link, {"email": invitation.email})
    return client


def as_typed(page: str, answers: dict) -> dict:
    """What a browser posts for a page, from the answers of the survey."""
    form = PAGE_FORMS[page]
    known = {
        f"jezyk_{code}": level for code, level in answers.get("mentor_jezyki", {}).items()
    } | answers
    return {
        name: ("on" if known[name] is True else known[name])
        for name in form.base_fields
        if name in known and known[name] is not False
    }


def fill_in(client, link: str, answers: dict, *, most: int = 40) -> str:
    """Walk from page to page, as the buttons lead; returns the address where the pages end."""
    address = link + "gmina/"
    for _step in range(most):
        page = address.rstrip("/").rsplit("/", 1)[-1]
        if page not in PAGE_FORMS:
            return address
        response = client.post(address, as_typed(page, answers))
        assert response.status_code == 302, (page, response.context["form"].errors)
        address = response["Location"]
    raise AssertionError("the survey does not end")


def test_entrance_and_search_create_nothing(client, edition, no_writes):
    """A12: opening the public page, searching and choosing write nothing."""
    gmina = GminaFactory(name="Łódź Zdrój", search_text="lodz zdroj")

    with no_writes():
        page = client.get("/ankieta/", {"gmina": "Lodz zdr", "search": "gmina"})
        chosen = client.get("/ankieta/", {"gmina_found": gmina.teryt, "z": "zmp"})
        shown = client.get(chosen["Location"])

    assert [row["value"] for row in page.context["found"]] == [gmina.teryt]
    assert chosen["Location"] == f"/ankieta/gmina/{gmina.teryt}/?z=zmp"
    assert shown.status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
def test_search_query_count(client, edition, item_count, django_assert_num_queries):
    for number in range(item_count):
        GminaFactory(name=f"Brzeziny {number}")

    with django_assert_num_queries(3):  # the clock, the edition, names with those alike
        page = client.get("/ankieta/", {"gmina": "brzeziny", "search": "gmina"})

    assert len(page.context["found"]) == item_count


def test_asked_link_comes_by_mail_with_its_entrance(client, edition):
    """A19: where people came from is kept."""
    gmina = GminaFactory()

    response = client.post(
        f"/ankieta/gmina/{gmina.teryt}/?z=zgwrp", {"email": "a@brzeziny.pl", **opened()}
    )

    assert response["Location"] == "/ankieta/link-wyslany/"
    assert HostInvitation.objects.get().entrance == "zgwrp"
    assert LINK.search(Letter.objects.get().text)
    assert "a@brzeziny.pl" in client.get("/ankieta/link-wyslany/").content.decode()


def test_robot_that_fills_the_trap_gets_nothing(client, edition):
    """A18: the hidden field."""
    gmina = GminaFactory()

    client.post(f"/ankieta/gmina/{gmina.teryt}/", {"email": "a@b.pl", "nickname": "x", **opened()})

    assert Letter.objects.count() == 0


def test_eleventh_link_in_an_hour_is_refused(client, edition):
    gmina = GminaFactory()
    address = f"/ankieta/gmina/{gmina.teryt}/"

    answers = [
        client.post(address, {"email": "a@b.pl", **opened()}).status_code for _n in range(11)
    ]

    assert answers == [302] * 10 + [429]


def test_municipality_above_the_limit_is_stopped_at_the_entrance(client, edition):
    """A10: nothing is asked of a municipality that the register puts above the limit."""
    gmina = GminaFactory(population=80_001)

    page = client.get(f"/ankieta/gmina/{gmina.teryt}/")
    client.post(f"/ankieta/gmina/{gmina.teryt}/", {"email": "a@b.pl", **opened()})

    assert page.context["is_allowed"] is False
    assert Letter.objects.count() == 0


def test_begun_survey_is_not_offered_to_whoever_types_an_address(client, edition):
    """A12, A22: the colleague gets a link of her own, and learns nothing of the other address."""
    survey = HostSurveyFactory(edition=edition, email="anna@brzeziny.pl", contact=None)

    client.post(f"/ankieta/gmina/{survey.gmina.teryt}/", {"email": "jan@brzeziny.pl", **opened()})
    page = client.get("/ankieta/link-wyslany/").content.decode()

    letter = Letter.objects.get()
    assert (letter.letter, letter.to) == (
        "applications/survey_begun_by_colleague",
        "jan@brzeziny.pl",
    )
    assert "anna@brzeziny.pl" not in page + letter.text


def test_opening_the_link_writes_nothing(client, link, no_writes):
    """SEC-M2: mail gateways open links to look at them."""
    with no_writes():
        page = client.get(link)
        client.head(link)

    assert page.status_code == 200
    assert HostSurvey.objects.count() == 0


def test_link_with_one_changed_character_shows_nothing(client, link, invitation):
    """A11."""
    changed = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]

    page = client.get(changed)

    assert page.status_code == 410
    assert invitation.organisation.gmina.name not in page.content.decode()


def test_robot_that_sends_every_form_of_the_start_page_begins_nothing(client, link):
    """SEC-M3: the address of the letter must be typed."""
    page = client.post(link, {})
    wrong = client.post(link, {"email": "robot@example.org"})

    assert (page.status_code, wrong.status_code) == (200, 200)
    assert client.get(link + "gmina/").status_code == 302
    assert HostSurvey.objects.count() == 0


def test_first_page_is_filled_in_already(begun, link, invitation):
    """A11: name and population stand there."""
    form = begun.get(link + "gmina/").context["form"]

    assert form["nazwa_urzedowa"].value() == invitation.organisation.name
    assert form["ludnosc"].value() == 12_000


@pytest.mark.parametrize(("on_file", "shown"), [("serock", None), ("Gmina Serock", "Gmina Serock")])
def test_bare_name_of_the_place_is_not_filled_in_as_the_full_one(
    begun, link, invitation, on_file, shown
):
    """A11: registers often know "Serock" alone, and nobody corrects what stands there already."""
    office = invitation.organisation
    office.name = on_file
    office.save()
    office.gmina.name = "Serock"
    office.gmina.save()

    form = begun.get(link + "gmina/").context["form"]

    assert (form["nazwa_urzedowa"].value(), form["ludnosc"].value()) == (shown, 12_000)


def test_telephone_is_read_in_groups_before_sending(begun, link):
    """B6: kept without spaces, shown with them."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "kontakt/", {"kontakt_tel": "(22) 782-88-00 w. 12", "leave": "1"})

    page = begun.get(link + "sprawdz/").content.decode()

    assert HostSurvey.objects.get().draft_answers["kontakt_tel"] == "+48227828800 wew. 12"
    assert ("+48 22 782 88 00 wew. 12" in page, "+48227828800" in page) == (True, False)


@pytest.mark.parametrize(("typed", "status"), [("80000", 302), ("80 000", 302), ("80001", 200)])
def test_population_limit_is_tested_at_once(begun, link, typed, status):
    """A10: to the letter, and before the rest of the questions."""
    page = begun.post(link + "gmina/", {**FIRST, "ludnosc": typed})

    assert page.status_code == status
    reached = begun.get(link + "kontakt/")
    assert reached.status_code == (200 if status == 302 else 302)
    assert HostSurvey.objects.count() == (1 if status == 302 else 0)


def test_every_page_says_draft_until_it_is_sent(begun, link):
    """A2."""
    begun.post(link + "gmina/", FIRST)

    for page in ("gmina/", "adres/", "oswiadczenia/", "sprawdz/", ""):
        assert "Draft – NOT SENT" in begun.get("/en" + link + page).content.decode(), page


def test_leaving_and_coming_back_restores_every_answer(begun, link):
    """A1: by the same link, also when a required answer is missing."""
    begun.post(link + "gmina/", FIRST)

    left = begun.post(link + "adres/", {"adres_ulica": "Sienkiewicza 16", "leave": "1"})
    form = begun.get(link + "adres/").context["form"]

    assert left["Location"] == link + "zapisano/"
    assert form["adres_ulica"].value() == "Sienkiewicza 16"
    assert begun.get(link + "zapisano/").status_code == 200


def test_leaving_with_something_wrong_saves_the_rest_and_says_what_is_left(begun, link):
    """A1, A24: nobody is held on a page; what was typed wrong waits in this browser alone."""
    begun.post(link + "gmina/", FIRST)
    typed = {"adres_ulica": "Sienkiewicza 16", "adres_kod": "95060x", "leave": "1"}

    left = begun.post(link + "adres/", typed)
    words = [str(one) for one in get_messages(left.wsgi_request)]
    form = begun.get(link + "adres/").context["form"]

    assert left["Location"] == link + "zapisano/"
    assert words == [
        "Jeszcze niezapisane, bo wymaga poprawienia: Kod pocztowy. W tej przeglądarce strona "
        "pokaże to, co Państwo wpisali."
    ]
    answers = HostSurvey.objects.get().draft_answers
    assert (answers["adres_ulica"], answers.get("adres_kod")) == ("Sienkiewicza 16", None)
    assert form["adres_kod"].value() == "95060x"


def test_leaving_with_a_population_above_the_limit_begins_nothing(begun, link):
    """A10"""
    page = begun.post(link + "gmina/", {**FIRST, "ludnosc": "80001", "leave": "1"})

    assert page.status_code == 200
    assert HostSurvey.objects.count() == 0


def test_wrong_field_keeps_the_right_ones(begun, link):
    """A5: the summary links to the field; what was right is saved."""
    begun.post(link + "gmina/", FIRST)

    page = begun.post(
        link + "adres/",
        {"adres_ulica": "Sienkiewicza 16", "adres_kod": "95060x", "adres_miejscowosc": "Brzeziny"},
    )

    html = page.content.decode()
    assert list(page.context["form"].errors) == ["adres_kod"]
    assert 'href="#id_adres_kod"' in html
    assert HostSurvey.objects.get().draft_answers["adres_miejscowosc"] == "Brzeziny"


def test_another_browser_must_know_the_code(begun, link, invitation):
    """SEC-M1: a forwarded link shows nothing that was typed."""
    begun.post(link + "gmina/", {**FIRST, "nazwa_urzedowa": "Kanarek z Brzezin"})
    other = StrictClient()

    pages = [link, link + "gmina/", link + "sprawdz/", link + "wyslano/", link + "kod/"]
    seen = [other.get(page, follow=True) for page in pages]

    assert [page.redirect_chain[-1][0] if page.redirect_chain else "" for page in seen] == [
        link + "kod/"
    ] * 4 + [""]
    assert [page for page in seen if "Kanarek" in page.content.decode()] == []


def test_right_code_opens_the_survey(begun, link, invitation):
    """A1 and SEC-M: on another computer, by the code sent to the address on file."""
    begun.post(link + "gmina/", FIRST)
    other = StrictClient()

    sent = other.post(link + "kod/wyslij/", follow=True)
    letter = Letter.objects.get(letter="mailing/code")
    code = re.search(r"\b(\d{6})\b", letter.text)[1]
    wrong = other.post(link + "kod/", {"code": "000000" if code != "000000" else "111111"})
    right = other.post(link + "kod/", {"code": code})

    assert letter.to == invitation.email
    assert [str(message) for message in sent.context["messages"]] == [
        "Kod jest w drodze na podany adres."
    ]
    assert (wrong.status_code, right["Location"]) == (200, link)
    assert other.get(link + "gmina/").context["form"]["ludnosc"].value() == 12_000


def test_sixth_code_in_an_hour_is_refused(begun, link):
    begun.post(link + "gmina/", FIRST)
    other = StrictClient()

    answers = [other.post(link + "kod/wyslij/").status_code for _n in range(6)]

    assert answers == [302] * 5 + [429]
    assert LinkCode.objects.count() == 5


def test_colleague_with_another_letter_sees_nothing(begun, link, invitation):
    begun.post(link + "gmina/", {**FIRST, "nazwa_urzedowa": "Kanarek z Brzezin"})
    second = HostInvitationFactory(edition=invitation.edition, organisation=invitation.organisation)
    other = StrictClient()
    theirs = link_to(second, second.email)

    page = other.get(theirs).content.decode()

    assert other.get(theirs + "gmina/")["Location"] == theirs
    assert other.get(theirs + "kod/")["Location"] == theirs
    assert "Kanarek" not in page


def test_whole_survey_from_first_page_to_receipt(begun, link):
    """A3, A4, A5: page by page, check, send, number; the copy is in the mail."""
    HromadaFactory(katottg="UA46020010000010001", name="Козельщинська")
    answers = host_answers(
        wspolpraca_ua="umowa",
        hromada="UA46020010000010001",
        od_roku="2019",
        kolejny="nie",
        staz_partner="tak",
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik referatu",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="42 612 34 56",
        mentor_jezyki={"pl": "C2", "uk": "brak", "en": "B1", "ru": "A2"},
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
    )

    end = fill_in(begun, link, answers)
    check = begun.get(end)
    sent = begun.post(end)
    receipt = begun.get(sent["Location"])

    assert end == link + "sprawdz/"
    assert [
        row.label for part in check.context["sections"] for row in part.rows if row.is_missing
    ] == []
    assert all(
        row.url.endswith("?back=check") for part in check.context["sections"] for row in part.rows
    )
    survey = HostSurvey.objects.get()
    assert survey.answers["partnerzy"][0]["katottg"] == "UA46020010000010001"
    assert survey.answers["mentor_tel"] == "+48426123456"
    assert survey.number in receipt.content.decode()
    letter = Letter.objects.get(letter="applications/survey_receipt")
    assert "Козельщинська" in letter.text
    assert LINK.search(letter.text)


def test_changing_an_answer_leads_back_to_the_check(begun, link):
    """A4: each change link returns there."""
    fill_in(begun, link, host_answers())

    changed = begun.post(link + "dostepnosc/", {"dostepnosc": "pelna", "back": "check"})

    assert changed["Location"] == link + "sprawdz/"


def test_gaps_are_named_with_links_to_their_pages(begun, link):
    """A5: no state in which sending does nothing."""
    begun.post(link + "gmina/", FIRST)

    page = begun.post(link + "sprawdz/")

    assert page.status_code == 200
    assert [error["href"] for error in page.context["errors"]][:2] == [
        link + "adres/?back=check",
        link + "kierownik/?back=check",
    ]


def test_refreshed_sending_makes_one_version(begun, link):
    """A12: refresh and double click."""
    end = fill_in(begun, link, host_answers())

    answers = [begun.post(end).status_code for _n in range(3)]

    assert answers == [302, 302, 302]
    assert (HostSurvey.objects.count(), SurveyVersion.objects.count()) == (1, 1)


def test_receipt_link_corrects_the_survey_until_the_deadline(begun, link):
    """A9: by the link of the receipt, after the code."""
    end = fill_in(begun, link, host_answers())
    begun.post(end)
    receipt = Letter.objects.get(letter="applications/survey_receipt")
    correction = urlsplit(LINK.search(receipt.text)[0]).path
    colleague = StrictClient()

    colleague.post(correction + "kod/wyslij/")
    code = re.search(r"\b(\d{6})\b", Letter.objects.get(letter="mailing/code").text)[1]
    colleague.post(correction + "kod/", {"code": code})
    colleague.post(
        correction + "przyjecie/",
        {"liczba_stazystow": "2", "terminy": ["october"], "stanowisko_pracy": "tak"},
    )
    unsent = "Corrections – NOT SENT" in colleague.get("/en" + correction).content.decode()
    colleague.post(correction + "sprawdz/")

    assert unsent is True
    assert SurveyVersion.objects.count() == 2
    assert HostSurvey.objects.get().answers["liczba_stazystow"] == 2


def test_after_closing_the_draft_is_read_and_not_changed(begun, link, edition):
    """A7: the page says whom to write to; nothing can be sent."""
    fill_in(begun, link, host_answers())
    edition.survey_closes_at = timezone.now() - timedelta(minutes=16)
    edition.save()

    page = begun.get("/en" + link)
    begun.post(link + "sprawdz/")
    begun.post(link + "mentor/", {"mentor_jest": "tak"})

    html = page.content.decode()
    assert "Surveys are no longer accepted" in html
    assert "Sienkiewicza 16" in html
    survey = HostSurvey.objects.get()
    assert (survey.status, survey.draft_answers["mentor_jest"]) == ("draft", "jeszcze_nie")


def test_themes_are_ordered_by_buttons(begun, link):
    """D1 without JavaScript: each press is kept."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "tematy/", {"tematy": ["waste", "education", "water"]})
    order = HostSurvey.objects.get().draft_answers["tematy"]

    moved = begun.post(link + "kolejnosc/", {"tematy": order, "rank": f"up:{order[2]}"})

    assert moved["Location"] == link + "kolejnosc/"
    assert HostSurvey.objects.get().draft_answers["tematy"] == [order[0], order[2], order[1]]


def test_six_themes_are_too_many(begun, link):
    begun.post(link + "gmina/", FIRST)
    six = ["waste", "education", "water", "culture", "planning", "economy"]

    page = begun.post(link + "tematy/", {"tematy": six})

    assert list(page.context["form"].errors) == ["tematy"]


def test_name_that_is_only_alike_is_never_taken_for_another_hromada(begun, link):
    """C3: the person is asked, even when a single hromada has a similar name."""
    begun.post(link + "gmina/", FIRST)
    begun.post(
        link + "doswiadczenie/", {"poprzednie_edycje": ["nie"], "wspolpraca_ua": "bez_umowy"}
    )
    HromadaFactory(name="Козельщинська", name_en="Kozelshchynska")
    typed = {"hromada": "Козелщинсько", "od_roku": "2019", "kolejny": "nie"}

    asked = begun.post(link + "partner-1/", typed)
    choices = [code for code, _label in asked.context["form"]["hromada_wybor"].field.choices]
    chosen = begun.post(link + "partner-1/", {**typed, "hromada_wybor": choices[0]})

    assert list(asked.context["form"].errors) == ["hromada_wybor"]
    assert choices[1:] == ["zadna"]
    assert chosen["Location"] == link + "staz-partner/"


def test_unclear_name_of_a_partner_asks_which_one(begun, link):
    for number in (1, 2):
        HromadaFactory(name=f"Бориславська {number}")
    begun.post(link + "gmina/", FIRST)
    begun.post(
        link + "doswiadczenie/", {"poprzednie_edycje": ["nie"], "wspolpraca_ua": "bez_umowy"}
    )
    typed = {"hromada": "Бориславська", "od_roku": "2019", "kolejny": "nie"}

    asked = begun.post(link + "partner-1/", typed)
    choices = [code for code, _label in asked.context["form"]["hromada_wybor"].field.choices]
    chosen = begun.post(link + "partner-1/", {**typed, "hromada_wybor": choices[1]})

    assert list(asked.context["form"].errors) == ["hromada_wybor"]
    assert chosen["Location"] == link + "staz-partner/"
    assert HostSurvey.objects.get().draft_answers["partnerzy"][0]["katottg"] == choices[1]


@pytest.mark.parametrize("language", ["", "/uk", "/en"])
def test_pages_speak_the_language_of_their_address(begun, link, language):
    begun.post(link + "gmina/", FIRST)

    page = begun.get(language + link + "kontakt/").content.decode()

    words = {"": "Osoba do kontaktu", "/uk": "Контактна особа", "/en": "Contact person"}
    assert f"<h1>{words[language]}</h1>" in page


def test_csrf_is_asked_of_every_form(edition, link, invitation):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(link, {"email": invitation.email}).status_code == 403
