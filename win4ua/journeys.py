"""Verbs that cross rooms. Each reads as the list of its consequences, last room first."""

from datetime import datetime

from django.db import transaction

from applications.models import HostSurvey, InternApplication
from applications.services import host as applications
from applications.services import interns
from core.models import User
from matching import services as matching
from matching.enums import PlacementStatus, ProposalStatus
from matching.models import Placement, Proposal
from meetings import services as meetings
from meetings.enums import ChoiceStatus, DeclarationStatus
from meetings.models import Declaration, SessionChoice
from win4ua import host_mail, host_story, municipality, register_effects

LIVING_PLACEMENT = (PlacementStatus.PLANNED, PlacementStatus.UNDER_WAY)
LIVING_PAIR = (
    ProposalStatus.DRAFT,
    ProposalStatus.APPROVED,
    ProposalStatus.PUBLISHED,
    ProposalStatus.ACCEPTED,
)
SEATED = (ChoiceStatus.INVITED, ChoiceStatus.CHOSEN, ChoiceStatus.WAITING)
REASON_MOST = 500  # of a placement; of a choice 300

# Questions that cross rooms; verbs follow.
records_of_units = register_effects.records_of_units
story_of_host = host_story.story_of_host
address_block = municipality.address_block
replies_of_gmina = host_mail.replies_of_gmina
troubles_of_gmina = host_mail.troubles_of_gmina
sides_of_address = host_mail.sides_of_address


@transaction.atomic
def withdraw_host(survey: HostSurvey, *, reason: str, actor: User, now: datetime) -> None:
    """A municipality steps back: placement, pairs, declaration, seat and survey, in this order."""
    for placement in Placement.objects.filter(
        declaration__survey=survey, status__in=LIVING_PLACEMENT
    ).order_by("pk"):
        matching.break_off_placement(placement, reason=reason[:REASON_MOST], actor=actor, now=now)
    for proposal in Proposal.objects.filter(
        declaration__survey=survey, status__in=LIVING_PAIR
    ).order_by("pk"):
        matching.dissolve(proposal, reason=reason, actor=actor, now=now)
    for declaration in Declaration.objects.filter(survey=survey).exclude(
        status=DeclarationStatus.WITHDRAWN
    ):
        meetings.withdraw_declaration(declaration, actor=actor, now=now)
    for choice in SessionChoice.objects.filter(survey=survey, status__in=SEATED):
        meetings.answer_neither(
            choice, reason=reason[:300], wants_recording=False, now=now, actor=actor
        )
    applications.withdraw_survey(survey, actor=actor, now=now)


@transaction.atomic
def withdraw_intern(
    application: InternApplication, *, now: datetime, actor: User | None = None, reason: str = ""
) -> None:
    """An intern steps back: placement, pairs and application; the host is free again."""
    _take_apart(application, reason=reason, actor=actor, now=now)
    interns.withdraw_application(application, actor=actor, now=now, reason=reason)


@transaction.atomic
def intern_cannot_travel(
    application: InternApplication, *, reason: str, actor: User, now: datetime
) -> InternApplication | None:
    """An intern cannot travel: placement and pairs end, the first of the reserve list moves up."""
    _take_apart(application, reason=reason, actor=actor, now=now)
    return interns.mark_cannot_travel(application, reason=reason, actor=actor, now=now)


def _take_apart(
    application: InternApplication, *, reason: str, actor: User | None, now: datetime
) -> None:
    for placement in Placement.objects.filter(
        application=application, status__in=LIVING_PLACEMENT
    ).order_by("pk"):
        matching.break_off_placement(placement, reason=reason[:REASON_MOST], actor=actor, now=now)
    for proposal in Proposal.objects.filter(
        application=application, status__in=LIVING_PAIR
    ).order_by("pk"):
        matching.dissolve(proposal, reason=reason, actor=actor, now=now)
