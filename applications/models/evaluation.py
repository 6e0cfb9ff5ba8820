"""Evaluation sheets: what two (or three) evaluators think of one application."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import EvaluationStatus
from applications.models.interns import InternApplication
from core.db import status_is_known

Status = EvaluationStatus


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """The vocabulary of evaluations."""

    def visible_to(self, user) -> "EvaluationQuerySet":
        """An evaluator's own, unless excluded; nobody else's, ever."""
        return self.filter(evaluator=user).exclude(status=Status.RECUSED)

    def final(self) -> "EvaluationQuerySet":
        """Submitted sheets: the only ones that count."""
        return self.filter(status=Status.SUBMITTED)

    def waiting(self) -> "EvaluationQuerySet":
        """Assigned and not yet final."""
        return self.filter(status__in=(Status.ASSIGNED, Status.IMPARTIAL))

    def for_table(self) -> "EvaluationQuerySet":
        """With the joins that a row of a list shows."""
        return self.select_related("application__hromada", "application__edition", "evaluator")


class Evaluation(models.Model):
    """One evaluator's sheet for one application."""

    Status = EvaluationStatus
    STEPS = {
        Status.ASSIGNED: {Status.IMPARTIAL, Status.RECUSED},
        Status.IMPARTIAL: {Status.SUBMITTED, Status.RECUSED},
        Status.SUBMITTED: set(),
        Status.RECUSED: set(),
    }

    application = models.ForeignKey(
        InternApplication,
        verbose_name=_("intern's application"),
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("evaluator"),
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ASSIGNED
    )
    comment = models.TextField(_("comment"), blank=True, default="")
    assigned_at = models.DateTimeField(_("assigned"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    impartial_at = models.DateTimeField(_("impartiality declared"), null=True, blank=True)
    saved_at = models.DateTimeField(_("draft saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    recusal_reason = models.TextField(_("why excluded"), blank=True, default="")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "evaluator"],
                name="an_evaluator_evaluates_an_application_once",
                violation_error_message=_("This evaluator already has this application."),
            ),
            status_is_known("evaluation_status_is_known", EvaluationStatus),
            models.CheckConstraint(
                name="final_evaluation_declared_impartiality",
                condition=~Q(status=Status.SUBMITTED)
                | (Q(impartial_at__isnull=False) & Q(submitted_at__isnull=False)),
                violation_error_message=_("The declaration of impartiality is missing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} – {self.evaluator.full_name}"

    @property
    def is_final(self) -> bool:
        """Is the sheet submitted?"""
        return self.status == Status.SUBMITTED

    @property
    def points(self) -> Decimal:
        """Sum of the points given so far; reads `scores`, so prefetch them for lists."""
        return sum((score.points for score in self.scores.all()), Decimal(0))


class EvaluationScore(models.Model):
    """Points for one criterion on one sheet."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(
        "programme.MeritCriterion", on_delete=models.PROTECT, related_name="+"
    )
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"],
                name="a_criterion_is_scored_once_per_sheet",
                violation_error_message=_("This criterion already has its points."),
            ),
            models.CheckConstraint(
                name="score_is_not_negative",
                condition=Q(points__gte=0),
                violation_error_message=_("Points cannot be below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"
