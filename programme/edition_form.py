"""The form of an edition: every setting as a field that can be read."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import formats
from core.panel_fields import NamedFieldsField
from programme.enums import (
    ContributionKind,
    GminaKind,
    HromadaKind,
    MatchingWeight,
    RecordFavours,
)
from programme.models import Edition

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


HARD_RULES = {
    "dates": _("The dates must fit"),
    "accessibility": _("What a person with a disability needs must be there"),
}
ZONE_CHOICES = [("Europe/Warsaw", _("Warsaw time")), ("Europe/Kyiv", _("Kyiv time"))]
FAVOURS = _("Points for the spread of benefits go to")


def _points(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1000)


class PercentListField(forms.CharField):
    """Whole percents, stored as a list, typed with commas between them."""

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: object) -> list[int]:
        parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValidationError(
                _("Write whole percents with commas between them, e.g. 80, 20."), code="invalid"
            )
        return [int(part) for part in parts]

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


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
    host_zone = forms.ChoiceField(label=_("Time zone of hosts"), choices=ZONE_CHOICES)
    intern_zone = forms.ChoiceField(label=_("Time zone of interns"), choices=ZONE_CHOICES)
    matching_weights = NamedFieldsField(
        {code: _points(label) for code, label in MatchingWeight.choices},
        label=_("Weights of matching, in points"),
        help_text=_("They are counted against each other; the usual ones make 100 together."),
    )
    matching_rules = NamedFieldsField(
        {
            code: forms.BooleanField(label=label, required=False)
            for code, label in HARD_RULES.items()
        }
        | {"record_favours": forms.ChoiceField(label=FAVOURS, choices=RecordFavours.choices)},
        label=_("Hard rules of matching"),
        required=False,
    )
    tranches = PercentListField(
        label=_("Tranches (percent of the grant)"),
        help_text=_("Whole percents with commas between them, together 100: 80, 20."),
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
