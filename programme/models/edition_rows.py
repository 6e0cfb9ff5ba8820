"""Rows that belong to an edition: vocabularies, windows, sheets, texts and files."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programme.enums import AnswerKind, EditionFileKind, EditionTextKey, ReportKind, Side
from programme.models.content import PublicContent, in_languages, long_text
from programme.models.edition import Edition


def _row_is_unique(name: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["edition", *fields],
        name=name,
        violation_error_message=_("This edition already has a row with this code."),
    )


class NamedRow(models.Model):
    """A row with a code that stays and names in three languages."""

    code = models.SlugField(_("code"), max_length=40)
    name_pl = models.CharField(_("name in Polish"), max_length=200)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_in(get_language() or "pl")

    def name_in(self, language: str) -> str:
        """The name in one of the three languages."""
        return getattr(self, f"name_{language[:2]}", self.name_en)


class Theme(NamedRow):
    """A subject in which a host can show and an intern wants to learn."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="themes"
    )

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [_row_is_unique("theme_code_is_unique", "code")]


class PlacementWindow(models.Model):
    """A period in which internships may take place; hosts and interns tick those that suit."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="windows"
    )
    code = models.SlugField(_("code"), max_length=40)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("placement window")
        verbose_name_plural = _("placement windows")
        constraints = [
            _row_is_unique("placement_window_code_is_unique", "code"),
            models.CheckConstraint(
                name="placement_window_in_order",
                condition=Q(starts_on__lt=F("ends_on")),
                violation_error_message=_("A window must begin before it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y}\u2013{self.ends_on:%d.%m.%Y}"


class MeritCriterion(NamedRow):
    """A line of the sheet on which evaluators score a candidate."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="merit_criteria"
    )
    max_points = models.PositiveSmallIntegerField(_("points, at most"))

    class Meta:
        verbose_name = _("merit criterion")
        verbose_name_plural = _("merit criteria")
        constraints = [
            _row_is_unique("merit_criterion_code_is_unique", "code"),
            models.CheckConstraint(
                name="merit_criterion_points_are_positive",
                condition=Q(max_points__gt=0),
                violation_error_message=_("A criterion must be worth at least one point."),
            ),
        ]


class GrantCriterion(NamedRow):
    """A line of the sheet on which evaluators score a small project."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="grant_criteria"
    )
    max_points = models.PositiveSmallIntegerField(_("points, at most"))

    class Meta:
        verbose_name = _("grant criterion")
        verbose_name_plural = _("grant criteria")
        constraints = [
            _row_is_unique("grant_criterion_code_is_unique", "code"),
            models.CheckConstraint(
                name="grant_criterion_points_are_positive",
                condition=Q(max_points__gt=0),
                violation_error_message=_("A criterion must be worth at least one point."),
            ),
        ]


class FormalCriterion(NamedRow):
    """A yes-or-no line of the formal check."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="formal_criteria"
    )
    side = models.CharField(_("for whom"), max_length=6, choices=Side, default=Side.INTERN)

    class Meta:
        verbose_name = _("formal criterion")
        verbose_name_plural = _("formal criteria")
        constraints = [_row_is_unique("formal_criterion_code_is_unique", "side", "code")]


class RequiredDocument(NamedRow):
    """A document that a side hands in, with the day by which it is due."""

    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.CASCADE,
        related_name="required_documents",
    )
    side = models.CharField(_("for whom"), max_length=6, choices=Side)
    is_required = models.BooleanField(_("required"), default=True)
    due_on = models.DateField(_("due by"), null=True, blank=True)

    class Meta:
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")
        constraints = [_row_is_unique("required_document_code_is_unique", "side", "code")]


