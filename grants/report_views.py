"""Pages of the report of a grant, opened by the personal link of the hromada."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import links, uploads
from grants import pages, services
from grants.doors import carried_out, token_of, trusted
from grants.forms import DocumentForm, NarrativeForm
from grants.models import GrantReport, ReportDocument
from mailing.views import code_page

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@links.capability("report")
def report_code(request, link):
    """The code before the report."""
    return code_page(request, link, to="grants:report")


def _report(link) -> GrantReport:
    reports = GrantReport.objects.select_related("project__call__edition", "project__hromada")
    return reports.get(pk=link.target_id)


@links.capability("report")
@trusted("grants:report_code")
@READ_OR_POST
def report(request, link):
    """The report: documents by budget line, the words, and sending."""
    found = _report(link)
    form = NarrativeForm(request.POST or None, initial={"narrative": found.narrative})
    if form.is_valid():
        narrative = form.cleaned_data["narrative"]
        sent = _("The report is sent. A receipt is in your mailbox.")
        carried_out(request, sent, services.send_report, found, narrative=narrative)
        return redirect(request.path)
    context = {"form": form, "token": token_of(request), **pages.report(found)}
    return render(request, "grants/report.html", context)


@links.capability("report")
@trusted("grants:report_code")
@READ_OR_POST
def document(request, link):
    """Add a document to the report."""
    found, token = _report(link), token_of(request)
    if found.status not in services.OPEN_REPORT:
        return redirect("grants:report", token)
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        project=found.project,
        owner=_owner(found),
    )
    if form.is_valid() and _added(request, form, found):
        return redirect("grants:report", token)
    return render(request, "grants/document.html", {"form": form, "token": token})


def _added(request, form: DocumentForm, found: GrantReport) -> bool:
    answers = dict(form.cleaned_data)
    line, file = answers.pop("line"), answers.pop("scan")
    added = _("The document is added.")
    try:
        if file:
            answers["scan"] = uploads.store(file, owner=_owner(found), now=timezone.now())
        carried_out(request, added, services.add_document, found, line=line, answers=answers)
    except services.DoubleDocument:
        form.add_error("number", _("This document is already settled in this line."))
    except uploads.FileRefused as error:
        form.add_error("scan", error)
    except ValidationError as error:
        form.add_error("number", error.messages[0])
    return form.is_valid()


def _owner(report: GrantReport) -> str:
    """Whose quota a scan of this report counts for."""
    return f"report:{report.pk}"


@links.capability("report")
@trusted("grants:report_code")
@require_POST
def remove_document(request, link, pk):
    """Take a document out of a report that is not sent."""
    own = ReportDocument.objects.filter(report=link.target_id).select_related("report")
    one = get_object_or_404(own, pk=pk)
    carried_out(request, _("The document is removed."), services.remove_document, one)
    return redirect("grants:report", token_of(request))
