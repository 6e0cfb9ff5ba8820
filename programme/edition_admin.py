"""The panel page of an edition: every setting, its rows, and which texts are still gaps."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Count, Q, TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core import audit, formats
from core.admin import PanelAdmin, Verb
from core.templatetags.components import status_tag
from programme import models
from programme.edition_form import DEADLINES, FAVOURS, HARD_RULES, ZONE_CHOICES, EditionForm
from programme.edition_inlines import EDITION_INLINES
from programme.enums import ContributionKind, GminaKind, HromadaKind, MatchingWeight, RecordFavours
from programme.services import earlier_years, fill_rows

# Whoever only reads a setting is shown words for what is stored as an instant, code or object.
READ_AS = {
    "survey_closes_at": "survey_closes",
    "applications_close_at": "applications_close",
    "allowed_gmina_kinds": "gmina_kinds",
    "allowed_hromada_kinds": "hromada_kinds",
    "own_contribution_kinds": "contribution_kinds",
    "host_zone": "time_of_hosts",
    "intern_zone": "time_of_interns",
    "matching_weights": "weights",
    "matching_rules": "rules",
    "tranches": "parts",
}


@admin.register(models.Edition)
class EditionAdmin(PanelAdmin):
    """Every setting of an edition. Coordinators move deadlines; administrators set the rest."""

    form = EditionForm
    list_display = [
        "name",
        "year",
        "published",
        "survey_closes",
        "applications_close",
        "gaps",
    ]
    ordering = ["-year", "pk"]
    inlines = EDITION_INLINES
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("year", "name"),
                    ("is_published", "is_demonstration"),
                    ("help_email", "help_phone"),
                ]
            },
        ),
        (
            _("Deadlines"),
            {
                "fields": [
                    ("survey_opens_at", "survey_closes_at"),
                    ("applications_open_at", "applications_close_at"),
                    ("meetings_start_on", "meetings_end_on"),
                    "declarations_close_at",
                    ("inaugural_meeting_on", "closing_meeting_on"),
                    ("grant_opens_at", "grant_closes_at"),
                    ("grant_starts_on", "grant_ends_on"),
                    "unused_return_by",
                    "reason",
                ]
            },
        ),
        (
            _("Who may take part"),
            {
                "fields": [
                    ("population_limit_pl", "population_limit_ua"),
                    ("allowed_gmina_kinds", "allowed_hromada_kinds"),
                    ("places", "reserve_places"),
                    ("interns_per_host_max", "candidates_per_hromada"),
                    "previous_years",
                ]
            },
        ),
        (
            _("Course of the edition"),
            {
                "fields": [
                    ("host_zone", "intern_zone"),
                    ("grace_minutes", "session_choice_closes_hours", "session_minutes"),
                    ("head_confirmation_days", "proposal_answer_days"),
                    "placement_weeks",
                ]
            },
        ),
        (
            _("Selection"),
            {
                "fields": [
                    ("evaluators_per_application", "third_evaluator_difference"),
                    ("merit_threshold", "bonus_max_points"),
                    ("merit_weight", "interview_weight", "interview_max_points"),
                ]
            },
        ),
        (_("Matching"), {"fields": ["matching_weights", "matching_rules"]}),
        (
            _("Small projects"),
            {
                "fields": [
                    ("grant_count", "applications_per_hromada"),
                    ("grant_pool", "grant_min", "grant_max", "grant_currency"),
                    ("own_contribution_min_percent", "own_contribution_max_percent"),
                    "own_contribution_kinds",
                    ("admin_max_percent", "reallocation_max_percent", "quotation_threshold"),
                    ("grant_evaluators", "grant_third_difference", "grant_threshold"),
                    ("correction_days", "tranches", "interim_report_percent"),
                    ("report_days", "report_correction_days", "report_correction_rounds"),
                    ("return_days", "interest_percent"),
                ]
            },
        ),
        (
            _("How long records are kept"),
            {
                "fields": [
                    "retention_is_confirmed",
                    ("retention_drafts_months", "retention_rejected_months"),
                    ("retention_placement_years", "retention_grant_years"),
                    ("retention_log_months", "retention_consent_years"),
                    "retention_passport_days",
                ]
            },
        ),
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new edition knows the years of those before it."""
        return {"previous_years": earlier_years()} | super().get_changeform_initial_data(request)

    def get_queryset(self, request: HttpRequest):
        """With the number of texts that somebody has still to write."""
        is_gap = Q(texts__text_pl="") | Q(texts__text_uk="") | Q(texts__text_en="")
        return super().get_queryset(request).annotate(gap_count=Count("texts", filter=is_gap))

    @admin.display(description=_("status"))
    def published(self, obj: models.Edition) -> str:
        """Whether the public sees it."""
        return (
            status_tag(_("published"), "good")
            if obj.is_published
            else status_tag(_("in preparation"), "waiting")
        )

    @admin.display(description=_("survey closes"), ordering="survey_closes_at")
    def survey_closes(self, obj: models.Edition) -> str:
        """The last minute for surveys, as staff type it."""
        return _minute(obj.survey_closes_at)

    @admin.display(description=_("applications close"), ordering="applications_close_at")
    def applications_close(self, obj: models.Edition) -> str:
        """The last minute for applications, as staff type it."""
        return _minute(obj.applications_close_at)

    @admin.display(description=_("texts to be written"), ordering="gap_count")
    def gaps(self, obj: models.Edition) -> int:
        """How many texts lack a language."""
        return obj.gap_count

    def waits_for_of(self, request: HttpRequest, obj: models.Edition) -> str:
        """Which texts are gaps; they are not printed on public pages until somebody writes them."""
        gaps = [text.get_key_display() for text in obj.texts.order_by("key") if text.is_gap]
        if not gaps:
            return ""
        return str(_("Texts to be written: %(texts)s.")) % {"texts": ", ".join(map(str, gaps))}

    def verbs_for(self, request: HttpRequest, obj: models.Edition) -> list[Verb]:
        """Texts and files have pages of their own, with draft, preview and history."""
        if not request.user.has_perm("programme.view_editiontext"):
            return []
        url = f"{reverse('admin:programme_content_list')}?edition={obj.year}"
        return [Verb(_("Texts and files of the site"), url, method="get")]

    def get_inlines(self, request: HttpRequest, obj=None):
        """Rows come with the first save; a new edition gets the usual ones."""
        return self.inlines if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Who may not make editions only moves deadlines."""
        read_only = [*super().get_readonly_fields(request, obj), *READ_AS.values()]
        if request.user.has_perm("programme.add_edition"):
            return read_only
        open_fields = {*DEADLINES, "reason"}
        names = flatten_fieldsets(self.fieldsets)
        return [*read_only, *(name for name in names if name not in open_fields)]

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """What this person may not type is shown in words; a closing as its last minute."""
        found = super().get_fieldsets(request, obj)
        if request.user.has_perm("programme.add_edition"):
            return found
        may_move = obj is None or self.has_change_permission(request, obj)
        kept = DEADLINES if may_move else ()
        words = {name: shown for name, shown in READ_AS.items() if name not in kept}
        return [
            (title, {**more, "fields": _read_as(more["fields"], words)}) for title, more in found
        ]

    @admin.display(description=_("kinds of gmina that may take part"))
    def gmina_kinds(self, obj: models.Edition) -> str:
        """In words."""
        return _labels(GminaKind, obj.allowed_gmina_kinds)

    @admin.display(description=_("kinds of hromada that may take part"))
    def hromada_kinds(self, obj: models.Edition) -> str:
        """In words."""
        return _labels(HromadaKind, obj.allowed_hromada_kinds)

    @admin.display(description=_("kinds of own contribution"))
    def contribution_kinds(self, obj: models.Edition) -> str:
        """In words."""
        return _labels(ContributionKind, obj.own_contribution_kinds)

    @admin.display(description=_("Time zone of hosts"))
    def time_of_hosts(self, obj: models.Edition) -> str:
        """In words."""
        return str(dict(ZONE_CHOICES)[obj.host_zone])

    @admin.display(description=_("Time zone of interns"))
    def time_of_interns(self, obj: models.Edition) -> str:
        """In words."""
        return str(dict(ZONE_CHOICES)[obj.intern_zone])

    @admin.display(description=_("Weights of matching, in points"))
    def weights(self, obj: models.Edition) -> str:
        """Each criterion with its points."""
        known = obj.matching_weights
        return "; ".join(
            f"{label}: {known[code]}" for code, label in MatchingWeight.choices if code in known
        )

    @admin.display(description=_("Hard rules of matching"))
    def rules(self, obj: models.Edition) -> str:
        """What must fit, and who gets the points for the spread of benefits."""
        told = [
            f"{label}: {_('yes') if obj.matching_rules.get(code) else _('no')}"
            for code, label in HARD_RULES.items()
        ]
        favoured = RecordFavours(obj.matching_rules.get("record_favours", RecordFavours.NEW))
        return "; ".join([*told, f"{FAVOURS}: {favoured.label}"])

    @admin.display(description=_("Tranches (percent of the grant)"))
    def parts(self, obj: models.Edition) -> str:
        """As they are typed."""
        return ", ".join(map(str, obj.tranches))

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        """As ever, with the reason on the trail, and the usual rows for a new edition."""
        super().save_model(request, obj, form, change)
        if not change:
            fill_rows(obj)
        if form.cleaned_data.get("reason"):
            audit.record(
                action="programme.edition.deadline_moved",
                target=obj,
                actor=request.user,
                fields=sorted(set(form.changed_data) & set(DEADLINES)),
                reason=form.cleaned_data["reason"],
            )


def _minute(closes_at: datetime) -> str:
    return date_format(localtime(formats.last_minute(closes_at)), "DATETIME_FORMAT")


def _labels(kinds: type[TextChoices], values: list[str]) -> str:
    return ", ".join(str(kinds(value).label) for value in values)


def _read_as(fields, words: dict[str, str]):
    return [
        _read_as(each, words) if isinstance(each, (list, tuple)) else words.get(each, each)
        for each in fields
    ]
