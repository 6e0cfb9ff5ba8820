"""Formal check, two evaluations, the ranking and the decision of the board."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from core import audit, links
from core.formats import WARSAW, day_in_warsaw
from core.models import User
from core.states import TransitionNotAllowed, hold, move
from grants import emails, rules
from grants.enums import EvaluationStatus, Outcome, ProjectStatus
from grants.models import BoardDecision, GrantCall, ProjectEvaluation, SmallProject
from grants.selectors import budget_of
from grants.services.applying import has_valid_confirmation, locked
from programme.models import Edition

NEED = "need"


class PartnerMissing(Exception):
    """The Polish partner has not confirmed what stands there now."""


class NotAllFinal(Exception):
    """The ranking cannot be made; `projects` have too few final sheets or are not checked yet."""

    def __init__(self, projects: Iterable[SmallProject]):
        self.projects = list(projects)
        super().__init__(", ".join(map(str, self.projects)))


class OwnWork(Exception):
    """Nobody approves what they proposed themselves."""


@transaction.atomic
def accept_formally(project: SmallProject, *, actor: User, now: datetime) -> SmallProject:
    """The application is complete and the partner agrees: on to the evaluators."""
    project = locked(project)
    if not has_valid_confirmation(project):
        raise PartnerMissing
    return move(project, ProjectStatus.IN_EVALUATION, actor=actor)


@transaction.atomic
def return_for_correction(
    project: SmallProject, *, note: str, actor: User, now: datetime
) -> SmallProject:
    """One call for corrections, with working days for it; the letter waits in the outbox."""
    if project.corrections_used:
        raise TransitionNotAllowed(project, ProjectStatus.TO_CORRECT)
    hold(project)
    last = rules.working_days_after(day_in_warsaw(now), project.call.edition.correction_days)
    move(
        project,
        ProjectStatus.TO_CORRECT,
        actor=actor,
        correction_note=note,
        correct_by_at=datetime.combine(last + timedelta(days=1), time.min, WARSAW),
        corrections_used=1,
    )
    token = links.create(
        purpose="project",
        target=project,
        email=project.email,
        expires_at=None,
        actor=actor,
        now=now,
    )
    emails.returned(project, token=token, now=now)
    return project


@transaction.atomic
def reject_formally(
    project: SmallProject, *, reason: str, actor: User, now: datetime
) -> SmallProject:
    """A formal fault that cannot be mended; the letter waits in the outbox."""
    move(project, ProjectStatus.REJECTED, actor=actor, correction_note=reason)
    emails.decision(project, outcome=Outcome.REJECT, reason=reason, now=now)
    return project


@transaction.atomic
def assign_evaluators(
    project: SmallProject, *, evaluators: Iterable[User], actor: User, now: datetime
) -> list[ProjectEvaluation]:
    """Give the project to evaluators; whoever already has it, or stepped back, is left as is."""
    project = locked(project)
    if project.status != ProjectStatus.IN_EVALUATION:
        raise TransitionNotAllowed(project, ProjectStatus.IN_EVALUATION)
    made = []
    for evaluator in evaluators:
        evaluation, created = ProjectEvaluation.objects.get_or_create(
            project=project, evaluator=evaluator, defaults={"assigned_at": now}
        )
        if created:
            audit.record(action="grants.projectevaluation.assigned", target=evaluation, actor=actor)
            made.append(evaluation)
    return made


@transaction.atomic
def declare_impartial(
    evaluation: ProjectEvaluation, *, actor: User, now: datetime
) -> ProjectEvaluation:
    """The evaluator declares to have no interest; only then the application opens (G8)."""
    return move(evaluation, EvaluationStatus.IMPARTIAL, actor=actor, impartial_at=now)


@transaction.atomic
def recuse(evaluation: ProjectEvaluation, *, actor: User, now: datetime) -> ProjectEvaluation:
    """The evaluator has an interest: sees nothing of it and is left out of the mean (G8)."""
    return move(evaluation, EvaluationStatus.RECUSED, actor=actor)


@transaction.atomic
def save_evaluation(
    evaluation: ProjectEvaluation,
    *,
    scores: Mapping[str, int],
    comments: Mapping[str, str],
    actor: User,
    now: datetime,
) -> ProjectEvaluation:
    """Keep a sheet that is not final yet (G4)."""
    found = ProjectEvaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if found.status != EvaluationStatus.IMPARTIAL:
        raise TransitionNotAllowed(found, EvaluationStatus.IMPARTIAL)
    found.scores, found.comments = dict(scores), dict(comments)
    found.save(update_fields=["scores", "comments"])
    audit.record(action="grants.projectevaluation.saved", target=found, actor=actor)
    return found


@transaction.atomic
def submit_evaluation(
    evaluation: ProjectEvaluation,
    *,
    scores: Mapping[str, int],
    comments: Mapping[str, str],
    actor: User,
    now: datetime,
) -> ProjectEvaluation:
    """Make the sheet final. `scores` maps a criterion of the edition to whole points."""
    return move(
        evaluation,
        EvaluationStatus.SUBMITTED,
        actor=actor,
        scores=dict(scores),
        comments=dict(comments),
        points=Decimal(sum(scores.values())),
        submitted_at=now,
    )


@transaction.atomic
def rank_projects(call: GrantCall, *, actor: User, now: datetime) -> list[SmallProject]:
    """Put every evaluated project into one order. Raises `NotAllFinal`.

    Two final sheets are needed, three when the first two lie further apart than the edition allows.
    The ranking waits for everybody who is still before the formal check or corrects.
    """
    before = call.projects.filter(status__in=[ProjectStatus.SUBMITTED, ProjectStatus.TO_CORRECT])
    projects = {
        one.pk: one for one in call.projects.filter(status=ProjectStatus.IN_EVALUATION).for_table()
    }
    sheets = {pk: _final_sheets(one) for pk, one in projects.items()}
    unfinished = [
        *before.for_table(),
        *(projects[pk] for pk, final in sheets.items() if not _is_enough(final, call.edition)),
    ]
    if unfinished:
        raise NotAllFinal(unfinished)
    ranked = rules.rank(_ranked(projects[pk], final) for pk, final in sheets.items())
    for position, row in enumerate(ranked, start=1):
        move(
            projects[row.key],
            ProjectStatus.RANKED,
            actor=actor,
            points=row.points,
            position=position,
        )
    return [projects[row.key] for row in ranked]


@transaction.atomic
def propose_decisions(
    call: GrantCall, *, reason: str, actor: User, now: datetime
) -> list[BoardDecision]:
    """Propose to the board what follows from the ranking, the number and the pool (G5)."""
    projects = {
        one.pk: one for one in call.projects.filter(status=ProjectStatus.RANKED).for_table()
    }
    rows = sorted(
        (_ranked(one, _final_sheets(one)) for one in projects.values()),
        key=lambda row: projects[row.key].position,
    )
    awards, reserve, below = rules.within_pool(
        rows,
        threshold=Decimal(call.edition.grant_threshold),
        count=call.grant_count - call.awarded_count,
        pool=call.pool - call.awarded_sum,
    )
    outcomes = [
        *((row, Outcome.AWARD, row.amount) for row in awards),
        *((row, Outcome.RESERVE, Decimal(0)) for row in reserve),
        *((row, Outcome.REJECT, Decimal(0)) for row in below),
    ]
    made = []
    for row, outcome, amount in outcomes:
        decision, created = BoardDecision.objects.get_or_create(
            project=projects[row.key],
            defaults={
                "outcome": outcome,
                "amount": amount,
                "reason": reason,
                "proposed_by": actor,
                "proposed_at": now,
            },
        )
        if created:
            audit.record(action="grants.boarddecision.proposed", target=decision, actor=actor)
            made.append(decision)
    return made


@transaction.atomic
def approve_decision(decision: BoardDecision, *, actor: User, now: datetime) -> BoardDecision:
    """A second person approves; number and pool are guarded by the database (P23, G5).

    Raises `OwnWork`, `TransitionNotAllowed`, and `django.db.IntegrityError` when the award would
    pass the pool or the number of grants.
    """
    decision = BoardDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.proposed_by_id == actor.pk:
        raise OwnWork
    if decision.approved_by_id:
        raise TransitionNotAllowed(
            decision.project, decision.project.status, by=decision.approved_by
        )
    decision.approved_by, decision.approved_at = actor, now
    decision.save(update_fields=["approved_by", "approved_at"])
    audit.record(action="grants.boarddecision.approved", target=decision, actor=actor)
    project = decision.project
    if decision.outcome == Outcome.AWARD:
        GrantCall.objects.filter(pk=project.call_id).update(
            awarded_count=F("awarded_count") + 1, awarded_sum=F("awarded_sum") + decision.amount
        )
        move(project, ProjectStatus.AWARDED, actor=actor, awarded_amount=decision.amount)
    else:
        to = {Outcome.RESERVE: ProjectStatus.RESERVE, Outcome.REJECT: ProjectStatus.REJECTED}
        move(project, to[Outcome(decision.outcome)], actor=actor)
    emails.decision(project, outcome=decision.outcome, reason=decision.reason, now=now)
    return decision


def _final_sheets(project: SmallProject) -> list[ProjectEvaluation]:
    return list(
        project.evaluations.filter(status=EvaluationStatus.SUBMITTED).order_by("submitted_at", "pk")
    )


def _points(sheets: list[ProjectEvaluation]) -> list[Decimal]:
    return [sheet.points for sheet in sheets if sheet.points is not None]


def _is_enough(sheets: list[ProjectEvaluation], edition: Edition) -> bool:
    points = _points(sheets)
    if len(points) < edition.grant_evaluators:
        return False
    return not rules.needs_third(points, Decimal(edition.grant_third_difference))


def _ranked(project: SmallProject, sheets: list[ProjectEvaluation]) -> rules.Ranked:
    need = [Decimal(sheet.scores.get(NEED, 0)) for sheet in sheets]
    return rules.Ranked(
        key=project.pk,
        points=rules.mean(_points(sheets)),
        amount=rules.sums(budget_of(project)).grant,
        need_points=rules.mean(need),
    )
