"""Addresses to which no bulk mail goes."""

from django.conf import settings
from django.core.validators import EmailValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.enums import SuppressionCause


class Suppression(models.Model):
    """An address to which no bulk mail goes, with the cause. Own receipts still go there."""

    email = models.CharField(_("e-mail address"), max_length=254, validators=[EmailValidator()])
    cause = models.CharField(_("cause"), max_length=12, choices=SuppressionCause)
    note = models.TextField(_("note"), blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lifted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    class Meta:
        verbose_name = _("address on the stop list")
        verbose_name_plural = _("stop list")
        default_permissions = ("view", "add")
        permissions = [("lift_suppression", "Can take an address off the stop list")]
        constraints = [
            models.CheckConstraint(
                name="suppression_cause_is_known",
                condition=Q(cause__in=SuppressionCause.values),
                violation_error_message=_("The cause is one of the known causes."),
            ),
            models.CheckConstraint(
                name="suppression_lifted_with_reason",
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""),
                violation_error_message=_("An address comes off the stop list with a reason."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(lifted_at__isnull=True),
                name="suppression_is_in_force_once",
                violation_error_message=_("This address is already on the stop list."),
            ),
        ]

    def __str__(self) -> str:
        return self.email
