"""Choosing a session: one place each, never more places than there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from icalendar import Calendar

from core.models import AuditEvent
from core.states import TransitionNotAllowed
from mailing.models import Letter
from meetings import selectors, services
from meetings.enums import ChoiceStatus
from meetings.models import InformationSession, SessionChoice
from meetings.services import sessions as verbs
from tests.factories.applications import HostSurveyFactory
from tests.factories.meetings import InformationSessionFactory, SessionChoiceFactory
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
THURSDAY = datetime(2026, 4, 16, 11, tzinfo=UTC)


@pytest.mark.django_db
def test_invitation_goes_once_to_every_eligible_municipality(coordinator):
    """Drafts wait for a person; a second press invites nobody again."""
    survey = HostSurveyFactory(eligible=True)
    HostSurveyFactory(edition=survey.edition, submitted=True)
    InformationSessionFactory(edition=survey.edition)

    first = services.invite_to_sessions(survey.edition, actor=coordinator, now=NOW)
    second = services.invite_to_sessions(survey.edition, actor=coordinator, now=NOW)

    assert [choice.survey for choice in first] == [survey]
    assert second == []
    letter = Letter.objects.get()
    assert (letter.status, letter.to) == (Letter.Status.DRAFT, survey.contact.email)
    assert list(selectors.awaiting_invitation(survey.edition)) == []


@pytest.mark.django_db
def test_invitation_needs_a_session_ahead(coordinator):
    with pytest.raises(services.NoSessions):
        services.invite_to_sessions(EditionFactory(), actor=coordinator, now=NOW)


@pytest.mark.django_db
def test_choice_keeps_a_place_and_confirms_with_calendar_file():
    """S1, S3: date, hour with zone, way of joining and an .ics file."""
    choice = SessionChoiceFactory()
    session = InformationSessionFactory(edition=choice.survey.edition)

    services.choose_session(choice, session=session, people=2, now=NOW)

    session.refresh_from_db()
    choice.refresh_from_db()
    assert (session.taken, choice.status, choice.people) == (1, ChoiceStatus.CHOSEN, 2)
    letter = Letter.objects.get()
    assert letter.status == Letter.Status.QUEUED
    assert "wtorek, 14 kwietnia 2026, 10:00" in letter.text
    event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert event.decoded("dtstart") == session.starts_at
    assert str(event["uid"]) == f"{choice.calendar_uid}@win4ua"


@pytest.mark.django_db
def test_change_of_date_moves_the_place_and_the_calendar_entry():
    """S5, S8: the same UID with a higher sequence, and the old place is free again."""
    choice = SessionChoiceFactory()
    tuesday = InformationSessionFactory(edition=choice.survey.edition)
    thursday = InformationSessionFactory(edition=choice.survey.edition, starts_at=THURSDAY)
    services.choose_session(choice, session=tuesday, now=NOW)

    services.choose_session(choice, session=thursday, now=NOW + timedelta(hours=1))

    tuesday.refresh_from_db()
    thursday.refresh_from_db()
    assert (tuesday.taken, thursday.taken) == (0, 1)
    letters = Letter.objects.order_by("pk")
    events = [Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in letters]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [int(event["sequence"]) for event in events] == [1, 2]
    assert events[1].decoded("dtstart") == THURSDAY


@pytest.mark.django_db
def test_full_session_is_refused_and_the_first_who_waits_gets_the_free_place():
    """S2, S9."""
    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition, capacity=1)
    seated, waiting = (
        SessionChoiceFactory(survey__edition=edition),
        SessionChoiceFactory(survey__edition=edition),
    )
    services.choose_session(seated, session=session, now=NOW)
    with pytest.raises(services.SessionIsFull):
        services.choose_session(waiting, session=session, now=NOW)
    services.join_waiting_list(waiting, session=session, people=1, now=NOW)

    services.answer_neither(seated, reason="Urlop", wants_recording=True, now=NOW)

    seated.refresh_from_db()
    waiting.refresh_from_db()
    session.refresh_from_db()
    assert (seated.status, waiting.status) == (ChoiceStatus.NEITHER, ChoiceStatus.CHOSEN)
    assert session.taken == 1
    assert Letter.objects.filter(to=waiting.survey.contact.email).count() == 1


@pytest.mark.django_db
def test_giving_a_place_up_cancels_the_calendar_entry():
    choice = SessionChoiceFactory()
    session = InformationSessionFactory(edition=choice.survey.edition)
    services.choose_session(choice, session=session, now=NOW)

    services.answer_neither(choice, reason="", wants_recording=False, now=NOW)

    cancelled = Calendar.from_ical(Letter.objects.order_by("pk").last().calendar)
    assert str(cancelled["method"]) == "CANCEL"
    assert int(cancelled.walk("VEVENT")[0]["sequence"]) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "is_late"), [(24.01, False), (24, True), (1, True)])
def test_choice_closes_at_the_cut_off(hours, is_late):
    """S5: 24 hours before, to the second, by the setting of the edition."""
    choice = SessionChoiceFactory()
    session = InformationSessionFactory(edition=choice.survey.edition)
    now = session.starts_at - timedelta(hours=hours)

    if is_late:
        with pytest.raises(services.TooLate):
            services.choose_session(choice, session=session, now=now)
    else:
        assert services.choose_session(choice, session=session, now=now).has_seat


@pytest.mark.django_db
def test_follow_up_is_written_once_and_differs_for_present_and_absent(coordinator):
    """S14."""
    present = SessionChoiceFactory(seated=True)
    session = present.session
    absent = SessionChoiceFactory(
        survey__edition=present.survey.edition, session=session, status=ChoiceStatus.CHOSEN
    )
    services.mark_attendance(present, present=True, actor=coordinator, now=NOW)
    services.mark_attendance(absent, present=False, actor=coordinator, now=NOW)

    for _press in range(2):
        services.follow_up(session, actor=coordinator, now=NOW)

    letters = dict(Letter.objects.values_list("to", "letter"))
    assert letters == {
        present.survey.contact.email: "meetings/declaration_request",
        absent.survey.contact.email: "meetings/missed_you",
    }


@pytest.mark.django_db
def test_database_refuses_more_places_than_there_are():
    session = InformationSessionFactory(capacity=1, taken=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        InformationSession.objects.filter(pk=session.pk).update(taken=2)


@pytest.mark.django_db
def test_presence_cannot_be_marked_for_whoever_never_chose(coordinator):
    choice = SessionChoiceFactory()

    with pytest.raises(TransitionNotAllowed):
        services.mark_attendance(choice, present=True, actor=coordinator, now=NOW)


def _race(choices, session, take_seat):
    """Everybody at once; returns how many were told that they have a place."""

    def press(choice):
        try:
            services.choose_session(choice, session=session, now=NOW)
        except services.SessionIsFull:
            return 0
        finally:
            connection.close()
        return 1

    verbs._take_seat, kept = take_seat, verbs._take_seat
    try:
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(press, choices))
    finally:
        verbs._take_seat = kept


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_for_three_places_give_three():
    """S2, FT-13 in small: real threads against PostgreSQL."""
    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition, capacity=3)
    choices = [SessionChoiceFactory(survey__edition=edition) for _n in range(20)]

    seated = _race(choices, session, verbs._take_seat)

    session.refresh_from_db()
    assert (seated, session.taken) == (3, 3)
    assert SessionChoice.objects.filter(session=session).count() == 3
    assert AuditEvent.objects.filter(action="meetings.sessionchoice.chosen").count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_same_race_oversells(monkeypatch):
    """The negative control: read, then write, with no lock and no condition."""
    import time

    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition, capacity=3)
    choices = [SessionChoiceFactory(survey__edition=edition) for _n in range(20)]
    monkeypatch.setattr(verbs, "_lock_in_order", lambda *sessions: None)

    def careless(session):
        seen = InformationSession.objects.get(pk=session.pk)
        if seen.taken >= seen.capacity:
            raise services.SessionIsFull(session)
        time.sleep(0.05)
        InformationSession.objects.filter(pk=session.pk).update(taken=seen.taken + 1)

    seated = _race(choices, session, careless)

    assert seated > 3
