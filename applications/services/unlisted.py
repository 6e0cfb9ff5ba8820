"""Municipalities that the register does not know: typed by an official, verified by staff.

Until then they stand in no search, and a decision on them says that they must be verified.
"""

from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from applications.enums import Entrance, SurveyStatus
from applications.models import HostInvitation, HostSurvey
from applications.services.host_invitations import (
    PURPOSE,
    LinkRequest,
    SurveyNotOpen,
    request_survey_link,
)
from core import audit, links
from core.formats import day_in_warsaw
from core.models import CapabilityLink, User
from core.states import move
from programme import services as programme
from programme.enums import ContactRole, GminaKind, PopulationSource
from programme.models import Edition, Gmina, GminaPopulation, Organisation
from programme.voivodeships import VOIVODESHIPS

Status = SurveyStatus
KINDS = {"1": GminaKind.URBAN, "2": GminaKind.RURAL, "3": GminaKind.URBAN_RURAL}
UNKNOWN_POWIAT = "\u2013"
TIES = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.INELIGIBLE)


class AlreadyRegistered(Exception):
    """The register knows this code, whatever the kind of gmina: `gmina`."""

    def __init__(self, gmina: Gmina):
        self.gmina = gmina
        super().__init__(str(gmina))


class AlreadyOnFile(Exception):
    """The code was typed before and is being verified, or its gmina is no longer in the register.

    The name that somebody else typed is shown to nobody.
    """


class CannotTie(Exception):
    """A survey of the typed municipality has gone too far to become a possible duplicate."""


class HasSurveys(Exception):
    """Somebody has sent a survey; it is decided on or merged first."""


def kind_of(teryt: str) -> str:
    """The kind of gmina that the last digit of the code says."""
    return str(KINDS[teryt[-1]])


def registered_as(teryt: str) -> Gmina | None:
    """The gmina of the register with the same six digits; the seventh goes with the kind."""
    return Gmina.objects.valid().filter(teryt6=teryt[:6]).first()


def _powiat_of(teryt: str) -> str:
    neighbour = Gmina.objects.valid().filter(teryt__startswith=teryt[:4]).order_by("pk").first()
    return neighbour.powiat if neighbour else UNKNOWN_POWIAT


@transaction.atomic
def request_link_for_unlisted(
    edition: Edition,
    *,
    teryt: str,
    name: str,
    population: int,
    email: str,
    now: datetime,
    language: str = "pl",
    entrance: str = Entrance.OTHER,
) -> LinkRequest:
    """Write down a municipality that the register lacks, and send the personal link.

    The same address may ask again. Raises `AlreadyRegistered`, `AlreadyOnFile`, `SurveyNotOpen`.
    """
    if not edition.survey_may_begin(now):
        raise SurveyNotOpen(edition)
    if found := registered_as(teryt):
        raise AlreadyRegistered(found)
    gmina = Gmina.objects.filter(teryt6=teryt[:6]).first()
    if gmina is None:
        gmina = _write_down(teryt, name, population, now)
    elif not _asked_before(edition, gmina, email):
        raise AlreadyOnFile(teryt)
    return request_survey_link(
        edition, gmina=gmina, email=email, now=now, language=language, entrance=entrance
    )


def _asked_before(edition: Edition, gmina: Gmina, email: str) -> bool:
    return (
        gmina.needs_verification
        and HostInvitation.objects.filter(
            edition=edition, organisation__gmina=gmina, email=email.lower()
        ).exists()
    )


def _write_down(teryt: str, name: str, population: int, now: datetime) -> Gmina:
    try:
        with transaction.atomic():
            gmina = Gmina.objects.create(
                teryt=teryt,
                name=name,
                kind=kind_of(teryt),
                powiat=_powiat_of(teryt),
                voivodeship=VOIVODESHIPS[teryt[:2]],
                needs_verification=True,
            )
    except IntegrityError as error:  # somebody else typed the same code this very moment
        raise AlreadyOnFile(teryt) from error
    _declare(gmina, population, now)
    audit.record(action="programme.gmina.typed", target=gmina, now=now)
    return gmina


def _declare(gmina: Gmina, population: int, now: datetime) -> None:
    """The figure as declared, for the last day of the year before."""
    GminaPopulation.objects.update_or_create(
        gmina=gmina,
        on=date(day_in_warsaw(now).year - 1, 12, 31),
        source=PopulationSource.DECLARED,
        defaults={"value": population},
    )


def _locked(gmina: Gmina) -> Gmina:
    """Raises `AlreadyOnFile` when somebody else has dealt with it."""
    found = Gmina.objects.to_be_verified().select_for_update().filter(pk=gmina.pk).first()
    if found is None:
        raise AlreadyOnFile(gmina.teryt)
    return found


