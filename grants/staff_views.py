"""Small projects in the panel: the call, the check, the ranking, the money."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import roles, uploads
from core.admin import panel_context
from core.models import User
from core.states import TransitionNotAllowed
from grants import selectors, services
from grants.enums import ReportKind
from grants.forms import AssignForm, PaidForm, ReasonForm, SignedForm
from grants.models import (
    BoardDecision,
    GrantAgreement,
    GrantCall,
    GrantReport,
    SmallProject,
    Tranche,
)
from programme.models import Edition

REFUSALS = {
    services.PartnerMissing: gettext_lazy(
        "The Polish partner has not confirmed the application as it stands now."
    ),
    services.OwnWork: gettext_lazy("Somebody other than the author has to approve."),
    services.ReportNotAccepted: gettext_lazy("This waits for an accepted report."),
    IntegrityError: gettext_lazy("This would pass the pool or the number of grants of the call."),
}


def _carry_out(request, verb, record, **arguments) -> None:
    """Call one verb; say what came of it."""
    try:
        verb(record, actor=request.user, now=timezone.now(), **arguments)
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except tuple(REFUSALS) as error:
        messages.error(request, str(REFUSALS[type(error)]))
    else:
        messages.success(request, _("Done. Letters, if any, are waiting in the outbox."))


def _project_page(project_pk: int):
    return redirect("admin:grants_smallproject_change", project_pk)


def _ask(request, form, heading: str, about: str):
    context = {"form": form, "heading": heading, "about": about}
    return render(request, "components/panel_reason.html", panel_context(request) | context)


@require_safe
@permission_required("grants.view_grantcall", raise_exception=True)
def call(request, edition_pk):
    """The call of an edition: what waits in each step, and the ranking."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    found = GrantCall.objects.filter(edition=edition).select_related("edition").first()
    context = {"edition": edition, "call": found}
    if found:
        context |= {
            "to_invite": selectors.awaiting_invitation(found),
            "to_check": selectors.projects_to_check(found),
            "to_assign": selectors.projects_to_assign(found),
            "ranking": selectors.ranking(found),
            "decisions": selectors.decisions_to_approve(found),
            "tranches": selectors.tranches_to_approve(found),
        }
    return render(request, "grants/staff_call.html", panel_context(request) | context)


@require_POST
@permission_required("grants.add_grantcall", raise_exception=True)
def open_call(request, edition_pk):
    """Open the call with the rules that the edition has now."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    if not (edition.grant_closes_at and edition.grant_starts_on and edition.grant_ends_on):
        messages.error(request, _("Please set the dates of the call in the edition first."))
    else:
        services.open_call(edition, actor=request.user, now=timezone.now())
        messages.success(request, _("The call is open. Its rules are frozen."))
    return redirect("admin:grants_call", edition.pk)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def invite(request, pk):
    """Write to every hromada of a finished internship that was not invited yet."""
    found = get_object_or_404(GrantCall.objects.select_related("edition"), pk=pk)
    placements = list(selectors.awaiting_invitation(found))
    for placement in placements:
        services.start_project(
            found,
            placement=placement,
            email=placement.application.head_email or placement.application.email,
            actor=request.user,
            now=timezone.now(),
        )
    messages.success(
        request, _("Invitations written as drafts: %(n)s") % {"n": len(placements)}
    )
    return redirect("admin:grants_call", found.edition_id)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def accept_formally(request, pk):
    """The application goes to the evaluators."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.accept_formally, project)
    return _project_page(pk)


@permission_required("grants.change_smallproject", raise_exception=True)
def return_for_correction(request, pk):
    """One call for corrections, with what is to be mended."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["reason"]
        _carry_out(request, services.return_for_correction, project, note=note)
        return _project_page(pk)
    return _ask(request, form, _("Return for correction"), str(project))


@permission_required("grants.change_smallproject", raise_exception=True)
def reject_formally(request, pk):
    """A formal fault that cannot be mended."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _carry_out(request, services.reject_formally, project, reason=reason)
        return _project_page(pk)
    return _ask(request, form, _("Reject for a formal fault"), str(project))


