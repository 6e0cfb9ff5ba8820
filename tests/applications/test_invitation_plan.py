"""To whom the invitations of a plan go."""

from datetime import UTC, datetime

import pytest

from applications.selectors.host import invitation_plan
from applications.services import host as services
from mailing.models import Letter
from programme.models import Gmina
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    OrganisationFactory,
)

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


def test_office_without_a_person_is_invited_at_its_general_address(edition, coordinator):
    """A list of offices often names no person with an address: the office is written to."""
    gmina = GminaFactory()
    office = OrganisationFactory(gmina=gmina, email="Urzad@Brzeziny.example")
    gminas = Gmina.objects.filter(pk=gmina.pk)

    (line,) = invitation_plan(edition, now=NOW, gminas=gminas).will
    count = services.invite_hosts(edition, lines=[line], actor=coordinator, now=NOW)

    letter = Letter.objects.get()
    assert (line.contact, line.email, count) == (None, "Urzad@Brzeziny.example", 1)
    assert letter.to == "urzad@brzeziny.example"
    assert letter.text.startswith("Szanowni Państwo,")
    (again,) = invitation_plan(edition, now=NOW, gminas=gminas).will_not
    assert (again.reason, office.host_invitations.get().contact) == ("invited", None)


def test_head_without_an_address_is_greeted_at_the_office(edition, coordinator):
    head = ContactFactory(head=True, email="")
    head.organisation.email = "urzad@brzeziny.example"
    head.organisation.save()

    plan = invitation_plan(
        edition, now=NOW, gminas=Gmina.objects.filter(pk=head.organisation.gmina_id)
    )
    services.invite_hosts(edition, lines=plan.will, actor=coordinator, now=NOW)

    letter = Letter.objects.get()
    assert letter.to == "urzad@brzeziny.example"
    assert letter.text.startswith("Szanowna Pani Wójt,")
