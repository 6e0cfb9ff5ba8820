"""Pages on the way into the panel: password, second factor, recovery codes."""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as otp_login

from core import limits, links, second_factor
from core.client_ip import client_ip
from core.forms import FirstCodeForm, PasswordSignInForm, SecondFactorForm

HOUR = timedelta(hours=1)


def staff_only(view):
    """Signed in with a password, perhaps without the second factor yet."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_staff:
            return redirect("admin:login")
        translation.activate(request.user.language)
        return view(request, *args, **kwargs)

    checked.login_url = reverse_lazy("admin:login")
    return never_cache(checked)


def where_next(request: HttpRequest) -> str:
    """The panel page that was asked for, if it is one of ours; else the desk."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe and asked.startswith("/admin/") else reverse_lazy("admin:index")


@never_cache
@login_not_required
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Address and password; the answer never says which of them was wrong."""
    form = PasswordSignInForm(request.POST or None)
    if form.is_valid():
        _count_sign_in(request, form.cleaned_data["username"])
        user = authenticate(request, **form.cleaned_data)
        if user is not None and user.is_staff:
            login(request, user)
            links.begin_own_session(request)
            request.session["staff_began_at"] = timezone.now().timestamp()
            request.session["staff_seen_at"] = timezone.now().timestamp()
            request.session["staff_next"] = str(where_next(request))
            return redirect("admin:second_factor")
        form.add_error(None, _("The address or the password is not right. Please try again."))
    shown = {"form": form, "next": request.GET.get("next", ""), "app_path": request.path}
    return render(request, "admin/login.html", admin.site.each_context(request) | shown)


def _count_sign_in(request: HttpRequest, address: str) -> None:
    now = timezone.now()
    limits.hit(action="sign_in.ip", key=client_ip(request), limit=20, per=HOUR, now=now)
    limits.hit(action="sign_in.account", key=address.casefold(), limit=10, per=HOUR, now=now)


def _count_code(request: HttpRequest) -> None:
    now, who = timezone.now(), str(request.user.pk)
    limits.hit(action="second_factor", key=who, limit=10, per=timedelta(minutes=10), now=now)
    limits.hit(action="second_factor.day", key=who, limit=96, per=timedelta(days=1), now=now)


@staff_only
@sensitive_post_parameters("code")
def verify(request: HttpRequest) -> HttpResponse:
    """The code from the phone; a person without a phone is led to set one up."""
    if request.user.is_verified():
        return redirect("admin:index")
    if second_factor.phone_of(request.user) is None:
        return redirect("admin:second_factor_setup")
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        _count_code(request)
        device = second_factor.check(request.user, code=form.cleaned_data["code"])
        if device is not None:
            otp_login(request, device)
            return redirect(request.session.pop("staff_next", None) or "admin:index")
        form.add_error("code", _("This code is not right, or was used already. Enter a new one."))
    return render(request, "core/second_factor.html", {"form": form})


@staff_only
@sensitive_post_parameters("code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the phone its secret, check one code, then show the recovery codes once."""
    if second_factor.phone_of(request.user) is not None:
        return redirect("admin:second_factor")
    phone = second_factor.phone_being_set_up(request.user)
    if phone is None:
        if request.method == "POST":
            second_factor.start_setup(request.user)
            return redirect("admin:second_factor_setup")
        return render(request, "core/second_factor_begin.html")
    form = FirstCodeForm(request.POST or None)
    if form.is_valid():
        _count_code(request)
        confirmed = second_factor.confirm_phone(request.user, code=form.cleaned_data["code"])
        if confirmed is not None:
            otp_login(request, confirmed)
            return show_codes(request)
        form.add_error("code", _("This code is not right. Wait for the next one and enter it."))
    return _show_secret(request, form, phone)


def _show_secret(request: HttpRequest, form: FirstCodeForm, phone) -> HttpResponse:
    """As a picture for the phone, and as letters for who cannot photograph it."""
    shown = {
        "form": form,
        "qr": second_factor.qr_code(phone),
        "secret": second_factor.secret_text(phone),
        "issuer": settings.OTP_TOTP_ISSUER,
    }
    return render(request, "core/second_factor_setup.html", shown)


def show_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once."""
    codes = second_factor.new_recovery_codes(request.user)
    return render(request, "core/recovery_codes.html", {"codes": codes})


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes; the old ones stop working."""
    if request.method == "POST":
        return show_codes(request)
    return render(request, "core/recovery_codes_new.html")
