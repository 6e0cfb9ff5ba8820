"""The coordinators' home page, the search box and the timeline of a municipality."""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from applications.models import HostSurvey
from core import audit, roles
from core.panel import gathered
from mailing.models import Letter
from matching.models import Placement
from ops.visitor import Reader
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    InternApplicationFactory,
)
from tests.factories.core import UserFactory
from tests.factories.mailing import LetterFactory
from tests.factories.matching import PlacementFactory
from tests.factories.meetings import DeclarationFactory, SessionChoiceFactory
from tests.factories.programme import EditionFactory, GminaFactory
from win4ua import desk

pytestmark = pytest.mark.django_db


def test_every_number_opens_the_rows_that_it_counts(coordinator, coordinator_client):
    """X6: the list behind a number, of a tile or of a funnel, has exactly as many rows."""
    survey = HostSurveyFactory(submitted=True)
    HostSurveyFactory.create_batch(2, edition=survey.edition, submitted=True)
    HostSurveyFactory(edition=survey.edition)
    DeclarationFactory(survey__edition=survey.edition, sent=True)
    HostInvitationFactory(edition=survey.edition)
    HostInvitationFactory(edition=survey.edition, entrance="other")  # asked for its link itself
    SessionChoiceFactory(survey__edition=survey.edition)
    SessionChoiceFactory(survey__edition=survey.edition, seated=True)
    InternApplicationFactory(edition=survey.edition)
    InternApplicationFactory(edition=survey.edition, submitted=True)
    InternApplicationFactory(edition=survey.edition, under_evaluation=True)
    Placement.objects.filter(pk=PlacementFactory().pk).update(status="broken_off")
    PlacementFactory()
    shown = desk.desk_of(survey.edition, user=coordinator)
    numbers = [*shown.mine.tiles, *shown.theirs.tiles, *shown.hosts, *shown.interns]

    opened = {}
    for tile in numbers:
        response = coordinator_client.get(tile.url)
        assert response.status_code == 200, tile.label
        if "cl" in (response.context or {}):
            opened[tile.label] = (tile.value, response.context["cl"].result_count)

    assert {label: pair for label, pair in opened.items() if pair[0] != pair[1]} == {}
    assert {tile.label for tile in [*shown.hosts, *shown.interns]} <= opened.keys()
    assert [tile.value for tile in shown.hosts] == [2, 8, 5, 1, 0, 2, 1]
    assert shown.hosts[0].label == "Odnośniki do ankiety"  # of both, we wrote to one alone
    assert [tile.value for tile in shown.interns] == [4, 3, 2, 2, 1]
    assert shown.mine.tiles[0].value == 3


def test_what_does_not_wait_is_one_quiet_line(coordinator_client):
    """look.md, moment 5: a number only where something waits; the rest is named, and opens."""
    HostSurveyFactory(submitted=True)
    page = coordinator_client.get(reverse("admin:index"))

    html = page.content.decode()
    ours, theirs = page.context["desk"].mine, page.context["desk"].theirs
    loud = re.findall(r'<span class="tile-value">(.*?)</span>', html)

    assert ours.some[0].label == "ankiety do rozstrzygnięcia"
    assert (len(loud), "0" in loud) == (len(ours.some) + len(theirs.some), False)
    assert [html.count(f">{tile.label}</a>") for tile in ours.nothing] == [1] * len(ours.nothing)
    assert len(ours.some) + len(ours.nothing) == len(ours.tiles)


def test_desk_where_nothing_waits_says_so(coordinator):
    waiting = desk.Waiting(desk.desk_of(EditionFactory(), user=coordinator).theirs.tiles)

    shown = render_to_string("desk/_waiting.html", {"waiting": waiting, "nothing": "Nic."})

    assert ('class="tile' in shown, "<p>Nic.</p>" in shown) == (False, True)
    assert shown.count("<a ") == len(waiting.tiles)


def test_typed_gminas_and_drafts_open_their_own_rows(coordinator, coordinator_client):
    """X6, A11: a gmina typed by hand waits for us; the number of drafts opens drafts only."""
    typed = GminaFactory(needs_verification=True)
    GminaFactory()
    edition = HostSurveyFactory().edition
    LetterFactory(status=Letter.Status.DRAFT, subject="Waits for a person")
    LetterFactory(status=Letter.Status.CANCELLED, subject="Left long ago")
    tiles = {tile.url: tile.value for tile in desk.desk_of(edition, user=coordinator).mine.tiles}

    gminas = reverse("admin:applications_unlisted")
    drafts = f"{reverse('admin:mailing_outbox')}?shelf=drafts"
    assert (tiles[gminas], tiles[drafts]) == (1, 1)
    assert typed.name in coordinator_client.get(gminas).content.decode()
    shown = coordinator_client.get(drafts).content.decode()
    assert ("Waits for a person" in shown, "Left long ago" in shown) == (True, False)


