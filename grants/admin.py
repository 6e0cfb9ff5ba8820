"""Calls, projects and their money as records of the panel."""

from decimal import Decimal

from django.contrib import admin
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import audit
from core.admin import ReadOnlyAdmin, Verb
from core.formats import money
from core.templatetags.components import status_tag
from grants import rules, selectors, tables, verbs, waiting
from grants.enums import ProjectStatus
from grants.models import (
    GrantCall,
    ReportDocument,
    SmallProject,
)
from grants.panel_filters import ReportFilter

PROJECT_DEEDS = {
    "submitted": _("The application was sent"),
    "to_correct": _("Returned for correction"),
    "in_evaluation": _("Formally correct, handed to the evaluators"),
    "ranked": _("Placed in the ranking"),
    "awarded": _("A grant was awarded"),
    "reserve": _("Put on the reserve list"),
    "rejected": _("No grant was awarded"),
    "budget_agreed": _("The final budget was agreed"),
    "signed": _("The agreement was signed"),
    "in_progress": _("The first tranche was paid, the project began"),
    "reported": _("The final report was sent"),
    "correcting": _("The final report was returned"),
    "settled": _("The grant was settled"),
    "closed": _("The project was closed"),
}
audit.describe(
    {
        "grants.grantcall.opened": _("The call was opened"),
        **{f"grants.smallproject.{status}": words for status, words in PROJECT_DEEDS.items()},
        "grants.smallproject.invited": _("The hromada was invited"),
        "grants.smallproject.saved": _("A page of the application was saved"),
        "grants.smallproject.budget_saved": _("The budget was saved"),
        "grants.smallproject.partner_confirmed": _("The partner confirmed"),
        "grants.smallproject.partner_refused": _("The partner refused"),
        "grants.smallproject.confirmation_withdrawn": _(
            "A change took the partner's confirmation back"
        ),
        "grants.projectevaluation.assigned": _("An evaluator was assigned"),
        "grants.projectevaluation.saved": _("A draft of the sheet was saved"),
        "grants.boarddecision.proposed": _("A decision was proposed"),
        "grants.boarddecision.approved": _("The decision was approved"),
        "grants.grantagreement.made": _("The agreement was made"),
        "grants.grantagreement.signed": _("The agreement was signed"),
        "grants.tranche.planned": _("The proposal was taken back"),
        "grants.tranche.proposed": _("The payment was proposed"),
        "grants.tranche.approved": _("A second person approved the payment"),
        "grants.tranche.paid": _("The tranche was paid"),
        "grants.projectevaluation.impartial": _("Declared impartial"),
        "grants.projectevaluation.recused": _("Stepped back because of an interest"),
        "grants.projectevaluation.submitted": _("The sheet is final"),
        "grants.grantreport.sent": _("The report was sent"),
        "grants.grantreport.returned": _("The report was returned"),
        "grants.grantreport.accepted": _("The report was accepted"),
        "grants.grantreport.asked": _("The report was asked for"),
        "grants.reportdocument.added": _("A document was added"),
        "grants.reportdocument.removed": _("A document was removed"),
    }
)


TAG_KINDS = {
    ProjectStatus.SUBMITTED: "waiting",
    ProjectStatus.TO_CORRECT: "waiting",
    ProjectStatus.AWARDED: "good",
    ProjectStatus.REJECTED: "bad",
    ProjectStatus.REPORTED: "waiting",
    ProjectStatus.CORRECTING: "waiting",
    ProjectStatus.SETTLED: "good",
    ProjectStatus.CLOSED: "neutral",
    ProjectStatus.WITHDRAWN: "neutral",
    ProjectStatus.TERMINATED: "bad",
    ProjectStatus.RECOVERY: "late",
}


def _in_words(project: SmallProject, *amounts: Decimal) -> str:
    currency, language = project.call.currency, get_language()
    return " / ".join(money(amount, currency, language) for amount in amounts)


