"""A survey that an office dictates on the telephone, written down by staff (A20).

Nobody declares anything on behalf of somebody else: the declarations K1-K3 are either confirmed by
the municipality itself, by the link that it gets, or recorded as stated on the telephone by a named
person, which the receipt then says. The voluntary consents K4-K5 are never taken by telephone.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications import answer_sheet, survey_plan
from applications.emails import host_phone as emails
from applications.enums import Entrance, SurveyStatus, VersionKind
from applications.models import HostSurvey
from applications.selectors.host_closing import closing_of
from applications.selectors.questions import pages_of
from applications.services.host_invitations import new_link
from applications.services.host_surveys import (
    SurveyClosed,
    SurveyIncomplete,
    SurveyLocked,
    closing_that_counts,
    locked,
    save_page,
    submit_survey,
)
from applications.services.late_drafts import keep_late, latest_answers, take_in
from core import audit
from core.models import User
from programme import services as programme
from programme.models import Edition, Gmina

Status = SurveyStatus
DECLARATIONS = "oswiadczenia"
STATED = ("osw_prawda", "osw_zalacznik", "rodo_info")


class NobodyNamed(Exception):
    """Who stated the declarations on the telephone must be written down."""


@transaction.atomic
def begin_phone_survey(
    edition: Edition,
    *,
    gmina: Gmina,
    caller: str,
    email: str,
    actor: User,
    now: datetime,
    language: str = "pl",
) -> HostSurvey:
    """Begin to write down what `caller` (name and position) says on the telephone.

    A telephone survey of this municipality that was begun and not sent is given back. When the
    municipality has a survey already, this one is held as its possible duplicate (A13).
    Raises `SurveyClosed`.
    """
    gmina = Gmina.objects.select_for_update().get(pk=gmina.pk)  # two coordinators: one survey
    if not closing_of(edition, gmina, None).is_open(now):
        raise SurveyClosed(edition)
    if open_one := being_written(edition, gmina):
        return open_one
    leading = HostSurvey.objects.leading().filter(edition=edition, gmina=gmina).first()
    survey = HostSurvey.objects.create(
        edition=edition,
        gmina=gmina,
        organisation=programme.organisation_for_gmina(gmina),
        email=email,
        language=language,
        entrance=Entrance.PHONE,
        status=Status.DUPLICATE if leading else Status.DRAFT,
        duplicate_of=leading,
        taken_by=actor,
        taken_at=now,
        caller=caller,
        started_at=now,
        saved_at=now,
    )
    audit.record(action="applications.hostsurvey.phone_begun", target=survey, actor=actor, now=now)
    return survey


def being_written(edition: Edition, gmina: Gmina) -> HostSurvey | None:
    """The telephone survey of this municipality that was begun and not sent, if there is one."""
    return HostSurvey.objects.filter(
        edition=edition,
        gmina=gmina,
        entrance=Entrance.PHONE,
        submitted_at=None,
        status__in=[Status.DRAFT, Status.DUPLICATE],
    ).first()


def gaps_of(survey: HostSurvey) -> dict[str, tuple[str, ...]]:
    """What is still missing besides the declarations: page -> keys."""
    return _gaps(survey, survey.draft_answers)


def _gaps(survey: HostSurvey, answers: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    gaps = survey_plan.missing(answers, pages_of(survey.edition))
    return {slug: keys for slug, keys in gaps.items() if slug != DECLARATIONS}


def save_phone_page(
    survey: HostSurvey, *, page: str, answers: Mapping[str, object], actor: User, now: datetime
) -> HostSurvey:
    """Keep the answers of one page; the page of the declarations is not for staff.

    Raises `SurveyClosed` (what was dictated too late is kept as a late draft), `SurveyLocked`.
    """
    if page == DECLARATIONS or not _is_being_written(survey):
        raise SurveyLocked(survey)
    return save_page(survey, page=page, answers=answers, now=now, taker=actor)


def _is_being_written(survey: HostSurvey) -> bool:
    return survey.is_by_telephone and survey.submitted_at is None


@transaction.atomic
def ask_to_confirm(survey: HostSurvey, *, actor: User, now: datetime) -> HostSurvey:
    """Send the office a copy and a link by which it corrects, declares and sends the survey.

    Until it does, the survey is a draft like any other. The letter goes at once.
    Raises `SurveyIncomplete`, `SurveyLocked`.
    """
    fresh = locked(survey)
    if not _is_being_written(fresh):
        raise SurveyLocked(fresh)
    if gaps := gaps_of(fresh):
        raise SurveyIncomplete(gaps)
    address = str(fresh.draft_answers["kontakt_email"])
    HostSurvey.objects.filter(pk=fresh.pk).update(email=address)
    token = new_link(fresh, email=address, now=now, actor=actor)
    copy = answer_sheet.as_text(fresh, fresh.draft_answers, now=now)
    emails.phone_survey_to_confirm(fresh, email=address, token=token, copy=copy, now=now)
    audit.record(action="applications.hostsurvey.handed_over", target=fresh, actor=actor, now=now)
    return fresh


def send_as_stated(survey: HostSurvey, *, stated_by: str, actor: User, now: datetime) -> HostSurvey:
    """Send a survey whose declarations `stated_by` (name and position) made on the telephone.

    The office gets the same receipt, link and copy as everybody; the copy says how it was taken.
    Raises `NobodyNamed`, `SurveyIncomplete`, `SurveyLocked`, `SurveyClosed` (what was to be sent is
    kept as a late draft, FT-21).
    """
    if not stated_by.strip():
        raise NobodyNamed
    with transaction.atomic():
        sent = _send_as_stated(survey, stated_by=stated_by.strip(), actor=actor, now=now)
    if sent is None:  # raised here: inside the transaction it would undo the late draft
        raise SurveyClosed(survey.edition)
    return sent


def _send_as_stated(
    survey: HostSurvey, *, stated_by: str, actor: User, now: datetime
) -> HostSurvey | None:
    """The survey as sent, or None when it came too late and was kept beside."""
    fresh = locked(survey)
    if not _is_being_written(fresh):
        raise SurveyLocked(fresh)
    is_shut = closing_that_counts(fresh, now).is_shut(now)
    if not is_shut:
        take_in(fresh, now=now)
    dictated = latest_answers(fresh)
    if gaps := _gaps(fresh, dictated):
        raise SurveyIncomplete(gaps)
    told = dictated | dict.fromkeys(STATED, True)
    if is_shut:
        keep_late(fresh, answers=told, now=now, to_be_sent=True)
        return None
    address = str(told["kontakt_email"])
    HostSurvey.objects.filter(pk=fresh.pk).update(
        draft_answers=told, caller=stated_by, email=address
    )
    audit.record(
        action="applications.hostsurvey.stated_by_phone", target=fresh, actor=actor, now=now
    )
    return submit_survey(fresh, now=now, actor=actor, kind=VersionKind.PHONE)
