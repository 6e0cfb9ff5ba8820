"""Inviting to the information sessions, choosing one, and what happened there."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from core import audit, links
from core.models import User
from core.states import TransitionNotAllowed, move
from mailing import services as mailing
from mailing.selectors import letters_about
from meetings import emails
from meetings.emails import of_mailings
from meetings.enums import ChoiceStatus
from meetings.models import InformationSession, SessionChoice
from meetings.selectors import (
    awaiting_invitation,
    guests_of_coming_sessions,
    upcoming_sessions,
    waiting_list,
)
from programme.models import Edition

REMIND_BEFORE = (timedelta(days=3), timedelta(hours=3))


class NoSessions(Exception):
    """There is no session ahead to which anybody could be invited."""


class SessionIsFull(Exception):
    """The last place was taken a moment ago."""

    def __init__(self, session: InformationSession):
        self.session = session
        super().__init__(f"{session} is full")


class TooLate(Exception):
    """The cut-off before the session has passed."""


@transaction.atomic
def invite_to_sessions(edition: Edition, *, actor: User, now: datetime) -> list[SessionChoice]:
    """Invite every eligible municipality that has no invitation yet; letters wait as drafts.

    Raises `NoSessions` when no session lies ahead.
    """
    sessions = list(upcoming_sessions(edition, now=now))
    if not sessions:
        raise NoSessions
    closes_at = sessions[-1].starts_at
    invited = []
    for survey in awaiting_invitation(edition):
        choice = SessionChoice.objects.create(survey=survey, invited_at=now)
        token = links.create(
            purpose="session",
            target=choice,
            email=survey.addressee.email,
            expires_at=closes_at,
            actor=actor,
            now=now,
        )
        audit.record(action="meetings.sessionchoice.invited", target=choice, actor=actor)
        emails.invitation(choice, sessions=sessions, token=token, now=now)
        invited.append(choice)
    return invited


@transaction.atomic
def choose_session(
    choice: SessionChoice,
    *,
    session: InformationSession,
    people: int = 1,
    needs: str = "",
    now: datetime,
    actor: User | None = None,
) -> SessionChoice:
    """Keep a place in `session`, giving up the one held before; the letter has a calendar file.

    The place is taken by a conditional UPDATE, so two requests for the last place give one place
    (S2). Choosing the same session again changes nothing but the number of people.
    Raises `SessionIsFull`, `TooLate`, `core.states.TransitionNotAllowed`.
    """
    choice = _locked(choice)
    _refuse_after_cut_off(choice, session=session, now=now)
    _drop_answer_reminders(choice, now=now)
    before = choice.session if choice.has_seat else None
    if before == session:
        return _change_people(choice, people=people, needs=needs, actor=actor)
    _lock_in_order(session, before)
    _take_seat(session)
    if before is not None:
        _give_seat_back(before)
    # The calendar entry of the old date is cancelled by the same UID with a higher sequence (S8).
    move(
        choice,
        ChoiceStatus.CHOSEN,
        actor=actor,
        session=session,
        people=people,
        needs=needs,
        reason="",
        answered_at=now,
        calendar_sequence=choice.calendar_sequence + 1,
    )
    emails.confirmation(choice, now=now)
    if before is not None:
        _offer_seats_of(before, now=now)
    return choice


@transaction.atomic
def answer_neither(
    choice: SessionChoice,
    *,
    reason: str,
    wants_recording: bool,
    now: datetime,
    actor: User | None = None,
) -> SessionChoice:
    """Write down that neither date suits (S16); a place held before becomes free."""
    choice = _locked(choice)
    _drop_answer_reminders(choice, now=now)
    before = choice.session if choice.has_seat else None
    if before is not None:
        _give_seat_back(before)
        emails.cancellation(choice, session=before, now=now)
    move(
        choice,
        ChoiceStatus.NEITHER,
        actor=actor,
        session=None,
        reason=reason,
        wants_recording=wants_recording,
        answered_at=now,
        calendar_sequence=choice.calendar_sequence + 1,
    )
    if before is not None:
        _offer_seats_of(before, now=now)
    return choice


@transaction.atomic
def join_waiting_list(
    choice: SessionChoice,
    *,
    session: InformationSession,
    people: int,
    needs: str = "",
    now: datetime,
    actor: User | None = None,
) -> SessionChoice:
    """Wait for a place in a full session; the first who waits gets the first place that is free."""
    choice = _locked(choice)
    _refuse_after_cut_off(choice, session=session, now=now)
    _drop_answer_reminders(choice, now=now)
    before = choice.session if choice.has_seat else None
    if before is not None:
        _give_seat_back(before)
        emails.cancellation(choice, session=before, now=now)
    move(
        choice,
        ChoiceStatus.WAITING,
        actor=actor,
        session=session,
        people=people,
        needs=needs,
        reason="",
        answered_at=now,
        calendar_sequence=choice.calendar_sequence + 1,
    )
    if before is not None:
        _offer_seats_of(before, now=now)
    return choice


@transaction.atomic
def remind_unanswered(
    edition: Edition, *, choices: Iterable[SessionChoice], actor: User, now: datetime
) -> int:
    """Write once more to those of `choices` that have not answered; letters wait as drafts (S10).

    Whoever answers before the letter is released drops out. Returns how many letters were written.
    Raises `NoSessions` when no session lies ahead.
    """
    sessions = list(upcoming_sessions(edition, now=now))
    if not sessions:
        raise NoSessions
    written = 0
    for choice in choices:
        if choice.status != ChoiceStatus.INVITED:
            continue
        token = links.create(
            purpose="session",
            target=choice,
            email=choice.survey.addressee.email,
            expires_at=sessions[-1].starts_at,
            actor=actor,
            now=now,
        )
        emails.answer_reminder(choice, sessions=sessions, token=token, now=now)
        audit.record(action="meetings.sessionchoice.reminded", target=choice, actor=actor)
        written += 1
    return written


@transaction.atomic
def remind_guests(*, now: datetime) -> int:
    """Remind everybody with a place, at set hours before the session (S4); each hour once.

    Called every few minutes. Who gave the place up, or moved to another date, is not found here,
    and a session that has begun reminds nobody (S11). Returns how many guests are being reminded.
    """
    reminded = 0
    for choice in guests_of_coming_sessions(now=now, within=max(REMIND_BEFORE)):
        session, answered_at = choice.session, choice.answered_at
        if session is None or answered_at is None:  # has a place, so the database knows both
            continue
        due = [
            before
            for before in REMIND_BEFORE
            if answered_at <= session.starts_at - before <= now  # a fresh choice needs no reminder
        ]
        if due:
            # After a pause of the machines only the reminder that fits the hour is written.
            emails.reminder(choice, hours=int(min(due).total_seconds() // 3600), now=now)
            reminded += 1
    return reminded


@transaction.atomic
def offer_free_seats(session: InformationSession, *, now: datetime) -> list[SessionChoice]:
    """Give free places to those who wait, first come first (S9), and write to them."""
    return _offer_seats_of(session, now=now)


@transaction.atomic
def mark_attendance(
    choice: SessionChoice, *, present: bool, actor: User, now: datetime
) -> SessionChoice:
    """Note whether the municipality was there; a mistake can be put right."""
    to = ChoiceStatus.PRESENT if present else ChoiceStatus.ABSENT
    if choice.status == to:
        return choice
    return move(choice, to, actor=actor, answered_at=choice.answered_at or now)


@transaction.atomic
def mark_all(
    guests: Iterable[SessionChoice], *, present: Iterable[SessionChoice], actor: User, now: datetime
) -> None:
    """Note for every guest of a session whether the municipality was there, all or none."""
    here = {choice.pk for choice in present}
    for choice in guests:
        mark_attendance(choice, present=choice.pk in here, actor=actor, now=now)


@transaction.atomic
def close_answers(edition: Edition, *, now: datetime) -> int:
    """After the last cut-off, whoever has not answered is marked so. Returns how many."""
    last = edition.sessions.order_by("-starts_at").first()
    if last is None or now < last.starts_at:
        return 0
    silent = SessionChoice.objects.filter(
        survey__edition=edition, status__in=[ChoiceStatus.INVITED, ChoiceStatus.WAITING]
    )
    closed = 0
    for choice in silent.order_by("pk"):
        with suppress(TransitionNotAllowed):  # answered at this very moment
            move(choice, ChoiceStatus.NO_ANSWER, now=now, session=None)
            closed += 1
    return closed


@transaction.atomic
def follow_up(session: InformationSession, *, actor: User, now: datetime) -> int:
    """Write once to everybody of the session: different words for present and absent (S14).

    Those present are asked for the declaration as well. Returns the number of letters written.
    """
    # Declarations stand on choices; imported here because both modules call each other.
    from meetings.services.declarations import ask_declaration

    written = 0
    for choice in session.choices.filter(status=ChoiceStatus.ABSENT).for_table():
        emails.missed_you(choice, now=now)
        written += 1
    for choice in session.choices.filter(status=ChoiceStatus.PRESENT).for_table():
        ask_declaration(choice, actor=actor, now=now)
        written += 1
    return written


def _drop_answer_reminders(choice: SessionChoice, *, now: datetime) -> None:
    """Those that have not left yet, whether they wait as drafts or with their mailing (E13)."""
    if choice.status == ChoiceStatus.INVITED:
        written = letters_about(choice).filter(letter=of_mailings.ANSWER_REMINDER)
        mailing.cancel_many(written, actor=None, now=now)


def _locked(choice: SessionChoice) -> SessionChoice:
    return (
        SessionChoice.objects.select_for_update(of=("self",))
        .select_related("survey__edition", "survey__gmina", "survey__contact", "session")
        .get(pk=choice.pk)
    )


def _refuse_after_cut_off(
    choice: SessionChoice, *, session: InformationSession, now: datetime
) -> None:
    hours = timedelta(hours=choice.survey.edition.session_choice_closes_hours)
    held = choice.session if choice.has_seat else None
    if any(now >= one.starts_at - hours for one in (session, held) if one is not None):
        raise TooLate


def _lock_in_order(*sessions: InformationSession | None) -> None:
    """Two swaps in opposite directions must not wait for each other for ever."""
    keys = sorted(one.pk for one in sessions if one is not None)
    list(InformationSession.objects.filter(pk__in=keys).order_by("pk").select_for_update())


def _take_seat(session: InformationSession) -> None:
    free = InformationSession.objects.filter(pk=session.pk, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1):
        raise SessionIsFull(session)


def _give_seat_back(session: InformationSession) -> None:
    InformationSession.objects.filter(pk=session.pk).update(taken=F("taken") - 1)


def _change_people(
    choice: SessionChoice, *, people: int, needs: str, actor: User | None
) -> SessionChoice:
    choice.people, choice.needs = people, needs
    choice.save(update_fields=["people", "needs"])
    audit.record(action="meetings.sessionchoice.people_changed", target=choice, actor=actor)
    return choice


def _offer_seats_of(session: InformationSession, *, now: datetime) -> list[SessionChoice]:
    seated = []
    for choice in waiting_list(session).select_for_update(of=("self",), skip_locked=True):
        try:
            _take_seat(session)
        except SessionIsFull:
            break
        move(
            choice,
            ChoiceStatus.CHOSEN,
            session=session,
            answered_at=now,
            calendar_sequence=choice.calendar_sequence + 1,
        )
        emails.confirmation(choice, now=now)
        seated.append(choice)
    return seated