@pytest.mark.parametrize(
    ("role", "may_verify"),
    [(roles.COORDINATOR, True), (roles.ADMINISTRATOR, False), (roles.AUDITOR, False)],
)
def test_every_way_on_from_the_home_page_opens(signed_in, role, may_verify):
    """X6: who may not see the rows is not shown their number; whoever is, gets there."""
    HostSurveyFactory(submitted=True)
    client = signed_in(UserFactory(email="anna@fsm.example", role=role))

    reader = Reader()
    reader.feed(client.get(reverse("admin:index")).content.decode())

    ways = {link for link in reader.links if link.startswith("/admin/")}
    assert {way for way in ways if client.get(way, follow=True).status_code != 200} == set()
    assert (reverse("admin:applications_unlisted") in ways) is may_verify
    assert len(ways) > 30


@pytest.mark.parametrize("item_count", [1, 3])
def test_home_costs_the_same_for_one_and_three(
    coordinator_client, item_count, django_assert_max_num_queries
):
    survey = HostSurveyFactory(submitted=True)
    HostSurveyFactory.create_batch(item_count - 1, edition=survey.edition, submitted=True)
    SessionChoiceFactory.create_batch(item_count, survey__edition=survey.edition)

    with django_assert_max_num_queries(12):
        response = coordinator_client.get(reverse("admin:index"))

    assert response.status_code == 200
    assert response.context["desk"].hosts[1].value == 2 * item_count


def test_search_finds_a_municipality_and_obeys_permissions(coordinator_client, auditor, signed_in):
    """X10."""
    survey = HostSurveyFactory(submitted=True)
    page = reverse("admin:win4ua_search")

    found = coordinator_client.get(page, {"q": survey.number}).content.decode()
    hidden = signed_in(auditor).get(page, {"q": survey.contact.email}).content.decode()

    assert reverse("admin:applications_hostsurvey_change", args=[survey.pk]) in found
    assert "/admin/mailing/letter/" not in hidden


def test_timeline_tells_the_story_of_one_municipality(coordinator_client, coordinator):
    """X16: what happened to another municipality is not told."""
    survey, other = HostSurveyFactory(submitted=True), HostSurveyFactory(submitted=True)
    from applications.services.host import decide_eligibility
    from core.formats import WARSAW

    for one in (survey, other):
        now = one.started_at.astimezone(WARSAW)
        decide_eligibility(HostSurvey.objects.get(pk=one.pk), actor=coordinator, now=now)

    page = coordinator_client.get(reverse("admin:win4ua_timeline", args=[survey.gmina.pk]))

    assert len(page.context["items"]) == 1
    assert re.search(survey.gmina.name, page.content.decode())


def test_story_says_of_what_and_leads_there_in_order(coordinator_client):
    """X16: a bare "present" says of what, lines stand in order of time, each opens its record."""
    survey = HostSurveyFactory(submitted=True)
    choice = SessionChoiceFactory(survey=survey, seated=True)
    late, early = datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    with transaction.atomic():
        audit.record(action="meetings.sessionchoice.present", target=choice, now=late)
        audit.record(action="applications.hostsurvey.submitted", target=survey, now=early)

    page = coordinator_client.get(reverse("admin:win4ua_timeline", args=[survey.gmina.pk]))

    survey_url = reverse("admin:applications_hostsurvey_change", args=[survey.pk])
    choice_url = reverse("admin:meetings_sessionchoice_change", args=[choice.pk])
    lines = [(line["title"], line["url"]) for line in page.context["items"]]
    assert lines[-1] == ("Wybór spotkania: obecność", choice_url)
    assert lines[-2][1] == survey_url
    html = page.content.decode()
    assert [f'href="{url}"' in html for url in (survey_url, choice_url)] == [True, True]


def test_story_of_a_municipality_is_one_press_away(coordinator_client):
    survey = HostSurveyFactory(submitted=True)
    story = reverse("admin:win4ua_timeline", args=[survey.gmina.pk])
    records = [
        reverse("admin:applications_hostsurvey_change", args=[survey.pk]),
        reverse("admin:programme_gmina_change", args=[survey.gmina.pk]),
    ]

    pages = [coordinator_client.get(record).content.decode() for record in records]

    assert [story in page for page in pages] == [True, True]


def test_same_deed_many_times_in_a_row_is_one_line():
    lines = [("Page saved", ""), ("Page saved", ""), ("Sent", ""), ("Page saved", "Anna")]
    items = [{"moment": str(n), "title": t, "actor": a} for n, (t, a) in enumerate(lines)]

    assert [(one["moment"], one["title"]) for one in gathered(items)] == [
        ("0", "Page saved (2)"),
        ("2", "Sent"),
        ("3", "Page saved"),
    ]
