"""What belongs to an application: its number, its copies, papers, checks and the travel list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import FileKind, FormalOutcome, MayLeave
from applications.models.interns import InternApplication


class ApplicationCounter(models.Model):
    """The last application number of an edition; locked while the next is taken."""

    edition = models.OneToOneField(
        "programme.Edition", verbose_name=_("edition"), on_delete=models.PROTECT
    )
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("counter of applications")
        verbose_name_plural = _("counters of applications")

    def __str__(self) -> str:
        return str(self.last)


class ApplicationVersion(models.Model):
    """A copy of the answers at each sending; never changed."""

    application = models.ForeignKey(
        InternApplication, on_delete=models.PROTECT, related_name="versions"
    )
    answers = models.JSONField(_("answers"))
    submitted_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("version of an application")
        verbose_name_plural = _("versions of applications")

    def __str__(self) -> str:
        return f"{self.application_id} {self.submitted_at:%Y-%m-%d %H:%M}"


class ApplicationFile(models.Model):
    """One paper added to an application; a new one of its kind takes the place of the old."""

    application = models.ForeignKey(
        InternApplication, on_delete=models.CASCADE, related_name="files"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind.choices)
    stored = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                name="one_file_of_a_kind_per_application",
                violation_error_message=_("There is already a file of this kind."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.stored.name}"


class FormalCheck(models.Model):
    """One formal check: what the rules said, what the coordinator decided and why."""

    application = models.ForeignKey(
        InternApplication, on_delete=models.PROTECT, related_name="formal_checks"
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=FormalOutcome.choices)
    reasons = models.JSONField(_("what the rules said"), default=list, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    fields_to_correct = models.JSONField(_("answers to correct"), default=list, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("formal check")
        verbose_name_plural = _("formal checks")
        constraints = [
            models.CheckConstraint(
                name="formal_check_has_a_reason",
                condition=Q(outcome=FormalOutcome.CORRECT) | ~Q(reason=""),
                violation_error_message=_("Say why, in words that the candidate will read."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"


class TravelChecklist(models.Model):
    """What a selected person must have for the journey. Yes or no only, no papers of the army."""

    application = models.OneToOneField(
        InternApplication, on_delete=models.PROTECT, related_name="checklist"
    )
    passport_ok = models.BooleanField(_("passport valid long enough"), default=False)
    trip_order_number = models.CharField(
        _("number of the business-trip order"), max_length=60, blank=True, default=""
    )
    trip_order_on = models.DateField(_("date of the business-trip order"), null=True, blank=True)
    trip_from_on = models.DateField(_("business trip from"), null=True, blank=True)
    trip_to_on = models.DateField(_("business trip to"), null=True, blank=True)
    may_leave = models.CharField(
        _("right to leave for the whole stay"),
        max_length=15,
        choices=MayLeave.choices,
        blank=True,
        default=MayLeave.UNKNOWN,
    )
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True)

    class Meta:
        verbose_name = _("travel checklist")
        verbose_name_plural = _("travel checklists")
        constraints = [
            models.CheckConstraint(
                name="business_trip_ends_after_it_begins",
                condition=Q(trip_from_on__isnull=True)
                | Q(trip_to_on__isnull=True)
                | Q(trip_to_on__gte=models.F("trip_from_on")),
                violation_error_message=_("The business trip must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"

    @property
    def has_trip_order(self) -> bool:
        """Is the order for the business trip known with number, date and days?"""
        return bool(
            self.trip_order_number and self.trip_order_on and self.trip_from_on and self.trip_to_on
        )

    @property
    def is_complete(self) -> bool:
        """May the person travel, as far as this list goes?"""
        return (
            self.passport_ok
            and self.has_trip_order
            and self.may_leave in (MayLeave.YES, MayLeave.NOT_APPLICABLE)
        )
