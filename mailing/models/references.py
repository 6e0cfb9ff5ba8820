"""Case numbers that offices gave to what we write about."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

NUMBER_LENGTH = 100


class OfficeReference(models.Model):
    """The case number ("znak sprawy") of the office at one address; our later letters carry it."""

    email = models.CharField(_("e-mail address"), max_length=254, unique=True)
    number = models.CharField(_("case number of the office"), max_length=NUMBER_LENGTH)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("case number of an office")
        verbose_name_plural = _("case numbers of offices")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="office_reference_in_small_letters",
                condition=models.Q(email=Lower(F("email"))),
                violation_error_message=_("An address is kept in small letters."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
