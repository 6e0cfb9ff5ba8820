"""What coordinators ask about the texts of the site: what is missing, waits, or has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from programme.models import (
    AccessibilityStatement,
    ContentVersion,
    Edition,
    EditionText,
    FrequentQuestion,
    PublicContent,
)
from programme.models.content import LANGUAGES

REVIEW_BY = (3, 31)  # act on digital accessibility: every year by 31 March


@dataclass
class TextRow:
    """A text in the list: what is published in which language, and what waits as a draft."""

    record: PublicContent
    missing: list[str]
    draft: ContentVersion | None
    published: int


def text_rows(edition: Edition) -> list[TextRow]:
    """Texts of the edition in the order of the pages."""
    order = list(dict(EditionText._meta.get_field("key").choices))
    texts = sorted(edition.texts.all(), key=lambda text: order.index(text.key))
    return _rows(EditionText, texts)


def question_rows(edition: Edition) -> list[TextRow]:
    """Questions of the edition in their order, those that are hidden as well."""
    return _rows(FrequentQuestion, list(edition.faq.order_by("position", "pk")))


def statement_row() -> TextRow:
    """The accessibility statement; a record that nobody has made yet says its defaults."""
    statement = AccessibilityStatement.objects.first()
    if statement is None:
        return TextRow(AccessibilityStatement(), [], None, 0)
    return _rows(AccessibilityStatement, [statement])[0]


def _rows(model: type[PublicContent], records: Sequence[PublicContent]) -> list[TextRow]:
    versions = ContentVersion.objects.filter(
        target_type=ContentType.objects.get_for_model(model),
        target_id__in=[record.pk for record in records],
    )
    drafts = {draft.target_id: draft for draft in versions.filter(number=None)}
    last = dict(
        versions.exclude(number=None)
        .order_by()
        .values_list("target_id")
        .annotate(last=Max("number"))
    )
    return [
        TextRow(
            record,
            record.languages_missing(),
            drafts.get(record.pk),
            last.get(record.pk, 0),
        )
        for record in records
    ]


def missing_by_language(edition: Edition) -> dict[str, int]:
    """How many texts and shown questions lack each language."""
    texts = (
        edition.texts.order_by()
        .values("edition")
        .annotate(**{code: Count("pk", filter=Q(**{f"text_{code}": ""})) for code in LANGUAGES})
    )
    questions = (
        edition.faq.filter(is_visible=True)
        .order_by()
        .values("edition")
        .annotate(
            **{
                code: Count(
                    "pk", filter=Q(**{f"question_{code}": ""}) | Q(**{f"answer_{code}": ""})
                )
                for code in LANGUAGES
            }
        )
    )
    counted = list(texts.values_list(*LANGUAGES).union(questions.values_list(*LANGUAGES), all=True))
    return {code: sum(row[place] for row in counted) for place, code in enumerate(LANGUAGES)}


def shown(rows: list[TextRow]) -> list[TextRow]:
    """Without questions that staff have taken off the page."""
    return [row for row in rows if getattr(row.record, "is_visible", True)]


def history(record: PublicContent) -> QuerySet[ContentVersion]:
    """Every version that was public, the newest first."""
    return (
        record.versions.exclude(number=None)
        .select_related("published_by", "saved_by", "brought_back")
        .order_by("-number")
    )


def published_statement() -> AccessibilityStatement | None:
    """The accessibility statement, once somebody has published it: until then it says nothing."""
    published = ContentVersion.objects.filter(
        target_type__app_label="programme",
        target_type__model="accessibilitystatement",
        target_id=OuterRef("pk"),
        number__isnull=False,
    )
    return AccessibilityStatement.objects.filter(Exists(published)).first()


def review_due_by(today: date) -> date | None:
    """By when the accessibility statement has to be reviewed; None once this year's is done.

    Every year by 31 March. A statement that nobody has ever published is due today.
    """
    statement = published_statement()
    if statement is None:
        return today
    if statement.reviewed_on.year >= today.year:
        return None
    return date(today.year, *REVIEW_BY)
