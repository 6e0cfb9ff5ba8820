"""Two people of one office and their one survey: invited, handed over, taken over, sent once."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import TakeOverStatus, WayIn
from core.models import CapabilityLink


class SurveyColleague(models.Model):
    """An address that may work on a survey besides the one that began it (A15, A22)."""

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="colleagues",
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    way = models.CharField(_("how"), max_length=12, choices=WayIn)
    link = models.OneToOneField(
        CapabilityLink,
        verbose_name=_("personal link"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_by = models.EmailField(_("invited by the address"), max_length=254, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    added_at = models.DateTimeField(_("invited"))
    ends_at = models.DateTimeField(_("the invitation ends"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("colleague at a survey")
        verbose_name_plural = _("colleagues at surveys")
        constraints = [
            models.UniqueConstraint(
                name="colleague_is_added_once",
                fields=["survey", "email"],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("This address may already work on the survey."),
            ),
            models.CheckConstraint(
                name="colleague_way_is_known",
                condition=Q(way__in=WayIn.values),
                violation_error_message=_("This way is not known."),
            ),
            models.CheckConstraint(
                name="invitation_of_a_colleague_ends_later",
                condition=Q(ends_at__gt=F("added_at")),
                violation_error_message=_("An invitation ends after it was written."),
            ),
        ]

    def __str__(self) -> str:
        return self.email


class TakeOverRequest(models.Model):
    """Somebody asks to take over a survey that a colleague has begun (A22)."""

    Status = TakeOverStatus
    STEPS = {Status.ASKED: {Status.GRANTED, Status.REFUSED}}

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="take_overs",
    )
    email = models.EmailField(_("asked by the address"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(
        _("status"), max_length=8, choices=TakeOverStatus, default=TakeOverStatus.ASKED
    )
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("answer expected until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("request to take over a survey")
        verbose_name_plural = _("requests to take over a survey")
        constraints = [
            models.UniqueConstraint(
                name="take_over_is_asked_once",
                fields=["survey", "email"],
                condition=Q(status=TakeOverStatus.ASKED),
                violation_error_message=_("This address has already asked."),
            ),
            models.CheckConstraint(
                name="take_over_status_is_known",
                condition=Q(status__in=TakeOverStatus.values),
                violation_error_message=_("This status is not known."),
            ),
        ]

    def __str__(self) -> str:
        return self.email


class SendingKey(models.Model):
    """A form that sent the survey, and what stood in it: sent again, it does nothing (FT-12)."""

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="sending_keys",
    )
    key = models.UUIDField(_("key of the form"), unique=True)
    digest = models.CharField(_("fingerprint of the answers"), max_length=12)
    used_at = models.DateTimeField(_("used"))

    class Meta:
        verbose_name = _("key of a sent form")
        verbose_name_plural = _("keys of sent forms")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)
