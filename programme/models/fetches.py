"""Fetching the register from the web service of Statistics Poland, kept page by page."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db import status_is_known
from programme.models.registers import RegisterImport


class FetchStatus(models.TextChoices):
    """How far a fetch has come."""

    FETCHING = "fetching", _("being fetched")
    FETCHED = "fetched", _("fetched; a person applies it")
    FAILED = "failed", _("stopped by a problem")
    DROPPED = "dropped", _("thrown away")


class FetchPart(models.TextChoices):
    """What is asked for, in this order."""

    YEARS = "years", _("years for which there are figures")
    VOIVODESHIPS = "voivodeships", _("voivodeships")
    POWIATS = "powiats", _("powiats")
    GMINAS = "gminas", _("gminas with their population")


class RegisterFetch(models.Model):
    """One fetch: it goes on where it stopped, whoever or whatever stopped it."""

    Status = FetchStatus
    Part = FetchPart
    STEPS = {
        FetchStatus.FETCHING: {FetchStatus.FETCHED, FetchStatus.FAILED, FetchStatus.DROPPED},
        FetchStatus.FAILED: {FetchStatus.FETCHING, FetchStatus.DROPPED},
    }

    status = models.CharField(
        _("status"), max_length=8, choices=FetchStatus, default=FetchStatus.FETCHING
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    variable = models.PositiveIntegerField(_("variable of the service"))
    started_at = models.DateTimeField(_("started"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    heard_at = models.DateTimeField(_("last answer"), null=True, blank=True)
    not_before = models.DateTimeField(_("goes on at"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    expected = models.JSONField(_("records expected"), default=dict, blank=True)
    restarts = models.PositiveSmallIntegerField(_("begun anew"), default=0)
    attempts = models.PositiveSmallIntegerField(_("failed attempts in a row"), default=0)
    problem = models.TextField(_("problem"), blank=True)
    register_import = models.OneToOneField(
        RegisterImport,
        verbose_name=_("import"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fetch",
    )

    class Meta:
        verbose_name = _("fetch of the register")
        verbose_name_plural = _("fetches of the register")
        default_permissions = ("view",)
        constraints = [
            status_is_known("register_fetch_status_is_known", FetchStatus),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=FetchStatus.FETCHING),
                name="one_register_fetch_at_a_time",
                violation_error_message=_("The register is being fetched already."),
            ),
            models.CheckConstraint(
                name="fetched_register_has_its_import",
                condition=~Q(status=FetchStatus.FETCHED) | Q(register_import__isnull=False),
                violation_error_message=_("A fetch that is done has its import."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.started_at:%Y-%m-%d %H:%M}"


class RegisterFetchPage(models.Model):
    """One page of the service, as it was answered: what has come is never asked for again."""

    fetch = models.ForeignKey(RegisterFetch, on_delete=models.CASCADE, related_name="pages")
    part = models.CharField(max_length=12, choices=FetchPart)
    number = models.PositiveSmallIntegerField()
    rows = models.JSONField()
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("page of a fetch")
        verbose_name_plural = _("pages of a fetch")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fetch", "part", "number"],
                name="register_fetch_page_is_unique",
                violation_error_message=_("This page has come already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}"
