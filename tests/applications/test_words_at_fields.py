"""Small promises of pages and texts, held to what the pages do."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, override

from applications import intern_progress
from applications.forms.intern_fields import UkrainianPhoneField
from programme.text_proposals import QUESTIONS


@pytest.mark.parametrize(
    "typed", ["+380 50 123 45 67 дод. 12", "044 123 45 67 вн. 3", "0441234567 ext 5"]
)
def test_own_telephone_of_a_candidate_says_why_an_extension_is_refused(typed):
    """A5: we must reach the person herself; the sentence says so and what to write."""
    with override("uk"), pytest.raises(ValidationError) as refused:
        UkrainianPhoneField().clean(typed)

    with override("uk"):
        assert refused.value.messages == [
            "Вкажіть номер без внутрішнього, за яким можна додзвонитися особисто до Вас, "
            "наприклад +380 50 123 45 67."
        ]


def test_saved_page_of_a_candidate_names_what_is_to_be_corrected():
    """A24: kept as it was typed, and not yet right."""
    with override("pl"):
        words = intern_progress.saved_words(timezone.now(), wrong=["Telefon", "E-mail"])
        plain = intern_progress.saved_words(timezone.now())

    assert words.endswith("Do poprawy przed wysłaniem: Telefon, E-mail.")
    assert "Do poprawy" not in plain


@pytest.mark.parametrize("place", [0, 1, 2])
def test_answer_on_putting_the_survey_aside_names_the_button_that_is_there(place):
    """P5, A1: the link opens an overview; its button leads on. The text says what happens."""
    language = ("pl", "uk", "en")[place]
    answers = next(entry for entry in QUESTIONS if entry[0] == "survey_saved")[2]

    with override(language):
        assert gettext("Go on with the survey") in answers[place]
