"""Panel pages about municipalities that were typed by hand and have to be verified."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.forms.host_phone import FindGminaForm
from applications.forms.unlisted import CorrectForm, TieForm
from applications.models import HostInvitation, HostSurvey
from applications.services import unlisted as services
from applications.staff_views.hosts import show
from core import formats
from programme.models import Gmina

MAY_VERIFY = "applications.verify_municipalities"


def _find(teryt: str) -> Gmina:
    return get_object_or_404(Gmina.objects.to_be_verified().with_population(), teryt=teryt)


@require_GET
@permission_required(MAY_VERIFY, raise_exception=True)
def waiting(request: HttpRequest) -> HttpResponse:
    """What was typed by hand, with who asked."""
    gminas = Gmina.objects.to_be_verified().with_population().order_by("sort_key", "pk")
    language = get_language() or "pl"
    asked = HostInvitation.objects.filter(organisation__gmina__in=gminas.values("pk"))
    who: dict[int, list[str]] = {}
    for gmina, email in asked.order_by("pk").values_list("organisation__gmina", "email"):
        who.setdefault(gmina, []).append(email)
    rows = [
        {
            "gmina": gmina,
            "population": formats.number(gmina.population_value or 0, language),
            "who": ", ".join(who.get(gmina.pk, [])),
        }
        for gmina in gminas
    ]
    return show(request, "unlisted.html", {"title": _("Municipalities to verify"), "rows": rows})


@permission_required(MAY_VERIFY, raise_exception=True)
def verify(request: HttpRequest, teryt: str) -> HttpResponse:
    """One of them: correct it here; confirm, tie or refuse it by the buttons."""
    gmina = _find(teryt)
    known = {name: getattr(gmina, name) for name in ("teryt", "name", "powiat")}
    known["population"] = gmina.population_value
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        answer = _correct(request, gmina, form)
        if answer is not None:
            return answer
    search = FindGminaForm(request.GET if "q" in request.GET else {"q": gmina.name})
    context = {
        "title": _("Verify a municipality"),
        "gmina": gmina,
        "form": form,
        "search": search,
        "found": search.found(),
        "surveys": HostSurvey.objects.for_table().filter(gmina=gmina).order_by("pk"),
        "invitations": HostInvitation.objects.filter(organisation__gmina=gmina).order_by("pk"),
    }
    return show(request, "verify.html", context)


def _correct(request: HttpRequest, gmina: Gmina, form: CorrectForm) -> HttpResponse | None:
    try:
        fresh = services.correct_unlisted(
            gmina, actor=request.user, now=timezone.now(), **form.cleaned_data
        )
    except services.AlreadyRegistered as error:
        form.add_error(
            "teryt",
            _("The register knows this code: %(gmina)s. Tie the two below.")
            % {"gmina": error.gmina},
        )
        return None
    except services.AlreadyOnFile:
        form.add_error("teryt", _("This code is already on file."))
        return None
    messages.success(request, _("Corrected."))
    return redirect("admin:applications_verify_gmina", fresh.teryt)


def _press(
    request: HttpRequest, gmina: Gmina, verb: Callable[[], object], done: str
) -> HttpResponse:
    """Carry out one verb and say how it went, also when a colleague was faster by a moment."""
    refused = ""
    try:
        verb()
    except services.AlreadyOnFile:
        messages.error(request, _("Somebody else has already dealt with this municipality."))
        return redirect("admin:applications_unlisted")
    except services.HasSurveys:
        refused = _("A survey has been sent for it. Decide on the survey, or tie the two.")
    except services.CannotTie:
        refused = _("Its survey has already been admitted, and the other municipality has one too.")
    if refused:
        messages.error(request, refused)
        return redirect("admin:applications_verify_gmina", gmina.teryt)
    messages.success(request, done)
    return redirect("admin:applications_unlisted")


@require_POST
@permission_required(MAY_VERIFY, raise_exception=True)
def confirm(request: HttpRequest, teryt: str) -> HttpResponse:
    """It is a municipality as written."""
    gmina = _find(teryt)
    return _press(
        request,
        gmina,
        lambda: services.confirm_unlisted(gmina, actor=request.user, now=timezone.now()),
        _("Verified. From now on everybody finds this municipality."),
    )


@require_POST
@permission_required(MAY_VERIFY, raise_exception=True)
def refuse(request: HttpRequest, teryt: str) -> HttpResponse:
    """It is no municipality."""
    gmina = _find(teryt)
    return _press(
        request,
        gmina,
        lambda: services.refuse_unlisted(gmina, actor=request.user, now=timezone.now()),
        _("Closed, with its links."),
    )


@require_POST
@permission_required(MAY_VERIFY, raise_exception=True)
def tie(request: HttpRequest, teryt: str) -> HttpResponse:
    """It is this municipality of the register."""
    gmina, form = _find(teryt), TieForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the municipality of the register."))
        return redirect("admin:applications_verify_gmina", teryt)
    registered = get_object_or_404(Gmina.objects.valid(), teryt=form.cleaned_data["registered"])
    return _press(
        request,
        gmina,
        lambda: services.tie_unlisted(
            gmina, registered=registered, actor=request.user, now=timezone.now()
        ),
        _("Tied. Surveys, links and people have moved."),
    )
