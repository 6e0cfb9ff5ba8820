"""What the coordinators' home page counts. Each number opens the rows that it counts (X6)."""

from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, F, Model, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus, SurveyStatus, TakeOverStatus
from applications.models import HostInvitation, HostSurvey, InternApplication, TakeOverRequest
from applications.selectors.host_after import after_counts
from core import audit, formats
from core.models import AuditEvent
from core.panel import gathered
from grants.enums import ProjectStatus, TrancheStatus
from grants.models import BoardDecision, SmallProject, Tranche
from mailing.models import Letter
from matching.enums import ProposalStatus, ReportStatus
from matching.models import InternshipReport, Placement, Proposal
from meetings.enums import ChoiceStatus, DeclarationStatus
from meetings.models import Declaration, SessionChoice
from programme.models import Edition, Gmina

# Whose rows the desk counts by status, and how each of them names its edition.
BY_STATUS: dict[str, tuple[type[Model], str]] = {
    "surveys": (HostSurvey, "edition"),
    "choices": (SessionChoice, "survey__edition"),
    "declarations": (Declaration, "survey__edition"),
    "people": (InternApplication, "edition"),
    "pairs": (Proposal, "version__edition"),
    "placements": (Placement, "edition"),
    "reports": (InternshipReport, "placement__edition"),
    "projects": (SmallProject, "call__edition"),
    "letters": (Letter, ""),
}


@dataclass(frozen=True)
class Tile:
    """A number with the list it opens."""

    label: str
    value: int
    url: str
    note: str = ""


@dataclass
class Desk:
    """The home page of one edition."""

    edition: Edition
    mine: list[Tile] = field(default_factory=list)
    theirs: list[Tile] = field(default_factory=list)
    hosts: list[dict] = field(default_factory=list)
    interns: list[dict] = field(default_factory=list)
    days: list[dict] = field(default_factory=list)
    entrances: list[dict] = field(default_factory=list)


def desk_of(edition: Edition, *, language: str) -> Desk:
    """Counts by status; as many queries for 30 000 records as for none."""
    year = edition.year
    counts = _counts(edition)
    surveys, choices, declarations, people, pairs, placements, reports, projects, letters = (
        counts[name] for name in BY_STATUS
    )
    after = after_counts(edition, timezone.now())
    desk = Desk(edition)
    desk.mine = [
        _tile(HostSurvey, _("surveys to decide"), surveys, SurveyStatus.SUBMITTED, year),
        _tile(HostSurvey, _("exceptions to approve"), surveys, SurveyStatus.EXCEPTION, year),
        _tile(HostSurvey, _("possible duplicates"), surveys, SurveyStatus.DUPLICATE, year),
        Tile(
            _("gminas to verify"),
            counts["typed_gminas"].get("", 0),
            reverse("admin:applications_unlisted"),
        ),
        _after(_("late drafts"), after.late_drafts, "szkice", year),
        _after(_("returned, overdue"), after.overdue, "zwroty", year),
        _tile(Declaration, _("declarations to check"), declarations, DeclarationStatus.SENT, year),
        _tile(
            InternApplication,
            _("applications to check"),
            people,
            ApplicationStatus.HEAD_CONFIRMED,
            year,
        ),
        _tile(
            InternApplication, _("interviews to hold"), people, ApplicationStatus.EVALUATED, year
        ),
        _tile(Proposal, _("pairs declined"), pairs, ProposalStatus.DECLINED, year),
        _tile(InternshipReport, _("reports to read"), reports, ReportStatus.SENT, year),
        _tile(SmallProject, _("projects to check"), projects, ProjectStatus.SUBMITTED, year),
        _overdue_take_overs(counts["take_overs"].get("", 0), year),
        Tile(
            _("decisions and tranches to approve"),
            counts["decisions"].get("", 0) + counts["tranches"].get("", 0),
            reverse("admin:grants_call", args=[edition.pk]),
        ),
        Tile(
            _("drafts in the outbox"),
            letters.get("draft", 0),
            f"{reverse('admin:mailing_outbox')}?shelf=drafts",
        ),
    ]
    desk.theirs = [
        _tile(HostSurvey, _("surveys begun and not sent"), surveys, SurveyStatus.DRAFT, year),
        _after(_("returned for correction"), after.returned, "zwroty", year),
        _after(_("late codes used"), after.code_uses, "kody", year),
        _tile(SessionChoice, _("no session chosen yet"), choices, ChoiceStatus.INVITED, year),
        _tile(
            Declaration, _("declarations not sent yet"), declarations, DeclarationStatus.ASKED, year
        ),
        _tile(InternApplication, _("heads to confirm"), people, ApplicationStatus.SUBMITTED, year),
        _tile(
            InternApplication, _("in evaluation"), people, ApplicationStatus.FORMALLY_CORRECT, year
        ),
        _tile(Proposal, _("pairs to answer"), pairs, ProposalStatus.PUBLISHED, year),
    ]
    desk.hosts = _host_funnel(
        counts["invited"].get("", 0), surveys, choices, declarations, placements
    )
    desk.interns = _intern_funnel(people, placements)
    desk.days = _days(edition, language)
    return desk


