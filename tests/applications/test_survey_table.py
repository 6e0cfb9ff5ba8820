"""The form "Ankieta zainteresowania" row by row: what is asked where, how, and how it is refused.

The table is that of the domain notes, 8.1; a row that the survey does not keep fails by its name.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils import translation

from applications import survey_plan
from applications.forms.host_pages import PAGE_FORMS
from applications.selectors.host import survey_context
from programme.models import Membership
from tests.factories.applications import host_answers
from tests.factories.programme import (
    EditionFactory,
    GminaFactory,
    HromadaFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PARTNER = "UA46020010000010001"


@dataclass(frozen=True)
class Row:
    """One row: number, key, page, control, required, a good value and what is stored of it.

    `bad`: a value -> the beginning of the sentence that refuses it. `given`: answers that make the
    page asked; `hidden_by`: answers that hide it. `more`: other fields of the page.
    """

    number: str
    key: str
    page: str
    control: type
    required: bool
    good: object
    bad: dict = field(default_factory=dict)
    stored: object = None
    name: str = ""
    given: dict = field(default_factory=dict)
    hidden_by: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The name of the field, where it is not the key."""
        return self.name or self.key


TEXT, AREA, RADIO = forms.TextInput, forms.Textarea, forms.RadioSelect
TICKS, TICK, SELECT = forms.CheckboxSelectMultiple, forms.CheckboxInput, forms.Select
LEAST = "Write at least"
MOST = "Write at most"
NOT_OFFERED = "Select a valid choice."
PHONE = {"12345": "Write a Polish telephone number of 9 digits"}
EMAIL = {"anna@": "Write the e-mail address as name@office.pl"}
UA = {"given": {"wspolpraca_ua": "umowa"}, "hidden_by": {"wspolpraca_ua": "jeszcze_nie"}}
MENTOR = {"given": {"mentor_jest": "tak"}, "hidden_by": {"mentor_jest": "jeszcze_nie"}}
FIVE = ["waste", "education", "energy_climate", "digital", "accessibility"]
SIX = (*FIVE, "transport")
SEVEN_MORE_THAN = "Choose at most 5 themes."


def text(number: str, key: str, page: str, required: bool, good: str, **more) -> Row:
    return Row(number, key, page, TEXT, required, good, **more)


