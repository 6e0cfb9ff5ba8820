"""Drafts that one person wants to let go together, until another person has decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mailing.enums import ReleaseStatus
from mailing.models.letters import Letter


class ReleaseProposal(models.Model):
    """A wish to release more letters than one person may release alone (P26)."""

    Status = ReleaseStatus
    STEPS = {
        Status.WAITING: {Status.RELEASED, Status.WITHDRAWN},
        Status.RELEASED: set(),
        Status.WITHDRAWN: set(),
    }

    letters = models.ManyToManyField(
        Letter, verbose_name=_("letters"), related_name="release_proposals"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReleaseStatus, default=ReleaseStatus.WAITING
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal to release letters")
        verbose_name_plural = _("proposals to release letters")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="release_status_is_known",
                condition=Q(status__in=ReleaseStatus.values),
                violation_error_message=_("A proposal has one of the known statuses."),
            ),
            models.CheckConstraint(
                name="release_decided_by_somebody",
                condition=Q(status="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(status="waiting") & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)
                ),
                violation_error_message=_("A proposal is decided by somebody, at some time."),
            ),
            models.CheckConstraint(
                name="release_by_a_second_person",
                condition=~Q(status="released") | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_(
                    "Letters to many are released by somebody other than who proposed it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.proposed_at:%Y-%m-%d %H:%M}"