@permission_required("grants.add_projectevaluation", raise_exception=True)
def assign(request, pk):
    """Choose the evaluators of a project."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    people = User.objects.filter(groups__name=roles.EVALUATOR, is_active=True).order_by(
        "last_name", "pk"
    )
    form = AssignForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["evaluators"]
        _carry_out(request, services.assign_evaluators, project, evaluators=chosen)
        return _project_page(pk)
    return _ask(request, form, _("Assign evaluators"), str(project))


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def rank(request, pk):
    """Make the ranking out of the final sheets."""
    found = get_object_or_404(GrantCall.objects.select_related("edition"), pk=pk)
    try:
        services.rank_projects(found, actor=request.user, now=timezone.now())
    except services.NotAllFinal as error:
        missing = ", ".join(map(str, error.projects))
        messages.error(
            request, _("These projects need another final sheet: %(n)s") % {"n": missing}
        )
    else:
        messages.success(request, _("The ranking is made."))
    return redirect("admin:grants_call", found.edition_id)


@permission_required("grants.add_boarddecision", raise_exception=True)
def propose(request, pk):
    """Propose to the board what follows from the ranking."""
    found = get_object_or_404(GrantCall.objects.select_related("edition"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _carry_out(request, services.propose_decisions, found, reason=reason)
        return redirect("admin:grants_call", found.edition_id)
    return _ask(request, form, _("Propose the decisions"), str(found))


@require_POST
@permission_required("grants.approve_boarddecision", raise_exception=True)
def approve_decision(request, pk):
    """A second person approves one decision."""
    decision = get_object_or_404(BoardDecision.objects.select_related("project__call"), pk=pk)
    _carry_out(request, services.approve_decision, decision)
    return redirect("admin:grants_call", decision.project.call.edition_id)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def agree_budget(request, pk):
    """The final budget is agreed."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.agree_budget, project)
    return _project_page(pk)


@require_POST
@permission_required("grants.add_grantagreement", raise_exception=True)
def make_agreement(request, pk):
    """Make the agreement as PDF."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.make_agreement, project)
    return _project_page(pk)


@permission_required("grants.add_grantagreement", raise_exception=True)
def sign_agreement(request, pk):
    """Both sides have signed."""
    agreement = get_object_or_404(GrantAgreement.objects.select_related("project__call"), pk=pk)
    form = SignedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        scan = form.cleaned_data["scan"]
        stored = None
        if scan:
            owner = f"project:{agreement.project_id}"
            stored = uploads.store(scan, kinds={"pdf"}, owner=owner, now=timezone.now())
        signed_on = form.cleaned_data["signed_on"]
        _carry_out(
            request, services.sign_agreement, agreement, signed_on=signed_on, scan=stored
        )
        return _project_page(agreement.project_id)
    return _ask(request, form, _("The agreement is signed"), agreement.number)


@require_POST
@permission_required("grants.change_tranche", raise_exception=True)
def propose_tranche(request, pk):
    """Propose a payment."""
    return _tranche(request, pk, services.propose_tranche)


@require_POST
@permission_required("grants.approve_tranche", raise_exception=True)
def approve_tranche(request, pk):
    """A second person approves the payment."""
    return _tranche(request, pk, services.approve_tranche)


def _tranche(request, pk, verb):
    tranche = get_object_or_404(Tranche.objects.select_related("project__call__edition"), pk=pk)
    _carry_out(request, verb, tranche)
    return _project_page(tranche.project_id)


@permission_required("grants.change_tranche", raise_exception=True)
def pay_tranche(request, pk):
    """The bank has paid."""
    tranche = get_object_or_404(
        Tranche.objects.select_related("project__call__edition", "project__hromada"), pk=pk
    )
    form = PaidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _carry_out(request, services.pay_tranche, tranche, paid_on=form.cleaned_data["paid_on"])
        return _project_page(tranche.project_id)
    return _ask(request, form, _("The tranche is paid"), str(tranche))


@require_POST
@permission_required("grants.change_grantreport", raise_exception=True)
def open_report(request, pk):
    """Ask for the final report."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.open_report, project, kind=ReportKind.FINAL)
    return _project_page(pk)


@require_POST
@permission_required("grants.change_grantreport", raise_exception=True)
def accept_report(request, pk):
    """Accept a report."""
    report = get_object_or_404(GrantReport.objects.select_related("project__call"), pk=pk)
    _carry_out(request, services.accept_report, report)
    return _project_page(report.project_id)


@permission_required("grants.change_grantreport", raise_exception=True)
def return_report(request, pk):
    """Return a report with remarks."""
    report = get_object_or_404(GrantReport.objects.select_related("project__call"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        remark = form.cleaned_data["reason"]
        _carry_out(request, services.return_report, report, remark=remark)
        return _project_page(report.project_id)
    return _ask(request, form, _("Return the report"), str(report))


@require_POST
@permission_required("grants.add_settlement", raise_exception=True)
def settle(request, pk):
    """Settle the project to the grosz."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.settle_project, project)
    return _project_page(pk)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def close(request, pk):
    """Nothing is open any more."""
    project = get_object_or_404(SmallProject.objects.for_table(), pk=pk)
    _carry_out(request, services.close_project, project)
    return _project_page(pk)
