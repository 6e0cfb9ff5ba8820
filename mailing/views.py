"""Public pages of the mailing room: signing in by a mailed link or code, and unsubscribing."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from core import limits, links
from core.access import find_login_link, use_login_code, use_login_link
from core.client_ip import client_ip
from core.links import BadLink
from core.models import CapabilityLink, User
from core.views import bad_link
from mailing import access, services
from mailing.forms import (
    AskCodeForm,
    CodeForm,
    SignInForm,
    SignInLinkForm,
    UnsubscribeForm,
)
from mailing.models import Letter
from mailing.unsubscribe import BadUnsubscribeLink, letter_number

HOUR = timedelta(hours=1)
SESSION_KEY = "sign_in"


@never_cache
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Type an address; the answer is the same whether we know it or not."""
    if request.user.is_authenticated:
        return redirect(_home(request, request.user))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        _count_asking(request, email)
        access.ask_sign_in(email, now=timezone.now())
        request.session[SESSION_KEY] = {"email": email, "next": request.GET.get("next", "")}
        return redirect("mailing:sign_in_code")
    return render(request, "mailing/sign_in.html", {"form": form})


def _count_asking(request: HttpRequest, email: str) -> None:
    """SEC-M, M5: an address is one, however its dots, its case and its +tag are written.

    The narrow limits come first, so that one machine cannot use up what all share.
    """
    now = timezone.now()
    name, _at, domain = email.casefold().rpartition("@")
    folded = f"{name.split('+')[0].replace('.', '')}@{domain}"
    limits.hit(action="login_link.ip", key=client_ip(request), limit=20, per=HOUR, now=now)
    limits.hit(action="login_link.address", key=folded, limit=10, per=HOUR, now=now)
    limits.hit(action="login_link.all", key="all", limit=200, per=HOUR, now=now)


@never_cache
@login_not_required
@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The letter is on its way; its code may be typed here."""
    asked = request.session.get(SESSION_KEY)
    if not asked:
        return redirect("mailing:sign_in")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        _count_code(request, asked["email"])
        user = use_login_code(asked["email"], form.cleaned_data["code"], now=timezone.now())
        if user is not None:
            return _let_in(request, user)
        form.add_error("code", _("This code is not right or no longer works. Ask for a new one."))
    return render(request, "mailing/sign_in_code.html", {"form": form, "email": asked["email"]})


def _count_code(request: HttpRequest, key: str) -> None:
    now = timezone.now()
    limits.hit(action="code.ip", key=client_ip(request), limit=60, per=HOUR, now=now)
    limits.hit(action="code.try", key=key.casefold(), limit=25, per=HOUR, now=now)


@never_cache
@login_not_required
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a page; only a person's deed on it signs in (SEC-M, M2, M3, M9)."""
    now = timezone.now()
    try:
        user = find_login_link(token, now=now).user
        if request.user.is_authenticated and request.user != user:
            return links.harden(render(request, "core/link_of_another.html", status=409))
        asked = request.session.get(SESSION_KEY, {}).get("email", "")
        is_known = asked.casefold() == user.email.casefold()
        form = SignInLinkForm(request.POST or None, address=user.email, is_known=is_known)
        if form.is_valid():
            return links.harden(_let_in(request, use_login_link(token, now=now)))
    except BadLink as error:
        return links.harden(bad_link(request, error))
    return links.harden(render(request, "mailing/sign_in_link.html", {"form": form}))


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Open a session and go where the person was going."""
    wanted = request.session.pop(SESSION_KEY, {}).get("next", "")
    login(request, user)
    links.begin_own_session(request)
    return redirect(_home(request, user, wanted))


def _home(request: HttpRequest, user: User, wanted: str = "") -> str:
    if user.is_staff:
        return reverse("admin:index")
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    language = get_language() or user.language
    with translation.override(settings.LANGUAGE_CODE):  # the homes are written without a prefix
        return translate_url(access.home_of(user), language)


@sensitive_post_parameters("code")
def code_page(request: HttpRequest, link: CapabilityLink, *, to: str) -> HttpResponse:
    """For rooms: ask for a code to the address of a personal link, type it, be trusted.

    `to` names the page behind the link that takes the same token. Use it in a view that
    `core.links.capability` opens. The code may be asked for five times an hour.
    """
    there = reverse(to, args=[request.resolver_match.kwargs["token"]])
    if links.is_trusted(request, link):
        return redirect(there)
    asking, form = AskCodeForm(request.POST or None), CodeForm(request.POST or None)
    if asking.is_valid():
        _send_code(request, link)
        return redirect(request.path)
    if form.is_valid():
        _count_code(request, f"link {link.pk}")
        if links.check_code(link, form.cleaned_data["code"], now=timezone.now()):
            links.trust(request, link)
            return redirect(there)
        form.add_error("code", _("This code is not right or no longer works."))
    context = {
        "form": form,
        "asking": AskCodeForm(),
        "is_sent": f"code_sent_{link.pk}" in request.session,
        "domain": link.email.rpartition("@")[2],
    }
    return render(request, "mailing/code.html", context)


def _send_code(request: HttpRequest, link: CapabilityLink) -> None:
    now = timezone.now()
    limits.hit(action="code.ask", key=str(link.pk), limit=5, per=HOUR, now=now)
    access.email_code(link, now=now)
    request.session[f"code_sent_{link.pk}"] = True


@never_cache
@csrf_exempt  # RFC 8058: mail programs post here without cookies; the signed link is the proof
@login_not_required
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more bulk letters to this address. Opening the page changes nothing (E12, M11)."""
    try:
        letter = get_object_or_404(Letter, uuid=letter_number(token), is_bulk=True)
    except BadUnsubscribeLink:
        return links.harden(bad_link(request, BadLink("unknown")))
    form = UnsubscribeForm(request.POST if request.method == "POST" else None)
    is_done = form.is_valid()
    if is_done:
        services.unsubscribe(letter, now=timezone.now())
    context = {"form": form, "is_done": is_done, "email": letter.to}
    return links.harden(render(request, "mailing/unsubscribe.html", context))
