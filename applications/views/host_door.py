"""The public entrance /ankieta/: choose the municipality, have the personal link sent."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from applications.clock import database_now
from applications.eligibility import is_within_limit
from applications.forms.host_door import AskLinkForm, DoorForm, SuggestForm
from applications.forms.late_codes import LateCodeForm
from applications.selectors.host import official_figure
from applications.services import host as services
from applications.services.host_invitations import may_ask
from applications.views.host_access import posted
from applications.wording import figure_words
from core import formats, limits
from core.client_ip import client_ip
from core.doorway import Passage
from programme.enums import GminaKind
from programme.models import Edition, Gmina
from programme.public_pages import help_email
from programme.selectors import suggest_gminas

MOST_FOUND = 10
LEAST_LETTERS = 2
MINUTE = timedelta(minutes=1)
ASKED = "survey_asked"
SENT = "survey_link_sent"


def suggestion(gmina: Gmina) -> dict[str, str]:
    """One row of the search: the name, and what tells namesakes apart."""
    kind = str(GminaKind(gmina.kind).label)
    hint = ", ".join([kind, f"powiat {gmina.powiat}", gmina.voivodeship])
    return {"value": gmina.teryt, "label": gmina.name, "hint": hint}


def _found(typed: str) -> list[Gmina]:
    return suggest_gminas(typed, MOST_FOUND) if len(typed.strip()) >= LEAST_LETTERS else []


@login_not_required
@require_GET
def survey_door(request: HttpRequest) -> HttpResponse:
    """Search for the municipality. Opening and searching create nothing (A12)."""
    form = DoorForm(request.GET)
    now = database_now()
    edition = Edition.objects.in_force(now)
    if teryt := form.chosen():
        address = reverse("applications:survey_gmina", args=[teryt])
        return redirect(f"{address}?z={form.entrance()}")
    typed = form.typed()
    found = [{**suggestion(gmina), "checked": False} for gmina in _found(typed)]
    context = {
        **_about_edition(edition, now),
        "is_open": edition is not None and edition.survey_may_begin(now),
        "typed": typed,
        "found": found,
        "nothing_found": bool(typed) and not found,
        "is_empty": form.went_on() and not typed.strip(),
        "is_undecided": form.went_on() and bool(found),
        "entrance": form.entrance(),
    }
    return render(request, "applications/host/door.html", context)


def _about_edition(edition: Edition | None, now: datetime) -> dict[str, object]:
    """Until when surveys are accepted, and where to write."""
    language = get_language() or "pl"
    return {
        "edition": edition,
        "is_over": edition is not None and now >= edition.survey_closes_at,
        "deadline": formats.deadline_in_both(edition.survey_closes_at, language) if edition else "",
        "write_to": help_email(edition),
    }


@login_not_required
@require_GET
def gmina_suggestions(request: HttpRequest) -> HttpResponse:
    """Suggestions for the search field, at most ten."""
    try:
        limits.hit(action="gmina_suggestions", key=client_ip(request), limit=60, per=MINUTE)
    except limits.TooMany as error:
        return JsonResponse({"results": []}, status=429, headers={"Retry-After": error.seconds})
    found = _found(SuggestForm(request.GET).typed())
    return JsonResponse({"results": [suggestion(gmina) for gmina in found]})


@login_not_required
def survey_gmina(request: HttpRequest, teryt: str) -> HttpResponse:
    """One municipality: its official figure against the limit, and where to send the link."""
    now = database_now()
    edition = Edition.objects.in_force(now)
    gmina = get_object_or_404(Gmina.objects.valid(), teryt=teryt)
    if edition is None:
        return redirect("applications:survey_door")
    form = AskLinkForm(posted(request), passage=_passage(request))
    population = _population(edition, gmina, now)
    if request.method == "POST" and population["is_allowed"] and form.is_valid():
        return _send_link(request, edition, gmina, form)
    context = {
        **_about_edition(edition, now),
        "form": form,
        "entrance": DoorForm(request.GET).entrance(),
        "gmina": gmina,
        "is_open": may_ask(edition, gmina, now),
        "late_form": LateCodeForm(),
        **population,
    }
    return render(request, "applications/host/gmina.html", context)


def _passage(request: HttpRequest) -> Passage:
    return Passage("survey_link", place=client_ip(request), now=database_now())


def _population(edition: Edition, gmina: Gmina, now: datetime) -> dict[str, object]:
    """The official figure against the limit; without a figure the survey will ask."""
    language = get_language() or "pl"
    figure = official_figure(gmina, now=now)
    is_within = figure is None or is_within_limit(figure.value, edition.population_limit_pl)
    return {
        "is_allowed": is_within and gmina.kind in edition.allowed_gmina_kinds,
        "figure": figure_words(figure, language) if figure else "",
        "limit": formats.number(edition.population_limit_pl, language),
    }


def _send_link(
    request: HttpRequest, edition: Edition, gmina: Gmina, form: AskLinkForm
) -> HttpResponse:
    email = form.cleaned_data["email"]
    form.count(email)
    if not form.is_robot:
        _ask(request, edition, gmina, email)
    return redirect("applications:survey_link_sent")


def _ask(request: HttpRequest, edition: Edition, gmina: Gmina, email: str) -> None:
    entrance = DoorForm(request.GET).entrance()
    language = get_language() or "pl"
    try:
        sent = services.request_survey_link(
            edition,
            gmina=gmina,
            email=email,
            now=database_now(),
            language=language,
            entrance=entrance,
        )
    except services.SurveyNotOpen:
        request.session[SENT] = {"email": "", "is_begun_by_another": False}
    else:
        remember_sent(request, sent)


def remember_sent(request: HttpRequest, sent: services.LinkRequest) -> None:
    """For the page that says where the link went, and the field that asks for that address."""
    request.session[SENT] = {
        "email": sent.email,
        "is_begun_by_another": sent.is_begun_by_another,
    }
    request.session[ASKED] = sent.email


def asked_address(request: HttpRequest) -> dict[str, str]:
    """For the field that asks for the address of the letter: where this browser had it sent."""
    return {"email": request.session.get(ASKED, "")}


def masked(email: str) -> str:
    """ "a…@serock.pl": enough for a colleague to know whose it is, not enough to write to it."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


@login_not_required
@require_GET
def survey_link_sent(request: HttpRequest) -> HttpResponse:
    """The link is on its way; to whom it went."""
    sent = request.session.get(SENT)
    if sent is None:
        return redirect("applications:survey_door")
    return render(request, "applications/host/link_sent.html", {"sent": sent})