ROWS = [
    text("A2", "nazwa_urzedowa", "gmina", True, "Miasto i Gmina Serock",
         bad={"ab": LEAST + " 3", "a" * 151: MOST + " 150"}),
    text("A4", "ludnosc", "gmina", True, "80 000", stored=80_000,
         bad={"80 001": "This edition is for municipalities of at most 80,000 inhabitants",
              "0": "The number is too small. The least is: 1.",
              "sto": "Write a whole number in figures, for example 14532."}),
    text("A5", "nip", "numery", False, "123-456-32-18", stored="1234563218",
         bad={"1234567890": "Write the NIP as 10 digits"}),
    text("A6", "regon", "numery", False, "123456785", bad={"12345": "Write the REGON"}),
    text("A7", "adres_ulica", "adres", True, "Rynek 21", bad={"a" * 151: MOST + " 150"}),
    text("A7", "adres_kod", "adres", True, "05140", stored="05-140",
         bad={"5140": "Write the postcode as two digits, a hyphen and three digits: 05-140."}),
    text("A7", "adres_miejscowosc", "adres", True, "Serock", bad={"S": LEAST + " 2"}),
    text("A8", "e_doreczenia", "adres", False, "AE:PL-12345-67890-ABCDE-12",
         bad={"AE:12345": "Write the address as AE:PL-12345-67890-ABCDE-12 or /office/box."}),
    text("A8", "e_doreczenia", "adres", False, "/umserock/skrytka"),
    text("A9", "www", "adres", False, "www.serock.pl", stored="https://www.serock.pl",
         bad={"http://serock.pl": "Write the whole address with https",
              "serock": "Write the whole address with https",
              "www.serock": "Write the whole address with https"}),
    Row("A10", "czlonkostwo", "gmina", TICKS, True, ["zmp", "zgwrp"],
        bad={("zmp", "zadne"): "Choose the unions, or only"}),
    Row("B1", "tytul_kierownika", "kierownik", RADIO, True, "burmistrz",
        bad={"starosta": NOT_OFFERED}),
    text("B2", "kierownik_imie", "kierownik", True, "Barbara",
         bad={"B": LEAST + " 2", "b" * 81: MOST + " 80"}),
    text("B2", "kierownik_nazwisko", "kierownik", True, "Zielińska",
         bad={"Z": LEAST + " 2", "z" * 81: MOST + " 80"}),
    Row("B3", "forma", "kierownik", RADIO, True, "f", bad={"x": NOT_OFFERED}),
    text("B4", "kontakt_imie", "kontakt", True, "Anna",
         bad={"A": LEAST + " 2", "a" * 121: MOST + " 120"}),
    text("B4", "kontakt_nazwisko", "kontakt", True, "Nowak",
         bad={"N": LEAST + " 2", "n" * 121: MOST + " 120"}),
    text("B4", "kontakt_stanowisko", "kontakt", True, "Sekretarz",
         bad={"S": LEAST + " 2", "s" * 121: MOST + " 120"}),
    Row("B5", "kontakt_email", "kontakt", forms.EmailInput, True, "a.nowak@serock.pl", bad=EMAIL),
    text("B6", "kontakt_tel", "kontakt", True, "22 123 45 67", stored="+48221234567", bad=PHONE),
    Row("C1", "poprzednie_edycje", "doswiadczenie", TICKS, True, ["2022", "2024"],
        bad={("2024", "nie"): "Choose the years, or only", ("2026",): NOT_OFFERED}),
    Row("C2", "wspolpraca_ua", "doswiadczenie", RADIO, True, "bez_umowy", bad={"nie": NOT_OFFERED}),
    text("C3", "katottg", "partner-1", True, PARTNER, name="hromada",
         more={"od_roku": "2019", "kolejny": "nie"},
         bad={"UA46020010000010009": "No hromada was found."}, **UA),
    text("C3", "od_roku", "partner-1", True, "1990", stored=1990,
         bad={"1989": "Write the year in four figures, 1990 or later",
              "2027": "Write a year that has begun", "19": "Write the year in four figures"}, **UA),
    text("C3", "zakres", "partner-1", False, "Odpady", bad={"z" * 301: MOST + " 300"}, **UA),
    Row("C3", "kolejny", "partner-1", RADIO, True, "tak", **UA),
    Row("C4", "staz_partner", "staz-partner", RADIO, True, "obojetne",
        bad={"moze": NOT_OFFERED}, **UA),
    Row("C5", "projekty_mn", "doswiadczenie", AREA, False, "Dwa projekty.",
        bad={"p" * 1001: MOST + " 1,000"}),
    Row("C6", "gotowosc_partnerstwa", "partnerstwo", RADIO, True, "rozwazymy",
        bad={"moze": NOT_OFFERED}),
    Row("C7", "gotowosc_projekt", "partnerstwo", RADIO, True, "tak", bad={"moze": NOT_OFFERED}),
    Row("D1", "tematy", "tematy", TICKS, True, FIVE, bad={SIX: SEVEN_MORE_THAN}),
    Row("D1", "tematy", "kolejnosc", forms.MultipleHiddenInput, True, ["education", "waste"],
        stored=["education", "waste", "energy_climate"], hidden_by={"tematy": ["waste"]}),
    Row("D2", "praktyki", "praktyki", AREA, False, "p" * 100,
        bad={"p" * 99: LEAST + " 100", "p" * 1501: MOST + " 1,500"}),
    Row("D3", "oczekiwania", "praktyki", AREA, False, "Jak?", bad={"o" * 1001: MOST + " 1,000"}),
    Row("D4", "jednostki", "praktyki", TICKS, False,
        ["ops", "szkoly", "przedszkola", "kultura", "biblioteka", "wod_kan", "odpady",
         "transport", "osp", "zdrowie", "ngo", "lgd", "inne"], bad={("kino",): NOT_OFFERED}),
    Row("E1", "liczba_stazystow", "przyjecie", RADIO, True, "2", stored=2, bad={"3": NOT_OFFERED}),
    Row("E2", "terminy", "przyjecie", TICKS, True, ["september"], bad={("may",): NOT_OFFERED}),
    text("E3", "terminy_nie", "przyjecie", False, "Dożynki", bad={"t" * 301: MOST + " 300"}),
    Row("E4", "stanowisko_pracy", "przyjecie", RADIO, True, "czesciowo", bad={"x": NOT_OFFERED}),
    Row("E5", "nocleg", "nocleg", RADIO, True, "wlasny", bad={"x": NOT_OFFERED}),
    Row("E6", "nocleg_opis", "nocleg", AREA, False, "Pokój", bad={"n" * 501: MOST + " 500"}),
    text("E6", "nocleg_km", "nocleg", False, "50", stored=50,
         bad={"51": "The number is too large. The greatest is: 50.", "-1": "Write a whole number",
              "2,5 km": "Write a whole number", "3 zł": "Write a whole number"}),
    text("E6", "nocleg_km", "nocleg", False, "3 km", stored=3),
    text("E6", "nocleg_koszt", "nocleg", False, "0", stored=0,
         bad={"-5": "Write a whole number", "150-200 zł": "Write a whole number"}),
    text("E6", "nocleg_koszt", "nocleg", False, "1 150 zł", stored=1150),
    text("E7", "dojazd", "nocleg", False, "PKP Legionowo", bad={"d" * 201: MOST + " 200"}),
    Row("E8", "dostepnosc", "dostepnosc", RADIO, True, "brak", bad={"x": NOT_OFFERED}),
    Row("E8", "dostepnosc_opis", "dostepnosc", AREA, False, "Winda."),
    Row("F1", "mentor_jest", "mentor", RADIO, True, "jeszcze_nie", bad={"nie": NOT_OFFERED}),
    text("F2", "mentor_imie", "mentor-osoba", True, "Jan",
         bad={"J": LEAST + " 2", "j" * 121: MOST + " 120"}, **MENTOR),
    text("F2", "mentor_nazwisko", "mentor-osoba", True, "Kowalski",
         bad={"K": LEAST + " 2", "k" * 121: MOST + " 120"}, **MENTOR),
    text("F2", "mentor_stanowisko", "mentor-osoba", True, "Kierownik",
         bad={"k" * 121: MOST + " 120"}, **MENTOR),
    Row("F2", "mentor_email", "mentor-osoba", forms.EmailInput, True, "j@serock.pl",
        bad=EMAIL, **MENTOR),
    text("F2", "mentor_tel", "mentor-osoba", True, "501 234 567", stored="+48501234567",
         bad=PHONE, **MENTOR),
    Row("F3", "mentor_info", "mentor-udzial", TICK, True, "on", stored=True, **MENTOR),
    Row("F4", "mentor_jezyki", "mentor-jezyki", SELECT, True, "C2", name="jezyk_pl",
        stored={"pl": "C2", "uk": "A1", "en": "brak", "ru": "B2", "inny": "niemiecki",
                "inny_poziom": "C1"},
        more={"jezyk_uk": "A1", "jezyk_en": "brak", "jezyk_ru": "B2", "jezyk_inny": "niemiecki",
              "jezyk_inny_poziom": "C1"}, bad={"D1": NOT_OFFERED}, **MENTOR),
    Row("F5", "mentor_obszary", "mentor-udzial", TICKS, True, FIVE, bad={SIX: SEVEN_MORE_THAN},
        **MENTOR),
    Row("F6", "mentor_udzial", "mentor-udzial", RADIO, True, "byc_moze", bad={"x": NOT_OFFERED},
        **MENTOR),
    text("F7", "mentor_zastepca", "mentor-udzial", False, "Ewa Lis", **MENTOR),
    Row("G1", "jezyki_urzedu", "spotkanie", TICKS, False, ["uk", "en"], bad={("pl",): NOT_OFFERED}),
    Row("H1", "spotkanie_pora", "spotkanie", TICKS, False, ["rano", "popoludnie", "pon", "pt"],
        bad={("noc",): NOT_OFFERED}),
    text("H2", "spotkanie_osoby", "spotkanie", False, "5", stored=5,
         bad={"6": "The number is too large. The greatest is: 5.",
              "0": "The number is too small. The least is: 1."}),
    Row("I1", "zrodlo", "uwagi", RADIO, False, "zgwrp", bad={"radio": NOT_OFFERED}),
    Row("I2", "uwagi", "uwagi", AREA, False, "Dziękujemy.", bad={"u" * 1501: MOST + " 1,500"}),
    Row("K1", "osw_prawda", "oswiadczenia", TICK, True, "on", stored=True),
    Row("K2", "osw_zalacznik", "oswiadczenia", TICK, True, "on", stored=True),
    Row("K3", "rodo_info", "oswiadczenia", TICK, True, "on", stored=True),
    Row("K4", "zgoda_newsletter", "oswiadczenia", TICK, False, "on", stored=True),
    Row("K5", "zgoda_lista", "oswiadczenia", TICK, False, "on", stored=True),
]  # fmt: skip
IDS = [f"{row.number}-{row.shown}-{row.page}" for row in ROWS]
every_row = pytest.mark.parametrize("row", ROWS, ids=IDS)


