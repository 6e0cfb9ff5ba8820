"""Forms of the mailing room."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from core.proof import AddressProofMixin
from mailing import registry
from mailing.addresses import validate_address
from mailing.models import Letter, Suppression
from mailing.models.references import NUMBER_LENGTH
from mailing.selectors import SHELVES, WAITS_FOR_US, stop_list


class OutboxFilterForm(forms.Form):
    """Which letters of the outbox to show; whatever makes no sense is left out of the filter."""

    shelf = forms.ChoiceField(
        required=False, choices=[(name, name) for name in (*SHELVES, WAITS_FOR_US)]
    )
    q = forms.CharField(required=False, max_length=100, strip=True, label=_("Address or subject"))
    letter = forms.ChoiceField(required=False, choices=())

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["letter"].choices = [(name, name) for name in registry.kinds()]

    def chosen(self) -> dict[str, str]:
        """The filter as keyword arguments of `selectors.on_shelf`."""
        self.is_valid()
        values = self.cleaned_data
        return {
            "shelf": values.get("shelf", ""),
            "search": values.get("q", ""),
            "letter": values.get("letter", ""),
        }


class ChoiceForm(forms.Form):
    """Which rows of the outbox: those that are ticked, or all that the filter finds."""

    letters = forms.TypedMultipleChoiceField(required=False, coerce=int, empty_value=[])
    select_all = forms.BooleanField(required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        ticked = self.data.getlist("letters") if hasattr(self.data, "getlist") else []
        numbers = [each for each in ticked if each.isdecimal() and len(each) < 19]
        self.fields["letters"].choices = [(each, each) for each in numbers]

    def of(self, found: QuerySet[Letter]) -> QuerySet[Letter]:
        """The chosen ones among the letters of the filter; whatever makes no sense is left out."""
        self.is_valid()
        if self.cleaned_data.get("select_all"):
            return found
        numbers = [int(value) for value, _label in self.fields["letters"].choices]
        return found.filter(pk__in=numbers)


class PlanForm(forms.Form):
    """The confirmation: the deed at the letters that were shown on the page, and at no other.

    By their keys: a letter with a smaller one may come into sight later, when the deed that writes
    it ends, or because the filter finds it only now.
    """

    shown = forms.RegexField(r"^\d{1,18}(,\d{1,18})*$", required=False, widget=forms.HiddenInput)

    def of(self, letters: QuerySet[Letter]) -> QuerySet[Letter]:
        """Of these letters those that were shown."""
        numbers = self.cleaned_data["shown"].split(",")
        return letters.filter(pk__in=[int(each) for each in numbers if each])


class LiftForm(PageForm):
    """Why an address comes off the stop list."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("For example: the office has written from this address and asks for letters."),
    )


class CaseNumberForm(PageForm):
    """The number under which the office keeps the matter."""

    number = forms.CharField(
        label=_("Case number of the office"),
        max_length=NUMBER_LENGTH,
        help_text=_("As the office writes it, for example OR.0123.4.2027."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AgainForm(PageForm):
    """To which address a letter that came back goes once more."""

    email = forms.CharField(
        label=_("To which address?"),
        max_length=254,
        validators=[validate_address],
        help_text=_("Ask the office first. Please correct the address at its record as well."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class SuppressionForm(forms.ModelForm):
    """An address that a coordinator puts on the stop list by hand."""

    class Meta:
        model = Suppression
        fields = ("email", "cause", "note")

    def clean_email(self) -> str:
        """One plain address, in small letters, as the list compares it."""
        email = self.cleaned_data["email"].strip().lower()
        validate_address(email)
        if stop_list().filter(email=email, lifted_at=None).exists():
            raise forms.ValidationError(_("This address is already on the stop list."))
        return email


class SignInForm(PageForm):
    """The address to which the login link goes."""

    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("The address at which you get our letters, for example anna@gmina.pl."),
        max_length=254,
        validators=[validate_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(PageForm):
    """Six digits from a letter."""

    code = forms.CharField(
        label=_("Code from the letter"),
        help_text=_("Six digits, for example 482 913. The code works for 10 minutes."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Six digits, without the spaces that people type."""
        digits = "".join(self.cleaned_data["code"].replace("-", "").split())
        if len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(_("Enter the six digits from the letter, like 482913."))
        return digits


class SignInLinkForm(AddressProofMixin, PageForm):
    """The deed on the page of a login link: a button, and in a strange browser three characters."""


class AskCodeForm(PageForm):
    """The wish for a code; the address it goes to is on file."""

    ask = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class UnsubscribeForm(PageForm):
    """No more bulk letters: one button."""
