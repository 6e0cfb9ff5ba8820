"""Reminding municipalities that have not sent the survey: before the deadline (A14), by mailing."""

from datetime import UTC, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from applications.emails import host_reminders as emails
from applications.models import HostInvitation, HostSurvey
from applications.selectors.host_silent import Silent
from applications.services.host_invitations import new_link
from core.formats import WARSAW
from core.models import User
from core.states import TransitionNotAllowed
from core.working_days import ONE_DAY, working_day_until
from mailing import services as mailing
from mailing.audiences import Envelope
from mailing.models import Letter
from programme.models import Edition

Status = HostSurvey.Status
AT_LEAST_BEFORE = timedelta(hours=48)
HOUR = time(9)
WAITING = (
    Letter.Status.DRAFT,
    Letter.Status.QUEUED,
    Letter.Status.RETRY,
    Letter.Status.HELD,
)


def reminder_moment(closes_at: datetime) -> datetime:
    """Nine o'clock of the last working day that leaves at least 48 hours before the closing.

    Counted as instants, so a change of the clocks in between takes nothing from the 48 hours.
    """
    day = closes_at.astimezone(WARSAW).date()
    while True:
        day = working_day_until(day)
        moment = datetime.combine(day, HOUR, WARSAW)
        if closes_at.astimezone(UTC) - moment.astimezone(UTC) >= AT_LEAST_BEFORE:
            return moment
        day -= ONE_DAY


def remind_unsent(edition: Edition, *, now: datetime) -> int:
    """One reminder to each municipality with a draft and nothing sent; returns how many.

    May run as often as it likes from the moment on until the closing: after a pause of the
    machines the reminder still goes, after the closing it does not. Who began after the moment is
    not reminded of what was begun just now.
    """
    moment = reminder_moment(edition.survey_closes_at)
    if not moment <= now < edition.survey_closes_at:
        return 0
    drafts = HostSurvey.objects.filter(
        edition=edition, status=Status.DRAFT, started_at__lt=moment
    ).order_by("pk")
    return sum(_remind(pk, now) for pk in drafts.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    """Whether this survey is a draft still, and was not reminded of; its row is locked."""
    survey = (
        HostSurvey.objects.select_for_update(of=("self",))
        .select_related("edition", "gmina", "invitation__contact")
        .filter(pk=pk, status=Status.DRAFT)
        .first()
    )
    if survey is None or Letter.objects.filter(key=emails.unsent_key(survey)).exists():
        return False
    token = new_link(survey, email=survey.email, now=now)
    emails.survey_unsent(survey, token=token, now=now)
    return True


@transaction.atomic(savepoint=False)
def remind_by_mailing(
    edition: Edition, silent: Silent, *, envelope: Envelope, actor: User, now: datetime
) -> Letter:
    """The reminder of a mailing, with a new link: to the draft, or to where it will be."""
    target = silent.survey or silent.invitation
    token = new_link(target, email=silent.email, now=now, actor=actor)
    return emails.host_reminder(edition, silent, token=token, envelope=envelope, now=now)


def drop_reminder(survey: HostSurvey, *, now: datetime) -> None:
    """The survey was sent or withdrawn: a reminder that has not left yet does not leave (E13)."""
    for letter in _waiting_reminders(survey):
        try:
            mailing.cancel(letter, actor=None, now=now)
        except TransitionNotAllowed:  # it has just left
            continue


def _waiting_reminders(survey: HostSurvey) -> QuerySet[Letter]:
    """The one before the deadline, and those of mailings to any address of the office."""
    kinds = ContentType.objects.get_for_models(HostSurvey, HostInvitation)
    invitations = HostInvitation.objects.filter(
        edition=survey.edition_id, organisation__gmina=survey.gmina_id
    )
    of_office = Q(about_type=kinds[HostSurvey], about_id=survey.pk) | Q(
        about_type=kinds[HostInvitation], about_id__in=invitations.values("pk")
    )
    return Letter.objects.filter(
        Q(key=emails.unsent_key(survey)) | Q(letter=emails.REMINDER) & of_office,
        status__in=WAITING,
    ).order_by("pk")
