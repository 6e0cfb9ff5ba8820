"""Panel pages about one candidate up to the formal check."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import intern_answers, intern_facts, wording
from applications.forms.intern_staff import FormalCheckForm, ReasonForm, ReturnForm
from applications.models import InternApplication
from applications.services import interns as services
from core import audit
from core.admin import panel_context
from core.states import TransitionNotAllowed
from core.uploads import download_response
from core.wiring import across_rooms


def record(pk: int) -> HttpResponse:
    """Back to the record in the panel."""
    return redirect("admin:applications_internapplication_change", pk)


def find(pk: int) -> InternApplication:
    """The application; drafts are for the candidate alone until they are sent."""
    return get_object_or_404(InternApplication.objects.exclude(number="").for_table(), pk=pk)


def show(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A page of the panel with the frame around it."""
    return render(
        request, f"admin/applications/interns/{template}", panel_context(request) | context
    )


def press(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    """Carry out one verb and say how it went."""
    try:
        verb()
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.ChecklistIsIncomplete:
        messages.error(request, _("The travel list is not complete yet."))
    else:
        messages.success(request, done)


@permission_required("applications.check_formally", raise_exception=True)
def check_formally(request: HttpRequest, pk: int) -> HttpResponse:
    """The formal criteria with what the rules say; a person ticks what rules cannot see."""
    application = find(pk)
    verdict = intern_facts.judge(application)
    lines = intern_facts.criteria_of(application, verdict)
    form = FormalCheckForm(request.POST if request.method == "POST" else None, lines=lines)
    if form.is_valid() and _is_checked(request, application, form):
        return record(pk)
    context = {
        "form": form,
        "application": application,
        "lines": [line for line in lines if line.is_met is not None],
        "reasons": wording.reason_words(verdict.reasons),
        "figure": wording.figure_words(verdict.figure, request.user.language),
        "title": _("Formal check"),
    }
    return show(request, "formal_check.html", context)


def _is_checked(
    request: HttpRequest, application: InternApplication, form: FormalCheckForm
) -> bool:
    """Whether there is nothing more to do here; what the rules refuse stands on the form."""
    try:
        services.check_formally(application, actor=request.user, now=timezone.now())
    except services.RulesStandInTheWay as error:
        for sentence in wording.reason_words(error.reasons):
            form.add_error(None, sentence)
        return False
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Formally correct. The application waits for evaluators."))
    return True


@permission_required("applications.check_formally", raise_exception=True)
def return_for_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the answers to correct, the reason and the last day."""
    application = find(pk)
    now = timezone.now()
    form = ReturnForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        press(
            request,
            lambda: services.return_for_correction(
                application,
                fields=form.cleaned_data["fields_to_correct"],
                reason=form.cleaned_data["reason"],
                correct_by=form.correct_by,
                actor=request.user,
                now=now,
            ),
            _("Returned. The letter is waiting in the outbox."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Return for correction")}
    return show(request, "form.html", context | {"button": _("Return for correction")})


@permission_required("applications.check_formally", raise_exception=True)
def reject_formally(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse for formal reasons."""
    application = find(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        press(
            request,
            lambda: services.reject_formally(
                application,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("Rejected. The letter is waiting in the outbox."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Reject")}
    return show(request, "form.html", context | {"button": _("Reject the application")})


@require_POST
@permission_required("applications.check_formally", raise_exception=True)
def ask_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the head once more, with a new link."""
    application = find(pk)
    press(
        request,
        lambda: services.ask_head(application, actor=request.user, now=timezone.now()),
        _("The letter to the head is on its way."),
    )
    return record(pk)


@permission_required("applications.check_formally", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw at the candidate's wish."""
    application = find(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        press(
            request,
            lambda: across_rooms("withdraw_intern")(
                application,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            ),
            _("Withdrawn."),
        )
        return record(pk)
    context = {"form": form, "application": application, "title": _("Withdraw")}
    return show(request, "form.html", context | {"button": _("Withdraw the application")})


@require_POST
@permission_required("applications.view_restricted_intern_fields", raise_exception=True)
def restricted(request: HttpRequest, pk: int) -> HttpResponse:
    """Date of birth and needs: shown once on request, and the look is written down (P09)."""
    application = find(pk)
    with transaction.atomic():
        audit.record(
            action="applications.internapplication.restricted_read",
            target=application,
            actor=request.user,
            fields=list(intern_answers.RESTRICTED),
        )
    lines = [
        line
        for topic in intern_answers.topics(application)
        for line in topic.lines
        if line.key in intern_answers.RESTRICTED
    ]
    context = {"application": application, "lines": lines, "title": _("Protected answers")}
    return show(request, "restricted.html", context)


@require_safe
@permission_required("applications.download_application_files", raise_exception=True)
def download(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """A paper of the application, once it is found clean."""
    file = get_object_or_404(find(pk).files.select_related("stored"), pk=file_pk)
    return download_response(file.stored)
