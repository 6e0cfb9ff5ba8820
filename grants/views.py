"""Pages of the hromada and of its partner, opened by personal links."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import links, uploads
from grants import pages, services, wording
from grants.doors import carried_out, token_of, trusted
from grants.forms import WORD_PAGES, LineForm, PartnerAnswerForm
from grants.models import BudgetLine, SmallProject
from mailing.views import code_page

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LINE = ("category", "description", "unit", "quantity", "unit_price", "grant")


@links.capability("project")
def apply_code(request, link):
    """The code before the application."""
    return code_page(request, link, to="grants:apply")


@links.capability("project.partner")
def partner_code(request, link):
    """The code before the partner's page."""
    return code_page(request, link, to="grants:partner")


def _project(link) -> SmallProject:
    return SmallProject.objects.for_table().get(pk=link.target_id)


@links.capability("project")
@trusted("grants:apply_code")
@require_safe
def apply(request, link):
    """The application at a glance: what is done, what is missing, what comes next."""
    context = pages.overview(_project(link), token_of(request))
    return render(request, "grants/apply.html", context)


@links.capability("project")
@trusted("grants:apply_code")
@READ_OR_POST
def page(request, link, slug):
    """One page of the application."""
    if slug not in WORD_PAGES:
        raise Http404
    project, token = _project(link), token_of(request)
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    form = WORD_PAGES[slug](request.POST or None, project=project)
    if form.is_valid():
        saved = _("The page is saved.")
        carried_out(request, saved, services.save_words, project, answers=form.cleaned_data)
        return redirect("grants:apply", token)
    place = {"current": pages.PAGES.index(slug) + 1, "total": len(pages.PAGES)}
    context = {"form": form, "title": pages.PAGE_TITLES[slug], "token": token, **place}
    return render(request, "grants/page.html", context)


@links.capability("project")
@trusted("grants:apply_code")
@READ_OR_POST
def budget(request, link):
    """The budget: lines, sums, and a form for the next line."""
    project, token = _project(link), token_of(request)
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    form = LineForm(request.POST or None, project=project)
    if form.is_valid():
        added = _("The line is added.")
        carried_out(request, added, services.add_line, project, line=form.cleaned_data)
        return redirect("grants:budget", token)
    context = {"form": form, "token": token, **pages.budget(project)}
    return render(request, "grants/budget.html", context)


@links.capability("project")
@trusted("grants:apply_code")
@READ_OR_POST
def change_line(request, link, pk):
    """Change one line of the budget."""
    project, token = _project(link), token_of(request)
    line = _line(project, pk)
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    initial = {name: getattr(line, name) for name in LINE}
    form = LineForm(request.POST or None, project=project, initial=initial)
    if form.is_valid():
        changed = _("The line is changed.")
        carried_out(request, changed, services.change_line, line, changes=form.cleaned_data)
        return redirect("grants:budget", token)
    return render(request, "grants/line.html", {"form": form, "token": token, "line": line})


@links.capability("project")
@trusted("grants:apply_code")
@require_POST
def remove_line(request, link, pk):
    """Take a line out of the budget."""
    line = _line(_project(link), pk)
    carried_out(request, _("The line is removed."), services.remove_line, line)
    return redirect("grants:budget", token_of(request))


def _line(project: SmallProject, pk: int) -> BudgetLine:
    return get_object_or_404(project.lines.select_related("category", "project"), pk=pk)


@links.capability("project")
@trusted("grants:apply_code")
@READ_OR_POST
def check(request, link):
    """Check your answers, and send."""
    project, token = _project(link), token_of(request)
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    errors = _send(request, project) if request.method == "POST" else []
    if request.method == "POST" and not errors:
        return redirect("grants:apply", token)
    context = pages.overview(project, token) | {"errors": errors}
    return render(request, "grants/check.html", context)


def _send(request, project: SmallProject) -> list[dict]:
    sent = _("The application is sent. Its number and a receipt are in your mailbox.")
    try:
        carried_out(request, sent, services.submit_project, project)
    except services.NotComplete:
        return [{"text": _("Some answers are missing."), "href": "#answers"}]
    except services.TooLate:
        text = _("The application can no longer be sent: the deadline has passed.")
        return [{"text": text, "href": "#answers"}]
    except services.BudgetRefused as error:
        currency = project.call.currency
        return [
            {"text": wording.sentence(breach, currency), "href": "#budget"}
            for breach in error.breaches
        ]
    return []


@links.capability("project.partner")
@trusted("grants:partner_code")
@READ_OR_POST
def partner(request, link):
    """The Polish partner reads the application and confirms or refuses."""
    project = _project(link)
    form = PartnerAnswerForm(request.POST or None)
    if form.is_valid():
        _answer(request, project, form, link.email)
        return redirect(request.path)
    context = {
        "form": form,
        "project": project,
        "answer": project.confirmations.filter(withdrawn_at=None).first(),
        "topics": pages.topics(project),
        "fingerprint": services.fingerprint(project),
        "may_answer": project.status == project.Status.SUBMITTED,
        **pages.budget(project),
    }
    return render(request, "grants/partner.html", context)


def _answer(request, project: SmallProject, form: PartnerAnswerForm, email: str) -> None:
    answer = {
        "agrees": form.cleaned_data["answer"] == "yes",
        "remark": form.cleaned_data["remark"],
        "has_read": form.cleaned_data["has_read"],
    }
    thanks = _("Thank you. Your answer is kept, and the hromada is told.")
    try:
        carried_out(request, thanks, services.answer_as_partner, project, email=email, **answer)
    except services.ChangedMeanwhile:
        messages.warning(
            request, _("The application was changed meanwhile. Please read it and answer again.")
        )


@links.capability("project")
@trusted("grants:apply_code")
@require_safe
def agreement(request, link):
    """The agreement as PDF, for the hromada."""
    found = getattr(link.target, "agreement", None)
    if found is None:
        raise Http404
    return uploads.download_response(found.file)
