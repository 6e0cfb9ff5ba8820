"""Forms of the pages where staff compare versions and merge two surveys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.merge_plan import LEFT, RIGHT, Question
from core.forms import PageForm

SIDES = ((LEFT, _("Leading survey")), (RIGHT, _("Possible duplicate")))


class MergeForm(PageForm):
    """One choice for each question on which two surveys differ, and which button was pressed."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    all = forms.ChoiceField(choices=SIDES, required=False)
    do = forms.ChoiceField(choices=[("preview", ""), ("back", ""), ("merge", "")], required=False)

    def __init__(self, data: Any = None, *, questions: list[Question], **options: Any) -> None:
        super().__init__(data, **options)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.label,
                choices=SIDES,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose one of the two answers: %(label)s")
                    % {"label": question.label}
                },
            )

    @property
    def choices(self) -> dict[str, str]:
        """Key -> side, of what was chosen."""
        chosen = {question.key: self.cleaned_data.get(question.key) for question in self.questions}
        return {key: side for key, side in chosen.items() if side}

    @property
    def all_of(self) -> str:
        """The side that was wished for every question, or an empty text."""
        return self.data.get("all", "") if self.data.get("all") in (LEFT, RIGHT) else ""

    @property
    def wish(self) -> str:
        """Which button was pressed."""
        return self.data.get("do", "")


class CompareForm(PageForm):
    """Which two versions are compared; a GET form."""

    before = forms.TypedChoiceField(label=_("From version"), coerce=int)
    after = forms.TypedChoiceField(label=_("To version"), coerce=int)

    def __init__(
        self, data: Any = None, *, versions: list[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["before"].choices = versions
        self.fields["after"].choices = versions
