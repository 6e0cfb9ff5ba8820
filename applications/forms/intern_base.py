"""What every page of the application does with the answers of a draft."""

from datetime import date

from django import forms

from core.forms import PageForm


class InternPageForm(PageForm):
    """One page of the application: one topic.

    `unlocked` None: everything may be written. Otherwise only the questions named there; the others
    are shown and stay as they are (an application returned for correction).
    """

    title = ""
    slug = ""
    template = "page.html"
    file_kinds: tuple[str, ...] = ()

    def __init__(self, data=None, files=None, *, application, unlocked=None, **options):
        self.application = application
        self.edition = application.edition
        options.setdefault("initial", self.stored(application))
        super().__init__(data, files, **options)
        for kind in self.file_kinds:
            self.fields[kind].owner = application.email
        self.prepare()
        if unlocked is not None:
            for name, field in self.fields.items():
                field.disabled = name not in unlocked

    def prepare(self) -> None:
        """Fill choices that depend on the edition."""

    @classmethod
    def stored(cls, application) -> dict[str, object]:
        """The answers of the draft as initial values; restricted ones from their columns."""
        return {
            **application.answers,
            "data_nar": application.birth_date,
            "potreby": application.access_needs,
        }

    def answers(self) -> dict[str, object]:
        """Cleaned answers, ready for `save_page`; files are not among them."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.file_kinds and name in self.fields
        }

    def uploaded(self) -> dict[str, object]:
        """Clean copies of new files by kind."""
        return {kind: self.cleaned_data[kind] for kind in self.file_kinds if self.is_new(kind)}

    def is_new(self, kind: str) -> bool:
        """Whether a file of this kind came with this request and was accepted."""
        return bool(self.files.get(self.add_prefix(kind)) and self.cleaned_data.get(kind))

    def answers_so_far(self) -> dict[str, object]:
        """For "save and come back later": right answers cleaned, others as typed, none lost."""
        self.is_valid()
        kept = self.answers()
        for name, field in self.fields.items():
            if name in kept or name in self.file_kinds or field.disabled:
                continue
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if isinstance(typed, str):
                kept[name] = typed[:20_000]
        return kept

    @classmethod
    def unfinished(cls, application) -> bool:
        """Whether the stored answers of this page would still be refused."""
        form = cls(data=cls.as_typed(application), application=application)
        for kind in form.file_kinds:
            form.fields[kind].required = False
        return not form.is_valid() or cls.lacks_files(application)

    @classmethod
    def is_left_empty(cls, application) -> bool:
        """Whether nothing is answered on a page without files: nobody need have been there."""
        given = cls.as_typed(application).values()
        return not cls.file_kinds and all(value in (None, "", [], False) for value in given)

    @classmethod
    def lacks_files(cls, application) -> bool:
        """Whether a required file is missing."""
        return False

    @classmethod
    def as_typed(cls, application) -> dict[str, object]:
        """The stored answers in the shape in which a browser would send them."""
        blank = cls(application=application)
        typed: dict[str, object] = {}
        for name, field in blank.fields.items():
            value = field.prepare_value(blank.initial.get(name))
            if isinstance(field.widget, forms.MultiWidget):
                parts = field.widget.decompress(value)
                names = [f"{name}{suffix}" for suffix in field.widget.widgets_names]
                typed.update(zip(names, parts, strict=True))
            elif isinstance(field, forms.BooleanField):
                typed.update({name: "on"} if value else {})
            elif isinstance(value, date):
                typed[name] = value.isoformat()
            elif value is not None:
                typed[name] = value
        return typed
