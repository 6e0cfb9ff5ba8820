"""An invitation that came back goes again, with a link of its own, to a corrected address (E6)."""

import pytest

from applications.models import HostInvitation
from mailing import services
from mailing.models import Letter
from mailing.services import mailing_sending, suppress
from tests.applications.test_audiences import (
    LATER,
    edition,  # noqa: F401 - a fixture
    invitations_of,
    let_go,
    olena,  # noqa: F401 - a fixture
)
from tests.factories.programme import ContactFactory

pytestmark = pytest.mark.django_db


def test_office_with_a_corrected_address_is_invited_anew(edition, olena):  # noqa: F811 - fixtures
    """Its own earlier invitation is no hindrance; the other office hears nothing more."""
    person, _other = ContactFactory(head=True), ContactFactory(head=True)
    mailing = invitations_of(edition, olena)
    let_go(mailing, olena)
    mailing_sending.send_next(now=LATER)
    services.deliver_due(LATER)
    mailing_sending.send_next(now=LATER)
    lost = Letter.objects.get(recipient__mailing=mailing, to=person.email)
    Letter.objects.filter(pk=lost.pk).update(status="bounced")
    suppress(lost.to, cause="bounced", now=LATER)
    person.email = "nowy@gmina.example"
    person.save()
    mailing.refresh_from_db()

    assert mailing_sending.retry_failed(mailing, actor=olena, now=LATER) == 1
    mailing_sending.send_next(now=LATER)

    again = Letter.objects.get(recipient__mailing=mailing, to="nowy@gmina.example")
    assert (again.repeats, Letter.objects.filter(letter=lost.letter).count()) == (lost, 3)
    assert again.secrets != lost.secrets
    assert HostInvitation.objects.filter(email="nowy@gmina.example").count() == 1
