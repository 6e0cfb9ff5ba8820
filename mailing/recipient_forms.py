"""Forms of the pages on which lists of recipients are read."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from core.table_forms import TableColumnsForm, TableFileField
from mailing.models import RecipientList
from mailing.recipient_columns import FIELDS
from mailing.services.recipient_verdicts import State, Verdict


class RecipientFileForm(PageForm):
    """A list: what we call it, and its file."""

    title = forms.CharField(
        label=_("Name of the list"),
        max_length=120,
        help_text=_("For example: participants of the meeting of 12 March. Colleagues see it."),
    )
    file = TableFileField()


class RecipientColumnsForm(TableColumnsForm):
    """Which column is which, and the language of those who name none."""

    language = forms.ChoiceField(
        label=_("Language of rows that name none"), choices=settings.LANGUAGES
    )

    def __init__(self, record: RecipientList, headings: list[str], *args, **options):
        super().__init__(record, headings, *args, fields=FIELDS, **options)
        self.fields["language"].initial = record.language
        self.order_fields([*(f"column_{name}" for name in FIELDS), "language", "encoding"])


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
