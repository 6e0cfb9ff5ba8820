"""Versions, pairs and placements as records of the panel."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core import audit
from core.admin import PanelAdmin, ReadOnlyAdmin, ReadOnlyRows, Verb
from matching import selectors, services
from matching.enums import PLACEMENT_KEPT, PlacementStatus, ProposalStatus, ReportStatus
from matching.explanations import CRITERIA
from matching.models import (
    Certificate,
    DiaryEntry,
    InternshipReport,
    MatchVersion,
    PairRule,
    Placement,
    Proposal,
    ScheduleItem,
)
from matching.panel_filters import DaysFilter
from programme.models import Edition

audit.describe(
    {
        "matching.matchversion.run": _("The matching was run"),
        "matching.proposal.host_accepts": _("The host accepted"),
        "matching.proposal.host_declines": _("The host declined"),
        "matching.proposal.intern_accepts": _("The intern accepted"),
        "matching.proposal.intern_declines": _("The intern declined"),
        "matching.proposal.dissolved": _("The pair was taken apart by hand"),
        "matching.proposal.made_by_hand": _("The pair was made by hand"),
        "matching.proposal.explained": _("The explanation of the pair was changed"),
        "matching.matchversion.opened": _("An empty version was opened"),
        "matching.pairrule.lifted": _("A rule about a pair was lifted"),
        "matching.scheduleitem.commented": _("The intern commented on the schedule"),
        "matching.placement.planned": _("The internship was agreed"),
        "matching.pairrule.pin": _("The pair was pinned"),
        "matching.pairrule.ban": _("The pair was forbidden"),
        "matching.scheduleitem.planned": _("Put into the schedule"),
        "matching.scheduleitem.changed": _("Changed in the schedule"),
        "matching.scheduleitem.removed": _("Something was taken out of the schedule"),
        "matching.diaryentry.written": _("The day was written"),
        "matching.diaryentry.rewritten": _("The day was written anew"),
        "matching.certificate.issued": _("The certificate was issued"),
    }
)


@admin.register(MatchVersion)
class MatchVersionAdmin(ReadOnlyAdmin):
    """Every run, with its proof."""

    list_display = ["name", "status", "objective", "author", "approved_by", "created_at"]
    list_filter = ["status"]
    list_select_related = ["author", "approved_by"]
    ordering = ["-pk"]
    edition_lookup = "edition"

    def verbs_for(self, request, obj: MatchVersion) -> list[Verb]:
        """The page of the version has the pairs and the verbs."""
        page = reverse("admin:matching_version", args=[obj.pk])
        return [Verb(_("Open the pairs"), page, method="get", primary=True)]


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Pairs with the answers of both sides."""

    list_display = ["__str__", "version", "status", "score", "host_answer", "intern_answer"]
    list_filter = ["status", "version"]
    list_select_related = [
        "version",
        "declaration__survey__gmina",
        "application__hromada",
    ]
    ordering = ["-score", "pk"]
    edition_lookup = "version__edition"
    fields = [
        "version",
        "declaration",
        "application",
        "status",
        "score",
        "points",
        "is_pinned",
        "explanation_pl",
        "explanation_uk",
        "host_answer",
        "host_reason",
        "host_answered_at",
        "intern_answer",
        "intern_reason",
        "intern_answered_at",
        "answer_by_at",
    ]
    readonly_fields = ["points"]

    @admin.display(description=_("points by criterion"))
    def points(self, obj: Proposal) -> str:
        """Each criterion with its points and the most there could be."""
        return "; ".join(
            f"{CRITERIA.get(code, code)}: {points} / {most}" for code, points, most in obj.breakdown
        )

    def verbs_for(self, request, obj: Proposal) -> list[Verb]:
        """Mend the words of a draft, replace what fell through, take it apart."""
        if not request.user.has_perm("matching.change_proposal"):
            return []
        address = {
            name: reverse(f"admin:matching_{name}", args=[obj.pk])
            for name in ("explanation", "replacement", "dissolve")
        }
        verbs = []
        if obj.status == ProposalStatus.DRAFT:
            verbs.append(Verb(_("Change the explanation"), address["explanation"], method="get"))
        if obj.status in (ProposalStatus.DECLINED, ProposalStatus.LAPSED):
            replace = Verb(_("Find a replacement"), address["replacement"], "get", primary=True)
            verbs.append(replace)
        if obj.status != ProposalStatus.REPLACED:
            verbs.append(Verb(_("Take the pair apart"), address["dissolve"], method="get"))
        return verbs


