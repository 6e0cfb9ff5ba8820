"""Forms of the pages on which lists of members and contacts are read."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.formats import day_in_warsaw
from core.forms import PageForm
from core.widgets import DateFieldsField
from programme.list_columns import fields_of
from programme.models import ListImport
from programme.services.list_verdicts import State, Verdict

FILE_BYTES_MOST = 10 * 1024 * 1024
ENCODINGS = [
    ("utf-8-sig", _("UTF-8")),
    ("cp1250", _("windows-1250 (Polish)")),
    ("iso8859-2", _("ISO-8859-2 (Polish)")),
    ("cp1251", _("windows-1251 (Cyrillic)")),
    ("koi8-u", _("KOI8-U (Cyrillic)")),
    ("utf-16", _("UTF-16")),
]


class ListFileForm(PageForm):
    """A list: what it tells, its file and its day."""

    kind = forms.ChoiceField(
        label=_("What does the list tell?"), choices=ListImport.Kind, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("csv or xlsx with headings in the first row, at most 10 MB and 20 000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    as_of = DateFieldsField(label=_("The list is of the day"))

    def clean_file(self):
        """Not larger than 10 MB."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MOST:
            raise forms.ValidationError(_("The file is larger than 10 MB. Send a smaller one."))
        return file

    def clean_as_of(self) -> date:
        """A list of tomorrow does not exist yet."""
        day = self.cleaned_data["as_of"]
        if day > day_in_warsaw(timezone.now()):
            raise forms.ValidationError(_("The day has not come yet."))
        return day


class ColumnsForm(PageForm):
    """Which column is which; the guess stands there already."""

    def __init__(self, record: ListImport, headings: list[str], *args, **options):
        super().__init__(*args, **options)
        choices = [("", _("not in the file")), *((each, each) for each in headings)]
        if not record.is_workbook:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Encoding of the letters"),
                choices=ENCODINGS,
                initial=record.encoding,
                help_text=_("Choose another one when the letters in the sample look wrong."),
            )
        for name, label in fields_of(record.kind).items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=capfirst(label),
                choices=choices,
                required=False,
                initial=record.columns.get(name, ""),
            )

    def columns(self) -> dict[str, str]:
        """Field -> heading, of those that were chosen."""
        return {
            name.removeprefix("column_"): heading
            for name, heading in self.cleaned_data.items()
            if name.startswith("column_") and heading
        }


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
