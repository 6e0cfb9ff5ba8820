"""What mail providers and postmasters tell us about letters that have left."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mailing.enums import EventKind
from mailing.models.letters import Letter


class DeliveryEvent(models.Model):
    """One thing that a provider or a returned message said, once, whatever the order and repeats.

    Stored at once and understood later (SEC-W); it can only ever touch how far a letter of ours has
    come, and the stop list.
    """

    Kind = EventKind

    provider = models.CharField(_("told by"), max_length=40)
    event_id = models.CharField(_("number of the event"), max_length=255)
    kind = models.CharField(_("what happened"), max_length=16, choices=EventKind)
    reason = models.CharField(_("reason"), max_length=16, blank=True)
    recipient = models.CharField(_("recipient"), max_length=254, blank=True)
    said = models.TextField(_("in the words of the other server"), blank=True)
    letter_number = models.UUIDField(_("number of our message"), null=True, blank=True)
    provider_id = models.CharField(_("number at the provider"), max_length=255, blank=True)
    letter = models.ForeignKey(
        Letter,
        verbose_name=_("letter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    raw = models.JSONField(_("as it came"), default=dict, blank=True)
    occurred_at = models.DateTimeField(_("happened"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    settled_at = models.DateTimeField(_("understood"), null=True, blank=True)

    class Meta:
        verbose_name = _("event of delivery")
        verbose_name_plural = _("events of delivery")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="delivery_event_is_counted_once",
                fields=["provider", "event_id"],
                violation_error_message=_("This event has been counted already."),
            ),
            models.CheckConstraint(
                name="delivery_event_kind_is_known",
                condition=Q(kind__in=EventKind.values),
                violation_error_message=_("This kind of event is not known."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="delivery_event_waiting", condition=Q(settled_at__isnull=True)
            ),
            models.Index(fields=["letter", "-id"], name="delivery_event_by_letter"),
            models.Index(fields=["recipient", "-id"], name="delivery_event_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id[:40]}"
