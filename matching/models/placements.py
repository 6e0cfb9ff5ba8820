"""Placements: what was agreed, day by day, and what remains of it."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from applications.models import InternApplication
from core.models import StoredFile
from matching.enums import DiaryStatus, PlacementStatus, ReportAuthor, ReportStatus
from matching.models.pairs import Proposal
from meetings.models import Declaration
from programme.models import Edition, Theme


class Period(Func):
    """The span between two instants, for constraints."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PlacementQuerySet(models.QuerySet):
    """Adjectives for placements."""

    def of(self, user) -> "PlacementQuerySet":
        """Those in which this person is the mentor or the intern."""
        return self.filter(Q(mentor=user) | Q(intern=user))

    def finished(self) -> "PlacementQuerySet":
        """Those that came to their end: the door of the small projects."""
        return self.filter(status=PlacementStatus.FINISHED)

    def for_table(self) -> "PlacementQuerySet":
        """With what a list shows."""
        return self.select_related(
            "edition",
            "declaration__survey__gmina",
            "declaration__survey__organisation",
            "declaration__survey__contact",
            "declaration__mentor",
            "application__hromada",
            "application__organisation",
            "mentor",
            "intern",
        ).order_by("declaration__survey__gmina__sort_key", "pk")


class Placement(models.Model):
    """The internship of one person at one host, born when both sides accept."""

    Status = PlacementStatus
    STEPS = {
        Status.PLANNED: {Status.UNDER_WAY, Status.BROKEN_OFF},
        Status.UNDER_WAY: {Status.FINISHED, Status.BROKEN_OFF},
    }

    proposal = models.OneToOneField(
        Proposal, verbose_name=_("pair"), on_delete=models.PROTECT, related_name="placement"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="placements"
    )
    declaration = models.ForeignKey(
        Declaration, verbose_name=_("host"), on_delete=models.PROTECT, related_name="placements"
    )
    application = models.ForeignKey(
        InternApplication,
        verbose_name=_("application"),
        on_delete=models.PROTECT,
        related_name="placements",
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor"),
        on_delete=models.PROTECT,
        related_name="mentored_placements",
    )
    intern = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("intern"),
        on_delete=models.PROTECT,
        related_name="placements",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    arrived_at = models.DateTimeField(_("arrived safely"), null=True, blank=True)
    break_off_reason = models.CharField(_("why it was broken off"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("agreed"))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(
                name="placement_status_is_known", condition=Q(status__in=PlacementStatus.values)
            ),
            models.CheckConstraint(
                name="placement_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot lie before the first."),
            ),
            models.UniqueConstraint(
                name="one_living_placement_per_intern",
                fields=["application"],
                condition=~Q(status=PlacementStatus.BROKEN_OFF),
                violation_error_message=_("This intern already has a placement."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} – {self.application}"


class ScheduleItem(models.Model):
    """One thing in the plan of the internship: when, where, what."""

    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.CASCADE, related_name="schedule"
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    title = models.CharField(_("what"), max_length=160)
    place = models.CharField(_("where"), max_length=200, blank=True)
    contact = models.CharField(_("who to ask for, telephone"), max_length=160, blank=True)
    theme = models.ForeignKey(
        Theme,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    comment = models.CharField(_("comment of the intern"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("item of the schedule")
        verbose_name_plural = _("items of schedules")
        constraints = [
            models.CheckConstraint(
                name="schedule_item_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end has to be later than the beginning."),
            ),
            ExclusionConstraint(
                name="schedule_items_of_a_placement_do_not_overlap",
                expressions=[
                    ("placement", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already something in the plan at this time."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DiaryEntry(models.Model):
    """What the intern wrote about one day; the mentor confirms it."""

    Status = DiaryStatus
    STEPS = {
        Status.WRITTEN: {Status.CONFIRMED, Status.RETURNED},
        Status.RETURNED: {Status.WRITTEN},
    }

    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.PROTECT, related_name="diary"
    )
    day = models.DateField(_("day"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=2)
    unit = models.CharField(_("department or unit"), max_length=160, blank=True)
    activity = models.TextField(_("what was done"), max_length=2000)
    learned = models.TextField(_("what I learned"), max_length=2000, blank=True)
    idea = models.TextField(_("an idea for my hromada"), max_length=2000, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WRITTEN)
    remark = models.CharField(_("remark of the mentor"), max_length=500, blank=True)
    written_at = models.DateTimeField(_("written"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("day of the diary")
        verbose_name_plural = _("diaries")
        constraints = [
            models.CheckConstraint(
                name="diary_status_is_known", condition=Q(status__in=DiaryStatus.values)
            ),
            models.UniqueConstraint(
                name="one_diary_entry_per_day",
                fields=["placement", "day"],
                violation_error_message=_("There is already an entry for this day."),
            ),
            models.CheckConstraint(
                name="diary_hours_fit_a_day",
                condition=Q(hours__gte=0, hours__lte=24),
                violation_error_message=_("A day has at most 24 hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class InternshipReport(models.Model):
    """The report of the intern, of the mentor or of the host, read by a coordinator."""

    Status = ReportStatus
    Author = ReportAuthor
    STEPS = {
        Status.DRAFT: {Status.SENT},
        Status.SENT: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.SENT},
    }

    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.PROTECT, related_name="reports"
    )
    author = models.CharField(_("who writes"), max_length=6, choices=ReportAuthor)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction, 1 to 5"), null=True, blank=True
    )
    answers = models.JSONField(_("answers"), default=dict)
    remark = models.CharField(_("remark of the coordinator"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("report of an internship")
        verbose_name_plural = _("reports of internships")
        constraints = [
            models.CheckConstraint(
                name="internship_report_status_is_known",
                condition=Q(status__in=ReportStatus.values),
            ),
            models.UniqueConstraint(
                name="one_report_per_author",
                fields=["placement", "author"],
                violation_error_message=_("This report already exists."),
            ),
            models.CheckConstraint(
                name="satisfaction_between_one_and_five",
                condition=Q(satisfaction__isnull=True)
                | Q(satisfaction__gte=1, satisfaction__lte=5),
                violation_error_message=_("Satisfaction is a number from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_author_display()}: {self.placement}"


class Certificate(models.Model):
    """The certificate of completion, made once from the data."""

    placement = models.OneToOneField(
        Placement, verbose_name=_("placement"), on_delete=models.PROTECT, related_name="certificate"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    file = models.ForeignKey(
        StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return self.number
