"""What was sent, version by version, and which surveys were merged."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import STAFF_VERSIONS, VersionKind
from applications.models.host import HostSurvey


class SurveyVersion(models.Model):
    """What was sent, each time it was sent, and how it came about (A9). Never changed."""

    Kind = VersionKind

    survey = models.ForeignKey(HostSurvey, on_delete=models.PROTECT, related_name="versions")
    position = models.PositiveSmallIntegerField(_("version"))
    answers = models.JSONField(_("answers"))
    kind = models.CharField(
        _("how it came about"), max_length=10, choices=VersionKind, default=VersionKind.LINK
    )
    sent_by = models.EmailField(_("sent by"), max_length=254, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("member of staff"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("version of a survey")
        verbose_name_plural = _("versions of surveys")
        constraints = [
            models.UniqueConstraint(
                name="versions_of_a_survey_are_numbered",
                fields=["survey", "position"],
                violation_error_message=_("This version already exists."),
            ),
            models.CheckConstraint(
                name="survey_version_kind_is_known",
                condition=Q(kind__in=VersionKind.values),
                violation_error_message=_("This kind of version is not known."),
            ),
            models.CheckConstraint(
                name="survey_version_made_by_staff_says_by_whom",
                condition=Q(kind__in=STAFF_VERSIONS, actor__isnull=False)
                | (~Q(kind__in=STAFF_VERSIONS) & Q(actor__isnull=True)),
                violation_error_message=_("A version that staff made says who made it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.position}"


class SurveyMerge(models.Model):
    """One merge of a possible duplicate into the leading survey, with both sides as they were.

    `choices`: key of the survey -> "left" (the leading survey) or "right" (the duplicate).
    """

    leading = models.ForeignKey(HostSurvey, on_delete=models.PROTECT, related_name="merges")
    duplicate = models.ForeignKey(HostSurvey, on_delete=models.PROTECT, related_name="merged_into")
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    left = models.JSONField(_("answers of the leading survey before"))
    left_draft = models.JSONField(_("unsent answers of the leading survey before"))
    right = models.JSONField(_("answers of the duplicate"))
    version = models.ForeignKey(
        SurveyVersion,
        verbose_name=_("version that came of it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("merged by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    merged_at = models.DateTimeField(_("merged"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of two surveys")
        verbose_name_plural = _("merges of surveys")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="duplicate_is_merged_once",
                fields=["duplicate"],
                condition=Q(undone_at__isnull=True),
                violation_error_message=_("This survey has already been merged."),
            ),
            models.CheckConstraint(
                name="survey_is_not_merged_into_itself",
                condition=~Q(leading=F("duplicate")),
                violation_error_message=_("A survey is not merged into itself."),
            ),
            models.CheckConstraint(
                name="merge_taken_back_says_by_whom",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                violation_error_message=_("A merge that was taken back says by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_id} -> {self.leading_id}"
