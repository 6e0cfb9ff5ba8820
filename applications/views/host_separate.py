"""A colleague who does not take over writes a survey of her own, for staff to merge (A13)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.clock import database_now
from applications.forms.host_door import BeginForm
from applications.selectors.host_doors import opened_by_link
from applications.services import host as services
from applications.services import host_merge
from applications.views import host_trust
from applications.views.host_access import (
    FIRST_PAGE,
    PURPOSE,
    Door,
    door_of,
    page_context,
    posted,
)
from core import limits, links
from core.models import CapabilityLink

HOUR = timedelta(hours=1)


@links.capability(PURPOSE, opened_by_link)
def separate(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """What a second survey means, and the address of the letter to be typed (SEC-M3)."""
    door = door_of(request, link)
    if not door.is_anothers or not door.edition.survey_is_open(door.now):
        return redirect("applications:survey", door.token)
    form = BeginForm(posted(request), address=link.email)
    if request.method == "POST":
        limits.hit(action="survey_begin", key=link.pk, limit=20, per=HOUR, now=database_now())
        if form.is_valid():
            return _begin(request, door)
    context = page_context(door, form=form, is_sent=False, number="")
    return render(request, "applications/host/separate.html", context)


def _begin(request: HttpRequest, door: Door) -> HttpResponse:
    host_trust.let_in_by_address(request, door.link, now=door.now)
    browser = host_trust.browser_of(request, door.link)
    try:
        host_merge.begin_separate_survey(door.invitation, now=database_now(), begun_in=browser)
    except (services.SurveyClosed, host_merge.NothingToDouble):
        return redirect("applications:survey", door.token)
    return redirect("applications:survey_page", door.token, FIRST_PAGE)
