"""Clauses and consents by version, and the proof of who accepted which."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programme.enums import ConsentKind
from programme.models.edition import Edition


class ConsentText(models.Model):
    """One version of a clause or consent; a version that was accepted never changes."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="consent_texts"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ConsentKind)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    is_required = models.BooleanField(_("required"), default=False)
    text_pl = models.TextField(_("in Polish"))
    text_uk = models.TextField(_("in Ukrainian"))
    text_en = models.TextField(_("in English"))

    class Meta:
        verbose_name = _("clause or consent")
        verbose_name_plural = _("clauses and consents")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "version"],
                name="consent_text_version_is_unique",
                violation_error_message=_("This version of the clause already exists."),
            ),
            models.CheckConstraint(
                name="consent_text_version_is_positive",
                condition=Q(version__gt=0),
                violation_error_message=_("Versions are counted from 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} \u2013 {self.version}"

    @property
    def text(self) -> str:
        """The text in the language of the page."""
        return self.text_in(get_language() or "pl")

    def text_in(self, language: str) -> str:
        """The text in one of the three languages."""
        return getattr(self, f"text_{language[:2]}", self.text_en)


class ConsentGiven(models.Model):
    """Who accepted which version, in which language and when; withdrawal keeps the line."""

    text = models.ForeignKey(
        ConsentText, verbose_name=_("text"), on_delete=models.PROTECT, related_name="given"
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    given_at = models.DateTimeField(_("accepted"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")

    class Meta:
        verbose_name = _("accepted clause or consent")
        verbose_name_plural = _("accepted clauses and consents")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="consent_by_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "subject_type", "subject_id", "email"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_given_is_unique",
                violation_error_message=_("This version has already been accepted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} \u2013 {self.text_id}"
