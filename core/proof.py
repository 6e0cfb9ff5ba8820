"""What a person can do on a linked page and a mail scanner cannot."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CHARACTERS_ASKED = 3
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
SEPARATORS = str.maketrans("", "", ".-_")


def begins(address: str, typed: str) -> bool:
    """Whether `typed` is the beginning of the address, three characters at least (SEC-M, M3).

    Some count the dot of j.kowalczyk@ and some do not, so "j.k" and "jko" are both right. What
    is counted without dots has three other characters: a lone "j." opens nothing.
    """
    typed, address = typed.strip().lower(), address.lower()
    pairs = (
        (typed, address),
        (typed.translate(SEPARATORS), address.translate(SEPARATORS)),
    )
    return any(len(start) >= CHARACTERS_ASKED and whole.startswith(start) for start, whole in pairs)


def prove(address: str, typed: str) -> str:
    """What was typed, when it begins the address. Raises `ValidationError` that says what to do."""
    if begins(address, typed):
        return typed.strip().lower()
    if CYRILLIC.search(typed):
        raise ValidationError(
            _(
                "These are Cyrillic letters, and the address is written in Latin ones. Switch the "
                "keyboard to Latin letters and type again."
            ),
            code="cyrillic",
        )
    raise ValidationError(
        _(
            "This is not the beginning of the address. Look at the letter again: three characters "
            "are enough, and letters, digits and dots count."
        ),
        code="other",
    )


class AddressStartField(forms.CharField):
    """The first characters of the address; what is right is decided by `prove`."""

    def __init__(self, **options):
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label=_("First three characters of your e-mail address"),
            help_text=_(
                "Of the address to which our letter came. Letters, digits and dots count; for "
                "j.kowalczyk@… both “j.k” and “jko” are right. It shows that a person answers."
            ),
            max_length=254,
            error_messages={
                "required": _("Write the first three characters of your e-mail address.")
            },
            widget=forms.TextInput(attrs={**attrs, "class": "width-10"}),
            **options,
        )


class AddressProofMixin(forms.Form):
    """Asks for the first characters of the address to which the letter went (SEC-M, M3).

    Mail gateways open links and some submit every form; none of them types the beginning of the
    reader's own address. A browser that is already trusted with the link is not asked.
    """

    address_start = AddressStartField()

    def __init__(self, *args, address: str, is_known: bool, **kwargs):
        """`address` is on file for the link; `is_known` tells that this browser is trusted."""
        super().__init__(*args, **kwargs)
        self.address = address
        if is_known:
            del self.fields["address_start"]
        else:
            self.order_fields([name for name in self.fields if name != "address_start"])

    def clean_address_start(self) -> str:
        """Three characters at least, and the address begins with them."""
        return prove(self.address, self.cleaned_data["address_start"])
