"""The public doors to survey and application: robots stay out, people come in (A18, A19)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import Entrance
from applications.models import HostInvitation, HostSurvey, InternApplication
from applications.selectors.entrances import entrance_rows
from applications.services import host as services
from core import doorway
from core.models import RateCount
from mailing.models import Letter
from tests.doors import APPLICATION, SURVEY, opened
from tests.factories.applications import HostSurveyFactory
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory, HromadaFactory

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="opened" value="([^"]+)"')


@pytest.fixture
def edition():
    now = timezone.now()
    begun, ends = now - timedelta(days=9), now + timedelta(days=9)
    return EditionFactory(
        year=now.year,
        survey_opens_at=begun,
        survey_closes_at=ends,
        applications_open_at=begun,
        applications_close_at=ends,
    )


class Survey:
    """The door of Polish municipalities."""

    name = SURVEY

    def __init__(self):
        self.address = reverse("applications:survey_gmina", args=[GminaFactory().teryt])
        self.data: dict[str, str] = {}

    asked = staticmethod(HostInvitation.objects.count)


class Application:
    """The door of candidates."""

    name = APPLICATION

    def __init__(self):
        hromada = HromadaFactory()
        self.address = reverse("applications:intern_start")
        self.data = {"hromada": hromada.name, "hromada_value": hromada.katottg}

    asked = staticmethod(InternApplication.objects.count)


@pytest.fixture(params=[Survey, Application], ids=lambda door: door.name)
def door(request, edition):
    return request.param()


def crowd(door: str) -> None:
    doorway.limits.hit(
        action=f"{door}.all", key="all", limit=999, per=doorway.HOUR, now=timezone.now()
    )
    RateCount.objects.filter(action=f"{door}.all").update(count=doorway.CROWD_OF_ALL)


def test_page_carries_its_moment_of_opening_and_creates_nothing(client, door, no_writes):
    """A12, A18."""
    with no_writes():
        html = client.get(door.address).content.decode()

    assert len(TOKEN.findall(html)) == 1
    assert "data-proof" not in html
    assert "js/proof" not in html


@pytest.mark.parametrize(
    ("typed", "status", "asked", "letters"),
    [
        ({**opened("x"), "email": "a@b.example"}, 200, 0, 0),  # the token of another door
        ({"email": "a@b.example"}, 200, 0, 0),  # never opened the page
        ({"seconds": 1.5, "email": "a@b.example"}, 200, 0, 0),
        ({"seconds": 2.5, "email": "a@b.example"}, 302, 1, 1),
        ({"seconds": 9, "email": "a@b.example", "nickname": "Robot"}, 302, 0, 0),
    ],
)
def test_only_people_get_a_link(client, door, typed, status, asked, letters):
    """A18: hidden field and fill time. The robot is answered as a person is."""
    data = dict(typed)
    if "seconds" in data:
        data |= opened(door.name, seconds=data.pop("seconds"))

    answer = client.post(door.address, {**door.data, **data})

    assert (answer.status_code, door.asked(), Letter.objects.count()) == (status, asked, letters)
    if status == 200:
        page = answer.content.decode()
        assert 'value="a@b.example"' in page
        assert 'id="form-errors"' in page
        assert 'href="#form-errors"' in page


def test_quick_person_sends_the_same_page_once_more(client, door, monkeypatch):
    """Nothing is lost and nothing is typed twice: the second press goes through."""
    first = client.post(
        door.address, {**door.data, "email": "a@b.example", **opened(door.name, seconds=0)}
    )
    monkeypatch.setattr(doorway, "LEAST_SECONDS", 0)
    token = TOKEN.search(first.content.decode()).group(1)

    second = client.post(door.address, {**door.data, "email": "a@b.example", "opened": token})

    assert (first.status_code, second.status_code, door.asked()) == (200, 302, 1)


def test_crowded_door_asks_the_browser_for_a_sum_and_nobody_for_a_puzzle(client, door):
    """A18: proof of work is the last thing; without scripts a minute of waiting does."""
    crowd(door.name)

    page = client.get(door.address).content.decode()
    hasty = client.post(
        door.address, {**door.data, "email": "a@b.example", **opened(door.name, seconds=30)}
    )
    patient = client.post(
        door.address, {**door.data, "email": "a@b.example", **opened(door.name, seconds=61)}
    )

    assert len(re.findall(r'data-proof="[\w-]+" data-bits="15"', page)) == 1
    assert len(re.findall(r'<script src="[^"]*js/proof[^"]*" nonce="[^"]+" defer>', page)) == 1
    assert (hasty.status_code, patient.status_code, door.asked()) == (200, 302, 1)


def test_sixth_request_of_one_place_needs_the_sum_and_the_twenty_first_waits(client, door):
    """A18, SEC-M5: twenty an hour from one place, N and N + 1."""

    def ask(number: int, seconds: float) -> int:
        data = {**door.data, "email": f"a{number}@b.example", **opened(door.name, seconds=seconds)}
        return client.post(door.address, data).status_code

    quick = [ask(number, 30) for number in range(6)]
    patient = [ask(number, 90) for number in range(6, 22)]

    assert quick == [302] * 5 + [200]
    assert patient == [302] * 15 + [429]


def test_personal_link_passes_by_the_door(client, edition, coordinator):
    """A18: whoever was invited is never asked, however great the crowd."""
    crowd(SURVEY)
    contact = ContactFactory(head=True)
    with transaction.atomic():
        invitation = services.invite_host(
            edition,
            organisation=contact.organisation,
            contact=contact,
            actor=coordinator,
            now=timezone.now(),
        )
        token = services.new_link(invitation, email=contact.email, now=timezone.now())

    page = client.get(reverse("applications:survey", args=[token]))
    begun = client.post(reverse("applications:survey", args=[token]), {"email": contact.email})

    assert page.status_code == 200
    assert "data-proof" not in page.content.decode()
    assert TOKEN.findall(page.content.decode()) == []
    assert begun.status_code == 302
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("z", "entrance"),
    [
        ("?z=zmp", "zmp"),
        ("?z=zgwrp", "zgwrp"),
        ("", "other"),
        ("?z=ZMP", "other"),
        ("?z=mail", "other"),
        ("?z=staff", "other"),
        ("?z=" + "x" * 500, "other"),
        ("?z=zmp&z=zgwrp", "zgwrp"),
        ("?z=%00", "other"),
    ],
)
def test_entrance_is_kept_and_cannot_be_made_up(client, edition, z, entrance):
    """A19: an unknown ending of the address counts as the public page."""
    address = reverse("applications:survey_gmina", args=[GminaFactory().teryt])

    client.post(address + z, {"email": "a@b.example", **opened()})

    assert HostInvitation.objects.get().entrance == entrance


def test_entrance_survives_the_whole_way_through_the_door(client, edition):
    """A19: search, choice, another municipality, and another language."""
    gmina = GminaFactory(name="Serock")

    search = client.get("/ankieta/", {"z": "zmp"}).content.decode()
    chosen = client.get("/ankieta/", {"gmina_found": gmina.teryt, "z": "zmp"})["Location"]
    page = client.get(chosen).content.decode()

    assert '<input type="hidden" name="z" value="zmp">' in search
    assert chosen.endswith("?z=zmp")
    assert 'href="/ankieta/?z=zmp"' in page
    assert f'href="/uk{chosen}"' in page


def test_panel_counts_entrances_and_every_number_opens_its_rows(coordinator_client, coordinator):
    """A19, X6: as many rows behind each bar as it says; drafts and other editions told apart."""
    edition = EditionFactory()
    other = EditionFactory(year=2031)
    for entrance, number in {"mail": 3, "zmp": 2, "zgwrp": 1}.items():
        HostSurveyFactory.create_batch(number, edition=edition, entrance=entrance)
    HostSurveyFactory(edition=other, entrance="zmp", submitted=True)

    rows = entrance_rows(edition, coordinator)
    page = coordinator_client.get(
        reverse("admin:applications_entrances"), {"edition": edition.year}
    )

    counted = {"mail": 3, "zmp": 2, "zgwrp": 1}
    assert {row["label"]: row["value"] for row in rows} == {
        entrance.label: counted.get(entrance.value, 0) for entrance in Entrance
    }
    for row in rows:
        listed = coordinator_client.get(row["url"])
        assert listed.context["cl"].result_count == row["value"], row
    assert page.context["rows"] == rows
    assert re.findall(r'value="([^"]+[?]z=[^"]+)"', page.content.decode()) == [
        f"{settings.SITE_URL}{address}"
        for address in ("/ankieta/?z=zmp", "/?z=zmp", "/ankieta/?z=zgwrp", "/?z=zgwrp")
    ]


def test_auditor_counts_no_drafts(auditor, signed_in):
    """A19 within permission matrix P03."""
    edition = EditionFactory()
    HostSurveyFactory(edition=edition, entrance="zmp")
    HostSurveyFactory(edition=edition, entrance="zmp", submitted=True)

    rows = entrance_rows(edition, auditor)

    counted = {row["label"]: row["value"] for row in rows}
    assert counted[Entrance.ZMP.label] == 1
    assert HostSurvey.objects.filter(entrance="zmp").count() == 2


@pytest.mark.parametrize("item_count", [1, 3])
def test_counting_costs_the_same_for_one_and_three(
    coordinator, item_count, django_assert_num_queries
):
    edition = EditionFactory()
    HostSurveyFactory.create_batch(item_count, edition=edition, entrance="zmp")
    coordinator.has_perm("applications.read_host_answers")

    with django_assert_num_queries(1):
        entrance_rows(edition, coordinator)


def test_stranger_sees_no_counts(signed_in, stranger, client):
    address = reverse("admin:applications_entrances")

    assert client.get(address).status_code == 302
    assert signed_in(stranger).get(address).status_code in (302, 403)
