"""Questions about candidates: worklists at the doors, the ranking, the pool of ready interns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet

from applications import ranking as rules
from applications.enums import ApplicationStatus, EvaluationStatus, HeadAnswer
from applications.models import Evaluation, EvaluationScore, InternApplication
from core.models import User
from programme.models import Edition

Status = ApplicationStatus
RANKED = (
    Status.INTERVIEWED,
    Status.SELECTED,
    Status.RESERVE,
    Status.PREPARING,
    Status.READY,
    Status.CANNOT_TRAVEL,
)


@dataclass(frozen=True)
class RankingRow:
    """One line of the ranking with the record it opens."""

    application: InternApplication
    ranked: rules.Ranked


def applications_of(edition: Edition) -> QuerySet[InternApplication]:
    """All applications of an edition, drafts last: the list of the panel."""
    return (
        InternApplication.objects.of(edition)
        .for_table()
        .annotate(final_sheets=final_sheets())
        .order_by("-submitted_at", "-pk")
    )


def final_sheets() -> Count:
    """Annotation: how many sheets of an application are final."""
    return Count(
        "evaluations", filter=Q(evaluations__status=EvaluationStatus.SUBMITTED), distinct=True
    )


def ready_interns(edition: Edition) -> QuerySet[InternApplication]:
    """Ready to travel: what matching may place."""
    return InternApplication.objects.of(edition).ready().for_table().order_by("number", "pk")


def waiting_for_head(edition: Edition) -> QuerySet[InternApplication]:
    """Sent, and the head has not answered; the longest waiting first."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.SUBMITTED)
        .exclude(head_answer=HeadAnswer.REFUSED)
        .for_table()
        .order_by("head_asked_at", "pk")
    )


def refused_by_head(edition: Edition) -> QuerySet[InternApplication]:
    """Sent, and the head said no: a coordinator must decide."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.SUBMITTED, head_answer=HeadAnswer.REFUSED)
        .for_table()
        .order_by("head_answered_at", "pk")
    )


def awaiting_formal_check(edition: Edition) -> QuerySet[InternApplication]:
    """Confirmed by the head, and nobody has checked yet."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.HEAD_CONFIRMED)
        .for_table()
        .order_by("submitted_at", "pk")
    )


def awaiting_evaluators(edition: Edition) -> list[InternApplication]:
    """Under evaluation with fewer evaluators than wanted; `evaluators_lacking` says how many.

    One more than the edition's number is wanted when the final sheets lie too far apart.
    """
    applications = (
        InternApplication.objects.of(edition)
        .under_evaluation()
        .for_table()
        .prefetch_related("evaluations__scores")
        .order_by("submitted_at", "pk")
    )
    found = []
    for application in applications:
        application.evaluators_lacking = lacking(application, edition)
        if application.evaluators_lacking:
            found.append(application)
    return found


def lacking(application: InternApplication, edition: Edition) -> int:
    """How many evaluators an application still lacks; wants `evaluations` and their `scores`."""
    sheets = [e for e in application.evaluations.all() if e.status != EvaluationStatus.RECUSED]
    finals = [e.points for e in sheets if e.status == EvaluationStatus.SUBMITTED]
    wanted = edition.evaluators_per_application
    if rules.needs_another(
        finals, wanted=wanted, difference=Decimal(edition.third_evaluator_difference)
    ):
        wanted += 1
    return max(wanted - len(sheets), 0)


def late_evaluations(edition: Edition, *, today: date) -> QuerySet[Evaluation]:
    """Assigned, past their day and not final; the latest first."""
    return (
        Evaluation.objects.waiting()
        .filter(application__edition=edition, due_on__lt=today)
        .for_table()
        .order_by("due_on", "pk")
    )


def awaiting_interview(edition: Edition) -> QuerySet[InternApplication]:
    """Evaluated, and the interview is not recorded yet."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.EVALUATED)
        .for_table()
        .order_by("-merit_points", "pk")
    )


def awaiting_selection(edition: Edition) -> QuerySet[InternApplication]:
    """Interviewed, and not decided."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.INTERVIEWED)
        .for_table()
        .order_by("-total_points", "pk")
    )


