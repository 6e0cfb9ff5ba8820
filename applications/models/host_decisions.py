"""Decisions on the surveys of municipalities, and the exceptions that were asked for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import DecisionKind
from applications.models.host import HostSurvey
from applications.models.host_versions import SurveyVersion


class EligibilityDecision(models.Model):
    """One decision on a survey: the verdict, its reasons and the figure that was used."""

    survey = models.ForeignKey(HostSurvey, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=12, choices=DecisionKind)
    reasons = models.JSONField(_("reasons against"), default=list, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_on = models.DateField(_("population on"), null=True, blank=True)
    population_source = models.CharField(_("source of the population"), max_length=120, blank=True)
    population_limit = models.PositiveIntegerField(_("population limit"))
    version = models.ForeignKey(
        SurveyVersion, verbose_name=_("version judged"), null=True, on_delete=models.PROTECT
    )
    exception_reason = models.TextField(_("reason of the exception"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("exception asked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision on eligibility")
        verbose_name_plural = _("decisions on eligibility")
        constraints = [
            models.CheckConstraint(
                name="eligibility_decision_kind_is_known",
                condition=Q(kind__in=DecisionKind.values),
                violation_error_message=_("This decision is not known."),
            ),
            models.CheckConstraint(
                name="exception_has_reason_and_two_people",
                condition=~Q(kind=DecisionKind.BY_EXCEPTION)
                | (
                    ~Q(exception_reason="")
                    & Q(asked_by__isnull=False)
                    & ~Q(asked_by=F("decided_by"))
                ),
                violation_error_message=_(
                    "An exception needs a reason and a second person who approves it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.survey_id})"


class ExceptionRequest(models.Model):
    """A wish to admit a municipality that the rules refuse; waits for a second person."""

    survey = models.ForeignKey(HostSurvey, on_delete=models.PROTECT, related_name="exceptions")
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    is_approved = models.BooleanField(_("approved"), default=False)

    class Meta:
        verbose_name = _("request for an exception")
        verbose_name_plural = _("requests for exceptions")
        constraints = [
            models.UniqueConstraint(
                name="one_open_exception_per_survey",
                fields=["survey"],
                condition=Q(closed_at__isnull=True),
                violation_error_message=_("An exception has already been asked for."),
            ),
            models.CheckConstraint(
                name="exception_request_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give the reason of the exception."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.reason[:60]}"
