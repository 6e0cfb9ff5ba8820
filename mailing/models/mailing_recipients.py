"""Who gets a mailing, row by row, and the files that go with each letter."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing import registry
from mailing.enums import LetterStatus, RecipientState
from mailing.models.letters import Letter
from mailing.models.mailings import Mailing

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
    came_back = models.ForeignKey(
        Letter,
        verbose_name=_("letter that did not arrive before"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    left_out_at = models.DateTimeField(_("left out"), null=True, blank=True)

    # What the audience has found when it was asked, for the letter in the same step.
    brought: Any = None

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
    def missing_words(self) -> str:
        """What would be empty, as the page of the words calls it; names of placeholders else."""
        room = self.mailing.letter.partition("/")[0]
        known = registry.meanings()
        names = self.missing.split(", ") if self.missing else []
        return ", ".join(str(known.get((room, name), name)) for name in names)

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
