"""Surveys of municipalities as a table: one row each, one column for each question."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import wording
from applications.forms.extra_questions import field_of, page_form
from applications.models import HostSurvey
from applications.selectors.host import TableContext
from applications.selectors.host_partners import unlisted_of
from applications.survey_plan import EMPTY
from core.templatetags.components import named
from programme.models import Edition, Gmina

ASKED_TWICE = {"kolejnosc"}  # the order of the themes is kept with the themes
NOT_A_COLUMN = {"hromada_wybor"}


@dataclass(frozen=True)
class Question:
    """One column of answers: where it stands, its heading, the field that puts it into words."""

    page: str
    name: str
    heading: str
    field: forms.Field


class Questionnaire:
    """The questions of one edition, made once for all its surveys."""

    def __init__(self, edition: Edition, now: datetime):
        self.context = TableContext(edition, Gmina(), get_language() or "pl", now)
        self.forms = {
            page.slug: page_form(page)(context=self.context, answers={})
            for page in self.context.pages
            if page.slug not in ASKED_TWICE
        }

    @cached_property
    def questions(self) -> list[Question]:
        """All of them in order; those that are no longer asked stand last."""
        found = [
            Question(slug, name, f"{named(str(form.title))} {field.label}", field)
            for slug, form in self.forms.items()
            for name, field in form.fields.items()
            if name not in NOT_A_COLUMN
        ]
        known = {question.name for question in found}
        language = get_language() or "pl"
        return found + [
            Question("", each.key, each.label_in(language), field_of(each, language))
            for each in self.context.questions
            if each.key not in known
        ]

    def cells(self, answers: dict[str, Any]) -> dict[tuple[str, str], object]:
        """(page, field) -> what stands in the cell."""
        typed = {slug: form.initial_from(answers) for slug, form in self.forms.items()}
        return {
            (each.page, each.name): cell(each.field, self._value(each, typed, answers))
            for each in self.questions
        }

    def _value(self, question: Question, typed: dict[str, Any], answers: dict[str, Any]) -> Any:
        if question.page in typed:
            return self.forms[question.page].in_words(question.name, typed[question.page])
        return answers.get(question.name)


def cell(field: forms.Field, value: Any) -> object:
    """An answer as a number, a date or words; nothing stays nothing."""
    if isinstance(field, forms.BooleanField):
        return None if value is None else _("Yes") if value is True else _("No")
    if value in EMPTY:
        return None
    if isinstance(field, forms.ChoiceField):
        if isinstance(value, int):
            return value
        known = {str(code): str(label) for code, label in field.choices}
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(known.get(str(code), str(code)) for code in chosen)
    if isinstance(field, forms.DateField):
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return str(value)
    return value if isinstance(value, int) else str(value)


def columns() -> list[str]:
    """Headings of what we know of every survey, before its answers."""
    return [
        _("number"),
        _("TERYT code"),
        _("municipality"),
        _("kind"),
        _("powiat"),
        _("voivodeship"),
        _("status"),
        _("entrance"),
        _("leading survey"),
        _("versions"),
        _("first sent"),
        _("last saved"),
        _("taken by telephone by"),
        _("population used"),
        _("population on"),
        _("source of the population"),
        _("typed partner hromadas, found in the register"),
    ]


def _facts(survey: HostSurvey) -> list[object]:
    gmina = survey.gmina
    leading = survey.duplicate_of
    return [
        survey.number or "",
        gmina.teryt,
        gmina.name,
        gmina.get_kind_display(),
        gmina.powiat,
        gmina.voivodeship,
        survey.get_status_display(),
        survey.get_entrance_display(),
        (leading.number or leading.email) if leading else "",
        survey.version_count,
        survey.submitted_at,
        survey.saved_at,
        str(survey.taken_by) if survey.taken_by else "",
        survey.population_used,
        survey.population_on,
        wording.source_words(survey.population_source),
        "; ".join(
            f"{each.typed}: {each.match.hromada.name} ({each.match.hromada.katottg})"
            for each in unlisted_of(survey)
            if each.match
        ),
    ]


def table(
    surveys: QuerySet[HostSurvey], *, now: datetime, with_drafts: bool
) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows, with the questions that editions add. Answers last sent; of a survey that
    was never sent the draft, for those who may read drafts (`with_drafts`).
    """
    rows = (
        surveys.select_related("edition", "gmina", "duplicate_of", "taken_by")
        .annotate(version_count=Count("versions"))
        .prefetch_related("partner_matches__hromada")
        .order_by("edition__year", "gmina__sort_key", "pk")
    )
    editions = Edition.objects.filter(pk__in=surveys.values("edition")).order_by("year")
    sheets = {edition.pk: Questionnaire(edition, now) for edition in editions}
    headings = {
        (each.page, each.name): each.heading
        for sheet in sheets.values()
        for each in sheet.questions
    }

    def lines() -> Iterator[list[object]]:
        for survey in rows.iterator(chunk_size=200):
            known = survey.newest_answers if survey.submitted_at or with_drafts else {}
            cells = sheets[survey.edition_id].cells(known)
            yield [*_facts(survey), *(cells.get(key) for key in headings)]

    return [*columns(), *headings.values()], lines()
