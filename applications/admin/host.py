"""Pages of the panel about municipalities: surveys, decisions, invitations."""

from datetime import datetime

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications import answer_sheet, host_tables, version_history
from applications.after_tables import late_lines
from applications.enums import SURVEY_SENT, SurveyStatus
from applications.host_people import people_of
from applications.models import HostInvitation, HostSurvey
from applications.return_tables import return_lines
from applications.selectors.host import surveys_seen_by
from applications.selectors.host_partners import unlisted_of
from applications.services.host import judge_survey
from applications.staff_views import host_exports, hosts
from applications.wording import lateness_words
from core import audit, formats
from core.admin import ReadOnlyAdmin, Verb
from core.models import User
from core.templatetags.components import status_tag
from core.wiring import across_rooms

Status = SurveyStatus
MOST_REPLIES = 10
WAITS = {
    Status.DRAFT: _("the municipality: the survey is not sent yet"),
    Status.SUBMITTED: _("a coordinator: the decision on eligibility"),
    Status.RETURNED: _("the municipality: the answers are to be completed"),
    Status.EXCEPTION: _("a second person: the exception is to be approved or refused"),
    Status.DUPLICATE: _("a coordinator: it may be a second survey of the same municipality"),
}

audit.describe(
    {
        "applications.latecode.made": _("A late code was made"),
        "applications.latecode.used": _("A late code was used"),
        "applications.latecode.revoked": _("A late code was taken back"),
        "applications.hostinvitation.invited": _("The invitation was written"),
        "applications.hostinvitation.requested": _("The link to the survey was asked for"),
        "applications.hostsurvey.begun": _("The survey was begun"),
        "applications.hostsurvey.partner_found": _("A partner hromada was found in the register"),
        "applications.hostsurvey.saved": _("A page of the survey was saved"),
        "applications.hostsurvey.corrected": _("A correction was sent"),
        "applications.hostsurvey.duplicate_sent": _("A possible duplicate was sent"),
        "applications.hostsurvey.return_due_moved": _("More time was given for the answers"),
        "applications.hostsurvey.return_taken_back": _("The return was taken back"),
        "applications.hostsurvey.came_late": _("Something came after the closing and was kept"),
        "applications.hostsurvey.late_taken_in": _("What came late was taken into the draft"),
        "applications.hostsurvey.late_noted": _("A coordinator noted the late draft"),
        "applications.hostsurvey.doubled": _("A second survey of the municipality was begun"),
        "programme.gmina.typed": _("The municipality was typed by hand"),
        "programme.gmina.corrected": _("What was typed by hand was corrected"),
        "programme.gmina.verified": _("The municipality was verified"),
        "programme.gmina.refused": _("It is no municipality"),
        "programme.gmina.tied": _("It was tied to a municipality of the register"),
        "applications.hostsurvey.phone_begun": _("A survey by telephone was begun"),
        "applications.hostsurvey.phone_page": _("A page was written down on the telephone"),
        "applications.hostsurvey.handed_over": _("A telephone survey was sent to be confirmed"),
        "applications.hostsurvey.stated_by_phone": _("Declarations were stated on the telephone"),
        "applications.hostsurvey.took_over": _("Answers of a possible duplicate were merged in"),
        "applications.hostsurvey.merge_undone": _("A merge was taken back"),
    }
)


