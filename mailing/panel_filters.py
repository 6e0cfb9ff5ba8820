"""The filters of a list of the panel, as they stand in its address, in words."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User

NOT_FILTERS = ("p", "o", "e", "all", "_facets", "_popup", "_to_field")


def changelist_of(label: str) -> str:
    """The address of the list of a model, for example "programme.gmina"."""
    meta = apps.get_model(label)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def kept_query(query: QueryDict) -> str:
    """What of an address chooses rows: filters and the search, no page and no order."""
    kept = query.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return kept.urlencode()


def filter_words(label: str, query: str, user: User) -> list[str]:
    """Each filter in force, as the list names it: "voivodeship: mazowieckie"; none for all rows."""
    request = HttpRequest()
    request.method, request.user = "GET", user
    request.GET = QueryDict(query)
    page = admin.site._registry[apps.get_model(label)]
    try:
        shown = page.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return [_("This filter is not known any more.")]
    words = [
        f"{spec.title}: {chosen['display']}"
        for spec in shown.filter_specs
        for chosen in spec.choices(shown)
        if chosen.get("selected")
        and chosen.get("query_string")
        and spec.has_output()
        and any(name in request.GET for name in spec.expected_parameters())
    ]
    asked = request.GET.get("q", "")
    return [*words, *([_("search: %(text)s") % {"text": asked}] if asked else [])]
