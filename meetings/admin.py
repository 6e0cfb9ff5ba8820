"""Sessions, choices and declarations as records of the panel."""

from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import audit
from core.admin import PanelAdmin, Verb
from core.formats import day
from meetings import services
from meetings.enums import SESSION_CHOSEN, DeclarationStatus
from meetings.forms import SessionForm
from meetings.models import Declaration, InformationSession, SessionChoice
from programme.models import Edition

audit.describe(
    {
        "meetings.sessionchoice.invited": _("Invited to the information sessions"),
        "meetings.sessionchoice.people_changed": _("The number of people was changed"),
        "meetings.sessionchoice.reminded": _("Reminded to answer the invitation"),
        "meetings.declaration.asked": _("Asked for the declaration of participation"),
        "meetings.declaration.mentor_confirmed": _("The mentor confirmed"),
        "meetings.declaration.mentor_refused": _("The mentor refused"),
    }
)


@admin.register(InformationSession)
class InformationSessionAdmin(PanelAdmin):
    """The dates on offer; a place added goes to whoever waits for one (S9)."""

    form = SessionForm
    list_display = ["starts_at", "duration_minutes", "capacity", "taken"]
    ordering = ["starts_at", "pk"]
    edition_lookup = "edition"
    life_fields = ("taken",)
    fields = [
        "edition",
        "starts_at",
        "duration_minutes",
        "capacity",
        "taken",
        "join_url",
        "recording_url",
    ]

    def get_changeform_initial_data(self, request) -> dict:
        """The edition at hand and its usual length, so that only the date is left to type."""
        edition = Edition.objects.order_by("-year").first()
        length = {"duration_minutes": edition.session_minutes} if edition else {}
        return {"edition": edition, **length, **super().get_changeform_initial_data(request)}

    @transaction.atomic
    def save_model(self, request, obj: InformationSession, form, change: bool) -> None:
        """Places that were added are offered to the waiting list."""
        super().save_model(request, obj, form, change)
        services.offer_free_seats(obj, now=timezone.now())

    def verbs_for(self, request, obj: InformationSession) -> list[Verb]:
        """The day of the session, the invitations and the reminders."""
        if not request.user.has_perm("meetings.change_sessionchoice"):
            return []
        day = reverse("admin:meetings_session_day", args=[obj.pk])
        invite = reverse("admin:meetings_invite", args=[obj.edition_id])
        remind = reverse("admin:meetings_remind", args=[obj.edition_id])
        return [
            Verb(_("Who comes, attendance"), day, method="get", primary=True),
            Verb(_("Invite municipalities"), invite, method="get"),
            Verb(_("Remind those who have not answered"), remind, method="get"),
        ]


@admin.register(SessionChoice)
class SessionChoiceAdmin(PanelAdmin):
    """What each municipality answered; changed by its link or by the page of the session."""

    list_display = ["survey", "gmina", "status", "session", "people", "answered_at"]
    list_filter = ["status", "session"]
    list_select_related = ["survey__gmina", "session"]
    search_fields = ["survey__number", "survey__gmina__name"]
    ordering = ["survey__gmina__sort_key", "pk"]
    edition_lookup = "survey__edition"
    stages = [SESSION_CHOSEN]
    fields = [
        "survey",
        "status",
        "session",
        "people",
        "needs",
        "reason",
        "wants_recording",
        "invited_at",
        "answered_at",
    ]
    readonly_fields = fields

    @admin.display(description=_("municipality"), ordering="survey__gmina__sort_key")
    def gmina(self, obj: SessionChoice) -> str:
        """The name of the municipality."""
        return obj.survey.gmina.name

    def has_add_permission(self, request) -> bool:
        """Invitations make them."""
        return False


@admin.register(Declaration)
class DeclarationAdmin(PanelAdmin):
    """Declarations of hosts: to be accepted or returned."""

    list_display = ["gmina", "status", "mentor", "mentor_answer", "interns", "sent_at"]
    list_filter = ["status", "mentor_answer"]
    list_select_related = ["survey__gmina", "mentor"]
    search_fields = ["survey__number", "survey__gmina__name"]
    ordering = ["survey__gmina__sort_key", "pk"]
    edition_lookup = "survey__edition"
    fields = [
        "survey",
        "status",
        "representative",
        "interns",
        "possible_dates",
        "lodging",
        "mentor",
        "mentor_answer",
        "mentor_answered_at",
        "scan",
        "return_reason",
        "asked_at",
        "sent_at",
        "accepted_at",
    ]
    readonly_fields = fields

    @admin.display(description=_("municipality"), ordering="survey__gmina__sort_key")
    def gmina(self, obj: Declaration) -> str:
        """The name of the municipality."""
        return obj.survey.gmina.name

    @admin.display(description=_("possible dates of the internship"))
    def possible_dates(self, obj: Declaration) -> str:
        """The chosen windows of the edition, in days."""
        language = get_language() or "pl"
        chosen = obj.survey.edition.windows.filter(code__in=obj.windows)
        return "; ".join(
            f"{day(one.starts_on, language)} – {day(one.ends_on, language)}"
            for one in chosen.order_by("starts_on", "pk")
        )

    def has_add_permission(self, request) -> bool:
        """Asking makes them."""
        return False

    def waits_for_of(self, request, obj: Declaration) -> str:
        """Whose turn it is."""
        if obj.status in (DeclarationStatus.ASKED, DeclarationStatus.RETURNED):
            return _("Waits for the municipality.")
        if obj.status == DeclarationStatus.SENT and obj.mentor_answer != "confirmed":
            return _("Waits for the mentor.")
        if obj.status == DeclarationStatus.SENT:
            return _("Waits for a coordinator.")
        return ""

    def verbs_for(self, request, obj: Declaration) -> list[Verb]:
        """Accept or return what was sent."""
        if obj.status != DeclarationStatus.SENT or not request.user.has_perm(
            "meetings.change_declaration"
        ):
            return []
        accept = reverse("admin:meetings_accept_declaration", args=[obj.pk])
        back = reverse("admin:meetings_return_declaration", args=[obj.pk])
        return [
            Verb(_("Accept the declaration"), accept, primary=obj.mentor_answer == "confirmed"),
            Verb(_("Return for correction"), back, method="get"),
        ]
