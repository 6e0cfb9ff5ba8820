"""What a person can do on a linked page and a mail scanner cannot."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LETTERS_ASKED = 3


class AddressProofMixin(forms.Form):
    """Asks for the first letters of the address to which the letter went (SEC-M, M3).

    Mail gateways open links and some submit every form; none of them types the beginning of the
    reader's own address. A browser that is already trusted with the link is not asked.
    """

    address_start = forms.CharField(
        label=_("First three letters of your e-mail address"),
        help_text=_("Of the address to which we sent this link. It shows that a person answers."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args, address: str, is_known: bool, **kwargs):
        """`address` is on file for the link; `is_known` tells that this browser is trusted."""
        super().__init__(*args, **kwargs)
        self.address = address.lower()
        if is_known:
            del self.fields["address_start"]
        else:
            self.order_fields([name for name in self.fields if name != "address_start"])

    def clean_address_start(self) -> str:
        """At least three letters, and the address begins with them."""
        typed = self.cleaned_data["address_start"].strip().lower()
        if len(typed) < LETTERS_ASKED or not self.address.startswith(typed):
            raise ValidationError(
                _("This is not the beginning of the address. Please look at the letter once more.")
            )
        return typed
