"""The search box and the lists of the panel, whatever stands in the address."""

import pytest
from django.urls import reverse

from tests.factories.applications import EvaluationFactory, HostSurveyFactory
from tests.factories.mailing import LetterFactory

pytestmark = pytest.mark.django_db
SEARCH = "admin:win4ua_search"


@pytest.mark.parametrize("text", ["\x00\x00\x00", "a\x00b", "\ud800\udfff", "'; --", "%" * 200])
def test_search_survives_any_text(coordinator_client, text):
    assert coordinator_client.get(reverse(SEARCH), {"q": text.encode("utf-8", "surrogatepass")})


@pytest.mark.parametrize("year", ["abc", "", "\x00", "9" * 30, "1999"])
def test_list_survives_any_edition_in_its_address(coordinator_client, year):
    survey = HostSurveyFactory(submitted=True)
    page = reverse("admin:applications_hostsurvey_changelist")

    answer = coordinator_client.get(page, {"edition": year})

    assert answer.status_code == 200
    assert list(answer.context["cl"].result_list) == [survey]


@pytest.mark.parametrize("item_count", [1, 3])
def test_search_costs_the_same_for_one_and_three(
    coordinator_client, item_count, django_assert_num_queries
):
    for sheet in EvaluationFactory.create_batch(item_count):
        sheet.application.hromada.name = "Козельщинська"
        sheet.application.hromada.save()
    HostSurveyFactory.create_batch(item_count, email="kozel@gmina.example")
    coordinator_client.get(reverse(SEARCH), {"q": "warm"})

    with django_assert_num_queries(36):
        coordinator_client.get(reverse(SEARCH), {"q": "Козельщинська"})
    with django_assert_num_queries(36):
        coordinator_client.get(reverse(SEARCH), {"q": "kozel@gmina"})


def test_search_finds_a_letter_and_the_outbox_goes_on_with_it(coordinator_client):
    """X10."""
    letter, _other = LetterFactory(to="wojt@serock.example"), LetterFactory()

    answer = coordinator_client.get(reverse(SEARCH), {"q": "wojt@serock"})
    more = coordinator_client.get(answer.context["groups"][0]["more"], follow=True)

    assert [row["label"] for group in answer.context["groups"] for row in group["rows"]] == [
        str(letter)
    ]
    assert [row["letter"] for row in more.context["rows"]] == [letter]


@pytest.mark.parametrize("name", ["host_worklist", "invite_hosts", "intern_worklists"])
def test_worklist_without_any_edition_is_not_there(coordinator_client, name):
    assert coordinator_client.get(reverse(f"admin:applications_{name}")).status_code == 404
