"""Filters of this room's lists in the panel."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.formats import day_in_warsaw
from grants.models import SmallProject
from grants.selectors import with_awaited_report

SOON = timedelta(days=30)
ONE_DAY = timedelta(days=1)


class ReportFilter(admin.SimpleListFilter):
    """Whether a report of the project is awaited, and by when, as seen from today in Warsaw."""

    title = _("report")
    parameter_name = "report"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        """All that are awaited, then the near and the late ones."""
        return [
            ("awaited", _("asked for and not here yet")),
            ("soon", _("due within 30 days")),
            ("late", _("late: the last day has passed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SmallProject]):
        """Projects that owe such a report; all of them when nothing is chosen."""
        today = day_in_warsaw(timezone.now())
        if self.value() == "awaited":
            return with_awaited_report(queryset)
        if self.value() == "soon":
            return with_awaited_report(queryset, due_from=today, due_until=today + SOON)
        if self.value() == "late":
            return with_awaited_report(queryset, due_until=today - ONE_DAY)
        return queryset
