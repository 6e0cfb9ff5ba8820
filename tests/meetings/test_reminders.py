"""Reminders before a session and to those who are silent; and the dates in the panel."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from icalendar import Calendar

from core.models import StoredFile
from mailing.models import Letter
from meetings import services
from meetings.enums import ChoiceStatus, MentorAnswer
from meetings.models import InformationSession
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)
from tests.factories.programme import EditionFactory
from tests.meetings.test_declarations import ANSWERS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF"


def reminders() -> list[tuple[str, str]]:
    return list(
        Letter.objects.filter(letter="meetings/reminder").order_by("pk").values_list("to", "status")
    )


@pytest.fixture
def guest():
    """A municipality that chose the session of 14 April on the second."""
    return SessionChoiceFactory(seated=True)


@pytest.mark.parametrize(
    ("before", "count"),
    [
        (timedelta(days=3, seconds=1), 0),
        (timedelta(days=3), 1),
        (timedelta(hours=4), 1),
        (timedelta(seconds=1), 1),
        (timedelta(0), 0),
        (-timedelta(hours=1), 0),
    ],
)
def test_guest_is_reminded_at_the_set_hours_and_never_after_the_beginning(guest, before, count):
    """S4, S11: to the second."""
    services.remind_guests(now=guest.session.starts_at - before)

    assert len(reminders()) == count


def test_each_reminder_goes_once_and_only_to_guests_of_that_date(guest):
    """S4: two in all, however often the clock looks; the letter cannot leave too late (S11)."""
    other = InformationSessionFactory(
        edition=guest.survey.edition, starts_at=guest.session.starts_at + timedelta(days=30)
    )
    SessionChoiceFactory(
        survey__edition=guest.survey.edition,
        session=other,
        status=ChoiceStatus.CHOSEN,
        answered_at=NOW,
    )
    start = guest.session.starts_at

    for minutes in range(0, 73 * 60, 30):
        services.remind_guests(now=start - timedelta(hours=73) + timedelta(minutes=minutes))

    assert reminders() == [(guest.survey.contact.email, Letter.Status.QUEUED)] * 2
    assert set(Letter.objects.values_list("not_after", flat=True)) == {start}


def test_fresh_choice_needs_no_reminder_of_three_days(guest):
    """Whoever chose yesterday has the confirmation; the reminder of three hours still comes."""
    guest.answered_at = guest.session.starts_at - timedelta(days=2)
    guest.save(update_fields=["answered_at"])

    services.remind_guests(now=guest.session.starts_at - timedelta(days=1))
    assert reminders() == []
    services.remind_guests(now=guest.session.starts_at - timedelta(hours=2))
    assert len(reminders()) == 1


def test_whoever_gave_the_place_up_is_not_reminded(guest):
    """S16."""
    services.answer_neither(guest, reason="Urlop", wants_recording=True, now=NOW)

    services.remind_guests(now=guest.session.starts_at - timedelta(days=1))

    assert reminders() == []


def test_those_who_are_ticked_and_silent_get_a_draft(coordinator):
    """S10: whoever answers before the letter is released drops out."""
    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition)
    first, second, unticked = (SessionChoiceFactory(survey__edition=edition) for _n in range(3))

    written = services.remind_unanswered(
        edition, choices=[first, second], actor=coordinator, now=NOW
    )
    services.choose_session(first, session=session, now=NOW + timedelta(hours=1))

    letters = dict(
        Letter.objects.filter(letter="meetings/answer_reminder").values_list("to", "status")
    )
    assert written == 2
    assert letters == {
        first.survey.contact.email: Letter.Status.CANCELLED,
        second.survey.contact.email: Letter.Status.DRAFT,
    }
    assert unticked.survey.contact.email not in letters


def test_reminding_page_lists_the_silent_and_writes_to_the_ticked(coordinator_client):
    silent = SessionChoiceFactory()
    edition = silent.survey.edition
    InformationSessionFactory(edition=edition, starts_at=datetime(2026, 4, 14, 8, tzinfo=UTC))
    answered = SessionChoiceFactory(survey__edition=edition, status=ChoiceStatus.NEITHER)
    page = reverse("admin:meetings_remind", args=[edition.pk])

    with time_machine.travel(NOW, tick=False):
        html = coordinator_client.get(page).content.decode()
        nobody = coordinator_client.post(page, {"csrfmiddlewaretoken": "x"})
        foreign = coordinator_client.post(page, {"choices": [answered.pk]})
        coordinator_client.post(page, {"choices": [silent.pk]})

    assert silent.survey.gmina.name in html
    assert set(nobody.context["form"].errors) == set(foreign.context["form"].errors) == {"choices"}
    assert Letter.objects.get().to == silent.survey.contact.email


@pytest.mark.parametrize("item_count", [1, 3])
def test_lists_of_the_panel_cost_the_same_for_one_and_three(
    item_count, coordinator_client, django_assert_max_num_queries
):
    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition, taken=item_count)
    for _n in range(item_count):
        SessionChoiceFactory(survey__edition=edition)
        SessionChoiceFactory(survey__edition=edition, session=session, status=ChoiceStatus.CHOSEN)
        DeclarationFactory(survey__edition=edition, accepted=True)
    pages = [
        reverse("admin:meetings_remind", args=[edition.pk]),
        reverse("admin:meetings_invite", args=[edition.pk]),
        reverse("admin:meetings_sessionchoice_changelist"),
        reverse("admin:meetings_declaration_changelist"),
        reverse("admin:meetings_informationsession_changelist"),
    ]
    for page in pages:
        coordinator_client.get(page)

        with django_assert_max_num_queries(16):
            assert coordinator_client.get(page).status_code == 200


# --- The dates in the panel


def date_form(edition, **changes):
    return {
        "edition": edition.pk,
        "starts_at_0": "2026-04-14",
        "starts_at_1": "10:00",
        "duration_minutes": "90",
        "capacity": "100",
        "join_url": "spotkania.example/abc",
        "recording_url": "",
        **changes,
    }


def test_date_is_added_in_warsaw_time(coordinator_client):
    """S15: 10:00 in Warsaw is 8:00 in UTC in April."""
    edition = EditionFactory()

    coordinator_client.post(reverse("admin:meetings_informationsession_add"), date_form(edition))

    session = InformationSession.objects.get()
    assert session.starts_at == datetime(2026, 4, 14, 8, tzinfo=UTC)
    assert session.join_url == "https://spotkania.example/abc"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity": "1"}, "capacity"),
        ({"join_url": ""}, "join_url"),
        ({"join_url": "https://x.example/a|b"}, "join_url"),
        ({"starts_at_1": "25:00"}, "starts_at"),
    ],
)
def test_date_that_cannot_be_is_refused_beside_the_field(coordinator_client, changes, field):
    session = InformationSessionFactory(taken=2)
    page = reverse("admin:meetings_informationsession_change", args=[session.pk])

    answer = coordinator_client.post(page, date_form(session.edition, **changes))

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {field}


def test_raised_capacity_wakes_the_waiting_list(coordinator_client):
    """S9."""
    edition = EditionFactory()
    session = InformationSessionFactory(edition=edition, capacity=1)
    seated, waiting = (SessionChoiceFactory(survey__edition=edition) for _n in range(2))
    services.choose_session(seated, session=session, now=NOW)
    services.join_waiting_list(waiting, session=session, people=1, now=NOW)

    with time_machine.travel(NOW, tick=False):
        coordinator_client.post(
            reverse("admin:meetings_informationsession_change", args=[session.pk]),
            date_form(edition, capacity="2"),
        )

    waiting.refresh_from_db()
    session.refresh_from_db()
    assert (waiting.status, session.taken) == (ChoiceStatus.CHOSEN, 2)
    letter = Letter.objects.get(to=waiting.survey.contact.email)
    assert letter.letter == "meetings/confirmation"
    assert Calendar.from_ical(letter.calendar).walk("VEVENT")[0].decoded("dtstart") == (
        session.starts_at
    )


# --- The declaration


def test_signed_declaration_is_kept_as_a_file():
    """P12, P18: a scan is optional and stays when the next version has none."""
    declaration = DeclarationFactory()
    scan = SimpleUploadedFile("deklaracja.pdf", PDF, "application/pdf")
    scan.is_inspected = True  # what the form's field has looked into

    services.send_declaration(declaration, answers={**ANSWERS, "scan": scan}, now=NOW)

    stored = StoredFile.objects.get()
    assert (declaration.scan, stored.name) == (stored, "deklaracja.pdf")


def test_mentor_answers_once(coordinator):
    """A second tap, or a tap after the declaration was accepted, changes nothing."""
    declaration = DeclarationFactory(sent=True)
    declaration = services.answer_as_mentor(declaration, accepts=True, now=NOW)
    services.accept_declaration(declaration, actor=coordinator, now=NOW)

    with pytest.raises(services.MentorAnswered):
        services.answer_as_mentor(declaration, accepts=False, reason="Zmiana", now=NOW)

    declaration.refresh_from_db()
    assert declaration.mentor_answer == MentorAnswer.CONFIRMED


def test_link_of_a_mentor_who_was_replaced_is_closed(coordinator, client):
    """Nobody answers for the person who was named instead."""
    from tests.meetings.test_views import door

    declaration = DeclarationFactory(sent=True)
    page = door("mentor", declaration, declaration.mentor.email, "meetings:mentor_answer")
    services.return_declaration(declaration, reason="Inny mentor", actor=coordinator, now=NOW)

    services.send_declaration(declaration, answers=ANSWERS, now=NOW)

    assert client.get(page).status_code == 410
