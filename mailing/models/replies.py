"""What offices and people answer to our letters, as it stands in the mailbox of replies."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from mailing.enums import ReplyMatch
from mailing.models.letters import Letter

TEXT_LENGTH = 4_000


class ReplyQuerySet(models.QuerySet["Reply"]):
    """Adjectives of replies."""

    def kept(self) -> "ReplyQuerySet":
        """Of the others only the mark is left that they were read."""
        return self.filter(removed_at=None)

    def by_people(self) -> "ReplyQuerySet":
        """Written by somebody; an absence notice answers nothing."""
        return self.filter(is_automatic=False)

    def waiting(self) -> "ReplyQuerySet":
        """Nobody has dealt with them yet."""
        return self.kept().by_people().filter(handled_at=None)

    def of_nobody(self) -> "ReplyQuerySet":
        """The house does not know whose they are."""
        return self.filter(matched_by="")

    def for_table(self) -> "ReplyQuerySet":
        """With what a row shows, without the bodies of letters."""
        bodies = ("stored_text", "stored_html", "sealed", "values", "calendar")
        found = self.select_related("letter", "handled_by")
        return found.defer(*(f"letter__{name}" for name in bodies))


class Reply(models.Model):
    """One message that answers us: its beginning, whose it is, and whether it was dealt with.

    The message itself stays in the mailbox, where people answer it from their mail program. Files
    are named here and never kept.
    """

    mailbox = models.CharField(_("mailbox"), max_length=300)
    uid_validity = models.PositiveBigIntegerField(_("validity of the numbers of the mailbox"))
    uid = models.PositiveBigIntegerField(_("number in the mailbox"))
    message_id = models.CharField(_("number of the message"), max_length=255)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    sender_name = models.CharField(_("name of the sender"), max_length=160, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("beginning of the text"), blank=True)
    is_cut = models.BooleanField(_("the text goes on in the mailbox"), default=False)
    files = models.JSONField(_("names of the files"), default=list, blank=True)
    is_automatic = models.BooleanField(_("an automatic answer"), default=False)
    received_at = models.DateTimeField(_("when it came"))
    read_at = models.DateTimeField(_("read by the application"))

    letter = models.ForeignKey(
        Letter,
        verbose_name=_("letter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
    )
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    matched_by = models.CharField(
        _("how we know"), max_length=12, choices=ReplyMatch, blank=True, default=""
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("dealt with by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    handled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    removed_at = models.DateTimeField(_("its words were removed"), null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        default_permissions = ("view",)
        permissions = [("handle_reply", _("Can say whose a reply is and that it was dealt with"))]
        constraints = [
            models.UniqueConstraint(
                name="reply_is_read_once",
                fields=["mailbox", "uid_validity", "uid"],
                violation_error_message=_("This message has been read already."),
            ),
            models.UniqueConstraint(
                name="reply_is_kept_once",
                fields=["message_id"],
                violation_error_message=_("This message has been kept already."),
            ),
            models.CheckConstraint(
                name="reply_text_is_bounded",
                condition=LessThanOrEqual(Length("text"), TEXT_LENGTH),
                violation_error_message=_("Of a reply only the beginning is kept."),
            ),
            models.CheckConstraint(
                name="reply_says_how_it_was_matched",
                condition=Q(matched_by="", letter=None, about_id=None, about_type=None)
                | Q(matched_by="by_hand", about_id__isnull=False) & Q(about_type__isnull=False)
                | Q(matched_by__in=["thread", "reference", "case_number", "address"])
                & Q(letter__isnull=False, about_id=None, about_type=None),
                violation_error_message=_("A reply that belongs somewhere says how we know."),
            ),
            models.CheckConstraint(
                name="reply_removed_says_nothing",
                condition=Q(removed_at=None)
                | Q(sender="", sender_name="", subject="", text="", files=[], matched_by=""),
                violation_error_message=_("Of a message that was removed nothing is kept."),
            ),
            models.CheckConstraint(
                name="reply_dealt_with_by_somebody",
                condition=Q(handled_by=None, handled_at=None)
                | Q(handled_by__isnull=False, handled_at__isnull=False),
                violation_error_message=_("A reply is dealt with by somebody, at some time."),
            ),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="reply_about"),
            models.Index(
                fields=["-received_at"],
                name="reply_waiting",
                condition=Q(handled_at=None, is_automatic=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '–'} ({self.sender or '–'})"


class ReplyMailbox(models.Model):
    """How far a mailbox of replies has been read."""

    mailbox = models.CharField(_("mailbox"), max_length=300, unique=True)
    uid_validity = models.PositiveBigIntegerField(_("validity of the numbers of the mailbox"))
    last_uid = models.PositiveBigIntegerField(_("read up to this number"), default=0)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    trying_uid = models.PositiveBigIntegerField(_("number of the message begun last"), default=0)
    tries = models.PositiveSmallIntegerField(_("how often it was begun"), default=0)
    tried_at = models.DateTimeField(_("last attempt to read"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mailbox of replies")
        verbose_name_plural = _("mailboxes of replies")
        default_permissions = ()

    def __str__(self) -> str:
        return self.mailbox
