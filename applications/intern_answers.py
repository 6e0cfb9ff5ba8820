"""The answers of an application in words: to check, to read in the panel, to copy into a letter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from applications.forms.intern_base import InternPageForm
from applications.forms.intern_fields import LevelField
from applications.forms.intern_pages import PAGES, pages_for
from applications.forms.intern_plan import OrderForm, PartnersForm
from applications.models import InternApplication
from core import formats
from core.templatetags.components import named
from programme import salutations
from programme.models import Gmina

PERSONAL = {  # what evaluators do not see (permission matrix P08, P09)
    "prizvyshche",
    "imia",
    "po_batkovi",
    "prizvyshche_lat",
    "imia_lat",
    "data_nar",
    "stat",
    "telefon",
    "mesendzher",
    "kerivnyk_posada",
    "kerivnyk_prizvyshche",
    "kerivnyk_imia",
    "kerivnyk_po_batkovi",
    "kerivnyk_zvertannia",
    "kerivnyk_email",
    "adresa",
    "sait",
    "edrpou",
    "potreby",
    "potreby_zhoda",
    "lyst",
    "cv",
    "nakaz",
    "pasport",
    "vyizd",
}
HIDDEN = "•••"
RESTRICTED = ("data_nar", "potreby")


@dataclass(frozen=True)
class Line:
    """One question with its answer in words."""

    key: str
    label: str
    value: str
    is_missing: bool


@dataclass(frozen=True)
class Topic:
    """One page of the application with its answers."""

    slug: str
    title: str
    lines: list[Line]


def unfinished_pages(application: InternApplication) -> list[str]:
    """Pages whose stored answers would be refused if they were sent now."""
    return [page.slug for page in pages_for(application) if page.unfinished(application)]


def topics(
    application: InternApplication, *, show_restricted: bool = True, anonymous: bool = False
) -> list[Topic]:
    """All answers by page, in the language in use.

    Without `show_restricted`, date of birth and needs are masked; `anonymous` leaves out whatever
    says who the candidate is.
    """
    found = []
    for page in PAGES:
        if page is OrderForm:
            continue
        form = page(application=application)
        lines = [
            _line(form, name, field, show_restricted=show_restricted)
            for name, field in form.fields.items()
            if not (anonymous and name in PERSONAL) and not name.startswith("partner_")
        ]
        if page is PartnersForm:
            lines.insert(0, _partners_line(application))
        if lines:
            found.append(Topic(page.slug, str(page.title), lines))
    return found


def _line(form: InternPageForm, name: str, field: forms.Field, *, show_restricted: bool) -> Line:
    if name in form.file_kinds:
        stored = form.current.get(name)
        value = stored.name if stored else ""
    else:
        value = in_words(field, form.initial.get(name))
    if value and name in RESTRICTED and not show_restricted:
        value = HIDDEN
    return Line(name, str(field.label), value, is_missing=field.required and not value)


def _partners_line(application: InternApplication) -> Line:
    partners = application.answers.get("partnery_pl") or []
    codes = [each["gmina"] for each in partners if isinstance(each, dict) and each.get("gmina")]
    names = {each.teryt: str(each) for each in Gmina.objects.filter(teryt__in=codes)}
    rows = []
    for each in partners:
        if isinstance(each, dict) and each.get("gmina") in names:
            kind = _("agreement") if each.get("uhoda") else _("no agreement")
            year = str(each["rik"]) if each.get("rik") else "–"
            rows.append(f"{names[each['gmina']]}, {year}, {kind}")
    return Line("partnery_pl", _("Polish partners of the hromada"), "\n".join(rows), False)


def in_words(field: forms.Field, value: object) -> str:
    """An answer as a person reads it."""
    if value in (None, "", []):
        return ""
    if isinstance(field, forms.BooleanField) or isinstance(value, bool):
        return _("Yes") if value is True else _("No")
    if isinstance(field, forms.MultipleChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(labels.get(str(code), str(code)) for code in chosen)
    if isinstance(field, LevelField | forms.ChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}
        return labels.get(str(value), str(value))
    if isinstance(field, forms.DateField):
        return _day(value)
    if isinstance(field, forms.IntegerField) and isinstance(value, int):
        return formats.number(value, translation.get_language() or "uk")
    return str(value)


def _day(value: object) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return formats.day(day, translation.get_language() or "uk")


def as_text(application: InternApplication, language: str) -> str:
    """The copy of all answers for the receipt, in the candidate's language.

    Restricted answers are masked: a mailbox is no place for them.
    """
    with translation.override(language):
        parts = []
        for topic in topics(application, show_restricted=False):
            rows = [f"{named(line.label)} {line.value or '–'}" for line in topic.lines]
            parts.append("\n".join([topic.title.upper(), *rows]))
        return "\n \n".join(parts)


def labels() -> dict[str, str]:
    """Every question by key, in the language in use."""
    found: dict[str, str] = {}
    for page in PAGES:
        if page is not OrderForm:
            found |= {name: str(field.label) for name, field in page.base_fields.items()}
    return found


def labels_as_text(keys: Iterable[str], language: str) -> str:
    """The named questions, one in a line."""
    with translation.override(language):
        known = labels()
        return "\n".join(f"• {known[key]}" for key in keys if key in known)


def head_salutation(application: InternApplication) -> str:
    """How the letter to the head begins, in Ukrainian."""
    answers = application.answers
    return salutations.salutation(
        language="uk",
        title=str(answers.get("kerivnyk_posada", "")),
        gender=str(answers.get("kerivnyk_zvertannia", "")),
    )
