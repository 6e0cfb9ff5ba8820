"""Forms of the pages on which lists of recipients are read."""

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from mailing.models import RecipientList
from mailing.recipient_columns import FIELDS
from mailing.services.recipient_verdicts import State, Verdict

FILE_BYTES_MOST = 10 * 1024 * 1024
ENCODINGS = [
    ("utf-8-sig", _("UTF-8")),
    ("cp1250", _("windows-1250 (Polish)")),
    ("iso8859-2", _("ISO-8859-2 (Polish)")),
    ("cp1251", _("windows-1251 (Cyrillic)")),
    ("koi8-u", _("KOI8-U (Cyrillic)")),
    ("utf-16", _("UTF-16")),
]


class RecipientFileForm(PageForm):
    """A list: what we call it, and its file."""

    title = forms.CharField(
        label=_("Name of the list"),
        max_length=120,
        help_text=_("For example: participants of the meeting of 12 March. Colleagues see it."),
    )
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("csv or xlsx with headings in the first row, at most 10 MB and 20 000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self):
        """Not larger than 10 MB."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MOST:
            raise forms.ValidationError(_("The file is larger than 10 MB. Send a smaller one."))
        return file


class RecipientColumnsForm(PageForm):
    """Which column is which; the guess stands there already."""

    language = forms.ChoiceField(
        label=_("Language of rows that name none"), choices=settings.LANGUAGES
    )

    def __init__(self, record: RecipientList, headings: list[str], *args, **options):
        super().__init__(*args, **options)
        choices = [("", _("not in the file")), *((each, each) for each in headings)]
        self.fields["language"].initial = record.language
        for name, label in FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=capfirst(label),
                choices=choices,
                required=False,
                initial=record.columns.get(name, ""),
            )
        if not record.is_workbook:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Encoding of the letters"),
                choices=ENCODINGS,
                initial=record.encoding,
                help_text=_("Choose another one when the letters in the sample look wrong."),
            )
        self.order_fields([*(f"column_{name}" for name in FIELDS), "language", "encoding"])

    def columns(self) -> dict[str, str]:
        """Field -> heading, of those that were chosen."""
        return {
            name.removeprefix("column_"): heading
            for name, heading in self.cleaned_data.items()
            if name.startswith("column_") and heading
        }


class LinesForm(forms.Form):
    """For the lines shown: which of them stay out."""

    def __init__(self, verdicts: list[Verdict], *args, **options):
        super().__init__(*args, **options)
        self.lines = [verdict.line for verdict in verdicts]
        for verdict in verdicts:
            self.fields[f"out_{verdict.line}"] = forms.BooleanField(
                required=False, initial=verdict.state == State.LEFT_OUT
            )

    def left_out(self) -> dict[int, bool]:
        """Line -> whether it stays out."""
        return {line: self.cleaned_data[f"out_{line}"] for line in self.lines}
