"""Two versions of one answer: the form in which a person chooses (FT-18)."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm

MINE, THEIRS = "mine", "theirs"


class VersionsForm(PageForm):
    """For each answer that two people changed differently: whose version stays."""

    def __init__(self, data: QueryDict | None, *, keys: Iterable[str]) -> None:
        super().__init__(data)
        for key in keys:
            self.fields[f"version_{key}"] = forms.ChoiceField(
                choices=[(MINE, MINE), (THEIRS, THEIRS)],
                error_messages={"required": _("Choose the version that is to stay.")},
            )

    def chosen(self) -> dict[str, str]:
        """Whose version stays, by key; without those that were not chosen yet."""
        self.is_valid()
        return {
            name.removeprefix("version_"): choice
            for name, choice in self.cleaned_data.items()
            if choice
        }
