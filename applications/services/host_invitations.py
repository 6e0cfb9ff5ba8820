"""How a municipality comes to the survey: invited by us, or asking for its link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications.emails import host as emails
from applications.emails import host_colleagues as letters
from applications.enums import Entrance
from applications.models import HostInvitation, HostSurvey
from applications.selectors.host import InvitationLine
from applications.selectors.host_closing import latest_late_code
from core import audit, links
from core.models import User
from mailing.audiences import Envelope
from mailing.models import Letter, Mailing
from mailing.second_person import MANY
from mailing.services import mailings
from programme import services as programme
from programme.models import Contact, Edition, Gmina, Organisation

PURPOSE = "survey"
# A draft stays readable (A7) and the next step can be looked up after closing; drafts that were
# never sent are kept for twelve months (domain notes, 7.1).
LINK_LIFE_AFTER_CLOSING = timedelta(days=365)


class AlreadyInvited(Exception):
    """This address of the office already has an invitation in this edition."""


class TooManyAtOnce(Exception):
    """More offices than one person may write to alone; it takes a mailing."""


class SurveyNotOpen(Exception):
    """Outside the time in which the survey of this edition is answered."""


@dataclass(frozen=True)
class LinkRequest:
    """What came of asking for a link: to whom it went, and whether a survey had been begun."""

    email: str
    is_begun_by_another: bool


def new_link(
    target: HostInvitation | HostSurvey, *, email: str, now: datetime, actor: User | None = None
) -> str:
    """The token of a personal link to a survey, or to the place where it will be."""
    return links.create(
        purpose=PURPOSE,
        target=target,
        email=email,
        expires_at=target.edition.survey_closes_at + LINK_LIFE_AFTER_CLOSING,
        actor=actor,
        now=now,
    )


@transaction.atomic
def invite_host(
    edition: Edition,
    *,
    organisation: Organisation,
    contact: Contact | None,
    actor: User,
    now: datetime,
    email: str = "",
    may_exceed_limit: bool = False,
) -> HostInvitation:
    """Invite an office to the survey: a personal link, in a letter that waits for release.

    It goes to `email`, or to the address of `contact`, who is greeted; without a contact the letter
    greets the office.
    `may_exceed_limit` lets a municipality above the population limit answer; an exception by two
    people is still needed afterwards. Raises `AlreadyInvited`.
    """
    address = email or (contact.email if contact else "")
    invitation, token = _invite(
        edition, organisation, contact, address, actor, now, may_exceed_limit
    )
    emails.host_invitation(invitation, token=token, now=now)
    return invitation


@transaction.atomic(savepoint=False)
def invite_by_mailing(
    edition: Edition,
    *,
    organisation: Organisation,
    contact: Contact | None,
    email: str,
    envelope: Envelope,
    actor: User,
    now: datetime,
    may_exceed_limit: bool = False,
) -> Letter:
    """As `invite_host`, with the letter in the envelope of a mailing. Raises `AlreadyInvited`."""
    invitation, token = _invite(edition, organisation, contact, email, actor, now, may_exceed_limit)
    return emails.host_invitation(invitation, token=token, now=now, envelope=envelope)


def _invite(
    edition: Edition,
    organisation: Organisation,
    contact: Contact | None,
    email: str,
    actor: User,
    now: datetime,
    may_exceed_limit: bool,
) -> tuple[HostInvitation, str]:
    """The invitation and the token of its link."""
    invitation, is_new = HostInvitation.objects.get_or_create(
        edition=edition,
        organisation=organisation,
        email=email.lower(),
        defaults={
            "contact": contact,
            "language": contact.language if contact else "pl",
            "entrance": Entrance.MAIL,
            "may_exceed_limit": may_exceed_limit,
            "invited_by": actor,
            "invited_at": now,
        },
    )
    if not is_new:
        raise AlreadyInvited(organisation)
    audit.record(
        action="applications.hostinvitation.invited", target=invitation, actor=actor, now=now
    )
    return invitation, new_link(invitation, email=invitation.email, now=now, actor=actor)


def invite_hosts(
    edition: Edition,
    *,
    lines: Sequence[InvitationLine],
    actor: User,
    now: datetime,
    may_exceed_limit: bool = False,
) -> int:
    """Invite a few offices, each in a transaction of its own; returns how many are new.

    An office that somebody else has invited meanwhile is passed over. Raises `TooManyAtOnce` above
    50: a letter to so many is a mailing, which a second person lets go (P26).
    """
    if len(lines) > MANY:
        raise TooManyAtOnce(len(lines))
    invited = 0
    for line in lines:
        try:
            invite_host(
                edition,
                organisation=line.gmina.organisation,
                contact=line.contact,
                email=line.email,
                actor=actor,
                now=now,
                may_exceed_limit=may_exceed_limit,
            )
        except AlreadyInvited:
            continue
        invited += 1
    return invited


def begin_mailing(
    edition: Edition,
    *,
    lines: Sequence[InvitationLine],
    actor: User,
    now: datetime,
    may_exceed_limit: bool = False,
) -> Mailing:
    """Begin a mailing of the invitation to these offices; nothing goes out by it."""
    return mailings.draft_mailing(
        title=_("Invitation: %(edition)s") % {"edition": edition.name},
        letter="applications/host_invitation",
        audience="applications/municipalities",
        wish={
            "edition": edition.pk,
            "teryts": sorted(line.gmina.teryt for line in lines),
            "above_limit_too": "yes" if may_exceed_limit else "no",
        },
        actor=actor,
        now=now,
    )


@transaction.atomic
def revoke_links(survey: HostSurvey, *, actor: User, now: datetime) -> int:
    """Close every personal link to this survey at once; returns how many (SEC-M10)."""
    closed = links.revoke(target=survey, purpose=PURPOSE, now=now, actor=actor)
    for invitation in HostInvitation.objects.filter(
        edition=survey.edition, organisation=survey.organisation
    ).order_by("pk"):
        closed += links.revoke(target=invitation, purpose=PURPOSE, now=now, actor=actor)
    return closed


def may_ask(edition: Edition, gmina: Gmina, now: datetime) -> bool:
    """Whether this municipality may begin: in time, or let in by a late code (A17)."""
    if edition.survey_may_begin(now):
        return True
    until = latest_late_code(edition, gmina) if now >= edition.survey_closes_at else None
    return until is not None and now < until


@transaction.atomic
def request_survey_link(
    edition: Edition,
    *,
    gmina: Gmina,
    email: str,
    now: datetime,
    language: str = "pl",
    entrance: str = Entrance.OTHER,
) -> LinkRequest:
    """Send the personal link to the address typed at the public entrance.

    If the municipality already has a survey, those who work on it get a link to it. Anybody else
    gets a link of their own, which shows that it has been begun and lets them ask to take it over
    (A12, A22): nobody gets a colleague's survey by typing an address. Raises `SurveyNotOpen`.
    """
    if not may_ask(edition, gmina, now):
        raise SurveyNotOpen(edition)
    known = HostSurvey.objects.leading().filter(edition=edition, gmina=gmina)
    begun = known.for_table().first()
    if begun is not None and email.lower() in _addresses(begun):
        token = new_link(begun, email=email, now=now)
        emails.survey_link_again(begun, token=token, email=email, now=now)
        return LinkRequest(email, is_begun_by_another=False)
    organisation = programme.organisation_for_gmina(gmina)
    invitation, is_new = HostInvitation.objects.get_or_create(
        edition=edition,
        organisation=organisation,
        email=email.lower(),
        defaults={"language": language, "entrance": entrance, "invited_at": now},
    )
    if is_new:
        audit.record(action="applications.hostinvitation.requested", target=invitation, now=now)
    token = new_link(invitation, email=invitation.email, now=now)
    if begun is not None:
        letters.survey_begun_by_colleague(invitation, survey=begun, token=token, now=now)
        return LinkRequest(invitation.email, is_begun_by_another=True)
    emails.survey_link(invitation, token=token, now=now)
    return LinkRequest(invitation.email, is_begun_by_another=False)


def _addresses(survey: HostSurvey) -> set[str]:
    """Addresses under which people work on the survey."""
    let_in = survey.colleagues.filter(accepted_at__isnull=False, ended_at=None)
    known = {survey.email, *let_in.values_list("email", flat=True)}
    if survey.contact is not None:
        known.add(survey.contact.email)
    return {address.lower() for address in known}