@admin.register(PairRule)
class PairRuleAdmin(PanelAdmin):
    """Pins and bans, each with a reason; the next run honours them."""

    list_display = ["declaration", "application", "kind", "reason", "author", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["declaration__survey__gmina", "application__hromada", "author"]
    ordering = ["-pk"]
    edition_lookup = "edition"
    fields = ["edition", "declaration", "application", "kind", "reason"]

    def get_changeform_initial_data(self, request) -> dict:
        """The newest edition, so that only the pair is left to choose."""
        edition = Edition.objects.order_by("-year").first()
        return {"edition": edition, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Hosts and interns of the pool, with their names in one query each."""
        edition = Edition.objects.order_by("-year").first()
        if db_field.name == "declaration" and edition:
            kwargs["queryset"] = selectors.pool_hosts(edition)
        if db_field.name == "application" and edition:
            kwargs["queryset"] = selectors.pool_interns(edition)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None) -> bool:
        """A rule is made anew or lifted, never bent."""
        return False

    def save_model(self, request, obj, form, change) -> None:
        """One service makes the rule and writes who and why."""
        made = services.set_rule(
            form.cleaned_data["edition"],
            declaration=form.cleaned_data["declaration"],
            application=form.cleaned_data["application"],
            kind=form.cleaned_data["kind"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        )
        obj.pk, obj.author, obj.created_at = made.pk, made.author, made.created_at

    def delete_model(self, request, obj) -> None:
        """The audit trail keeps what the rule was."""
        services.lift_rule(obj, actor=request.user)

    def has_delete_permission(self, request, obj=None) -> bool:
        """A rule that is no longer meant can go."""
        return request.user.has_perm("matching.delete_pairrule")


class ScheduleInline(ReadOnlyRows):
    """The plan, to be read: the mentor plans."""

    model = ScheduleItem
    fields = readonly_fields = ["starts_at", "ends_at", "title", "place", "theme"]
    ordering = ["starts_at", "pk"]

    def get_queryset(self, request):
        """With the topic."""
        return super().get_queryset(request).select_related("theme")


class DiaryInline(ReadOnlyRows):
    """The diary, to be read."""

    model = DiaryEntry
    fields = readonly_fields = ["day", "hours", "unit", "activity", "status"]
    ordering = ["day", "pk"]


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    """Internships, with the verbs of their life."""

    list_display = ["gmina", "intern_name", "status", "starts_on", "ends_on", "mentor"]
    list_filter = ["status", DaysFilter]
    list_select_related = ["declaration__survey__gmina", "application__hromada", "mentor"]
    search_fields = ["declaration__survey__gmina__name", "application__last_name"]
    ordering = ["declaration__survey__gmina__sort_key", "pk"]
    edition_lookup = "edition"
    stages = [PLACEMENT_KEPT]
    inlines = [ScheduleInline, DiaryInline]

    @admin.display(description=_("municipality"), ordering="declaration__survey__gmina__sort_key")
    def gmina(self, obj: Placement) -> str:
        """The host."""
        return obj.declaration.survey.gmina.name

    @admin.display(description=_("intern"))
    def intern_name(self, obj: Placement) -> str:
        """The intern in the nominative."""
        return f"{obj.application.last_name} {obj.application.first_name}"

    def verbs_for(self, request, obj: Placement) -> list[Verb]:
        """Arrived, finished, certificate, broken off."""
        if not request.user.has_perm("matching.change_placement"):
            return []
        address = {
            name: reverse(f"admin:matching_{name}", args=[obj.pk])
            for name in ("start", "finish", "certificate", "break_off")
        }
        verbs = []
        if obj.status == PlacementStatus.PLANNED:
            verbs.append(Verb(_("The intern has arrived"), address["start"], primary=True))
        if obj.status == PlacementStatus.UNDER_WAY:
            verbs.append(Verb(_("The internship is finished"), address["finish"], primary=True))
        if obj.status in (PlacementStatus.PLANNED, PlacementStatus.UNDER_WAY):
            verbs.append(Verb(_("Break the internship off"), address["break_off"], method="get"))
        if obj.status == PlacementStatus.FINISHED:
            verbs.append(Verb(_("Issue the certificate"), address["certificate"], primary=True))
        return verbs


@admin.register(InternshipReport)
class InternshipReportAdmin(ReadOnlyAdmin):
    """Reports of interns, mentors and hosts."""

    list_display = ["placement", "author", "status", "satisfaction", "sent_at"]
    list_filter = ["status", "author"]
    list_select_related = [
        "placement__declaration__survey__gmina",
        "placement__application__hromada",
    ]
    ordering = ["-sent_at", "pk"]
    edition_lookup = "placement__edition"
    fields = ["placement", "author", "status", "satisfaction", "words", "remark", "sent_at"]
    readonly_fields = ["words"]

    @admin.display(description=_("answers"))
    def words(self, obj: InternshipReport) -> str:
        """Each answer after its question's code."""
        return format_html(
            "{}", "\n\n".join(f"{code}: {text}" for code, text in obj.answers.items())
        )

    def verbs_for(self, request, obj: InternshipReport) -> list[Verb]:
        """Accept or return."""
        if obj.status != ReportStatus.SENT or not request.user.has_perm(
            "matching.change_internshipreport"
        ):
            return []
        accept = reverse("admin:matching_accept_report", args=[obj.pk])
        back = reverse("admin:matching_return_report", args=[obj.pk])
        return [
            Verb(_("Accept the report"), accept, primary=True),
            Verb(_("Return for correction"), back, method="get"),
        ]


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates that were issued."""

    list_display = ["number", "placement", "issued_by", "issued_at"]
    list_select_related = [
        "placement__declaration__survey__gmina",
        "placement__application__hromada",
        "issued_by",
    ]
    ordering = ["-pk"]
    edition_lookup = "placement__edition"
