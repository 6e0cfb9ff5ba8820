"""Forms of the panel about candidates."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import intern_answers
from applications.enums import MayLeave
from applications.forms.intern_fields import LongTextField
from applications.intern_facts import CriterionLine
from core import formats
from core.forms import PageForm
from core.widgets import DateFieldsField

CORRECTION_DAYS_MIN = 1


class FormalCheckForm(PageForm):
    """The criteria that a person must look at: each needs its tick."""

    def __init__(self, *args, lines: list[CriterionLine], **options):
        super().__init__(*args, **options)
        for line in lines:
            if line.is_met is None:
                self.fields[f"criterion_{line.code}"] = forms.BooleanField(
                    label=line.name,
                    error_messages={
                        "required": _(
                            "Tick it when you have seen that it is so, or return the application."
                        )
                    },
                )


class ReasonForm(PageForm):
    """Why, in words that the candidate will read."""

    reason = LongTextField(
        label=_("Reason"),
        help_text=_("The candidate reads it in the letter. From 10 to 1000 characters."),
        min_chars=10,
        max_chars=1000,
    )


class ReturnForm(ReasonForm):
    """Which answers to correct, why, and by which day (Kyiv time)."""

    fields_to_correct = forms.MultipleChoiceField(
        label=_("Answers to correct"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one answer.")},
    )
    correct_by_on = DateFieldsField(
        label=_("Last day for the correction"),
        help_text=_("Until the end of that day, Kyiv time."),
    )
    field_order = ["fields_to_correct", "reason", "correct_by_on"]

    def __init__(self, *args, now: datetime, **options):
        self.now = now
        super().__init__(*args, **options)
        self.fields["fields_to_correct"].choices = list(intern_answers.labels().items())

    def clean_correct_by_on(self):
        """A day to come, and not further than two months."""
        last = self.cleaned_data["correct_by_on"]
        today = self.now.astimezone(formats.KYIV).date()
        if not timedelta(days=CORRECTION_DAYS_MIN) <= last - today <= timedelta(days=60):
            raise ValidationError(_("Choose a day between tomorrow and two months from now."))
        return last

    @property
    def correct_by(self) -> datetime:
        """The last moment of that day in Kyiv."""
        return datetime.combine(
            self.cleaned_data["correct_by_on"], time(23, 59, 59), tzinfo=formats.KYIV
        )


class AssignForm(PageForm):
    """Evaluators for one application."""

    evaluators = forms.MultipleChoiceField(
        label=_("Evaluators"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one evaluator.")},
    )
    due_on = DateFieldsField(label=_("To be evaluated by"), required=False)

    def __init__(self, *args, people: list, **options):
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        self.fields["evaluators"].choices = [
            (pk, f"{person} ({person.open_sheets})") for pk, person in self.people.items()
        ]

    @property
    def chosen(self) -> list:
        """The people chosen."""
        return [self.people[pk] for pk in self.cleaned_data["evaluators"]]


class DistributeForm(PageForm):
    """The day by which the evaluations are due."""

    due_on = DateFieldsField(label=_("To be evaluated by"), required=False)


class InterviewForm(PageForm):
    """Points of the interview and the bonus."""

    points = forms.DecimalField(
        label=_("Points of the interview"), min_value=Decimal(0), max_digits=5, decimal_places=2
    )
    bonus = forms.DecimalField(
        label=_("Bonus"),
        help_text=_("For front-line or de-occupied hromadas and for oblasts not yet present."),
        min_value=Decimal(0),
        max_digits=4,
        decimal_places=2,
        required=False,
    )
    note = LongTextField(label=_("Note from the interview"), max_chars=2000, required=False)

    def __init__(self, *args, edition, **options):
        super().__init__(*args, **options)
        self._limit("points", edition.interview_max_points)
        self._limit("bonus", edition.bonus_max_points)
        for name in ("points", "bonus"):
            self.fields[name].widget = forms.TextInput(
                attrs={"inputmode": "decimal", "class": "width-10"}
            )

    def _limit(self, name: str, most: int) -> None:
        field = self.fields[name]
        field.max_value = Decimal(most)
        field.validators.append(AtMost(Decimal(most)))
        if name == "points":
            field.help_text = lazy(
                lambda: gettext("From 0 to %(most)d points.") % {"most": most}, str
            )()


class AtMost:
    """Validator: the edition's limit of points."""

    def __init__(self, most: Decimal) -> None:
        self.most = most

    def __call__(self, value: Decimal) -> None:
        if value > self.most:
            raise ValidationError(
                _("Give %(most)s points at most."), code="max_value", params={"most": self.most}
            )


class SelectForm(ReasonForm):
    """How many are selected, how many wait, and why."""

    places = forms.IntegerField(label=_("Places"), min_value=0, max_value=500)
    reserve = forms.IntegerField(label=_("Places on the reserve list"), min_value=0, max_value=500)
    sure = forms.BooleanField(
        label=_("I have seen the ranking above, and the selection follows it"),
        error_messages={"required": _("Tick the box when you have seen the ranking.")},
    )
    field_order = ["places", "reserve", "reason", "sure"]

    @property
    def wanted(self) -> dict[str, Any]:
        """What the selection is made with."""
        return {name: self.cleaned_data[name] for name in ("places", "reserve", "reason")}


class ChecklistForm(PageForm):
    """What the coordinator has seen for the journey."""

    passport_ok = forms.BooleanField(label=_("Passport valid long enough"), required=False)
    trip_order_number = forms.CharField(
        label=_("Number of the business-trip order"), max_length=60, required=False
    )
    trip_order_on = DateFieldsField(label=_("Date of the order"), required=False)
    trip_from_on = DateFieldsField(label=_("Business trip from"), required=False)
    trip_to_on = DateFieldsField(label=_("Business trip to"), required=False)
    may_leave = forms.ChoiceField(
        label=_("Right to leave for the whole stay, as the candidate says"),
        choices=MayLeave.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, object]:
        """The trip ends after it begins."""
        cleaned = super().clean()
        begins, ends = cleaned.get("trip_from_on"), cleaned.get("trip_to_on")
        if begins and ends and ends < begins:
            self.add_error("trip_to_on", _("The business trip must end after it begins."))
        return cleaned
