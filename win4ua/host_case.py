"""What is known of one host in all rooms, and has been announced to it.

Whatever announces a decision waits in the outbox for a person; until that letter is released, the
office is told what was true before it.
"""

from dataclasses import dataclass
from datetime import datetime

from applications.emails.host import DECISION_LETTERS
from applications.enums import DecisionKind
from applications.models import EligibilityDecision, HostSurvey
from core import formats
from grants.enums import ProjectStatus
from grants.models import SmallProject
from mailing.enums import LetterStatus
from mailing.selectors import letters_about
from matching.enums import ProposalStatus
from matching.models import Placement, Proposal
from meetings.models import Declaration, SessionChoice

PUBLISHED = (
    ProposalStatus.PUBLISHED,
    ProposalStatus.ACCEPTED,
    ProposalStatus.DECLINED,
    ProposalStatus.LAPSED,
)


# What is true of a small project until the letter about its new state is released.
UNTIL_RELEASED = {
    "grants/returned": ProjectStatus.SUBMITTED,
    "grants/awarded": ProjectStatus.IN_EVALUATION,
    "grants/reserve": ProjectStatus.IN_EVALUATION,
    "grants/rejected": ProjectStatus.IN_EVALUATION,
}


@dataclass
class Case:
    """Everything that is known of one host, and nothing that has not been announced."""

    survey: HostSurvey
    now: datetime
    language: str
    decision: EligibilityDecision | None = None
    is_decision_held: bool = False
    choice: SessionChoice | None = None
    declaration: Declaration | None = None
    proposal: Proposal | None = None
    placement: Placement | None = None
    project: SmallProject | None = None
    project_state: str = ""

    def moment(self, value: datetime) -> str:
        """An instant, in Warsaw time."""
        return formats.moment(value, self.language)

    def day(self, value) -> str:
        """A date."""
        return formats.day(value, self.language)


def is_held(record, *letters: str) -> bool:
    """Whether the letter that announces it still waits for a person."""
    return letters_about(record).filter(letter__in=letters, status=LetterStatus.DRAFT).exists()


def project_state(project: SmallProject) -> str:
    """Where a small project stands, as far as its hromada has been told."""
    held = letters_about(project).filter(letter__in=UNTIL_RELEASED, status=LetterStatus.DRAFT)
    letter = held.values_list("letter", flat=True).first()
    status = UNTIL_RELEASED[letter] if letter else ProjectStatus(project.status)
    return str(status.label)


def case_of(survey: HostSurvey, *, now: datetime, language: str) -> Case:
    case = Case(survey, now, language)
    decision = survey.decisions.order_by("-pk").first()
    if decision is not None:
        case.is_decision_held = is_held(survey, DECISION_LETTERS[DecisionKind(decision.kind)])
        case.decision = None if case.is_decision_held else decision
    case.choice = (
        SessionChoice.objects.filter(survey=survey).select_related("session", "survey").first()
    )
    if case.choice and is_held(case.choice, "meetings/invitation"):
        case.choice = None
    case.declaration = Declaration.objects.filter(survey=survey).first()
    if case.declaration is None:
        return case
    if is_held(case.declaration, "meetings/declaration_request"):
        case.declaration = None
        return case
    proposals = Proposal.objects.filter(declaration=case.declaration, status__in=PUBLISHED)
    case.proposal = proposals.select_related("application__hromada").order_by("-pk").first()
    if case.proposal and is_held(case.proposal, "matching/proposal_host"):
        case.proposal = None
    placements = Placement.objects.filter(declaration=case.declaration)
    case.placement = placements.select_related("application__hromada").order_by("-pk").first()
    if case.placement and is_held(case.placement, "matching/accepted_host"):
        case.placement = None
    if case.placement:
        projects = SmallProject.objects.filter(placement=case.placement, submitted_at__isnull=False)
        case.project = projects.first()
        case.project_state = project_state(case.project) if case.project else ""
    return case