def _counts(edition: Edition) -> dict[str, dict[str, int]]:
    """Rows by status, and what waits for somebody in particular: one query for all tables (W5)."""
    parts = [
        _counted(name, model._default_manager.filter(**({path: edition} if path else {})), "status")
        for name, (model, path) in BY_STATUS.items()
    ]
    of_project = {"project__call__edition": edition}
    overdue = {"status": TakeOverStatus.ASKED, "due_on__lt": formats.day_in_warsaw(timezone.now())}
    parts += [
        _counted(name, rows)
        for name, rows in {
            "invited": HostInvitation.objects.filter(edition=edition),
            "typed_gminas": Gmina.objects.to_be_verified(),
            "take_overs": TakeOverRequest.objects.filter(survey__edition=edition, **overdue),
            "decisions": BoardDecision.objects.filter(approved_by=None, **of_project),
            "tranches": Tranche.objects.filter(status=TrancheStatus.PROPOSED, **of_project),
        }.items()
    ]
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for table, word, number in parts[0].union(*parts[1:], all=True):
        found[table][word] = number
    return found


def _counted(name: str, rows: QuerySet, column: str = "") -> QuerySet:
    """One part of the union: (table, word of the column or nothing, number)."""
    word = F(column) if column else Value("")
    named = rows.order_by().annotate(desk_table=Value(name), desk_word=word)
    return named.values_list("desk_table", "desk_word").annotate(number=Count("pk"))


def _overdue_take_overs(number: int, year: int) -> Tile:
    """Nobody answered in time: a coordinator decides who goes on with the survey (A22)."""
    address = reverse("admin:applications_takeoverrequest_changelist")
    query = urlencode({"edition": year, "waits": "us"})
    return Tile(_("requests to take over a survey"), number, f"{address}?{query}")


def _tile(model: type[Model], label: str, counts: dict[str, int], status: str, year: int) -> Tile:
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    query = urlencode({"edition": year, "status__exact": status})
    return Tile(label, counts.get(status, 0), f"{address}?{query}")


def _after(label: str, number: int, section: str, year: int) -> Tile:
    """A number of the page of what comes after the deadline."""
    address = reverse("admin:applications_host_after")
    return Tile(label, number, f"{address}?{urlencode({'edition': year})}#{section}")


def _sum(counts: dict[str, int], *left_out: str) -> int:
    return sum(number for status, number in counts.items() if status not in left_out)


def _host_funnel(invited, surveys, choices, declarations, placements) -> list[dict]:
    return [
        {"label": _("Offices written to"), "value": invited},
        {
            "label": _("Surveys sent"),
            "value": _sum(
                surveys,
                SurveyStatus.DRAFT,
                SurveyStatus.WITHDRAWN,
                SurveyStatus.DUPLICATE,
                SurveyStatus.MERGED,
            ),
        },
        {"label": _("Eligible"), "value": surveys.get(SurveyStatus.ELIGIBLE, 0)},
        {
            "label": _("Session chosen"),
            "value": sum(
                choices.get(one, 0)
                for one in (ChoiceStatus.CHOSEN, ChoiceStatus.PRESENT, ChoiceStatus.ABSENT)
            ),
        },
        {"label": _("Present"), "value": choices.get(ChoiceStatus.PRESENT, 0)},
        {
            "label": _("Declaration accepted"),
            "value": declarations.get(DeclarationStatus.ACCEPTED, 0),
        },
        {"label": _("Placements"), "value": _sum(placements, "broken_off")},
    ]


