"""Letters and the files that go with them."""

import html as html_escaping
import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing import references, sealing
from mailing.enums import LetterStatus
from mailing.models.references import NUMBER_LENGTH


class LetterQuerySet(models.QuerySet):
    """Adjectives of letters."""

    def due(self, now):
        """Waiting to be sent, and their time has come."""
        return self.filter(Q(status=LetterStatus.QUEUED) | Q(status=LetterStatus.RETRY)).filter(
            Q(not_before__isnull=True) | Q(not_before__lte=now)
        )

    def stale(self, now):
        """Claimed by a worker that never came back."""
        return self.filter(status=LetterStatus.SENDING, lease_until__lt=now)

    def for_table(self):
        """What a list shows, without the bodies."""
        return self.defer("stored_text", "stored_html", "sealed", "values", "calendar")

    def for_sending(self):
        """With files, and with the number of its mailing, if any, as `mailing_number`."""
        return self.annotate(mailing_number=F("recipient__mailing_id")).prefetch_related(
            "attachments__shared"
        )

    def step(self, letter: "Letter", to: str, **changes) -> bool:
        """Walk one letter one step by the machine: a conditional UPDATE without an audit line.

        The letter keeps its own log (attempts, times, error). Returns whether this caller won.
        """
        if to not in letter.steps:
            raise ValueError(f"{letter.status} -> {to} is not on the map")
        won = self.filter(pk=letter.pk, status=letter.status, attempts=letter.attempts).update(
            status=to, **changes
        )
        if won:
            for field, value in {"status": to, **changes}.items():
                setattr(letter, field, value)
        return bool(won)


