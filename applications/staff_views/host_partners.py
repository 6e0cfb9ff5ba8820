"""Panel pages about partner hromadas that the register lacked when an office named them (C3)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from applications.forms.host_partner_match import FindHromadaForm, MatchForm
from applications.selectors.host_partners import UnlistedPartner, unlisted_of, unlisted_partners
from applications.services import host_partners as services
from applications.staff_views.hosts import chosen_edition, find, show
from applications.staff_views.unlisted import MAY_VERIFY


@require_GET
@permission_required(MAY_VERIFY, raise_exception=True)
def waiting(request: HttpRequest) -> HttpResponse:
    """Every typed partner of the edition, with what was found."""
    edition = chosen_edition(request)
    context = {
        "title": _("Partner hromadas not in the register"),
        "edition": edition,
        "rows": unlisted_partners(edition),
    }
    return show(request, "partners.html", context)


def _partner(pk: int, place: int) -> UnlistedPartner:
    for each in unlisted_of(find(pk)):
        if each.place == place:
            return each
    raise Http404("no such partner")


@permission_required(MAY_VERIFY, raise_exception=True)
def match(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One of them: search the register, say which hromada it is."""
    partner = _partner(pk, place)
    form = MatchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _match(request, partner, form)
        address = redirect("admin:applications_partners")
        address["Location"] += f"?edition={partner.survey.edition.year}"
        return address
    search = FindHromadaForm(request.GET if "q" in request.GET else {"q": partner.typed})
    context = {
        "title": _("Find a partner hromada in the register"),
        "partner": partner,
        "form": form,
        "search": search,
        "found": search.found(),
    }
    return show(request, "partner_match.html", context)


def _match(request: HttpRequest, partner: UnlistedPartner, form: MatchForm) -> None:
    try:
        services.match_partner(
            partner.survey,
            typed=partner.typed,
            hromada=form.cleaned_data["hromada"],
            actor=request.user,
            now=timezone.now(),
        )
    except services.NotTyped:
        messages.error(request, _("The municipality has corrected this answer meanwhile."))
    else:
        messages.success(request, _("Kept. Matching sees the hromada of the register from now on."))
