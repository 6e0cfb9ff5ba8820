"""The words of letters as staff have written them, version by version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LetterTextQuerySet(models.QuerySet["LetterText"]):
    """Adjectives of texts."""

    def published(self) -> "LetterTextQuerySet":
        """In force now or once."""
        return self.filter(published_at__isnull=False)

    def of(self, letter: str) -> "LetterTextQuerySet":
        """Versions of one letter, the newest first."""
        return self.filter(letter=letter).order_by("-position")


class LetterText(models.Model):
    """One version of a letter in three languages. The one published last is in force.

    Without any, the texts that came with the application are in force. A version that was published
    is never changed; what it says is kept for the letters that were written with it.
    """

    letter = models.CharField(_("letter"), max_length=100)
    position = models.PositiveIntegerField(_("version"))
    subject_pl = models.CharField(_("subject in Polish"), max_length=200)
    body_pl = models.TextField(_("text in Polish"))
    subject_uk = models.CharField(_("subject in Ukrainian"), max_length=200)
    body_uk = models.TextField(_("text in Ukrainian"))
    subject_en = models.CharField(_("subject in English"), max_length=200)
    body_en = models.TextField(_("text in English"))
    note = models.CharField(_("what was changed, and why"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    needs_second_person = models.BooleanField(_("needs a second person"), default=False)

    objects = LetterTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        default_permissions = ("view",)
        permissions = [
            ("write_letter_text", _("Can write the texts of letters")),
            ("publish_letter_text", _("Can publish the texts of letters")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="versions_of_a_letter_text_are_numbered",
                fields=["letter", "position"],
                violation_error_message=_("Somebody else has just saved a version of this text."),
            ),
            models.CheckConstraint(
                name="letter_text_published_by_somebody",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                violation_error_message=_("A text is published by somebody, at some time."),
            ),
            models.CheckConstraint(
                name="letter_text_published_by_a_second_person",
                condition=Q(needs_second_person=False)
                | Q(published_by__isnull=True)
                | ~Q(published_by=F("written_by")),
                violation_error_message=_(
                    "A text that goes to many is published by somebody other than its author."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["letter", "-published_at"],
                name="letter_text_in_force",
                condition=Q(published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.position}"

    def source(self, language: str) -> str:
        """The text in one language, as `mailing.rendering` takes it."""
        return f"{getattr(self, f'subject_{language}')}\n\n{getattr(self, f'body_{language}')}\n"
