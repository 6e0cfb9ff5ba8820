"""The home page says what waits and what runs of mailings (look.md, moment 6)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mailing.enums import MailingStatus
from mailing.services import mailing_choices, mailing_sending
from mailing.services import mailings as services
from tests.factories.mailing import RecipientListFactory
from tests.factories.programme import EditionFactory
from win4ua import desk

pytestmark = pytest.mark.django_db
WORDS = {
    f"{part}_{code}": "Spotkanie" if part == "subject" else "{salutation},\n\nSpotkanie"
    for code in ("pl", "uk", "en")
    for part in ("subject", "body")
}


@pytest.fixture
def proposed(coordinator):
    """Olena's notice to 51 people, that waits for a colleague."""
    now = timezone.now()
    mailing = services.draft_mailing(
        title="Spotkanie w marcu",
        letter="mailing/notice",
        audience="mailing/list",
        wish={},
        words=WORDS,
        actor=coordinator,
        now=now,
    )
    wish = {"list": RecipientListFactory(many=51).pk}
    mailing_choices.choose(mailing, wish=wish, actor=coordinator, now=now)
    type(mailing).objects.filter(pk=mailing.pk).update(previewed_at=now, tested_at=now)
    mailing.refresh_from_db()
    return services.propose(mailing, actor=coordinator, now=now)


def notices(client) -> list[tuple[str, str]]:
    shown = client.get(reverse("admin:index")).context["desk"].mailings
    return [(notice.kind, notice.text) for notice in shown]


def test_each_sees_whose_turn_it_is(
    proposed, coordinator_client, second_coordinator, signed_in, auditor
):
    EditionFactory()
    waits = "Wysyłka czeka na osobę, która jej nie przygotowywała. Liczba listów: 51."

    assert notices(coordinator_client) == [("warning", waits)]
    assert notices(signed_in(second_coordinator)) == [
        ("warning", "Wysyłka czeka na Państwa zatwierdzenie. Liczba listów: 51.")
    ]
    assert notices(signed_in(auditor)) == [("warning", waits)]


def test_running_and_paused_mailings_are_told(proposed, coordinator_client, second_coordinator):
    EditionFactory()
    now = timezone.now()
    services.approve(proposed, seen=proposed.proposed_at, actor=second_coordinator, now=now)
    scheduled = notices(coordinator_client)
    type(proposed).objects.filter(pk=proposed.pk).update(released_at=now)
    mailing_sending.send_next(now=now)
    sending = notices(coordinator_client)
    proposed.refresh_from_db()
    mailing_sending.pause(proposed, reason="100 % źle", actor=second_coordinator, now=now)
    paused = notices(coordinator_client)

    approved = "Wysyłka jest zatwierdzona i można ją jeszcze cofnąć. Liczba listów: 51."
    assert scheduled == [("info", approved)]
    assert sending == [("info", "Listy wychodzą. Dotąd napisano: 51 z 51.")]
    waits = "Wysyłka jest wstrzymana; listy, które nie wyszły, czekają na Państwa decyzję."
    assert paused == [("error", f"100 % źle. {waits}")]


def test_number_of_mailings_opens_their_rows(proposed, coordinator, coordinator_client):
    """X6."""
    tiles = desk.desk_of(EditionFactory(), user=coordinator).mine.tiles
    (tile,) = [one for one in tiles if one.label == "wysyłki do zatwierdzenia"]

    opened = coordinator_client.get(tile.url).context["cl"].result_count

    assert (tile.value, opened) == (1, 1)
    assert proposed.status == MailingStatus.PROPOSED


def test_nothing_is_said_when_no_mailing_waits_or_runs(coordinator_client):
    EditionFactory()

    assert notices(coordinator_client) == []
