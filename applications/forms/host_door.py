"""Forms around the survey: the public entrance, the link's start page, codes, decisions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.enums import Entrance
from core.doorway import DoorwayForm
from core.forms import PageForm
from mailing.addresses import AddressField

ENTRANCES = {Entrance.ZMP.value, Entrance.ZGWRP.value}


class DoorForm(PageForm):
    """The search at the public entrance; a GET form, so nothing is required and nothing saved."""

    gmina = forms.CharField(max_length=100, required=False)
    gmina_value = forms.RegexField(r"^\d{7}$", required=False)
    gmina_found = forms.RegexField(r"^\d{7}$", required=False)
    search = forms.CharField(max_length=20, required=False)
    z = forms.CharField(max_length=10, required=False)

    def chosen(self) -> str:
        """The TERYT code that was chosen, or an empty text."""
        if not self.is_valid() or self.cleaned_data["search"]:
            return ""
        return self.cleaned_data["gmina_found"] or self.cleaned_data["gmina_value"]

    def went_on(self) -> bool:
        """The button to go on was pressed, not the one that searches."""
        return "gmina" in self.data and not self.data.get("search")

    def typed(self) -> str:
        """What was typed into the search."""
        self.is_valid()
        return self.cleaned_data.get("gmina", "")

    def entrance(self) -> str:
        """Which union's page the person comes from (A19)."""
        self.is_valid()
        wanted = self.cleaned_data.get("z", "")
        return wanted if wanted in ENTRANCES else Entrance.OTHER.value


class SuggestForm(PageForm):
    """What stands in the search field while somebody types."""

    q = forms.CharField(max_length=100, required=False)

    def typed(self) -> str:
        """The text; nothing where it is no name at all."""
        self.is_valid()
        return self.cleaned_data.get("q", "")


class AskLinkForm(DoorwayForm):
    """The address to which the personal link goes."""

    email = AddressField(
        label=_("Your e-mail address at the office"),
        max_length=254,
        help_text=_("We will send the link to the survey to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write the e-mail address to which we should send the link."),
            "invalid": _(
                "Write the e-mail address as name@office.pl, for example a.nowak@serock.pl."
            ),
        },
    )


class BeginForm(PageForm):
    """A visible act that a mail scanner does not do: typing the address of the letter (SEC-M3)."""

    email = AddressField(
        label=_("E-mail address to which the letter with this link came"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write the e-mail address to which the letter with this link came."),
            "invalid": _(
                "Write the e-mail address as name@office.pl, for example a.nowak@serock.pl."
            ),
        },
    )

    def __init__(self, *args: Any, address: str, **options: Any) -> None:
        self.address = address
        super().__init__(*args, **options)

    def clean_email(self) -> str:
        """The address of the link, whatever the letter case."""
        typed = self.cleaned_data["email"]
        if typed.casefold() != self.address.casefold():
            raise ValidationError(
                _(
                    "The letter came to another address. It stands in the letter, after the "
                    "word “To”."
                ),
                code="another",
            )
        return typed


class CodeForm(PageForm):
    """The six digits of the letter."""

    code = forms.CharField(
        label=_("Code from the letter"),
        max_length=20,
        help_text=_("Six digits. The code works for 10 minutes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}
        ),
        error_messages={"required": _("Write the six digits from the letter.")},
    )

    def clean_code(self) -> str:
        """Digits only."""
        digits = "".join(self.cleaned_data["code"].split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
            raise ValidationError(_("The code has six digits, for example 123456."))
        return digits


class PageActionForm(PageForm):
    """Which button of a survey page was pressed, and where the page was opened from."""

    leave = forms.CharField(max_length=10, required=False)
    rank = forms.RegexField(r"^(up|down):[\w-]{1,40}$", required=False)
    back = forms.ChoiceField(choices=[("", ""), ("check", "check")], required=False)
    seen = forms.CharField(max_length=8000, required=False)
    unsure = forms.CharField(max_length=60_000, required=False, strip=False)
    choosing = forms.CharField(max_length=1000, required=False)

    @property
    def wants(self) -> dict[str, str]:
        """The values that make sense; nonsense counts as not pressed."""
        self.is_valid()
        return self.cleaned_data


class SendingForm(PageForm):
    """The key of the form that sends, and the fingerprint of the answers that it showed."""

    key = forms.UUIDField(required=False)
    seen = forms.CharField(max_length=40, required=False)


def with_moved_theme(answers: dict[str, Any], wants: Mapping[str, str]) -> dict[str, Any]:
    """The answers of a page, after the button that moves a theme if that was pressed."""
    if not wants.get("rank") or "tematy" not in answers:
        return answers
    return answers | {"tematy": moved(answers["tematy"], wants["rank"])}


def moved(order: list[str], wish: str) -> list[str]:
    """The order after "up:code" or "down:code"; an impossible wish changes nothing."""
    direction, _colon, code = wish.partition(":")
    if code not in order:
        return order
    here = order.index(code)
    there = here - 1 if direction == "up" else here + 1
    if not 0 <= there < len(order):
        return order
    changed = order.copy()
    changed[here], changed[there] = changed[there], changed[here]
    return changed


class ExceptionForm(PageForm):
    """Why a municipality should be admitted though the rules refuse it."""

    reason = forms.CharField(
        label=_("Reason of the exception"),
        min_length=10,
        max_length=2000,
        help_text=_("A second person reads this and decides. It stays on the record."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
