"""Calls, projects and their money as records of the panel."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import audit
from core.admin import PanelAdmin, Verb
from grants.enums import ProjectStatus, ReportStatus, TrancheStatus
from grants.models import (
    BudgetLine,
    GrantCall,
    GrantReport,
    PartnerConfirmation,
    ProjectEvaluation,
    ReportDocument,
    SmallProject,
    Tranche,
)

audit.describe(
    {
        "grants.grantcall.opened": _("The call was opened"),
        "grants.smallproject.invited": _("The hromada was invited"),
        "grants.smallproject.saved": _("A page of the application was saved"),
        "grants.smallproject.budget_saved": _("The budget was saved"),
        "grants.smallproject.partner_confirmed": _("The partner confirmed"),
        "grants.smallproject.partner_refused": _("The partner refused"),
        "grants.smallproject.confirmation_withdrawn": _(
            "A change took the partner's confirmation back"
        ),
        "grants.projectevaluation.assigned": _("An evaluator was assigned"),
        "grants.boarddecision.proposed": _("A decision was proposed"),
        "grants.boarddecision.approved": _("The decision was approved"),
        "grants.grantagreement.made": _("The agreement was made"),
        "grants.grantagreement.signed": _("The agreement was signed"),
        "grants.grantreport.asked": _("The report was asked for"),
        "grants.reportdocument.added": _("A document was added"),
        "grants.reportdocument.removed": _("A document was removed"),
    }
)


class ReadOnlyInline(admin.TabularInline):
    """Rows to be read; deeds write them."""

    extra = 0
    can_delete = False
    ordering = ["pk"]

    def has_add_permission(self, request, obj=None) -> bool:
        """Deeds make them."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Verbs change them."""
        return False


class LineInline(ReadOnlyInline):
    """The budget."""

    model = BudgetLine
    fields = ["position", "category", "description", "total", "grant"]
    ordering = ["position", "pk"]

    def get_queryset(self, request):
        """With the category."""
        return super().get_queryset(request).select_related("category")


class ConfirmationInline(ReadOnlyInline):
    """What the partner said."""

    model = PartnerConfirmation
    fields = ["is_confirmed", "role_confirmed", "answered_at", "withdrawn_at", "withdrawn_because"]


class EvaluationInline(ReadOnlyInline):
    """The sheets."""

    model = ProjectEvaluation
    fields = ["evaluator", "status", "points", "submitted_at"]

    def get_queryset(self, request):
        """With the person."""
        return super().get_queryset(request).select_related("evaluator")


class TrancheInline(ReadOnlyInline):
    """The tranches."""

    model = Tranche
    fields = ["number", "amount", "status", "proposed_by", "approved_by", "paid_on"]
    ordering = ["number", "pk"]

    def get_queryset(self, request):
        """With the people."""
        return super().get_queryset(request).select_related("proposed_by", "approved_by")


class ReportInline(ReadOnlyInline):
    """The reports."""

    model = GrantReport
    fields = ["kind", "status", "due_on", "sent_at", "remark"]


