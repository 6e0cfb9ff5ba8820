"""Forms of the panel about partner hromadas that were typed (C3)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from programme.ear import hromadas_by_ear
from programme.models import Hromada
from programme.selectors import find_hromadas

MOST_FOUND = 20


class FindHromadaForm(PageForm):
    """Which hromada; a GET form."""

    q = forms.CharField(label=_("Name, oblast or KATOTTG code"), max_length=200, required=False)

    def found(self) -> list[Hromada]:
        """The hromadas that fit, best first; by ear, when none does."""
        self.is_valid()
        typed = self.cleaned_data.get("q", "")
        return list(find_hromadas(typed)[:MOST_FOUND]) or hromadas_by_ear(typed, most=MOST_FOUND)


class MatchForm(PageForm):
    """Which hromada of the register it is."""

    hromada = forms.CharField(
        max_length=20,
        error_messages={"required": _("Choose the hromada of the register.")},
    )

    def clean_hromada(self) -> Hromada:
        """One that is in the register today."""
        found = Hromada.objects.valid().filter(katottg=self.cleaned_data["hromada"]).first()
        if found is None:
            raise ValidationError(_("Choose the hromada of the register."))
        return found
