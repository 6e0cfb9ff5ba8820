"""The public entrance of candidates: choose the hromada, have the personal link sent."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import intern_progress
from applications.clock import database_now
from applications.forms.interns import SearchForm, StartForm
from applications.services import interns as services
from core import limits
from core.client_ip import client_ip
from core.doorway import Passage
from programme.models import Edition
from programme.selectors import find_hromadas

MINUTE = timedelta(minutes=1)
SUGGESTIONS = 10
SENT = "intern_link_sent"


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """The entrance: choose the hromada, type the address, get the link by mail."""
    edition = Edition.objects.in_force(timezone.now())
    is_open = edition is not None and edition.applications_are_open(database_now())
    passage = Passage("application.start", place=client_ip(request), now=database_now())
    form = StartForm(request.POST if request.method == "POST" else None, passage=passage)
    if is_open and request.method == "POST" and form.is_valid() and not form.is_search:
        try:
            return _send_link(request, edition, form)
        except services.CallIsClosed:
            messages.error(request, _("Applications are not accepted at the moment."))
    if form.is_bound and form.is_search:
        form.only_searched()
    return render(
        request,
        "applications/interns/start.html",
        {"form": form, "edition": edition, "is_open": is_open}
        | intern_progress.window_words(edition),
    )


def _send_link(request: HttpRequest, edition: Edition, form: StartForm) -> HttpResponse:
    email = form.cleaned_data["email"]
    form.count(email)
    if not form.is_robot:
        services.start_application(
            edition,
            hromada=form.cleaned_data["chosen"],
            email=email,
            language=get_language() or "uk",
            now=database_now(),
        )
    request.session[SENT] = email
    return redirect("applications:intern_link_sent")


@login_not_required
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """The same answer for every address, with the one that this browser typed (A3)."""
    email = request.session.get(SENT, "")
    return render(request, "applications/interns/link_sent.html", {"email": email})


@login_not_required
@require_safe
def hromadas(request: HttpRequest) -> HttpResponse:
    """Suggestions for the search: at most ten."""
    form = SearchForm(request.GET)
    try:
        limits.hit(
            action="search", key=client_ip(request), limit=60, per=MINUTE, now=timezone.now()
        )
    except limits.TooMany as error:
        return JsonResponse({"results": []}, status=429, headers={"Retry-After": error.seconds})
    found = find_hromadas(form.cleaned_data["q"])[:SUGGESTIONS] if form.is_valid() else []
    rows = [
        {
            "value": each.katottg,
            "label": each.name_in_both,
            "hint": f"{each.get_kind_display()}, {each.area}",
        }
        for each in found
    ]
    return JsonResponse({"results": rows})