@admin.register(HostSurvey)
class HostSurveyAdmin(ReadOnlyAdmin):
    """Surveys: the list, and the record with answers by topic and the verdict of the rules."""

    change_form_template = "admin/applications/hosts/change_form.html"
    change_list_template = "admin/applications/hosts/change_list.html"
    edition_lookup = "edition"
    stages = [SURVEY_SENT]
    list_actions = [hosts.decide_chosen, host_exports.answers_xlsx, host_exports.answers_csv]
    list_display = ["shown_number", "name", "area", "status_word", "population", "entrance"]
    list_filter = ["status", "is_late", "entrance", "gmina__voivodeship"]
    list_select_related = ["gmina", "edition"]
    search_fields = ["number", "gmina__name", "gmina__teryt", "email"]
    ordering = ["-submitted_at", "-pk"]
    fields = ["shown_number", "name", "area", "status_word", "submitted_at", "lateness", "entrance"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest):
        """Only what this person may know of."""
        return surveys_seen_by(request.user, super().get_queryset(request).for_table())

    def get_actions(self, request: HttpRequest) -> dict:
        """Deciding needs its permission."""
        actions = super().get_actions(request)
        if not request.user.has_perm("applications.decide_eligibility"):
            actions.pop("decide_chosen", None)
        if not host_exports.may_export(request):
            actions.pop("answers_xlsx", None)
            actions.pop("answers_csv", None)
        return actions

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, survey: HostSurvey) -> str:
        """The number, or that it is a draft."""
        return survey.number or str(_("draft"))

    @admin.display(description=_("municipality"), ordering="gmina__sort_key")
    def name(self, survey: HostSurvey) -> str:
        """Name of the gmina."""
        return survey.gmina.name

    @admin.display(description=_("area"), ordering="gmina__voivodeship")
    def area(self, survey: HostSurvey) -> str:
        """What tells namesakes apart."""
        gmina = survey.gmina
        return f"{gmina.get_kind_display()}, {gmina.powiat}, {gmina.voivodeship}"

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, survey: HostSurvey) -> str:
        """Word, shape and colour."""
        return status_tag(survey.get_status_display(), host_tables.TAG_KINDS[survey.status])

    @admin.display(description=_("population"), ordering="population_used")
    def population(self, survey: HostSurvey) -> str:
        """The figure that the rules used, with its thousands apart."""
        figure = survey.population_used
        return formats.number(figure, get_language() or "pl") if figure else "\u2013"

    @admin.display(description=_("sent late"))
    def lateness(self, survey: HostSurvey) -> str:
        """Whether it came in time, or how it came after (FT-21)."""
        return lateness_words(survey) or str(_("no"))

    def waits_for_of(self, request: HttpRequest, obj: HostSurvey) -> str:
        """Who has the ball."""
        return str(WAITS.get(obj.status, ""))

    def verbs_for(self, request: HttpRequest, obj: HostSurvey) -> list[Verb]:
        """The next verb first."""
        user = request.user
        verbs = _merge_verbs(user, obj) + _phone_verbs(user, obj)
        if user.has_perm("applications.decide_eligibility"):
            verbs += _decision_verbs(obj)
        if user.has_perm("applications.return_survey"):
            verbs += _return_verbs(obj)
        if user.has_perm("applications.approve_exception") and _waits_for(user, obj):
            verbs += [
                Verb(_("Approve the exception"), _at("approve_exception", obj), primary=True),
                Verb(_("Refuse the exception"), _at("refuse_exception", obj)),
            ]
        if (
            user.has_perm("applications.decide_eligibility")
            and Status.WITHDRAWN in obj.STEPS[obj.status]
        ):
            question = _("The municipality no longer wants to take part. This cannot be undone.")
            verbs.append(Verb(_("Withdraw"), _at("withdraw_survey", obj), confirm=str(question)))
        if user.has_perm("applications.verify_municipalities"):
            verbs += _partner_verbs(obj)
        story = reverse("admin:win4ua_timeline", args=[obj.gmina_id])
        verbs.append(Verb(_("The whole story of the municipality"), story, method="get"))
        if user.has_perm("applications.invite_hosts") and obj.is_open_for_changes:
            address = _at("hand_over_survey", obj)
            verbs.append(Verb(_("Hand over to another person"), address, method="get"))
        if user.has_perm("core.revoke_capabilitylink"):
            question = _("Every link to this survey stops working at once.")
            verbs.append(
                Verb(_("Close the links"), _at("revoke_links", obj), confirm=str(question))
            )
        return verbs

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ) -> HttpResponse:
        """Answers by topic, versions with their differences, decisions with their figures."""
        if obj is not None:
            context |= _record_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _at(name: str, survey: HostSurvey) -> str:
    return reverse(f"admin:applications_{name}", args=[survey.pk])


def _waits_for(user: User, survey: HostSurvey) -> bool:
    """An exception that somebody else asked for: nobody approves what they proposed."""
    asked = survey.exceptions.filter(closed_at=None).exclude(asked_by=user)
    return survey.status == Status.EXCEPTION and asked.exists()


def _phone_verbs(user: User, survey: HostSurvey) -> list[Verb]:
    is_open = survey.is_by_telephone and survey.submitted_at is None and survey.is_open_for_changes
    if not is_open or not user.has_perm("applications.enter_host_surveys"):
        return []
    go_on = _("Go on with the telephone survey")
    return [Verb(go_on, _at("phone_check", survey), method="get", primary=True)]