def _intern_funnel(people, placements) -> list[dict]:
    sent = _sum(people, ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)
    before_check = (
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.HEAD_CONFIRMED,
        ApplicationStatus.RETURNED,
        ApplicationStatus.REJECTED,
    )
    chosen = (
        ApplicationStatus.SELECTED,
        ApplicationStatus.PREPARING,
        ApplicationStatus.READY,
        ApplicationStatus.CANNOT_TRAVEL,
    )
    return [
        {"label": _("Applications sent"), "value": sent},
        {
            "label": _("Formally correct"),
            "value": sent - sum(people.get(one, 0) for one in before_check),
        },
        {"label": _("Selected"), "value": sum(people.get(one, 0) for one in chosen)},
        {"label": _("Ready to travel"), "value": people.get(ApplicationStatus.READY, 0)},
        {"label": _("Placements"), "value": _sum(placements, "broken_off")},
    ]


def _days(edition: Edition, language: str) -> list[dict]:
    moments = [
        (edition.survey_opens_at, _("The survey opens")),
        (formats.last_minute(edition.survey_closes_at), _("The survey closes")),
        (edition.applications_open_at, _("Applications open")),
        (formats.last_minute(edition.applications_close_at), _("Applications close")),
        (edition.declarations_close_at, _("Declarations close")),
        (edition.grant_opens_at, _("The call for small projects opens")),
        (edition.grant_closes_at, _("The call for small projects closes")),
    ]
    known = sorted((when, title) for when, title in moments if when is not None)
    return [
        {"moment": formats.moment(when, language, formats.WARSAW), "title": title}
        for when, title in known
    ]


def find_everywhere(site, request, text: str, *, most: int = 10) -> list[dict]:
    """Municipalities, people, letters, numbers: every list that this person may see (X10)."""
    found = []
    walking = [*settings.ROOMS[2:], *settings.ROOMS[:2]]  # the work first, its foundations last
    place = {room: number for number, room in enumerate(walking)}
    for model, page in sorted(
        site._registry.items(), key=lambda one: place.get(one[0]._meta.app_label, len(place))
    ):
        if not page.search_fields or not page.has_view_permission(request):
            continue
        rows, _many = page.get_search_results(request, page.get_queryset(request), text)
        if page.list_select_related:
            rows = rows.select_related(*page.list_select_related)
        records = list(rows.distinct().order_by("pk")[:most])
        if records:
            meta = model._meta
            name = f"admin:{meta.app_label}_{meta.model_name}"
            found.append(
                {
                    "name": meta.verbose_name_plural,
                    "more": f"{reverse(f'{name}_changelist')}?{urlencode({'q': text})}",
                    "rows": [
                        {"label": str(one), "url": reverse(f"{name}_change", args=[one.pk])}
                        for one in records
                    ],
                }
            )
    return found


def timeline_of(gmina, *, language: str) -> list[dict]:
    """Everything that happened to a municipality, through all rooms, oldest first (X16)."""
    surveys = list(HostSurvey.objects.filter(gmina=gmina).select_related("edition"))
    keys = [one.pk for one in surveys]
    declarations = Declaration.objects.filter(survey__in=keys)
    records: list[Model] = [
        *surveys,
        *HostInvitation.objects.filter(organisation__gmina=gmina),
        *SessionChoice.objects.filter(survey__in=keys).select_related("survey__gmina"),
        *declarations.select_related("survey__gmina"),
        *Proposal.objects.filter(declaration__survey__in=keys),
        *Placement.objects.filter(declaration__survey__in=keys),
        *SmallProject.objects.filter(host__gmina=gmina),
    ]
    by_key = {(one._meta.label_lower, one.pk): one for one in records}
    wanted = Q(pk__in=[])
    for label, pk in by_key:
        app, model = label.split(".")
        wanted |= Q(target_type__app_label=app, target_type__model=model, target_id=pk)
    events = AuditEvent.objects.filter(wanted).select_related("actor", "target_type")
    items = (
        {
            "moment": formats.moment(event.at, language),
            "title": audit.words(
                event.action,
                by_key[f"{event.target_type.app_label}.{event.target_type.model}", event.target_id],
            ),
            "actor": str(event.actor) if event.actor else "",
        }
        for event in events.order_by("pk")
    )
    return list(gathered(items))
