"""Forms of the panel about invitations."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.selectors.host import InvitationLine, InvitationPlan
from core.forms import PageForm
from programme.models import Gmina
from programme.selectors import find_gminas


class PlanFilterForm(PageForm):
    """Which municipalities are looked at; a GET form."""

    q = forms.CharField(label=_("Name, powiat or TERYT code"), max_length=100, required=False)
    voivodeship = forms.ChoiceField(label=_("Voivodeship"), required=False)
    above_limit_too = forms.BooleanField(
        label=_("Also those above the limit (each will need an exception)"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Gmina.objects.valid().order_by("voivodeship").values_list("voivodeship", flat=True)
        self.fields["voivodeship"].choices = [
            ("", _("All")),
            *((name, name) for name in rows.distinct()),
        ]

    def chosen(self) -> dict[str, Any]:
        """Arguments of `selectors.host.invitation_plan`."""
        self.is_valid()
        values = self.cleaned_data
        found = find_gminas(values["q"]) if values.get("q") else Gmina.objects.all()
        if values.get("voivodeship"):
            found = found.filter(voivodeship=values["voivodeship"])
        wanted = Gmina.objects.filter(pk__in=found.order_by().values("pk"))
        return {
            "gminas": wanted,
            "above_limit_too": bool(values.get("above_limit_too")),
        }


class InviteForm(PageForm):
    """Which municipalities of the plan get the letter."""

    gminas = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    everybody = forms.CharField(max_length=1, required=False)

    def __init__(self, *args: Any, teryts: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["gminas"].choices = [(teryt, teryt) for teryt in teryts]

    def clean(self) -> dict[str, Any]:
        """All of them, or at least one."""
        cleaned = super().clean() or {}
        if not cleaned.get("everybody") and not cleaned.get("gminas") and not self.errors:
            raise ValidationError(_("Choose at least one municipality."), code="none")
        return cleaned

    def lines_of(self, plan: InvitationPlan) -> list[InvitationLine]:
        """The chosen lines of the plan."""
        if self.cleaned_data["everybody"]:
            return plan.will
        wanted = set(self.cleaned_data["gminas"])
        return [line for line in plan.will if line.gmina.teryt in wanted]
