"""Rows of an edition on its panel page."""

from django.contrib import admin
from django.http import HttpRequest

from programme import models


class RowInline(admin.TabularInline):
    """Base: rows in their order, none added by themselves."""

    extra = 0
    ordering: list[str] = ["position", "pk"]
    classes = ["collapse"]

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Codes are for those who set an edition up; everybody else reads the names."""
        fields = list(super().get_fields(request, obj))
        if self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name not in ("code", "position")]


NAMES = ["code", "name_pl", "name_uk", "name_en", "position"]


class ThemeInline(RowInline):
    """Vocabulary of themes."""

    model = models.Theme
    fields = NAMES


class PlacementWindowInline(RowInline):
    """When internships may take place."""

    model = models.PlacementWindow
    ordering = ["starts_on", "pk"]
    fields = ["code", "starts_on", "ends_on"]


class FormalCriterionInline(RowInline):
    """The formal check."""

    model = models.FormalCriterion
    fields = ["side", *NAMES]


class MeritCriterionInline(RowInline):
    """The sheet for candidates."""

    model = models.MeritCriterion
    fields = [*NAMES, "max_points"]


class GrantCriterionInline(RowInline):
    """The sheet for small projects."""

    model = models.GrantCriterion
    fields = [*NAMES, "max_points"]


class BudgetCategoryInline(RowInline):
    """Budget of small projects."""

    model = models.BudgetCategory
    fields = [*NAMES, "max_percent"]


class RequiredDocumentInline(RowInline):
    """Documents that have to be handed in."""

    model = models.RequiredDocument
    fields = ["side", *NAMES, "is_required", "due_on"]


class ReportQuestionInline(RowInline):
    """Report templates."""

    model = models.ReportQuestion
    ordering = ["report", "position", "pk"]
    fields = [
        "report",
        "code",
        "text_pl",
        "text_uk",
        "text_en",
        "answer",
        "is_required",
        "position",
    ]


EDITION_INLINES = [
    PlacementWindowInline,
    ThemeInline,
    FormalCriterionInline,
    MeritCriterionInline,
    GrantCriterionInline,
    BudgetCategoryInline,
    RequiredDocumentInline,
    ReportQuestionInline,
]
