"""What comes after the closing minute: late drafts, and the codes that let one in after all."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LateDraft(models.Model):
    """What was typed or sent after the grace: kept and shown to coordinators, not taken (FT-21).

    The survey itself stays as it was at the closing minute; `answers` are its draft with what came
    late. One row a survey; `settled_at` when it was sent after all, or a coordinator noted it.
    """

    survey = models.OneToOneField(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="late_draft",
    )
    answers = models.JSONField(_("answers that came late"), default=dict, blank=True)
    first_at = models.DateTimeField(_("first came late"))
    last_at = models.DateTimeField(_("last came late"))
    attempts = models.PositiveIntegerField(_("times"), default=1)
    was_to_be_sent = models.BooleanField(_("the button to send was pressed"), default=False)
    settled_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("dealt with by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("late draft")
        verbose_name_plural = _("late drafts")
        constraints = [
            models.CheckConstraint(
                name="late_draft_times_in_order",
                condition=Q(last_at__gte=F("first_at"), attempts__gte=1),
                violation_error_message=_("A late draft last came after it first came."),
            )
        ]

    def __str__(self) -> str:
        return str(self.survey_id)


class LateCode(models.Model):
    """A code with which a municipality sends after the deadline (A17). Only its digest is kept."""

    edition = models.ForeignKey(
        "programme.Edition",
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        related_name="late_codes",
    )
    gmina = models.ForeignKey(
        "programme.Gmina",
        verbose_name=_("only for this municipality"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="late_codes",
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    form_key = models.UUIDField(_("key of the form"), null=True, unique=True, editable=False)
    ending = models.CharField(_("last four characters"), max_length=4)
    note = models.CharField(_("note for staff"), max_length=300)
    uses_allowed = models.PositiveSmallIntegerField(_("municipalities that may use it"), default=1)
    uses = models.PositiveSmallIntegerField(_("municipalities that used it"), default=0)
    expires_at = models.DateTimeField(_("works until"))
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("late code")
        verbose_name_plural = _("late codes")
        permissions = [("manage_late_codes", _("Can make and take back late codes"))]
        constraints = [
            models.CheckConstraint(
                name="late_code_is_not_used_too_often",
                condition=Q(uses__lte=F("uses_allowed")),
                violation_error_message=_("This code has been used as often as it may be."),
            ),
            models.CheckConstraint(
                name="late_code_can_be_used",
                condition=Q(uses_allowed__gte=1) & Q(expires_at__gt=F("created_at")),
                violation_error_message=_("A code works at least once, and for some time."),
            ),
            models.CheckConstraint(
                name="late_code_has_a_note",
                condition=~Q(note=""),
                violation_error_message=_("Say for whom the code is, and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.ending}"


class LateCodeUse(models.Model):
    """One municipality let in by a code; it may change and send until the code ends."""

    code = models.ForeignKey(LateCode, on_delete=models.PROTECT, related_name="used_by")
    gmina = models.ForeignKey(
        "programme.Gmina",
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="late_code_uses",
    )
    used_at = models.DateTimeField(_("used"))

    class Meta:
        verbose_name = _("use of a late code")
        verbose_name_plural = _("uses of late codes")
        constraints = [
            models.UniqueConstraint(
                name="late_code_counts_a_municipality_once",
                fields=["code", "gmina"],
                violation_error_message=_("This municipality has already used the code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code_id}/{self.gmina_id}"
