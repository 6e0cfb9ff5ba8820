"""Controls of the panel that Django's admin does not have, or draws without labels."""

from collections.abc import Mapping
from datetime import time

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime, AdminTimeWidget
from django.utils.translation import gettext_lazy as _

from core.widgets import ProjectTemplateMixin


class LabelledPartsMixin(ProjectTemplateMixin):
    """Several controls under one heading, each with a label of its own (WCAG 1.3.1)."""

    template_name = "components/labelled_parts.html"
    use_fieldset = True
    part_labels: tuple[str, ...] = ()
    widgets: list[forms.Widget]

    def get_context(self, name: str, value, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)  # type: ignore[misc]  # of the widget
        parts = context["widget"]["subwidgets"]
        for label, widget, part in zip(self.part_labels, self.widgets, parts, strict=True):
            part["label"] = label
            part["drawn"] = widget._render(part["template_name"], {"widget": part})
        return context


class HourWidget(AdminTimeWidget):
    """The hour and the minute; seconds only where there are any, so that none is ever lost."""

    def format_value(self, value: object) -> str | None:
        if isinstance(value, time) and not value.second:
            return value.strftime("%H:%M")
        return super().format_value(value)


class DateTimeParts(LabelledPartsMixin, AdminSplitDateTime):
    """Day and hour as two labelled fields."""

    part_labels = (_("Day"), _("Hour"))

    def __init__(self, attrs: dict | None = None) -> None:
        # Past AdminSplitDateTime, which chooses its two widgets itself.
        forms.MultiWidget.__init__(self, [AdminDateWidget, HourWidget], attrs)


class NamedFieldsWidget(LabelledPartsMixin, forms.MultiWidget):
    """The controls of `NamedFieldsField`."""

    def __init__(self, parts: Mapping[str, forms.Field], attrs: dict | None = None) -> None:
        self.part_labels = tuple(field.label or name for name, field in parts.items())
        super().__init__({name: field.widget for name, field in parts.items()}, attrs)
        self.names = tuple(parts)

    def decompress(self, value: Mapping | None) -> list:
        return [(value or {}).get(name) for name in self.names]


class NamedFieldsField(forms.MultiValueField):
    """Settings that are stored as one JSON object, typed as one field each.

    Takes a mapping of keys to form fields with labels; gives a dict with exactly these keys.
    """

    def __init__(self, parts: Mapping[str, forms.Field], **options) -> None:
        self.names = tuple(parts)
        fields = tuple(parts.values())
        options.setdefault("require_all_fields", False)
        super().__init__(fields, widget=NamedFieldsWidget(parts), **options)

    def compress(self, values: list) -> dict:
        return dict(zip(self.names, values, strict=True))
