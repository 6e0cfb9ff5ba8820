"""Settings of an edition for its small projects: calls, sums, evaluation, tranches, reports."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.enums import ContributionKind

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


def default_tranches() -> list[int]:
    """Percent of the grant paid in each tranche."""
    return [80, 20]


def default_contribution_kinds() -> list[str]:
    """Kinds of own contribution that may be valued."""
    return list(ContributionKind.values)


class GrantSettings(models.Model):
    """The part of an edition that the room of small projects reads."""

    grant_count = models.PositiveSmallIntegerField(_("number of grants"), default=10)
    grant_pool = models.DecimalField(
        _("pool of grants"), max_digits=12, decimal_places=2, default=Decimal(400_000)
    )
    grant_min = models.DecimalField(
        _("smallest grant"), max_digits=12, decimal_places=2, default=Decimal(10_000)
    )
    grant_max = models.DecimalField(
        _("largest grant"), max_digits=12, decimal_places=2, default=Decimal(40_000)
    )
    grant_currency = models.CharField(_("currency of grants"), max_length=3, default="PLN")
    grant_opens_at = models.DateTimeField(_("call for small projects opens"), null=True, blank=True)
    grant_closes_at = models.DateTimeField(
        _("call for small projects closes"), null=True, blank=True
    )
    grant_starts_on = models.DateField(_("first day of small projects"), null=True, blank=True)
    grant_ends_on = models.DateField(_("last day of small projects"), null=True, blank=True)
    applications_per_hromada = models.PositiveSmallIntegerField(
        _("grant applications per hromada"), default=1
    )
    own_contribution_min_percent = models.DecimalField(
        _("own contribution, at least (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=PERCENT,
    )
    own_contribution_max_percent = models.DecimalField(
        _("own contribution, at most (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=PERCENT,
    )
    own_contribution_kinds = ArrayField(
        models.CharField(max_length=20, choices=ContributionKind),
        verbose_name=_("kinds of own contribution"),
        default=default_contribution_kinds,
    )
    admin_max_percent = models.DecimalField(
        _("administrative costs, at most (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(15),
        validators=PERCENT,
    )
    reallocation_max_percent = models.DecimalField(
        _("reallocation in a category without consent, at most (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(10),
        validators=PERCENT,
    )
    quotation_threshold = models.DecimalField(
        _("budget line that needs a quotation, from"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
    )
    grant_evaluators = models.PositiveSmallIntegerField(_("evaluators per project"), default=2)
    grant_third_difference = models.PositiveSmallIntegerField(
        _("difference in points that calls a third evaluator of a project"), default=25
    )
    grant_threshold = models.PositiveSmallIntegerField(
        _("points needed for a grant, at least"), default=60
    )
    correction_days = models.PositiveSmallIntegerField(
        _("working days to correct an application"), default=5
    )
    tranches = models.JSONField(_("tranches (percent of the grant)"), default=default_tranches)
    interim_report_percent = models.PositiveSmallIntegerField(
        _("part of a tranche spent before the interim report (%)"), default=70, validators=PERCENT
    )
    report_days = models.PositiveSmallIntegerField(_("days for the final report"), default=30)
    report_correction_days = models.PositiveSmallIntegerField(
        _("days to correct a report"), default=10
    )
    report_correction_rounds = models.PositiveSmallIntegerField(
        _("rounds of corrections of a report"), default=2
    )
    return_days = models.PositiveSmallIntegerField(
        _("days to return unused or misused money"), default=15
    )
    unused_return_by = models.DateField(_("unused money returns by"), null=True, blank=True)
    interest_percent = models.DecimalField(
        _("interest on late returns, yearly (%)"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Tranches are whole percents that make 100."""
        super().clean()
        if not isinstance(self.tranches, list) or not all(
            type(part) is int and part > 0 for part in self.tranches
        ):
            raise ValidationError({"tranches": _("Write tranches as a list, e.g. [80, 20].")})
        if sum(self.tranches) != 100:
            raise ValidationError({"tranches": _("Tranches must make 100 % together.")})


GRANT_CONSTRAINTS = [
    models.CheckConstraint(
        name="edition_grant_window_in_order",
        condition=Q(grant_opens_at__isnull=True)
        | Q(grant_closes_at__isnull=True)
        | Q(grant_opens_at__lt=F("grant_closes_at")),
        violation_error_message=_("The call for small projects must open before it closes."),
    ),
    models.CheckConstraint(
        name="edition_grant_period_in_order",
        condition=Q(grant_starts_on__isnull=True)
        | Q(grant_ends_on__isnull=True)
        | Q(grant_starts_on__lt=F("grant_ends_on")),
        violation_error_message=_("Small projects must begin before they end."),
    ),
    models.CheckConstraint(
        name="edition_grant_amounts_in_order",
        condition=Q(grant_min__gt=0, grant_max__gte=F("grant_min"), grant_pool__gte=F("grant_min")),
        violation_error_message=_(
            "The smallest grant must be above zero and not above the largest one or the pool."
        ),
    ),
    models.CheckConstraint(
        name="edition_currency_is_a_code",
        condition=Q(grant_currency__regex=r"^[A-Z]{3}$"),
        violation_error_message=_("Write the currency as three letters, e.g. PLN."),
    ),
]
