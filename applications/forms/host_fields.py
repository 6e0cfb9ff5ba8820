"""Fields of the survey: what a person types, and the sentence that says how to mend it."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from applications.selectors.host import SurveyContext
from core import phones
from core.forms import PageForm
from programme.models import Hromada

Choices = tuple[tuple[str, Any], ...]
YES_NO: Choices = (("tak", _("Yes")), ("nie", _("No")))
SPACES = re.compile(r"[\s\u00a0\u202f]+")


class WholeNumberField(forms.IntegerField):
    """A whole number; spaces between groups of three ("14 532") and its unit ("3 km") may be typed.

    `units`: how the unit of this number is written; whatever of it was typed is left out.
    """

    widget = forms.TextInput
    default_error_messages = {"invalid": _("Write a whole number in figures, for example 12.")}

    def __init__(self, *, units: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def to_python(self, value: Any) -> int | None:
        """Without spaces and unit; figures other than 0-9 are refused."""
        if isinstance(value, str):
            value = SPACES.sub("", value)
            for unit in self.units:
                value = value.removesuffix(unit)
            if value and not re.fullmatch(r"\d{1,9}", value, re.ASCII):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """A keyboard with figures on telephones."""
        return {"inputmode": "numeric", "class": "short"}


class PhoneField(forms.CharField):
    """A Polish telephone number of nine digits, stored with +48, and its extension if any."""

    default_error_messages = {
        "invalid": _(
            "Write a Polish telephone number of 9 digits, for example 22 123 45 67. An extension "
            "goes after it: 22 123 45 67 wew. 12."
        )
    }

    def clean(self, value: Any) -> str:
        """As `core.phones.polish` keeps it."""
        typed = super().clean(value)
        try:
            return phones.polish(typed) if typed else ""
        except phones.NotPolish as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class PostcodeField(forms.CharField):
    """A Polish postcode, stored as 00-000."""

    default_error_messages = {
        "invalid": _("Write the postcode as two digits, a hyphen and three digits: 05-140.")
    }

    def clean(self, value: Any) -> str:
        """The hyphen may be left out."""
        typed = SPACES.sub("", super().clean(value))
        found = re.fullmatch(r"(\d{2})-?(\d{3})", typed, re.ASCII)
        if not found:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{found[1]}-{found[2]}"


class IdentifierField(forms.CharField):
    """An official number, checked and made compact by a function of `programme.identifiers`."""

    def __init__(self, *, check: Callable[[str], str], **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.check = check

    def clean(self, value: Any) -> str:
        """The compact number, or an empty text."""
        typed = super().clean(value)
        return self.check(typed) if typed else ""


def host_of(address: str) -> str:
    """The host of an address without a leading "www."; empty when it has none."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


class WebsiteField(forms.URLField):
    """A website with https; an address typed without a scheme gets it."""

    default_error_messages = {
        "invalid": _("Write the whole address with https, for example https://www.serock.pl.")
    }

    def clean(self, value: Any) -> str:
        """The whole address; a host without a dot is half of one, and nobody's domain."""
        address = super().clean(value)
        is_whole = address.lower().startswith("https://") and "." in host_of(address)
        if address and not is_whole:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class DeliveryAddressField(forms.CharField):
    """An address of e-Doręczenia or of an ePUAP box."""

    shape = re.compile(
        r"AE:PL-\d{5}-\d{5}-[A-Z]{5}-\d{2}|/[\w.-]{1,60}/[\w.-]{1,60}", re.IGNORECASE
    )
    default_error_messages = {
        "invalid": _("Write the address as AE:PL-12345-67890-ABCDE-12 or /office/box.")
    }

    def clean(self, value: Any) -> str:
        """As typed, without spaces."""
        typed = SPACES.sub("", super().clean(value))
        if typed and not self.shape.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return typed


# Our own words: Django's Polish ones say "ty" and speak of a "value".
LENGTH_WORDS = {
    "min_length": _("Write at least %(limit_value)s characters; there are %(show_value)s now."),
    "max_length": _("Write at most %(limit_value)s characters; there are %(show_value)s now."),
}


