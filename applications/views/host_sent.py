"""After sending: the receipt, and what was sent, to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from applications import answer_sheet, wording
from applications.host_people import PersonLine, people_of
from applications.models import HostSurvey
from applications.views.host_access import Door, page_context, personal
from core import formats


def _waiting(survey: HostSurvey) -> list[PersonLine]:
    """People who have got a letter of their own and have not answered it."""
    if survey.is_duplicate:  # nobody is asked before it is settled
        return []
    return [line for line in people_of(survey) if line.kind == "waiting"]


def _corrected_at(survey: HostSurvey, language: str) -> str:
    """When the answers were last sent again; empty as long as they were sent once only."""
    last = survey.versions.order_by("-position").first()
    is_again = last is not None and last.sent_at != survey.submitted_at
    return formats.moment(last.sent_at, language) if last is not None and is_again else ""


@personal
@require_GET
def survey_receipt(request: HttpRequest, door: Door) -> HttpResponse:
    """Sent: the number, the time, where the copy is, what happens next."""
    if not door.is_sent:
        return redirect("applications:survey", door.token)
    language = get_language() or "pl"
    context = page_context(
        door,
        email=door.survey.contact.email,
        corrected_at=_corrected_at(door.survey, language),
        waiting=_waiting(door.survey),
        lateness=wording.lateness_words(door.survey),
        correction=wording.correction_words(
            door.closing.closes_at, now=door.now, language=language
        ),
    )
    return render(request, "applications/host/receipt.html", context)


@personal
@require_GET
def survey_answers(request: HttpRequest, door: Door) -> HttpResponse:
    """What was sent, to read."""
    if not door.is_sent:
        return redirect("applications:survey", door.token)
    context = page_context(
        door, sections=answer_sheet.sections(door.survey.answers, door.context())
    )
    return render(request, "applications/host/answers.html", context)
