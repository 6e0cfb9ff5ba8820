"""What a broken limit, a change or a waiting says to a person."""

from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.formats import money, number
from grants.forms import WORD_PAGES
from grants.rules import Breach

AMOUNTS = ("grant_above_line", "grant_too_small", "grant_too_large")
PERCENTS = ("own_too_small", "own_too_large", "category_too_large")


def sentence(breach: Breach, currency: str) -> str:
    """One sentence: what the limit is, what stands there, and in which line (G1)."""
    values = {
        "limit": _figure(breach.code, breach.limit, currency),
        "actual": _figure(breach.code, breach.actual, currency),
        "line": breach.line,
    }
    sentences = {
        "no_lines": _("The budget has no line yet. Please add at least one."),
        "grant_above_line": _(
            "Line %(line)s: the part from the grant is %(actual)s, and the line comes to %(limit)s."
        ),
        "grant_too_small": _("The grant has to be at least %(limit)s; it is %(actual)s."),
        "grant_too_large": _("The grant can be at most %(limit)s; it is %(actual)s."),
        "own_too_small": _(
            "The own contribution has to be at least %(limit)s per cent of the whole value; it is "
            "%(actual)s."
        ),
        "own_too_large": _(
            "The own contribution can be at most %(limit)s per cent of the whole value; it is "
            "%(actual)s."
        ),
        "category_too_large": _(
            "Line %(line)s: the costs of its category can be at most %(limit)s per cent of the "
            "whole value; they are %(actual)s."
        ),
        "period": _("The project has to lie within this period: %(limit)s."),
    }
    return sentences[breach.code] % values


def _figure(code: str, value: str, currency: str) -> str:
    if code in AMOUNTS:
        return money(Decimal(value), currency, get_language())
    return number(Decimal(value), get_language(), 2) if code in PERCENTS else value


def change(because: str) -> str:
    """Which change took a confirmation back, in words (G9)."""
    names = {"budget": _("The budget"), "answered again": _("The partner answered again")}
    for form in WORD_PAGES.values():
        names |= {name: str(field.label) for name, field in form.base_fields.items()}
    return "; ".join(names.get(name, name) for name in because.split(", ") if name)


def days(count: int) -> str:
    """A number of days in words."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}
