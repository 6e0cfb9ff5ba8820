"""Wishes to sign in, until they are answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInRequest(models.Model):
    """Somebody typed an address on the sign-in page. Answered in the background, then deleted.

    The page does the same for every address, so neither its answer nor its time tells whether the
    address is known (SEC-M, M5).
    """

    email = models.CharField(max_length=254)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wish to sign in")
        verbose_name_plural = _("wishes to sign in")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_at:%Y-%m-%d %H:%M}"
