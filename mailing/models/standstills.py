"""Times in which the house stood still, so that each is told once."""

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _


class Standstill(models.Model):
    """From the moment at which something was found to stand still until all was well again."""

    sign = models.CharField(_("what stood still"), max_length=20)
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("time in which something stood still")
        verbose_name_plural = _("times in which something stood still")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                Value(1),  # whatever stands still: one row at most without an end
                condition=Q(ended_at__isnull=True),
                name="standstill_is_one_at_a_time",
                violation_error_message=_("A standstill ends before another begins."),
            ),
            models.CheckConstraint(
                name="standstill_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                violation_error_message=_("A standstill ends after it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign} {self.began_at:%Y-%m-%d %H:%M}"
