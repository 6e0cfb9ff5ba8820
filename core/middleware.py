"""Headers on every response, and the rules of a staff session."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from csp.constants import HEADER, SELF
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.limits import TooMany
from core.views import too_many

PANEL = "/admin/"
IDLE_LIFE = timedelta(hours=1)
WHOLE_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
POWERS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(f"{power}=()" for power in POWERS)
NONCE_TO_COME = "nonce-to-come"
# Scripts of Django's admin carry no nonce and write HTML themselves.
PANEL_POLICY = {
    "script-src": [SELF],
    "style-src": [SELF],
    "require-trusted-types-for": None,
    "trusted-types": None,
}


class PagePolicyMiddleware(CSPMiddleware):
    """The policy of the settings, or of the panel; put into words once a process (W1, W6).

    Every answer has one of these two, and only the nonce is its own. An answer that brings a
    policy of any other kind is left to the library.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As the library does it, without building the same text again."""
        replaced = getattr(response, "_csp_replace", None)
        own = {name for name in vars(response) if name.startswith("_csp_")} - {"_csp_replace"}
        if own or replaced not in (None, PANEL_POLICY) or settings.DEBUG:
            return super().process_response(request, response)
        nonce = getattr(request, "_csp_nonce", None)
        policy = _policy(is_panel=replaced is not None, has_nonce=nonce is not None)
        response.headers.setdefault(HEADER, policy.replace(NONCE_TO_COME, nonce or ""))
        if nonce is None:  # from now on it would not be in the header any more
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)
        return response


@cache
def _policy(*, is_panel: bool, has_nonce: bool) -> str:
    return build_policy(
        replace=PANEL_POLICY if is_panel else None, nonce=NONCE_TO_COME if has_nonce else None
    )


class SecurityHeadersMiddleware:
    """Headers that no view has to think of. A view may set a stricter value of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        if request.path_info.startswith(PANEL):
            response._csp_replace = PANEL_POLICY
        return response


class SecondFactorMiddleware:
    """Staff sessions: a second factor before any page, one hour idle, twelve hours in all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_staff:
            return self.staff(request)
        return self.get_response(request)

    def staff(self, request: HttpRequest) -> HttpResponse:
        """Sign out a session that is too old; send one without second factor to get it."""
        now = timezone.now().timestamp()
        began = request.session.setdefault("staff_began_at", now)
        seen = request.session.setdefault("staff_seen_at", now)
        if now - began > WHOLE_LIFE.total_seconds() or now - seen > IDLE_LIFE.total_seconds():
            logout(request)
            return redirect(reverse("admin:login"))
        if now - seen > SEEN_EVERY.total_seconds():
            request.session["staff_seen_at"] = now
        open_to_all = {reverse("admin:logout"), reverse("sign_out")}
        if not request.user.is_verified():
            factor = {reverse("admin:second_factor"), reverse("admin:second_factor_setup")}
            if request.path_info not in open_to_all | factor:
                return redirect("admin:second_factor")
        elif request.user.password_is_temporary:
            own = {reverse("admin:password_change"), reverse("admin:second_factor_codes")}
            if request.path_info not in open_to_all | own:
                return redirect("admin:password_change")
        return self.get_response(request)


class TooManyMiddleware:
    """A limit becomes the page that says how long to wait: views count, and need not answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for `TooMany`; any other exception goes its way."""
        return too_many(request, exception) if isinstance(exception, TooMany) else None
