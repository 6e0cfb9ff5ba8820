"""Reminding municipalities of the invitation to the sessions, as one letter of a mailing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from core import audit, links
from core.models import User
from mailing.audiences import Envelope
from mailing.models import Letter
from meetings.emails import of_mailings
from meetings.models import InformationSession, SessionChoice


@transaction.atomic(savepoint=False)
def remind_by_mailing(
    choice: SessionChoice,
    *,
    sessions: Sequence[InformationSession],
    envelope: Envelope,
    actor: User,
    now: datetime,
) -> Letter:
    """The reminder of a mailing, with a new link that holds until the last session begins (S10).

    `sessions`: those that lie ahead, in order of time, at least one.
    """
    token = links.create(
        purpose="session",
        target=choice,
        email=choice.survey.addressee.email,
        expires_at=sessions[-1].starts_at,
        actor=actor,
        now=now,
    )
    audit.record(action="meetings.sessionchoice.reminded", target=choice, actor=actor)
    return of_mailings.answer_reminder_of_mailing(
        choice, sessions=sessions, token=token, envelope=envelope, now=now
    )