@pytest.fixture
def ask():
    """A function: the form of a row's page with what was typed into it."""
    HromadaFactory(katottg=PARTNER, name="Козельщинська")
    edition = EditionFactory(year=2026)
    context = survey_context(edition, GminaFactory(), language="en", now=NOW)

    def asked(row: Row, typed: dict):
        answers = host_answers(**row.given)
        return PAGE_FORMS[row.page](typed, context=context, answers=answers)

    with translation.override("en"):
        yield asked


def typed_value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


@every_row
def test_key_is_asked_on_its_page_by_its_control(ask, row):
    """Each key on exactly one page (D1 on two: chosen, then ordered), by the control of its row."""
    pages = [page for page in survey_plan.PAGES if row.key in page.keys]
    if row.number == "C3":
        pages = [page for page in pages if page.slug == "partner-1"]
    shown = ask(row, {}).fields[row.shown]

    assert [page.slug for page in pages] == (
        ["tematy", "kolejnosc"] if row.key == "tematy" else [row.page]
    )
    assert type(shown.widget) is row.control
    assert (row.key in pages[0].required) is row.required


@every_row
def test_required_is_asked_for_in_words_and_the_rest_may_be_left_out(ask, row):
    """R of the table; the words name the field."""
    form = ask(row, {})
    label = form.fields[row.shown].label

    said = [str(words) for words in form.errors.get(row.shown, [])]

    asked = [f"{verb}: {label}" for verb in ("Fill in", "Choose an answer", "Tick the box")]
    assert [words in asked for words in said] == ([True] if row.required else [])


