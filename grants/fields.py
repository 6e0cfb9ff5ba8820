"""Sums and figures as people type them."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import get_language

BLANKS = re.compile(r"[\s\u00a0\u202f]")


class FigureField(forms.DecimalField):
    """A figure with a comma or a point, with or without spaces between the thousands.

    Written back with the comma that Polish and Ukrainian use. `**options` are those of
    `forms.DecimalField`.
    """

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """The keyboard with figures on a phone."""
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value) -> Decimal | None:
        """ "1 234,56", "1.234,56" and "1234.56" are the same."""
        if isinstance(value, str):
            value = BLANKS.sub("", value)
            first, last = sorted(".,", key=value.rfind)
            if first in value and last in value:
                value = value.replace(first, "")
            value = value.replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value) -> object:
        """What was kept, with the comma of the language; what was typed, as it was typed."""
        if isinstance(value, Decimal) and get_language() != "en":
            return f"{value:f}".replace(".", ",")
        return value