def line(label: Promise, least: int = 2, most: int = 80, **options: Any) -> forms.CharField:
    """One line of text."""
    autocomplete = options.pop("autocomplete", "")
    attrs = {"autocomplete": autocomplete} if autocomplete else {}
    return forms.CharField(
        label=label,
        min_length=least,
        max_length=most,
        error_messages=LENGTH_WORDS,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


def area(label: Promise, most: int, least: int | None = None, **options: Any) -> forms.CharField:
    """A longer text; it may be left out unless the options say otherwise."""
    options.setdefault("required", False)
    return forms.CharField(
        label=label,
        min_length=least,
        max_length=most,
        error_messages=LENGTH_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        **options,
    )


def one_of(label: Promise, choices: Choices = (), **options: Any) -> forms.ChoiceField:
    """One answer of several, as radio buttons."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def some_of(label: Promise, choices: Choices = (), **options: Any) -> forms.MultipleChoiceField:
    """Several answers, as tick boxes."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options
    )


def hromada_label(hromada: Hromada) -> str:
    """ "Бориславська (Boryslavska), Дрогобицький (Drohobytskyi), …": tells namesakes apart."""
    return ", ".join(filter(None, [hromada.name_in_both, hromada.area]))


# Put together only when somebody has left the field empty.
_labelled = lazy(lambda words, label: str(words) % {"label": label}, str)


class SurveyPage(PageForm):
    """Base of the survey's pages: what is known stands in the fields, gaps are named in words.

    `to_answers()` gives what was valid, ready for `services.host.save_page`, also when something
    else on the page was not: nothing typed is lost. `is_to_read`: for its words and choices alone.
    """

    slug = ""
    title: Promise | str = ""
    intro: Promise | str = ""

    def __init__(
        self,
        data: Any = None,
        *,
        context: SurveyContext,
        answers: Mapping[str, Any],
        is_to_read: bool = False,
        **options: Any,
    ) -> None:
        self.context = context
        self.answers = answers
        # What we know is shown until it is confirmed; what was typed or is only read stands for
        # itself.
        is_asked = data is None and not is_to_read
        self.known = context.known(set(self.base_fields) - set(answers) if is_asked else ())
        initial = {**self.known.answers, **self.initial_from(answers)}
        super().__init__(data, initial=initial, **options)
        self.prepare()
        if self.is_bound:
            self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        for field in self.fields.values():
            if field.required:
                if isinstance(field, forms.BooleanField):
                    words = _("Tick the box: %(label)s")
                elif isinstance(field, forms.ChoiceField):
                    words = _("Choose an answer: %(label)s")
                else:
                    words = _("Fill in: %(label)s")
                field.error_messages["required"] = _labelled(words, field.label)

    def initial_from(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the fields, from the answers."""
        return dict(answers)

    def in_words(self, name: str, values: Mapping[str, Any]) -> Any:
        """What stands for a field where answers are read; `values` come from `initial_from`."""
        return values.get(name)

    def prepare(self) -> None:
        """Set choices that come from the edition."""

    def to_answers(self) -> dict[str, Any]:
        """Valid values by key of the survey."""
        return dict(self.cleaned_data)

    def suggested(self, name: str) -> str:
        """Where a value comes from that the person has not confirmed yet, or an empty text."""
        return "" if name in self.answers else self.known.sources.get(name, "")

    @property
    def warning(self) -> str:
        """What the person should know of answers that were taken; most pages have nothing."""
        return ""

    @property
    def only_gaps(self) -> bool:
        """Nothing is wrong, though something required may be missing."""
        return all(
            error.code == "required"
            for errors in self.errors.as_data().values()
            for error in errors
        )

    @property
    def is_anything_wrong(self) -> bool:
        """Something was typed that cannot be kept; what is merely empty is not wrong."""
        return self.is_bound and not self.only_gaps

    def say_only_what_is_wrong(self) -> None:
        """Nothing is asked of fields that are empty: the person had perhaps not come to them."""
        for name, errors in self.errors.as_data().items():
            if all(error.code == "required" for error in errors):
                del self.errors[name]

    @property
    def is_over_limit(self) -> bool:
        """The municipality is larger than the edition admits: nothing is begun (A10)."""
        return self.has_error("ludnosc", "over_limit")

    def only_alone(self, name: str, code: str, sentence: Promise) -> list[str]:
        """A multiple answer in which `code` excludes everything else."""
        chosen = self.cleaned_data[name]
        if code in chosen and len(chosen) > 1:
            raise ValidationError(sentence, code="alone")
        return chosen
