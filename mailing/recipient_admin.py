"""Panel pages of lists of recipients and of the people on them."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin, Verb
from core.templatetags.components import status_tag
from mailing.models import ListedRecipient, RecipientList
from mailing.services.recipient_verdicts import State


@admin.register(RecipientList)
class RecipientListAdmin(ReadOnlyAdmin):
    """Lists that were brought: file with checksum, who, when, and how many people are on them."""

    change_list_template = "mailing/panel_recipient_lists.html"
    list_display = ["title", "state", "people", "actor", "prepared_at"]
    list_select_related = ["actor"]
    search_fields = ["title", "name"]
    ordering = ["-prepared_at", "-pk"]
    fields = ["title", "name", "sha256", "language", "state", "actor", "prepared_at", "told"]
    readonly_fields = ["state", "told"]

    def get_queryset(self, request: HttpRequest):
        """Without the bytes of the files."""
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("status"))
    def state(self, obj: RecipientList) -> str:
        """Kept, thrown away, or waiting."""
        if obj.dropped_at:
            return status_tag(_("thrown away"), "neutral")
        if obj.kept_at:
            return status_tag(_("kept"), "good")
        return status_tag(_("waits to be looked at"), "waiting")

    @admin.display(description=_("recipients"))
    def people(self, obj: RecipientList) -> int | str:
        """How many people letters can go to."""
        return obj.counts.get(str(State.TAKEN), 0) if obj.is_in_use else "\u2013"

    @admin.display(description=_("lines by verdict"))
    def told(self, obj: RecipientList) -> str:
        """How many lines of each verdict there were when the list was kept."""
        told = [f"{state.label}: {obj.counts[state]}" for state in State if state in obj.counts]
        return "; ".join(told) or "\u2013"

    def verbs_for(self, request: HttpRequest, obj: RecipientList) -> list[Verb]:
        """A list that waits is looked at; the people of a kept one are read, or thrown away."""
        if obj.dropped_at or not request.user.has_perm("mailing.import_recipients"):
            return []
        if obj.is_waiting:
            url = reverse("admin:mailing_recipient_preview", args=[obj.pk])
            return [Verb(_("Look at the list"), url, method="get", primary=True)]
        people = reverse("admin:mailing_listedrecipient_changelist")
        confirm = _("The addresses of the list are erased. Letters that were written stay.")
        drop = reverse("admin:mailing_drop_recipients", args=[obj.pk])
        return [
            Verb(_("See who is on it"), f"{people}?of__id__exact={obj.pk}", method="get"),
            Verb(_("Throw the list away"), drop, confirm=confirm),
        ]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """The lists, with the way to a new one for those who may bring them."""
        may = request.user.has_perm("mailing.import_recipients")
        own = {"new_url": reverse("admin:mailing_new_recipients") if may else ""}
        return super().changelist_view(request, {**(extra_context or {}), **own})


@admin.register(ListedRecipient)
class ListedRecipientAdmin(ReadOnlyAdmin):
    """People on the lists that were kept, with the salutation that they get."""

    list_display = ["email", "name", "language", "salutation", "of"]
    list_filter = [("of", admin.RelatedOnlyFieldListFilter), "language"]
    list_select_related = ["of"]
    search_fields = ["email", "name"]
    ordering = ["of", "line"]
    fields = ["of", "line", "email", "name", "language", "form_of_address", "salutation"]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Reached through their list; the menu of the panel stays short."""
        return {}
