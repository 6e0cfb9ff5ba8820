"""Pages made of the questions that an edition adds to the survey."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind
from applications.forms.host_fields import (
    YES_NO,
    SurveyPage,
    WholeNumberField,
    area,
    line,
    one_of,
    some_of,
)
from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostQuestion
from applications.survey_plan import Page
from core.widgets import DateFieldsField

SHORT_MOST = 200
LONG_MOST = 2000


class ExtraPage(SurveyPage):
    """Questions of the edition that follow one of our pages. Subclasses only say which."""

    page: Page

    def prepare(self) -> None:
        """The fields, in the order of the edition and in the language of the page."""
        language = get_language() or "pl"
        for question in self.context.questions:
            if question.key in self.page.keys:
                chosen = self.answers.get(question.key)
                self.fields[question.key] = field_of(question, language, chosen)

    def to_answers(self) -> dict[str, Any]:
        """Dates as the year, the month and the day; everything else as it is."""
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in self.cleaned_data.items()
        }


def page_form(page: Page) -> type[SurveyPage]:
    """The form of a page: our own, or one made of the edition's questions."""
    if not page.after:
        return PAGE_FORMS[page.slug]
    _slug, _word, place = page.slug.rpartition("-")
    title = format_lazy("{}: {}", PAGE_FORMS[page.after].title, _("additional questions"))
    return type(
        "ExtraPageOfEdition",
        (ExtraPage,),
        {
            "slug": page.slug,
            "page": page,
            "title": title if place == "1" else format_lazy("{} ({})", title, place),
            "__doc__": "Questions of the edition.",
        },
    )


def field_of(question: HostQuestion, language: str, chosen: object = None) -> forms.Field:
    """The field that answers a question, with its words in one of the three languages.

    `chosen`: what was answered before; an option that is switched off stays for whoever chose it.
    """
    words = {
        "label": question.label_in(language),
        "help_text": question.hint_in(language),
        "required": question.is_required,
    }
    if question.kind == QuestionKind.NUMBER:
        limits = {"min_value": question.minimum, "max_value": question.maximum}
        return WholeNumberField(**words, **limits)
    if question.has_options:
        make = one_of if question.kind == QuestionKind.ONE else some_of
        return make(choices=_options(question, language, chosen), **words)
    return FIELDS[QuestionKind(question.kind)](words)


def _options(question: HostQuestion, language: str, chosen: object) -> tuple[tuple[str, str], ...]:
    kept = chosen if isinstance(chosen, list) else [chosen]
    return tuple(
        (option.code, option.name_in(language))
        for option in question.options.all()
        if option.is_active or option.code in kept
    )


FIELDS: dict[QuestionKind, Callable[[dict[str, Any]], forms.Field]] = {
    QuestionKind.SHORT_TEXT: lambda words: line(least=0, most=SHORT_MOST, **words),
    QuestionKind.LONG_TEXT: lambda words: area(most=LONG_MOST, **words),
    QuestionKind.DATE: lambda words: DateFieldsField(**words),
    QuestionKind.YES_NO: lambda words: one_of(choices=YES_NO, **words),
}
