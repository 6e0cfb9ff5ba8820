"""Forms of late codes: for a municipality to type one, for staff to make one (A17)."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.gmina_search import GminaField
from core.forms import PageForm
from core.widgets import DateFieldsField

MOST_USES = 100


class LateCodeForm(PageForm):
    """The code as it stands in the message of the programme team."""

    code = forms.CharField(
        label=_("Code from the programme team"),
        max_length=40,
        help_text=_("Sixteen letters and digits, for example ABCD-EFGH-2345-6789."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the code that you received from us.")},
    )


class MakeCodeForm(PageForm):
    """For whom a code is, how often and until when it works."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("For whom, and why"),
        min_length=5,
        max_length=300,
        help_text=_("Staff read this; municipalities do not."),
    )
    gmina = GminaField(
        label=_("Only for one municipality"),
        required=False,
        help_text=_(
            "Name, powiat or TERYT code, for example Serock. Leave it empty for any municipality."
        ),
    )
    uses_allowed = forms.IntegerField(
        label=_("How many municipalities may use it"),
        min_value=1,
        max_value=MOST_USES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    expires_on = DateFieldsField(
        label=_("It works to the end of the day"),
        error_messages={"required": _("Say on which day the code ends.")},
    )

    def __init__(self, data: Any = None, *, today: date, proposed: date, teryt: str = "") -> None:
        known = {"form_key": uuid4, "expires_on": proposed, "uses_allowed": 1, "gmina": teryt}
        super().__init__(data, initial=known)
        self.today = today

    def clean_expires_on(self) -> date:
        """Today at the earliest."""
        day = self.cleaned_data["expires_on"]
        if day < self.today:
            raise ValidationError(_("Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """A code of one municipality is used once."""
        cleaned = super().clean() or {}
        if cleaned.get("gmina") and cleaned.get("uses_allowed", 1) != 1:
            self.add_error("uses_allowed", _("A code for one municipality is used once: write 1."))
        return cleaned
