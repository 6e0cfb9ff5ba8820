"""Panel pages from the evaluation to the journey: worklists, ranking, preparation."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applications import intern_tables
from applications.enums import EvaluationStatus
from applications.forms.intern_staff import (
    AssignForm,
    ChecklistForm,
    DistributeForm,
    InterviewForm,
    ReasonForm,
    SelectForm,
)
from applications.models import TravelChecklist
from applications.selectors import interns as selectors
from applications.services import interns as services
from applications.staff_views.hosts import chosen_edition
from applications.staff_views.interns import find, press, record, show
from core import roles
from core.counts import grouped
from core.db import by_alphabet
from core.models import User
from core.wiring import across_rooms
from programme.models import Edition

SELECTS = "applications.select_candidates"

WAITING = (EvaluationStatus.ASSIGNED, EvaluationStatus.IMPARTIAL)


def _people() -> list[User]:
    """Evaluators with the number of their open sheets, the least busy first."""
    return list(
        User.objects.filter(groups__name=roles.EVALUATOR, is_active=True)
        .annotate(
            open_sheets=Count(
                "evaluations", filter=Q(evaluations__status__in=WAITING), distinct=True
            )
        )
        .order_by("open_sheets", by_alphabet("last_name"), "pk")
    )


@permission_required("applications.view_internapplication", raise_exception=True)
def worklists(request: HttpRequest) -> HttpResponse:
    """What waits: one list for each next verb."""
    edition = chosen_edition(request)
    today = timezone.localdate()
    context = {
        "tables": intern_tables.worklists(edition, today=today, language=request.user.language),
        "edition": edition,
        "form": DistributeForm(),
        "title": _("Candidates: what waits"),
        "may_assign": request.user.has_perm("applications.assign_evaluators"),
    }
    return show(request, "worklists.html", context)


@permission_required("applications.assign_evaluators", raise_exception=True)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose evaluators for one application."""
    application = find(pk)
    form = AssignForm(request.POST if request.method == "POST" else None, people=_people())
    if form.is_valid():
        wanted = {"evaluators": form.chosen, "due_on": form.cleaned_data["due_on"]}
        try:
            press(
                request,
                lambda: services.assign_evaluators(
                    application, **wanted, actor=request.user, now=timezone.now()
                ),
                _("Assigned. The evaluators get a letter."),
            )
        except services.NotAnEvaluator:
            form.add_error("evaluators", _("One of them may not evaluate this application."))
        else:
            return record(pk)
    context = {"form": form, "application": application, "title": _("Assign evaluators")}
    return show(request, "form.html", context | {"button": _("Assign")})


@require_POST
@permission_required("applications.assign_evaluators", raise_exception=True)
def distribute(request: HttpRequest) -> HttpResponse:
    """Give every application the evaluators it lacks, with even loads."""
    edition = chosen_edition(request)
    form = DistributeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Check the day: write day, month and year."))
        return redirect(_worklists_url(edition))
    made = services.distribute_evaluators(
        edition, actor=request.user, now=timezone.now(), due_on=form.cleaned_data["due_on"]
    )
    text = ngettext(
        "%(count)d assignment was made.", "%(count)d assignments were made.", len(made)
    ) % {"count": len(made)}
    messages.success(request, text)
    if selectors.awaiting_evaluators(edition):
        messages.warning(
            request, _("Some applications still lack an evaluator: there are not enough people.")
        )
    return redirect(_worklists_url(edition))


def _worklists_url(edition) -> str:
    return f"{reverse('admin:applications_intern_worklists')}?edition={edition.year}"


@permission_required("applications.record_interview", raise_exception=True)
def interview(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the points of the interview."""
    application = find(pk)
    data = request.POST if request.method == "POST" else None
    form = InterviewForm(data, edition=application.edition)
    if form.is_valid():
        press(
            request,
            lambda: services.record_interview(
                application,
                points=form.cleaned_data["points"],
                bonus=form.cleaned_data["bonus"] or Decimal(0),
                note=form.cleaned_data["note"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("Recorded."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Interview")}
    return show(request, "form.html", context | {"button": _("Record the interview")})


@permission_required("applications.view_evaluation", raise_exception=True)
def ranking(request: HttpRequest) -> HttpResponse:
    """The ranking, each number opening its record; below it the one verb that selects."""
    edition = chosen_edition(request)
    form = _selection_form(request, edition)
    if form.is_valid():
        try:
            outcome = services.select_candidates(
                edition, **form.wanted, actor=request.user, now=timezone.now()
            )
        except services.NobodyToSelect:
            form.add_error(None, _("Nobody has both the evaluations and the interview."))
        else:
            messages.success(request, _outcome_words(outcome))
            return redirect(f"{reverse('admin:applications_ranking')}?edition={edition.year}")
    context = {
        **intern_tables.ranking(edition),
        "edition": edition,
        "form": form,
        "may_select": request.user.has_perm(SELECTS),
        "title": _("Ranking of candidates"),
    }
    return show(request, "ranking.html", context)


def _selection_form(request: HttpRequest, edition: Edition) -> SelectForm:
    """Places as the edition has them; who only reads cannot send it."""
    if request.method == "POST" and not request.user.has_perm(SELECTS):
        raise Http404("only to read")
    initial = {"places": edition.places, "reserve": edition.reserve_places}
    return SelectForm(request.POST if request.method == "POST" else None, initial=initial)


def _outcome_words(outcome) -> str:
    return _(
        "Selected: %(selected)s. On the reserve list: %(reserve)s. Not accepted: %(rejected)s. "
        "The letters are waiting in the outbox."
    ) % {
        "selected": grouped(len(outcome.selected)),
        "reserve": grouped(len(outcome.reserve)),
        "rejected": grouped(len(outcome.rejected)),
    }


@require_POST
@permission_required("applications.prepare_interns", raise_exception=True)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the preparation."""
    application = find(pk)
    press(
        request,
        lambda: services.mark_preparing(application, actor=request.user, now=timezone.now()),
        _("The preparation has begun. The candidate gets a letter."),
    )
    return record(pk)


@permission_required("applications.prepare_interns", raise_exception=True)
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known for the journey."""
    application = find(pk)
    known = TravelChecklist.objects.filter(application=application).first()
    initial = {name: getattr(known, name) for name in ChecklistForm.base_fields} if known else {}
    form = ChecklistForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        press(
            request,
            lambda: services.save_checklist(
                application, changes=form.cleaned_data, actor=request.user, now=timezone.now()
            ),
            _("Saved."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Travel list")}
    return show(request, "form.html", context | {"button": _("Save the travel list")})


@require_POST
@permission_required("applications.prepare_interns", raise_exception=True)
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """The list is complete."""
    application = find(pk)
    press(
        request,
        lambda: services.mark_ready(application, actor=request.user, now=timezone.now()),
        _("Ready to travel."),
    )
    return record(pk)


@permission_required("applications.prepare_interns", raise_exception=True)
def cannot_travel(request: HttpRequest, pk: int) -> HttpResponse:
    """The person cannot travel: the first of the reserve list moves up."""
    application = find(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        press(
            request,
            lambda: across_rooms("intern_cannot_travel")(
                application,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("Noted. The first of the reserve list has moved up, if there is one."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Cannot travel")}
    return show(request, "form.html", context | {"button": _("Note that the person cannot travel")})
