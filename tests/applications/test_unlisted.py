"""A municipality that the register does not know: typed by an official, verified by staff."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.eligibility import Reason
from applications.enums import SurveyStatus
from applications.models import HostInvitation, HostSurvey
from applications.services import host as services
from applications.services import unlisted
from mailing.models import Letter
from programme.models import Gmina
from programme.selectors import find_gminas
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
DOOR = "/ankieta/spoza-listy/"
LINK = re.compile(r"http://testserver(/\S*ankieta/l/[\w-]+/)")


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


def ask(edition, **changes):
    told = {
        "teryt": "1408993",
        "name": "Nowy Serock",
        "population": 9_500,
        "email": "urzad@nowyserock.example",
        **changes,
    }
    return unlisted.request_link_for_unlisted(edition, now=timezone.now(), **told)


@pytest.fixture
def typed(edition):
    """A municipality typed by hand, with the survey sent."""
    ask(edition)
    gmina = Gmina.objects.get(teryt="1408993")
    invitation = HostInvitation.objects.get(organisation__gmina=gmina)
    survey = services.begin_by_invitation(invitation, now=timezone.now())
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=host_answers())
    return services.submit_survey(survey, now=timezone.now()).gmina


# --- Services


def test_typed_municipality_is_written_down_to_be_verified(edition):
    GminaFactory(teryt="1408012", voivodeship="mazowieckie", powiat="legionowski")

    ask(edition)

    gmina = Gmina.objects.get(teryt="1408993")
    assert (gmina.kind, gmina.powiat, gmina.voivodeship, gmina.needs_verification) == (
        "urban_rural",
        "legionowski",
        "mazowieckie",
        True,
    )
    assert [(f.value, f.source) for f in gmina.populations.all()] == [(9_500, "declared")]
    assert Letter.objects.get().letter == "applications/survey_link"


def test_other_visitors_find_nothing_of_it(client, edition, typed, coordinator):
    """The register is not polluted: no search, no suggestion, no page, no invitation."""
    assert list(find_gminas("Nowy Serock")) == []
    assert client.get("/ankieta/podpowiedzi/?q=serock").json() == {"results": []}
    assert client.get(f"/ankieta/gmina/{typed.teryt}/").status_code == 404
    assert (
        "Nowy Serock"
        not in client.get("/ankieta/?gmina=Nowy+Serock").content.decode().split("</form>")[1]
    )


def test_code_of_the_register_leads_to_the_register(edition):
    """Join on six digits: the seventh changes with the kind of gmina."""
    known = GminaFactory(teryt="1408992", name="Serock")

    with pytest.raises(unlisted.AlreadyRegistered) as refusal:
        ask(edition)

    assert refusal.value.gmina == known
    assert Gmina.objects.count() == 1


def test_second_person_gets_no_link_and_sees_no_name(edition, typed):
    with pytest.raises(unlisted.AlreadyOnFile):
        ask(edition, name="Coś innego", email="ktos@inny.example")

    assert Gmina.objects.get().name == "Nowy Serock"


def test_same_address_may_ask_again(edition):
    ask(edition)
    ask(edition)

    assert (Gmina.objects.count(), HostInvitation.objects.count()) == (1, 1)
    assert Letter.objects.count() == 2


def test_gmina_that_left_the_register_is_not_typed_in_again(edition):
    GminaFactory(teryt="1408992", valid_to=timezone.now().date())

    with pytest.raises(unlisted.AlreadyOnFile):
        ask(edition)


def test_unverified_municipality_is_not_admitted(typed):
    """A21: the rules say so, with the declared figure."""
    verdict = services.judge_survey(HostSurvey.objects.get())

    assert verdict.reasons == (Reason.UNIT_NOT_VERIFIED,)
    assert (verdict.figure.value, verdict.figure.source) == (9_500, "declared")


def test_confirmed_municipality_is_found_and_admitted(typed, coordinator):
    unlisted.confirm_unlisted(typed, actor=coordinator, now=timezone.now())

    assert list(find_gminas("Nowy Serock")) == [typed]
    assert services.judge_survey(HostSurvey.objects.get()).is_eligible


def test_correction_is_still_to_be_verified(typed, coordinator):
    fixed = unlisted.correct_unlisted(
        typed,
        teryt="1408982",
        name="Serock Nowy",
        powiat="legionowski",
        population=9_600,
        actor=coordinator,
        now=timezone.now(),
    )

    assert (fixed.teryt, fixed.kind, fixed.needs_verification) == ("1408982", "rural", True)
    assert [f.value for f in fixed.populations.all()] == [9_600]


def test_correction_to_a_code_of_the_register_asks_for_a_tie(typed, coordinator):
    GminaFactory(teryt="1408982")

    with pytest.raises(unlisted.AlreadyRegistered), transaction.atomic():
        unlisted.correct_unlisted(
            typed,
            teryt="1408981",
            name="X",
            powiat="Y",
            population=1,
            actor=coordinator,
            now=timezone.now(),
        )


def test_tie_moves_survey_link_and_people(client, typed, coordinator):
    registered = GminaFactory(name="Serock")
    address = LINK.search(Letter.objects.filter(letter="applications/survey_link").get().text)

    unlisted.tie_unlisted(typed, registered=registered, actor=coordinator, now=timezone.now())

    survey = HostSurvey.objects.get()
    assert (survey.gmina, survey.organisation.gmina) == (registered, registered)
    assert survey.status == SurveyStatus.SUBMITTED
    assert survey.contact.organisation.gmina == registered
    assert HostInvitation.objects.get().organisation.gmina == registered
    assert client.get(address.group(1)).status_code == 302
    assert Gmina.objects.to_be_verified().count() == 0


def test_tie_to_a_municipality_with_a_survey_makes_a_possible_duplicate(
    edition, typed, coordinator
):
    """A13: one of the real ways to a second survey."""
    leading = HostSurveyFactory(edition=edition, submitted=True)

    unlisted.tie_unlisted(typed, registered=leading.gmina, actor=coordinator, now=timezone.now())

    moved = HostSurvey.objects.exclude(pk=leading.pk).get()
    assert (moved.status, moved.duplicate_of, moved.gmina) == (
        SurveyStatus.DUPLICATE,
        leading,
        leading.gmina,
    )


def test_tie_keeps_the_head_that_the_register_has(edition, typed, coordinator):
    registered = GminaFactory(name="Serock")
    ContactFactory(organisation__gmina=registered, head=True, last_name="Właściwa")

    unlisted.tie_unlisted(typed, registered=registered, actor=coordinator, now=timezone.now())

    heads = registered.organisation.contacts.filter(role="head", is_active=True)
    assert [head.last_name for head in heads] == ["Właściwa"]


def test_tie_joins_two_invitations_of_one_address(client, edition, typed, coordinator):
    registered = GminaFactory(name="Serock")
    known = HostInvitationFactory(
        edition=edition,
        organisation__gmina=registered,
        contact=None,
        email="urzad@nowyserock.example",
    )
    address = LINK.search(Letter.objects.filter(letter="applications/survey_link").get().text)

    unlisted.tie_unlisted(typed, registered=registered, actor=coordinator, now=timezone.now())

    assert HostSurvey.objects.get().invitation == known
    assert client.get(address.group(1)).status_code == 302


def test_admitted_survey_does_not_become_a_duplicate(edition, typed, coordinator):
    leading = HostSurveyFactory(edition=edition, submitted=True)
    HostSurvey.objects.filter(gmina=typed).update(status=SurveyStatus.ELIGIBLE)

    with pytest.raises(unlisted.CannotTie), transaction.atomic():
        unlisted.tie_unlisted(
            typed, registered=leading.gmina, actor=coordinator, now=timezone.now()
        )

    assert Gmina.objects.to_be_verified().get() == typed


def test_refusal_closes_the_links_and_withdraws_drafts(client, edition, coordinator):
    ask(edition)
    gmina = Gmina.objects.get()
    address = LINK.search(Letter.objects.get().text).group(1)
    survey = services.begin_by_invitation(HostInvitation.objects.get(), now=timezone.now())

    unlisted.refuse_unlisted(gmina, actor=coordinator, now=timezone.now())

    survey.refresh_from_db()
    assert survey.status == SurveyStatus.WITHDRAWN
    assert client.get(address).status_code == 410
    assert Gmina.objects.valid().count() == 0


def test_municipality_with_a_sent_survey_is_not_simply_closed(typed, coordinator):
    with pytest.raises(unlisted.HasSurveys):
        unlisted.refuse_unlisted(typed, actor=coordinator, now=timezone.now())


def test_what_somebody_else_has_verified_is_left_alone(typed, coordinator):
    unlisted.confirm_unlisted(typed, actor=coordinator, now=timezone.now())

    with pytest.raises(unlisted.AlreadyOnFile):
        unlisted.confirm_unlisted(typed, actor=coordinator, now=timezone.now())


# --- The public door


@pytest.fixture
def patient(monkeypatch):
    """Somebody who needs a while to type."""
    monkeypatch.setattr("core.doorway.LEAST_SECONDS", 0)


def post(client, **changes):
    opened = re.search(r'name="opened" value="([^"]+)"', client.get(DOOR).content.decode())
    told = {
        "teryt": "14 08 99-3",
        "name": "Nowy Serock",
        "population": "9 500",
        "email": "urzad@nowyserock.example",
        "opened": opened.group(1),
        **changes,
    }
    return client.post(DOOR, told)


def test_official_types_what_the_register_lacks(client, edition, patient):
    response = post(client)

    assert response["Location"] == "/ankieta/link-wyslany/"
    assert Gmina.objects.get().teryt == "1408993"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"teryt": "1408994"}, "teryt"),
        ({"teryt": "1308993"}, "teryt"),
        ({"teryt": ""}, "teryt"),
        ({"population": "80 001"}, "population"),
        ({"population": "0"}, "population"),
        ({"population": "dużo"}, "population"),
        ({"name": "X"}, "name"),
        ({"email": "nikt"}, "email"),
    ],
)
def test_wrong_value_is_named_and_writes_nothing(client, edition, patient, changes, field):
    """A10, A5: also the limit, at once."""
    response = post(client, **changes)

    assert list(response.context["form"].errors) == [field]
    assert (Gmina.objects.count(), Letter.objects.count()) == (0, 0)


def test_limit_itself_passes(client, edition, patient):
    """A10: 80 000."""
    assert post(client, population="80 000").status_code == 302


def test_kind_that_does_not_take_part_is_refused(client, edition, patient):
    edition.allowed_gmina_kinds = ["rural"]
    edition.save()

    assert list(post(client).context["form"].errors) == ["teryt"]


def test_code_of_the_register_leads_to_its_page(client, edition, patient):
    known = GminaFactory(teryt="1408992")

    assert post(client)["Location"] == f"/ankieta/gmina/{known.teryt}/"


def test_robot_fills_nothing_in(client, edition, patient):
    """A18."""
    post(client, nickname="robot")

    assert Gmina.objects.count() == 0


def test_one_place_types_five_a_day(client, edition, patient, monkeypatch):
    """SEC-R: the register is not filled by robots; the sixth is told to wait."""
    monkeypatch.setattr("core.doorway.CROWD_OF_ONE_PLACE", 99)
    answers = [
        post(client, teryt=f"14089{number}2", email=f"a{number}@urzad.example").status_code
        for number in range(1, 7)
    ]

    assert answers == [302] * 5 + [429]
    assert Gmina.objects.count() == 5


def test_looking_writes_nothing(client, edition, no_writes):
    with no_writes():
        client.get(DOOR)


def test_door_leads_there_and_closes_with_the_survey(client, edition):
    lead = client.get("/ankieta/").content.decode()
    edition.survey_closes_at = timezone.now() - timedelta(days=1)
    edition.save()

    assert f'href="{DOOR}"' in lead
    assert client.get(DOOR)["Location"] == "/ankieta/"


# --- The panel


def at(name: str, *args) -> str:
    return reverse(f"admin:applications_{name}", args=args)


def test_staff_see_what_waits_and_who_asked(coordinator_client, typed):
    GminaFactory(name="Zwykła")

    rows = coordinator_client.get(at("unlisted")).context["rows"]

    assert [(row["gmina"].teryt, row["who"]) for row in rows] == [
        ("1408993", "urzad@nowyserock.example")
    ]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_query_count(coordinator_client, edition, item_count, django_assert_num_queries):
    for number in range(item_count):
        ask(edition, teryt=f"14089{number}2", email=f"a{number}@urzad.example")

    with django_assert_num_queries(9):
        coordinator_client.get(at("unlisted"))


def test_staff_tie_by_a_button(coordinator_client, typed):
    registered = GminaFactory(name="Serock")
    found = coordinator_client.get(at("verify_gmina", typed.teryt) + "?q=serock")

    coordinator_client.post(at("tie_gmina", typed.teryt), {"registered": registered.teryt})

    assert list(found.context["found"]) == [registered]
    assert HostSurvey.objects.get().gmina == registered


def test_staff_correct_and_confirm(coordinator_client, typed):
    told = {"teryt": "1408982", "name": "Serock Nowy", "powiat": "legionowski"}

    fixed = coordinator_client.post(at("verify_gmina", typed.teryt), told | {"population": "9 600"})
    coordinator_client.post(at("confirm_gmina", "1408982"))

    assert fixed["Location"] == at("verify_gmina", "1408982")
    assert Gmina.objects.valid().get().name == "Serock Nowy"


@pytest.mark.parametrize("name", ["confirm_gmina", "refuse_gmina", "tie_gmina"])
def test_second_coordinator_is_told_that_it_has_been_dealt_with(
    coordinator_client, typed, coordinator, monkeypatch, name
):
    """Both had the page open; the slower one reads a sentence and not an error page."""
    registered = GminaFactory()
    address = at(name, typed.teryt)
    monkeypatch.setattr("applications.staff_views.unlisted._find", lambda teryt: typed)
    unlisted.confirm_unlisted(typed, actor=coordinator, now=timezone.now())

    answer = coordinator_client.post(address, {"registered": registered.teryt}, follow=True)

    assert [str(each) for each in answer.context["messages"]] == [
        "Tą gminą zajął się już ktoś inny."
    ]


@pytest.mark.parametrize("name", ["confirm_gmina", "refuse_gmina", "tie_gmina"])
def test_only_coordinators_verify(signed_in, auditor, coordinator_client, typed, name):
    assert signed_in(auditor).post(at(name, typed.teryt)).status_code == 403
    assert coordinator_client.get(at(name, typed.teryt)).status_code == 405
    assert Gmina.objects.to_be_verified().count() == 1


def test_registered_municipality_has_no_such_page(coordinator_client):
    gmina = GminaFactory()

    assert coordinator_client.get(at("verify_gmina", gmina.teryt)).status_code == 404
