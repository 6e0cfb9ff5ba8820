"""What a person has chosen with the filters and the search of a list of the panel."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import site as panel
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import models
from django.http import HttpRequest, QueryDict

from core.models import User


class BadFilter(ValueError):
    """The list knows no such filter."""


def chosen_by(model: str, query: str, *, user: User) -> models.QuerySet:
    """The rows that the list of `model` ("programme.gmina") shows to `user` for this query string.

    As the address of the list has it ("kind__exact=2&q=serock"); the order and the page in it are
    left alone. Raises `BadFilter` for what the list does not know.
    """
    kind = apps.get_model(model)
    if not panel.is_registered(kind):
        raise BadFilter(model)
    asked = QueryDict(query, mutable=True)
    for name in ("o", "p", "all", "e", "_changelist_filters"):
        asked.pop(name, None)
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", asked, user
    request.session = {}
    shown: admin.ModelAdmin = panel.get_model_admin(kind)
    try:
        rows = shown.get_changelist_instance(request).get_queryset(request)
    except (IncorrectLookupParameters, SuspiciousOperation, ValidationError) as error:
        raise BadFilter(query) from error
    return kind._default_manager.filter(pk__in=rows.order_by().values("pk"))
