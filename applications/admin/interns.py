"""Pages of the panel about candidates: lists, records, verbs as buttons."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications import intern_answers, intern_tables
from applications.enums import (
    APPLICATION_CORRECT,
    APPLICATION_SELECTED,
    APPLICATION_SENT,
    ApplicationStatus,
)
from applications.figure_drift import register_now
from applications.models import Evaluation, InternApplication
from applications.selectors import interns as selectors
from core import audit, formats
from core.admin import ReadOnlyAdmin, Verb
from core.db import by_alphabet
from core.templatetags.components import status_tag

Status = ApplicationStatus

audit.describe(
    {
        "applications.internapplication.started": _("The application was begun"),
        "applications.internapplication.hromada_chosen": _("The hromada was chosen"),
        "applications.internapplication.page_saved": _("A page of answers was saved"),
        "applications.internapplication.head_asked": _("The head was asked to confirm"),
        "applications.internapplication.head_refused": _("The head refused the candidacy"),
        "applications.internapplication.restricted_read": _("Protected answers were read"),
        "applications.evaluation.assigned": _("An evaluator was assigned"),
        "applications.evaluation.saved": _("A draft of the evaluation was saved"),
        "applications.travelchecklist.saved": _("The travel list was changed"),
        "applications.selection.made": _("Candidates were selected"),
    }
)


ADDRESSES = ("email", "head_email")


@admin.register(InternApplication)
class InternApplicationAdmin(ReadOnlyAdmin):
    """Candidates: the list with the next verb, and the record."""

    change_form_template = "admin/applications/interns/change_form.html"
    change_list_template = "admin/applications/interns/change_list.html"
    edition_lookup = "edition"
    stages = [APPLICATION_SENT, APPLICATION_CORRECT, APPLICATION_SELECTED]
    list_display = [
        "shown_number",
        "full_name",
        "hromada",
        "status_word",
        "sheets",
        "merit_points",
        "total_points",
        "next_verb",
    ]
    list_filter = ["status", "head_answer", "hromada__oblast"]
    list_select_related = ["hromada", "edition"]
    search_fields = ["number", "last_name", "first_name", "email", "hromada__name"]
    ordering = ["-submitted_at", "-pk"]
    fields = [
        "number",
        "full_name",
        "latin_name",
        "hromada",
        "email",
        "submitted_at",
        "head_email",
        "head_answer",
        "head_reason",
        "population",
        "population_on",
        "register_now",
        "correct_by_at",
        "merit_points",
        "interview_points",
        "bonus_points",
        "total_points",
        "place_on_list",
        "decision_reason",
    ]

    def get_queryset(self, request: HttpRequest):
        """Sent applications, with the number of final sheets."""
        return (
            super()
            .get_queryset(request)
            .exclude(number="")
            .select_related("hromada", "edition")
            .annotate(final_sheets=selectors.final_sheets())
        )

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Of a person an auditor sees the name only (permission matrix P08)."""
        if request.user.has_perm("applications.read_intern_answers"):
            return self.fields
        return [name for name in self.fields if name not in ADDRESSES]

    @admin.display(description=_("population"))
    def population(self, obj: InternApplication) -> str:
        """The figure that the rules used, with its thousands apart."""
        figure = obj.population_used
        return formats.number(figure, get_language() or "pl") if figure else "\u2013"

    @admin.display(description=_("register now"))
    def register_now(self, obj: InternApplication) -> str:
        """What the register says by now, where it differs from the figure used."""
        return register_now(obj.hromada, obj.population_used, get_language() or "pl") or "\u2013"

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, obj: InternApplication) -> str:
        """The number, which opens the record."""
        return obj.number

    @admin.display(description=_("candidate"), ordering=by_alphabet("last_name"))
    def full_name(self, obj: InternApplication) -> str:
        """First name and surname."""
        return obj.full_name

    @admin.display(description=_("name in Latin letters"))
    def latin_name(self, obj: InternApplication) -> str:
        """As in the passport."""
        return obj.latin_name

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, obj: InternApplication) -> str:
        """Word, shape and colour."""
        return status_tag(obj.get_status_display(), intern_tables.KINDS[obj.status])

    @admin.display(description=_("final evaluations"))
    def sheets(self, obj: InternApplication) -> int:
        """How many evaluators are done."""
        return obj.final_sheets

    @admin.display(description=_("next step"))
    def next_verb(self, obj: InternApplication) -> str:
        """What waits, in words."""
        return str(WAITS[obj.status])

    def waits_for_of(self, request: HttpRequest, obj: InternApplication) -> str:
        """Who has the ball."""
        if obj.is_head_refused and obj.status == Status.SUBMITTED:
            return str(_("A coordinator: the head has refused."))
        return str(WAITS[obj.status])

    def verbs_for(self, request: HttpRequest, obj: InternApplication) -> list[Verb]:
        """The verbs that fit the status, for those who may press them."""
        return [
            Verb(str(label), reverse(f"admin:applications_{name}", args=[obj.pk]), **options)
            for statuses, permission, name, label, options in VERBS
            if obj.status in statuses and request.user.has_perm(f"applications.{permission}")
        ]

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None):
        """The record with answers by topic, files and evaluations."""
        obj = self.get_object(request, object_id)
        more = {}
        if obj is not None:
            may_read = request.user.has_perm("applications.view_evaluation")
            may_know = request.user.has_perm("applications.read_intern_answers")
            may_load = request.user.has_perm("applications.download_application_files")
            more = {
                "topics": intern_answers.topics(obj, show_restricted=False, anonymous=not may_know),
                "application_files": list(
                    obj.files.select_related("stored").order_by("kind", "pk")
                ),
                "may_load": may_load,
                "sheets": list(selectors.sheets_of(obj)) if may_read else [],
                "checks": list(
                    obj.formal_checks.select_related("checked_by").order_by("-checked_at", "-pk")
                ),
            }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)


