"""The money of small projects in the panel: agreement, tranches, reports, settlement."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import uploads
from grants import services
from grants.enums import ReportKind
from grants.forms import PaidForm, ReasonForm, SignedForm
from grants.models import GrantAgreement, GrantReport, SmallProject, Tranche
from grants.panel import ask, carry_out, project_page

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _project(pk: int) -> SmallProject:
    return get_object_or_404(SmallProject.objects.for_table(), pk=pk)


def _tranche(pk: int) -> Tranche:
    rows = Tranche.objects.select_related(
        "project__call__edition", "project__hromada", "project__host__gmina"
    )
    return get_object_or_404(rows, pk=pk)


def _report(pk: int) -> GrantReport:
    return get_object_or_404(
        GrantReport.objects.select_related(
            "project__call__edition", "project__hromada", "project__host__gmina"
        ),
        pk=pk,
    )


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def agree_budget(request, pk):
    """The final budget is agreed."""
    carry_out(request, services.agree_budget, _project(pk))
    return project_page(pk)


@require_POST
@permission_required("grants.add_grantagreement", raise_exception=True)
def make_agreement(request, pk):
    """Make the agreement as PDF."""
    carry_out(request, services.make_agreement, _project(pk))
    return project_page(pk)


@READ_OR_POST
@permission_required("grants.add_grantagreement", raise_exception=True)
def sign_agreement(request, pk):
    """Both sides have signed."""
    rows = GrantAgreement.objects.select_related("project__call__edition")
    agreement = get_object_or_404(rows, pk=pk)
    form = SignedForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        signed_on, scan = form.cleaned_data["signed_on"], form.cleaned_data["scan"]
        owner = f"project:{agreement.project_id}"
        stored = (
            uploads.store(scan, owner=owner, now=timezone.now(), is_of_staff=True) if scan else None
        )
        carry_out(request, services.sign_agreement, agreement, signed_on=signed_on, scan=stored)
        return project_page(agreement.project_id)
    return ask(request, form, _("The agreement is signed"), agreement.number)


@require_POST
@permission_required("grants.change_tranche", raise_exception=True)
def propose_tranche(request, pk):
    """Propose a payment."""
    tranche = _tranche(pk)
    carry_out(request, services.propose_tranche, tranche)
    return project_page(tranche.project_id)


@require_POST
@permission_required("grants.approve_tranche", raise_exception=True)
def approve_tranche(request, pk):
    """A second person approves the payment."""
    tranche = _tranche(pk)
    carry_out(request, services.approve_tranche, tranche)
    return project_page(tranche.project_id)


@READ_OR_POST
@permission_required("grants.change_tranche", raise_exception=True)
def pay_tranche(request, pk):
    """The bank has paid."""
    tranche = _tranche(pk)
    form = PaidForm(request.POST or None)
    if form.is_valid():
        carry_out(request, services.pay_tranche, tranche, paid_on=form.cleaned_data["paid_on"])
        return project_page(tranche.project_id)
    return ask(request, form, _("The tranche is paid"), str(tranche))


@require_POST
@permission_required("grants.change_grantreport", raise_exception=True)
def open_report(request, pk, kind):
    """Ask for the interim or the final report."""
    if kind not in ReportKind.values:
        raise Http404
    carry_out(request, services.open_report, _project(pk), kind=ReportKind(kind))
    return project_page(pk)


@require_POST
@permission_required("grants.change_grantreport", raise_exception=True)
def accept_report(request, pk):
    """Accept a report."""
    report = _report(pk)
    carry_out(request, services.accept_report, report)
    return project_page(report.project_id)


@READ_OR_POST
@permission_required("grants.change_grantreport", raise_exception=True)
def return_report(request, pk):
    """Return a report with remarks."""
    report = _report(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        carry_out(request, services.return_report, report, remark=form.cleaned_data["reason"])
        return project_page(report.project_id)
    return ask(request, form, _("Return the report"), str(report))


@require_POST
@permission_required("grants.add_settlement", raise_exception=True)
def settle(request, pk):
    """Settle the project to the grosz."""
    carry_out(request, services.settle_project, _project(pk))
    return project_page(pk)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def close(request, pk):
    """Nothing is open any more."""
    carry_out(request, services.close_project, _project(pk))
    return project_page(pk)
