"""The questions this room answers."""

from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from grants import rules
from grants.enums import EvaluationStatus, ProjectStatus, TrancheStatus
from grants.models import (
    BoardDecision,
    GrantCall,
    ProjectEvaluation,
    SmallProject,
    Tranche,
)
from matching.models import Placement
from matching.selectors import finished_placements


def awaiting_invitation(call: GrantCall) -> QuerySet[Placement]:
    """Finished internships whose hromada has not been invited: the worklist at this room's door."""
    invited = SmallProject.objects.filter(placement=OuterRef("pk"))
    return finished_placements(call.edition).exclude(Exists(invited))


def budget_of(project: SmallProject) -> list[rules.Line]:
    """The budget as the rules see it."""
    return [
        rules.Line(
            number=line.position,
            category=line.category.code,
            total=Decimal(line.total),
            grant=line.grant,
        )
        for line in project.lines.select_related("category").order_by("position", "pk")
    ]


def limits_of(call: GrantCall) -> rules.CallLimits:
    """What the call allows: the frozen amounts, and the percentages of its edition."""
    edition = call.edition
    categories = edition.budget_categories.exclude(max_percent=None)
    return rules.CallLimits(
        grant_min=call.grant_min,
        grant_max=call.grant_max,
        own_min_percent=edition.own_contribution_min_percent,
        own_max_percent=edition.own_contribution_max_percent,
        category_max_percent={one.code: one.max_percent for one in categories.order_by("pk")},
        starts_on=call.starts_on,
        ends_on=call.ends_on,
    )


def projects_to_check(call: GrantCall) -> QuerySet[SmallProject]:
    """Sent and waiting for the formal check."""
    return call.projects.filter(status=ProjectStatus.SUBMITTED).for_table()


def projects_to_assign(call: GrantCall) -> QuerySet[SmallProject]:
    """In evaluation with fewer evaluators than the edition asks for."""
    return (
        call.projects.filter(status=ProjectStatus.IN_EVALUATION)
        .annotate(
            sheets=Count(
                "evaluations", filter=~Q(evaluations__status=EvaluationStatus.RECUSED)
            )
        )
        .filter(sheets__lt=call.edition.grant_evaluators)
        .for_table()
    )


def ranking(call: GrantCall) -> QuerySet[SmallProject]:
    """Ranked projects, the best first."""
    return (
        call.projects.filter(position__isnull=False)
        .select_related("call__edition", "hromada", "host__gmina", "decision")
        .order_by("position", "pk")
    )


def decisions_to_approve(call: GrantCall) -> QuerySet[BoardDecision]:
    """Proposed decisions that wait for a second person, in the order of the ranking."""
    return (
        BoardDecision.objects.filter(project__call=call, approved_by=None)
        .select_related("project__hromada", "proposed_by")
        .order_by("project__position", "pk")
    )


def evaluations_of(user) -> QuerySet[ProjectEvaluation]:
    """What this evaluator was given, except what they were excluded from (G8)."""
    return (
        ProjectEvaluation.objects.filter(evaluator=user)
        .exclude(status=EvaluationStatus.RECUSED)
        .select_related("project__call__edition", "project__hromada", "project__host__gmina")
        .order_by("project__number", "pk")
    )


def tranches_to_approve(call: GrantCall) -> QuerySet[Tranche]:
    """Proposed tranches that wait for a second person."""
    return (
        Tranche.objects.filter(project__call=call, status=TrancheStatus.PROPOSED)
        .select_related("project__hromada", "proposed_by")
        .order_by("project__number", "number")
    )


def paid_to(project: SmallProject) -> Decimal:
    """What has left our account for this project."""
    paid = project.tranches.filter(status=TrancheStatus.PAID).values_list("amount", flat=True)
    return sum(paid, Decimal(0))
