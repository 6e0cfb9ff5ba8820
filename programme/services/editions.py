"""Making an edition with everything it needs on its first day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core import audit
from core.models import User
from programme import defaults, text_proposals
from programme.enums import EditionTextKey
from programme.models import (
    BudgetCategory,
    ConsentText,
    Edition,
    EditionText,
    FormalCriterion,
    FrequentQuestion,
    GrantCriterion,
    MeritCriterion,
    PlacementWindow,
    ReportQuestion,
    RequiredDocument,
    Theme,
)
from programme.models.content import LANGUAGES
from programme.models.edition import known_earlier_editions
from programme.services.contents import propose


@transaction.atomic
def create_edition(
    year: int,
    *,
    survey_opens_at: datetime,
    survey_closes_at: datetime,
    applications_open_at: datetime,
    applications_close_at: datetime,
    meetings_start_on: date,
    meetings_end_on: date,
    windows: Iterable[tuple[str, date, date]] = (),
    actor: User | None = None,
    name: str = "",
    **settings: Any,
) -> Edition:
    """A new edition with its vocabulary, sheets, criteria, texts and placement windows.

    `windows` are (code, first day, last day); `settings` are any other fields of `Edition`.
    Raises `ValidationError` when the settings contradict each other.
    """
    edition = Edition(
        year=year,
        name=name or f"WIN4UA {year}",
        survey_opens_at=survey_opens_at,
        survey_closes_at=survey_closes_at,
        applications_open_at=applications_open_at,
        applications_close_at=applications_close_at,
        meetings_start_on=meetings_start_on,
        meetings_end_on=meetings_end_on,
        **settings,
    )
    if "previous_years" not in settings:
        edition.previous_years = earlier_years(year)
    edition.full_clean()
    edition.save()
    fill_rows(edition)
    PlacementWindow.objects.bulk_create(
        PlacementWindow(edition=edition, code=code, starts_on=first, ends_on=last)
        for code, first, last in windows
    )
    audit.record(action="programme.edition.created", target=edition, actor=actor, year=year)
    return edition


def earlier_years(before: int | None = None) -> list[int]:
    """Years that are known, and those of editions in the panel that the public has seen."""
    here = Edition.objects.published().filter(is_demonstration=False)
    known = {*known_earlier_editions(), *here.values_list("year", flat=True)}
    return sorted(year for year in known if before is None or year < before)


def fill_rows(edition: Edition) -> None:
    """The default rows of a new edition; rows that exist already are left as they are."""
    _fill(Theme, edition, (({}, names) for names in defaults.THEMES))
    _fill(
        MeritCriterion,
        edition,
        (({"max_points": points}, names) for names, points in defaults.MERIT_CRITERIA),
    )
    _fill(
        GrantCriterion,
        edition,
        (({"max_points": points}, names) for names, points in defaults.GRANT_CRITERIA),
    )
    _fill(
        BudgetCategory,
        edition,
        (({"max_percent": percent}, names) for names, percent in defaults.BUDGET_CATEGORIES),
    )
    _fill(
        FormalCriterion,
        edition,
        (({"side": side}, names) for side, names in defaults.FORMAL_CRITERIA),
    )
    _fill(
        RequiredDocument,
        edition,
        (({"side": side}, names) for side, names in defaults.REQUIRED_DOCUMENTS),
    )
    ReportQuestion.objects.bulk_create(
        (
            ReportQuestion(
                edition=edition,
                report=report,
                answer=answer,
                code=names[0],
                text_pl=names[1],
                text_uk=names[2],
                text_en=names[3],
                position=position,
            )
            for position, (report, answer, names) in enumerate(defaults.REPORT_QUESTIONS, 1)
        ),
        ignore_conflicts=True,
    )
    ConsentText.objects.bulk_create(
        (
            ConsentText(
                edition=edition,
                kind=kind,
                is_required=is_required,
                text_pl=texts[0],
                text_uk=texts[1],
                text_en=texts[2],
            )
            for kind, is_required, texts in defaults.CONSENTS
        ),
        ignore_conflicts=True,
    )
    EditionText.objects.bulk_create(
        (EditionText(edition=edition, key=key) for key in EditionTextKey.values),
        ignore_conflicts=True,
    )
    propose_words(edition)


def propose_words(edition: Edition) -> None:
    """Drafts that staff confirm, change or throw away; the public sees none of them (domain).

    Whatever has words or a version of its own already is left as it is.
    """
    FrequentQuestion.objects.bulk_create(
        (
            FrequentQuestion(edition=edition, code=code, position=position)
            for position, (code, _question, _answer) in enumerate(text_proposals.QUESTIONS, 1)
        ),
        ignore_conflicts=True,
    )
    answers = {
        code: _in_languages("question", question) | _in_languages("answer", answer)
        for code, question, answer in text_proposals.QUESTIONS
    }
    texts = {key: _in_languages("text", words) for key, words in text_proposals.TEXTS.items()}
    propose({row: answers[row.code] for row in edition.faq.filter(code__in=answers)})
    propose({text: texts[text.key] for text in edition.texts.filter(key__in=texts)})


def _in_languages(name: str, words: text_proposals.Words) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in zip(LANGUAGES, words, strict=True)}


def _fill(
    model: type[Any],
    edition: Edition,
    rows: Iterable[tuple[Mapping[str, Any], defaults.Names]],
) -> None:
    model.objects.bulk_create(
        (
            model(
                edition=edition,
                code=names[0],
                name_pl=names[1],
                name_uk=names[2],
                name_en=names[3],
                position=position,
                **fields,
            )
            for position, (fields, names) in enumerate(rows, 1)
        ),
        ignore_conflicts=True,
    )
