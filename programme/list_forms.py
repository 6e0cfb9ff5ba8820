"""Forms of the pages on which lists of members and contacts are read."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.formats import day_in_warsaw
from core.forms import PageForm
from core.table_forms import TableFileField
from core.widgets import DateFieldsField
from programme.models import ListImport
from programme.services.list_verdicts import State, Verdict


class ListFileForm(PageForm):
    """A list: what it tells, its file and its day."""

    kind = forms.ChoiceField(
        label=_("What does the list tell?"), choices=ListImport.Kind, widget=forms.RadioSelect
    )
    file = TableFileField()
    as_of = DateFieldsField(label=_("The list is of the day"))

    def clean_as_of(self) -> date:
        """A list of tomorrow does not exist yet."""
        day = self.cleaned_data["as_of"]
        if day > day_in_warsaw(timezone.now()):
            raise forms.ValidationError(_("The day has not come yet."))
        return day


class ChoicesForm(forms.Form):
    """For the rows shown: which gmina is meant where several fit, and which rows stay out."""

    def __init__(self, verdicts: list[Verdict], *args, **options):
        super().__init__(*args, **options)
        self.lines = [verdict.line for verdict in verdicts if verdict.line]
        for verdict in verdicts:
            if not verdict.line:
                continue
            self.fields[f"out_{verdict.line}"] = forms.BooleanField(
                required=False, initial=verdict.state == State.LEFT_OUT
            )
            if verdict.fits:
                chosen = verdict.gmina.pk if verdict.gmina else ""
                self.fields[f"gmina_{verdict.line}"] = forms.TypedChoiceField(
                    choices=[
                        ("", _("choose")),
                        *(
                            (gmina.pk, f"{gmina.name}, {gmina.powiat}, {gmina.get_kind_display()}")
                            for gmina in verdict.fits
                        ),
                    ],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=chosen,
                )

    def chosen(self) -> dict[int, int | None]:
        """Line -> gmina, None for none."""
        return {
            int(name.removeprefix("gmina_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("gmina_")
        }

    def left_out(self) -> dict[int, bool]:
        """Line -> whether it stays out."""
        return {line: self.cleaned_data[f"out_{line}"] for line in self.lines}
