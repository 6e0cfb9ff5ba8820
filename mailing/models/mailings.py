"""One letter to many: the mailing, its recipients one by one, and the files that go with it."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing.enums import LetterStatus, MailingStatus, RecipientState
from mailing.models.letters import Letter

# Letters after which nothing more happens by itself or is decided by a person.
FINAL = (
    LetterStatus.ACCEPTED,
    LetterStatus.DELIVERED,
    LetterStatus.BOUNCED,
    LetterStatus.COMPLAINED,
    LetterStatus.FAILED,
    LetterStatus.CANCELLED,
    LetterStatus.SUPPRESSED,
)
STATE_OF_LETTER = {
    LetterStatus.DRAFT: RecipientState.WAITING,
    LetterStatus.QUEUED: RecipientState.WAITING,
    LetterStatus.RETRY: RecipientState.WAITING,
    LetterStatus.SENDING: RecipientState.WAITING,
    LetterStatus.HELD: RecipientState.HELD,
    LetterStatus.ACCEPTED: RecipientState.SENT,
    LetterStatus.DELIVERED: RecipientState.DELIVERED,
    LetterStatus.BOUNCED: RecipientState.BOUNCED,
    LetterStatus.COMPLAINED: RecipientState.COMPLAINED,
    LetterStatus.FAILED: RecipientState.FAILED,
    LetterStatus.AMBIGUOUS: RecipientState.UNCLEAR,
    LetterStatus.CANCELLED: RecipientState.NOT_SENT,
    LetterStatus.SUPPRESSED: RecipientState.NOT_SENT,
}


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

    @property
    def is_in_stop_window(self) -> bool:
        """Approved, and nothing has left yet: it can be taken back as if nothing had been (E21)."""
        return self.status == MailingStatus.SCHEDULED


class MailingRecipientQuerySet(models.QuerySet["MailingRecipient"]):
    """Adjectives of recipients."""

    def chosen(self) -> "MailingRecipientQuerySet":
        """Those who get the letter, or got it."""
        return self.filter(why_not="", is_left_out_by_hand=False)

    def left_out(self) -> "MailingRecipientQuerySet":
        """Those who do not get it, by the rules or by hand."""
        return self.exclude(why_not="", is_left_out_by_hand=False)

    def planned(self) -> "MailingRecipientQuerySet":
        """Those who get the letter, and for whom none is written yet."""
        return self.chosen().filter(letter__isnull=True)

    def in_state(self, state: str) -> "MailingRecipientQuerySet":
        """Those who are so far; "" for all."""
        if not state:
            return self
        if state == RecipientState.LEFT_OUT:
            return self.left_out().filter(letter__isnull=True)
        if state == RecipientState.PLANNED:
            return self.planned()
        statuses = [status for status, of in STATE_OF_LETTER.items() if of == state]
        return self.filter(letter__status__in=statuses)

    def for_table(self) -> "MailingRecipientQuerySet":
        """With what a row of a list shows, without the bodies of letters."""
        bodies = ("stored_text", "stored_html", "sealed", "values", "calendar")
        return self.select_related("letter").defer(*(f"letter__{name}" for name in bodies))


class MailingRecipient(models.Model):
    """One row of a mailing: who gets the letter and why, or does not and why (E20).

    `why`, `why_not` and `warning` keep the English sentence of the source; the properties with
    `_words` say them in the language of the page. `missing` names placeholders without a value.
    """

    mailing = models.ForeignKey(
        Mailing,
        verbose_name=_("mailing"),
        on_delete=models.CASCADE,  # part of the mailing: it has no life without it
        related_name="recipients",
    )
    key = models.CharField(_("key"), max_length=60)
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    label = models.CharField(_("record"), max_length=200)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    name = models.CharField(_("name of the recipient"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    salutation = models.CharField(_("salutation"), max_length=160, blank=True)
    why = models.TextField(_("why"), blank=True)
    why_not = models.TextField(_("why not"), blank=True)
    warning = models.TextField(_("note"), blank=True)
    missing = models.CharField(_("placeholders without a value"), max_length=300, blank=True)
    is_left_out_by_hand = models.BooleanField(_("left out by hand"), default=False)
    letter = models.OneToOneField(
        Letter,
        verbose_name=_("letter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recipient",
    )
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    left_out_at = models.DateTimeField(_("left out"), null=True, blank=True)

    objects = MailingRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a mailing")
        verbose_name_plural = _("recipients of a mailing")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "key"],
                name="mailing_has_a_recipient_once",
                violation_error_message=_("A recipient stands in a mailing once."),
            ),
            models.CheckConstraint(
                name="mailing_letter_has_a_time",
                condition=Q(letter__isnull=True) | Q(written_at__isnull=False),
                violation_error_message=_("A letter of a mailing was written at some time."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["mailing", "id"], name="recipient_planned", condition=Q(letter=None)
            ),
            models.Index(fields=["written_at"], name="recipient_by_time"),
            models.Index(Lower("email"), name="recipient_by_address"),
            models.Index(fields=["about_type", "about_id"], name="recipient_about"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def state(self) -> str:
        """How far this recipient is (E6)."""
        if self.letter is not None:
            return STATE_OF_LETTER[LetterStatus(self.letter.status)]
        is_chosen = not self.why_not and not self.is_left_out_by_hand
        return RecipientState.PLANNED if is_chosen else RecipientState.LEFT_OUT

    @property
    def state_words(self) -> str:
        """The state, in the language of the page."""
        return str(RecipientState(self.state).label)

    @property
    def why_words(self) -> str:
        """Why this recipient was considered, in the language of the page."""
        return gettext(self.why) if self.why else ""

    @property
    def why_not_words(self) -> str:
        """Why there is no letter, in the language of the page."""
        if self.why_not:
            return gettext(self.why_not)
        return gettext("Left out by hand.") if self.is_left_out_by_hand else ""

    @property
    def warning_words(self) -> str:
        """What speaks against the letter, in the language of the page."""
        return gettext(self.warning) if self.warning else ""


class MailingAttachment(models.Model):
    """A file that goes with every letter of a mailing; kept once, for all of them (E7)."""

    mailing = models.ForeignKey(
        Mailing,
        verbose_name=_("mailing"),
        on_delete=models.CASCADE,  # part of the mailing: it has no life without it
        related_name="attachments",
    )
    name = models.CharField(_("file name"), max_length=100)
    content_type = models.CharField(_("media type"), max_length=100)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("file of a mailing")
        verbose_name_plural = _("files of mailings")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
