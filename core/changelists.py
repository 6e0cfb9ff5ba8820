"""What a person has chosen with the filters and the search of a list of the panel."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import site as panel
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User

NOT_FILTERS = ("o", "p", "all", "e", "_changelist_filters", "_facets", "_popup", "_to_field")


class BadFilter(ValueError):
    """The list knows no such filter."""


def chosen_by(model: str, query: str, *, user: User) -> models.QuerySet:
    """The rows that the list of `model` ("programme.gmina") shows to `user` for this query string.

    As the address of the list has it ("kind__exact=2&q=serock"); the order and the page in it are
    left alone. Raises `BadFilter` for what the list does not know.
    """
    request = _request(query, user)
    try:
        rows = _list(model, request).get_queryset(request)
    except (IncorrectLookupParameters, SuspiciousOperation, ValidationError) as error:
        raise BadFilter(query) from error
    return apps.get_model(model)._default_manager.filter(pk__in=rows.order_by().values("pk"))


def filter_words(model: str, query: str, *, user: User) -> list[str]:
    """Each filter in force as its list names it, "voivodeship: mazowieckie"; none: all the rows.

    Raises `BadFilter`.
    """
    request = _request(query, user)
    try:
        shown = _list(model, request)
        words = [
            f"{spec.title}: {choice['display']}"
            for spec in shown.filter_specs
            if any(name in request.GET for name in spec.expected_parameters())
            for choice in spec.choices(shown)
            if choice.get("selected")
        ]
    except (IncorrectLookupParameters, SuspiciousOperation, ValidationError) as error:
        raise BadFilter(query) from error
    named = {name for spec in shown.filter_specs for name in spec.expected_parameters()}
    words += [
        f"{name}: {asked}" for name, asked in request.GET.items() if name not in {*named, "q"}
    ]
    asked = request.GET.get("q", "")
    return [*words, *([_("search: %(text)s") % {"text": asked}] if asked else [])]


def address_of(model: str, query: str = "") -> str:
    """The address of the list of a model, with these filters."""
    name = f"admin:{model.replace('.', '_')}_changelist"
    return f"{reverse(name)}?{query}" if query else reverse(name)


def kept(query: QueryDict) -> str:
    """What of the address of a list chooses rows: filters and the search, no page and no order."""
    asked = query.copy()
    for name in NOT_FILTERS:
        asked.pop(name, None)
    return asked.urlencode()


def _list(model: str, request: HttpRequest) -> ChangeList:
    kind = apps.get_model(model)
    if not panel.is_registered(kind):
        raise BadFilter(model)
    shown: admin.ModelAdmin = panel.get_model_admin(kind)
    return shown.get_changelist_instance(request)


def _request(query: str, user: User) -> HttpRequest:
    request = HttpRequest()
    request.method, request.user = "GET", user
    request.GET = QueryDict(kept(QueryDict(query)))
    request.session = {}
    return request