@every_row
def test_good_value_is_taken_and_stored_under_its_key(ask, row):
    form = ask(row, {row.shown: row.good} | row.more)

    assert form.errors.get(row.shown, []) == []
    assert form.to_answers()[row.key] == (row.good if row.stored is None else row.stored)


BAD = [
    pytest.param(row, value, words, id=f"{row.number}-{row.shown}-{str(value)[:20]}")
    for row in ROWS
    for value, words in row.bad.items()
]


@pytest.mark.parametrize(("row", "value", "words"), BAD)
def test_bad_value_is_refused_in_words_and_not_stored(ask, row, value, words):
    form = ask(row, {row.shown: typed_value(value)} | row.more)
    said = [str(each) for each in form.errors[row.shown]]

    assert (len(said), said[0][: len(words)]) == (1, words)
    assert row.key not in form.to_answers() or row.key == "mentor_jezyki"


CONDITIONAL = [pytest.param(row, id=f"{row.number}-{row.key}") for row in ROWS if row.hidden_by]


@pytest.mark.parametrize("row", CONDITIONAL)
def test_hidden_question_is_not_required_does_not_block_and_is_not_stored(row):
    """A6: for each conditional row, the answers that hide it."""
    held = {"partnerzy": [{row.key: "x"}]} if row.number == "C3" else {row.key: ["waste"]}
    answers = host_answers() | held | row.hidden_by

    page = survey_plan.page_of(row.page)
    kept = survey_plan.prune(answers)

    assert not page.asked(answers)
    assert page.slug not in survey_plan.missing(answers)
    if row.number == "D1":
        assert kept["tematy"] == ["waste"]
    else:
        assert {row.key, "partnerzy"} & set(kept) == set()


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.given],
    ids=[i for i, r in zip(IDS, ROWS, strict=True) if r.given],
)
def test_asked_question_is_missing_until_it_is_answered(row):
    """The condition is met: what is required blocks, what is not does not."""
    answers = host_answers(**row.given)

    assert (row.key in survey_plan.missing(answers).get(row.page, ())) is row.required


