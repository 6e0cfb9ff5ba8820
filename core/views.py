"""Pages that belong to no room: refusals, signing out, health."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.limits import TooMany
from core.links import BadLink, harden

TYPED_AT_MOST = 400


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its proof of origin: old tab, lost cookies, or another site.

    To somebody behind a personal link, from a page of ours, what was typed is given back in a form
    with a fresh proof, so that one press sends it again (FT-20).
    """
    is_personal = _is_personal(request)
    typed = _typed(request) if is_personal else []
    context = {"typed": typed, "again": request.get_full_path()}
    response = render(request, "403_csrf.html", context, status=403)
    return harden(response) if is_personal else response


def _is_personal(request: HttpRequest) -> bool:
    """Whether the address is that of a page behind a personal link, and so a secret."""
    match = request.resolver_match
    return match is not None and hasattr(match.func, "link_purpose")


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of the form that was refused; nothing for a form that may be foreign."""
    own = f"{request.scheme}://{request.get_host()}"
    is_ours = own == request.headers.get("Origin", "") or (
        request.headers.get("Sec-Fetch-Site", "") == "same-origin"
    )
    if not is_ours or request.FILES:
        return []
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return typed if len(typed) <= TYPED_AT_MOST else []


def bad_link(request: HttpRequest, error: BadLink) -> HttpResponse:
    """The kind page for a link that opens nothing: says why and what to do."""
    return render(request, "core/bad_link.html", {"reason": error.reason}, status=410)


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """429: the same page for everybody, with the time to wait."""
    minutes = -(-error.seconds // 60)
    response = render(request, "core/too_many.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(error.seconds)
    return harden(response) if _is_personal(request) else response


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; also forgets which personal links this browser may read."""
    logout(request)
    return redirect("/")


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what is not there and for what is not yours."""
    return render(request, "404.html", status=404)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not entitled."""
    return render(request, "403.html", status=403)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be understood."""
    return render(request, "400.html", status=400)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; the page needs neither database nor session."""
    return render(request, "500.html", status=500)
