"""Forms of the panel pages of this room."""

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from core import formats
from core.forms import PageForm
from core.widgets import DateFieldsField
from programme.enums import ContributionKind, GminaKind, HromadaKind
from programme.models import Edition

FILE_BYTES_MOST = 20 * 1024 * 1024


class RegisterFilesForm(PageForm):
    """Base: files by role, each with the day it describes where it needs one."""

    file_roles: tuple[str, ...] = ()
    days = (("population", "population_on"), ("status", "status_on"))

    def clean(self) -> dict:
        """A table needs its day; nothing may be larger than 20 MB."""
        cleaned = super().clean() or self.cleaned_data
        for role in self.file_roles:
            file = cleaned.get(role)
            if file and file.size > FILE_BYTES_MOST:
                self.add_error(role, _("The file is larger than 20 MB. Choose the official file."))
        for role, day in self.days:
            lacks_day = role in self.file_roles and cleaned.get(role) and not cleaned.get(day)
            if lacks_day and day not in self.errors:
                self.add_error(day, _("Say of which day the figures are, e.g. 31 12 2024."))
        return cleaned

    def files_read(self) -> dict[str, tuple[str, bytes]]:
        """Name and bytes of every file that was given, by role."""
        return {
            role: (self.cleaned_data[role].name, self.cleaned_data[role].read())
            for role in self.file_roles
            if self.cleaned_data.get(role)
        }

    def days_given(self) -> dict[str, date | None]:
        """The days that were given, by their names in the service."""
        return {day: self.cleaned_data.get(day) for _role, day in self.days}


class FetchForm(PageForm):
    """Which year's figures are fetched from the service of Statistics Poland."""

    year = forms.IntegerField(
        label=_("Figures of the year"),
        required=False,
        min_value=1995,
        max_value=2100,
        help_text=_("Leave it empty for the newest figures, or write e.g. 2024."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class GminaFilesForm(RegisterFilesForm):
    """TERC, and perhaps a table of population."""

    file_roles = ("terc", "population")
    terc = forms.FileField(
        label=_("TERC file of Statistics Poland (TERC_Urzedowy)"),
        help_text=_("csv, xml or zip, as it was downloaded."),
    )
    population = forms.FileField(
        label=_("Table of population"),
        required=False,
        help_text=_("GUS table IV (xls, xlsx or csv), or a csv of the Local Data Bank."),
    )
    population_on = DateFieldsField(label=_("The population is of the day"), required=False)


class HromadaFilesForm(RegisterFilesForm):
    """The codifier (ours unless given), and perhaps population and security situation."""

    file_roles = ("katottg", "population", "status")
    katottg = forms.FileField(
        label=_("KATOTTG workbook"),
        required=False,
        help_text=_("Leave it empty to use the codifier that comes with the application."),
    )
    population = forms.FileField(
        label=_("Table of population"),
        required=False,
        help_text=_("csv with the columns katottg and population, if wanted also type."),
    )
    population_on = DateFieldsField(label=_("The population is of the day"), required=False)
    status = forms.FileField(
        label=_("Table of security situations"),
        required=False,
        help_text=_("csv with the columns katottg and status."),
    )
    status_on = DateFieldsField(label=_("The security situation is of the day"), required=False)


DEADLINES = (
    "survey_opens_at",
    "survey_closes_at",
    "applications_open_at",
    "applications_close_at",
    "meetings_start_on",
    "meetings_end_on",
    "declarations_close_at",
    "inaugural_meeting_on",
    "closing_meeting_on",
    "grant_opens_at",
    "grant_closes_at",
    "grant_starts_on",
    "grant_ends_on",
    "unused_return_by",
)


# Stored as exclusive instants; people write and read the last minute before (FT-21).
CLOSINGS = ("survey_closes_at", "applications_close_at")


class EditionForm(forms.ModelForm):
    """Settings of an edition; whoever moves a deadline says why (permission matrix, P31)."""

    reason = forms.CharField(
        label=_("Why deadlines are moved"),
        required=False,
        max_length=300,
        help_text=_("Needed when a deadline of a published edition changes."),
    )

    allowed_gmina_kinds = forms.MultipleChoiceField(
        label=_("Kinds of gmina that may take part"),
        choices=GminaKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    allowed_hromada_kinds = forms.MultipleChoiceField(
        label=_("Kinds of hromada that may take part"),
        choices=HromadaKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    own_contribution_kinds = forms.MultipleChoiceField(
        label=_("Kinds of own contribution"),
        choices=ContributionKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Edition
        fields: list[str] = []  # the panel names them in its fieldsets

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            # Else fields with a default of their own would count as changed without their twins.
            field.show_hidden_initial = False
        for name in CLOSINGS:
            if name in self.fields:
                self.fields[name].help_text = _(
                    "The last minute in which it may be sent, for example 23:59."
                )
                if known := self.initial.get(name):
                    self.initial[name] = formats.last_minute(known)

    def clean_survey_closes_at(self) -> datetime | None:
        """The instant after the minute that was typed."""
        return self._closing("survey_closes_at")

    def clean_applications_close_at(self) -> datetime | None:
        """The instant after the minute that was typed."""
        return self._closing("applications_close_at")

    def _closing(self, name: str) -> datetime | None:
        typed = self.cleaned_data[name]
        return formats.closing_after(typed.replace(second=0, microsecond=0)) if typed else typed

    def clean(self) -> dict:
        """A reason for every moved deadline of a published edition."""
        cleaned = super().clean()
        moved = set(DEADLINES) & set(self.changed_data)
        if moved and self.instance.pk and self.instance.is_published and not cleaned.get("reason"):
            self.add_error("reason", _("Say in a sentence why the deadline moves."))
        return cleaned
