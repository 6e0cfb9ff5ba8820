from datetime import date

import pytest
from django.db import connection

from programme.folding import fold
from programme.models import Gmina
from programme.selectors import (
    contacts_of,
    find_gminas,
    find_hromadas,
    gaps,
    gminas_within_limit,
    hromadas_within_limit,
    suggest_gminas,
    text_of,
)
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    HromadaFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Łódź", "lodz"),
        ("Kędzierzyn-Koźle", "kedzierzyn kozle"),
        ("Кам’янець", "kamianets"),
        ("Кам'янець", "kamianets"),
        ("Камʼянець", "kamianets"),
        ("  Вінницька ", "vinnytska"),
        ("Й" + "и\u0306", "ii"),
        ("!!!", ""),
    ],
)
def test_names_are_folded_to_one_form(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize("typed", ["Łódź", "lodz", "LODZ", "Łodz", "1061011"])
def test_gmina_is_found_without_diacritics_and_by_code(typed):
    wanted = GminaFactory(name="Łódź", teryt="1061011", kind="urban", powiat="Łódź")
    GminaFactory(name="Serock", teryt="1408043", kind="urban_rural", voivodeship_code="14")

    assert list(find_gminas(typed)) == [wanted]


@pytest.mark.parametrize("typed", ["Radmsko", "radomskoo", "Radosmko"])
def test_gmina_is_found_in_spite_of_a_slip(typed):
    wanted = GminaFactory(name="Radomsko", teryt="1012011", kind="urban")
    GminaFactory(name="Sieradz", teryt="1014011", kind="urban")

    assert list(find_gminas(typed)) == [wanted]


def test_same_name_shows_both_gminas_with_kind_and_powiat():
    urban = GminaFactory(name="Radomsko", teryt="1012011", kind="urban", powiat="radomszczański")
    rural = GminaFactory(name="Radomsko", teryt="1012122", kind="rural", powiat="radomszczański")
    GminaFactory(name="Kobiele Wielkie", teryt="1012062", powiat="radomszczański")

    found = list(find_gminas("radomsko"))

    assert found == [urban, rural]
    assert [(gmina.kind, gmina.powiat) for gmina in found] == [
        ("urban", "radomszczański"),
        ("rural", "radomszczański"),
    ]


def test_name_with_powiat_or_voivodeship_narrows_the_search():
    wanted = GminaFactory(name="Brzeziny", powiat="kaliski", voivodeship="wielkopolskie")
    GminaFactory(name="Brzeziny", powiat="brzeziński", voivodeship="łódzkie")

    assert next(iter(find_gminas("brzeziny wielkopolskie"))) == wanted
    assert next(iter(find_gminas("Brzeziny, kaliski"))) == wanted


def test_gminas_gone_from_the_register_are_not_found():
    GminaFactory(name="Serock", valid_to="2026-01-01")

    assert list(find_gminas("Serock")) == []


@pytest.mark.parametrize("typed", ["", " ", "ł", "'", "%", "ż\x00"])
def test_too_short_a_text_finds_nothing(typed):
    GminaFactory(name="Łódź")

    assert list(find_gminas(typed)) == []


@pytest.mark.parametrize(
    "typed", ["Кам’янець", "кам'янець-подільська", "Kamianets", "kamyanets podilska", "Камянець"]
)
def test_hromada_is_found_in_both_alphabets(typed):
    wanted = HromadaFactory(name="Кам’янець-Подільська", name_en="Kamianets-Podilska")
    HromadaFactory(name="Яворівська", name_en="Yavorivska")

    assert list(find_hromadas(typed)) == [wanted]


def test_search_needs_one_query(django_assert_num_queries):
    for number in range(3):
        GminaFactory(name=f"Serock {number}")

    with django_assert_num_queries(1):
        assert [gmina.name for gmina in find_gminas("serock")] == [f"Serock {n}" for n in range(3)]


def test_limit_is_kept_to_the_letter():
    """A10: 80 000 passes, 80 001 does not."""
    edition = EditionFactory()
    passes = GminaFactory(population=80_000)
    GminaFactory(population=80_001)
    GminaFactory(population__none=True)
    small = HromadaFactory(population=80_000)
    HromadaFactory(population=80_001)

    now = edition.survey_opens_at

    assert list(gminas_within_limit(edition, now)) == [passes]
    assert list(hromadas_within_limit(edition, now)) == [small]


def test_kinds_that_may_take_part_are_a_setting():
    edition = EditionFactory(allowed_gmina_kinds=["urban"])
    GminaFactory()
    town = GminaFactory(kind="urban")

    assert list(gminas_within_limit(edition, edition.survey_opens_at)) == [town]


def test_texts_are_gaps_until_all_languages_are_written():
    edition = EditionFactory()
    text = edition.texts.get(key="costs")

    assert text in gaps(edition)
    assert text_of(edition, "costs") == ""

    text.text_pl, text.text_uk, text.text_en = "Koszty", "Витрати", "Costs"
    text.save()

    assert text not in gaps(edition)
    assert text_of(edition, "costs") == "Costs"
    assert text_of(None, "costs") == ""


def test_contacts_in_use_begin_with_the_head():
    office = OrganisationFactory()
    contact = ContactFactory(organisation=office, last_name="Adamska")
    head = ContactFactory(organisation=office, head=True, last_name="Zych")
    ContactFactory(organisation=office, is_active=False)

    assert list(contacts_of(office)) == [head, contact]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("serok", ["Serokomla", "Serock"]),
        ("Серок", ["Serokomla", "Serock"]),
        ("starahowice", ["Starachowice"]),
        ("Lodz", ["Łódź", "Inowłódz"]),
        ("Serock", ["Serock"]),
        ("gmina serock", ["Serock"]),
        ("1012", ["Radomsko", "Radomsko"]),
        ("s", []),
        ("xqzw", []),
    ],
)
def test_suggestions_forgive_slips_alphabets_and_diacritics(typed, names):
    """A slip is offered also behind another name that happens to hold what was typed."""
    for number, name in enumerate(["Serock", "Serokomla", "Starachowice", "Łódź", "Inowłódz"], 1):
        GminaFactory(name=name, teryt=f"06{number:02}011", voivodeship_code="06", kind="urban")
    GminaFactory(name="Radomsko", teryt="1012011", kind="urban", powiat="radomszczański")
    GminaFactory(name="Radomsko", teryt="1012122", kind="rural", powiat="radomszczański")

    assert [gmina.name for gmina in suggest_gminas(typed, 10)] == names
    assert [gmina.name for gmina in find_gminas(typed)] == names


