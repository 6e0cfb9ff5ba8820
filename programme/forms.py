"""Forms of the register pages of the panel; the form of an edition is `programme.edition_form`."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from core.widgets import DateFieldsField

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
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Write the year in four figures, 1995 or later, for example 2024."),
        ),
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
