"""A municipality of the register as one field: suggestions while one types, or a plain search."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.widgets import Combobox
from programme.models import Gmina
from programme.selectors import find_gminas

TERYT = re.compile(r"\d{7}")
MOST_NAMED = 4


def in_full(gmina: Gmina) -> str:
    """The name with what tells namesakes apart, and the code."""
    area = f"{gmina.get_kind_display()}, {gmina.powiat}, {gmina.voivodeship}"
    return f"{gmina.name} ({area}; TERYT {gmina.teryt})"


class GminaCombobox(Combobox):
    """Carries the TERYT code of what was chosen, and the typed text when nothing was."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, url=reverse_lazy("applications:gmina_suggestions"))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        chosen = data.get(f"{name}_value", "")
        return chosen if TERYT.fullmatch(chosen) else data.get(name, "")

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        known = Gmina.objects.filter(teryt=value).first() if value else None
        context = super().get_context(name, in_full(known) if known else value, attrs)
        context["chosen"] = known.teryt if known else ""
        return context


class GminaField(forms.CharField):
    """Gives the `Gmina` that was chosen or that alone fits what was typed; None when left empty."""

    widget = GminaCombobox

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)

    def clean(self, value: Any) -> Gmina | None:
        """Refuses a text that fits no municipality, and one that fits several: it names them."""
        text = super().clean(value)
        if not text:
            return None
        found = list(find_gminas(text)[: MOST_NAMED + 1])
        exact = [gmina for gmina in found if gmina.teryt == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(
                _("No municipality fits. Check the spelling.")
                if self.required
                else _("No municipality fits. Check the spelling, or leave it empty.")
            )
        names = "; ".join(in_full(gmina) for gmina in found[:MOST_NAMED])
        raise ValidationError(
            _("Several municipalities fit. Write the TERYT code of one of them: %(names)s."),
            params={"names": names},
        )
