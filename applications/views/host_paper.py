"""The survey as PDF: blank for everybody, filled in behind the personal link (A20)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from applications import host_pdf
from applications.clock import database_now
from applications.views.host_access import Door, personal
from core.exports import as_download
from programme.models import Edition


def as_pdf(document: host_pdf.Document) -> HttpResponse:
    """The document as a download that no cache keeps."""
    response = HttpResponse(document.content, content_type="application/pdf")
    return as_download(response, document.filename)


@login_not_required
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """The blank form of the edition in force, in the language of the page."""
    now = database_now()
    edition = Edition.objects.in_force(now)
    if edition is None:
        raise Http404("no edition")
    language = get_language() or "pl"
    return as_pdf(host_pdf.blank_survey(edition, language=language, now=now))


@personal
@require_safe
def filled(request: HttpRequest, door: Door) -> HttpResponse:
    """What was sent last; of a survey that was never sent, the draft, marked so."""
    survey = door.survey
    if survey is None:
        return redirect("applications:survey", door.token)
    version = survey.versions.order_by("-position").first()
    document = host_pdf.filled_survey(
        survey,
        version.answers if version else survey.draft_answers,
        version=version.position if version else None,
        sent_at=version.sent_at if version else None,
        language=get_language() or "pl",
        now=door.now,
    )
    return as_pdf(document)