class BudgetCategory(NamedRow):
    """A category of the budget of small projects, with its limit when it has one."""

    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.CASCADE,
        related_name="budget_categories",
    )
    max_percent = models.DecimalField(
        _("part of the budget, at most (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        verbose_name = _("budget category")
        verbose_name_plural = _("budget categories")
        constraints = [
            _row_is_unique("budget_category_code_is_unique", "code"),
            models.CheckConstraint(
                name="budget_category_percent_in_range",
                condition=Q(max_percent__isnull=True) | Q(max_percent__gte=0, max_percent__lte=100),
                violation_error_message=_("The limit must lie between 0 and 100 %."),
            ),
        ]


class ReportQuestion(models.Model):
    """A question of the report template of interns, mentors or hosts."""

    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.CASCADE,
        related_name="report_questions",
    )
    report = models.CharField(_("report"), max_length=6, choices=ReportKind)
    code = models.SlugField(_("code"), max_length=40)
    text_pl = models.CharField(_("question in Polish"), max_length=300)
    text_uk = models.CharField(_("question in Ukrainian"), max_length=300)
    text_en = models.CharField(_("question in English"), max_length=300)
    answer = models.CharField(_("answer"), max_length=5, choices=AnswerKind)
    is_required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("question of a report")
        verbose_name_plural = _("questions of reports")
        constraints = [_row_is_unique("report_question_code_is_unique", "report", "code")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The question in the language of the page."""
        return getattr(self, f"text_{(get_language() or 'pl')[:2]}", self.text_en)


class EditionText(PublicContent):
    """A text that only the organiser can write; an empty one is a gap and is not printed."""

    CONTENT = in_languages("text")

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="texts"
    )
    key = models.CharField(_("text"), max_length=30, choices=EditionTextKey)
    text_pl = long_text(_("in Polish"))
    text_uk = long_text(_("in Ukrainian"))
    text_en = long_text(_("in English"))

    class Meta:
        verbose_name = _("text of the edition")
        verbose_name_plural = _("texts of the edition")
        constraints = [_row_is_unique("edition_text_key_is_unique", "key")]

    def __str__(self) -> str:
        return self.get_key_display()

    @property
    def text(self) -> str:
        """The text in the language of the page, empty when nobody has written it."""
        return self.text_in(get_language() or "pl")

    @property
    def is_gap(self) -> bool:
        """Whether a language is still missing."""
        return not (self.text_pl.strip() and self.text_uk.strip() and self.text_en.strip())

    def text_in(self, language: str) -> str:
        """The text in one of the three languages."""
        return self.words("text", language)


class EditionFile(models.Model):
    """An official sign or a document of the edition; its file is its newest clean version."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="files"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EditionFileKind)
    language = models.CharField(
        _("language of the file"), max_length=2, choices=settings.LANGUAGES, blank=True
    )
    title_pl = models.CharField(_("title in Polish"), max_length=200)
    title_uk = models.CharField(_("title in Ukrainian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_visible = models.BooleanField(_("shown to the public"), default=True)

    class Meta:
        verbose_name = _("file of the edition")
        verbose_name_plural = _("files of the edition")
        constraints = [
            models.CheckConstraint(
                name="edition_file_has_titles",
                condition=~Q(title_pl="") & ~Q(title_uk="") & ~Q(title_en=""),
                violation_error_message=_("Write the title in all three languages."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the page; for a sign, its alternative text."""
        return getattr(self, f"title_{(get_language() or 'pl')[:2]}", self.title_en)

    @property
    def current(self) -> EditionFileVersion | None:
        """What the public gets: the newest version found clean; see `selectors.edition_files`."""
        return self.clean_versions[0] if self.clean_versions else None


class EditionFileVersion(models.Model):
    """One upload of a document or sign; older ones are kept."""

    file = models.ForeignKey(EditionFile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    stored = models.ForeignKey(
        "core.StoredFile", verbose_name=_("file"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("version of a file")
        verbose_name_plural = _("versions of files")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["file", "number"],
                name="edition_file_version_is_unique",
                violation_error_message=_("This version of the file already exists."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} \u2013 {self.number}"
