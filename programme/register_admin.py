"""Panel pages of the registers: gminas, hromadas, and their imports."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.admin import PanelAdmin, ReadOnlyAdmin, ReadOnlyRows, Verb
from core.formats import day, number
from core.templatetags.components import status_tag
from programme import models, register_report


class FigureInline(ReadOnlyRows):
    """Figures of population, to be read: they come from tables, each with day and source."""

    ordering = ["-on", "-pk"]
    fields = readonly_fields = ["figure", "on", "source", "source_name"]

    @admin.display(description=_("population"))
    def figure(self, obj) -> str:
        """With its thousands apart."""
        return number(obj.value, get_language() or "pl")


class GminaPopulationInline(FigureInline):
    """Population of a gmina."""

    model = models.GminaPopulation


class HromadaPopulationInline(FigureInline):
    """Population of a hromada."""

    model = models.HromadaPopulation


class HromadaStatusInline(admin.TabularInline):
    """Security situation by day; a new one is added, older ones stay."""

    model = models.HromadaStatus
    extra = 0
    can_delete = False
    ordering = ["-as_of", "-pk"]
    fields = ["status", "as_of"]


class UnitAdmin(PanelAdmin):
    """What gminas and hromadas have in common."""

    change_list_template = "programme/panel_register_list.html"
    import_page = ""
    official_fields: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest):
        """With the newest figure of population."""
        return super().get_queryset(request).with_population()

    @admin.display(description=_("population"), ordering="population_value")
    def population_shown(self, obj) -> str:
        """The newest figure with its day, or a dash."""
        if obj.population_value is None:
            return "\u2013"
        language = get_language() or "pl"
        return f"{number(obj.population_value, language)} ({day(obj.population_on, language)})"

    @admin.display(description=_("status"))
    def state(self, obj) -> str:
        """In the register, gone, to be verified, or from the demonstration."""
        if obj.valid_to:
            return status_tag(_("gone from the register"), "bad")
        if obj.needs_verification:
            return status_tag(_("to be verified"), "waiting")
        if obj.is_demonstration:
            return status_tag(_("demonstration"), "info")
        return status_tag(_("in the register"), "good")

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """What the official register says is not typed over, save where it is to be verified."""
        read_only = [*super().get_readonly_fields(request, obj), "valid_to", "is_demonstration"]
        if obj is None or obj.needs_verification:
            return read_only
        return [*read_only, *self.official_fields]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """The list, with the way to the import page for those who may import."""
        may = request.user.has_perm("programme.import_register")
        own = {"import_url": reverse(f"admin:programme_{self.import_page}") if may else ""}
        return super().changelist_view(request, {**(extra_context or {}), **own})


@admin.register(models.Gmina)
class GminaAdmin(UnitAdmin):
    """The register of gminas."""

    import_page = "prepare_gminas"
    list_display = ["name", "teryt", "kind", "powiat", "voivodeship", "population_shown", "state"]
    list_filter = ["kind", "voivodeship", "needs_verification", "is_demonstration"]
    search_fields = ["search_text", "area_text", "teryt__startswith", "name"]
    ordering = ["sort_key", "pk"]
    official_fields = ("teryt", "name", "kind", "powiat", "voivodeship")
    fields = [
        "teryt",
        "name",
        "kind",
        ("powiat", "voivodeship"),
        "needs_verification",
        "valid_to",
        "is_demonstration",
    ]
    inlines = [GminaPopulationInline]

    def verbs_for(self, request: HttpRequest, obj: models.Gmina) -> list[Verb]:
        """The office of the gmina, when it is on file, and all that happened to the gmina."""
        verbs = _office_verb(obj)
        if request.user.has_perm("applications.view_hostsurvey"):
            story = reverse("admin:win4ua_timeline", args=[obj.pk])
            verbs.append(Verb(_("The whole story of the municipality"), story, method="get"))
        return verbs


@admin.register(models.Hromada)
class HromadaAdmin(UnitAdmin):
    """The register of hromadas. Official population is from before the full-scale war."""

    import_page = "prepare_hromadas"
    list_display = ["name", "name_en", "kind", "raion", "oblast", "population_shown", "state"]
    list_filter = ["kind", "oblast", "needs_verification", "is_demonstration"]
    search_fields = ["search_text", "area_text", "katottg__startswith", "name"]
    ordering = ["sort_key", "pk"]
    official_fields = ("katottg", "name", "name_en", "kind", "raion", "oblast")
    fields = [
        "katottg",
        ("name", "name_en"),
        "kind",
        ("raion", "oblast"),
        "needs_verification",
        "valid_to",
        "is_demonstration",
    ]
    inlines = [HromadaPopulationInline, HromadaStatusInline]
    waits_for = _("The official figures of population are from before the full-scale war.")

    def verbs_for(self, request: HttpRequest, obj: models.Hromada) -> list[Verb]:
        """The body of the hromada, when it is on file."""
        return _office_verb(obj)


def _office_verb(unit) -> list[Verb]:
    office = models.Organisation.objects.filter(**{unit._meta.model_name: unit}).first()
    if office is None:
        return []
    url = reverse("admin:programme_organisation_change", args=[office.pk])
    return [Verb(_("Open the office"), url, method="get")]


@admin.register(models.RegisterImport)
class RegisterImportAdmin(ReadOnlyAdmin):
    """Imports of registers: files with checksums, what changed, who did it."""

    list_display = ["register", "prepared_at", "applied_at", "actor", "population_on"]
    list_filter = ["register"]
    list_select_related = ["actor"]
    ordering = ["-prepared_at", "-pk"]
    fields = [
        "register",
        "prepared_at",
        "applied_at",
        "actor",
        ("as_of", "population_on", "status_on"),
        "source_lines",
    ]
    readonly_fields = ["source_lines"]
    change_form_template = "programme/panel_register_import.html"

    @admin.display(description=_("files"))
    def source_lines(self, obj: models.RegisterImport) -> str:
        """Name and checksum of every file."""
        return format_html_join(
            "",
            "<div>{} (SHA-256 {})</div>",
            [(each["name"], each["sha256"]) for _role, each in sorted(obj.sources.items())],
        )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """With the report that was kept."""
        report = obj.report if obj is not None else None
        context["report"] = register_report.shown(report) if report else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def verbs_for(self, request: HttpRequest, obj: models.RegisterImport) -> list[Verb]:
        """An upload that waits can be looked at, and applied there."""
        may = request.user.has_perm("programme.import_register")
        if may and obj.applied_at is not None and obj.report:
            sheet = reverse("admin:programme_register_report", args=[obj.pk])
            return [Verb(_("Download as a spreadsheet"), sheet, method="get")]
        if obj.applied_at is not None or not may or not obj.files.exists():
            return []
        url = reverse("admin:programme_register_plan", args=[obj.pk])
        return [Verb(_("Show what would change"), url, method="get", primary=True)]


@admin.register(models.RegisterFetch)
class RegisterFetchAdmin(ReadOnlyAdmin):
    """Fetches from the service of Statistics Poland: when, by whom, and how each ended."""

    list_display = ["started_at", "year", "state", "started_by", "heard_at"]
    list_filter = ["status"]
    list_select_related = ["started_by"]
    ordering = ["-started_at", "-pk"]
    fields = ["started_at", "started_by", "year", "variable", "state", "heard_at", "problem"]
    readonly_fields = ["state"]
    KINDS = {"fetching": "waiting", "fetched": "good", "failed": "bad", "dropped": "neutral"}

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj: models.RegisterFetch) -> str:
        """In words."""
        return status_tag(obj.get_status_display(), self.KINDS[obj.status])

    def verbs_for(self, request: HttpRequest, obj: models.RegisterFetch) -> list[Verb]:
        """How far it has come."""
        if not request.user.has_perm("programme.import_register"):
            return []
        url = reverse("admin:programme_fetch", args=[obj.pk])
        return [Verb(_("See how far it has come"), url, method="get", primary=True)]
