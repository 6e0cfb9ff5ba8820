"""Forms about municipalities that the register does not know."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.eligibility import is_within_limit
from applications.forms.host_door import AskLinkForm
from applications.forms.host_fields import WholeNumberField
from applications.services.unlisted import kind_of
from core import formats
from core.forms import PageForm
from programme import identifiers
from programme.models import Edition

MOST_PEOPLE = 5_000_000


class TerytField(forms.CharField):
    """A code of a gmina, spaces and hyphens allowed."""

    def clean(self, value: Any) -> str:
        """Seven digits."""
        typed = super().clean(value)
        return identifiers.clean_teryt(typed) if typed else ""


def teryt_field() -> TerytField:
    """The code, with where to find it."""
    return TerytField(
        label=_("TERYT code of the gmina"),
        max_length=20,
        help_text=_("Seven digits, for example 1408043. The code stands in the TERC register."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )


def population_field() -> WholeNumberField:
    """The number of inhabitants."""
    return WholeNumberField(
        label=_("Number of inhabitants"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("The newest figure of Statistics Poland (GUS), on 31 December."),
    )


class UnlistedForm(AskLinkForm):
    """Code, name, population and address; the limit of the edition is tested at once (A10)."""

    teryt = teryt_field()
    name = forms.CharField(label=_("Name of the gmina"), min_length=2, max_length=100)
    population = population_field()

    field_order = ["teryt", "name", "population", "email"]

    def __init__(self, *args: Any, edition: Edition, **options: Any) -> None:
        self.edition = edition
        super().__init__(*args, **options)

    def typed(self) -> dict[str, Any]:
        """The arguments of `services.unlisted.request_link_for_unlisted`."""
        return {name: self.cleaned_data[name] for name in self.field_order}

    def clean_teryt(self) -> str:
        """Only kinds that take part in this edition."""
        code = self.cleaned_data["teryt"]
        if kind_of(code) not in self.edition.allowed_gmina_kinds:
            raise ValidationError(
                _("Municipalities of this kind do not take part in this edition.")
            )
        return code

    def clean_population(self) -> int:
        """80 000 passes, 80 001 does not."""
        typed = self.cleaned_data["population"]
        limit = self.edition.population_limit_pl
        if not is_within_limit(typed, limit):
            language = get_language() or "pl"
            raise ValidationError(
                _now(
                    "This edition is for municipalities of at most %(limit)s inhabitants, and "
                    "here the number is %(number)s."
                ),
                code="over_limit",
                params={
                    "limit": formats.number(limit, language),
                    "number": formats.number(typed, language),
                },
            )
        return typed


class CorrectForm(PageForm):
    """What staff put right in a municipality that was typed by hand."""

    teryt = teryt_field()
    name = forms.CharField(label=_("Name of the gmina"), min_length=2, max_length=100)
    powiat = forms.CharField(label=_("Powiat"), max_length=100)
    population = population_field()


class TieForm(PageForm):
    """Which municipality of the register it is."""

    registered = forms.RegexField(
        r"^\d{7}$",
        error_messages={"required": _("Choose the municipality of the register.")},
    )
