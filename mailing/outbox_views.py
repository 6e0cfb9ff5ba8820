"""Deeds at many letters of the outbox: first whom they reach and whom not, then the deed.

More letters than one person may let go are proposed here and released by another person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.admin import panel_context
from core.counts import Count
from core.states import TransitionNotAllowed
from mailing import selectors, services
from mailing.forms import ChoiceForm, OutboxFilterForm, PlanForm
from mailing.models import ReleaseProposal


@dataclass(frozen=True)
class Deed:
    """One deed at many letters: its words, who may, on which shelves it is offered."""

    label: Promise
    title: Promise
    permission: str
    shelves: tuple[str, ...]
    plan: Callable[..., services.Plan]
    verb: Callable
    primary: bool = False
    warns: bool = False


DEEDS = {
    "release": Deed(
        gettext_lazy("Release"),
        gettext_lazy("Release letters"),
        "mailing.release_letter",
        ("", "drafts"),
        services.plan_release,
        services.release_many,
        primary=True,
    ),
    "cancel": Deed(
        gettext_lazy("Do not send"),
        gettext_lazy("Do not send letters"),
        "mailing.release_letter",
        ("", "drafts", "unclear", "failed", "waiting"),
        services.plan_cancel,
        services.cancel_many,
        warns=True,
    ),
    "retry": Deed(
        gettext_lazy("Try again"),
        gettext_lazy("Try letters again"),
        "mailing.retry_letter",
        ("", "failed"),
        services.plan_retry,
        services.retry_many,
    ),
}
PROPOSE = Deed(
    gettext_lazy("Propose the release"),
    gettext_lazy("Propose the release of letters"),
    "mailing.release_letter",
    (),
    services.plan_release,
    services.propose_release,
)


@permission_required("mailing.view_letter", raise_exception=True)
def plan(request: HttpRequest) -> HttpResponse:
    """Whom a deed would reach and whom not; the button does it, at what was shown and no more."""
    name, deed = _deed_of(request)
    found = selectors.on_shelf(**OutboxFilterForm(request.GET).chosen())
    chosen = ChoiceForm(request.GET).of(found)
    form = PlanForm(request.POST or None)
    if form.is_valid():
        return _carry_out(request, deed, form.of(chosen))
    split = deed.plan(chosen)
    needs_second = name == "release" and services.needs_second_person(
        split.will, actor=request.user, now=timezone.now()
    )
    context = {
        "title": (PROPOSE if needs_second else deed).title,
        "deed": PROPOSE if needs_second else deed,
        "name": name,
        "needs_second": needs_second,
        "action": _address(request.GET, "propose" if needs_second else name),
        "plan": split,
    }
    return render(request, "mailing/plan.html", panel_context(request) | context)


def _deed_of(request: HttpRequest) -> tuple[str, Deed]:
    name = request.GET.get("deed", "")
    deed = {**DEEDS, "propose": PROPOSE}.get(name)
    if deed is None:
        raise Http404
    if not request.user.has_perm(deed.permission):
        raise PermissionDenied
    return name, deed


def _address(asked: QueryDict, name: str) -> str:
    """The same choice of letters, with this deed."""
    choice = asked.copy()
    choice["deed"] = name
    return f"?{choice.urlencode()}"


def _carry_out(request: HttpRequest, deed: Deed, letters) -> HttpResponse:
    try:
        done = deed.verb(letters, actor=request.user, now=timezone.now())
    except (services.NeedsSecondPerson, services.NothingToRelease) as error:
        messages.error(request, error.message)
        return redirect("admin:mailing_outbox")
    if isinstance(done, ReleaseProposal):
        messages.success(request, _("Proposed. Another person releases the letters."))
        return redirect("admin:mailing_proposal", done.pk)
    if done.will:
        words = {"deed": deed.label, "many": Count(len(done.will))}
        messages.success(request, _("%(deed)s – letters: %(many)s.") % words)
    else:
        messages.error(request, _("None of these letters could be changed any more."))
    return redirect("admin:mailing_outbox")


@require_safe
@permission_required("mailing.release_letter", raise_exception=True)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Letters that one person wants to let go, before another decides."""
    found = get_object_or_404(ReleaseProposal.objects.select_related("proposed_by"), pk=pk)
    letters = services.proposed_letters(found)
    is_open = found.status == ReleaseProposal.Status.WAITING
    context = {
        "title": _("Proposed release of letters"),
        "proposal": found,
        "is_open": is_open,
        "is_own": found.proposed_by == request.user,
        "plan": services.plan_release(letters) if is_open else services.Plan(list(letters)),
    }
    return render(request, "mailing/proposal.html", panel_context(request) | context)


def _decision(verb: Callable, done: Promise) -> Callable:
    """A button on a proposal: POST only, five moves."""

    @require_POST
    @permission_required("mailing.release_letter", raise_exception=True)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(ReleaseProposal.objects.select_related("proposed_by"), pk=pk)
        try:
            verb(found, actor=request.user, now=timezone.now())
        except (TransitionNotAllowed, services.OwnProposal) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return redirect("admin:mailing_proposal", pk)

    view.__name__ = verb.__name__
    view.__doc__ = verb.__doc__
    return view


release_proposed = _decision(
    services.release_proposed, gettext_lazy("Released. The letters are on their way.")
)
withdraw_proposal = _decision(
    services.withdraw_proposal, gettext_lazy("Taken back. The letters wait for release as before.")
)
