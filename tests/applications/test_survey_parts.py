"""How far a page is, in a word: whoever comes back or takes over must not miss one (A15)."""

import pytest
from django.utils import translation

from applications.survey_parts import state_of
from applications.survey_plan import PAGES

BY_SLUG = {page.slug: page for page in PAGES}


@pytest.mark.parametrize(
    ("slug", "answers", "expected"),
    [
        ("adres", {}, "to be filled in"),
        (
            "adres",
            {"adres_ulica": "Rynek 1", "adres_kod": "05-140", "adres_miejscowosc": "Serock"},
            "done",
        ),
        ("numery", {}, "optional, no answer"),
        ("numery", {"nip": "", "regon": ""}, "optional, no answer"),
        ("numery", {"nip": "1234563218"}, "done"),
        ("uwagi", {}, "optional, no answer"),
    ],
)
def test_a_page_without_required_questions_is_not_done_before_it_is_answered(
    slug, answers, expected
):
    """A15: an unseen optional page is not called done."""
    with translation.override("en"):
        assert state_of(BY_SLUG[slug], answers) == expected
