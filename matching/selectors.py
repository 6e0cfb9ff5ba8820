"""The questions this room answers."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from applications.models import InternApplication
from applications.selectors import ready_interns
from core.models import User
from matching.enums import DiaryStatus, PlacementStatus, ProposalStatus, ReportStatus
from matching.models import (
    DiaryEntry,
    InternshipReport,
    MatchVersion,
    Placement,
    Proposal,
    ScheduleItem,
)
from meetings.models import Declaration
from meetings.selectors import declared_hosts
from programme.models import Edition


def pool_hosts(edition: Edition) -> QuerySet[Declaration]:
    """Hosts that may be matched: their declaration was accepted."""
    return (
        declared_hosts(edition)
        .select_related(
            "survey__edition", "survey__gmina", "survey__contact", "mentor", "mentor_user"
        )
        .prefetch_related("survey__partner_matches__hromada")
    )


def pool_interns(edition: Edition) -> QuerySet[InternApplication]:
    """Interns that may be matched: ready to travel and without a host yet."""
    return ready_interns(edition).exclude(pk__in=Proposal.objects.living().values("application_id"))


def numbered(edition: Edition, numbers: Iterable[str]) -> QuerySet[InternApplication]:
    """The applications with these numbers."""
    return InternApplication.objects.filter(edition=edition, number__in=list(numbers)).order_by(
        "number", "pk"
    )


def versions(edition: Edition) -> QuerySet[MatchVersion]:
    """The runs of an edition, newest first."""
    return edition.match_versions.select_related("author", "approved_by").order_by("-pk")


def proposals_of(version: MatchVersion) -> QuerySet[Proposal]:
    """The pairs of a version, the best first."""
    return version.proposals.exclude(status=ProposalStatus.REPLACED).for_table()


def version_before(version: MatchVersion) -> MatchVersion | None:
    """The run before this one, to compare with."""
    earlier = MatchVersion.objects.filter(edition=version.edition_id, pk__lt=version.pk)
    return earlier.order_by("-pk").first()


def pairs_kept(version: MatchVersion, earlier: MatchVersion) -> int:
    """How many pairs of a version stood in an earlier one as well (M9)."""
    before = set(proposals_of(earlier).values_list("declaration_id", "application_id"))
    now = set(proposals_of(version).values_list("declaration_id", "application_id"))
    return len(now & before)


def unanswered(edition: Edition) -> QuerySet[Proposal]:
    """Published pairs that wait for at least one side, the most urgent first."""
    return (
        Proposal.objects.filter(version__edition=edition, status=ProposalStatus.PUBLISHED)
        .select_related("declaration__survey__gmina", "application__hromada", "version")
        .order_by("answer_by_at", "pk")
    )


def to_replace(edition: Edition) -> QuerySet[Proposal]:
    """Pairs that fell through and wait for a coordinator."""
    fallen = [ProposalStatus.DECLINED, ProposalStatus.LAPSED]
    return Proposal.objects.filter(version__edition=edition, status__in=fallen).for_table()


def placements(edition: Edition) -> QuerySet[Placement]:
    """Every placement of an edition."""
    return Placement.objects.filter(edition=edition).for_table()


def finished_placements(edition: Edition) -> QuerySet[Placement]:
    """Internships that came to their end: the door of the small projects."""
    return Placement.objects.filter(edition=edition).finished().for_table()


def placements_of(user: User) -> QuerySet[Placement]:
    """What this mentor or intern takes part in, the newest first."""
    return Placement.objects.of(user).for_table().order_by("-starts_on", "pk")


def items_between(placement: Placement, first: datetime, last: datetime) -> QuerySet[ScheduleItem]:
    """The schedule from one instant (inclusive) to another (exclusive)."""
    return (
        placement.schedule.filter(starts_at__gte=first, starts_at__lt=last)
        .select_related("theme")
        .order_by("starts_at", "pk")
    )


def diary_of(placement: Placement) -> QuerySet[DiaryEntry]:
    """The diary, newest day first."""
    return placement.diary.order_by("-day", "pk")


def diary_to_confirm(user: User) -> QuerySet[DiaryEntry]:
    """Days that wait for this mentor."""
    return (
        DiaryEntry.objects.filter(placement__mentor=user, status=DiaryStatus.WRITTEN)
        .select_related("placement__application__hromada", "placement__intern")
        .order_by("day", "pk")
    )


def reports_to_read(edition: Edition) -> QuerySet[InternshipReport]:
    """Reports that wait for a coordinator, the oldest first."""
    return (
        InternshipReport.objects.filter(placement__edition=edition, status=ReportStatus.SENT)
        .select_related("placement__declaration__survey__gmina", "placement__application__hromada")
        .order_by("sent_at", "pk")
    )


def not_arrived(edition: Edition, *, today: date) -> QuerySet[Placement]:
    """Internships that should have begun and where nobody has said "arrived" (P16)."""
    return Placement.objects.filter(
        edition=edition, status=PlacementStatus.PLANNED, starts_on__lte=today
    ).for_table()
