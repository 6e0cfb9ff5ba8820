"""The pages of this room, as people and scanners open them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from core import links
from meetings.enums import ChoiceStatus, DeclarationStatus
from meetings.models import SessionChoice
from tests.conftest import no_writes
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)

NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring():
    with time_machine.travel(NOW, tick=False):
        yield


def door(purpose, target, email, name):
    """The address of a page behind a fresh link."""
    with transaction.atomic():
        token = links.create(purpose=purpose, target=target, email=email, expires_at=None, now=NOW)
    return reverse(name, args=[token])


@pytest.fixture
def choice():
    return SessionChoiceFactory()


@pytest.fixture
def page(choice):
    return door("session", choice, choice.survey.contact.email, "meetings:choose")


def test_opening_the_choice_changes_nothing(client, choice, page):
    """S7, S12: the page names the municipality and writes nothing."""
    InformationSessionFactory(edition=choice.survey.edition)

    with no_writes():
        response = client.get(page)
        client.head(page)

    assert response.status_code == 200
    assert choice.survey.gmina.name in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"


def test_choice_is_made_by_a_person_who_knows_the_address(client, choice, page):
    """S1; a robot that submits the form does not know the address (SEC-M, M3)."""
    session = InformationSessionFactory(edition=choice.survey.edition)
    answer = {"session": str(session.pk), "people": "2"}

    refused = client.post(page, {**answer, "address_start": "xyz"})
    choice.refresh_from_db()
    assert (refused.status_code, choice.status) == (200, ChoiceStatus.INVITED)

    done = client.post(page, {**answer, "address_start": choice.survey.contact.email[:3]})
    choice.refresh_from_db()
    assert (done.status_code, choice.status, choice.session) == (
        302,
        ChoiceStatus.CHOSEN,
        session,
    )
    assert session.join_url in client.get(page).content.decode()


def test_join_address_is_hidden_from_a_forwarded_link(client, choice, page):
    """S13."""
    session = InformationSessionFactory(edition=choice.survey.edition, taken=1)
    SessionChoice.objects.filter(pk=choice.pk).update(session=session, status="chosen")

    content = client.get(page).content.decode()

    assert session.join_url not in content


def test_answer_without_a_date_is_kept_and_explained(client, choice, page):
    InformationSessionFactory(edition=choice.survey.edition)

    response = client.post(page, {"people": "9", "address_start": "x"})

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"session", "people", "address_start"}


def test_declaration_page_takes_the_declaration(client):
    declaration = DeclarationFactory()
    contact = declaration.survey.contact
    page = door("declaration", declaration, contact.email, "meetings:declare")
    answers = {
        "nip": "123-456-32-18",
        "representative": "Barbara Zielińska, wójt",
        "interns": "1",
        "windows": ["september"],
        "lodging": "offer",
        "mentor_first_name": "Jan",
        "mentor_last_name": "Kowalski",
        "mentor_position": "Kierownik",
        "mentor_email": "jan@gmina.example",
        "address_start": contact.email[:3],
    }
    declaration.survey.edition.windows.update_or_create(
        code="september", defaults={"starts_on": "2100-09-07", "ends_on": "2100-10-02"}
    )

    wrong = client.post(page, {**answers, "nip": "1234563217"})
    right = client.post(page, answers)

    declaration.refresh_from_db()
    assert set(wrong.context["form"].errors) == {"nip"}
    assert (right.status_code, declaration.status) == (302, DeclarationStatus.SENT)
    assert client.get(page).status_code == 200


def test_mentor_confirms_without_an_account(client):
    """A23."""
    declaration = DeclarationFactory(sent=True)
    page = door("mentor", declaration, declaration.mentor.email, "meetings:mentor_answer")

    with no_writes():
        assert client.get(page).status_code == 200
    client.post(page, {"answer": "yes", "address_start": declaration.mentor.email[:4]})

    declaration.refresh_from_db()
    assert declaration.mentor_answer == "confirmed"


@pytest.mark.parametrize("name", ["choose", "declare", "mentor_answer"])
def test_broken_link_shows_a_kind_page(client, name):
    assert client.get(reverse(f"meetings:{name}", args=["nonsense"])).status_code == 410


@pytest.mark.parametrize("item_count", [1, 3])
def test_session_page_costs_the_same_for_one_and_three(
    coordinator_client, item_count, django_assert_max_num_queries
):
    session = InformationSessionFactory(taken=item_count)
    for _n in range(item_count):
        SessionChoiceFactory(
            survey__edition=session.edition, session=session, status=ChoiceStatus.CHOSEN
        )
    page = reverse("admin:meetings_session_day", args=[session.pk])

    with django_assert_max_num_queries(15):
        response = coordinator_client.get(page)

    assert response.status_code == 200


def test_attendance_is_ticked_on_the_page_of_the_session(coordinator_client):
    """S6."""
    here = SessionChoiceFactory(seated=True)
    away = SessionChoiceFactory(
        survey__edition=here.survey.edition, session=here.session, status=ChoiceStatus.CHOSEN
    )
    page = reverse("admin:meetings_session_day", args=[here.session.pk])

    coordinator_client.post(page, {"present": [here.pk]})

    here.refresh_from_db()
    away.refresh_from_db()
    assert (here.status, away.status) == (ChoiceStatus.PRESENT, ChoiceStatus.ABSENT)


def test_panel_pages_are_closed_to_a_stranger(signed_in, stranger, client):
    session = InformationSessionFactory()
    page = reverse("admin:meetings_session_day", args=[session.pk])

    assert client.get(page).status_code == 302
    assert signed_in(stranger).get(page).status_code in (302, 403)


def test_declaration_is_filled_in_only_for_a_browser_that_is_known(client):
    """Nothing is asked twice, and a forwarded link shows nothing that a person typed."""
    declaration = DeclarationFactory()
    survey = declaration.survey
    survey.answers = {**survey.answers, "mentor_nazwisko": "Wyjątkowska"}
    survey.save(update_fields=["answers"])
    page = door("declaration", declaration, survey.contact.email, "meetings:declare")

    stranger = client.get(page).content.decode()
    with transaction.atomic():
        link = links.CapabilityLink.objects.get(target_id=declaration.pk, purpose="declaration")
        code = links.issue_code(link, now=NOW)
    client.post(f"{page}kod/", {"code": code})
    known = client.get(page).content.decode()

    assert survey.organisation.nip in stranger
    assert "Wyjątkowska" not in stranger
    assert "Wyjątkowska" in known
