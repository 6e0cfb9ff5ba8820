"""Small projects in the panel: the call, the formal check, the evaluators, the decisions."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import roles
from core.admin import panel_context
from core.db import by_alphabet
from core.formats import WARSAW
from core.models import User
from grants import selectors, services
from grants.forms import AssignForm, ReasonForm
from grants.models import BoardDecision, GrantCall, SmallProject
from grants.panel import ask, carry_out, project_page
from programme.models import Edition

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _call(pk: int) -> GrantCall:
    return get_object_or_404(GrantCall.objects.select_related("edition"), pk=pk)


def _project(pk: int) -> SmallProject:
    return get_object_or_404(SmallProject.objects.for_table(), pk=pk)


@require_safe
@permission_required("grants.view_grantcall", raise_exception=True)
def call(request, edition_pk):
    """The call of an edition: what waits in each step, what is late, and the ranking."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    found = GrantCall.objects.filter(edition=edition).select_related("edition").first()
    context = {"edition": edition, "call": found}
    if found:
        context |= _worklists(found)
    return render(request, "grants/staff_call.html", panel_context(request) | context)


def _worklists(found: GrantCall) -> dict:
    now = timezone.now()
    today = now.astimezone(WARSAW).date()
    return {
        "to_invite": selectors.awaiting_invitation(found),
        "to_check": selectors.projects_to_check(found),
        "to_assign": selectors.projects_to_assign(found),
        "ranking": selectors.ranking(found),
        "may_propose": selectors.projects_to_decide(found).exists(),
        "decisions": selectors.decisions_to_approve(found),
        "tranches": selectors.tranches_to_approve(found),
        "late_corrections": selectors.late_corrections(found, now=now),
        "late_reports": selectors.late_reports(found, today=today),
        "late_returns": selectors.late_returns(found, today=today),
    }


@require_POST
@permission_required("grants.add_grantcall", raise_exception=True)
def open_call(request, edition_pk):
    """Open the call with the rules that the edition has now."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    try:
        services.open_call(edition, actor=request.user, now=timezone.now())
    except services.CallNotReady:
        messages.error(request, _("Please set the dates of the call in the edition first."))
    else:
        messages.success(request, _("The call is open. Its rules are frozen."))
    return redirect("admin:grants_call", edition.pk)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def invite(request, pk):
    """Write to every hromada of a finished internship that was not invited yet."""
    found = _call(pk)
    invited = services.invite_all(found, actor=request.user, now=timezone.now())
    messages.success(request, _("Invitations written as drafts: %(n)s") % {"n": len(invited)})
    return redirect("admin:grants_call", found.edition_id)


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def accept_formally(request, pk):
    """The application goes to the evaluators."""
    carry_out(request, services.accept_formally, _project(pk))
    return project_page(pk)


@READ_OR_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def return_for_correction(request, pk):
    """One call for corrections, with what is to be mended."""
    project = _project(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        note = form.cleaned_data["reason"]
        carry_out(request, services.return_for_correction, project, note=note)
        return project_page(pk)
    return ask(request, form, _("Return for correction"), str(project))


@READ_OR_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def reject_formally(request, pk):
    """A formal fault that cannot be mended."""
    project = _project(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        carry_out(request, services.reject_formally, project, reason=reason)
        return project_page(pk)
    return ask(request, form, _("Reject for a formal fault"), str(project))


@READ_OR_POST
@permission_required("grants.add_projectevaluation", raise_exception=True)
def assign(request, pk):
    """Choose evaluators among those who do not have the project yet."""
    project = _project(pk)
    people = (
        User.objects.filter(groups__name=roles.EVALUATOR, is_active=True)
        .exclude(project_evaluations__project=project)
        .order_by(by_alphabet("last_name"), "pk")
    )
    form = AssignForm(request.POST or None, people=people)
    if form.is_valid():
        chosen = list(form.cleaned_data["evaluators"])
        carry_out(request, services.assign_evaluators, project, evaluators=chosen)
        return project_page(pk)
    return ask(request, form, _("Assign evaluators"), str(project))


@require_POST
@permission_required("grants.change_smallproject", raise_exception=True)
def rank(request, pk):
    """Make the ranking out of the final sheets."""
    found = _call(pk)
    carry_out(request, services.rank_projects, found)
    return redirect("admin:grants_call", found.edition_id)


@READ_OR_POST
@permission_required("grants.add_boarddecision", raise_exception=True)
def propose(request, pk):
    """Propose to the board what follows from the ranking."""
    found = _call(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        carry_out(request, services.propose_decisions, found, reason=reason)
        return redirect("admin:grants_call", found.edition_id)
    return ask(request, form, _("Propose the decisions"), str(found))


@require_POST
@permission_required("grants.approve_boarddecision", raise_exception=True)
def approve_decision(request, pk):
    """A second person approves one decision."""
    decision = get_object_or_404(BoardDecision.objects.select_related("project__call"), pk=pk)
    carry_out(request, services.approve_decision, decision)
    return redirect("admin:grants_call", decision.project.call.edition_id)
