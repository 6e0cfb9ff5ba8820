"""The survey on paper: blank, to talk over in the office, and as it was filled in (A20)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import answer_sheet
from applications.forms.extra_questions import page_form
from applications.forms.host_fields import SurveyPage, WholeNumberField
from applications.models import HostSurvey
from applications.selectors.host import BlankContext
from applications.survey_parts import PART_NAMES
from applications.survey_plan import BY_SLUG, PARTNERS_MAX, Page
from core import formats, pdf
from core.widgets import DateFieldsField
from programme.models import Edition, Gmina

TITLE = gettext_lazy("Survey of interest")
LINES_OF_A_TEXT = 6
NOT_PRINTED = {"kolejnosc", *(f"partner-{place}" for place in range(2, PARTNERS_MAX + 1))}
CONDITIONS: dict[str, Promise] = {
    "partner-1": gettext_lazy("Only if the office cooperates with a local government of Ukraine."),
    "staz-partner": gettext_lazy(
        "Only if the office cooperates with a local government of Ukraine."
    ),
    "mentor-osoba": gettext_lazy("Only if you have a candidate for the mentor."),
    "mentor-jezyki": gettext_lazy("Only if you have a candidate for the mentor."),
    "mentor-udzial": gettext_lazy("Only if you have a candidate for the mentor."),
}
ADVICE: dict[str, Promise] = {
    "partner-1": gettext_lazy(
        "You may name up to five hromadas. Please copy this page for each further one."
    ),
    "tematy": gettext_lazy(
        "Write numbers from 1 to 5 in the boxes: 1 stands for the most important theme."
    ),
}
NOT_ASKED_ON_PAPER = {"hromada_wybor"}


@dataclass(frozen=True)
class Document:
    """A PDF with the name under which a browser saves it."""

    content: bytes
    filename: str


def blank_survey(edition: Edition, *, language: str, now: datetime) -> Document:
    """The form of an edition in one language, with boxes to tick and room to write.

    Questions come from the pages themselves, those that the edition adds as well. Not inside a
    transaction. Equal forms are compiled once.
    """
    with translation.override(language):
        data = json.dumps(_blank_data(edition, language, now), ensure_ascii=False)
        content = _compiled(data, language, str(TITLE), edition.name, str(edition.year))
        return Document(content, f"{_('survey')}-WIN4UA-{edition.year}-{language}.pdf")


@lru_cache(maxsize=12)
def _compiled(data: str, language: str, title: str, edition: str, version: str) -> bytes:
    """The same form is the same file, so it is made once for each text that it has."""
    return pdf.render(
        "applications/survey_blank",
        json.loads(data),
        language=language,
        title=title,
        edition=edition,
        version=version,
    )


def _blank_data(edition: Edition, language: str, now: datetime) -> dict[str, Any]:
    context = BlankContext(edition, Gmina(), language, now)
    parts: dict[str, list[dict[str, Any]]] = {}
    for page in context.pages:
        if page.slug not in NOT_PRINTED:
            parts.setdefault(page.part, []).append(_blank_page(page, context))
    return {
        "intro": [
            _(
                "This form is for talking the survey over in the office. The answers are sent "
                "online, by the personal link from our letter, or through the page of the survey."
            ),
            _("Surveys are accepted until: %(deadline)s.")
            % {"deadline": formats.deadline(edition.survey_closes_at, language)},
            _("The edition is for municipalities of at most %(limit)s inhabitants.")
            % {"limit": formats.number(edition.population_limit_pl, language)},
        ],
        "parts": [
            {"title": str(PART_NAMES[part]), "pages": pages} for part, pages in parts.items()
        ],
        "optional": _("optional"),
        "one": _("Choose one answer."),
        "several": _("You may choose several answers."),
    }


def condition_of(page: Page) -> str:
    """When a page is asked, in words; empty for a page that everybody answers."""
    own = CONDITIONS.get(page.slug) or CONDITIONS.get(page.after)
    return str(own) if own else ""


def _blank_page(page: Page, context: BlankContext) -> dict[str, Any]:
    form = page_form(page)(context=context, answers={})
    title = str(_("Partner hromada")) if page.partner else str(form.title)
    return {
        "title": title,
        "intro": str(form.intro),
        "condition": condition_of(page),
        "advice": str(ADVICE.get(page.slug, "")),
        "questions": [
            _blank_question(form, name, is_ranked=page.slug == "tematy")
            for name in form.fields
            if name not in NOT_ASKED_ON_PAPER and not form[name].is_hidden
        ],
    }


def _blank_question(form: SurveyPage, name: str, *, is_ranked: bool) -> dict[str, Any]:
    field = form.fields[name]
    options: list[str] = []
    if isinstance(field, forms.ChoiceField):
        options = [str(label) for code, label in field.choices if str(code)]
    return {
        "label": str(field.label),
        "help": "" if is_ranked else strip_tags(str(field.help_text)),
        "optional": not field.required,
        "kind": "rank" if is_ranked else _kind_of(field),
        "options": options,
    }


def _kind_of(field: forms.Field) -> str:
    """How the answer is written on paper."""
    kinds: tuple[tuple[bool, str], ...] = (
        (isinstance(field, forms.BooleanField), "tick"),
        (isinstance(field, forms.MultipleChoiceField), "several"),
        (isinstance(field, forms.ChoiceField), "one"),
        (isinstance(field.widget, forms.Textarea), "text"),
        (isinstance(field, WholeNumberField | DateFieldsField), "short"),
    )
    return next((kind for fits, kind in kinds if fits), "line")


def filled_survey(
    survey: HostSurvey,
    answers: Mapping[str, Any],
    *,
    version: int | None,
    sent_at: datetime | None,
    language: str,
    now: datetime,
) -> Document:
    """The survey with its answers. `version` None: a draft that was never sent, and says so.

    Not inside a transaction; nothing of it is kept.
    """
    with translation.override(language):
        sheet = answer_sheet.of_survey(survey, answers, now=now, language=language)
        number = survey.number if version else None
        data = {
            "facts": _facts(survey, number, sent_at, language),
            "warning": "" if version else _("Draft – NOT SENT"),
            "sections": [
                {
                    "title": part.title,
                    "rows": [
                        {"label": row.label, "lines": row.lines or row.value.split("\n")}
                        for row in part.rows
                    ],
                }
                for part in sheet
            ],
        }
        content = pdf.render(
            "applications/survey_filled",
            data,
            language=language,
            title=str(TITLE),
            edition=survey.edition.name,
            version=str(version or _("draft")),
        )
        return Document(content, f"{_('survey')}-{number or survey.gmina.teryt}.pdf")


def _facts(
    survey: HostSurvey, number: str | None, sent_at: datetime | None, language: str
) -> list[tuple[str, str]]:
    gmina = survey.gmina
    area = f"{gmina.get_kind_display()}, {gmina.powiat}, {gmina.voivodeship}"
    rows = [(_("Municipality"), gmina.name), (_("Area"), area), (_("TERYT code"), gmina.teryt)]
    if number:
        rows.append((_("Number"), number))
    if sent_at is not None:
        rows.append((_("Sent"), formats.moment(sent_at, language)))
    if survey.is_by_telephone and survey.taken_at:
        rows.append((_("Taken by telephone"), formats.moment(survey.taken_at, language)))
    return rows


def printed_pages() -> set[str]:
    """Pages of our own that stand on paper; the others are told in words."""
    return set(BY_SLUG) - NOT_PRINTED
