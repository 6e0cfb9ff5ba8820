"""Pages of an evaluator: what is assigned, the declaration, the application, the sheet."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from applications import intern_answers
from applications.enums import EvaluationStatus
from applications.forms.evaluation import ImpartialityForm, RecusalForm, SheetForm
from applications.models import Evaluation
from applications.selectors import interns as selectors
from applications.services import interns as services
from core import roles
from core.states import TransitionNotAllowed

KINDS = {
    EvaluationStatus.ASSIGNED: "waiting",
    EvaluationStatus.IMPARTIAL: "waiting",
    EvaluationStatus.SUBMITTED: "good",
}


def evaluator_page(view):
    """Only for evaluators; for everybody else there is no such page."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args, **parts) -> HttpResponse:
        if not roles.has_role(request.user, roles.EVALUATOR):
            raise Http404("not an evaluator")
        return view(request, *args, **parts)

    return opened


def _own(request: HttpRequest, pk: int) -> Evaluation:
    return get_object_or_404(Evaluation.objects.visible_to(request.user).for_table(), pk=pk)


@evaluator_page
@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    """What waits for this evaluator, and what is done."""
    today = timezone.localdate()
    rows = [
        {
            "pk": each.pk,
            "number": each.application.number,
            "hromada": each.application.hromada.name,
            "label": each.get_status_display(),
            "kind": KINDS[each.status],
            "due_on": each.due_on,
            "is_late": bool(each.due_on and each.due_on < today and not each.is_final),
            "points": each.points if each.is_final else "",
        }
        for each in selectors.evaluations_of(request.user)
    ]
    waiting = [row for row in rows if row["points"] == ""]
    done = [row for row in rows if row["points"] != ""]
    return render(request, "applications/evaluators/list.html", {"waiting": waiting, "done": done})


@evaluator_page
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The declaration first, then the application with the sheet; final sheets are read only."""
    evaluation = _own(request, pk)
    if evaluation.status == EvaluationStatus.ASSIGNED:
        return _declare(request, evaluation)
    if evaluation.is_final:
        return _read(request, evaluation)
    form = SheetForm(request.POST if request.method == "POST" else None, evaluation=evaluation)
    if form.is_valid():
        _keep(request, evaluation, form)
        return redirect("applications:evaluation", pk)
    context = {"form": form, "topics": _topics(evaluation), "evaluation": evaluation}
    return render(request, "applications/evaluators/sheet.html", context)


def _keep(request: HttpRequest, evaluation: Evaluation, form: SheetForm) -> None:
    """As a draft, or for good; then say which."""
    verb = services.submit_evaluation if form.is_final else services.save_evaluation
    try:
        verb(
            evaluation,
            scores=form.scores,
            comment=form.cleaned_data["comment"],
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        done = _("The sheet is final. Thank you.") if form.is_final else _("Draft saved.")
        messages.success(request, done)


def _topics(evaluation: Evaluation) -> list[intern_answers.Topic]:
    return intern_answers.topics(evaluation.application, anonymous=True)


def _declare(request: HttpRequest, evaluation: Evaluation) -> HttpResponse:
    form = ImpartialityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.declare_impartial(evaluation, actor=request.user, now=timezone.now())
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        return redirect("applications:evaluation", evaluation.pk)
    context = {"form": form, "recusal": RecusalForm(prefix="recusal"), "evaluation": evaluation}
    return render(request, "applications/evaluators/declaration.html", context)


def _read(request: HttpRequest, evaluation: Evaluation) -> HttpResponse:
    own = selectors.sheets_of(evaluation.application).get(pk=evaluation.pk)
    context = {
        "evaluation": own,
        "topics": _topics(evaluation),
        "others": list(selectors.other_final_sheets(evaluation)),
    }
    return render(request, "applications/evaluators/final.html", context)


@require_POST
@evaluator_page
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluator steps aside; the application disappears from the list."""
    evaluation = _own(request, pk)
    form = RecusalForm(request.POST, prefix="recusal")
    if not form.is_valid():
        context = {"form": ImpartialityForm(), "recusal": form, "evaluation": evaluation}
        return render(request, "applications/evaluators/declaration.html", context)
    try:
        services.recuse(
            evaluation,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Thank you. Somebody else will evaluate this application."))
    return redirect("applications:evaluations")