def awaiting_preparation(edition: Edition) -> QuerySet[InternApplication]:
    """Selected or preparing: somebody must help them on the way."""
    return (
        InternApplication.objects.of(edition)
        .filter(status__in=(Status.SELECTED, Status.PREPARING))
        .for_table()
        .select_related("checklist")
        .order_by("place_on_list", "pk")
    )


def reserve_list(edition: Edition) -> QuerySet[InternApplication]:
    """Who waits for a free place, the first one first."""
    return (
        InternApplication.objects.of(edition)
        .filter(status=Status.RESERVE)
        .for_table()
        .order_by("place_on_list", "pk")
    )


def ranking(edition: Edition) -> list[RankingRow]:
    """The ranking of everybody with evaluations and interview, best first, in one query."""
    applications = {
        application.pk: application
        for application in InternApplication.objects.of(edition)
        .filter(status__in=RANKED, merit_points__isnull=False, interview_points__isnull=False)
        .for_table()
        .annotate(final_sheets=final_sheets())
        .order_by("pk")
    }
    weights = rules.Weights(
        merit=Decimal(edition.merit_weight),
        interview=Decimal(edition.interview_weight),
        interview_max=Decimal(edition.interview_max_points),
    )
    entries = [
        rules.Entry(
            key=each.pk,
            number=each.number,
            merit=each.merit_points or Decimal(0),
            interview=each.interview_points or Decimal(0),
            bonus=each.bonus_points,
            submitted_at=each.submitted_at or each.started_at,
        )
        for each in applications.values()
    ]
    return [RankingRow(applications[row.entry.key], row) for row in rules.rank(entries, weights)]


def evaluations_of(evaluator: User) -> QuerySet[Evaluation]:
    """What an evaluator has to read and has read: the page /ocena/."""
    return (
        Evaluation.objects.visible_to(evaluator)
        .for_table()
        .prefetch_related("scores")
        .order_by("submitted_at", "due_on", "pk")
    )


def sheets_of(application: InternApplication) -> QuerySet[Evaluation]:
    """All sheets of an application with points by criterion, for the panel."""
    return (
        application.evaluations.select_related("evaluator")
        .prefetch_related(
            Prefetch(
                "scores",
                EvaluationScore.objects.select_related("criterion").order_by(
                    "criterion__position", "pk"
                ),
            )
        )
        .order_by("assigned_at", "pk")
    )


def other_final_sheets(evaluation: Evaluation) -> QuerySet[Evaluation]:
    """Final sheets of others; nothing until one's own is final (P22)."""
    if not evaluation.is_final:
        return Evaluation.objects.none()
    return (
        sheets_of(evaluation.application)
        .filter(status=EvaluationStatus.SUBMITTED)
        .exclude(pk=evaluation.pk)
    )


def worklist_counts(edition: Edition, *, today: date) -> dict[str, int]:
    """How many wait at each door; every number opens its rows."""
    counts = InternApplication.objects.of(edition).aggregate(
        head=Count(
            "pk",
            filter=Q(status=Status.SUBMITTED) & ~Q(head_answer=HeadAnswer.REFUSED),
        ),
        refused=Count("pk", filter=Q(status=Status.SUBMITTED, head_answer=HeadAnswer.REFUSED)),
        check=Count("pk", filter=Q(status=Status.HEAD_CONFIRMED)),
        interview=Count("pk", filter=Q(status=Status.EVALUATED)),
        select=Count("pk", filter=Q(status=Status.INTERVIEWED)),
        prepare=Count("pk", filter=Q(status__in=(Status.SELECTED, Status.PREPARING))),
    )
    return {
        **counts,
        "assign": len(awaiting_evaluators(edition)),
        "late": late_evaluations(edition, today=today).count(),
    }
