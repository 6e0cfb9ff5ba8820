from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programme.models import Edition, Theme
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    HromadaFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db


def test_edition_of_the_factory_is_complete():
    edition = EditionFactory()

    assert edition.themes.count() == 22
    assert sum(edition.merit_criteria.values_list("max_points", flat=True)) == 100
    assert sum(edition.grant_criteria.values_list("max_points", flat=True)) == 100
    assert edition.windows.count() == 2
    assert edition.budget_categories.count() == 6
    assert edition.population_limit_pl == 80_000
    assert EditionFactory() == edition


def test_theme_speaks_three_languages():
    edition = EditionFactory()

    theme = edition.themes.get(code="waste")

    assert [theme.name_in(language) for language in ("pl", "uk", "en")] == [
        "odpady",
        "поводження з відходами",
        "waste",
    ]


def test_edition_window_out_of_order_is_refused():
    edition = EditionFactory()
    edition.survey_closes_at = edition.survey_opens_at

    with pytest.raises(ValidationError) as refused:
        edition.full_clean()

    assert refused.value.messages == ["The survey must open before it closes."]


def test_tranches_must_make_a_hundred():
    edition = EditionFactory()
    edition.tranches = [80, 30]

    with pytest.raises(ValidationError) as refused:
        edition.full_clean()

    assert refused.value.message_dict == {"tranches": ["Tranches must make 100 % together."]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host_zone", "Europe/Nowhere"),
        ("intern_zone", "Asia/Tokyo"),
        ("tranches", "80, 20"),
        ("tranches", [80, True, 19]),
    ],
)
def test_setting_that_pages_could_not_show_is_refused(field, value):
    """Public pages name the zone in three languages; an unknown one was a server error there."""
    edition = EditionFactory()
    setattr(edition, field, value)

    with pytest.raises(ValidationError) as refusal:
        edition.full_clean()

    assert list(refusal.value.error_dict) == [field]


def test_edition_row_code_is_unique():
    edition = EditionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(edition=edition, code="waste", name_pl="a", name_uk="a", name_en="a")


def test_edition_in_force_is_the_newest_that_has_begun():
    this_year, next_year = EditionFactory(year=2026), EditionFactory(year=2027)
    EditionFactory(year=2028, is_published=False)

    assert Edition.objects.in_force(this_year.survey_opens_at) == this_year
    assert Edition.objects.in_force(next_year.survey_opens_at) == next_year
    assert Edition.objects.in_force(this_year.survey_opens_at.replace(year=2025)) == this_year


def test_no_edition_is_in_force_when_none_is_published():
    edition = EditionFactory(is_published=False)

    assert Edition.objects.in_force(edition.survey_opens_at) is None


def test_gmina_kind_must_agree_with_teryt():
    gmina = GminaFactory.build(teryt="1012011", kind="rural")

    with pytest.raises(ValidationError) as refused:
        gmina.validate_constraints()

    assert refused.value.messages == ["The kind of gmina must agree with the last digit of TERYT."]


def test_gmina_has_one_record_for_six_digits():
    GminaFactory(teryt="1012011", kind="urban")

    with pytest.raises(IntegrityError), transaction.atomic():
        GminaFactory(teryt="1012012", kind="rural")


def test_population_of_a_day_is_the_newest_known_then():
    gmina = GminaFactory(population=80_000)
    first = gmina.populations.get()
    later = gmina.populations.create(value=80_001, on=first.on.replace(year=2025))

    assert gmina.population(first.on) == first
    assert gmina.latest_population == later


def test_day_of_a_figure_is_the_day_in_warsaw():
    """Half past midnight in Warsaw is still yesterday in UTC."""
    gmina = GminaFactory(population__none=True)
    figure = gmina.populations.create(value=14_532, on=date(2026, 3, 11))

    after_midnight = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)

    assert gmina.population(after_midnight) == figure
    assert gmina.population(after_midnight - timedelta(hours=1)) is None


def test_organisation_belongs_to_exactly_one_municipality():
    organisation = OrganisationFactory.build(gmina=None, hromada=None, name="Nikt")

    with pytest.raises(ValidationError) as refused:
        organisation.full_clean()

    assert refused.value.messages == [
        "An organisation belongs to exactly one gmina or one hromada."
    ]


def test_gmina_has_one_organisation():
    organisation = OrganisationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(gmina=organisation.gmina)


def test_organisation_has_one_head_in_use():
    head = ContactFactory(head=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(head=True, organisation=head.organisation)


def test_hromadas_of_the_factory_are_valid():
    for hromada in HromadaFactory.create_batch(3):
        hromada.full_clean()


def test_gminas_of_the_factory_are_valid():
    for gmina in GminaFactory.create_batch(3):
        gmina.full_clean()
