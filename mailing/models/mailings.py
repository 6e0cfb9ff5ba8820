"""One letter to many, from the choice of recipients to the last letter."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing.enums import MailingStatus


class Mailing(models.Model):
    """One letter to many, from the choice of recipients to the last of them.

    `wish` is what the audience needs to know whom to consider. Kinds with words of their own keep
    them here; others are written with `text`, the version in force when it was proposed (empty:
    the words that came with the house). `known_ended` and `known_failed` are what the person who
    went on had seen: the pause above a failure rate counts from there.
    """

    Status = MailingStatus
    STEPS = {
        Status.DRAFT: {Status.PROPOSED, Status.SCHEDULED, Status.CANCELLED},
        Status.PROPOSED: {Status.DRAFT, Status.SCHEDULED, Status.CANCELLED},
        Status.SCHEDULED: {Status.DRAFT, Status.SENDING, Status.CANCELLED},
        Status.SENDING: {Status.PAUSED, Status.FINISHED},
        Status.PAUSED: {Status.SENDING, Status.STOPPED},
        Status.FINISHED: {Status.SENDING},  # failed ones are tried again
        Status.STOPPED: set(),
        Status.CANCELLED: set(),
    }

    title = models.CharField(_("title, for the team"), max_length=160)
    letter = models.CharField(_("letter"), max_length=100)
    audience = models.CharField(_("to whom"), max_length=100)
    wish = models.JSONField(_("choice of recipients"), default=dict, blank=True)
    subject_pl = models.CharField(_("subject in Polish"), max_length=200, blank=True)
    body_pl = models.TextField(_("text in Polish"), blank=True)
    subject_uk = models.CharField(_("subject in Ukrainian"), max_length=200, blank=True)
    body_uk = models.TextField(_("text in Ukrainian"), blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=200, blank=True)
    body_en = models.TextField(_("text in English"), blank=True)
    text = models.ForeignKey(
        "mailing.LetterText",
        verbose_name=_("text that it goes out with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MailingStatus, default=MailingStatus.DRAFT
    )
    starts_at = models.DateTimeField(_("not before"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(
        _("letters a minute at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    per_hour = models.PositiveIntegerField(
        _("letters an hour at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    hold_minutes = models.PositiveSmallIntegerField(
        _("minutes in which it can still be stopped"), default=10
    )
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last changed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    worked_out_at = models.DateTimeField(_("recipients worked out"), null=True, blank=True)
    previewed_at = models.DateTimeField(_("preview looked at"), null=True, blank=True)
    tested_at = models.DateTimeField(_("test letter sent"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    sent_back_reason = models.TextField(_("why it was sent back"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    released_at = models.DateTimeField(_("first letter not before"), null=True, blank=True)
    started_at = models.DateTimeField(_("first letter"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("paused by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pause_reason = models.TextField(_("why it was paused"), blank=True)
    known_ended = models.PositiveIntegerField(_("ended when it went on"), default=0)
    known_failed = models.PositiveIntegerField(_("failed when it went on"), default=0)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        default_permissions = ("view",)
        permissions = [
            ("write_mailing", _("Can prepare mailings and propose them")),
            ("approve_mailing", _("Can approve mailings that somebody else proposed")),
            ("stop_mailing", _("Can pause mailings")),
        ]
        constraints = [
            models.CheckConstraint(
                name="mailing_status_is_known",
                condition=Q(status__in=MailingStatus.values),
                violation_error_message=_("A mailing has one of the known statuses."),
            ),
            models.CheckConstraint(
                name="mailing_is_approved_by_a_second_person",
                condition=Q(needs_second_person=False)
                | Q(approved_by__isnull=True)
                | ~(
                    Q(approved_by=F("author"))
                    | Q(approved_by=F("changed_by"))
                    | Q(approved_by=F("proposed_by"))
                ),
                violation_error_message=_(
                    "A mailing to many is approved by somebody who has not prepared it."
                ),
            ),
            models.CheckConstraint(
                name="mailing_to_many_is_proposed_first",
                condition=Q(needs_second_person=False)
                | Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=False),
                violation_error_message=_("A mailing to many is proposed before it is approved."),
            ),
            models.CheckConstraint(
                name="mailing_goes_out_approved",
                condition=Q(
                    status__in=["scheduled", "sending", "paused", "finished", "stopped"],
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    released_at__isnull=False,
                )
                | Q(
                    status__in=["draft", "proposed"],
                    approved_by__isnull=True,
                    approved_at__isnull=True,
                    released_at__isnull=True,
                )
                | Q(status="cancelled"),
                violation_error_message=_("No letter of a mailing goes out unapproved."),
            ),
            models.CheckConstraint(
                name="mailing_ends_at_a_time",
                condition=Q(
                    status__in=["finished", "stopped", "cancelled"], finished_at__isnull=False
                )
                | Q(
                    status__in=["draft", "proposed", "scheduled", "sending", "paused"],
                    finished_at__isnull=True,
                ),
                violation_error_message=_("A mailing that ended has the time of its end."),
            ),
            models.CheckConstraint(
                name="mailing_paused_since_a_time",
                condition=~Q(status="paused") | Q(paused_at__isnull=False),
                violation_error_message=_("A mailing that is paused has the time of the pause."),
            ),
            models.CheckConstraint(
                name="mailing_has_a_pace",
                condition=(Q(per_minute__isnull=True) | Q(per_minute__gte=1))
                & (Q(per_hour__isnull=True) | Q(per_hour__gte=1)),
                violation_error_message=_("At least one letter a minute and an hour."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="mailing_under_way",
                condition=Q(status__in=["scheduled", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def had_a_hand(self, user: models.Model) -> bool:
        """Whether this person has prepared it, changed it or proposed it."""
        return user.pk in (self.author_id, self.changed_by_id, self.proposed_by_id)

    @property
    def is_open_for_changes(self) -> bool:
        """Whether words, recipients and files can still change."""
        return self.status == MailingStatus.DRAFT

    @property
    def is_under_way(self) -> bool:
        """Letters go out, or would if nobody had paused it."""
        return self.status in (MailingStatus.SENDING, MailingStatus.PAUSED)

    @property
    def has_ended(self) -> bool:
        """No letter of it goes out by itself any more."""
        return self.finished_at is not None

    @property
    def pause_words(self) -> str:
        """Why it was paused, in the language of the page."""
        return gettext(self.pause_reason) if self.pause_reason else ""
