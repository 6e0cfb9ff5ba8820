"""Chosen questions of a survey, returned to the municipality with a reason (A16)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ReturnKind


class SurveyReturn(models.Model):
    """One return: by when the answers are due, and which version was returned.

    `due_at` is an exclusive instant, as every closing. `set_aside` holds corrections that the
    municipality had begun and not sent, of questions that stay locked.
    """

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="returns",
    )
    version = models.ForeignKey(
        "applications.SurveyVersion",
        verbose_name=_("version returned"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_at = models.DateTimeField(_("due by"))
    returned_at = models.DateTimeField(_("returned at"))
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("returned by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    set_aside = models.JSONField(_("corrections set aside"), default=dict, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    answer = models.ForeignKey(
        "applications.SurveyVersion",
        verbose_name=_("version that answers it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("return of a survey")
        verbose_name_plural = _("returns of surveys")
        permissions = [("return_survey", _("Can return questions of a survey"))]
        constraints = [
            models.UniqueConstraint(
                name="one_open_return_per_survey",
                fields=["survey"],
                condition=Q(closed_at__isnull=True),
                violation_error_message=_("This survey has already been returned."),
            ),
            models.CheckConstraint(
                name="survey_return_is_due_later",
                condition=Q(due_at__gt=F("returned_at")),
                violation_error_message=_("The answers must be due after today."),
            ),
            models.CheckConstraint(
                name="closed_return_was_answered_or_taken_back",
                condition=Q(closed_at__isnull=True, answer__isnull=True, taken_back_by__isnull=True)
                | Q(closed_at__isnull=False, answer__isnull=False, taken_back_by__isnull=True)
                | Q(closed_at__isnull=False, answer__isnull=True, taken_back_by__isnull=False),
                violation_error_message=_("A return ends with an answer, or is taken back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.due_at:%Y-%m-%d}"


class ReturnedQuestion(models.Model):
    """A question that is open again, and why. `page` and `name` as in the forms of the survey."""

    survey_return = models.ForeignKey(
        SurveyReturn, on_delete=models.CASCADE, related_name="questions"
    )
    page = models.SlugField(_("page"), max_length=60)
    name = models.CharField(_("question"), max_length=60)
    label = models.CharField(_("question in words"), max_length=500)
    kind = models.CharField(_("reason"), max_length=10, choices=ReturnKind)
    sentence = models.CharField(_("what is to be done"), max_length=500)

    class Meta:
        verbose_name = _("returned question")
        verbose_name_plural = _("returned questions")
        constraints = [
            models.UniqueConstraint(
                name="question_is_returned_once",
                fields=["survey_return", "page", "name"],
                violation_error_message=_("This question has already been chosen."),
            ),
            models.CheckConstraint(
                name="return_kind_is_known",
                condition=Q(kind__in=ReturnKind.values),
                violation_error_message=_("This reason is not known."),
            ),
            models.CheckConstraint(
                name="returned_question_has_a_sentence",
                condition=~Q(sentence=""),
                violation_error_message=_("Say in a sentence what is to be done."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}/{self.name}"
