"""The base of every record's pages in the panel; the site around them is `core.panel_site`.

Rooms import these names from `core.admin`. `admin.py` of a room declares; it does not decide. A
verb is a button that posts to a view of the room, which calls one service.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from core import audit, exports, formats, panel_together
from core.panel_fields import DateTimeParts
from core.stages import Stage


@dataclass(frozen=True)
class Verb:
    """A button on a record: what it says, where it goes, and whether it changes something."""

    label: str
    url: str
    method: str = "post"
    primary: bool = False
    confirm: str = ""


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


class StageFilter(admin.SimpleListFilter):
    """Chips for the stages of the list's `PanelAdmin`: the numbers of a funnel open them."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: "PanelAdmin"):
        """In the order of the way."""
        self.stages = {stage.key: stage for stage in model_admin.stages}
        return [(stage.key, stage.label) for stage in model_admin.stages]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet):
        """Whoever has come at least this far; all rows when no stage is chosen."""
        stage = self.stages.get(self.value() or "")
        return queryset.filter(status__in=stage.statuses) if stage else queryset


class PanelAdmin(admin.ModelAdmin):
    """Base of every record's pages: life fields are read-only, verbs are buttons, history shows."""

    life_fields: Sequence[str] = ("status",)
    list_actions: Sequence = ()
    edition_lookup = ""
    stages: Sequence[Stage] = ()
    waits_for: str = ""
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    can_export = True
    formfield_overrides = {
        models.DateTimeField: {"widget": DateTimeParts},
        models.URLField: {"assume_scheme": "https"},
    }

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
        """The edition first, where the record has one, then the stages."""
        first: list = [EditionFilter] if self.edition_lookup else []
        first += [StageFilter] if self.stages else []
        return [*first, *super().get_list_filter(request)]

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """What has a life of its own is shown and never typed."""
        names = {field.name for field in self.model._meta.get_fields()}
        life = [name for name in self.life_fields if name in names]
        return [*dict.fromkeys([*super().get_readonly_fields(request, obj), *life])]

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Records are ended by a verb, not deleted."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """The record; while it is being saved nobody else saves it (FT-18)."""
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            field = from_field or self.model._meta.pk.name
            with suppress(ValueError, ValidationError):  # no key of a record
                rows = self.model._base_manager.filter(**{field: object_id})
                rows.select_for_update(of=("self",)).values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """With `core.panel_together` between two people who save the same record."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return panel_together.guarded(form) if change and obj is not None else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj=None):
        """Rows of a record that exists are guarded as the record is."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            yield (panel_together.guarded_rows(formset) if obj is not None else formset), inline

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
            form = getattr(context.get("adminform"), "form", None)
            context["seen"] = getattr(form, "seen_written", "")
        return super().render_change_form(request, context, add, change, form_url, obj)


class ReadOnlyAdmin(PanelAdmin):
    """Records that deeds make and verbs change: they are read here, never typed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Deeds make them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Verbs change them."""
        return False


class ReadOnlyRows(admin.TabularInline):
    """Rows of another record on the page of a record, to be read there."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        """They come about elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """They change elsewhere."""
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
    """The same deed of the same person many times in a row is one line: "Page saved (17)".

    Where lines lead to records, those of two records stay two lines.
    """
    for (title, *_rest), same in groupby(
        items, key=lambda item: (item["title"], item["actor"], item.get("url"))
    ):
        run = list(same)
        yield {**run[0], "title": f"{title} ({len(run)})" if len(run) > 1 else title}


def url_of(record: models.Model) -> str:
    """The record's page in the panel, or an empty text when it has none."""
    meta = record._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def url_of_key(type_pk: int | None, pk: int | None) -> str:
    """The same of a record that is known by its kind and key alone; it is not asked for."""
    if type_pk is None or pk is None:
        return ""
    model = ContentType.objects.get_for_id(type_pk).model_class()
    return "" if model is None else url_of(model(pk=pk))