def test_table_and_plan_hold_the_same_keys():
    """Nothing is asked that the table does not know, and nothing of it is left out."""
    of_table = {(row.page, row.key) for row in ROWS}
    of_plan = {
        (page.slug, key)
        for page in survey_plan.PAGES
        for key in page.keys
        if page.partner <= 1 and key not in ("nazwa", "spoza_listy")  # they go with the code
    }

    assert of_table == of_plan


def test_at_most_five_partners_are_asked_for():
    """C3: no more than five; the fifth does not ask for another."""
    several = [{"katottg": PARTNER, "od_roku": 2019, "kolejny": "tak"}] * 7
    answers = host_answers(wspolpraca_ua="umowa", partnerzy=several)

    asked = [page.slug for page in survey_plan.pages_for(answers) if page.partner]

    assert asked == [f"partner-{number}" for number in range(1, 6)]
    assert len(survey_plan.prune(answers)["partnerzy"]) == 5
    assert "kolejny" not in survey_plan.page_of("partner-5").keys


def test_page_has_at_most_five_questions():
    """W27; the languages of the mentor are one question in several controls."""
    counted = {slug: len(form.base_fields) for slug, form in PAGE_FORMS.items()}

    assert {slug: n for slug, n in counted.items() if n > 5} == {"mentor-jezyki": 6}


def test_other_language_needs_its_level_and_a_level_its_language(ask):
    """F4, "inny"."""
    row = next(row for row in ROWS if row.number == "F4")
    known = {"jezyk_pl": "C2", "jezyk_uk": "A1", "jezyk_en": "B1", "jezyk_ru": "A1"}

    without_level = ask(row, known | {"jezyk_inny": "niemiecki"})
    without_name = ask(row, known | {"jezyk_inny_poziom": "B1"})

    assert dict(without_level.errors) == {
        "jezyk_inny_poziom": ["Choose the level of the other language."]
    }
    assert dict(without_name.errors) == {"jezyk_inny": ["Write which other language it is."]}


