"""Information sessions, the choice of one by each municipality, and the declaration after it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import HostSurvey
from core.models import StoredFile
from meetings.enums import ChoiceStatus, DeclarationStatus, Lodging, MentorAnswer
from programme.models import Contact, Edition

HOLDS_A_SEAT = (ChoiceStatus.CHOSEN, ChoiceStatus.PRESENT, ChoiceStatus.ABSENT)


class InformationSession(models.Model):
    """One date of the online information session, with a limited number of places."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="sessions"
    )
    starts_at = models.DateTimeField(_("begins"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        default=90,
        validators=[MinValueValidator(10), MaxValueValidator(600)],
    )
    capacity = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    join_url = models.URLField(_("address for joining"), max_length=500, blank=True)
    recording_url = models.URLField(_("address of the recording"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("information session")
        verbose_name_plural = _("information sessions")
        constraints = [
            models.CheckConstraint(
                name="session_is_never_oversold",
                condition=Q(taken__lte=F("capacity")),
                violation_error_message=_(
                    "More places are taken than this; move somebody before lowering the number."
                ),
            ),
            models.UniqueConstraint(
                name="session_date_is_unique",
                fields=["edition", "starts_at"],
                violation_error_message=_("There is already a session at this time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d.%m.%Y %H:%M}"

    @property
    def ends_at(self) -> datetime:
        """The instant at which the session ends."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def free(self) -> int:
        """Places left."""
        return self.capacity - self.taken


class SessionChoiceQuerySet(models.QuerySet):
    """Adjectives for choices."""

    def open(self) -> "SessionChoiceQuerySet":
        """Still without an answer."""
        return self.filter(status=ChoiceStatus.INVITED)

    def for_table(self) -> "SessionChoiceQuerySet":
        """With what a list shows, in the order of the alphabet."""
        return self.select_related("survey__gmina", "survey__contact", "session").order_by(
            "survey__gmina__sort_key", "pk"
        )


class SessionChoice(models.Model):
    """The one answer of a municipality to the invitation to the information sessions."""

    Status = ChoiceStatus
    STEPS = {
        Status.INVITED: {Status.CHOSEN, Status.WAITING, Status.NEITHER, Status.NO_ANSWER},
        Status.CHOSEN: {
            Status.CHOSEN,
            Status.NEITHER,
            Status.WAITING,
            Status.PRESENT,
            Status.ABSENT,
        },
        Status.WAITING: {Status.WAITING, Status.CHOSEN, Status.NEITHER, Status.NO_ANSWER},
        Status.NEITHER: {Status.NEITHER, Status.CHOSEN, Status.WAITING},
        Status.NO_ANSWER: {Status.CHOSEN, Status.NEITHER, Status.WAITING},
        Status.PRESENT: {Status.ABSENT},
        Status.ABSENT: {Status.PRESENT},
    }

    survey = models.OneToOneField(
        HostSurvey,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="session_choice",
    )
    session = models.ForeignKey(
        InformationSession,
        verbose_name=_("session"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="choices",
    )
    status = models.CharField(_("answer"), max_length=10, choices=Status, default=Status.INVITED)
    people = models.PositiveSmallIntegerField(
        _("people taking part"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    needs = models.CharField(_("captions or interpreter"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    wants_recording = models.BooleanField(_("asks for the recording"), default=False)
    calendar_uid = models.UUIDField(default=uuid.uuid4, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    invited_at = models.DateTimeField(_("invited"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = SessionChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of a session")
        verbose_name_plural = _("choices of sessions")
        constraints = [
            models.CheckConstraint(
                name="session_choice_status_is_known", condition=Q(status__in=ChoiceStatus.values)
            ),
            models.CheckConstraint(
                name="session_choice_has_session_iff_seated",
                condition=Q(status__in=[*HOLDS_A_SEAT, ChoiceStatus.WAITING], session__isnull=False)
                | (~Q(status__in=[*HOLDS_A_SEAT, ChoiceStatus.WAITING]) & Q(session__isnull=True)),
                violation_error_message=_("A chosen answer names its session, and no other does."),
            ),
            models.CheckConstraint(
                name="session_choice_people_in_range",
                condition=Q(people__gte=1, people__lte=5),
                violation_error_message=_("One to five people can take part."),
            ),
        ]
        indexes = [models.Index(fields=["session", "status"], name="choice_by_session")]

    def __str__(self) -> str:
        return str(self.survey)

    @property
    def has_seat(self) -> bool:
        """Whether a place is kept for this municipality."""
        return self.status in HOLDS_A_SEAT


class DeclarationQuerySet(models.QuerySet):
    """Adjectives for declarations."""

    def accepted(self) -> "DeclarationQuerySet":
        """Accepted by a coordinator: the host may be matched."""
        return self.filter(status=DeclarationStatus.ACCEPTED)

    def for_table(self) -> "DeclarationQuerySet":
        """With what a list shows, in the order of the alphabet."""
        return self.select_related("survey__gmina", "mentor").order_by(
            "survey__gmina__sort_key", "pk"
        )


class Declaration(models.Model):
    """A host's declaration of participation; it names the mentor, who confirms by link."""

    Status = DeclarationStatus
    STEPS = {
        Status.ASKED: {Status.SENT, Status.WITHDRAWN},
        Status.SENT: {Status.ACCEPTED, Status.RETURNED, Status.WITHDRAWN},
        Status.RETURNED: {Status.SENT, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.WITHDRAWN},
    }

    survey = models.OneToOneField(
        HostSurvey,
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="declaration",
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ASKED)
    representative = models.CharField(_("who signs for the office"), max_length=160, blank=True)
    lodging = models.CharField(_("help with lodging"), max_length=6, choices=Lodging, blank=True)
    windows = models.JSONField(_("possible dates of the internship"), default=list)
    interns = models.PositiveSmallIntegerField(_("how many interns"), default=1)
    mentor = models.ForeignKey(
        Contact,
        verbose_name=_("mentor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
    )
    mentor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor's account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
    )
    mentor_answer = models.CharField(
        _("mentor's answer"),
        max_length=9,
        choices=MentorAnswer,
        blank=True,
    )
    mentor_answered_at = models.DateTimeField(_("mentor answered"), null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        verbose_name=_("signed declaration"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    return_reason = models.CharField(_("why it was returned"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of participation")
        verbose_name_plural = _("declarations of participation")
        constraints = [
            models.CheckConstraint(
                name="declaration_status_is_known",
                condition=Q(status__in=DeclarationStatus.values),
            ),
            models.CheckConstraint(
                name="accepted_declaration_has_confirmed_mentor",
                condition=~Q(status=DeclarationStatus.ACCEPTED)
                | Q(mentor__isnull=False, mentor_user__isnull=False, mentor_answer="confirmed"),
                violation_error_message=_("The mentor has not confirmed yet."),
            ),
            models.CheckConstraint(
                name="declaration_interns_in_range",
                condition=Q(interns__gte=1, interns__lte=5),
                violation_error_message=_("The number of interns must lie between 1 and 5."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.survey)

    @property
    def sender(self) -> str:
        """Who sends files by its link, as uploads count them."""
        return f"declaration:{self.pk}"
