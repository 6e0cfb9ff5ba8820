"""From a list of the panel to a mailing to those whom its filters choose (E20)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from core import changelists
from mailing.audiences import audiences
from mailing.models import Mailing
from programme.models import Gmina
from programme.services import organisation_for_gmina
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
LISTS = sorted(name for name, one in audiences().items() if one.panel_model)


def way_to_write(client, name: str, query: str) -> str:
    """The address behind "Write to these" for this audience, on its list with these filters."""
    shown = client.get(changelists.address_of(audiences()[name].panel_model, query))
    links = shown.content.decode().split('href="')[1:]
    asked = [link.partition('"')[0].replace("&amp;", "&") for link in links]
    ways = [one for one in asked if parse_qs(urlsplit(one).query).get("audience") == [name]]
    assert len(ways) == 1, (name, ways)
    return ways[0]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_leads_to_a_mailing_with_its_filters(coordinator_client, name):
    EditionFactory()

    way = way_to_write(coordinator_client, name, "q=serock&p=0")
    form = coordinator_client.get(way).context["form"]

    assert parse_qs(urlsplit(way).query)["query"] == ["q=serock"]
    assert form.initial["what"] == f"{name} {audiences()[name].letters[0]}"


def test_list_offers_nothing_to_those_who_may_not_write(coordinator_client, signed_in, auditor):
    EditionFactory()
    address = reverse("admin:programme_gmina_changelist")

    assert reverse("admin:mailing_new") in coordinator_client.get(address).content.decode()
    assert reverse("admin:mailing_new") not in signed_in(auditor).get(address).content.decode()


@pytest.fixture
def offices():
    """Two offices in łódzkie, one in mazowieckie."""
    EditionFactory(
        survey_opens_at=timezone.now() - timedelta(days=1),
        survey_closes_at=timezone.now() + timedelta(days=60),
    )
    places = [("10", "łódzkie", 12_000), ("10", "łódzkie", 90_000), ("14", "mazowieckie", 9_000)]
    for code, voivodeship, population in places:
        gmina = GminaFactory(voivodeship_code=code, voivodeship=voivodeship, population=population)
        ContactFactory(organisation=organisation_for_gmina(gmina), head=True)


def begin(client, query: str) -> Mailing:
    way = way_to_write(client, "applications/municipalities", query)
    what = "applications/municipalities applications/host_invitation"
    client.post(way, {"title": "Zaproszenie", "what": what})
    return Mailing.objects.latest("pk")


def test_filters_choose_whom_the_letter_goes_to(coordinator_client, offices):
    mailing = begin(coordinator_client, "voivodeship=łódzkie")
    choose = reverse("admin:mailing_choose", args=[mailing.pk])

    filters = coordinator_client.get(choose).context["choice"]["filters"]
    coordinator_client.post(choose, {"above_limit_too": "no"})
    within = mailing.recipients.chosen().count(), mailing.recipients.left_out().count()
    coordinator_client.post(choose, {"above_limit_too": "yes"})

    assert filters == ["województwo: łódzkie"]
    assert within == (1, 1)
    assert mailing.recipients.chosen().count() == 2


def test_choice_is_given_to_a_mailing_that_is_being_prepared(coordinator_client, offices):
    mailing = begin(coordinator_client, "voivodeship=łódzkie")
    way = way_to_write(coordinator_client, "applications/municipalities", "voivodeship=mazowieckie")

    drafts = coordinator_client.get(way).context["open_drafts"]
    query = urlsplit(way).query
    address = f"{reverse('admin:mailing_choose', args=[mailing.pk])}?{query}"
    shown = coordinator_client.get(address).context["choice"]["filters"]
    coordinator_client.post(address, {"above_limit_too": "no"})

    mailing.refresh_from_db()
    assert drafts == [mailing]
    assert shown == ["województwo: mazowieckie"]
    assert mailing.wish["query"] == "voivodeship=mazowieckie"
    assert mailing.recipients.count() == 1


def test_filter_that_the_list_does_not_know_is_refused(coordinator_client, offices):
    mailing = begin(coordinator_client, "")
    Mailing.objects.filter(pk=mailing.pk).update(wish=mailing.wish | {"query": "nonsense=1"})
    choose = reverse("admin:mailing_choose", args=[mailing.pk])

    filters = coordinator_client.get(choose).context["choice"]["filters"]
    answer = coordinator_client.post(choose, {"above_limit_too": "no"})

    assert filters == ["Tego filtra już nie ma."]
    assert [str(one) for one in answer.context["messages"]] == [
        "Lista w panelu nie zna tych filtrów."
    ]
    assert mailing.recipients.count() == 0


def test_search_and_filters_stand_in_words(coordinator):
    words = changelists.filter_words(
        "programme.gmina", "q=serock&kind__exact=rural&o=-1", user=coordinator
    )

    assert words == ["rodzaj: gmina wiejska", "wyszukiwanie: serock"]


def facts_of(client, mailing: Mailing) -> dict[str, list[str]]:
    shown = client.get(reverse("admin:mailing_page", args=[mailing.pk])).context["facts"]
    return {str(row["label"]): row.get("lines") or [row["value"]] for row in shown}


def test_who_approves_reads_the_filters(coordinator_client, offices):
    """E20, P26: to whom it goes, in the words of the list."""
    mailing = begin(coordinator_client, "voivodeship=łódzkie")
    bare = begin(coordinator_client, "")

    assert facts_of(coordinator_client, mailing)["Do kogo"] == [
        "Gminy do zaproszenia",
        "Edycja: WIN4UA 2026",
        "województwo: łódzkie",
    ]
    assert facts_of(coordinator_client, bare)["Do kogo"] == [
        "Gminy do zaproszenia",
        "Edycja: WIN4UA 2026",
    ]


def test_list_of_all_editions_says_so(coordinator_client):
    """Without its filter a list has the people of earlier editions too: no one edition is named."""
    what = "applications/candidates"

    def choice(query: str) -> tuple[str, list[str]]:
        way = way_to_write(coordinator_client, what, query)
        form = {"title": "Wiadomość", "what": f"{what} mailing/notice"}
        coordinator_client.post(way, form)
        mailing = Mailing.objects.latest("pk")
        shown = coordinator_client.get(reverse("admin:mailing_choose", args=[mailing.pk]))
        return (
            shown.context["choice"]["edition"],
            facts_of(coordinator_client, mailing)["Do kogo"][1:],
        )

    EditionFactory(year=2026)
    only_one = choice("")
    EditionFactory(year=2025)

    every = "wszystkie edycje; jedną z nich można wybrać filtrem listy"
    assert only_one == ("", [])
    assert choice("") == (every, [f"Edycja: {every}"])
    assert choice("edition=2025") == ("", ["edycja: WIN4UA 2025"])


def test_reminder_goes_to_those_who_have_not_answered(coordinator_client, offices):
    """The audience that no list chooses asks its own question."""
    what = "applications/unanswered applications/host_reminder"
    coordinator_client.post(reverse("admin:mailing_new"), {"title": "Przypomnienie", "what": what})
    choose = reverse("admin:mailing_choose", args=[Mailing.objects.get().pk])

    form = coordinator_client.get(choose).context["form"]
    wrong = coordinator_client.post(choose, {"part": "nobody"})
    right = coordinator_client.post(choose, {"part": "draft"})

    assert [value for value, _words in form.fields["part"].choices] == ["all", "not_begun", "draft"]
    assert wrong.status_code == 422
    assert right["Location"] == reverse("admin:mailing_pace", args=[Mailing.objects.get().pk])
    assert Mailing.objects.get().wish["part"] == "draft"


def test_offices_picked_one_by_one_are_told_as_such(coordinator_client, offices):
    """The page of invitations picks offices; filters that come later take their place."""
    mailing = begin(coordinator_client, "")
    codes = list(Gmina.objects.order_by("teryt").values_list("teryt", flat=True))
    wish = {"edition": mailing.wish["edition"], "teryts": codes[:2], "above_limit_too": "yes"}
    Mailing.objects.filter(pk=mailing.pk).update(wish=wish)
    choose = reverse("admin:mailing_choose", args=[mailing.pk])

    shown = coordinator_client.get(choose).context
    coordinator_client.post(choose, {"above_limit_too": "yes"})
    picked = mailing.recipients.count()
    coordinator_client.post(f"{choose}?query=", {"above_limit_too": "yes"})

    assert (shown["choice"]["picked"], shown["form"]["above_limit_too"].value()) == ("2", "yes")
    assert (picked, mailing.recipients.count()) == (2, 3)
