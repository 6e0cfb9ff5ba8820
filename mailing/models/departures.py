"""Turns to leave: what keeps all workers together within the pace of mailings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mailing.models.mailings import Mailing


class Departure(models.Model):
    """Letters of one mailing that one worker may hand over, all between two moments.

    Taken before the first call, ended after the last one with the number of calls there were; kept
    for as long as a limit looks back.
    """

    mailing = models.ForeignKey(
        Mailing,
        verbose_name=_("mailing"),
        on_delete=models.CASCADE,  # part of the mailing: it has no life without it
        related_name="departures",
    )
    many = models.PositiveIntegerField(_("letters"))
    taken_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("letters that one worker hands over together")
        verbose_name_plural = _("letters that workers hand over together")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="departure_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("taken_at")),
                violation_error_message=_("Letters are handed over after their turn has come."),
            )
        ]
        indexes = [models.Index(fields=["taken_at"], name="departure_by_time")]

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.many} {self.taken_at:%Y-%m-%d %H:%M:%S}"
