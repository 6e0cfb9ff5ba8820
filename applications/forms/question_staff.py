"""The panel's form for a question that the edition adds to the survey."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostQuestion
from applications.models.questions import CHOOSING, PAGES_TO_FOLLOW
from applications.selectors.questions import surveys_answering
from core.forms import clean_text

LANGUAGES = ("pl", "uk", "en")


def page_choices() -> list[tuple[str, Any]]:
    """Pages that a question may follow, by their titles, in the order of the survey."""
    return [(slug, PAGE_FORMS[slug].title) for slug in PAGES_TO_FOLLOW]


class HostQuestionForm(forms.ModelForm):
    """Words in three languages, the place, and a kind that is fixed once somebody has answered."""

    after = forms.ChoiceField(
        label=_("Asked after the page"),
        help_text=_("It stands on a page of its own, with the other questions of that place."),
    )

    class Meta:
        model = HostQuestion
        fields = [
            "edition",
            "kind",
            "after",
            "position",
            "label_pl",
            "label_uk",
            "label_en",
            "hint_pl",
            "hint_uk",
            "hint_en",
            "is_required",
            "minimum",
            "maximum",
            "is_active",
        ]
        labels = {"position": _("Place in the order"), "is_active": _("Asked now")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "after" in self.fields:  # somebody who only reads has no fields
            self.fields["after"].choices = page_choices()
            edition = self.fields["edition"].widget
            for verb in ("add", "change", "view"):  # this page is about the question
                setattr(edition, f"can_{verb}_related", False)

    def clean_kind(self) -> str:
        """An answer that was given must stay an answer."""
        kind = self.cleaned_data["kind"]
        before = self.instance
        if before.pk and before.kind != kind and surveys_answering(before).exists():
            raise ValidationError(
                _(
                    "Somebody has answered this question already, so the kind of answer stays as "
                    "it is. Switch the question off and add another one."
                ),
                code="fixed",
            )
        return kind

    def clean_edition(self) -> Any:
        """A question stays in its edition."""
        edition = self.cleaned_data["edition"]
        if self.instance.pk and self.instance.edition_id != edition.pk:
            raise ValidationError(_("A question stays in its edition. Copy it instead."))
        return edition

    def clean(self) -> dict[str, Any]:
        """Text in one spelling; a hint in one language needs the other two."""
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value).strip()
        hints = [cleaned.get(f"hint_{language}") for language in LANGUAGES]
        if any(hints) and not all(hints):
            for language, hint in zip(LANGUAGES, hints, strict=True):
                if not hint:
                    self.add_error(f"hint_{language}", _("Write the hint in all three languages."))
        return cleaned


class OptionsFormSet(forms.BaseInlineFormSet):
    """Answers to choose: two at least where the question is answered by choosing, else none."""

    def clean(self) -> None:
        """The number fits the kind of the question."""
        super().clean()
        offered = [
            form
            for form in self.forms
            if form.cleaned_data.get("name_pl") and form.cleaned_data.get("is_active", True)
        ]
        chooses = self.instance.kind in CHOOSING
        if chooses and len(offered) < 2:
            raise ValidationError(_("Give at least two answers to choose from."))
        if not chooses and any(form.has_changed() for form in self.forms):
            raise ValidationError(_("Only a question with a choice has answers to choose from."))


class CopyQuestionsForm(forms.Form):
    """From which edition the questions are taken over."""

    source = forms.ModelChoiceField(
        label=_("Edition"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, editions: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].queryset = editions
        self.fields["source"].initial = editions.first()
