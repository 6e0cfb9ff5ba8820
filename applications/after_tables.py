"""Rows of the panel page about what comes after the deadline, ready for templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import answer_sheet
from applications.models import HostSurvey, LateCode, LateDraft, SurveyReturn
from applications.return_tables import state_of
from core import formats


@dataclass(frozen=True)
class DraftRow:
    """One late draft."""

    pk: int
    survey: HostSurvey
    email: str
    first_at: str
    last_at: str
    what: str


@dataclass(frozen=True)
class ReturnRow:
    """One return that waits."""

    survey: HostSurvey
    questions: int
    due: str
    state: str
    state_kind: str
    by: str


@dataclass(frozen=True)
class CodeRow:
    """One late code and where it stands."""

    pk: int
    ending: str
    note: str
    gmina: str
    uses: int
    uses_allowed: int
    used_by: list[str]
    until: str
    state: str
    state_kind: str
    made: str
    is_live: bool


def draft_rows(drafts: Iterable[LateDraft]) -> list[DraftRow]:
    """What came late: of whom, when, and whether it was to be sent."""
    language = get_language() or "pl"
    return [
        DraftRow(
            pk=late.pk,
            survey=late.survey,
            email=late.survey.contact.email if late.survey.contact else late.survey.email,
            first_at=formats.moment(late.first_at, language),
            last_at=formats.moment(late.last_at, language),
            what=_what(late),
        )
        for late in drafts
    ]


def _what(late: LateDraft) -> str:
    if not late.was_to_be_sent:
        return _("pages were saved")
    return _("a correction was to be sent") if late.survey.number else _("was to be sent")


def return_rows(returns: Iterable[SurveyReturn], *, now: datetime) -> list[ReturnRow]:
    """Returns that wait for the municipality."""
    language = get_language() or "pl"
    rows = []
    for each in returns:
        state, kind = state_of(each, now)
        rows.append(
            ReturnRow(
                survey=each.survey,
                questions=len(each.questions.all()),
                due=formats.deadline(each.due_at, language),
                state=state,
                state_kind=kind,
                by=str(each.returned_by),
            )
        )
    return rows


def code_rows(codes: Iterable[LateCode], *, now: datetime) -> list[CodeRow]:
    """Codes with who used them."""
    language = get_language() or "pl"
    rows = []
    for code in codes:
        state, kind, is_live = _code_state(code, now)
        rows.append(
            CodeRow(
                pk=code.pk,
                ending=code.ending,
                note=code.note,
                gmina=code.gmina.name if code.gmina else "",
                uses=code.uses,
                uses_allowed=code.uses_allowed,
                used_by=[f"{use.gmina.name}, {use.gmina.powiat}" for use in code.used_by.all()],
                until=formats.deadline(code.expires_at, language),
                state=state,
                state_kind=kind,
                made=f"{formats.moment(code.created_at, language)}, {code.created_by}",
                is_live=is_live,
            )
        )
    return rows


def _code_state(code: LateCode, now: datetime) -> tuple[str, str, bool]:
    if code.revoked_at is not None:
        return _("taken back"), "neutral", False
    if code.expires_at <= now:
        return _("ended"), "neutral", False
    if code.uses >= code.uses_allowed:
        return _("used up"), "good", True
    return _("can be used"), "waiting", True


@dataclass(frozen=True)
class LateLines:
    """A late draft on the record of its survey: only the answers that differ."""

    first_at: str
    last_at: str
    attempts: int
    what: str
    is_settled: bool
    rows: list[tuple[str, str, str]]


def late_lines(survey: HostSurvey, *, now: datetime) -> LateLines | None:
    """What came late, question by question against the survey as it was at the closing."""
    late = LateDraft.objects.filter(survey=survey).first()
    if late is None:
        return None
    language = get_language() or "pl"
    before = _values(survey, survey.answers or survey.draft_answers, now)
    after = _values(survey, late.answers, now)
    return LateLines(
        first_at=formats.moment(late.first_at, language),
        last_at=formats.moment(late.last_at, language),
        attempts=late.attempts,
        what=_what(late),
        is_settled=late.settled_at is not None,
        rows=[
            (label, before.get((title, label), ""), value)
            for (title, label), value in after.items()
            if before.get((title, label), "") != value
        ],
    )


def _values(survey: HostSurvey, answers: dict, now: datetime) -> dict[tuple[str, str], str]:
    parts = answer_sheet.of_survey(survey, answers, now=now)
    return {(part.title, row.label): row.value for part in parts for row in part.rows}