class ReadOnlyAdmin(PanelAdmin):
    """Records that deeds write; they are read here."""

    def has_add_permission(self, request) -> bool:
        """Deeds make them."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Verbs change them."""
        return False


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

    list_display = ["number", "hromada", "partner", "status", "points", "awarded_amount"]
    list_filter = ["status"]
    list_select_related = ["hromada", "host__gmina"]
    search_fields = ["number", "title", "hromada__name", "host__gmina__name"]
    ordering = ["hromada__sort_key", "pk"]
    edition_lookup = "call__edition"
    inlines = [LineInline, ConfirmationInline, EvaluationInline, TrancheInline, ReportInline]
    exclude = ["tranches_sum"]

    @admin.display(description=_("Polish partner"), ordering="host__gmina__sort_key")
    def partner(self, obj: SmallProject) -> str:
        """The gmina."""
        return obj.host.gmina.name

    def verbs_for(self, request, obj: SmallProject) -> list[Verb]:
        """What may happen next."""
        if not request.user.has_perm("grants.change_smallproject"):
            return self._second_person(request, obj)
        status = ProjectStatus(obj.status)
        steps = {
            ProjectStatus.SUBMITTED: [
                ("accept", _("Formally correct"), "post", True),
                ("return", _("Return for correction"), "get", False),
                ("reject", _("Reject for a formal fault"), "get", False),
            ],
            ProjectStatus.IN_EVALUATION: [("assign", _("Assign evaluators"), "get", True)],
            ProjectStatus.AWARDED: [("agree_budget", _("The budget is agreed"), "post", True)],
            ProjectStatus.BUDGET_AGREED: [("agreement", _("Make the agreement"), "post", True)],
            ProjectStatus.IN_PROGRESS: [
                ("open_report", _("Ask for the final report"), "post", True)
            ],
            ProjectStatus.REPORTED: [("settle", _("Settle the project"), "post", False)],
            ProjectStatus.SETTLED: [("close", _("Close the project"), "post", True)],
        }
        verbs = [
            Verb(label, reverse(f"admin:grants_{name}", args=[obj.pk]), method, primary)
            for name, label, method, primary in steps.get(status, [])
        ]
        return [*verbs, *self._agreement(obj), *self._second_person(request, obj), *_reports(obj)]

    def _agreement(self, obj: SmallProject) -> list[Verb]:
        found = getattr(obj, "agreement", None)
        if found is None:
            return []
        download = reverse("admin:core_download_file", args=[found.file_id])
        verbs = [Verb(_("Agreement (PDF)"), download, method="get")]
        if obj.status == ProjectStatus.BUDGET_AGREED:
            signed = reverse("admin:grants_signed", args=[found.pk])
            verbs.append(Verb(_("The agreement is signed"), signed, method="get"))
        return verbs

    def _second_person(self, request, obj: SmallProject) -> list[Verb]:
        verbs = []
        for tranche in obj.tranches.order_by("number"):
            word = {"number": tranche.number}
            if tranche.status == TrancheStatus.PLANNED:
                name, label, method = "propose_tranche", _("Propose tranche %(number)s"), "post"
            elif tranche.status == TrancheStatus.PROPOSED:
                name, label, method = "approve_tranche", _("Approve tranche %(number)s"), "post"
            elif tranche.status == TrancheStatus.APPROVED:
                name, label, method = "pay_tranche", _("Tranche %(number)s is paid"), "get"
            else:
                continue
            may = "approve_tranche" if name == "approve_tranche" else "change_tranche"
            if request.user.has_perm(f"grants.{may}"):
                address = reverse(f"admin:grants_{name}", args=[tranche.pk])
                verbs.append(Verb(label % word, address, method))
        return verbs


def _reports(obj: SmallProject) -> list[Verb]:
    verbs = []
    for report in obj.reports.filter(status=ReportStatus.SENT).order_by("pk"):
        accept = reverse("admin:grants_accept_report", args=[report.pk])
        back = reverse("admin:grants_return_report", args=[report.pk])
        verbs.append(Verb(_("Accept the report"), accept, primary=True))
        verbs.append(Verb(_("Return the report"), back, method="get"))
    return verbs


@admin.register(ReportDocument)
class ReportDocumentAdmin(ReadOnlyAdmin):
    """Accounting documents of all grants."""

    list_display = ["number", "project", "line", "amount", "currency", "amount_pln", "paid_on"]
    list_select_related = ["report__project__hromada", "line"]
    search_fields = ["number", "seller", "report__project__number"]
    ordering = ["-pk"]
    edition_lookup = "report__project__call__edition"

    @admin.display(description=_("project"))
    def project(self, obj: ReportDocument) -> str:
        """The number of the project."""
        return obj.report.project.number
