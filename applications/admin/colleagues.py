"""Pages of the panel about the people at a survey."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import TakeOverStatus
from applications.models import SurveyColleague, TakeOverRequest
from core import audit, formats
from core.admin import ReadOnlyAdmin, Verb

audit.describe(
    {
        "applications.hostsurvey.colleague_invited": _("A colleague was invited to the survey"),
        "applications.hostsurvey.colleague_handed_over": _("The survey was handed over"),
        "applications.hostsurvey.colleague_took_over": _("The survey was taken over"),
        "applications.hostsurvey.colleague_by_staff": _("A coordinator handed the survey over"),
        "applications.hostsurvey.colleague_accepted": _("A colleague began to work on the survey"),
        "applications.hostsurvey.colleague_ended": _("The invitation of a colleague was ended"),
        "applications.takeoverrequest.asked": _("A colleague asked to take over the survey"),
    }
)


class OverdueFilter(admin.SimpleListFilter):
    """Requests that nobody answered in time: a task of the coordinators."""

    title = _("waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin):
        """One chip."""
        return [("us", _("for us"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Silence past the day on which an answer was expected."""
        if self.value() != "us":
            return queryset
        today = formats.day_in_warsaw(timezone.now())
        return queryset.filter(status=TakeOverStatus.ASKED, due_on__lt=today)


@admin.register(TakeOverRequest)
class TakeOverRequestAdmin(ReadOnlyAdmin):
    """Who asks for whose survey, until when an answer is expected, and what came of it."""

    edition_lookup = "survey__edition"
    list_display = ["gmina", "email", "status", "asked_at", "due_on"]
    list_filter = [OverdueFilter, "status"]
    list_select_related = ["survey__gmina", "survey__edition"]
    search_fields = ["email", "survey__gmina__name"]
    ordering = ["-asked_at", "-pk"]
    change_list_template = "admin/applications/hosts/change_list.html"
    fields = ["gmina", "email", "status", "asked_at", "due_on", "answered_at", "reason"]
    readonly_fields = fields

    @admin.display(description=_("municipality"), ordering="survey__gmina__sort_key")
    def gmina(self, wish: TakeOverRequest) -> str:
        """Name of the gmina."""
        return wish.survey.gmina.name

    def verbs_for(self, request: HttpRequest, obj: TakeOverRequest) -> list[Verb]:
        """Answer in place of whoever is silent; the survey itself."""
        survey = reverse("admin:applications_hostsurvey_change", args=[obj.survey_id])
        verbs = [Verb(str(_("The survey")), survey, method="get")]
        may = request.user.has_perm("applications.invite_hosts")
        if may and obj.status == TakeOverStatus.ASKED:
            answer = reverse("admin:applications_answer_take_over", args=[obj.pk])
            verbs.insert(0, Verb(str(_("Answer")), answer, method="get", primary=True))
        return verbs


@admin.register(SurveyColleague)
class SurveyColleagueAdmin(ReadOnlyAdmin):
    """Who works on whose survey, and how they came to it."""

    edition_lookup = "survey__edition"
    list_display = ["gmina", "email", "way", "added_at", "accepted_at", "ended_at"]
    list_filter = ["way"]
    list_select_related = ["survey__gmina", "survey__edition"]
    search_fields = ["email", "survey__gmina__name"]
    ordering = ["-added_at", "-pk"]
    change_list_template = "admin/applications/hosts/change_list.html"
    fields = ["gmina", "email", "way", "asked_by", "reason", "added_at", "ends_at"]
    fields += ["accepted_at", "ended_at"]
    readonly_fields = fields

    @admin.display(description=_("municipality"), ordering="survey__gmina__sort_key")
    def gmina(self, colleague: SurveyColleague) -> str:
        """Name of the gmina."""
        return colleague.survey.gmina.name
