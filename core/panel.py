"""The panel: our admin site, and the base of every record's pages in it.

Rooms import these names from `core.admin`. `admin.py` of a room declares; it does not decide. A
verb is a button that posts to a view of the room, which calls one service.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby, islice

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.views import PasswordChangeView
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import audit, exports, formats, showcase, staff_views
from core.forms import OwnPasswordForm


@dataclass(frozen=True)
class Verb:
    """A button on a record: what it says, where it goes, and whether it changes something."""

    label: str
    url: str
    method: str = "post"
    primary: bool = False
    confirm: str = ""


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


class EditionFilter(admin.SimpleListFilter):
    """Chips for the edition; the lookup is `edition_lookup` of the list's `PanelAdmin`."""

    title = _("edition")
    parameter_name = "edition"

    def lookups(self, request: HttpRequest, model_admin: "PanelAdmin"):
        """Every edition, the newest first."""
        editions = apps.get_model(settings.PANEL_EDITION_MODEL)._default_manager.order_by("-year")
        self.lookup = model_admin.edition_lookup
        return [(str(edition.year), str(edition)) for edition in editions]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet):
        """The rows of the chosen edition; all of them when none is chosen."""
        years = {year for year, _words in self.lookup_choices}
        if self.value() not in years:
            return queryset
        return queryset.filter(**{f"{self.lookup}__year": self.value()})


class PanelAdmin(admin.ModelAdmin):
    """Base of every record's pages: life fields are read-only, verbs are buttons, history shows."""

    life_fields: Sequence[str] = ("status",)
    list_actions: Sequence = ()
    edition_lookup = ""
    waits_for: str = ""
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    can_export = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def verbs_for(self, request: HttpRequest, obj) -> list[Verb]:
        """The buttons that this person may press on this record now."""
        return []

    def waits_for_of(self, request: HttpRequest, obj) -> str:
        """A sentence: what the record waits for."""
        return self.waits_for

    def get_actions(self, request: HttpRequest) -> dict:
        """Django's without deletion, the room's own, and the export."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        for each in self.list_actions:
            func, name, description = self.get_action(each)
            actions[name] = (func, name, description)
        if self.can_export and request.user.has_perm("core.export_records"):
            actions["export_xlsx"] = (export_xlsx, "export_xlsx", _("Export as a spreadsheet"))
        return actions

    def get_list_filter(self, request: HttpRequest) -> list:
        """The edition first, where the record has one."""
        chosen = list(super().get_list_filter(request))
        return [EditionFilter, *chosen] if self.edition_lookup else chosen

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """What has a life of its own is shown and never typed."""
        names = {field.name for field in self.model._meta.get_fields()}
        life = [name for name in self.life_fields if name in names]
        return [*dict.fromkeys([*super().get_readonly_fields(request, obj), *life])]

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Records are ended by a verb, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        """Save reference data and write who changed which fields."""
        super().save_model(request, obj, form, change)
        deed = "changed" if change else "created"
        audit.record(
            action=f"{obj._meta.label_lower}.{deed}",
            target=obj,
            actor=request.user,
            fields=sorted(form.changed_data),
        )

    def save_formset(self, request: HttpRequest, form, formset, change: bool) -> None:
        """Save rows of the record and write which; a record that is new tells so itself."""
        super().save_formset(request, form, formset, change)
        touched = [
            *(row for row, _fields in formset.changed_objects),
            *formset.new_objects,
            *formset.deleted_objects,
        ]
        if touched:
            audit.record(
                action=f"{form.instance._meta.label_lower}.rows_changed",
                target=form.instance,
                actor=request.user,
                rows=formset.model._meta.model_name,
                codes=[str(getattr(row, "code", getattr(row, "key", row.pk))) for row in touched],
            )

    def log_addition(self, request, obj, message):
        """The audit trail has it."""

    def log_change(self, request, obj, message):
        """The audit trail has it."""

    def log_deletions(self, request, queryset):
        """The audit trail has it."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None):
        """History stands on the record itself."""
        label = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(label, args=[object_id]) + "#timeline")

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ) -> HttpResponse:
        """The record's page: verbs, what it waits for, and its history."""
        if obj is not None and obj.pk:
            context["verbs"] = self.verbs_for(request, obj)
            context["waits_for"] = self.waits_for_of(request, obj)
            context["timeline_items"] = timeline_items(obj, request.user.language)
        return super().render_change_form(request, context, add, change, form_url, obj)


class ReadOnlyAdmin(PanelAdmin):
    """Records that deeds make and verbs change: they are read here, never typed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Deeds make them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Verbs change them."""
        return False


def export_xlsx(model_admin: PanelAdmin, request: HttpRequest, queryset) -> HttpResponse:
    """The chosen rows with the columns of the list; who exported how many is on the trail."""
    names = [name for name in model_admin.get_list_display(request) if name != "__str__"]
    headings = [label_for_field(name, queryset.model, model_admin) for name in names]
    rows = [
        [_export_value(model_admin, record, name) for name in names]
        for record in queryset.order_by(*(queryset.query.order_by or ["pk"]))
    ]
    with transaction.atomic():
        audit.record(
            action="core.records.exported",
            target=request.user,
            actor=request.user,
            model=queryset.model._meta.label_lower,
            rows=len(rows),
        )
    return exports.xlsx_response(f"{queryset.model._meta.model_name}.xlsx", headings, rows)


def _export_value(model_admin: PanelAdmin, record, name: str) -> object:
    column = getattr(model_admin, name, None)
    if callable(column):
        return strip_tags(str(column(record)))
    return exports.shown_value(record, name)


def timeline_items(obj: models.Model, language: str, most: int = 100) -> list[dict[str, str]]:
    """The record's audit lines as the timeline component wants them, newest first."""
    items = (
        {
            "moment": formats.moment(line.at, language),
            "title": audit.words(line.action, obj),
            "actor": str(line.actor) if line.actor else "",
        }
        for line in audit.history(obj)[: 5 * most]
    )
    return list(islice(gathered(items), most))


def gathered(items: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The same deed of the same person many times in a row is one line: "Page saved (17)"."""
    for (title, _actor), same in groupby(items, key=lambda item: (item["title"], item["actor"])):
        run = list(same)
        yield {**run[0], "title": f"{title} ({len(run)})" if len(run) > 1 else title}


def url_of(record: models.Model) -> str:
    """The record's page in the panel, or an empty text when it has none."""
    meta = record._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def panel_context(request: HttpRequest) -> dict:
    """What a room's own page of the panel passes to its template for the frame around it."""
    return admin.site.each_context(request)
