"""Pairs by hand in the panel: see a score and pair, mend the words, find a replacement."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin import panel_context
from core.states import TransitionNotAllowed
from matching import selectors, services
from matching.enums import ProposalStatus
from matching.explanations import CRITERIA, REFUSALS
from matching.forms import ExplanationForm, PairForm
from matching.models import MatchVersion, Proposal
from matching.pool import Pool, pool_of
from matching.replacements import suggestions
from matching.services.by_hand import refusal


@permission_required("matching.change_proposal", raise_exception=True)
def pair(request, pk):
    """Choose a host and an intern, see their score opened, and pair them (M6)."""
    version = get_object_or_404(MatchVersion.objects.select_related("edition"), pk=pk)
    typed = request.POST if request.method == "POST" else request.GET
    form = PairForm(
        typed if "host" in typed else None,
        hosts=selectors.pool_hosts(version.edition),
        interns=selectors.pool_interns(version.edition),
    )
    if request.method == "POST" and form.is_valid() and _paired(request, form, version):
        return redirect("admin:matching_version", version.pk)
    context = {"version": version, "form": form}
    if form.is_bound and form.is_valid():
        context["seen"] = _seen(pool_of(version.edition), version, form.cleaned_data)
    return render(request, "matching/staff_pair.html", panel_context(request) | context)


def _paired(request, form: PairForm, version: MatchVersion) -> bool:
    try:
        services.pair_by_hand(
            version,
            declaration=form.cleaned_data["host"],
            application=form.cleaned_data["intern"],
            actor=request.user,
        )
    except services.PairRefused as error:
        messages.error(request, str(REFUSALS[error.limit]))
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The pair is made."))
        return True
    return False


def _seen(pool: Pool, version: MatchVersion, chosen: dict) -> dict:
    """The score of the chosen pair and what stands in its way."""
    host, intern = chosen["host"].survey.gmina.teryt, chosen["intern"].number
    limit = refusal(pool, version, host=host, intern=intern)
    seen = {**chosen, "refusal": REFUSALS[limit] if limit else ""}
    if host in pool.declarations and intern in pool.applications:
        seen |= _opened(pool.score(host, intern))
    return seen


def _opened(score) -> dict:
    return {
        "total": score.total,
        "points": [
            {"label": CRITERIA[row.code], "points": row.points, "most": row.most}
            for row in score.criteria
        ],
    }


@permission_required("matching.change_proposal", raise_exception=True)
def explanation(request, pk):
    """Change the two lines that both sides will read (M17)."""
    proposal = get_object_or_404(Proposal.objects.for_table(), pk=pk, status=ProposalStatus.DRAFT)
    form = ExplanationForm(
        request.POST or None,
        initial={"polish": proposal.explanation_pl, "ukrainian": proposal.explanation_uk},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_explanation(proposal, actor=request.user, **form.cleaned_data)
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The explanation is saved."))
        return redirect("admin:matching_version", proposal.version_id)
    context = {"form": form, "heading": _("Why this pair"), "about": _names(proposal)}
    return render(request, "matching/staff_explanation.html", panel_context(request) | context)


@permission_required("matching.change_proposal", raise_exception=True)
def replacement(request, pk):
    """After a decline: the best free partners of both sides; one button proposes a pair (M14)."""
    proposal = get_object_or_404(Proposal.objects.for_table(), pk=pk)
    if proposal.status not in (ProposalStatus.DECLINED, ProposalStatus.LAPSED):
        raise Http404
    edition = proposal.version.edition
    form = PairForm(
        request.POST or None,
        hosts=selectors.pool_hosts(edition),
        interns=selectors.pool_interns(edition),
    )
    if request.method == "POST" and form.is_valid():
        made = _replaced(request, form, proposal)
        if made:
            return redirect("admin:matching_version", made.pk)
    context = {"proposal": proposal, "edition": edition, **_next_best(proposal)}
    return render(request, "matching/staff_replacement.html", panel_context(request) | context)


def _next_best(proposal: Proposal) -> dict:
    pool = pool_of(proposal.version.edition)
    host, intern = proposal.declaration.survey.gmina.teryt, proposal.application.number
    return {
        "for_host": suggestions(pool, host=host),
        "for_intern": suggestions(pool, intern=intern),
        "free_places": pool.places,
    }


def _replaced(request, form: PairForm, proposal: Proposal) -> MatchVersion | None:
    try:
        made = services.replace_pair(
            proposal,
            declaration=form.cleaned_data["host"],
            application=form.cleaned_data["intern"],
            actor=request.user,
            now=timezone.now(),
        )
    except services.PairRefused as error:
        messages.error(request, str(REFUSALS[error.limit]))
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, _("The replacement is a draft version. A second person approves it.")
        )
        return made
    return None


def _names(proposal: Proposal) -> str:
    return f"{proposal.declaration.survey.gmina.name} – {proposal.application}"
