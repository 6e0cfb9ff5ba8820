"""The matching board, versions, placements and reports in the panel."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.admin import panel_context
from core.states import TransitionNotAllowed
from matching import selectors, services
from matching.explanations import CRITERIA, LIMITS
from matching.forms import DissolveForm, RemarkForm, RunForm
from matching.models import InternshipReport, MatchVersion, Placement, Proposal
from programme.models import Edition


@require_safe
@permission_required("matching.view_matchversion", raise_exception=True)
def board(request, edition_pk):
    """The pool of both sides, the versions, and what waits for an answer."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    context = {
        "edition": edition,
        "hosts": selectors.pool_hosts(edition),
        "interns": selectors.pool_interns(edition),
        "versions": selectors.versions(edition),
        "unanswered": selectors.unanswered(edition),
        "to_replace": selectors.to_replace(edition),
        "not_arrived": selectors.not_arrived(edition, today=timezone.localdate()),
        "form": RunForm(),
    }
    return render(request, "matching/staff_board.html", panel_context(request) | context)


@require_POST
@permission_required("matching.add_matchversion", raise_exception=True)
def run(request, edition_pk):
    """Run the matching and open the draft version."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    form = RunForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the version a name of at most 120 characters."))
        return redirect("admin:matching_board", edition.pk)
    try:
        made = services.run_matching(
            edition, name=form.cleaned_data["name"], actor=request.user, now=timezone.now()
        )
    except services.Infeasible as error:
        _say_why(request, error)
        return redirect("admin:matching_board", edition.pk)
    return redirect("admin:matching_version", made.pk)


def _say_why(request, error: services.Infeasible) -> None:
    messages.error(request, _("No result honours every rule. Please change one of these rules."))
    for reason in error.reasons:
        messages.warning(request, reason)


@require_POST
@permission_required("matching.add_matchversion", raise_exception=True)
def open_version(request, edition_pk):
    """An empty version, to be filled by hand (M6)."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    form = RunForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give the version a name of at most 120 characters."))
        return redirect("admin:matching_board", edition.pk)
    made = services.open_version(
        edition, name=form.cleaned_data["name"], actor=request.user, now=timezone.now()
    )
    return redirect("admin:matching_version", made.pk)


@require_safe
@permission_required("matching.view_matchversion", raise_exception=True)
def version(request, pk):
    """One version: its proof, its pairs with the points opened, who has no place and why."""
    versions = MatchVersion.objects.select_related("edition", "author", "approved_by")
    found = get_object_or_404(versions, pk=pk)
    earlier = selectors.version_before(found)
    pairs = [_row(proposal) for proposal in selectors.proposals_of(found)]
    kept = selectors.pairs_kept(found, earlier) if earlier else 0
    context = {
        "version": found,
        "pairs": pairs,
        "left": _left(found),
        "earlier": earlier,
        "kept": kept,
        "new": len(pairs) - kept,
    }
    return render(request, "matching/staff_version.html", panel_context(request) | context)


def _left(version: MatchVersion) -> list[dict]:
    """Who has no place, by name, and the limit that caused it (M4)."""
    numbers = [row["intern"] for row in version.left_over]
    people = {one.number: one for one in selectors.numbered(version.edition, numbers)}
    return [
        {
            "intern": people.get(row["intern"], row["intern"]),
            "limit": LIMITS.get(row["limit"], row["limit"]),
        }
        for row in version.left_over
    ]


def _row(proposal: Proposal) -> dict:
    points = [
        {"label": CRITERIA.get(code, code), "points": points, "most": most}
        for code, points, most in proposal.breakdown
    ]
    return {"proposal": proposal, "points": points}


@require_POST
@permission_required("matching.publish_matchversion", raise_exception=True)
def approve(request, pk):
    """A second person approves."""
    found = get_object_or_404(MatchVersion, pk=pk)
    try:
        services.approve_version(found, actor=request.user, now=timezone.now())
    except services.OwnWork as error:
        messages.error(request, str(error.message))
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Approved. It can be published now."))
    return redirect("admin:matching_version", pk)


@require_POST
@permission_required("matching.publish_matchversion", raise_exception=True)
def publish(request, pk):
    """Show every pair to both sides; the letters wait in the outbox."""
    found = get_object_or_404(MatchVersion.objects.select_related("edition"), pk=pk)
    try:
        number = services.publish_version(found, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            _("Published pairs: %(n)s. The letters are waiting in the outbox.") % {"n": number},
        )
    return redirect("admin:matching_version", pk)


@permission_required("matching.change_proposal", raise_exception=True)
def dissolve(request, pk):
    """Take a pair apart, with a reason."""
    proposal = get_object_or_404(Proposal.objects.for_table(), pk=pk)
    form = DissolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.dissolve(
                proposal,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The pair is taken apart. Its history stays."))
        return redirect("admin:matching_version", proposal.version_id)
    return _ask(request, form, _("Take the pair apart"), str(proposal))


@require_POST
@permission_required("matching.change_placement", raise_exception=True)
def start(request, pk):
    """The intern has arrived."""
    return _walk(request, pk, services.start_placement)


@require_POST
@permission_required("matching.change_placement", raise_exception=True)
def finish(request, pk):
    """The internship came to its end."""
    return _walk(request, pk, services.finish_placement)


@require_POST
@permission_required("matching.add_certificate", raise_exception=True)
def certificate(request, pk):
    """Make the certificate."""
    return _walk(request, pk, services.issue_certificate)


def _walk(request, pk, verb):
    placement = get_object_or_404(Placement.objects.for_table(), pk=pk)
    try:
        verb(placement, actor=request.user, now=timezone.now())
    except services.ReportsMissing:
        messages.error(request, _("The reports of the intern and of the mentor are missing."))
    except services.NotFinished:
        messages.error(request, _("There is no certificate before the end of the internship."))
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Done. Letters, if any, are waiting in the outbox."))
    return redirect("admin:matching_placement_change", pk)


@permission_required("matching.change_placement", raise_exception=True)
def break_off(request, pk):
    """The internship does not go on; the reason stays on record."""
    placement = get_object_or_404(Placement.objects.for_table(), pk=pk)
    form = DissolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.break_off_placement(
                placement,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        return redirect("admin:matching_placement_change", pk)
    return _ask(request, form, _("Break the internship off"), str(placement))


@require_POST
@permission_required("matching.change_internshipreport", raise_exception=True)
def accept_report(request, pk):
    """A coordinator has read the report."""
    report = get_object_or_404(InternshipReport, pk=pk)
    try:
        services.accept_report(report, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The report is accepted."))
    return redirect("admin:matching_internshipreport_change", pk)


@permission_required("matching.change_internshipreport", raise_exception=True)
def return_report(request, pk):
    """A coordinator asks for a correction."""
    report = get_object_or_404(InternshipReport.objects.select_related("placement"), pk=pk)
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_report(report, remark=form.cleaned_data["remark"], actor=request.user)
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        return redirect("admin:matching_internshipreport_change", pk)
    return _ask(request, form, _("Return the report"), report.get_author_display())


def _ask(request, form, heading: str, about: str):
    context = {"form": form, "heading": heading, "about": about}
    return render(request, "components/panel_reason.html", panel_context(request) | context)
