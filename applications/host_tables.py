"""Rows of the panel's pages about municipalities, ready for templates."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from applications import wording
from applications.enums import SurveyStatus
from applications.figure_drift import register_now
from applications.models import EligibilityDecision, HostSurvey
from applications.selectors.host import InvitationLine, InvitationPlan
from applications.services.host import judge_survey
from core import formats

MOST_SHOWN = 200
TAG_KINDS = {
    SurveyStatus.DRAFT: "neutral",
    SurveyStatus.SUBMITTED: "waiting",
    SurveyStatus.RETURNED: "info",
    SurveyStatus.ELIGIBLE: "good",
    SurveyStatus.INELIGIBLE: "bad",
    SurveyStatus.EXCEPTION: "late",
    SurveyStatus.WITHDRAWN: "neutral",
    SurveyStatus.DUPLICATE: "late",
    SurveyStatus.MERGED: "neutral",
}
PLAN_REASONS = {
    "gone": gettext_lazy("no longer in the register"),
    "kind": gettext_lazy("not of a kind that takes part in this edition"),
    "over_limit": gettext_lazy("above the population limit"),
    "has_survey": gettext_lazy("already has a survey"),
    "invited": gettext_lazy("already invited"),
    "no_address": gettext_lazy("no e-mail address of the office on file"),
}


@dataclass(frozen=True)
class VerdictFacts:
    """The verdict of the rules in words (A21)."""

    is_eligible: bool
    outcome: str
    reasons: list[str]
    figure: str
    limit: str


@dataclass(frozen=True)
class DecisionRow:
    """One survey of the worklist."""

    survey: HostSurvey
    sent_at: str
    facts: VerdictFacts
    reason: str = ""
    asked_by: str = ""


def verdict_of(survey: HostSurvey, *, now: datetime) -> VerdictFacts:
    """What the rules say now of the answers last sent."""
    language = get_language() or "pl"
    verdict = judge_survey(survey, now=now)
    return VerdictFacts(
        is_eligible=verdict.is_eligible,
        outcome=wording.verdict_words(verdict),
        reasons=wording.reason_words(verdict.reasons),
        figure=wording.figure_words(verdict.figure, language),
        limit=formats.number(survey.edition.population_limit_pl, language),
    )


def decision_rows(surveys: QuerySet[HostSurvey], *, now: datetime) -> list[DecisionRow]:
    """Rows of what waits for a decision."""
    language = get_language() or "pl"
    rows = surveys.prefetch_related("gmina__populations")
    return [
        DecisionRow(
            survey, formats.moment(survey.submitted_at, language), verdict_of(survey, now=now)
        )
        for survey in rows
    ]


def exception_rows(surveys: QuerySet[HostSurvey], *, now: datetime) -> list[DecisionRow]:
    """Rows of exceptions that wait for a second person, with who asked and why."""
    language = get_language() or "pl"
    rows = surveys.prefetch_related("gmina__populations", "exceptions__asked_by")
    found = []
    for survey in rows:
        wishes = [wish for wish in survey.exceptions.all() if wish.closed_at is None]
        found.append(
            DecisionRow(
                survey,
                formats.moment(survey.submitted_at, language),
                verdict_of(survey, now=now),
                reason=wishes[0].reason if wishes else "",
                asked_by=str(wishes[0].asked_by) if wishes else "",
            )
        )
    return found


@dataclass(frozen=True)
class DecisionLine:
    """One decision on the record."""

    kind: str
    at: str
    by: str
    figure: str
    limit: str
    reasons: list[str]
    exception_reason: str
    asked_by: str
    version: int | None
    register_now: str


def decision_lines(decisions: Iterable[EligibilityDecision]) -> list[DecisionLine]:
    """Decisions with the figure that each of them used, the newest first."""
    language = get_language() or "pl"
    return [
        DecisionLine(
            kind=each.get_kind_display(),
            at=formats.moment(each.decided_at, language),
            by=str(each.decided_by),
            figure=wording.stored_figure_words(each, language),
            limit=formats.number(each.population_limit, language),
            reasons=wording.reason_words(each.reasons),
            exception_reason=each.exception_reason,
            asked_by=str(each.asked_by) if each.asked_by else "",
            version=each.version.position if each.version else None,
            register_now=register_now(each.survey.gmina, each.population, language),
        )
        for each in decisions
    ]


@dataclass(frozen=True)
class PlanRow:
    """One municipality of the plan of letters."""

    pk: int
    teryt: str
    name: str
    area: str
    population: str
    addressee: str
    reason: str


@dataclass(frozen=True)
class PlanTable:
    """The plan with its sizes; long lists are cut, their sizes are whole."""

    will: list[PlanRow]
    will_count: int
    will_not: list[PlanRow]
    will_not_count: int
    reasons: list[tuple[str, int]]


def _plan_row(line: InvitationLine, language: str) -> PlanRow:
    gmina, contact = line.gmina, line.contact
    return PlanRow(
        pk=gmina.pk,
        teryt=gmina.teryt,
        name=gmina.name,
        area=f"{gmina.get_kind_display()}, {gmina.powiat}, {gmina.voivodeship}",
        population=formats.number(line.figure.value, language) if line.figure else _("not known"),
        addressee=", ".join(filter(None, [contact.full_name if contact else "", line.email])),
        reason=str(PLAN_REASONS[line.reason]) if line.reason else "",
    )


def plan_table(plan: InvitationPlan) -> PlanTable:
    """Who gets the letter, who does not and why."""
    language = get_language() or "pl"
    counted = Counter(line.reason for line in plan.will_not)
    return PlanTable(
        will=[_plan_row(line, language) for line in plan.will[:MOST_SHOWN]],
        will_count=len(plan.will),
        will_not=[_plan_row(line, language) for line in plan.will_not[:MOST_SHOWN]],
        will_not_count=len(plan.will_not),
        reasons=[(str(PLAN_REASONS[code]), count) for code, count in counted.most_common()],
    )
