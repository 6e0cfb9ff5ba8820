"""Panel pages about municipalities: invite, decide, exceptions."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from applications import host_tables
from applications.forms.host_door import ExceptionForm
from applications.forms.host_staff import InviteForm, PlanFilterForm
from applications.models import HostSurvey
from applications.selectors.host import (
    exceptions_awaiting,
    invitation_plan,
    surveys_awaiting_decision,
)
from applications.services import host as services
from core.admin import edition_of, panel_context, url_of
from core.counts import Count
from core.states import TransitionNotAllowed
from core.wiring import across_rooms
from mailing.models import Mailing
from programme.models import Edition


def chosen_edition(request: HttpRequest) -> Edition:
    """The edition of the page; without any edition there is no such page."""
    edition = edition_of(request)
    if edition is None:
        raise Http404("no edition")
    return edition


def record(pk: int) -> HttpResponse:
    """Back to the record in the panel."""
    return redirect("admin:applications_hostsurvey_change", pk)


def find(pk: int) -> HostSurvey:
    """The survey, sent at least once: nothing is decided about a draft."""
    return get_object_or_404(HostSurvey.objects.for_table().exclude(submitted_at=None), pk=pk)


def show(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A page of the panel with the frame around it."""
    return render(request, f"admin/applications/hosts/{template}", panel_context(request) | context)


def press(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    """Carry out one verb and say how it went; who comes second is told by whom it was done."""
    try:
        verb()
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.SamePerson:
        messages.error(request, _("Nobody approves what they proposed: ask a second person."))
    except services.NoExceptionNeeded:
        messages.error(request, _("The rules admit this municipality; no exception is needed."))
    else:
        messages.success(request, done)


@require_GET
@permission_required("applications.decide_eligibility", raise_exception=True)
def worklist(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, with the verdict of the rules; then the exceptions."""
    edition = chosen_edition(request)
    now = timezone.now()
    context = {
        "title": _("Surveys awaiting a decision"),
        "rows": host_tables.decision_rows(surveys_awaiting_decision(edition), now=now),
        "exceptions": host_tables.exception_rows(exceptions_awaiting(edition), now=now),
    }
    return show(request, "worklist.html", context)


@require_POST
@permission_required("applications.decide_eligibility", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide as the rules say."""
    survey = find(pk)
    press(
        request,
        lambda: services.decide_eligibility(survey, actor=request.user, now=timezone.now()),
        _("Decided. The letter is waiting in the outbox."),
    )
    return record(pk)


@permission_required("applications.decide_eligibility", raise_exception=True)
def ask_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an exception, with the reason."""
    survey = find(pk)
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        press(
            request,
            lambda: services.ask_exception(
                survey,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("The exception waits for a second person."),
        )
        return record(pk)
    context = {"title": _("Ask for an exception"), "form": form, "survey": survey}
    context["facts"] = host_tables.verdict_of(survey, now=timezone.now())
    return show(request, "ask_exception.html", context)


@require_POST
@permission_required("applications.approve_exception", raise_exception=True)
def approve_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Admit by exception, as the second person."""
    survey = find(pk)
    press(
        request,
        lambda: services.approve_exception(survey, actor=request.user, now=timezone.now()),
        _("Admitted by exception. The letter is waiting in the outbox."),
    )
    return record(pk)


@require_POST
@permission_required("applications.approve_exception", raise_exception=True)
def refuse_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not admit by exception."""
    survey = find(pk)
    press(
        request,
        lambda: services.refuse_exception(survey, actor=request.user, now=timezone.now()),
        _("The exception is refused. The letter is waiting in the outbox."),
    )
    return record(pk)


@require_POST
@permission_required("applications.decide_eligibility", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The municipality has told us that it does not want to take part."""
    survey = get_object_or_404(HostSurvey, pk=pk)
    press(
        request,
        lambda: across_rooms("withdraw_host")(
            survey,
            reason=_("The municipality has stepped back."),
            actor=request.user,
            now=timezone.now(),
        ),
        _("The survey is withdrawn."),
    )
    return record(pk)


@require_POST
@permission_required("core.revoke_capabilitylink", raise_exception=True)
def revoke_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the personal links to this survey."""
    survey = get_object_or_404(HostSurvey.objects.for_table(), pk=pk)
    closed = services.revoke_links(survey, actor=request.user, now=timezone.now())
    messages.success(
        request,
        ngettext("%(count)s link is closed.", "%(count)s links are closed.", closed)
        % {"count": Count(closed)},
    )
    return record(pk)


@permission_required("applications.invite_hosts", raise_exception=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Who gets the invitation, who does not and why; letters become drafts in the outbox."""
    edition = chosen_edition(request)
    chosen = PlanFilterForm(request.GET).chosen()
    plan = invitation_plan(edition, now=timezone.now(), **chosen)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        teryts=[line.gmina.teryt for line in plan.will],
    )
    if form.is_valid():
        return _invite(request, edition, form.lines_of(plan), chosen["above_limit_too"])
    context = {
        "title": _("Invite municipalities"),
        "form": form,
        "filter": PlanFilterForm(request.GET),
        "plan": host_tables.plan_table(plan),
        "edition": edition,
        "at_once": services.MANY,
    }
    return show(request, "invite.html", context)


def _invite(request: HttpRequest, edition, lines: list, above_limit_too: bool) -> HttpResponse:
    """A few become drafts in the outbox; more than one person may write to, a mailing (P26)."""
    deed: dict[str, Any] = {
        "lines": lines,
        "actor": request.user,
        "now": timezone.now(),
        "may_exceed_limit": above_limit_too,
    }
    if len(lines) > services.MANY and request.user.has_perm("mailing.write_mailing"):
        return _begin_mailing(request, services.begin_mailing(edition, **deed))
    try:
        invited = services.invite_hosts(edition, **deed)
    except services.TooManyAtOnce:
        messages.error(request, _("So many letters are a mailing, which you may not begin."))
        return redirect(request.get_full_path())
    text = ngettext(
        "%(count)s invitation waits in the outbox for release.",
        "%(count)s invitations wait in the outbox for release.",
        invited,
    )
    messages.success(request, text % {"count": Count(invited)})
    return redirect(request.get_full_path())


def _begin_mailing(request: HttpRequest, mailing: Mailing) -> HttpResponse:
    text = _("So many letters are a mailing: look at it, and a second person lets it go.")
    messages.success(request, text)
    return redirect(url_of(mailing) or request.get_full_path())


@admin.action(description=_lazy("Decide by the rules"))
def decide_chosen(model_admin, request: HttpRequest, queryset) -> None:
    """Action of the list: decide on each chosen survey, as the rules say."""
    outcome: Counter[str] = Counter()
    for survey in queryset.for_table().order_by("submitted_at", "pk"):
        try:
            services.decide_eligibility(survey, actor=request.user, now=timezone.now())
        except TransitionNotAllowed:
            outcome["refused"] += 1
        else:
            outcome["decided"] += 1
    text = _("Decided: %(decided)s. Not possible now: %(refused)s.") % {
        "decided": Count(outcome["decided"]),
        "refused": Count(outcome["refused"]),
    }
    messages.success(request, text)
