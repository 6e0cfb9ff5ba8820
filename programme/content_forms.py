"""Forms of the panel pages on which texts, questions, files and the statement are written."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from core.uploads import UploadField
from core.widgets import DateFieldsField
from programme.enums import EditionFileKind
from programme.models import (
    AccessibilityStatement,
    ContentVersion,
    EditionFile,
    EditionText,
    FrequentQuestion,
    PublicContent,
)
from programme.models.content import LANGUAGES
from programme.services.edition_files import accepted_kinds

LANGUAGE_LABELS = {"pl": _("In Polish"), "uk": _("In Ukrainian"), "en": _("In English")}


class ContentForm(PageForm, forms.ModelForm):
    """Base: the drafted fields of a record, three languages side by side.

    The record itself is never written: the form fills a copy, whose `content` becomes the draft.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    groups: tuple[tuple[str, Any], ...] = ()
    hint: Any = ""

    def __init__(
        self, data=None, *, record: PublicContent, draft: ContentVersion | None, **options
    ):
        shown = copy(record)
        if draft is not None:
            shown.take(draft.content)
        initial = {"seen": draft.revision if draft else 0}
        super().__init__(data, instance=shown, initial=initial, **options)
        for name, field in self.fields.items():
            language = name[-2:]
            if name[-3:-2] == "_" and language in LANGUAGES:
                field.label = LANGUAGE_LABELS[language]
                field.widget.attrs |= {"lang": language, "rows": self.rows_of(name)}

    @staticmethod
    def rows_of(name: str) -> int:
        """How high the box of a text is."""
        return 14

    @property
    def content(self) -> dict[str, str]:
        """What was typed, as the service wants it; only of a valid form."""
        return self.instance.content

    def rows(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Groups for the template: a heading and the same text in three languages."""
        for name, heading in self.groups:
            yield heading, [self[f"{name}_{language}"] for language in LANGUAGES]

    def single_fields(self) -> list[forms.BoundField]:
        """Fields that are the same in every language."""
        grouped = {f"{name}_{language}" for name, _h in self.groups for language in LANGUAGES}
        return [self[name] for name in self.fields if name not in grouped | {"seen"}]


class TextForm(ContentForm):
    """A text of the edition."""

    groups = (("text", _("Text")),)

    class Meta:
        model = EditionText
        fields = EditionText.CONTENT


class QuestionForm(ContentForm):
    """A question with its answer."""

    groups = (("question", _("Question")), ("answer", _("Answer to it")))

    class Meta:
        model = FrequentQuestion
        fields = FrequentQuestion.CONTENT

    @staticmethod
    def rows_of(name: str) -> int:
        """Answers are shorter than texts."""
        return 8

    def clean(self) -> dict:
        """Whoever writes an answer writes its question."""
        cleaned = super().clean() or self.cleaned_data
        for language in LANGUAGES:
            if cleaned.get(f"answer_{language}") and not cleaned.get(f"question_{language}"):
                self.add_error(
                    f"question_{language}", _("Write the question to which this is the answer.")
                )
        return cleaned


class StatementForm(ContentForm):
    """What people confirm in the accessibility statement."""

    groups = (
        ("exceptions", _("What may not be accessible, and why")),
        ("office", _("Access to the office")),
        ("communication", _("Ways of communicating")),
    )
    hint = _("Where a text is left empty, the page says its usual sentence; look at the preview.")
    site_published_on = DateFieldsField(label=_("Website published on"))
    site_updated_on = DateFieldsField(label=_("Last important update of the website"))
    made_on = DateFieldsField(label=_("Statement made on"))
    reviewed_on = DateFieldsField(label=_("Statement last reviewed on"))

    class Meta:
        model = AccessibilityStatement
        fields = AccessibilityStatement.CONTENT

    @staticmethod
    def rows_of(name: str) -> int:
        """A few sentences."""
        return 6

    def clean(self) -> dict:
        """A statement is reviewed on the day it was made, or later; the same for the website."""
        cleaned = super().clean() or self.cleaned_data
        for later, earlier, text in (
            ("reviewed_on", "made_on", _("The review cannot be older than the statement.")),
            (
                "site_updated_on",
                "site_published_on",
                _("The update cannot be older than the publication of the website."),
            ),
        ):
            if cleaned.get(later) and cleaned.get(earlier) and cleaned[later] < cleaned[earlier]:
                self.add_error(later, text)
        return cleaned


class PublishForm(PageForm):
    """Which draft was looked at, and what was changed."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was changed"),
        required=False,
        max_length=200,
        help_text=_("For colleagues who look at the history later."),
    )


class SeenForm(PageForm):
    """Which draft a button is about."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class MoveForm(PageForm):
    """What becomes of a question in the list."""

    deed = forms.ChoiceField(choices=[(name, name) for name in ("up", "down", "show", "hide")])


class FileForm(PageForm, forms.ModelForm):
    """Titles, language and place of a document or sign; a file is needed only when it is new."""

    upload = UploadField(
        label=_("File"), help_text=_("A PDF; for a sign a PNG or JPG. At most 10 MB.")
    )

    class Meta:
        model = EditionFile
        fields = (
            "kind",
            "title_pl",
            "title_uk",
            "title_en",
            "language",
            "position",
            "is_visible",
        )
        labels = {
            "title_pl": _("Title in Polish; for a sign its alternative text"),
            "title_uk": _("Title in Ukrainian; for a sign its alternative text"),
            "title_en": _("Title in English; for a sign its alternative text"),
        }

    def __init__(self, data=None, files=None, **options):
        super().__init__(data, files, **options)
        self.fields["language"].choices = [
            ("", _("for every language")),
            *EditionFile._meta.get_field("language").choices,
        ]
        if self.instance.pk:
            self.fields["upload"].required = False
            self.fields["upload"].label = _("Newer file")
            self.fields["upload"].help_text = _(
                "Leave it empty to keep the present one. Older files are kept below."
            )
            del self.fields["kind"]
        else:
            del self.fields["position"]

    def clean(self) -> dict:
        """Signs are pictures, documents are PDF."""
        cleaned = super().clean() or self.cleaned_data
        upload, kind = cleaned.get("upload"), cleaned.get("kind") or self.instance.kind
        if upload and kind:
            is_pdf = upload.content_type == "application/pdf"
            if is_pdf != ("pdf" in accepted_kinds(kind)):
                self.add_error("upload", _("A document is a PDF; a sign is a PNG or JPG picture."))
        return cleaned

    @property
    def values(self) -> dict[str, object]:
        """The fields of the record."""
        return {name: value for name, value in self.cleaned_data.items() if name != "upload"}

    @property
    def is_sign(self) -> bool:
        """Whether the record is an official sign."""
        return self.instance.kind == EditionFileKind.LOGO