@transaction.atomic
def correct_unlisted(
    gmina: Gmina,
    *,
    teryt: str,
    name: str,
    powiat: str,
    population: int,
    actor: User,
    now: datetime,
) -> Gmina:
    """Put right what was typed; it still has to be verified.

    Raises `AlreadyRegistered` when the new code is one of the register: tie it instead.
    """
    fresh = _locked(gmina)
    if found := registered_as(teryt):
        raise AlreadyRegistered(found)
    if Gmina.objects.filter(teryt6=teryt[:6]).exclude(pk=fresh.pk).exists():
        raise AlreadyOnFile(teryt)
    fresh.teryt, fresh.name, fresh.powiat = teryt, name, powiat
    fresh.kind, fresh.voivodeship = kind_of(teryt), VOIVODESHIPS[teryt[:2]]
    fresh.save()
    _declare(fresh, population, now)
    audit.record(action="programme.gmina.corrected", target=fresh, actor=actor, now=now)
    return fresh


@transaction.atomic
def confirm_unlisted(gmina: Gmina, *, actor: User, now: datetime) -> Gmina:
    """It is a municipality, as written: from now on everybody finds it."""
    fresh = _locked(gmina)
    fresh.needs_verification = False
    fresh.save(update_fields=["needs_verification"])
    audit.record(action="programme.gmina.verified", target=fresh, actor=actor, now=now)
    return fresh


@transaction.atomic
def refuse_unlisted(gmina: Gmina, *, actor: User, now: datetime) -> Gmina:
    """It is no municipality: it is closed with its links. Raises `HasSurveys`."""
    fresh = _locked(gmina)
    if HostSurvey.objects.filter(gmina=fresh, submitted_at__isnull=False).exists():
        raise HasSurveys(fresh)
    for record in [
        *HostSurvey.objects.filter(gmina=fresh),
        *HostInvitation.objects.filter(organisation__gmina=fresh),
    ]:
        links.revoke(target=record, purpose=PURPOSE, now=now, actor=actor)
    for survey in HostSurvey.objects.leading().filter(gmina=fresh, status=Status.DRAFT):
        move(survey, Status.WITHDRAWN, actor=actor, now=now)
    _close(fresh, now)
    audit.record(action="programme.gmina.refused", target=fresh, actor=actor, now=now)
    return fresh


def _close(gmina: Gmina, now: datetime) -> None:
    gmina.needs_verification, gmina.valid_to = False, day_in_warsaw(now)
    gmina.save(update_fields=["needs_verification", "valid_to"])


@transaction.atomic
def tie_unlisted(gmina: Gmina, *, registered: Gmina, actor: User, now: datetime) -> Gmina:
    """What was typed is this municipality of the register: surveys, links and people move there.

    A survey next to one that the municipality has already becomes its possible duplicate (A13).
    Raises `CannotTie`, `AlreadyOnFile`.
    """
    fresh = _locked(gmina)
    registered = Gmina.objects.valid().select_for_update().get(pk=registered.pk)
    office = programme.organisation_for_gmina(registered)
    for survey in HostSurvey.objects.leading().filter(gmina=fresh).order_by("pk"):
        _move_survey(survey, registered, office, actor=actor, now=now)
    old = Organisation.objects.filter(gmina=fresh).first()
    if old is not None:
        _move_invitations(old, office)
        _move_people(old, office)
    _close(fresh, now)
    audit.record(
        action="programme.gmina.tied",
        target=fresh,
        actor=actor,
        now=now,
        registered=registered.teryt,
    )
    return registered


def _move_survey(
    survey: HostSurvey, gmina: Gmina, office: Organisation, *, actor: User, now: datetime
) -> None:
    place = {"gmina": gmina, "organisation": office}
    own_duplicates = HostSurvey.objects.filter(duplicate_of=survey)
    leading = HostSurvey.objects.leading().filter(edition=survey.edition_id, gmina=gmina).first()
    if leading is None:
        HostSurvey.objects.filter(pk=survey.pk).update(**place)
        own_duplicates.update(**place)
        return
    if survey.status not in TIES:
        raise CannotTie(survey)
    own_duplicates.update(**place, duplicate_of=leading)
    move(survey, Status.DUPLICATE, actor=actor, now=now, duplicate_of=leading, **place)


def _move_invitations(old: Organisation, office: Organisation) -> None:
    """An address that the office knows already keeps its invitation; the links of both open it."""
    kind = ContentType.objects.get_for_model(HostInvitation)
    for invitation in HostInvitation.objects.filter(organisation=old).order_by("pk"):
        same = HostInvitation.objects.filter(
            edition=invitation.edition_id, organisation=office, email__iexact=invitation.email
        ).first()
        if same is None:
            HostInvitation.objects.filter(pk=invitation.pk).update(organisation=office)
            continue
        CapabilityLink.objects.filter(target_type=kind, target_id=invitation.pk).update(
            target_id=same.pk
        )
        HostSurvey.objects.filter(invitation=invitation).update(invitation=same)


def _move_people(old: Organisation, office: Organisation) -> None:
    """The people of the typed office; a head only where the office has none."""
    if office.contacts.filter(role=ContactRole.HEAD, is_active=True).exists():
        old.contacts.filter(role=ContactRole.HEAD).update(is_active=False)
    old.contacts.update(organisation=office)
