"""The declaration of a host, and its mentor."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.models import NamedMentor
from core import roles
from mailing.models import Letter
from meetings import selectors, services
from meetings.enums import ChoiceStatus, DeclarationStatus
from meetings.models import Declaration
from programme.models import PlacementWindow
from tests.factories.meetings import DeclarationFactory, SessionChoiceFactory

NOW = datetime(2026, 4, 20, 8, tzinfo=UTC)
ANSWERS = {
    "nip": "1234563218",
    "regon": "123456785",
    "representative": "Barbara Zielińska, wójt",
    "interns": 1,
    "windows": ["september"],
    "lodging": "offer",
    "mentor_first_name": "Jan",
    "mentor_last_name": "Kowalski",
    "mentor_position": "Kierownik",
    "mentor_email": "jan.kowalski@gmina.example",
    "mentor_phone": "",
}


@pytest.mark.django_db
def test_declaration_walks_from_the_request_to_the_pool(coordinator):
    """The mentor is asked at once, confirms, and only then can it be accepted (A23, P8)."""
    choice = SessionChoiceFactory(seated=True, status=ChoiceStatus.PRESENT)
    declaration = services.ask_declaration(choice, actor=coordinator, now=NOW)

    services.send_declaration(declaration, answers=ANSWERS, now=NOW)
    with pytest.raises(services.MentorMissing):
        services.accept_declaration(declaration, actor=coordinator, now=NOW)
    declaration = services.answer_as_mentor(declaration, accepts=True, now=NOW)
    services.accept_declaration(declaration, actor=coordinator, now=NOW)

    assert list(selectors.declared_hosts(choice.survey.edition)) == [declaration]
    assert declaration.mentor_user.email == "jan.kowalski@gmina.example"
    assert roles.has_role(declaration.mentor_user, roles.MENTOR)
    assert not declaration.mentor_user.has_usable_password()
    assert list(Letter.objects.order_by("pk").values_list("letter", "status")) == [
        ("meetings/declaration_request", "draft"),
        ("meetings/declaration_receipt", "queued"),
        ("meetings/mentor_request", "queued"),
        ("meetings/declaration_accepted", "draft"),
    ]


@pytest.mark.django_db
def test_refusal_of_the_mentor_reaches_the_office():
    declaration = DeclarationFactory(sent=True)

    services.answer_as_mentor(declaration, accepts=False, reason="Urlop", now=NOW)

    letter = Letter.objects.get()
    assert (letter.letter, letter.to) == (
        "meetings/mentor_refused",
        declaration.survey.contact.email,
    )
    assert "Urlop" in letter.text


@pytest.mark.django_db
def test_returned_declaration_is_sent_again_with_another_mentor(coordinator):
    """A new mentor has not confirmed, whatever the old one said."""
    declaration = DeclarationFactory(sent=True)
    declaration = services.answer_as_mentor(declaration, accepts=True, now=NOW)
    services.return_declaration(declaration, reason="Brak podpisu", actor=coordinator, now=NOW)

    services.send_declaration(declaration, answers=ANSWERS, now=NOW)

    declaration.refresh_from_db()
    assert declaration.status == DeclarationStatus.SENT
    assert (declaration.mentor_answer, declaration.mentor_user) == ("waiting", None)
    assert declaration.mentor_answered_at is None


@pytest.mark.django_db
def test_mentor_who_confirmed_by_the_link_of_the_survey_has_answered_and_is_not_asked_again():
    """W15: also when the declaration is sent a second time with the same mentor."""
    declaration = DeclarationFactory()
    services.send_declaration(declaration, answers=ANSWERS, now=NOW)
    assert (declaration.mentor_answer, declaration.mentor_answered_at) == ("waiting", None)
    NamedMentor.objects.create(
        survey=declaration.survey,
        first_name="Jan",
        last_name="Kowalski",
        email=ANSWERS["mentor_email"],
        named_at=NOW,
        answered_at=NOW,
        status="confirmed",
    )
    Declaration.objects.filter(pk=declaration.pk).update(status=DeclarationStatus.RETURNED)
    Letter.objects.all().delete()
    declaration.refresh_from_db()

    services.send_declaration(declaration, answers=ANSWERS, now=NOW)

    declaration.refresh_from_db()
    assert (declaration.mentor_answer, declaration.mentor_answered_at) == ("confirmed", NOW)
    assert declaration.mentor_user.email == ANSWERS["mentor_email"]
    assert [letter.letter for letter in Letter.objects.all()] == ["meetings/declaration_receipt"]


@pytest.mark.django_db
def test_database_refuses_an_accepted_declaration_without_mentor():
    declaration = DeclarationFactory(sent=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(pk=declaration.pk).update(status=DeclarationStatus.ACCEPTED)


def test_coordinator_reads_the_possible_dates_in_days(coordinator_client):
    """X8: the codes of the windows are for the programme, the days for people."""
    declaration = DeclarationFactory(sent=True)
    PlacementWindow.objects.create(
        edition=declaration.survey.edition,
        code="autumn",
        starts_on=date(2026, 10, 5),
        ends_on=date(2026, 10, 30),
    )
    type(declaration).objects.filter(pk=declaration.pk).update(windows=["autumn"])

    record = reverse("admin:meetings_declaration_change", args=[declaration.pk])
    page = coordinator_client.get(record).content.decode()

    assert "5 października 2026 – 30 października 2026" in page
