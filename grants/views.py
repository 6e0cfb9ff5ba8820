"""Pages of the hromada and of its partner, opened by personal links."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import links, uploads
from core.formats import KYIV, moment, money
from core.states import TransitionNotAllowed
from grants import rules, selectors, services
from grants.forms import (
    WORD_PAGES,
    DocumentForm,
    LineForm,
    NarrativeForm,
    PartnerAnswerForm,
)
from grants.models import SmallProject
from grants.wording import sentence
from mailing.views import code_page

PAGES = ("idea", "plan", "partner", "budget")
PAGE_TITLES = {
    "idea": gettext_lazy("The idea"),
    "plan": gettext_lazy("The plan"),
    "partner": gettext_lazy("The Polish partner"),
    "budget": gettext_lazy("The budget"),
}


def trusted(code_url: str):
    """The page behind the link opens after the e-mailed code only (SEC-M, M1)."""

    def decorate(view):
        def opened(request, link, *args, **kwargs):
            if not links.is_trusted(request, link):
                return redirect(code_url, request.resolver_match.kwargs["token"])
            return view(request, link, *args, **kwargs)

        return opened

    return decorate


@links.capability("project")
def apply_code(request, link):
    """The code before the application."""
    return code_page(request, link, to="grants:apply")


@links.capability("project.partner")
def partner_code(request, link):
    """The code before the partner's page."""
    return code_page(request, link, to="grants:partner")


@links.capability("report")
def report_code(request, link):
    """The code before the report."""
    return code_page(request, link, to="grants:report")


@links.capability("project")
@trusted("grants:apply_code")
@require_safe
def apply(request, link):
    """The application at a glance: what is done, what is missing, what comes next."""
    return render(request, "grants/apply.html", _overview(request, link.target))


def _overview(request, project: SmallProject) -> dict:
    token = request.resolver_match.kwargs["token"]
    steps = [
        {"page": page, "is_done": _is_done(project, page), "title": PAGE_TITLES[page]}
        for page in PAGES
    ]
    return {
        "project": project,
        "token": token,
        "steps": steps,
        "is_open": project.is_open_for_applicant,
        "is_complete": all(step["is_done"] for step in steps),
        "closes": moment(
            project.correct_by_at or project.call.closes_at, get_language(), KYIV
        ),
        **_budget(project),
        "answers": _answers(project),
    }


def _is_done(project: SmallProject, page: str) -> bool:
    if page == "budget":
        return project.lines.exists()
    return all(getattr(project, name) for name in WORD_PAGES[page].base_fields)


def _answers(project: SmallProject) -> list[dict]:
    rows = []
    for page, form in WORD_PAGES.items():
        for name, field in form.base_fields.items():
            value = getattr(project, name)
            if name in ("starts_on", "ends_on") and value:
                value = f"{value:%d.%m.%Y}"
            rows.append({"label": field.label, "value": value, "page": page})
    return rows


def _budget(project: SmallProject) -> dict:
    language, currency = get_language(), project.call.currency
    rows = selectors.budget_of(project)
    total = rules.sums(rows)
    return {
        "lines": [
            {
                "pk": line.pk,
                "position": line.position,
                "category": getattr(line.category, f"name_{language}"),
                "description": line.description,
                "total": money(line.total, currency, language),
                "grant": money(line.grant, currency, language),
                "own": money(line.own, currency, language),
            }
            for line in project.lines.select_related("category").order_by("position", "pk")
        ],
        "sums": {
            name: money(getattr(total, name), currency, language)
            for name in ("total", "grant", "own")
        },
        "limits": {
            "least": money(project.call.grant_min, currency, language),
            "most": money(project.call.grant_max, currency, language),
        },
    }


@links.capability("project")
@trusted("grants:apply_code")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request, link, slug):
    """One page of the application."""
    if slug not in WORD_PAGES:
        raise Http404
    project, token = link.target, request.resolver_match.kwargs["token"]
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    form = WORD_PAGES[slug](request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        services.save_words(project, answers=form.cleaned_data, now=timezone.now())
        messages.success(request, _("The page is saved."))
        return redirect("grants:apply", token)
    context = {"form": form, "project": project, "title": PAGE_TITLES[slug], "token": token}
    context |= {"current": PAGES.index(slug) + 1, "total": len(PAGES)}
    return render(request, "grants/page.html", context)


@links.capability("project")
@trusted("grants:apply_code")
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request, link):
    """The budget: lines, sums, and a form for the next line."""
    project, token = link.target, request.resolver_match.kwargs["token"]
    if not project.is_open_for_applicant:
        return redirect("grants:apply", token)
    form = LineForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        services.save_lines(project, lines=[*_kept(project), form.cleaned_data], now=timezone.now())
        messages.success(request, _("The line is added."))
        return redirect("grants:budget", token)
    context = {"form": form, "project": project, "token": token, **_budget(project)}
    return render(request, "grants/budget.html", context)


@links.capability("project")
@trusted("grants:apply_code")
@require_POST
def remove_line(request, link, pk):
    """Take a line out of the budget."""
    project, token = link.target, request.resolver_match.kwargs["token"]
    line = get_object_or_404(project.lines, pk=pk)
    if project.is_open_for_applicant:
        services.save_lines(project, lines=_kept(project, without=line.pk), now=timezone.now())
        messages.success(request, _("The line is removed."))
    return redirect("grants:budget", token)


