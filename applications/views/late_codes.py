"""Typing a late code on the pages that say that surveys are closed (A17)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

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
from applications.views import host_trust
from applications.views.host_access import PURPOSE, door_of
from core import formats, limits, links
from core.client_ip import client_ip
from core.models import CapabilityLink
from programme.models import Edition, Gmina
from programme.public_pages import help_email

HOUR = timedelta(hours=1)
TRIES_A_LINK, TRIES_A_PLACE, TRIES_A_MUNICIPALITY = 10, 10, 30


@links.capability(PURPOSE, opened_by_link)
def late_code_by_link(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """On the closed page behind a personal link."""
    door = door_of(request, link)
    is_known = door.survey is None or door.is_trusted
    if request.method != "POST" or door.is_anothers or not is_known:
        return redirect("applications:survey", door.token)
    count = partial(_count_link, link)
    return _try(request, door.edition, door.gmina, ("applications:survey", door.token), count)


@login_not_required
def late_code_of_gmina(request: HttpRequest, teryt: str) -> HttpResponse:
    """On the closed public page of a municipality; then the link can be asked for."""
    edition = Edition.objects.in_force(database_now())
    gmina = get_object_or_404(Gmina.objects.valid(), teryt=teryt)
    if edition is None:
        return redirect("applications:survey_door")
    if request.method != "POST":  # the page of a wrong code, opened again in another language
        return redirect("applications:survey_gmina", gmina.teryt)
    own = host_trust.link_of_gmina(request, edition, gmina, now=database_now())
    place = partial(_count_stranger, client_ip(request), edition, gmina)
    count = place if own is None else partial(_count_link, own)
    return _try(request, edition, gmina, ("applications:survey_gmina", gmina.teryt), count)


def _count_link(link: CapabilityLink) -> None:
    """Who holds a link of the municipality: nobody else's wrong codes stand in the way."""
    limits.hit(
        action="late_code.link", key=link.pk, limit=TRIES_A_LINK, per=HOUR, now=database_now()
    )


def _count_stranger(place: str, edition: Edition, gmina: Gmina) -> None:
    """Anybody else, by place and by municipality, so that guessing stays bounded (SEC-M, SEC-R)."""
    now = database_now()
    limits.hit(action="late_code.ip", key=place, limit=TRIES_A_PLACE, per=HOUR, now=now)
    limits.hit(
        action="late_code.gmina",
        key=f"{edition.pk}.{gmina.teryt}",
        limit=TRIES_A_MUNICIPALITY,
        per=HOUR,
        now=now,
    )


def _try(
    request: HttpRequest,
    edition: Edition,
    gmina: Gmina,
    back: tuple[str, str],
    count: Callable[[], None],
) -> HttpResponse:
    """One attempt: counted, then judged; a right code leads on, a wrong one stays on the page."""
    count()
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
