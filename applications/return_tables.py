"""Returns of a survey as the panel shows them: each question before and after (A16)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import answer_sheet, survey_plan
from applications.models import HostSurvey, ReturnedQuestion, SurveyReturn
from applications.selectors.host import SurveyContext, survey_context
from core import formats


@dataclass(frozen=True)
class ReturnedRow:
    """One returned question with its answer before and after."""

    label: str
    kind: str
    sentence: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True)
class ReturnLine:
    """One return, and where it stands in words."""

    returned_at: str
    by: str
    due: str
    state: str
    state_kind: str
    is_answered: bool
    rows: list[ReturnedRow]


def state_of(survey_return: SurveyReturn, now: datetime) -> tuple[str, str]:
    """Where a return stands, in words, and the kind of its tag."""
    if survey_return.answer_id is not None:
        return _("answered"), "good"
    if survey_return.closed_at is not None:
        return _("taken back"), "neutral"
    if survey_return.due_at <= now:
        return _("overdue"), "late"
    return _("waits for the municipality"), "waiting"


def return_lines(
    survey: HostSurvey, *, now: datetime, with_answers: bool = True
) -> list[ReturnLine]:
    """All returns of a survey, the newest first. `with_answers` False: for who may not read."""
    returns = list(
        survey.returns.select_related("returned_by", "version", "answer")
        .prefetch_related("questions")
        .order_by("-pk")
    )
    if not returns:
        return []
    language = get_language() or "pl"
    context = survey_context(survey.edition, survey.gmina, language=language, now=now)
    return [_line(each, context, now, language, with_answers) for each in returns]


def _line(
    survey_return: SurveyReturn,
    context: SurveyContext,
    now: datetime,
    language: str,
    with_answers: bool,
) -> ReturnLine:
    state, kind = state_of(survey_return, now)
    before = survey_return.version.answers if with_answers else {}
    after = survey_return.answer.answers if survey_return.answer and with_answers else {}
    questions = sorted(survey_return.questions.all(), key=lambda each: each.pk)
    return ReturnLine(
        returned_at=formats.moment(survey_return.returned_at, language),
        by=str(survey_return.returned_by),
        due=formats.deadline(survey_return.due_at, language),
        state=state,
        state_kind=kind,
        is_answered=survey_return.answer_id is not None,
        rows=[_row(each, before, after, context) for each in questions],
    )


def _row(
    question: ReturnedQuestion, before: dict, after: dict, context: SurveyContext
) -> ReturnedRow:
    old, new = (_value(question, answers, context) for answers in (before, after))
    return ReturnedRow(
        label=question.label,
        kind=question.get_kind_display(),
        sentence=question.sentence,
        before=old,
        after=new,
        is_changed=old != new,
    )


def _value(question: ReturnedQuestion, answers: dict, context: SurveyContext) -> str:
    page = survey_plan.page_of(question.page, context.pages)
    if not answers or page is None or not page.asked(answers):
        return ""
    rows = answer_sheet.section_of(page, answers, context).rows
    return next((row.value for row in rows if row.name == question.name), "")
