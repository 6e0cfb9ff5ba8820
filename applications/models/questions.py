"""Questions that an edition adds to the survey of municipalities: rows, not code."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind
from applications.survey_plan import EXTRA_PREFIX, PAGES, Extra

CHOOSING = (QuestionKind.ONE, QuestionKind.SEVERAL)
PAGES_TO_FOLLOW = tuple(page.slug for page in PAGES if not page.partner)


def _in(record: models.Model, name: str, language: str) -> str:
    """A text in one of the three languages."""
    return getattr(record, f"{name}_{language[:2]}", getattr(record, f"{name}_en"))


class HostQuestion(models.Model):
    """One question of an edition. Its answer stands in the survey's answers under `key`.

    A question that somebody has answered keeps its kind, and is never deleted: it is switched off.
    """

    Kind = QuestionKind

    edition = models.ForeignKey(
        "programme.Edition",
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        related_name="host_questions",
    )
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=QuestionKind)
    after = models.CharField(_("asked after the page"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label_pl = models.CharField(_("question in Polish"), max_length=300)
    label_uk = models.CharField(_("question in Ukrainian"), max_length=300)
    label_en = models.CharField(_("question in English"), max_length=300)
    hint_pl = models.CharField(_("hint in Polish"), max_length=500, blank=True)
    hint_uk = models.CharField(_("hint in Ukrainian"), max_length=500, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=500, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    minimum = models.PositiveIntegerField(_("smallest number"), null=True, blank=True)
    maximum = models.PositiveIntegerField(_("largest number"), null=True, blank=True)
    is_active = models.BooleanField(_("asked"), default=True)

    class Meta:
        verbose_name = _("additional question of the survey")
        verbose_name_plural = _("additional questions of the survey")
        constraints = [
            models.UniqueConstraint(
                name="host_question_code_is_unique",
                fields=["edition", "code"],
                violation_error_message=_("This edition already has a row with this code."),
            ),
            models.CheckConstraint(
                name="host_question_kind_is_known",
                condition=Q(kind__in=QuestionKind.values),
                violation_error_message=_("Choose the kind of answer from the list."),
            ),
            models.CheckConstraint(
                name="host_question_follows_a_page",
                condition=Q(after__in=PAGES_TO_FOLLOW),
                violation_error_message=_("Choose the page from the list."),
            ),
            models.CheckConstraint(
                name="host_question_numbers_in_order",
                condition=Q(minimum__isnull=True)
                | Q(maximum__isnull=True)
                | Q(minimum__lte=F("maximum")),
                violation_error_message=_("The smallest number is above the largest one."),
            ),
            models.CheckConstraint(
                name="host_question_limits_are_for_numbers",
                condition=Q(kind=QuestionKind.NUMBER)
                | Q(minimum__isnull=True, maximum__isnull=True),
                violation_error_message=_(
                    "Only a question about a number has a smallest and a largest number."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """Its key among the answers; no key of our own begins so."""
        return f"{EXTRA_PREFIX}{self.code}"

    @property
    def label(self) -> str:
        """The question in the language of the page."""
        return self.label_in(get_language() or "pl")

    @property
    def plan(self) -> Extra:
        """What the plan of the survey needs to know of it."""
        return Extra(self.key, self.after, self.is_required)

    @property
    def has_options(self) -> bool:
        """Whether it is answered by choosing."""
        return self.kind in CHOOSING

    def label_in(self, language: str) -> str:
        """The question in one of the three languages."""
        return _in(self, "label", language)

    def hint_in(self, language: str) -> str:
        """The hint in one of the three languages; empty when there is none."""
        return _in(self, "hint", language)


class HostQuestionOption(models.Model):
    """One answer to choose. One that somebody chose is switched off, not deleted."""

    question = models.ForeignKey(
        HostQuestion,
        verbose_name=_("additional question of the survey"),
        on_delete=models.CASCADE,
        related_name="options",
    )
    code = models.CharField(_("code"), max_length=10, editable=False)
    name_pl = models.CharField(_("answer in Polish"), max_length=200)
    name_uk = models.CharField(_("answer in Ukrainian"), max_length=200)
    name_en = models.CharField(_("answer in English"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("answer to choose")
        verbose_name_plural = _("answers to choose")
        constraints = [
            models.UniqueConstraint(
                name="host_question_option_code_is_unique",
                fields=["question", "code"],
                violation_error_message=_("This question already has an answer with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name_in(get_language() or "pl")

    def name_in(self, language: str) -> str:
        """The answer in one of the three languages."""
        return _in(self, "name", language)
