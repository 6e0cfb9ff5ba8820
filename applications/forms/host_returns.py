"""Forms of the panel for returning questions of a survey (A16)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.answer_sheet import Row, Section
from applications.enums import ReturnKind
from applications.services.host_returns import Wish
from core.forms import PageForm
from core.widgets import DateFieldsField

SEPARATOR = "."


def code_of(section: Section, row: Row) -> str:
    """How a question is named in addresses and forms of the panel: "adres.adres_kod"."""
    return f"{section.slug}{SEPARATOR}{row.name}"


class ChooseQuestionsForm(PageForm):
    """Which questions are returned; a GET form."""

    q = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("Choose questions of this survey.")}
    )

    def __init__(self, data: Any = None, *, sections: Sequence[Section]) -> None:
        super().__init__(data)
        self.rows = {
            code_of(section, row): (section, row)
            for section in sections
            for row in section.rows
            if row.name
        }
        self.fields["q"].choices = [(code, code) for code in self.rows]

    def chosen(self) -> list[tuple[str, Section, Row]]:
        """The chosen questions in the order of the survey; nonsense counts as not chosen."""
        wanted = set(self.cleaned_data.get("q", [])) if self.is_valid() else set()
        return [(code, *self.rows[code]) for code in self.rows if code in wanted]


class DueForm(PageForm):
    """The day by which answers are due."""

    due_on = DateFieldsField(
        label=_("Answers are due by the end of the day"),
        error_messages={"required": _("Say by which day the answers are due.")},
    )

    def __init__(self, data: Any = None, *, today: date, proposed: date) -> None:
        super().__init__(data, initial={"due_on": proposed})
        self.today = today

    def clean_due_on(self) -> date:
        """Not before tomorrow: people need time."""
        day = self.cleaned_data["due_on"]
        if day <= self.today:
            raise ValidationError(_("Choose a day after today."))
        return day


class ReturnForm(DueForm):
    """For each chosen question a reason and a sentence, and the day by which answers are due."""

    def __init__(
        self,
        data: Any = None,
        *,
        chosen: Sequence[tuple[str, Section, Row]],
        today: date,
        proposed: date,
    ) -> None:
        super().__init__(data, today=today, proposed=proposed)
        self.chosen = chosen
        for place, (_code, _section, row) in enumerate(chosen):
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("Reason"),
                choices=ReturnKind.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose the reason: %(label)s") % {"label": row.label}
                },
            )
            self.fields[f"sentence_{place}"] = forms.CharField(
                label=_("What the municipality should do, in one sentence"),
                min_length=5,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={
                    "required": _("Say what is to be done: %(label)s") % {"label": row.label}
                },
            )

    def parts(self) -> list[dict[str, Any]]:
        """For the page: each question with its answer and its two fields."""
        return [
            {
                "title": section.title,
                "row": row,
                "kind": self[f"kind_{place}"],
                "sentence": self[f"sentence_{place}"],
            }
            for place, (_code, section, row) in enumerate(self.chosen)
        ]

    def wishes(self) -> list[Wish]:
        """What the service takes."""
        return [
            Wish(
                page=section.slug,
                name=row.name,
                label=row.label,
                kind=self.cleaned_data[f"kind_{place}"],
                sentence=self.cleaned_data[f"sentence_{place}"],
            )
            for place, (_code, section, row) in enumerate(self.chosen)
        ]
