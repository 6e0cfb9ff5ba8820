"""Partner hromadas that an office typed because the register did not hold them (C3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PartnerMatch(models.Model):
    """Which hromada of the register staff found behind what was typed; the answer stays as it is.

    `typed` is the text of the answer, so the match holds for corrections that leave it alone.
    """

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey"),
        on_delete=models.PROTECT,
        related_name="partner_matches",
    )
    typed = models.CharField(_("as it was typed"), max_length=200)
    hromada = models.ForeignKey(
        "programme.Hromada",
        verbose_name=_("hromada of the register"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("found by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    matched_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("partner hromada found in the register")
        verbose_name_plural = _("partner hromadas found in the register")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="typed_partner_is_matched_once",
                fields=["survey", "typed"],
                violation_error_message=_("This partner has been found in the register already."),
            ),
            models.CheckConstraint(
                name="matched_partner_was_typed",
                condition=~Q(typed=""),
                violation_error_message=_("Nothing was typed."),
            ),
        ]

    def __str__(self) -> str:
        return self.typed
