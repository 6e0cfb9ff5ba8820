"""How the line to the mail provider is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineTrouble(models.Model):
    """A row only while something is wrong with a provider; all workers look here before a call.

    From `closed_until` on one worker may knock; an answer takes the row away.
    """

    provider = models.CharField(_("provider"), max_length=40, unique=True)
    since = models.DateTimeField(_("since"))
    failures = models.PositiveIntegerField(_("failures in a row"), default=1)
    closed_until = models.DateTimeField(_("no call before"), null=True, blank=True)
    reason = models.TextField(_("what it said"), blank=True)

    class Meta:
        verbose_name = _("trouble with the mail provider")
        verbose_name_plural = _("troubles with the mail provider")
        default_permissions = ()

    def __str__(self) -> str:
        return self.provider
