"""Public texts: one draft beside what is published, and every version that was ever public."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.formats import day_in_warsaw
from programme.enums import Conformity
from programme.models.edition import Edition

LANGUAGES = ("pl", "uk", "en")
LONGEST_TEXT = 12_000


class ContentVersion(models.Model):
    """What a public text says: a draft (without number), or what was public from a moment on.

    `content` holds the drafted fields of the target by name, as text. A version with a number is
    never changed; the draft counts its saves, so that nobody overwrites a colleague's.
    """

    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    content = models.JSONField(_("content"))
    number = models.PositiveIntegerField(_("version"), null=True)
    revision = models.PositiveIntegerField(default=1)
    is_proposal = models.BooleanField(_("proposal that nobody has confirmed"), default=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    saved_at = models.DateTimeField(_("written"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published"), null=True)
    brought_back = models.ForeignKey(
        "self", verbose_name=_("brought back from"), null=True, on_delete=models.PROTECT
    )
    note = models.CharField(_("what was changed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of a public text")
        verbose_name_plural = _("versions of public texts")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["target_type", "target_id"], name="content_by_target")]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id"],
                condition=Q(number__isnull=True),
                name="content_has_one_draft",
                violation_error_message=_("There is already a draft of this text."),
            ),
            models.UniqueConstraint(
                fields=["target_type", "target_id", "number"],
                name="content_version_is_unique",
                violation_error_message=_("This version of the text already exists."),
            ),
            models.CheckConstraint(
                name="content_is_published_with_a_number",
                condition=Q(number__isnull=True, published_at__isnull=True)
                | Q(number__gt=0, published_at__isnull=False),
                violation_error_message=_("A version is published when it gets its number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} \u2013 {self.number or _('draft')}"


class PublicContent(models.Model):
    """Base of records whose words are drafted, looked at and published; see `services.contents`."""

    CONTENT: tuple[str, ...] = ()
    versions = GenericRelation(
        ContentVersion, content_type_field="target_type", object_id_field="target_id"
    )

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, str]:
        """What is published now, by the names of the fields, as text."""
        return {name: self._meta.get_field(name).value_to_string(self) for name in self.CONTENT}

    def take(self, content: Mapping[str, str]) -> None:
        """Set the fields from a version's content; the caller saves, or only shows it."""
        for name in self.CONTENT:
            if name in content:
                field = self._meta.get_field(name)
                setattr(self, field.attname, field.to_python(content[name]))

    def words(self, name: str, language: str) -> str:
        """One of the texts in one of the three languages."""
        return getattr(self, f"{name}_{language[:2]}", getattr(self, f"{name}_en")).strip()

    def languages_missing(self) -> list[str]:
        """Languages in which one of the texts is empty."""
        names = {name[:-3] for name in self.CONTENT if name[-3:] in ("_pl", "_uk", "_en")}
        return [
            language
            for language in LANGUAGES
            if not all(self.words(name, language) for name in names)
        ]


def today() -> date:
    """The day of a date that nobody has typed yet."""
    return day_in_warsaw(timezone.now())


def in_languages(*names: str) -> tuple[str, ...]:
    """Names of fields in the three languages."""
    return tuple(f"{name}_{language}" for name in names for language in LANGUAGES)


def _question(language: str) -> models.CharField:
    return models.CharField(language, max_length=200, blank=True)


def long_text(label: str) -> models.TextField:
    """A text with the light markup, of at most two pages."""
    return models.TextField(label, blank=True, validators=[MaxLengthValidator(LONGEST_TEXT)])


class FrequentQuestion(PublicContent):
    """A question with its answer on the public page, in the order that staff give it."""

    CONTENT = in_languages("question", "answer")

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="faq"
    )
    code = models.SlugField(_("code"), max_length=40, blank=True)
    question_pl = _question(_("question in Polish"))
    question_uk = _question(_("question in Ukrainian"))
    question_en = _question(_("question in English"))
    answer_pl = long_text(_("answer in Polish"))
    answer_uk = long_text(_("answer in Ukrainian"))
    answer_en = long_text(_("answer in English"))
    position = models.PositiveIntegerField(_("position"), default=0)
    is_visible = models.BooleanField(_("shown to the public"), default=True)

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                condition=~Q(code=""),
                name="frequent_question_code_is_unique",
                violation_error_message=_("This edition already has a row with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.question or str(_("new question"))

    @property
    def question(self) -> str:
        """The question in the language of the page, empty when nobody has published it."""
        return self.words("question", get_language() or "pl")

    @property
    def answer(self) -> str:
        """The answer in the language of the page, empty when nobody has published it."""
        return self.words("answer", get_language() or "pl")


class AccessibilityStatement(PublicContent):
    """What people have to confirm in the accessibility statement of the site; there is one.

    Source: act of 4 April 2019 on digital accessibility; technical conditions 2.0 of 31 July 2024.
    """

    THE_ONE = 1
    CONTENT = (
        "conformity",
        "site_published_on",
        "site_updated_on",
        "made_on",
        "reviewed_on",
        "is_assessed_by_others",
        *in_languages("exceptions", "office", "communication"),
    )

    conformity = models.CharField(
        _("state of conformity"), max_length=10, choices=Conformity, default=Conformity.PARTIAL
    )
    site_published_on = models.DateField(_("website published on"), default=today)
    site_updated_on = models.DateField(_("last important update of the website"), default=today)
    made_on = models.DateField(_("statement made on"), default=today)
    reviewed_on = models.DateField(_("statement last reviewed on"), default=today)
    is_assessed_by_others = models.BooleanField(_("assessed by a body from outside"), default=False)
    exceptions_pl = long_text(_("what may not be accessible, in Polish"))
    exceptions_uk = long_text(_("what may not be accessible, in Ukrainian"))
    exceptions_en = long_text(_("what may not be accessible, in English"))
    office_pl = long_text(_("access to the office, in Polish"))
    office_uk = long_text(_("access to the office, in Ukrainian"))
    office_en = long_text(_("access to the office, in English"))
    communication_pl = long_text(_("ways of communicating, in Polish"))
    communication_uk = long_text(_("ways of communicating, in Ukrainian"))
    communication_en = long_text(_("ways of communicating, in English"))

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")
        constraints = [
            models.CheckConstraint(
                name="accessibility_statement_is_the_one",
                condition=Q(pk=1),
                violation_error_message=_("There is one accessibility statement."),
            )
        ]

    def __str__(self) -> str:
        return str(_("Accessibility statement"))

    @property
    def exceptions(self) -> str:
        """In the language of the page."""
        return self.words("exceptions", get_language() or "pl")

    @property
    def office(self) -> str:
        """In the language of the page."""
        return self.words("office", get_language() or "pl")

    @property
    def communication(self) -> str:
        """In the language of the page."""
        return self.words("communication", get_language() or "pl")
