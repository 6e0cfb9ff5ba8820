"""Deciding whether a municipality may host."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.eligibility import Verdict, judge_host
from applications.emails import host as emails
from applications.enums import DecisionKind
from applications.models import EligibilityDecision, ExceptionRequest, HostSurvey
from applications.selectors.host import facts_of
from core.models import User
from core.states import hold, move

Status = HostSurvey.Status


class SamePerson(Exception):
    """Nobody approves what they proposed."""


class ReasonMissing(Exception):
    """An exception without a reason is no exception."""


class NoExceptionNeeded(Exception):
    """The rules already admit this municipality."""


def judge_survey(survey: HostSurvey, *, now: datetime | None = None) -> Verdict:
    """What the rules say about the answers last sent, with reasons and the figure used (A21)."""
    return judge_host(facts_of(survey, now=now or timezone.now()))


def _figure_fields(verdict: Verdict) -> dict[str, Any]:
    figure = verdict.figure
    return {
        "population_used": figure.value if figure else None,
        "population_on": figure.on if figure else None,
        "population_source": figure.source if figure else "",
    }


def _write_decision(
    survey: HostSurvey, verdict: Verdict, *, kind: str, actor: User, now: datetime, **more: Any
) -> EligibilityDecision:
    figure = verdict.figure
    return EligibilityDecision.objects.create(
        survey=survey,
        kind=kind,
        reasons=[str(reason) for reason in verdict.reasons],
        population=figure.value if figure else None,
        population_on=figure.on if figure else None,
        population_source=figure.source if figure else "",
        population_limit=survey.edition.population_limit_pl,
        version=survey.versions.order_by("-position", "pk").first(),
        decided_by=actor,
        decided_at=now,
        **more,
    )


@transaction.atomic
def decide_eligibility(survey: HostSurvey, *, actor: User, now: datetime) -> EligibilityDecision:
    """Decide as the rules say; the letter is drafted and waits for a person.

    Raises `TransitionNotAllowed` when somebody else has decided already; its `by` says who.
    """
    hold(survey)  # a correction that is being sent is judged too
    verdict = judge_survey(survey, now=now)
    outcome = Status.ELIGIBLE if verdict.is_eligible else Status.INELIGIBLE
    kind = DecisionKind.ELIGIBLE if verdict.is_eligible else DecisionKind.INELIGIBLE
    move(survey, outcome, actor=actor, now=now, **_figure_fields(verdict))
    decision = _write_decision(survey, verdict, kind=kind, actor=actor, now=now)
    emails.eligibility_decision(decision)
    return decision


@transaction.atomic
def ask_exception(
    survey: HostSurvey, *, reason: str, actor: User, now: datetime
) -> ExceptionRequest:
    """Ask that a municipality which the rules refuse be admitted; a second person decides.

    Raises `ReasonMissing`, `NoExceptionNeeded`, `TransitionNotAllowed`.
    """
    if not reason.strip():
        raise ReasonMissing
    hold(survey)
    if judge_survey(survey, now=now).is_eligible:
        raise NoExceptionNeeded
    move(survey, Status.EXCEPTION, actor=actor, now=now)
    return ExceptionRequest.objects.create(
        survey=survey, reason=reason.strip(), asked_by=actor, asked_at=now
    )


def _open_request(survey: HostSurvey) -> ExceptionRequest | None:
    return survey.exceptions.filter(closed_at__isnull=True).select_related("asked_by").first()


def _close_request(
    survey: HostSurvey, *, actor: User, now: datetime, is_approved: bool
) -> tuple[ExceptionRequest, Verdict]:
    hold(survey)
    request = _open_request(survey)
    if request is not None and request.asked_by_id == actor.pk and is_approved:
        raise SamePerson(request.asked_by)
    outcome = Status.ELIGIBLE if is_approved else Status.INELIGIBLE
    verdict = judge_survey(survey, now=now)
    move(survey, outcome, actor=actor, now=now, **_figure_fields(verdict))
    request = request or survey.exceptions.latest("asked_at")
    request.closed_at, request.is_approved = now, is_approved
    request.save(update_fields=["closed_at", "is_approved"])
    return request, verdict


@transaction.atomic
def approve_exception(survey: HostSurvey, *, actor: User, now: datetime) -> EligibilityDecision:
    """Admit by exception, as the second person.

    Raises `SamePerson`, `TransitionNotAllowed`.
    """
    request, verdict = _close_request(survey, actor=actor, now=now, is_approved=True)
    decision = _write_decision(
        survey,
        verdict,
        kind=DecisionKind.BY_EXCEPTION,
        actor=actor,
        now=now,
        exception_reason=request.reason,
        asked_by=request.asked_by,
    )
    emails.eligibility_decision(decision)
    return decision


@transaction.atomic
def refuse_exception(survey: HostSurvey, *, actor: User, now: datetime) -> EligibilityDecision:
    """Do not admit by exception; the person who asked may take the wish back this way too.

    Raises `TransitionNotAllowed`.
    """
    _, verdict = _close_request(survey, actor=actor, now=now, is_approved=False)
    decision = _write_decision(survey, verdict, kind=DecisionKind.INELIGIBLE, actor=actor, now=now)
    emails.eligibility_decision(decision)
    return decision
