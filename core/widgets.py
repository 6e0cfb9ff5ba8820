"""Controls of public forms that Django does not have."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

WHOLE_DATE = re.compile(r"^\s*(\d{1,2})\s*[.\-/ ]\s*(\d{1,2})\s*[.\-/ ]\s*(\d{4})\s*$")


class ProjectTemplateMixin:
    """Render from the project's own templates, whatever form renderer is set."""

    def _render(self, template_name: str, context: dict, renderer=None) -> SafeString:
        return render_to_string(template_name, context)


class DateFieldsWidget(ProjectTemplateMixin, forms.MultiWidget):
    """A date as three text fields: day, month, year.

    A whole date typed or pasted into the first is taken apart. The value handed to the form is
    "YYYY-MM-DD", or the three parts as typed when they make no date.
    """

    template_name = "components/date_fields.html"
    use_fieldset = True
    parts = ("day", "month", "year")
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}

    def __init__(self, attrs: dict | None = None, *, autocomplete: str = "") -> None:
        widgets = {
            part: forms.TextInput(self._part_attrs(part, autocomplete)) for part in self.parts
        }
        super().__init__(widgets, attrs)

    @staticmethod
    def _part_attrs(part: str, autocomplete: str) -> dict[str, str]:
        attrs = {"inputmode": "numeric", "class": f"date-{part}"}
        if autocomplete == "bday":
            attrs["autocomplete"] = f"bday-{part}"
        return attrs

    def decompress(self, value) -> list[str]:
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        if isinstance(value, str) and value:
            parts = value.split("-", 2)
            return [*reversed(parts)] if len(parts) == 3 else [value, "", ""]
        return ["", "", ""]

    def value_from_datadict(self, data, files, name: str) -> str:
        day, month, year = (
            (value or "").strip() for value in super().value_from_datadict(data, files, name)
        )
        if day and not month and not year and (whole := WHOLE_DATE.match(day)):
            day, month, year = whole.groups()
        return f"{year}-{month}-{day}" if day or month or year else ""

    def get_context(self, name: str, value, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        for part, subwidget in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            subwidget["label"] = self.labels[part]
        return context


class DateFieldsField(forms.DateField):
    """A date in three fields; a refusal says which part is missing and shows an example."""

    widget = DateFieldsWidget
    default_error_messages = {
        "required": _("Enter the date, for example 14 4 2026."),
        "incomplete": _("The date must have a day, a month and a year, for example 14 4 2026."),
        "short_year": _("The year must have four digits, for example 2026."),
        "invalid": _("Enter a real date: day, month and year in figures, for example 14 4 2026."),
    }

    def to_python(self, value) -> date | None:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        year, month, day = (part.strip() for part in value.split("-", 2))
        if not (day and month and year):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        if not (day.isdecimal() and month.isdecimal() and year.isdecimal()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if len(year) != 4:
            raise ValidationError(self.error_messages["short_year"], code="short_year")
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class Combobox(ProjectTemplateMixin, forms.TextInput):
    """A text field that suggests while one types, if JavaScript runs; else a plain search field.

    `url` answers `?q=` with JSON {"results": [{"value", "label", "hint"}]}. The chosen value
    travels in the hidden field `<name>_value`; without JavaScript the page lists what was found.
    """

    template_name = "components/combobox_widget.html"

    def __init__(self, attrs: dict | None = None, *, url: str = "", min_chars: int = 2) -> None:
        super().__init__(attrs)
        self.url = url
        self.min_chars = min_chars

    def get_context(self, name: str, value, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["url"] = str(self.url)
        context["min_chars"] = self.min_chars
        context["chosen"] = ""
        return context
