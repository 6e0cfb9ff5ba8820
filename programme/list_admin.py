"""Panel pages of memberships and of the lists that brought them."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, ReadOnlyRows, Verb
from core.db import by_alphabet
from core.templatetags.components import status_tag
from programme import models
from programme.services.list_verdicts import State


@admin.register(models.Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who is a member of which union, from which list, and until when."""

    list_display = ["organisation", "union", "as_of", "ended_on", "source"]
    list_filter = ["union", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "organisation__gmina__search_text"]
    ordering = [by_alphabet("organisation__name"), "union", "pk"]
    fields = ["organisation", "union", "as_of", "source", "ended_on"]


@admin.register(models.ListImport)
class ListImportAdmin(ReadOnlyAdmin):
    """Lists of members and contacts: file with checksum, day, who, and what came of it."""

    change_list_template = "programme/panel_list_list.html"
    list_display = ["kind", "as_of", "name", "state", "actor", "prepared_at"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    ordering = ["-prepared_at", "-pk"]
    fields = ["kind", "as_of", "name", "sha256", "state", "actor", "prepared_at", "counts"]
    readonly_fields = ["state", "counts"]

    def get_queryset(self, request: HttpRequest):
        """Without the bytes of the files."""
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("status"))
    def state(self, obj: models.ListImport) -> str:
        """Applied, thrown away, or waiting."""
        if obj.applied_at:
            return status_tag(_("applied"), "good")
        if obj.dropped_at:
            return status_tag(_("thrown away"), "neutral")
        return status_tag(_("waits to be applied"), "waiting")

    @admin.display(description=_("rows by verdict"))
    def counts(self, obj: models.ListImport) -> str:
        """How many rows of each verdict there were when the list was applied."""
        told = [f"{state.label}: {obj.changes[state]}" for state in State if state in obj.changes]
        return "; ".join(told) or "\u2013"

    def verbs_for(self, request: HttpRequest, obj: models.ListImport) -> list[Verb]:
        """A list that waits is looked at and applied there."""
        if not obj.is_waiting or not request.user.has_perm("programme.import_register"):
            return []
        url = reverse("admin:programme_list_preview", args=[obj.pk])
        return [Verb(_("Show what would change"), url, method="get", primary=True)]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """The list, with the way to a new one for those who may import."""
        may = request.user.has_perm("programme.import_register")
        own = {"new_url": reverse("admin:programme_new_list") if may else ""}
        return super().changelist_view(request, {**(extra_context or {}), **own})


class MembershipInline(ReadOnlyRows):
    """Memberships of an office, to be read: lists bring them."""

    model = models.Membership
    ordering = ["union", "-as_of", "pk"]
    fields = readonly_fields = ["union", "as_of", "source", "ended_on"]
