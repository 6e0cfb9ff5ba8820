"""Where the link leads once the browser is let in: how far the survey is, and what comes next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from applications import survey_plan
from applications.forms.extra_questions import page_form
from applications.forms.late_codes import LateCodeForm
from applications.host_people import people_of
from applications.next_step import HostStory, story_of
from applications.survey_parts import how_far
from applications.views.host_access import Door, page_context
from applications.views.host_returned import returned_context
from core import formats


def overview(request: HttpRequest, door: Door) -> HttpResponse:
    """Pages with what is missing, or the answers to read; after sending who has the ball (P17)."""
    steps = _steps(door)
    is_to_read = not door.is_open and (door.late is not None or not door.is_sent)
    context = page_context(
        door,
        steps=steps,
        go_on=next((step["url"] for step in steps if step["is_missing"]), ""),
        is_open=door.is_open,
        sections=door.sections() if is_to_read else [],
        status=door.survey.status if door.survey else "",
        story=story(door),
        people=people_of(door.survey) if door.is_sent else [],
        **returned_context(door),
        **_lateness(door),
    )
    return render(request, "applications/host/overview.html", context)


def story(door: Door) -> HostStory | None:
    """The next step and what has been, once a survey was sent (P17)."""
    if not door.is_sent:
        return None
    return story_of(door.survey, now=door.now, language=get_language() or "pl")


def _steps(door: Door) -> list[dict[str, object]]:
    """The pages that are asked, each with how far it is filled in."""
    gaps = survey_plan.missing(door.answers, door.pages)
    return [
        {
            "label": page_form(page).title,
            "state": how_far(
                page_form(page).base_fields,
                door.answers,
                page.slug in gaps,
                page.is_begun(door.answers),
            ),
            "url": reverse("applications:survey_page", args=[door.token, page.slug]),
            "is_missing": page.slug in gaps,
        }
        for page in survey_plan.pages_for(door.answers, door.pages)
    ]


def _lateness(door: Door) -> dict[str, object]:
    """What came late, and whether a code may be typed that opens the survey once more (A17).

    It may when something waits to be sent and the time is over; a return has its own day.
    """
    is_over = door.is_alive and door.closing.is_shut(door.now)
    waits = door.late is not None or not door.is_sent
    return {
        "late_form": LateCodeForm(),
        "may_use_code": is_over and waits and not door.is_returned,
        "late_at": formats.moment(door.late.last_at, get_language() or "pl") if door.late else "",
    }
