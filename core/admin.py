"""Names of the panel that rooms build on, and the panel pages of this room's own records."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.db import by_alphabet
from core.forms import ROLE_NAMES
from core.models import AuditEvent, CapabilityLink, StoredFile, User
from core.panel import (
    EditionFilter,
    PanelAdmin,
    ReadOnlyAdmin,
    ReadOnlyRows,
    Verb,
    timeline_items,
    url_of,
)
from core.panel_site import PanelSite, edition_of, panel_context

__all__ = [
    "EditionFilter",
    "PanelAdmin",
    "PanelSite",
    "ReadOnlyAdmin",
    "ReadOnlyRows",
    "Verb",
    "edition_of",
    "panel_context",
    "timeline_items",
    "url_of",
]

audit.describe(
    {
        "core.link.created": _("A personal link was made"),
        "core.link.revoked": _("Personal links were revoked"),
        "core.records.exported": _("A list was exported"),
        "core.user.changed": _("The account was changed"),
        "core.user.closed": _("The account was closed"),
        "core.user.created": _("The account was made"),
        "core.user.opened": _("The account was opened"),
        "core.user.password_changed": _("The password was changed"),
        "core.user.password_given": _("A first password was given"),
        "core.user.recovery_code_used": _("A recovery code was used"),
        "core.user.recovery_codes_made": _("New recovery codes were made"),
        "core.user.role_granted": _("A role was given"),
        "core.user.role_withdrawn": _("A role was taken away"),
        "core.user.second_factor_reset": _("The phone was forgotten"),
        "core.user.second_factor_set_up": _("A phone was connected"),
        "core.user.signed_in_by_link": _("Signed in by link"),
    }
)


@admin.register(User)
class UserAdmin(PanelAdmin):
    """Accounts. Roles, passwords and phones change by verbs only."""

    list_display = ["email", "person", "roles", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = [by_alphabet("last_name"), by_alphabet("first_name"), "pk"]
    fields = ["email", "first_name", "last_name", "language", "roles"]
    readonly_fields = ["roles"]

    def get_queryset(self, request: HttpRequest):
        """With the roles, in one query more."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, obj: User) -> str:
        """The roles in words, in one line."""
        held = {group.name for group in obj.groups.all()} if obj.pk else set()
        return ", ".join(str(words) for name, words in ROLE_NAMES if name in held)

    @admin.display(description=_("first and last name"), ordering=by_alphabet("last_name"))
    def person(self, obj: User) -> str:
        """As the person writes it."""
        return obj.full_name

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        """A new account has no password until one is given."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def verbs_for(self, request: HttpRequest, obj: User) -> list[Verb]:
        """Roles, first password, lost phone, closing: never for oneself."""
        if obj.pk == request.user.pk:
            return []
        verbs = []
        if request.user.has_perm("core.add_user"):
            roles = reverse("admin:core_user_roles", args=[obj.pk])
            verbs.append(Verb(_("Change the roles"), roles, method="get"))
        if request.user.has_perm("core.change_user") and obj.is_staff:
            password = reverse("admin:core_give_password", args=[obj.pk])
            confirm = _("The present password stops working at once.")
            verbs.append(Verb(_("Give a first password"), password, confirm=confirm))
        if request.user.has_perm("core.reset_second_factor") and obj.is_staff:
            phone = reverse("admin:core_reset_second_factor", args=[obj.pk])
            confirm = _("Be sure that you speak with this person.")
            verbs.append(Verb(_("Forget the phone"), phone, confirm=confirm))
        if request.user.has_perm("core.change_user"):
            name = "close_account" if obj.is_active else "open_account"
            label = _("Close the account") if obj.is_active else _("Open the account")
            verbs.append(Verb(label, reverse(f"admin:core_{name}", args=[obj.pk])))
        return verbs


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The audit trail, to be read."""

    list_display = ["at", "actor", "deed", "record"]
    list_filter = ["target_type"]
    list_select_related = ["actor", "target_type"]
    fields = ["at", "actor", "deed", "action", "record", "data"]
    search_fields = ["action", "actor__email"]
    date_hierarchy = "at"
    ordering = ["-pk"]

    @admin.display(description=_("what"), ordering="action")
    def deed(self, obj: AuditEvent) -> str:
        """The deed in words, as on the timelines."""
        return audit.words(obj.action, obj.target_type.model_class())

    @admin.display(description=_("record"), ordering="target_type")
    def record(self, obj: AuditEvent) -> str:
        """What kind of record, and which one."""
        return f"{obj.target_type.name} {obj.target_id}"


@admin.register(CapabilityLink)
class CapabilityLinkAdmin(ReadOnlyAdmin):
    """Personal links: for whom, until when. The token itself is nowhere."""

    list_display = ["purpose", "email", "created_at", "expires_at", "revoked_at"]
    list_filter = ["purpose"]
    search_fields = ["email"]
    ordering = ["-pk"]
    fields = ["purpose", "email", "created_at", "created_by", "expires_at", "revoked_at"]

    def verbs_for(self, request: HttpRequest, obj: CapabilityLink) -> list[Verb]:
        """A live link can be revoked."""
        is_live = obj.revoked_at is None and (
            obj.expires_at is None or obj.expires_at > timezone.now()
        )
        if not is_live or not request.user.has_perm("core.revoke_capabilitylink"):
            return []
        confirm = _("Whoever holds the letter will need a new one.")
        revoke = reverse("admin:core_revoke_link", args=[obj.pk])
        return [Verb(_("Revoke the link"), revoke, confirm=confirm)]


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """Files that people sent, and where each stands on its way to being downloadable."""

    list_display = ["name", "status", "size", "uploaded_by", "received_at"]
    list_filter = ["status"]
    search_fields = ["name", "uploaded_by", "sha256"]
    ordering = ["-pk"]
    fields = ["name", "status", "size", "sha256", "uploaded_by", "received_at", "attempts"]

    def verbs_for(self, request: HttpRequest, obj: StoredFile) -> list[Verb]:
        """A clean file can be downloaded."""
        if not obj.is_clean:
            return []
        return [
            Verb(_("Download"), reverse("admin:core_download_file", args=[obj.pk]), method="get")
        ]