class Letter(models.Model):
    """One letter to one address: written with the deed, sent after it, once."""

    Status = LetterStatus
    STEPS = {
        Status.DRAFT: {Status.QUEUED, Status.CANCELLED},
        Status.QUEUED: {Status.SENDING, Status.HELD, Status.CANCELLED, Status.SUPPRESSED},
        # No worker claims a letter that is held; one that was tried goes back to where it was.
        Status.HELD: {
            Status.QUEUED,
            Status.RETRY,
            Status.AMBIGUOUS,
            Status.CANCELLED,
            Status.SUPPRESSED,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.COMPLAINED,
        },
        Status.RETRY: {
            Status.SENDING,
            Status.HELD,
            Status.QUEUED,
            Status.AMBIGUOUS,
            Status.CANCELLED,
            Status.SUPPRESSED,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.COMPLAINED,
        },
        Status.SENDING: {
            Status.ACCEPTED,
            Status.RETRY,
            Status.AMBIGUOUS,
            Status.FAILED,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.COMPLAINED,
        },
        Status.ACCEPTED: {Status.DELIVERED, Status.BOUNCED, Status.COMPLAINED},
        Status.DELIVERED: {Status.BOUNCED, Status.COMPLAINED},
        Status.BOUNCED: {Status.COMPLAINED},
        Status.COMPLAINED: set(),
        Status.AMBIGUOUS: {
            Status.QUEUED,
            Status.ACCEPTED,
            Status.CANCELLED,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.COMPLAINED,
        },
        Status.FAILED: {Status.QUEUED, Status.HELD, Status.CANCELLED},
        Status.SUPPRESSED: {Status.QUEUED, Status.CANCELLED},
        Status.CANCELLED: set(),
    }
    SENT = (Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED, Status.COMPLAINED)

    key = models.CharField(_("key"), max_length=200, unique=True)
    uuid = models.UUIDField(_("number of the message"), unique=True, default=uuid.uuid4)
    letter = models.CharField(_("letter"), max_length=100)
    to = models.EmailField(_("to"), max_length=254)
    to_name = models.CharField(_("name of the recipient"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    stored_text = models.TextField(_("text"))
    stored_html = models.TextField(_("text with layout"))
    sealed = models.TextField(_("links and codes, encrypted"), blank=True)
    values = models.JSONField(_("what stands in place of the placeholders"), default=dict)
    written_with = models.ForeignKey(
        "mailing.LetterText",
        verbose_name=_("text that it was written with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    their_reference = models.CharField(
        _("case number of the office"), max_length=NUMBER_LENGTH, blank=True
    )
    calendar = models.TextField(_("calendar entry"), blank=True)
    calendar_method = models.CharField(_("kind of calendar entry"), max_length=10, blank=True)
    is_bulk = models.BooleanField(_("goes to many"), default=False)

    status = models.CharField(
        _("status"), max_length=10, choices=LetterStatus, default=LetterStatus.DRAFT
    )
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    not_after = models.DateTimeField(_("of no use after"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    first_tried_at = models.DateTimeField(_("first tried"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    is_unclear = models.BooleanField(_("an earlier try may have succeeded"), default=False)
    error = models.TextField(_("what went wrong"), blank=True)
    provider = models.CharField(_("sent through"), max_length=40, blank=True)
    provider_id = models.CharField(_("number at the provider"), max_length=255, blank=True)

    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    repeats = models.OneToOneField(
        "self",
        verbose_name=_("sent again in place of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="repeated_by",
    )
    put_aside_at = models.DateTimeField(_("nothing more to do since"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    accepted_at = models.DateTimeField(_("sent"), null=True, blank=True)

    mailing_number: int | None  # of those that come `for_sending()`

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ("view",)
        permissions = [
            ("release_letter", "Can release and cancel letters and settle unclear ones"),
            ("retry_letter", "Can try failed letters again"),
            ("read_letter_body", "Can read the text of letters"),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_status_is_known",
                condition=Q(status__in=LetterStatus.values),
                violation_error_message=_("A letter has one of the known statuses."),
            ),
            models.CheckConstraint(
                name="letter_has_lease_while_sending",
                condition=Q(status=LetterStatus.SENDING, lease_until__isnull=False)
                | (~Q(status=LetterStatus.SENDING) & Q(lease_until__isnull=True)),
                violation_error_message=_(
                    "A letter is claimed while it is being sent, and only then."
                ),
            ),
            models.CheckConstraint(
                name="letter_sent_has_a_time",
                condition=~Q(status__in=["accepted", "delivered", "bounced", "complained"])
                | Q(accepted_at__isnull=False),
                violation_error_message=_("A letter that was sent has the time of sending."),
            ),
            models.CheckConstraint(
                name="letter_calendar_has_method",
                condition=Q(calendar="", calendar_method="")
                | (~Q(calendar="") & Q(calendar_method__in=["PUBLISH", "REQUEST", "CANCEL"])),
                violation_error_message=_("A calendar entry is published, requested or cancelled."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_bulk", "id"],
                name="letter_due",
                condition=Q(status__in=["queued", "retry"]),
            ),
            models.Index(
                fields=["lease_until"], name="letter_leased", condition=Q(status="sending")
            ),
            models.Index(fields=["status", "-id"], name="letter_by_status"),
            models.Index(fields=["about_type", "about_id"], name="letter_about"),
            models.Index(Lower("to"), name="letter_by_address"),
            models.Index(
                fields=["provider_id"], name="letter_by_provider_id", condition=~Q(provider_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"

    @property
    def message_id(self) -> str:
        """The Message-ID header, ours whatever the provider, so that replies and events find us."""
        domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].strip("> ") or "localhost"
        return f"<{self.uuid}@{domain}>"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The recipient's own links and codes, by name."""
        return sealing.unseal(self.sealed)

    @property
    def reference(self) -> str:
        """Our number of this letter, which replies quote."""
        return references.ours(self.pk, self.created_at)

    @property
    def reference_lines(self) -> str:
        """Our number and the office's, as the letter says them, in its language."""
        return references.lines(self.reference, self.their_reference, self.language)

    @property
    def numbered_text(self) -> str:
        """The plain part with our number, links and codes still sealed."""
        return self.stored_text.replace(sealing.NUMBER, self.reference_lines)

    @property
    def numbered_html(self) -> str:
        """The HTML part with our number, links and codes still sealed."""
        lines = html_escaping.escape(self.reference_lines).replace("\n", "<br>")
        return self.stored_html.replace(sealing.NUMBER, lines)

    @property
    def text(self) -> str:
        """The plain part as the recipient gets it, links and codes included."""
        return sealing.fill(self.numbered_text, self.secrets)

    @property
    def html(self) -> str:
        """The HTML part as the recipient gets it, links and codes included."""
        escaped = {name: html_escaping.escape(value) for name, value in self.secrets.items()}
        return sealing.fill(self.numbered_html, escaped)

    @property
    def shown_text(self) -> str:
        """The plain part without the recipient's own links and codes, for other eyes."""
        return sealing.MARKER.sub(f"[{gettext('personal link or code')}]", self.numbered_text)

    @property
    def shown_html(self) -> str:
        """The HTML part without the recipient's own links and codes, for other eyes."""
        without_addresses = sealing.MARKER_ADDRESS.sub('="#"', self.numbered_html)
        return sealing.MARKER.sub(f"[{gettext('personal link or code')}]", without_addresses)

    @property
    def steps(self) -> set[str]:
        """Where the letter can go from here."""
        return self.STEPS[LetterStatus(self.status)]

    @property
    def is_sent(self) -> bool:
        """The provider has taken it."""
        return self.status in self.SENT


class LetterAttachment(models.Model):
    """A file that goes with a letter, kept as it was sent."""

    letter = models.ForeignKey(
        Letter,
        verbose_name=_("letter"),
        on_delete=models.CASCADE,  # part of the letter: it has no life without it
        related_name="attachments",
    )
    name = models.CharField(_("file name"), max_length=100)
    content_type = models.CharField(_("media type"), max_length=100)
    content = models.BinaryField(_("content"), default=b"", blank=True)
    shared = models.ForeignKey(
        "mailing.MailingAttachment",
        verbose_name=_("file of a mailing"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="letter_attachment_has_one_content",
                condition=Q(shared__isnull=True) | Q(content=b""),
                violation_error_message=_("A file of a mailing is kept once, with the mailing."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def body(self) -> bytes:
        """The bytes of the file; of a mailing, those that all its letters share."""
        return bytes(self.content if self.shared is None else self.shared.content)
