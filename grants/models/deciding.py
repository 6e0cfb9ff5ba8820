"""Who judged a project, and what the board decided."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.enums import EvaluationStatus, Outcome
from grants.models.applying import SmallProject


class ProjectEvaluation(models.Model):
    """The sheet of one evaluator; opened only after a declaration of impartiality (G8)."""

    Status = EvaluationStatus
    STEPS = {
        Status.ASSIGNED: {Status.IMPARTIAL, Status.RECUSED},
        Status.IMPARTIAL: {Status.SUBMITTED, Status.RECUSED},
    }

    project = models.ForeignKey(
        SmallProject,
        verbose_name=_("project"),
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("evaluator"),
        on_delete=models.PROTECT,
        related_name="project_evaluations",
    )
    status = models.CharField(
        _("status"), max_length=9, choices=EvaluationStatus, default=EvaluationStatus.ASSIGNED
    )
    scores = models.JSONField(_("points by criterion"), default=dict)
    comments = models.JSONField(_("comments by criterion"), default=dict)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    assigned_at = models.DateTimeField(_("assigned"))
    impartial_at = models.DateTimeField(_("declared impartial"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("final"), null=True, blank=True)

    class Meta:
        verbose_name = _("evaluation of a project")
        verbose_name_plural = _("evaluations of projects")
        constraints = [
            models.CheckConstraint(
                name="project_evaluation_status_is_known",
                condition=Q(status__in=EvaluationStatus.values),
            ),
            models.UniqueConstraint(
                name="evaluator_judges_a_project_once",
                fields=["project", "evaluator"],
                violation_error_message=_("This evaluator already has this project."),
            ),
            models.CheckConstraint(
                name="final_evaluation_has_points",
                condition=~Q(status=EvaluationStatus.SUBMITTED)
                | Q(points__gte=Decimal(0), points__lte=Decimal(100)),
                violation_error_message=_("A final sheet has between 0 and 100 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.evaluator}"


class BoardDecision(models.Model):
    """What the board decided about one project: proposed by one, approved by another."""

    project = models.OneToOneField(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="decision"
    )
    outcome = models.CharField(_("decision"), max_length=7, choices=Outcome)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, default=Decimal(0))
    reason = models.TextField(_("reason"), max_length=2000)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision of the board")
        verbose_name_plural = _("decisions of the board")
        permissions = [("approve_boarddecision", _("Can approve a decision of the board"))]
        constraints = [
            models.CheckConstraint(
                name="board_decision_outcome_is_known", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(
                name="board_decision_needs_two_people",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                violation_error_message=_("Somebody other than the author has to approve."),
            ),
            models.CheckConstraint(
                name="only_an_award_has_an_amount",
                condition=Q(outcome=Outcome.AWARD, amount__gt=0)
                | (~Q(outcome=Outcome.AWARD) & Q(amount=0)),
                violation_error_message=_("An award has an amount, and nothing else has."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_outcome_display()}"
