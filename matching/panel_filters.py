"""Filters of this room's lists in the panel."""

from datetime import date, timedelta

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.formats import day_in_warsaw
from matching.models import Placement

SOON = timedelta(days=14)


class DaysFilter(admin.SimpleListFilter):
    """Where the days of an internship lie, as seen from today in Warsaw."""

    title = _("days of the internship")
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        """In the order of time."""
        return [
            ("begins", _("begins within 14 days")),
            ("runs", _("today is one of its days")),
            ("ends", _("ends within 14 days")),
            ("over", _("the last day has passed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Placement]):
        """Those whose days lie so; all of them when nothing is chosen."""
        wanted = _days(self.value() or "", day_in_warsaw(timezone.now()))
        return queryset if wanted is None else queryset.filter(wanted)


def _days(asked: str, today: date) -> Q | None:
    return {
        "begins": Q(starts_on__gte=today, starts_on__lte=today + SOON),
        "runs": Q(starts_on__lte=today, ends_on__gte=today),
        "ends": Q(ends_on__gte=today, ends_on__lte=today + SOON),
        "over": Q(ends_on__lt=today),
    }.get(asked)
