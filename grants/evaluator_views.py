"""Pages of evaluators of small projects: what was given to them, after the declaration."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.states import TransitionNotAllowed
from grants import pages, selectors, services
from grants.forms import SheetForm
from grants.models import ProjectEvaluation


def _own(request, pk: int) -> ProjectEvaluation:
    """Their own sheet; anybody else's is not found."""
    return get_object_or_404(selectors.evaluations_of(request.user), pk=pk)


def _carry_out(request, said: str, verb, sheet: ProjectEvaluation, **arguments) -> None:
    try:
        verb(sheet, actor=request.user, now=timezone.now(), **arguments)
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)


@require_safe
def evaluations(request):
    """The projects given to this evaluator, those that wait first."""
    rows = list(selectors.evaluations_of(request.user))
    done = [row for row in rows if row.status == row.Status.SUBMITTED]
    waiting = [row for row in rows if row.status != row.Status.SUBMITTED]
    return render(request, "grants/evaluations.html", {"waiting": waiting, "done": done})


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request, pk):
    """The declaration first, then the project with the sheet, then the final sheet to read."""
    sheet = _own(request, pk)
    if sheet.status == sheet.Status.ASSIGNED:
        return render(request, "grants/impartial.html", {"sheet": sheet})
    context = {
        "sheet": sheet,
        "project": sheet.project,
        "topics": pages.topics(sheet.project),
        **pages.budget(sheet.project),
    }
    if sheet.status == sheet.Status.SUBMITTED:
        return render(request, "grants/final.html", context | {"rows": pages.sheet(sheet)})
    form = _sheet_form(request, sheet)
    if form.is_valid():
        return _keep(request, sheet, form)
    return render(request, "grants/evaluation.html", context | {"form": form})


def _sheet_form(request, sheet: ProjectEvaluation) -> SheetForm:
    return SheetForm(
        request.POST or None,
        edition=sheet.project.call.edition,
        initial=SheetForm.initial_of(sheet.scores, sheet.comments),
    )


def _keep(request, sheet: ProjectEvaluation, form: SheetForm):
    filled = {"scores": form.scores, "comments": form.comments}
    if form.is_draft:
        _carry_out(request, _("The draft is saved."), services.save_evaluation, sheet, **filled)
    else:
        final = _("The sheet is final. Thank you.")
        _carry_out(request, final, services.submit_evaluation, sheet, **filled)
    return redirect("grants:evaluation", sheet.pk)


@require_POST
def impartial(request, pk):
    """The declaration of impartiality."""
    sheet = _own(request, pk)
    said = _("Thank you. You can read the application now.")
    _carry_out(request, said, services.declare_impartial, sheet)
    return redirect("grants:evaluation", sheet.pk)


@require_POST
def recuse(request, pk):
    """An interest: the project leaves this evaluator's pages."""
    sheet = _own(request, pk)
    said = _("Thank you for telling us. Somebody else evaluates it.")
    _carry_out(request, said, services.recuse, sheet)
    return redirect("grants:evaluations")
