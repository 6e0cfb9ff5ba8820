"""Actions of the list of surveys: all answers as a spreadsheet or as CSV."""

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from applications import host_export
from core import audit, exports

NEEDS = ("core.export_records", "applications.read_host_answers")
NAME = "ankiety"


def may_export(request: HttpRequest) -> bool:
    """Answers with names need both permissions."""
    return request.user.has_perms(NEEDS)


def _told(request: HttpRequest, queryset: QuerySet) -> tuple:
    """The table; who took how many is on the trail."""
    with transaction.atomic():
        audit.record(
            action="core.records.exported",
            target=request.user,
            actor=request.user,
            model=queryset.model._meta.label_lower,
            rows=queryset.count(),
            answers=True,
        )
    return host_export.table(
        queryset,
        now=timezone.now(),
        with_drafts=request.user.has_perm("applications.read_host_drafts"),
    )


@admin.action(description=_lazy("Export with all answers (spreadsheet)"))
def answers_xlsx(model_admin, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase:
    """The chosen surveys with every answer."""
    return exports.xlsx_response(f"{NAME}.xlsx", *_told(request, queryset))


@admin.action(description=_lazy("Export with all answers (CSV)"))
def answers_csv(model_admin, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase:
    """The same as CSV, line by line."""
    return exports.csv_response(f"{NAME}.csv", *_told(request, queryset))
