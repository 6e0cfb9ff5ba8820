"""Typing a late code on the pages that say that surveys are closed (A17)."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.clock import database_now
from applications.forms.late_codes import LateCodeForm
from applications.selectors.host_closing import latest_late_code
from applications.selectors.host_doors import opened_by_link
from applications.services import late_codes as services
from applications.views.host_access import PURPOSE, door_of
from core import formats, limits, links
from core.client_ip import client_ip
from core.models import CapabilityLink
from core.views import too_many
from programme.models import Edition, Gmina
from programme.public_pages import help_email

HOUR = timedelta(hours=1)
TRIES_A_PLACE, TRIES_A_MUNICIPALITY = 10, 30


@links.capability(PURPOSE, opened_by_link)
def late_code_by_link(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """On the closed page behind a personal link."""
    door = door_of(request, link)
    is_known = door.survey is None or door.is_trusted
    if request.method != "POST" or door.is_anothers or not is_known:
        return redirect("applications:survey", door.token)
    return _try(request, door.edition, door.gmina, ("applications:survey", door.token))


@login_not_required
def late_code_of_gmina(request: HttpRequest, teryt: str) -> HttpResponse:
    """On the closed public page of a municipality; then the link can be asked for."""
    edition = Edition.objects.in_force(database_now())
    gmina = get_object_or_404(Gmina.objects.valid(), teryt=teryt)
    if edition is None:
        return redirect("applications:survey_door")
    if request.method != "POST":  # the page of a wrong code, opened again in another language
        return redirect("applications:survey_gmina", gmina.teryt)
    return _try(request, edition, gmina, ("applications:survey_gmina", gmina.teryt))


def _try(
    request: HttpRequest, edition: Edition, gmina: Gmina, back: tuple[str, str]
) -> HttpResponse:
    """One attempt: counted, then judged; a right code leads on, a wrong one stays on the page."""
    now = database_now()
    try:
        limits.hit(
            action="late_code.ip", key=client_ip(request), limit=TRIES_A_PLACE, per=HOUR, now=now
        )
        limits.hit(
            action="late_code.gmina",
            key=f"{edition.pk}.{gmina.teryt}",
            limit=TRIES_A_MUNICIPALITY,
            per=HOUR,
            now=now,
        )
    except limits.TooMany as error:
        return too_many(request, error)
    form = LateCodeForm(request.POST)
    if form.is_valid():
        try:
            services.use_code(edition, gmina=gmina, typed=form.cleaned_data["code"])
        except services.BadCode:
            form.add_error("code", _("This code does not work. Check it, or write to us."))
        else:
            messages.success(request, _open_words(edition, gmina))
            return redirect(*back)
    context = {
        "form": form,
        "gmina": gmina,
        "deadline": formats.deadline_in_both(edition.survey_closes_at, get_language() or "pl"),
        "write_to": help_email(edition),
    }
    return render(request, "applications/host/late_code.html", context)


def _open_words(edition: Edition, gmina: Gmina) -> str:
    until = latest_late_code(edition, gmina)
    words = formats.deadline_in_both(until, get_language() or "pl") if until else ""
    return _("The code was accepted. The survey can be sent until: %(until)s.") % {"until": words}
