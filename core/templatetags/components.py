"""What the templates in `templates/components/` and the crispy pack need computed for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.conf import settings
from django.contrib.admin.helpers import AdminReadonlyField
from django.db import models
from django.forms import BoundField, Form
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import phones
from core.counts import grouped
from core.field_markup import is_optional, whole_field

register = template.Library()

STATUS_KINDS = ("neutral", "info", "waiting", "good", "bad", "late")


@dataclass(frozen=True)
class FieldParts:
    """What `components/file_field.html` shows around its control."""

    errors: list[str]
    optional: str
    error_word: str


@register.simple_tag
def field_parts(field: BoundField) -> FieldParts:
    """Work out once what surrounds a control: errors, and the word "optional"."""
    return FieldParts(
        errors=list(field.errors),
        optional=_("(optional)") if is_optional(field) else "",
        error_word=_("Error:"),
    )


register.simple_tag(whole_field)


def first_control_id(field: BoundField) -> str:
    """Id of the element that an error of this field points to: the first control of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


def named(label: str) -> str:
    """A label as the beginning of a sentence about it: questions keep their mark."""
    label = str(label).rstrip(" .:")
    return label if label.endswith("?") else f"{label}:"


def about(label: str, text: str) -> str:
    """A sentence about a field; one that already says the label is not told it again."""
    return text if str(label) in text else f"{named(label)} {text}"


def _form_errors(form: Form) -> list[dict[str, str]]:
    found = [{"text": text, "href": "#form-errors"} for text in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            field = form[name]
            href = f"#{first_control_id(field)}"
            found += [{"text": about(field.label, text), "href": href} for text in field.errors]
    return found


@register.simple_tag
def form_errors(form: Form | BaseFormSet) -> list[dict[str, str]]:
    """All errors of a form or formset, each with the address of its field."""
    if isinstance(form, BaseFormSet):
        found = [{"text": text, "href": "#form-errors"} for text in form.non_form_errors()]
        for each in form.forms:
            found += _form_errors(each)
        return found
    return _form_errors(form)


@register.simple_tag
def foot_links() -> list[tuple[str, str]]:
    """What every public page links to in its foot: words and address in the page's language."""
    language = get_language() or settings.LANGUAGE_CODE
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return [
        (_("Questions and answers"), f"{prefix}/pytania/"),
        (_("Documents"), f"{prefix}/dokumenty/"),
        (_("Privacy"), f"{prefix}/prywatnosc/"),
        (_("Accessibility"), f"{prefix}/dostepnosc/"),
    ]


CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LETTERS = re.compile(r"[^\W\d_]")


@register.filter
def marked(text: object) -> str:
    """What somebody typed, marked as Ukrainian where its letters are and the page is not.

    A screen reader then reads it with the right voice (W19; WCAG 2.2, 3.1.2). Line breaks are kept.
    """
    said = linebreaksbr(str(text), autoescape=not isinstance(text, SafeString))
    letters = LETTERS.findall(str(text))
    is_ukrainian = len(CYRILLIC.findall(str(text))) * 2 > len(letters)
    if not is_ukrainian or (get_language() or "").startswith("uk"):
        return said
    return format_html('<span lang="uk">{}</span>', said)


register.filter(grouped)


@register.filter
def tel(phone: str) -> str:
    """The address of a link that dials a number, its extension included."""
    return phones.dialled(phone)


@register.filter
def with_columns(cells, columns):
    """Pair the cells of a row with the columns of its table."""
    return list(zip(columns, cells, strict=True))


@register.simple_tag
def status_tag(label: str, kind: str = "neutral") -> SafeString:
    """A status in word, shape and colour; `kind` is one of STATUS_KINDS. Good in `list_display`."""
    if kind not in STATUS_KINDS:
        raise ValueError(f"Unknown kind of status: {kind}")
    return format_html('<span class="tag tag-{}">{}</span>', kind, label)


YES_OR_NO = re.compile(
    r'(?:<td class="(?P<cell>[\w-]+)">)?'
    r'<img src="[^"]*/icon-(?:yes|no|unknown)[^"/]*" alt="(?P<value>True|False|None)">'
    r"(?:</td>)?"
)


@register.filter
def contents_for(field: AdminReadonlyField, request: HttpRequest) -> object:
    """What a field of the panel shows when it is only read.

    Django links the record that a field names whoever reads it; here its name is a link for those
    who may open that record, and plain words for everybody else.
    """
    record = getattr(field.form.instance, str(field.field["name"]), None)
    site = field.model_admin.admin_site
    is_record = isinstance(record, models.Model) and site.is_registered(type(record))
    if is_record and not site.get_model_admin(type(record)).has_view_permission(request, record):
        return str(record)
    return field.contents()


@register.filter
def yes_or_no(shown: object) -> object:
    """A fact, or a cell of a list, of Django's admin: its icons for true and false as words.

    The icons say "True" in English to a screen reader, and tell yes from no by their colour.
    """
    icon = YES_OR_NO.fullmatch(str(shown))
    if icon is None:
        return shown
    word = {"True": _("yes"), "False": _("no"), "None": "\u2013"}[icon["value"]]
    return format_html('<td class="{}">{}</td>', icon["cell"], word) if icon["cell"] else word


CHART_WIDTH = 600


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: width in user units of the drawing, share in whole per cent."""

    label: str
    value: object
    url: str
    width: int
    percent: int


def _pick(row: object, key: str) -> object:
    return row.get(key, "") if isinstance(row, dict) else getattr(row, key, "")


def _bars(rows: Iterable, *, share_of_first: bool) -> list[Bar]:
    rows = list(rows)
    values = [Decimal(str(_pick(row, "value") or 0)) for row in rows]
    longest = max(values, default=Decimal(0)) or Decimal(1)
    whole = (values[0] if share_of_first and values else sum(values)) or Decimal(1)
    return [
        Bar(
            label=str(_pick(row, "label")),
            value=_pick(row, "value"),
            url=str(_pick(row, "url")),
            width=int(value / longest * CHART_WIDTH),
            percent=int(value / whole * 100 + Decimal("0.5")),
        )
        for row, value in zip(rows, values, strict=True)
    ]


@register.filter
def bars(rows: Iterable) -> list[Bar]:
    """Bars of a chart, the longest as wide as the drawing; a row has label, value, perhaps url."""
    return _bars(rows, share_of_first=False)


@register.filter
def funnel(rows: Iterable) -> list[Bar]:
    """Bars of a funnel: the same, with per cent of the first row."""
    return _bars(rows, share_of_first=True)
