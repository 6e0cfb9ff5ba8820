"""The questions this room answers."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from core.models import User
from grants import rules
from grants.enums import EvaluationStatus, ProjectStatus, Source, TrancheStatus
from grants.models import (
    BoardDecision,
    BudgetLine,
    GrantCall,
    GrantReport,
    ProjectEvaluation,
    ReportDocument,
    Settlement,
    SmallProject,
    Tranche,
)
from grants.models.money import AWAITED
from matching.models import Placement
from matching.selectors import finished_placements

ADMINISTRATION = "administration"
HUNDRED = Decimal(100)


def awaiting_invitation(call: GrantCall) -> QuerySet[Placement]:
    """Finished internships of hromadas that are not invited yet: the worklist at the door."""
    invited = SmallProject.objects.filter(
        Q(placement=OuterRef("pk")) | Q(call=call, hromada=OuterRef("application__hromada"))
    )
    return finished_placements(call.edition).exclude(Exists(invited))


def rule_line(line: BudgetLine) -> rules.Line:
    """A budget line as the rules see it."""
    return rules.Line(
        number=line.position, category=line.category.code, total=line.total, grant=line.grant
    )


def budget_of(project: SmallProject) -> list[rules.Line]:
    """The budget as the rules see it."""
    lines = project.lines.select_related("category").order_by("position", "pk")
    return [rule_line(line) for line in lines]


def spent_by_line(project: SmallProject) -> dict[int, Decimal]:
    """What documents of all reports took from the grant, by primary key of the line (G13)."""
    spent = (
        ReportDocument.objects.filter(report__project=project, source=Source.GRANT)
        .values_list("line_id")
        .annotate(sum=Sum("amount_pln"))
        .order_by("line_id")
    )
    return dict(spent)


def limits_of(call: GrantCall) -> rules.CallLimits:
    """What the call allows: the frozen amounts, and the percentages of its edition."""
    edition = call.edition
    categories = edition.budget_categories.order_by("pk").values_list("code", "max_percent")
    most = {code: percent for code, percent in categories if percent is not None}
    most[ADMINISTRATION] = min(edition.admin_max_percent, most.get(ADMINISTRATION, HUNDRED))
    return rules.CallLimits(
        grant_min=call.grant_min,
        grant_max=call.grant_max,
        own_min_percent=edition.own_contribution_min_percent,
        own_max_percent=edition.own_contribution_max_percent,
        category_max_percent=most,
        starts_on=call.starts_on,
        ends_on=call.ends_on,
    )


def projects_to_check(call: GrantCall) -> QuerySet[SmallProject]:
    """Sent and waiting for the formal check."""
    return call.projects.filter(status=ProjectStatus.SUBMITTED).for_table()


def projects_to_assign(call: GrantCall) -> QuerySet[SmallProject]:
    """In evaluation with fewer evaluators than the edition asks for, or in need of a third one."""
    final = Q(evaluations__status=EvaluationStatus.SUBMITTED)
    return (
        call.projects.filter(status=ProjectStatus.IN_EVALUATION)
        .annotate(
            sheets=Count("evaluations", filter=~Q(evaluations__status=EvaluationStatus.RECUSED)),
            finals=Count("evaluations", filter=final),
            difference=Max("evaluations__points", filter=final)
            - Min("evaluations__points", filter=final),
        )
        .filter(
            Q(sheets__lt=call.edition.grant_evaluators)
            | Q(sheets=2, finals=2, difference__gt=call.edition.grant_third_difference)
        )
        .for_table()
    )


def late_corrections(call: GrantCall, *, now: datetime) -> QuerySet[SmallProject]:
    """Asked to correct, and the day has passed (G6)."""
    return call.projects.filter(status=ProjectStatus.TO_CORRECT, correct_by_at__lt=now).for_table()


def late_reports(call: GrantCall, *, today: date) -> QuerySet[GrantReport]:
    """Reports that are due and not here, the oldest first (G6)."""
    return (
        GrantReport.objects.filter(
            project__call=call,
            due_on__lt=today,
            status__in=AWAITED,
        )
        .select_related("project__hromada")
        .order_by("due_on", "pk")
    )


def with_awaited_report(
    projects: QuerySet[SmallProject],
    *,
    due_from: date | None = None,
    due_until: date | None = None,
) -> QuerySet[SmallProject]:
    """Of these projects those that owe a report, whose last day lies between these (inclusive)."""
    owed = GrantReport.objects.filter(project=OuterRef("pk"), status__in=AWAITED)
    if due_from is not None:
        owed = owed.filter(due_on__gte=due_from)
    if due_until is not None:
        owed = owed.filter(due_on__lte=due_until)
    return projects.filter(Exists(owed))


def late_returns(call: GrantCall, *, today: date) -> QuerySet[Settlement]:
    """Money that should have come back and whose project is not closed (G6)."""
    return (
        Settlement.objects.filter(
            project__call=call, project__status=ProjectStatus.SETTLED, return_due_on__lt=today
        )
        .select_related("project__hromada")
        .order_by("return_due_on", "pk")
    )


def ranking(call: GrantCall) -> QuerySet[SmallProject]:
    """Ranked projects, the best first."""
    return (
        call.projects.filter(position__isnull=False)
        .select_related("call__edition", "hromada", "host__gmina", "decision")
        .order_by("position", "pk")
    )


def projects_to_decide(call: GrantCall) -> QuerySet[SmallProject]:
    """Ranked projects for which no decision is proposed yet."""
    return call.projects.filter(status=ProjectStatus.RANKED, decision=None).for_table()


def decisions_to_approve(call: GrantCall) -> QuerySet[BoardDecision]:
    """Proposed decisions that wait for a second person, in the order of the ranking."""
    return (
        BoardDecision.objects.filter(project__call=call, approved_by=None)
        .select_related("project__hromada", "proposed_by")
        .order_by("project__position", "pk")
    )


def evaluations_of(user: User) -> QuerySet[ProjectEvaluation]:
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
        .order_by("project__number", "number", "pk")
    )


def paid_to(project: SmallProject) -> Decimal:
    """What has left our account for this project."""
    paid = project.tranches.filter(status=TrancheStatus.PAID).values_list("amount", flat=True)
    return sum(paid, Decimal(0))
