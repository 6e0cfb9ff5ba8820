"""Pages of evaluators of small projects: only what was given to them, only after the declaration."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.states import TransitionNotAllowed
from grants import selectors, services
from grants.forms import SheetForm
from grants.models import ProjectEvaluation
from grants.views import _answers, _budget


def _own(request, pk: int) -> ProjectEvaluation:
    """Their own sheet; anybody else's is not found."""
    return get_object_or_404(selectors.evaluations_of(request.user), pk=pk)


@require_safe
def evaluations(request):
    """The projects given to this evaluator."""
    rows = selectors.evaluations_of(request.user)
    return render(request, "grants/evaluations.html", {"rows": rows})


def evaluation(request, pk):
    """The declaration first, then the project with the sheet, then the final sheet to read."""
    sheet = _own(request, pk)
    if sheet.status == sheet.Status.ASSIGNED:
        return render(request, "grants/impartial.html", {"sheet": sheet})
    project = sheet.project
    form = SheetForm(request.POST or None, edition=project.call.edition)
    is_final = sheet.status == sheet.Status.SUBMITTED
    if request.method == "POST" and not is_final and form.is_valid():
        try:
            services.submit_evaluation(
                sheet,
                scores=form.scores,
                comments=form.comments,
                actor=request.user,
                now=timezone.now(),
            )
        except TransitionNotAllowed as error:
            messages.info(request, error.message)
        else:
            messages.success(request, _("The sheet is final. Thank you."))
        return redirect("grants:evaluation", sheet.pk)
    context = {
        "sheet": sheet,
        "project": project,
        "form": form,
        "is_final": is_final,
        "answers": _answers(project),
        **_budget(project),
    }
    return render(request, "grants/evaluation.html", context)


@require_POST
def impartial(request, pk):
    """The declaration of impartiality."""
    sheet = _own(request, pk)
    try:
        services.declare_impartial(sheet, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.info(request, error.message)
    return redirect("grants:evaluation", sheet.pk)


@require_POST
def recuse(request, pk):
    """An interest: the project leaves this evaluator's pages."""
    sheet = _own(request, pk)
    try:
        services.recuse(sheet, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.info(request, error.message)
    else:
        messages.success(request, _("Thank you for telling us. Somebody else evaluates it."))
    return redirect("grants:evaluations")
