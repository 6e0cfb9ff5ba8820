"""What the house's forms say of themselves, where Django would say it its own way (W13)."""

import pytest
from django import forms
from django.utils import translation

from core.forms import PageForm


class Bounded(PageForm):
    """One field for each bound."""

    text = forms.CharField(min_length=5, max_length=8)
    number = forms.IntegerField(min_value=2, max_value=4)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            {"text": "abc", "number": "1"},
            {
                "text": ["Tekst jest za krótki. Najmniejsza liczba znaków: 5, teraz: 3."],
                "number": ["Liczba jest za mała. Najmniejsza możliwa: 2."],
            },
        ),
        (
            {"text": "abcdefghi", "number": "5"},
            {
                "text": ["Tekst jest za długi. Największa liczba znaków: 8, teraz: 9."],
                "number": ["Liczba jest za duża. Największa możliwa: 4."],
            },
        ),
        ({"text": "abcde", "number": "4"}, {}),
    ],
)
def test_bounds_are_said_in_the_words_of_the_house(typed, expected):
    """W13: no familiar "Upewnij się" to an office."""
    with translation.override("pl"):
        assert dict(Bounded(typed).errors) == expected