def test_suggestions_of_both_namesakes_tell_them_apart():
    urban = GminaFactory(name="Radomsko", teryt="1012011", kind="urban")
    rural = GminaFactory(name="Radomsko", teryt="1012122", kind="rural")

    assert suggest_gminas("radomsko", 10) == [urban, rural]
    assert suggest_gminas("radomsko", 1) == [urban]


@pytest.mark.parametrize("typed", ["serock", "seroc", "serok"])
def test_suggestions_take_one_query(typed, django_assert_num_queries):
    """W6: also where the name may be a slip; what a suggestion says is not asked for again."""
    gmina = GminaFactory(name="Serock")

    with django_assert_num_queries(1):
        (found,) = suggest_gminas(typed, 10)
        said = (found.teryt, found.name, found.get_kind_display(), found.powiat, found.voivodeship)

    assert found == gmina
    assert said == (
        gmina.teryt,
        gmina.name,
        gmina.get_kind_display(),
        gmina.powiat,
        gmina.voivodeship,
    )


@pytest.mark.parametrize(
    "gone", [{"valid_to": date(2026, 1, 1)}, {"needs_verification": True}], ids=["ended", "typed"]
)
def test_suggestions_are_of_the_register_only(gone):
    """Neither a gmina that is no more, nor one typed by hand that nobody has looked at."""
    kept = GminaFactory(name="Serock")
    GminaFactory(name="Serock Stary", **gone)
    GminaFactory(name="Serokomla", **gone)

    assert suggest_gminas("serock", 10) == suggest_gminas("seroc", 10) == [kept]


def test_suggestions_take_signs_of_patterns_as_signs():
    """What means "anything" in a pattern or an array is a sign like any other."""
    GminaFactory(name="Serock")

    assert suggest_gminas("%%", 10) == suggest_gminas("__", 10) == suggest_gminas("{s", 10) == []
    assert suggest_gminas("'; SELECT 1 --", 10) == []


def test_alike_names_are_found_by_the_index():
    """W6: the plan for names like a text reads the index and not the table, on a whole register."""
    Gmina.objects.bulk_create(
        GminaFactory.build(name=f"Gmina {number:04}", number=number) for number in range(2_400)
    )
    for gmina in Gmina.objects.all()[:2]:
        gmina.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE programme_gmina")

    plan = Gmina.objects.filter(search_text__trigram_similar="starahowice").explain()

    assert "gmina_alike" in plan
