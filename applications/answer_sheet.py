"""Answers of a survey in words: for the page that checks them, the panel and the receipt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.forms.extra_questions import field_of, page_form
from applications.forms.host_fields import PhoneField, SurveyPage
from applications.models import HostSurvey
from applications.selectors.host import SurveyContext, survey_context
from applications.survey_plan import EMPTY, UNLISTED, Page, is_extra, pages_for
from core import formats, phones
from core.templatetags.components import named

NOT_SHOWN = {"hromada_wybor", UNLISTED}
PERSONAL = {  # what an auditor does not see (permission matrix P04, P08)
    "kierownik_imie",
    "kierownik_nazwisko",
    "kontakt_imie",
    "kontakt_nazwisko",
    "kontakt_email",
    "kontakt_tel",
    "mentor_imie",
    "mentor_nazwisko",
    "mentor_email",
    "mentor_tel",
    "mentor_zastepca",
}
RETIRED = "nieaktualne"
HIDDEN = "\u2022\u2022\u2022"
FIVE_FIGURES = 10_000  # from here on figures stand in groups of three; a year does not


def without_names(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The same answers, personal ones replaced by dots.

    What was written in answer to a question of the edition may hold a name as well.
    """
    return {
        key: HIDDEN if key in PERSONAL or (is_extra(key) and isinstance(value, str)) else value
        for key, value in answers.items()
    }


@dataclass(frozen=True)
class Row:
    """One question with its answer; `lines` when there are several, `url` where it is changed.

    `name` is that of the field on the page of the survey; `is_empty`: nothing was answered.
    """

    label: str
    value: str
    lines: list[str] = field(default_factory=list)
    is_missing: bool = False
    url: str = ""
    name: str = ""
    is_empty: bool = False


@dataclass(frozen=True)
class Section:
    """One page of the survey: its slug, its title and its answers."""

    slug: str
    title: str
    rows: list[Row]


def _labels(choices: Any, value: Any) -> list[str]:
    known = {str(code): str(label) for code, label in choices}
    chosen = value if isinstance(value, list) else [value]
    return [known.get(str(code), str(code)) for code in chosen]


def _row(bound: BoundField, value: Any, *, is_missing: bool) -> Row:
    kind = bound.field
    label = str(bound.label)
    if isinstance(kind, forms.BooleanField):
        return Row(label, _("Yes") if value is True else _("No"), is_missing=is_missing)
    if value in EMPTY:
        return Row(label, _("No answer"), is_missing=is_missing, is_empty=True)
    if isinstance(kind, forms.MultipleChoiceField):
        labels = _labels(kind.choices, value)
        return Row(label, ", ".join(labels), labels)
    if isinstance(kind, forms.ChoiceField):
        return Row(label, _labels(kind.choices, value)[0])
    if isinstance(kind, forms.DateField):
        return Row(label, _day(value))
    if isinstance(kind, PhoneField):
        return Row(label, phones.spaced(str(value)))
    if isinstance(kind, forms.IntegerField) and isinstance(value, int) and value >= FIVE_FIGURES:
        return Row(label, formats.number(value, get_language() or "pl"))
    return Row(label, str(value))


def _day(value: Any) -> str:
    try:
        return formats.day(date.fromisoformat(str(value)), get_language() or "pl")
    except ValueError:
        return str(value)


def _section(page: Page, form: SurveyPage, answers: Mapping[str, Any]) -> Section:
    missing = page.missing(answers)
    given = form.initial_from(answers)
    rows = [
        replace(
            _row(form[name], form.in_words(name, given), is_missing=_is_gap(name, missing)),
            name=name,
        )
        for name in form.fields
        if name not in NOT_SHOWN
    ]
    return Section(page.slug, str(form.title), rows)


def _is_gap(name: str, missing: tuple[str, ...]) -> bool:
    """Nested answers: the key of the plan stands for several fields of the page."""
    whole = {"hromada": "katottg"} | {
        f"jezyk_{code}": "mentor_jezyki" for code in ("pl", "uk", "en", "ru")
    }
    return whole.get(name, name) in missing


def section_of(page: Page, answers: Mapping[str, Any], context: SurveyContext) -> Section:
    """The answers of one page, whether it is asked or not."""
    form = page_form(page)(context=context, answers=answers, is_to_read=True)
    return _section(page, form, answers)


def sections(answers: Mapping[str, Any], context: SurveyContext) -> list[Section]:
    """All answers by page, in the language in use. The order of themes stands for their choice."""
    pages = pages_for(answers, context.pages)
    slugs = {page.slug for page in pages}
    shown = [page for page in pages if page.slug != "tematy" or "kolejnosc" not in slugs]
    return [section_of(page, answers, context) for page in shown] + _retired(answers, context)


def _retired(answers: Mapping[str, Any], context: SurveyContext) -> list[Section]:
    """Answers to questions of the edition that are no longer asked; what was told stays told."""
    planned = {key for page in context.pages for key in page.keys}
    asked = [
        question
        for question in context.questions
        if question.key in answers and question.key not in planned
    ]
    language = get_language() or "pl"
    rows = []
    for question in asked:
        form = forms.Form()
        form.fields[question.key] = field_of(question, language, answers[question.key])
        rows.append(_row(form[question.key], answers[question.key], is_missing=False))
    return [Section(RETIRED, _("Questions that are no longer asked"), rows)] if rows else []


def of_survey(
    survey: HostSurvey, answers: Mapping[str, Any], *, now: datetime, language: str | None = None
) -> list[Section]:
    """As `sections`, for a survey."""
    language = language or get_language() or survey.language
    return sections(
        answers, survey_context(survey.edition, survey.gmina, language=language, now=now)
    )


def as_text(
    survey: HostSurvey,
    answers: Mapping[str, Any],
    *,
    now: datetime,
    context: SurveyContext | None = None,
) -> str:
    """A plain copy of all answers for the receipt, in the language of the survey (A3).

    A survey taken by telephone says so first: when, and who was on the telephone (A20). `context`
    in that language, for a caller who has it already.
    """
    with translation.override(survey.language):
        parts = (
            of_survey(survey, answers, now=now, language=survey.language)
            if context is None
            else sections(answers, context)
        )
        texts = [
            "\n".join(
                [part.title.upper(), *(f"{named(row.label)} {row.value}" for row in part.rows)]
            )
            for part in parts
        ]
        return "\n\n".join([*phone_words(survey), *texts])


def phone_words(survey: HostSurvey) -> list[str]:
    """How a survey was taken by telephone, in one sentence; nothing for any other."""
    if not survey.is_by_telephone or survey.taken_at is None:
        return []
    language = get_language() or survey.language
    return [
        _("Taken by telephone: %(moment)s. On the telephone: %(caller)s.")
        % {"moment": formats.moment(survey.taken_at, language), "caller": survey.caller}
    ]


def with_links(parts: list[Section], address: Callable[[str], str]) -> list[Section]:
    """The same sections, each answer with the address at which it is changed (A4)."""
    return [_linked(part, address(part.slug)) if part.slug != RETIRED else part for part in parts]


def _linked(part: Section, address: str) -> Section:
    return replace(part, rows=[replace(row, url=address) for row in part.rows])
