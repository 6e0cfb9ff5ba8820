"""The form in which staff write the words of a letter, three languages side by side."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.differences import Difference, pieces
from core.forms import PageForm
from mailing import registry, texts
from mailing.models import Letter, LetterText
from mailing.services import texts as services

LABELS = {"pl": _("Polish"), "uk": _("Ukrainian"), "en": _("English")}
RECENT = 20


class LetterTextForm(PageForm):
    """Six texts and a note. Whether letters can be made of them is asked of the service."""

    optional: Collection[str] = ()  # languages of which nothing has to be written

    note = forms.CharField(
        label=_("What was changed, and why"),
        max_length=300,
        required=False,
        help_text=_("Colleagues see it beside the version."),
    )

    def __init__(self, *args: Any, letter: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.letter = letter
        for code, _name in settings.LANGUAGES:
            self.fields[f"subject_{code}"] = forms.CharField(
                label=format_lazy("{}: {}", LABELS[code], _("subject")),
                max_length=200,
                widget=forms.TextInput(attrs={"lang": code, "data-takes-placeholder": ""}),
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=format_lazy("{}: {}", LABELS[code], _("text")),
                max_length=10_000,
                strip=True,
                widget=forms.Textarea(
                    attrs={"lang": code, "rows": 22, "data-takes-placeholder": ""}
                ),
            )
        self.order_fields(
            [f"{part}_{code}" for code, _name in settings.LANGUAGES for part in ("subject", "body")]
        )

    def clean(self) -> dict[str, Any]:
        """Each fault stands beside its field, in words."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                services.check_texts(self.letter, cleaned, optional=self.optional)
            except services.TextsRefused as error:
                for name, sentence in error.errors.items():
                    self.add_error(name, sentence)
        return cleaned

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The fields of each language, for a page with three columns."""
        return [
            {
                "name": LABELS[code],
                "subject": self[f"subject_{code}"],
                "body": self[f"body_{code}"],
            }
            for code, _name in settings.LANGUAGES
        ]


class PublishForm(forms.Form):
    """Which words the person has before them: when they were written, to the microsecond."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)


class PreviewForm(forms.Form):
    """Whose letter to show, and in which language when nobody's."""

    like = forms.ModelChoiceField(
        label=_("Like the letter to"),
        queryset=Letter.objects.none(),
        required=False,
        empty_label=_("nobody: with the samples"),
    )
    language = forms.ChoiceField(
        label=_("Language of the samples"), choices=settings.LANGUAGES, required=False, initial="pl"
    )

    def __init__(
        self, *args: Any, letter: str, may_read_letters: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if not may_read_letters:
            return
        recent = Letter.objects.for_table().filter(letter=letter).exclude(values={})
        newest = recent.order_by("-pk").values("pk")[:RECENT]
        field = self.fields["like"]
        field.queryset = Letter.objects.filter(pk__in=newest).order_by("-pk")
        field.label_from_instance = lambda one: f"{one.to_name or one.to} ({one.language})"


def words_of(letter: str, version: Any = None) -> Mapping[str, str]:
    """The six texts of a version, or those in force, for the form."""
    shelf = texts.Shelf()
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        source = version.source(code) if version else shelf.source(letter, code).text
        found[f"subject_{code}"], found[f"body_{code}"] = texts.parts(source)
    return found


def changes_by(version: LetterText) -> list[Difference]:
    """What other words people get when this version is published instead of those in force."""
    now, then = words_of(version.letter), words_of(version.letter, version)
    parts = {"subject": _("subject"), "body": _("text")}
    return [
        Difference(f"{LABELS[code]}: {words}", code, list(pieces(old, new)))
        for code, _name in settings.LANGUAGES
        for part, words in parts.items()
        if (old := now[f"{part}_{code}"]) != (new := then[f"{part}_{code}"])
    ]


def placeholder_rows(letter: str) -> list[dict[str, object]]:
    """The closed list: what may stand in braces, what it means, and a sample (E1)."""
    room = letter.partition("/")[0]
    kind = registry.kind(letter)
    return [
        {
            "name": name,
            "mark": f"{{{name}}}",
            "meaning": registry.meanings().get((room, name), ""),
            "sample": sample,
            "is_link": name in kind.links,
        }
        for name, sample in kind.placeholders.items()
    ]
