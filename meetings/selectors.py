"""The questions this room answers: who waits for an invitation, who came, who may be a host."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from applications.models import HostSurvey
from applications.selectors import eligible_hosts
from meetings.enums import ChoiceStatus, DeclarationStatus
from meetings.models import Declaration, InformationSession, SessionChoice
from programme.models import Edition


def awaiting_invitation(edition: Edition) -> QuerySet[HostSurvey]:
    """Eligible, and not yet invited to the sessions: the worklist at this room's door."""
    invited = SessionChoice.objects.filter(survey=OuterRef("pk"))
    return eligible_hosts(edition).exclude(Exists(invited))


def upcoming_sessions(edition: Edition, *, now: datetime) -> QuerySet[InformationSession]:
    """Sessions of the edition that have not begun, in order of time."""
    return edition.sessions.filter(starts_at__gt=now).order_by("starts_at", "pk")


def sessions_open_to(choice: SessionChoice, *, now: datetime) -> QuerySet[InformationSession]:
    """Sessions that this municipality may still choose, before the cut-off of the edition (S5)."""
    edition = choice.survey.edition
    cut_off = now + timedelta(hours=edition.session_choice_closes_hours)
    return edition.sessions.filter(starts_at__gt=cut_off).order_by("starts_at", "pk")


def guests(session: InformationSession) -> QuerySet[SessionChoice]:
    """The municipalities with a place in the session, in the order of the alphabet."""
    return session.choices.exclude(status=ChoiceStatus.WAITING).for_table()


def unanswered(edition: Edition) -> QuerySet[SessionChoice]:
    """Invited and silent so far, in the order of the alphabet (S10)."""
    return SessionChoice.objects.filter(survey__edition=edition).open().for_table()


def guests_of_coming_sessions(*, now: datetime, within: timedelta) -> QuerySet[SessionChoice]:
    """Who has a place in a session that begins within this span (S4)."""
    return SessionChoice.objects.filter(
        status=ChoiceStatus.CHOSEN, session__starts_at__gt=now, session__starts_at__lte=now + within
    ).for_table()


def waiting_list(session: InformationSession) -> QuerySet[SessionChoice]:
    """Who waits for a place, first come first."""
    return (
        session.choices.filter(status=ChoiceStatus.WAITING)
        .select_related("survey__gmina")
        .order_by("answered_at", "pk")
    )


def awaiting_declaration(edition: Edition) -> QuerySet[SessionChoice]:
    """Was present and has not been asked for the declaration yet."""
    asked = Declaration.objects.filter(survey=OuterRef("survey"))
    return (
        SessionChoice.objects.filter(survey__edition=edition, status=ChoiceStatus.PRESENT)
        .exclude(Exists(asked))
        .for_table()
    )


def declarations_to_check(edition: Edition) -> QuerySet[Declaration]:
    """Sent by the host and waiting for a coordinator."""
    return Declaration.objects.filter(
        survey__edition=edition, status=DeclarationStatus.SENT
    ).for_table()


def declared_hosts(edition: Edition) -> QuerySet[Declaration]:
    """Hosts whose declaration was accepted: the door of the matching room."""
    return Declaration.objects.filter(survey__edition=edition).accepted().for_table()