def _partner_verbs(survey: HostSurvey) -> list[Verb]:
    """The first partner that was typed and that nobody has found in the register yet."""
    waiting = [each.place for each in unlisted_of(survey) if each.match is None]
    words = _("Find the partner hromada in the register")
    return [
        Verb(
            words,
            reverse("admin:applications_match_partner", args=[survey.pk, place]),
            method="get",
        )
        for place in waiting[:1]
    ]


def _merge_verbs(user: User, survey: HostSurvey) -> list[Verb]:
    if not user.has_perm("applications.merge_surveys"):
        return []
    if survey.status == Status.DUPLICATE:
        merge = _at("merge_surveys", survey)
        return [Verb(_("Merge with the leading survey"), merge, method="get", primary=True)]
    if survey.status == Status.MERGED:
        question = str(_("Both surveys will be as they were before the merge."))
        return [Verb(_("Take the merge back"), _at("take_back_merge", survey), confirm=question)]
    return []


def _decision_verbs(survey: HostSurvey) -> list[Verb]:
    exception = Verb(_("Ask for an exception"), _at("ask_exception", survey), method="get")
    if survey.status == Status.SUBMITTED:
        decide = Verb(_("Decide"), _at("decide_survey", survey), primary=True)
        return [decide] if judge_survey(survey).is_eligible else [decide, exception]
    return [exception] if survey.status == Status.INELIGIBLE else []


def _return_verbs(survey: HostSurvey) -> list[Verb]:
    if survey.status == Status.SUBMITTED:
        return [Verb(_("Return questions"), _at("return_survey", survey), method="get")]
    if survey.status == Status.RETURNED:
        question = _("The survey stands as it was sent; nothing is asked of the municipality.")
        address = _at("take_back_return", survey)
        return [
            Verb(_("Give more time"), _at("return_more_time", survey), method="get"),
            Verb(_("Take the return back"), address, confirm=str(question)),
        ]
    return []


def _record_context(request: HttpRequest, survey: HostSurvey) -> dict[str, object]:
    now = timezone.now()
    is_sent = survey.submitted_at is not None
    is_judged = is_sent and not survey.is_duplicate
    may_read = request.user.has_perm(
        "applications.read_host_answers" if is_sent else "applications.read_host_drafts"
    )
    answers = survey.answers if is_sent else survey.draft_answers
    if not may_read:
        answers = answer_sheet.without_names(answers) if is_sent else {}
    sections = answer_sheet.of_survey(survey, answers, now=now) if answers else []
    decisions = survey.decisions.select_related("decided_by", "asked_by", "version")
    return {
        "answer_sections": sections,
        "facts": host_tables.verdict_of(survey, now=now) if is_judged else None,
        "decision_lines": host_tables.decision_lines(decisions.order_by("-pk")),
        "phone_words": answer_sheet.phone_words(survey) if may_read else [],
        "version_lines": version_history.lines_of(survey, with_people=may_read),
        "newest_version": survey.versions.count(),
        "duplicates": list(survey.duplicates.order_by("pk")) if may_read else [],
        "late_lines": late_lines(survey, now=now) if may_read else None,
        "return_lines": return_lines(survey, now=now, with_answers=may_read) if is_sent else [],
        "people": people_of(survey, with_names=may_read),
        "troubles": _troubles(request.user, survey, now=now),
        "replies": _replies(request.user, survey),
    }


def _troubles(user: User, survey: HostSurvey, *, now: datetime) -> list:
    """Where our letters do not arrive, for those who may see the stop list (E18)."""
    if not user.has_perm("mailing.view_suppression"):
        return []
    return across_rooms("troubles_of_gmina")(survey.gmina, now=now)


def _replies(user: User, survey: HostSurvey) -> list[Model]:
    """What the municipality answered to our letters, for those who may read it (E18)."""
    if not user.has_perm("mailing.view_reply"):
        return []
    return list(across_rooms("replies_of_gmina")(survey.gmina)[:MOST_REPLIES])


@admin.register(HostInvitation)
class HostInvitationAdmin(ReadOnlyAdmin):
    """Who was invited, when and by whom; the token is never shown again."""

    edition_lookup = "edition"
    list_display = ["organisation", "email", "entrance", "invited_by", "invited_at"]
    list_filter = ["entrance"]
    list_select_related = ["organisation", "invited_by", "edition"]
    search_fields = ["organisation__name", "email"]
    ordering = ["-invited_at", "-pk"]
    change_list_template = "admin/applications/hosts/change_list.html"
    fields = ["edition", "organisation", "email", "entrance", "invited_by", "invited_at"]
    readonly_fields = fields
