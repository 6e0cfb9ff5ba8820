"""Panel pages of offices, contacts and clauses; editions and registers are beside it."""

from django.contrib import admin
from django.db.models import Count, Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import PanelAdmin, ReadOnlyAdmin
from core.db import by_alphabet
from programme import edition_admin, models, register_admin  # noqa: F401 - register their pages
from programme.list_admin import MembershipInline


class ContactInline(admin.StackedInline):
    """People of an office."""

    model = models.Contact
    extra = 0
    can_delete = False
    ordering = ["-is_active", "role", by_alphabet("last_name"), "pk"]
    fields = [
        ("role", "is_active"),
        ("title", "grammatical_gender"),
        ("first_name", "last_name", "patronymic"),
        "position",
        ("email", "phone", "language"),
    ]


@admin.register(models.Organisation)
class OrganisationAdmin(PanelAdmin):
    """Offices of gminas and bodies of hromadas."""

    list_display = ["name", "municipality", "head", "town"]
    list_filter = [("gmina", admin.EmptyFieldListFilter), "gmina__voivodeship", "hromada__oblast"]
    list_select_related = ["gmina", "hromada"]
    search_fields = [
        "name",
        "nip",
        "edrpou",
        "gmina__search_text",
        "hromada__search_text",
        "gmina__teryt",
        "contacts__last_name",
        "contacts__email",
    ]
    ordering = [by_alphabet("name"), "pk"]
    autocomplete_fields = ["gmina", "hromada"]
    inlines = [ContactInline, MembershipInline]

    def get_queryset(self, request: HttpRequest):
        """With the heads, in one query more."""
        heads = models.Contact.objects.filter(role="head", is_active=True).order_by("pk")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("contacts", queryset=heads, to_attr="heads"))
        )

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """An office does not move to another municipality."""
        read_only = super().get_readonly_fields(request, obj)
        return [*read_only, "gmina", "hromada"] if obj else read_only

    @admin.display(description=_("municipality"))
    def municipality(self, obj: models.Organisation) -> str:
        """Name and code."""
        return str(obj.unit)

    @admin.display(description=_("head"))
    def head(self, obj: models.Organisation) -> str:
        """Name of the head in use."""
        return obj.heads[0].full_name if obj.heads else "\u2013"


@admin.register(models.Contact)
class ContactAdmin(PanelAdmin):
    """The people we write to."""

    list_display = ["person", "role", "organisation", "email", "language", "is_active"]
    list_filter = ["role", "language", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["last_name", "first_name", "email", "organisation__name"]
    ordering = [by_alphabet("last_name"), by_alphabet("first_name"), "pk"]
    autocomplete_fields = ["organisation"]

    @admin.display(description=_("first and last name"), ordering=by_alphabet("last_name"))
    def person(self, obj: models.Contact) -> str:
        """First and last name."""
        return obj.full_name


@admin.register(models.ConsentText)
class ConsentTextAdmin(PanelAdmin):
    """Clauses and consents by version; one that somebody accepted is never changed."""

    edition_lookup = "edition"
    list_display = ["kind", "version", "edition", "is_required", "given_count"]
    list_filter = ["kind"]
    list_select_related = ["edition"]
    ordering = ["-edition__year", "kind", "-version", "pk"]

    def get_queryset(self, request: HttpRequest):
        """With how often each was accepted."""
        return super().get_queryset(request).annotate(times_given=Count("given"))

    @admin.display(description=_("accepted (times)"), ordering="times_given")
    def given_count(self, obj: models.ConsentText) -> int:
        """How many people accepted this version."""
        return obj.times_given

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Only until the first person has accepted it; then a new version is written."""
        if obj is not None and obj.given.exists():
            return False
        return super().has_change_permission(request, obj)


@admin.register(models.ConsentGiven)
class ConsentGivenAdmin(ReadOnlyAdmin):
    """Who accepted which version, when and in which language."""

    edition_lookup = "text__edition"
    list_display = ["email", "text", "language", "given_at", "withdrawn_at"]
    list_filter = ["text__kind", "language"]
    list_select_related = ["text"]
    search_fields = ["email"]
    ordering = ["-given_at", "-pk"]
    fields = ["email", "text", "language", "given_at", "withdrawn_at"]
