"""Colleagues at one survey: invited, handed over, taken over; nobody sees answers before that."""

from datetime import datetime, timedelta

from django.db import transaction

from applications.emails import host_colleagues as emails
from applications.enums import TakeOverStatus, WayIn
from applications.models import HostInvitation, HostSurvey, SurveyColleague, TakeOverRequest
from applications.services.host_invitations import LINK_LIFE_AFTER_CLOSING, PURPOSE
from core import audit, formats, links
from core.models import CapabilityLink, User
from core.states import move
from core.working_days import add_working_days

INVITATION_LIFE = timedelta(days=14)
# Silence for so many working days, and the request becomes a task of the coordinators.
ANSWER_DAYS = 3
TAKE_OVER = "survey_take_over"


class AlreadyColleague(Exception):
    """This address began the survey or may work on it already."""


class NotInCharge(Exception):
    """Only the one who holds the survey lets others in, hands it over or takes it back."""


class AlreadyAsked(Exception):
    """This address has asked already and waits for the answer."""


@transaction.atomic
def invite_colleague(
    survey: HostSurvey,
    *,
    email: str,
    asked_by: str,
    now: datetime,
    hands_over: bool = False,
) -> SurveyColleague:
    """The person in charge lets a colleague in, or hands the survey over (A15).

    The letter's link works for 14 days until it is accepted with a code. `asked_by` is the address
    of the link by which it is asked. Raises `NotInCharge`, `AlreadyColleague`.
    """
    if not is_in_charge(survey, asked_by):
        raise NotInCharge(asked_by)
    way = WayIn.HANDED_OVER if hands_over else WayIn.INVITED
    colleague, token = _add(survey, email=email, way=way, asked_by=asked_by, now=now)
    emails.colleague_invited(colleague, token=token, now=now)
    return colleague


def _add(
    survey: HostSurvey,
    *,
    email: str,
    way: WayIn,
    now: datetime,
    asked_by: str = "",
    reason: str = "",
    actor: User | None = None,
) -> tuple[SurveyColleague, str]:
    address = email.lower()
    HostSurvey.objects.select_for_update().get(pk=survey.pk)
    if address == survey.email.lower() or is_colleague(survey, address):
        raise AlreadyColleague(address)
    _end_all(survey, address, now=now)  # an invitation that nobody accepted makes way
    token = links.create(
        purpose=PURPOSE,
        target=survey,
        email=address,
        expires_at=now + INVITATION_LIFE,
        now=now,
        actor=actor,
    )
    colleague = SurveyColleague.objects.create(
        survey=survey,
        email=address,
        way=way,
        link=CapabilityLink.objects.get(token_digest=links.digest(PURPOSE, token)),
        asked_by=asked_by,
        reason=reason,
        added_at=now,
        ends_at=now + INVITATION_LIFE,
    )
    audit.record(
        action=f"applications.hostsurvey.colleague_{way}", target=survey, actor=actor, now=now
    )
    return colleague, token


def _end_all(survey: HostSurvey, email: str, *, now: datetime) -> None:
    """What this address has been given so far makes way for something new."""
    for old in SurveyColleague.objects.filter(survey=survey, email=email, ended_at=None):
        _end(old, now=now)


def _end(colleague: SurveyColleague, *, now: datetime) -> None:
    SurveyColleague.objects.filter(pk=colleague.pk).update(ended_at=now)
    CapabilityLink.objects.filter(pk=colleague.link_id, revoked_at=None).update(revoked_at=now)


def is_in_charge(survey: HostSurvey, email: str) -> bool:
    """Whether this address holds the survey: it began or was given it, or is its contact person."""
    contact = survey.contact.email if survey.contact is not None else ""
    return email.lower() in {survey.email.lower(), contact.lower()}


def is_colleague(survey: HostSurvey, email: str) -> bool:
    """Whether this address has been let in and has accepted."""
    return survey.colleagues.filter(
        email__iexact=email, accepted_at__isnull=False, ended_at=None
    ).exists()


