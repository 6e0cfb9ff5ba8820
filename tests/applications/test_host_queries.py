"""What a page of the survey asks of the database (W1, W3)."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostSurvey
from core.models import AuditEvent
from mailing.models import Letter
from programme.models import ConsentGiven
from tests.applications.test_host_views import as_typed, link_to
from tests.factories.applications import HostInvitationFactory, host_answers
from tests.factories.programme import ContactFactory, EditionFactory, HromadaFactory

pytestmark = pytest.mark.django_db
MOST_TO_SHOW = 6
MOST_TO_SAVE = 8
MOST_TO_SEND = 45  # with the letter to a contact person who has not sent it
AROUND = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b")


@pytest.fixture
def invitation():
    """An office of which the registers know everything that can be filled in beforehand."""
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    invitation = HostInvitationFactory(edition=edition)
    ContactFactory(organisation=invitation.organisation, role="head", title="wojt")
    ContentType.objects.get_for_models(*apps.get_models())  # a process asks for them once
    return invitation


def counted(act) -> tuple[object, list[str]]:
    """What `act()` answers, and its statements without those that only frame a transaction."""
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    return answer, [each["sql"] for each in asked if not AROUND.match(each["sql"])]


@pytest.mark.parametrize("rounds", [1, 2])
def test_page_is_shown_with_few_queries_and_saved_with_few(client, invitation, rounds):
    """W1, W3: also the first time, when what the registers know is filled in."""
    hromada = HromadaFactory()
    answers = host_answers(
        mentor_jest="tak",
        mentor_jezyki={"pl": "C2", "uk": "A2", "en": "B1", "ru": "brak"},
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="426123456",
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
        wspolpraca_ua="umowa",
        hromada=hromada.katottg,
        od_roku="2019",
        kolejny="nie",
        staz_partner="tak",
    )
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    shown, saved = {}, {}

    for _round in range(rounds):
        address = f"{link}gmina/"
        while (page := address.rstrip("/").rsplit("/", 1)[-1]) in PAGE_FORMS:
            _page, asked = counted(lambda here=address: client.get(here))
            shown[page] = len(asked)
            typed = as_typed(page, answers)
            sent, asked = counted(lambda here=address, data=typed: client.post(here, data))
            assert sent.status_code == 302, (page, sent.context["form"].errors)
            saved[page] = len(asked)
            address = sent["Location"]

    assert {page: n for page, n in shown.items() if n > MOST_TO_SHOW} == {}
    assert {page: n for page, n in saved.items() if n > MOST_TO_SAVE} == {}
    assert len(shown) >= 20


@pytest.mark.parametrize("consents", [3, 5])
def test_whole_survey_is_sent_with_a_fixed_number_of_queries(client, invitation, consents):
    """W2, A3: people, consents, the version, the link, the receipt and the trail of all these."""
    answers = host_answers(zgoda_newsletter=consents == 5, zgoda_lista=consents == 5)
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    address = f"{link}gmina/"
    while (page := address.rstrip("/").rsplit("/", 1)[-1]) in PAGE_FORMS:
        address = client.post(address, as_typed(page, answers))["Location"]
    sending = client.get(address).context["sending"]
    trail = AuditEvent.objects.count()

    sent, asked = counted(lambda: client.post(address, sending))

    survey = HostSurvey.objects.get()
    assert sent["Location"] == f"{link}wyslano/"
    assert survey.status == HostSurvey.Status.SUBMITTED
    assert survey.versions.count() == 1
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 1
    assert ConsentGiven.objects.count() == consents
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)[trail:]) == [
        *["programme.contact.saved"] * 2,
        "applications.hostsurvey.submitted",
        *["programme.consent.given"] * consents,
        "core.link.created",
        "applications.addressconfirmation.confirmed",
        "core.link.created",  # for the contact person, whose address is another one
    ]
    assert len(asked) <= MOST_TO_SEND, asked
