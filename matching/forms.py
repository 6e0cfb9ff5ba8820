"""What the two sides, the mentor, the intern and coordinators fill in here."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.models import InternApplication
from core.formats import WARSAW
from core.forms import PageForm
from core.proof import AddressProofMixin
from core.widgets import DateFieldsField
from matching.enums import ReportAuthor
from matching.models import Placement, ScheduleItem
from meetings.models import Declaration
from programme.models import Edition


def _area() -> forms.Textarea:
    """Room for a few sentences; it grows by hand, and a phone shows the button below it."""
    return forms.Textarea(attrs={"rows": 4})


class AnswerForm(AddressProofMixin, PageForm):
    """Yes or no to a proposed pair; a no has a reason (M13)."""

    answer = forms.ChoiceField(
        label=_("Do you accept this proposal?"),
        choices=[("yes", _("Yes, we accept")), ("no", _("No, we decline"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("If you decline: why?"), max_length=500, required=False, widget=_area()
    )

    def clean(self) -> dict:
        """Declining needs a reason."""
        cleaned = super().clean()
        if cleaned.get("answer") == "no" and not cleaned.get("reason"):
            self.add_error("reason", _("Please tell us why, so that we can propose somebody else."))
        return cleaned


class ItemForm(PageForm):
    """One thing in the schedule; hours are those of Warsaw."""

    day = DateFieldsField(label=_("Day"))
    begins = forms.TimeField(label=_("Begins at"), help_text=_("For example 9:00."))
    ends = forms.TimeField(label=_("Ends at"), help_text=_("For example 11:30."))
    title = forms.CharField(label=_("What"), max_length=160)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    contact = forms.CharField(label=_("Who to ask for, telephone"), max_length=160, required=False)
    theme = forms.ModelChoiceField(label=_("Topic"), queryset=None, required=False)

    def __init__(self, *args, placement: Placement, item: ScheduleItem | None = None, **kwargs):
        """For a new item, or filled in with one that is there."""
        if item is not None:
            kwargs["initial"] = {
                "day": item.starts_at.astimezone(WARSAW).date(),
                "begins": item.starts_at.astimezone(WARSAW).time(),
                "ends": item.ends_at.astimezone(WARSAW).time(),
                "title": item.title,
                "place": item.place,
                "contact": item.contact,
                "theme": item.theme,
            }
        super().__init__(*args, **kwargs)
        self.placement = placement
        themes = placement.edition.themes.order_by("position", "pk")
        self.fields["theme"].queryset = themes
        name = f"name_{get_language()}"
        self.fields["theme"].label_from_instance = lambda theme: getattr(theme, name)

    def clean_day(self):
        """Within the internship."""
        day = self.cleaned_data["day"]
        if not self.placement.starts_on <= day <= self.placement.ends_on:
            raise ValidationError(
                _("The internship lasts from %(first)s to %(last)s."),
                params={
                    "first": f"{self.placement.starts_on:%d.%m.%Y}",
                    "last": f"{self.placement.ends_on:%d.%m.%Y}",
                },
            )
        return day

    def clean(self) -> dict:
        """The end is later than the beginning."""
        cleaned = super().clean()
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The end has to be later than the beginning."))
        return cleaned

    def plan(self) -> dict:
        """The arguments of `services.plan_item`."""
        cleaned = self.cleaned_data
        return {
            "starts_at": datetime.combine(cleaned["day"], cleaned["begins"], tzinfo=WARSAW),
            "ends_at": datetime.combine(cleaned["day"], cleaned["ends"], tzinfo=WARSAW),
            "title": cleaned["title"],
            "place": cleaned["place"],
            "contact": cleaned["contact"],
            "theme": cleaned["theme"],
        }


class HoursField(forms.DecimalField):
    """A number of hours, with a comma or a dot, whatever the language of the page."""

    def to_python(self, value) -> Decimal | None:
        """As Django reads it, after the comma became a dot."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class DiaryForm(PageForm):
    """One day of the diary."""

    day = DateFieldsField(label=_("Day"))
    hours = HoursField(
        label=_("Hours"),
        min_value=Decimal(0),
        max_value=Decimal(24),
        max_digits=4,
        decimal_places=2,
        help_text=_("For example 6.5."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    unit = forms.CharField(label=_("Department or unit"), max_length=160, required=False)
    activity = forms.CharField(label=_("What I did"), max_length=2000, widget=_area())
    learned = forms.CharField(
        label=_("What I learned"), max_length=2000, required=False, widget=_area()
    )
    idea = forms.CharField(
        label=_("An idea for my hromada"), max_length=2000, required=False, widget=_area()
    )

    def entry(self) -> dict:
        """The arguments of `services.write_diary`."""
        cleaned = self.cleaned_data
        return {"day": cleaned["day"], "hours": cleaned["hours"], "answers": cleaned}


class RemarkForm(PageForm):
    """Why something goes back."""

    remark = forms.CharField(label=_("What should be corrected?"), max_length=500, widget=_area())


class ReportForm(PageForm):
    """The report of the intern, mentor or host: satisfaction and the questions of the edition."""

    satisfaction = forms.TypedChoiceField(
        label=_("How satisfied are you with the internship?"),
        choices=[
            (5, _("5 – very satisfied")),
            (4, "4"),
            (3, "3"),
            (2, "2"),
            (1, _("1 – not satisfied at all")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, edition: Edition, author: ReportAuthor, **kwargs):
        """One field for each question that the edition asks this author."""
        super().__init__(*args, **kwargs)
        language = get_language()
        questions = edition.report_questions.filter(report=author).order_by("position", "pk")
        for question in questions:
            label = getattr(question, f"text_{language}")
            self.fields[f"q_{question.code}"] = _field(question, label)

    def answers(self) -> dict:
        """Answers by the code of the question."""
        return {
            name.removeprefix("q_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("q_")
        }


def _field(question, label: str) -> forms.Field:
    if question.answer == "scale":
        scale = [(str(number), str(number)) for number in range(1, 6)]
        return forms.ChoiceField(
            label=label,
            choices=scale,
            widget=forms.RadioSelect,
            required=question.is_required,
            help_text=_("From 1 (not at all) to 5 (very much)."),
        )
    return forms.CharField(
        label=label, max_length=3000, widget=_area(), required=question.is_required
    )


class CommentForm(PageForm):
    """What the intern says about an entry of the schedule."""

    comment = forms.CharField(
        label=_("Your comment for the mentor"),
        max_length=500,
        required=False,
        widget=_area(),
        help_text=_("For example a wish or a question. An empty field takes the comment back."),
    )


class PairForm(forms.Form):
    """A host and an intern, to see their score and to pair them by hand (M6)."""

    host = forms.ModelChoiceField(label=_("Host"), queryset=Declaration.objects.none())
    intern = forms.ModelChoiceField(label=_("Intern"), queryset=InternApplication.objects.none())

    def __init__(self, *args, hosts, interns, **kwargs):
        """`hosts` and `interns` are the pool of the edition."""
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts
        self.fields["host"].label_from_instance = lambda one: (
            f"{one.survey.gmina.name} ({one.survey.gmina.voivodeship})"
        )
        self.fields["intern"].queryset = interns


class ExplanationForm(forms.Form):
    """The two lines that both sides read, in both languages (M17)."""

    polish = forms.CharField(
        label=_("Why this pair (in Polish, for the municipality)"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "pl"}),
    )
    ukrainian = forms.CharField(
        label=_("Why this pair (in Ukrainian, for the intern)"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "uk"}),
    )


class RunForm(forms.Form):
    """The name of a new run of the matching."""

    name = forms.CharField(label=_("Name of the version"), max_length=120)


class DissolveForm(forms.Form):
    """Why a pair is taken apart."""

    reason = forms.CharField(label=_("Reason"), max_length=300, min_length=5)
