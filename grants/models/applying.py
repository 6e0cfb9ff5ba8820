"""The call for small projects, and an application of a hromada with its Polish partner."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from grants.enums import ProjectStatus
from matching.models import Placement
from programme.models import BudgetCategory, Edition, Hromada, Organisation

POSITIVE = MinValueValidator(Decimal("0.01"))


class GrantCall(models.Model):
    """The call of an edition, with its rules frozen on the day it opens."""

    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="grant_call"
    )
    opened_at = models.DateTimeField(_("opened"))
    closes_at = models.DateTimeField(_("closes"))
    pool = models.DecimalField(_("pool"), max_digits=12, decimal_places=2)
    grant_count = models.PositiveSmallIntegerField(_("number of grants"))
    grant_min = models.DecimalField(_("smallest grant"), max_digits=12, decimal_places=2)
    grant_max = models.DecimalField(_("largest grant"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="PLN")
    starts_on = models.DateField(_("costs count from"))
    ends_on = models.DateField(_("costs count until"))
    awarded_count = models.PositiveSmallIntegerField(_("grants awarded"), default=0, editable=False)
    awarded_sum = models.DecimalField(
        _("sum awarded"), max_digits=12, decimal_places=2, default=Decimal(0), editable=False
    )

    class Meta:
        verbose_name = _("call for small projects")
        verbose_name_plural = _("calls for small projects")
        constraints = [
            models.CheckConstraint(
                name="grants_stay_within_the_pool",
                condition=Q(awarded_sum__lte=F("pool")),
                violation_error_message=_("The sum of grants is larger than the pool."),
            ),
            models.CheckConstraint(
                name="grants_stay_within_the_number",
                condition=Q(awarded_count__lte=F("grant_count")),
                violation_error_message=_("More grants than the call allows."),
            ),
            models.CheckConstraint(
                name="grant_call_dates_in_order",
                condition=Q(closes_at__gt=F("opened_at"), ends_on__gte=F("starts_on")),
                violation_error_message=_("The end has to be later than the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}"


class SmallProjectQuerySet(models.QuerySet):
    """Adjectives for small projects."""

    def sent(self) -> "SmallProjectQuerySet":
        """Handed in at least once."""
        return self.filter(submitted_at__isnull=False)

    def for_table(self) -> "SmallProjectQuerySet":
        """With what a list shows."""
        return self.select_related(
            "call__edition",
            "hromada",
            "host__gmina",
            "organisation",
            "placement__mentor",
            "placement__application",
            "placement__declaration__survey__contact",
        ).order_by("hromada__sort_key", "pk")


class SmallProject(models.Model):
    """A hromada's application for a small project with the gmina that hosted its intern (G2)."""

    Status = ProjectStatus
    STEPS = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {
            Status.IN_EVALUATION,
            Status.TO_CORRECT,
            Status.REJECTED,
            Status.WITHDRAWN,
        },
        Status.TO_CORRECT: {Status.SUBMITTED, Status.REJECTED, Status.WITHDRAWN},
        Status.IN_EVALUATION: {Status.RANKED, Status.WITHDRAWN},
        Status.RANKED: {Status.AWARDED, Status.RESERVE, Status.REJECTED, Status.WITHDRAWN},
        Status.RESERVE: {Status.AWARDED, Status.REJECTED, Status.WITHDRAWN},
        Status.AWARDED: {Status.BUDGET_AGREED, Status.WITHDRAWN},
        Status.BUDGET_AGREED: {Status.SIGNED, Status.WITHDRAWN},
        Status.SIGNED: {Status.IN_PROGRESS, Status.TERMINATED},
        Status.IN_PROGRESS: {Status.REPORTED, Status.TERMINATED},
        Status.REPORTED: {Status.CORRECTING, Status.SETTLED, Status.RECOVERY},
        Status.CORRECTING: {Status.REPORTED, Status.TERMINATED, Status.RECOVERY},
        Status.TERMINATED: {Status.RECOVERY, Status.CLOSED},
        Status.RECOVERY: {Status.SETTLED},
        Status.SETTLED: {Status.CLOSED},
    }

    call = models.ForeignKey(
        GrantCall, verbose_name=_("call"), on_delete=models.PROTECT, related_name="projects"
    )
    placement = models.OneToOneField(
        Placement, verbose_name=_("internship"), on_delete=models.PROTECT, related_name="project"
    )
    hromada = models.ForeignKey(
        Hromada, verbose_name=_("hromada"), on_delete=models.PROTECT, related_name="small_projects"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("applicant"), on_delete=models.PROTECT, related_name="projects"
    )
    host = models.ForeignKey(
        Organisation,
        verbose_name=_("Polish partner"),
        on_delete=models.PROTECT,
        related_name="partnered_projects",
    )
    email = models.EmailField(_("address of the applicant"), max_length=254)
    language = models.CharField(_("language"), max_length=2, default="uk")
    number = models.CharField(_("number"), max_length=30, blank=True)
    status = models.CharField(
        _("status"), max_length=14, choices=ProjectStatus, default=ProjectStatus.DRAFT
    )
    title = models.CharField(_("title"), max_length=150, blank=True)
    summary = models.TextField(_("summary in Polish or English"), max_length=1500, blank=True)
    need = models.TextField(_("need and strategy of the hromada"), max_length=2500, blank=True)
    learned = models.TextField(
        _("link with what was learned in the internship"), max_length=2500, blank=True
    )
    actions = models.TextField(
        _("goals, actions, results and indicators"), max_length=4000, blank=True
    )
    partner_role = models.TextField(_("part of the Polish partner"), max_length=2500, blank=True)
    risks = models.TextField(_("schedule, risks and security"), max_length=2500, blank=True)
    lasting = models.TextField(_("durability and dissemination"), max_length=2500, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    correction_note = models.CharField(_("what is to be corrected"), max_length=1000, blank=True)
    correct_by_at = models.DateTimeField(_("correct by"), null=True, blank=True)
    corrections_used = models.PositiveSmallIntegerField(default=0, editable=False)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the ranking"), null=True, blank=True)
    awarded_amount = models.DecimalField(
        _("grant awarded"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    tranches_sum = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(0), editable=False
    )
    started_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = SmallProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("small project")
        verbose_name_plural = _("small projects")
        constraints = [
            models.CheckConstraint(
                name="small_project_status_is_known", condition=Q(status__in=ProjectStatus.values)
            ),
            models.UniqueConstraint(
                name="one_project_per_hromada_and_call",
                fields=["call", "hromada"],
                condition=~Q(status=ProjectStatus.WITHDRAWN),
                violation_error_message=_("This hromada already has a project in this call."),
            ),
            models.UniqueConstraint(
                name="project_number_is_unique", fields=["number"], condition=~Q(number="")
            ),
            models.CheckConstraint(
                name="tranches_stay_within_the_grant",
                condition=Q(tranches_sum=0) | Q(tranches_sum__lte=F("awarded_amount")),
                violation_error_message=_("The tranches are larger than the grant."),
            ),
            models.CheckConstraint(
                name="awarded_project_has_an_amount",
                condition=~Q(status=ProjectStatus.AWARDED) | Q(awarded_amount__gt=0),
                violation_error_message=_("An award needs an amount."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.hromada)

    @property
    def is_open_for_applicant(self) -> bool:
        """Whether the applicant may still change the application."""
        return self.status in (ProjectStatus.DRAFT, ProjectStatus.TO_CORRECT)


class BudgetLine(models.Model):
    """One line of the budget; the total is computed by the database (G3)."""

    project = models.ForeignKey(
        SmallProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="lines"
    )
    category = models.ForeignKey(
        BudgetCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("line"))
    description = models.CharField(_("what for"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    quantity = models.DecimalField(
        _("quantity"), max_digits=9, decimal_places=2, validators=[POSITIVE]
    )
    unit_price = models.DecimalField(
        _("price of a unit"), max_digits=12, decimal_places=2, validators=[POSITIVE]
    )
    total = models.GeneratedField(
        expression=Round(F("quantity") * F("unit_price"), 2),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
        verbose_name=_("total"),
    )
    grant = models.DecimalField(_("from the grant"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.UniqueConstraint(
                name="budget_line_position_is_unique", fields=["project", "position"]
            ),
            models.CheckConstraint(
                name="budget_line_amounts_are_sound",
                condition=Q(quantity__gt=0, unit_price__gt=0, grant__gte=0)
                & Q(grant__lte=Round(F("quantity") * F("unit_price"), 2)),
                violation_error_message=_(
                    "The part from the grant cannot be larger than the total of the line."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def own(self) -> Decimal:
        """The own contribution in this line."""
        return self.total - self.grant


class PartnerConfirmation(models.Model):
    """The yes of the Polish partner to exactly these words and sums (G9)."""

    project = models.ForeignKey(
        SmallProject,
        verbose_name=_("project"),
        on_delete=models.PROTECT,
        related_name="confirmations",
    )
    fingerprint = models.CharField(_("fingerprint of the application"), max_length=64)
    email = models.EmailField(_("confirmed by"), max_length=254)
    role_confirmed = models.CharField(_("remark"), max_length=500, blank=True)
    is_confirmed = models.BooleanField(_("agrees"))
    answered_at = models.DateTimeField(_("answered"))
    withdrawn_at = models.DateTimeField(_("no longer valid since"), null=True, blank=True)
    withdrawn_because = models.CharField(_("which change did it"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("answer of the partner")
        verbose_name_plural = _("answers of partners")
        constraints = [
            models.UniqueConstraint(
                name="one_valid_partner_answer_per_project",
                fields=["project"],
                condition=Q(withdrawn_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.answered_at:%Y-%m-%d}"
