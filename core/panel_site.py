"""The panel as a site: its door, its language, its frame with rooms and editions.

What every record's pages have in common stands in `core.panel`.
"""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import showcase, staff_views
from core.forms import OwnPasswordForm


def edition_of(request: HttpRequest):
    """The edition in the page's address (`?edition=2026`); without one, the newest. May be None.

    Found once for a request: the frame of the panel asks as well.
    """
    if not hasattr(request, "_panel_edition"):
        request._panel_edition = _edition_asked_for(request.GET.get("edition", ""))  # type: ignore[attr-defined]
    return request._panel_edition  # type: ignore[attr-defined]


def _edition_asked_for(asked: str):
    editions = apps.get_model(settings.PANEL_EDITION_MODEL)._default_manager.order_by("-year")
    found = editions.filter(year=asked).first() if asked.isdecimal() and len(asked) == 4 else None
    return found or editions.first()


class PanelSite(admin.AdminSite):
    """Django's admin site in our look, with the second factor and the rooms' own pages."""

    site_title = "WIN4UA"
    site_header = "WIN4UA"
    index_title = _("What waits")
    enable_nav_sidebar = False
    final_catch_all_view = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor; nobody else."""
        return (
            request.user.is_active
            and request.user.is_staff
            and getattr(request.user, "is_verified", lambda: False)()
        )

    def admin_view(self, view, cacheable: bool = False):
        """As Django's, in the language of the person."""
        inner = super().admin_view(view, cacheable)

        def spoken(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = request.user.language
            return inner(request, *args, **kwargs)

        for name in ("csrf_exempt", "login_required"):
            if hasattr(view, name):
                setattr(spoken, name, getattr(view, name))
        return spoken

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Our own sign-in page."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        return staff_views.sign_in(request)

    login.login_required = False

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Django's page, with a form that writes the audit line."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def index(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The desk: what the wiring puts there, above the rooms."""
        extra = import_string(settings.PANEL_HOME)(request) | (extra_context or {})
        return super().index(request, extra)

    def get_urls(self) -> list:
        """The rooms' own pages first, then what Django's admin brings."""
        own = [
            path("login/second-factor/", staff_views.verify, name="second_factor"),
            path("login/set-up/", staff_views.set_up, name="second_factor_setup"),
            self._wrapped("login/codes/", staff_views.recovery_codes, "second_factor_codes"),
        ]
        own.append(self._wrapped("components/", showcase.components, "components"))
        for room in settings.ROOMS:
            own += [
                self._wrapped(f"{room}/{pattern.pattern}", pattern.callback, name, pattern)
                for pattern, name in self._staff_pages(room)
            ]
        return own + super().get_urls()

    def _staff_pages(self, room: str):
        # The wiring's `urls` is what is being built here, so its own pages stand in `staff_urls`.
        module = "win4ua.staff_urls" if room == "win4ua" else f"{room}.urls"
        if not apps.is_installed(room) or find_spec(module) is None:
            return
        for pattern in getattr(import_module(module), "staff_urlpatterns", ()):
            name = pattern.name if pattern.name.startswith(f"{room}_") else f"{room}_{pattern.name}"
            yield pattern, name

    def _wrapped(self, route: str, view, name: str, like: URLPattern | None = None) -> URLPattern:
        def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            return self.admin_view(view)(request, *args, **kwargs)

        opened.admin_site = self
        opened.login_url = "admin:login"
        opened.__name__ = getattr(view, "__name__", name)
        opened.__doc__ = view.__doc__
        opened.__module__ = view.__module__
        return path(route, opened, like.default_args if like else None, name=name)

    def each_context(self, request: HttpRequest) -> dict:
        """What the panel's frame shows: rooms in walking order and the editions."""
        context = super().each_context(request)
        context["panel_rooms"] = self._rooms(request, context["available_apps"])
        context["panel_editions"] = self._editions(request)
        if self.has_permission(request):
            context["panel_search_url"] = _address("admin:win4ua_search")
            if settings.PANEL_ALARMS:
                context["panel_alarms"] = import_string(settings.PANEL_ALARMS)(request)
        return context

    def _rooms(self, request: HttpRequest, available: list) -> list[dict]:
        order = {room: place for place, room in enumerate(reversed(settings.ROOMS))}
        walking = {"programme": 0, "applications": 1, "meetings": 2, "matching": 3, "grants": 4}
        rooms = []
        for each in available:
            label = each["app_label"]
            pages = [
                {
                    "name": model["name"],
                    "url": model["admin_url"],
                    "is_current": request.path.startswith(model["admin_url"]),
                }
                for model in each["models"]
                if model["admin_url"]
            ]
            pages = self._own_pages(request, label) + pages
            rooms.append(
                {
                    "place": walking.get(label, 10 + order.get(label, 10)),
                    "name": each["name"],
                    "url": each["app_url"],
                    "is_current": request.path.startswith(each["app_url"]),
                    "items": pages,
                }
            )
        return sorted(rooms, key=lambda room: room["place"])

    def _own_pages(self, request: HttpRequest, room: str) -> list[dict]:
        """Pages that a room's `urls` puts beside its lists.

        `panel_pages = [(label, "admin:room_name", "room.permission"), ...]`.
        """
        if not apps.is_installed(room) or find_spec(f"{room}.urls") is None:
            return []
        declared = getattr(import_module(f"{room}.urls"), "panel_pages", ())
        return [
            {"name": label, "url": reverse(name), "is_current": request.path == reverse(name)}
            for label, name, permission in declared
            if request.user.has_perm(permission)
        ]

    def _editions(self, request: HttpRequest) -> list[dict]:
        if not self.has_permission(request) or not _has_editions():
            return []
        editions = apps.get_model(settings.PANEL_EDITION_MODEL)._default_manager.order_by("-year")
        current = edition_of(request)
        return [
            {
                "name": str(edition),
                "url": f"{request.path}?edition={edition.year}",
                "is_current": edition == current,
            }
            for edition in editions
        ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _has_editions() -> bool:
    return apps.is_installed(settings.PANEL_EDITION_MODEL.split(".")[0]) and (
        settings.PANEL_EDITION_MODEL.lower() in {m._meta.label_lower for m in apps.get_models()}
    )


def panel_context(request: HttpRequest) -> dict:
    """What a room's own page of the panel passes to its template for the frame around it."""
    return admin.site.each_context(request)
