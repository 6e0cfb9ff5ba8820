"""C1: the years of earlier editions are a list of the edition, not a guess of the code."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from applications.forms.host_pages import PAGE_FORMS
from applications.selectors.host import survey_context
from programme.models import Edition
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def offered(edition: Edition, *chosen: str, typed: dict | None = None):
    context = survey_context(edition, GminaFactory(), language="pl", now=NOW)
    answers = {"poprzednie_edycje": list(chosen)} if chosen else {}
    return PAGE_FORMS["doswiadczenie"](typed, context=context, answers=answers)


def codes(form) -> list[str]:
    return [code for code, _words in form.fields["poprzednie_edycje"].choices]


def test_only_years_that_are_known_are_offered():
    """Nothing is known of 2025 (domain notes, 1.1), so nobody is asked about it."""
    form = offered(EditionFactory(year=2026))

    assert codes(form) == ["2022", "2023", "2024", "nie"]


def test_editions_of_the_panel_that_the_public_saw_are_added():
    EditionFactory(year=2026)
    EditionFactory(year=2027, is_published=False)
    EditionFactory(year=2098, is_demonstration=True)

    assert EditionFactory(year=2028).previous_years == [2022, 2023, 2024, 2026]
    assert EditionFactory(year=2023).previous_years == [2022]


def test_year_that_was_taken_off_stays_for_whoever_chose_it():
    edition = EditionFactory(year=2026)
    edition.previous_years = [2023]
    typed = {"poprzednie_edycje": ["2022"], "wspolpraca_ua": "jeszcze_nie"}

    assert codes(offered(edition)) == ["2023", "nie"]
    assert codes(offered(edition, "2022")) == ["2022", "2023", "nie"]
    assert list(offered(edition, typed=typed).errors) == ["poprzednie_edycje"]
    assert offered(edition, "2022", typed=typed).errors == {}


def test_years_lie_before_the_edition_and_stand_once_in_order():
    edition = EditionFactory(year=2026)
    edition.previous_years = [2024, 2022, 2024]
    edition.full_clean()

    assert edition.previous_years == [2022, 2024]
    edition.previous_years = [2026]
    with pytest.raises(ValidationError) as refused:
        edition.full_clean()
    assert list(refused.value.message_dict) == ["previous_years"]


def test_panel_proposes_the_known_years_for_a_new_edition(administrator_client):
    EditionFactory(year=2026)

    form = administrator_client.get(reverse("admin:programme_edition_add")).context["adminform"]

    assert form.form.initial["previous_years"] == [2022, 2023, 2024, 2026]