@transaction.atomic
def accept(link: CapabilityLink, *, now: datetime) -> None:
    """The colleague entered the code: the link lives as long as the survey's own.

    Does nothing for links that are no invitation of a colleague, and the second time.
    """
    if not isinstance(link.target, HostSurvey):  # a colleague's leads to a survey that exists
        return
    waiting = (
        SurveyColleague.objects.select_for_update(of=("self",))
        .select_related("survey__edition")
        .filter(link=link, accepted_at=None, ended_at=None)
        .first()
    )
    if waiting is None:
        return
    _let_work(waiting, now=now)
    audit.record(
        action="applications.hostsurvey.colleague_accepted", target=waiting.survey, now=now
    )


def _let_work(colleague: SurveyColleague, *, now: datetime) -> None:
    survey = colleague.survey
    SurveyColleague.objects.filter(pk=colleague.pk).update(accepted_at=now)
    CapabilityLink.objects.filter(pk=colleague.link_id).update(
        expires_at=survey.edition.survey_closes_at + LINK_LIFE_AFTER_CLOSING
    )
    if colleague.way != WayIn.INVITED:
        HostSurvey.objects.filter(pk=survey.pk).update(email=colleague.email)
        survey.email = colleague.email


@transaction.atomic
def end_colleague(colleague: SurveyColleague, *, asked_by: str, now: datetime) -> None:
    """The person in charge takes the invitation back; the link closes at once.

    Raises `NotInCharge`.
    """
    if not is_in_charge(colleague.survey, asked_by):
        raise NotInCharge(asked_by)
    _end(colleague, now=now)
    audit.record(action="applications.hostsurvey.colleague_ended", target=colleague.survey, now=now)


@transaction.atomic
def ask_take_over(
    survey: HostSurvey, *, invitation: HostInvitation, now: datetime
) -> TakeOverRequest:
    """Ask the one who began the survey to hand it over; she gets a letter (A22).

    Raises `AlreadyAsked`.
    """
    request, is_new = TakeOverRequest.objects.get_or_create(
        survey=survey,
        email=invitation.email.lower(),
        status=TakeOverStatus.ASKED,
        defaults={
            "language": invitation.language,
            "asked_at": now,
            "due_on": add_working_days(formats.day_in_warsaw(now), ANSWER_DAYS),
        },
    )
    if not is_new:
        raise AlreadyAsked(request)
    audit.record(action="applications.takeoverrequest.asked", target=request, now=now)
    token = links.create(
        purpose=TAKE_OVER,
        target=request,
        email=survey.email,
        expires_at=survey.edition.survey_closes_at + LINK_LIFE_AFTER_CLOSING,
        now=now,
    )
    emails.take_over_asked(request, token=token, now=now)
    return request


@transaction.atomic
def answer_take_over(
    request: TakeOverRequest,
    *,
    grants: bool,
    now: datetime,
    actor: User | None = None,
    reason: str = "",
) -> TakeOverRequest:
    """Hand the survey over to the one who asked, or not; both by letter.

    Staff answer (`actor`) when nobody else does. Raises `TransitionNotAllowed` the second time.
    """
    to = TakeOverStatus.GRANTED if grants else TakeOverStatus.REFUSED
    move(request, to, actor=actor, now=now, answered_at=now, reason=reason)
    if not grants:
        emails.take_over_refused(request, now=now)
        return request
    way = WayIn.BY_STAFF if actor else WayIn.TOOK_OVER
    _end_all(request.survey, request.email, now=now)  # who was invited meanwhile takes over as well
    colleague, token = _add(
        request.survey, email=request.email, way=way, now=now, reason=reason, actor=actor
    )
    _let_work(colleague, now=now)
    emails.take_over_granted(request, token=token, now=now)
    return request


@transaction.atomic
def hand_over(
    survey: HostSurvey,
    *,
    email: str,
    reason: str,
    closes_former: bool,
    actor: User,
    now: datetime,
) -> SurveyColleague:
    """A coordinator hands the survey over, for example when the person has left the office.

    `closes_former`: the links of those who had it until now stop working at once.
    Raises `AlreadyColleague`.
    """
    if closes_former:
        links.revoke(target=survey, purpose=PURPOSE, now=now, actor=actor)
        if survey.invitation is not None:
            links.revoke(target=survey.invitation, purpose=PURPOSE, now=now, actor=actor)
        SurveyColleague.objects.filter(survey=survey, ended_at=None).update(ended_at=now)
    colleague, token = _add(
        survey, email=email, way=WayIn.BY_STAFF, now=now, reason=reason, actor=actor
    )
    emails.colleague_invited(colleague, token=token, now=now)
    return colleague