def _kept(project: SmallProject, *, without: int | None = None) -> list[dict]:
    names = ("category", "description", "unit", "quantity", "unit_price", "grant")
    lines = project.lines.select_related("category").order_by("position", "pk")
    return [
        {name: getattr(line, name) for name in names} for line in lines if line.pk != without
    ]


@links.capability("project")
@trusted("grants:apply_code")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request, link):
    """Check your answers, and send."""
    project, token = link.target, request.resolver_match.kwargs["token"]
    context = _overview(request, project)
    if request.method == "POST":
        try:
            services.submit_project(project, now=timezone.now())
        except services.NotComplete:
            context["errors"] = [{"text": _("Some answers are missing."), "href": "#steps"}]
        except services.BudgetRefused as error:
            context["errors"] = [
                {"text": sentence(breach), "href": "#budget"} for breach in error.breaches
            ]
        except TransitionNotAllowed:
            text = _("The application can no longer be sent: the deadline has passed.")
            context["errors"] = [{"text": text, "href": "#steps"}]
        else:
            return redirect("grants:apply", token)
    return render(request, "grants/check.html", context)


@links.capability("project.partner")
@trusted("grants:partner_code")
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request, link):
    """The Polish partner reads the application and confirms or refuses."""
    project = link.target
    form = PartnerAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.answer_as_partner(
            project,
            agrees=form.cleaned_data["answer"] == "yes",
            remark=form.cleaned_data["remark"],
            email=link.email,
            now=timezone.now(),
        )
        return redirect(request.path)
    answer = project.confirmations.filter(withdrawn_at=None).first()
    context = {
        "form": form,
        "project": project,
        "answer": answer,
        "answers": _answers(project),
        "may_answer": project.status == project.Status.SUBMITTED,
        **_budget(project),
    }
    return render(request, "grants/partner.html", context)


@links.capability("report")
@trusted("grants:report_code")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, link):
    """The report: documents by budget line, the words, and sending."""
    found, token = link.target, request.resolver_match.kwargs["token"]
    is_open = found.status in (found.Status.DRAFT, found.Status.RETURNED)
    form = NarrativeForm(request.POST or None, initial={"narrative": found.narrative})
    if request.method == "POST" and is_open and form.is_valid():
        services.send_report(
            found, narrative=form.cleaned_data["narrative"], now=timezone.now()
        )
        return redirect(request.path)
    context = {"form": form, "report": found, "is_open": is_open, "token": token}
    return render(request, "grants/report.html", context | _documents(found))


def _documents(report) -> dict:
    language, project = get_language(), report.project
    spent = {line.pk: 0 for line in project.lines.order_by("position")}
    rows = []
    for document in report.documents.select_related("line").order_by("line__position", "pk"):
        if document.source == "grant":
            spent[document.line_id] += document.amount_pln
        rows.append(
            {"document": document, "pln": money(document.amount_pln, "PLN", language)}
        )
    lines = [
        {
            "line": line,
            "grant": money(line.grant, "PLN", language),
            "spent": money(spent[line.pk], "PLN", language),
            "is_over": spent[line.pk] > line.grant,
        }
        for line in project.lines.order_by("position", "pk")
    ]
    return {"documents": rows, "lines": lines, "project": project}


@links.capability("report")
@trusted("grants:report_code")
@require_http_methods(["GET", "HEAD", "POST"])
def document(request, link):
    """Add a document to the report."""
    found, token = link.target, request.resolver_match.kwargs["token"]
    if found.status not in (found.Status.DRAFT, found.Status.RETURNED):
        return redirect("grants:report", token)
    form = DocumentForm(request.POST or None, request.FILES or None, project=found.project)
    if request.method == "POST" and form.is_valid() and _added(request, form, found):
        return redirect("grants:report", token)
    return render(request, "grants/document.html", {"form": form, "token": token})


def _added(request, form: DocumentForm, found) -> bool:
    answers = dict(form.cleaned_data)
    line, file, now = answers.pop("line"), answers.pop("scan"), timezone.now()
    if file:
        answers["scan"] = uploads.store(
            file, kinds={"pdf", "image"}, owner=f"report:{found.pk}", now=now
        )
    try:
        services.add_document(found, line=line, answers=answers, now=now)
    except ValidationError as error:
        form.add_error("number", error.messages[0])
        return False
    messages.success(request, _("The document is added."))
    return True


@links.capability("report")
@trusted("grants:report_code")
@require_POST
def remove_document(request, link, pk):
    """Take a document out of a report that is not sent."""
    found, token = link.target, request.resolver_match.kwargs["token"]
    one = get_object_or_404(found.documents, pk=pk)
    if found.status in (found.Status.DRAFT, found.Status.RETURNED):
        services.remove_document(one, now=timezone.now())
    return redirect("grants:report", token)


@links.capability("project")
@trusted("grants:apply_code")
@require_safe
def agreement(request, link):
    """The agreement as PDF, for the hromada."""
    found = getattr(link.target, "agreement", None)
    if found is None:
        raise Http404
    return uploads.download_response(found.file)
