"""Two people on one record of the panel: nothing that one of them wrote is lost in silence (FT-18).

The page carries a mark of each value it showed. When it comes back, a field that the person did
not touch keeps what a colleague has written meanwhile; one that both changed is asked about.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.translation import gettext as _

NAME = "_seen"
LENGTH = 12


def mark(value: object) -> str:
    """Twelve characters that tell one value from another, however it came to be the value."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(second=0, microsecond=0)  # as people can type it
    elif isinstance(value, Decimal):
        value = value.normalize()
    plain = "" if value is None else f"{value}"
    return hashlib.sha256(plain.encode()).hexdigest()[:LENGTH]


def marks_of(record: models.Model, names: Collection[str]) -> dict[str, str]:
    """A mark of each column that the page offers to change, by name.

    Of those alone: from the mark of a value with few possibilities (a day, a telephone number) the
    value can be found by trying, and not everybody who opens the page may see every column.
    """
    return {
        field.name: mark(field.value_from_object(record))
        for field in record._meta.fields
        if field.name in names
    }


def written(marks: Mapping[str, str]) -> str:
    """For the hidden field of the page."""
    return ",".join(f"{name}:{each}" for name, each in marks.items())


def read(text: str) -> dict[str, str]:
    """What `written()` wrote; anything else in it is passed over."""
    pairs = (part.partition(":") for part in text.split(","))
    return {name: each for name, colon, each in pairs if colon}


def guarded(form_class: type[ModelForm]) -> type[ModelForm]:
    """The form of a record or of a row, comparing what comes with what was shown and what stands.

    Without marks in what was sent it saves as Django does.
    """

    class Guarded(form_class):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.seen = read(self.data.get(self.add_prefix(NAME), "")) if self.is_bound else {}
            self.seen_now = dict(self.seen) or marks_of(self.instance, self.fields)

        @property
        def seen_written(self) -> str:
            """The marks for the page, when the record exists."""
            return written(self.seen_now) if self.instance.pk else ""

        @property
        def seen_name(self) -> str:
            """The name of the hidden field."""
            return self.add_prefix(NAME)

        def _post_clean(self) -> None:
            theirs = {
                field.name: (field, field.value_from_object(self.instance))
                for field in _columns(self.instance, self.cleaned_data)
                if field.name in self.seen
                and mark(field.value_from_object(self.instance)) != self.seen[field.name]
            }
            super()._post_clean()
            left = set()
            for name, (field, value) in theirs.items():
                mine = mark(field.value_from_object(self.instance))
                if mine == self.seen[name]:
                    setattr(self.instance, field.attname, value)
                    left.add(name)
                elif mine != mark(value):
                    self.seen_now[name] = mark(value)
                    self.add_error(name, _words(field, value))
            if left:
                self.changed_data = [name for name in self.changed_data if name not in left]
                self._check_together()

        def _check_together(self) -> None:
            """What is right of each of two people may be wrong of both together."""
            try:
                self.instance.full_clean(exclude=self._get_validation_exclusions())
            except ValidationError as error:
                self._update_errors(error)

    return Guarded


def guarded_rows(formset_class: type[BaseInlineFormSet]) -> type[BaseInlineFormSet]:
    """The rows of a record, each guarded like the record itself."""
    name, form = formset_class.__name__, guarded(formset_class.form)
    return type(name, (formset_class,), {"form": form})


def _columns(record: models.Model, cleaned: Iterable[str]) -> list["models.Field[Any, Any]"]:
    names = set(cleaned)
    return [field for field in record._meta.fields if field.name in names and field.editable]


def _words(field: "models.Field[Any, Any]", value: object) -> str:
    choices = dict(field.flatchoices)
    shown = choices.get(value, value)
    if isinstance(field, models.ForeignKey) and value is not None:
        shown = field.related_model._default_manager.filter(pk=value).first() or value
    return _(
        "This was changed since you opened the page, by a colleague or in another window of yours. "
        "It now says: %(value)s. To put your version in its place, save once more."
    ) % {"value": _("nothing") if shown in (None, "") else shown}