WAITS = {
    Status.DRAFT: _("The candidate: to send"),
    Status.SUBMITTED: _("The head: to confirm"),
    Status.HEAD_CONFIRMED: _("A coordinator: formal check"),
    Status.RETURNED: _("The candidate: to correct"),
    Status.FORMALLY_CORRECT: _("Evaluators"),
    Status.EVALUATED: _("A coordinator: interview"),
    Status.INTERVIEWED: _("A coordinator: selection"),
    Status.SELECTED: _("A coordinator: to begin the preparation"),
    Status.RESERVE: _("A free place"),
    Status.REJECTED: _("Nothing"),
    Status.PREPARING: _("The candidate: travel list"),
    Status.READY: _("Matching"),
    Status.CANNOT_TRAVEL: _("Nothing"),
    Status.WITHDRAWN: _("Nothing"),
}
BEFORE_CHECK = (Status.SUBMITTED, Status.HEAD_CONFIRMED)
PREPARED = (Status.SELECTED, Status.PREPARING, Status.READY)
ALIVE = tuple(
    status for status, steps in InternApplication.STEPS.items() if Status.WITHDRAWN in steps
)
GET, MAIN = {"method": "get"}, {"method": "get", "primary": True}
VERBS = (
    ((Status.HEAD_CONFIRMED,), "check_formally", "formal_check", _("Check formally"), MAIN),
    (
        (Status.SUBMITTED,),
        "check_formally",
        "ask_head",
        _("Ask the head again"),
        {"confirm": _("The head gets a new link; the old one stops working.")},
    ),
    (BEFORE_CHECK, "check_formally", "return_application", _("Return for correction"), GET),
    (
        (*BEFORE_CHECK, Status.RETURNED),
        "check_formally",
        "reject_application",
        _("Reject"),
        GET,
    ),
    (
        (Status.FORMALLY_CORRECT,),
        "assign_evaluators",
        "assign_evaluators",
        _("Assign evaluators"),
        MAIN,
    ),
    (
        (Status.EVALUATED,),
        "record_interview",
        "record_interview",
        _("Record the interview"),
        MAIN,
    ),
    (
        (Status.SELECTED,),
        "prepare_interns",
        "mark_preparing",
        _("Begin the preparation"),
        {"primary": True},
    ),
    ((Status.PREPARING,), "prepare_interns", "travel_checklist", _("Travel list"), GET),
    ((Status.PREPARING,), "prepare_interns", "mark_ready", _("Ready to travel"), {"primary": True}),
    (PREPARED, "prepare_interns", "cannot_travel", _("Cannot travel"), GET),
    (
        PREPARED,
        "view_restricted_intern_fields",
        "restricted_answers",
        _("Show protected answers"),
        {"confirm": _("That you have looked is written down.")},
    ),
    (ALIVE, "check_formally", "withdraw_application", _("Withdraw at the candidate's wish"), GET),
)


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    """Evaluation sheets: who reads what, and how far."""

    edition_lookup = "application__edition"
    list_display = ["application", "evaluator", "status", "due_on", "submitted_at", "points"]
    list_filter = ["status"]
    list_select_related = ["application__hromada", "evaluator"]
    search_fields = ["application__number", "evaluator__email", "evaluator__last_name"]
    ordering = ["due_on", "pk"]
    fields = [
        "application",
        "evaluator",
        "status",
        "assigned_at",
        "due_on",
        "impartial_at",
        "submitted_at",
        "points",
        "comment",
        "recusal_reason",
    ]

    def get_queryset(self, request: HttpRequest):
        """With the points, in one query more."""
        return super().get_queryset(request).prefetch_related("scores")

    @admin.display(description=_("points"))
    def points(self, obj: Evaluation) -> str:
        """The sum, once the sheet is final."""
        return str(obj.points) if obj.is_final else "–"
