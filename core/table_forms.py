"""What pages share on which a table is brought: its file, its columns, a sample, the verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PageForm
from core.imports import Row

FILE_BYTES_MOST = 10 * 1024 * 1024
SAMPLE_ROWS = 3
ENCODINGS = [
    ("utf-8-sig", gettext_lazy("UTF-8")),
    ("cp1250", gettext_lazy("windows-1250 (Polish)")),
    ("iso8859-2", gettext_lazy("ISO-8859-2 (Polish)")),
    ("cp1251", gettext_lazy("windows-1251 (Cyrillic)")),
    ("koi8-u", gettext_lazy("KOI8-U (Cyrillic)")),
    ("utf-16", gettext_lazy("UTF-16")),
]


class TableFileField(forms.FileField):
    """A csv or xlsx file, not larger than 10 MB."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=gettext_lazy("File"),
            max_length=200,
            help_text=gettext_lazy(
                "csv or xlsx with headings in the first row, at most 10 MB and 20 000 rows."
            ),
            widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, unless it is too large."""
        file = super().clean(data, initial)
        if file.size > FILE_BYTES_MOST:
            raise forms.ValidationError(_("The file is larger than 10 MB. Send a smaller one."))
        return file


class TableColumnsForm(PageForm):
    """Which column is which, and the encoding of a file that is no workbook.

    The guess stands there already. `record` has `columns`, `encoding` and `is_workbook`; `fields`
    is name -> label of what a column may hold.
    """

    def __init__(
        self,
        record: Any,
        headings: Sequence[str],
        *args: Any,
        fields: Mapping[str, str | Promise],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        choices = [("", _("not in the file")), *((each, each) for each in headings)]
        if not record.is_workbook:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Encoding of the letters"),
                choices=ENCODINGS,
                initial=record.encoding,
                help_text=_("Choose another one when the letters in the sample look wrong."),
            )
        for name, label in fields.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=capfirst(label),
                choices=choices,
                required=False,
                initial=record.columns.get(name, ""),
            )

    def columns(self) -> dict[str, str]:
        """Field -> heading, of those that were chosen."""
        return {
            name.removeprefix("column_"): heading
            for name, heading in self.cleaned_data.items()
            if name.startswith("column_") and heading
        }


def sample(rows: Sequence[Row]) -> dict[str, object]:
    """Headings of the file go down, its first rows across: it fits however many columns it has."""
    first = rows[:SAMPLE_ROWS]
    lines = [{"label": _("Line %(line)d") % {"line": row.line}} for row in first]
    return {
        "sample_columns": [{"label": _("Column")}, *lines],
        "sample_rows": [
            {"cells": [{"text": name}, *({"text": row[name]} for row in first)]}
            for name in (rows[0] if rows else ())
        ],
        "row_count": len(rows),
    }


def verdict_chips(
    states: Iterable[Any], counts: Mapping[str, int], chosen: str
) -> list[dict[str, object]]:
    """A way to look at the rows of each verdict (`states`: an enumeration with labels)."""
    return [
        {"label": str(each.label), "url": f"?state={each}", "is_on": chosen == each, "count": many}
        for each in states
        if (many := counts.get(str(each)))
    ]