@pytest.mark.parametrize(
    ("address", "site", "warned"),
    [
        ("a.nowak@gmail.com", "https://www.serock.pl", True),
        ("a.nowak@notserock.pl", "https://serock.pl", True),
        ("a.nowak@serock.pl", "https://www.serock.pl/kontakt", False),
        ("a.nowak@um.serock.pl", "https://serock.pl", False),
        ("a.nowak@serock.pl", "https://bip.serock.pl", False),
        ("a.nowak@gmail.com", "", False),
    ],
)
def test_address_outside_the_office_is_taken_with_a_warning(ask, address, site, warned):
    """B5: a warning, not a refusal; without a known domain there is nothing to compare with."""
    row = next(row for row in ROWS if row.key == "kontakt_email")
    form = ask(row, {"kontakt_email": address})
    form.answers = form.answers | {"www": site}

    form.is_valid()

    assert "kontakt_email" not in form.errors
    assert bool(form.warning) is warned


@pytest.mark.parametrize(
    ("kind", "title", "source"),
    [("rural", "wojt", "kind"), ("urban_rural", "burmistrz", "kind"), ("urban", None, "")],
)
def test_title_of_the_head_is_suggested_only_where_the_kind_settles_it(kind, title, source):
    """B1, B3: a town may have a prezydent or a burmistrz, so nothing is guessed; nor the form."""
    context = survey_context(EditionFactory(), GminaFactory(kind=kind), language="pl", now=NOW)
    form = PAGE_FORMS["kierownik"](context=context, answers={})

    assert form.initial.get("tytul_kierownika") == title
    assert "forma" not in form.initial
    assert form.suggested("tytul_kierownika") == source
    assert bool(form.fields["tytul_kierownika"].help_text) is bool(source)


def test_confirmed_suggestion_is_no_longer_marked():
    context = survey_context(EditionFactory(), GminaFactory(), language="pl", now=NOW)

    form = PAGE_FORMS["kierownik"](context=context, answers={"tytul_kierownika": "wojt"})

    assert form.fields["tytul_kierownika"].help_text == ""


def test_parts_never_change_in_number_and_the_way_only_grows():
    """The indicator does not jump when an answer calls for more pages."""
    short, long = host_answers(), host_answers(wspolpraca_ua="umowa", mentor_jest="tak")

    for answers in (short, long):
        places = [
            survey_plan.place_of(page, answers) for page in survey_plan.pages_for(answers)
        ] + [survey_plan.place_of(None, answers)]
        assert {place.parts for place in places} == {7}
        assert [place.part for place in places] == sorted(place.part for place in places)
        assert [place.done for place in places] == sorted({place.done for place in places})


def test_membership_is_filled_in_from_the_lists_of_the_unions():
    """A10: members now, marked as a suggestion; whoever has left is not filled in."""
    office = OrganisationFactory()
    known = {"as_of": date(2026, 1, 1), "source": "lista.xlsx"}
    Membership.objects.create(organisation=office, union="zgwrp", **known)
    Membership.objects.create(organisation=office, union="zmp", ended_on=date(2026, 2, 1), **known)
    context = survey_context(EditionFactory(), office.gmina, language="pl", now=NOW)

    form = PAGE_FORMS["gmina"](context=context, answers={})

    assert form.initial["czlonkostwo"] == ["zgwrp"]
    assert form.fields["czlonkostwo"].help_text == (
        "Wypełniliśmy to według listy członków związku. Prosimy sprawdzić."
    )


@pytest.mark.parametrize(
    ("official", "typed", "stops"),
    [
        (80_000, "80 000", False),
        (80_001, "100", True),
        (100, "80 001", True),
        (None, "80001", True),
    ],
)
def test_limit_stops_by_the_official_and_by_the_typed_figure(official, typed, stops):
    """A10: the larger of the two counts; 80 000 passes, 80 001 does not."""
    gmina = GminaFactory(**({"population": official} if official else {"population__none": True}))
    context = survey_context(EditionFactory(), gmina, language="pl", now=NOW)
    form = PAGE_FORMS["gmina"]({"ludnosc": typed}, context=context, answers={})

    assert ("ludnosc" in form.errors) is stops