@admin.register(GrantCall)
class GrantCallAdmin(ReadOnlyAdmin):
    """Calls, with their rules frozen on the day they opened."""

    list_display = ["edition", "opened_at", "closes_at", "awarded_count", "awarded_sum", "pool"]
    list_select_related = ["edition"]
    ordering = ["-pk"]
    edition_lookup = "edition"

    def verbs_for(self, request, obj: GrantCall) -> list[Verb]:
        """The page of the call."""
        page = reverse("admin:grants_call", args=[obj.edition_id])
        return [Verb(_("Open the call's page"), page, method="get", primary=True)]


@admin.register(SmallProject)
class SmallProjectAdmin(ReadOnlyAdmin):
    """Small projects, with the next verb of each."""

    list_display = ["hromada", "number", "partner", "status_word", "points", "awarded_amount"]
    list_filter = ["status", ReportFilter]
    list_select_related = ["hromada", "host__gmina"]
    search_fields = ["number", "title", "hromada__name", "host__gmina__name"]
    ordering = ["hromada__sort_key", "pk"]
    edition_lookup = "call__edition"
    change_form_template = "admin/grants/smallproject/change_form.html"
    exclude = ["tranches_sum"]
    readonly_fields = ["sums", "board", "agreement_number", "money"]

    @admin.display(description=_("Polish partner"), ordering="host__gmina__sort_key")
    def partner(self, obj: SmallProject) -> str:
        """The gmina."""
        return obj.host.gmina.name

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, obj: SmallProject) -> str:
        """Word, shape and colour."""
        return status_tag(obj.get_status_display(), TAG_KINDS.get(obj.status, "info"))

    @admin.display(description=_("budget: total, grant, own contribution"))
    def sums(self, obj: SmallProject) -> str:
        """Sums by source, exact (G3)."""
        total = rules.sums(selectors.budget_of(obj))
        return _in_words(obj, total.total, total.grant, total.own)

    @admin.display(description=_("decision of the board"))
    def board(self, obj: SmallProject) -> str:
        """What was decided and why (G5)."""
        found = getattr(obj, "decision", None)
        return f"{found.get_outcome_display()}: {found.reason}" if found else ""

    @admin.display(description=_("agreement"))
    def agreement_number(self, obj: SmallProject) -> str:
        """Number, version and checksum (G20)."""
        found = getattr(obj, "agreement", None)
        return f"{found.number}, v{found.version}, SHA-256 {found.sha256}" if found else ""

    @admin.display(description=_("settlement: paid, accepted, to be returned"))
    def money(self, obj: SmallProject) -> str:
        """The end of the money, to the grosz."""
        found = getattr(obj, "settlement", None)
        return _in_words(obj, found.paid, found.accepted, found.returned) if found else ""

    def waits_for_of(self, request, obj: SmallProject) -> str:
        """Who has the ball, since when, and whether it is late (G15)."""
        found = waiting.waiting_for(obj)
        return found.sentence(timezone.now()) if found else ""

    def verbs_for(self, request, obj: SmallProject) -> list[Verb]:
        """What may happen next."""
        return verbs.of_project(request.user, obj)

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ) -> HttpResponse:
        """Budget, partner, sheets, tranches and reports as tables."""
        if obj is not None:
            context["tables"] = tables.of_project(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(ReportDocument)
class ReportDocumentAdmin(ReadOnlyAdmin):
    """Accounting documents of all grants."""

    list_display = [
        "number",
        "project",
        "line",
        "amount",
        "currency",
        "amount_pln",
        "paid_on",
        "scan_file",
    ]
    list_select_related = ["report__project__hromada", "line"]
    search_fields = ["number", "seller", "report__project__number"]
    ordering = ["-pk"]
    edition_lookup = "report__project__call__edition"

    @admin.display(description=_("scan"))
    def scan_file(self, obj: ReportDocument) -> str:
        """The scan, when there is one."""
        if obj.scan_id is None:
            return ""
        address = reverse("admin:core_download_file", args=[obj.scan_id])
        return format_html('<a href="{}">{}</a>', address, _("Open the scan"))

    @admin.display(description=_("project"))
    def project(self, obj: ReportDocument) -> str:
        """The number of the project."""
        return obj.report.project.number
