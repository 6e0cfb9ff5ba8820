"""Mailings as a list of the panel; each has a page of its own."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from core.templatetags.components import status_tag
from mailing.enums import MailingStatus
from mailing.mailing_selectors import mailings_for_table
from mailing.mailing_tables import TAGS, audience_words
from mailing.models import Mailing


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    """All mailings: what waits, what runs, what became of those before."""

    change_list_template = "mailing/panel_mailings.html"
    list_display = ["title", "state", "whom", "many", "written", "author", "changed_at"]
    list_filter = ["status", "letter"]
    search_fields = ["title"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest):
        """With the numbers of each."""
        return mailings_for_table()

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj: Mailing) -> str:
        """Where it is, in word, shape and colour."""
        is_late = obj.status == MailingStatus.FINISHED and obj.lost
        kind = "late" if is_late else TAGS[MailingStatus(obj.status)]
        return status_tag(obj.get_status_display(), kind)

    @admin.display(description=_("to whom"), ordering="audience")
    def whom(self, obj: Mailing) -> str:
        """The audience in words."""
        return audience_words(obj)

    @admin.display(description=_("recipients"), ordering="many")
    def many(self, obj: Mailing) -> int:
        """How many get the letter."""
        return obj.many

    @admin.display(description=_("letters written"), ordering="written")
    def written(self, obj: Mailing) -> int:
        """How many letters there are."""
        return obj.written

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The list, with the way to a new one for those who may write."""
        may = request.user.has_perm("mailing.write_mailing")
        own = {"new_url": reverse("admin:mailing_new") if may else ""}
        return super().changelist_view(request, {**(extra_context or {}), **own})

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """A mailing has a page of its own."""
        return redirect("admin:mailing_page", object_id)
