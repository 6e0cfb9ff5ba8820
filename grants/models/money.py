"""The agreement, the tranches, the reports with their documents, and the settlement."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from grants.enums import ReportKind, ReportStatus, Source, TrancheStatus
from grants.models.applying import BudgetLine, SmallProject

AWAITED = (ReportStatus.DRAFT, ReportStatus.RETURNED)


class GrantAgreement(models.Model):
    """The grant agreement as PDF, with its number, version and checksum (G6, G20)."""

    project = models.OneToOneField(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="agreement"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(_("checksum"), max_length=64)
    made_at = models.DateTimeField(_("made"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_scan = models.ForeignKey(
        StoredFile,
        verbose_name=_("signed copy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("grant agreement")
        verbose_name_plural = _("grant agreements")

    def __str__(self) -> str:
        return self.number


class Tranche(models.Model):
    """A part of the grant: proposed by one person, approved by another, then paid (P24)."""

    Status = TrancheStatus
    STEPS = {
        Status.PLANNED: {Status.PROPOSED},
        Status.PROPOSED: {Status.APPROVED, Status.PLANNED},
        Status.APPROVED: {Status.PAID},
    }

    project = models.ForeignKey(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="tranches"
    )
    number = models.PositiveSmallIntegerField(_("tranche"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    status = models.CharField(
        _("status"), max_length=8, choices=TrancheStatus, default=TrancheStatus.PLANNED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        permissions = [("approve_tranche", _("Can approve a tranche"))]
        constraints = [
            models.CheckConstraint(
                name="tranche_status_is_known", condition=Q(status__in=TrancheStatus.values)
            ),
            models.UniqueConstraint(name="tranche_number_is_unique", fields=["project", "number"]),
            models.CheckConstraint(name="tranche_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="tranche_is_approved_by_a_second_person",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                violation_error_message=_("Nobody approves a tranche that they proposed."),
            ),
            models.CheckConstraint(
                name="paid_tranche_was_approved",
                condition=~Q(status__in=[TrancheStatus.APPROVED, TrancheStatus.PAID])
                | Q(approved_by__isnull=False, proposed_by__isnull=False),
                violation_error_message=_("A tranche is paid only after approval."),
            ),
            models.CheckConstraint(
                name="paid_tranche_has_a_day",
                condition=Q(status=TrancheStatus.PAID, paid_on__isnull=False)
                | (~Q(status=TrancheStatus.PAID) & Q(paid_on__isnull=True)),
                violation_error_message=_("A paid tranche has a day of payment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} / {self.number}"


class GrantReport(models.Model):
    """An interim or final report: words and documents."""

    Status = ReportStatus
    Kind = ReportKind
    STEPS = {
        Status.DRAFT: {Status.SENT},
        Status.SENT: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.SENT},
    }

    project = models.ForeignKey(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="reports"
    )
    kind = models.CharField(_("kind"), max_length=7, choices=ReportKind, default=ReportKind.FINAL)
    status = models.CharField(
        _("status"), max_length=8, choices=ReportStatus, default=ReportStatus.DRAFT
    )
    narrative = models.TextField(
        _("what was done and with what result"), max_length=8000, blank=True
    )
    remark = models.CharField(_("what is to be corrected"), max_length=1000, blank=True)
    rounds = models.PositiveSmallIntegerField(_("rounds of corrections"), default=0)
    due_on = models.DateField(_("due on"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("report of a grant")
        verbose_name_plural = _("reports of grants")
        constraints = [
            models.CheckConstraint(
                name="grant_report_status_is_known", condition=Q(status__in=ReportStatus.values)
            ),
            models.UniqueConstraint(
                name="one_report_of_a_kind_per_project", fields=["project", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_kind_display()}"

    @property
    def is_awaited(self) -> bool:
        """Whether it was asked for, or returned, and is not here."""
        return self.status in AWAITED


class ReportDocument(models.Model):
    """An accounting document tied to a budget line; the rate, its day and table are kept (G19)."""

    report = models.ForeignKey(
        GrantReport, verbose_name=_("report"), on_delete=models.PROTECT, related_name="documents"
    )
    line = models.ForeignKey(
        BudgetLine,
        verbose_name=_("budget line"),
        on_delete=models.PROTECT,
        related_name="documents",
    )
    number = models.CharField(_("number of the document"), max_length=80)
    issued_on = models.DateField(_("issued on"))
    seller = models.CharField(_("seller"), max_length=200)
    seller_tax_id = models.CharField(_("tax number of the seller"), max_length=20, blank=True)
    description = models.CharField(_("what for"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, default="UAH")
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    rate = models.DecimalField(
        _("rate (zlotys for one unit)"),
        max_digits=12,
        decimal_places=6,
        validators=[MinValueValidator(Decimal("0.000001"))],
    )
    rate_on = models.DateField(_("day of the rate"))
    rate_table = models.CharField(_("table of the rate"), max_length=40, blank=True)
    amount_pln = models.DecimalField(_("in zlotys"), max_digits=12, decimal_places=2)
    source = models.CharField(_("paid from"), max_length=5, choices=Source, default=Source.GRANT)
    paid_on = models.DateField(_("paid on"))
    scan = models.ForeignKey(
        StoredFile,
        verbose_name=_("scan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("accounting document")
        verbose_name_plural = _("accounting documents")
        constraints = [
            models.UniqueConstraint(
                name="document_is_settled_once_per_line",
                fields=["report", "seller", "number", "line", "source"],
                violation_error_message=_("This document is already in this line."),
            ),
            models.CheckConstraint(
                name="document_amounts_are_positive",
                condition=Q(amount__gt=0, rate__gt=0, amount_pln__gte=0),
                violation_error_message=_("Amount and rate have to be larger than zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Settlement(models.Model):
    """The end of the money: paid = accepted + returned, to the grosz."""

    project = models.OneToOneField(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="settlement"
    )
    paid = models.DecimalField(_("paid to the grantee"), max_digits=12, decimal_places=2)
    accepted = models.DecimalField(_("accepted costs"), max_digits=12, decimal_places=2)
    returned = models.DecimalField(_("returned"), max_digits=12, decimal_places=2)
    own = models.DecimalField(_("own contribution"), max_digits=12, decimal_places=2)
    return_due_on = models.DateField(_("return due on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_at = models.DateTimeField(_("settled"))

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(
                name="settlement_balances_to_the_grosz",
                condition=Q(paid=F("accepted") + F("returned")),
                violation_error_message=_("Paid money is either accepted or returned."),
            ),
            models.CheckConstraint(
                name="settlement_amounts_are_not_negative",
                condition=Q(paid__gte=0, accepted__gte=0, returned__gte=0, own__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}"
