"""The desk of the coordinators: board, versions, pairs by hand, replacements."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from matching import services
from matching.enums import PlacementStatus, ProposalStatus, VersionStatus
from matching.models import MatchVersion, PairRule
from tests.conftest import no_writes
from tests.factories.matching import (
    DiaryEntryFactory,
    MatchVersionFactory,
    PlacementFactory,
    ProposalFactory,
    ScheduleItemFactory,
    published_version,
)
from tests.factories.meetings import DeclarationFactory
from tests.matching.conftest import RUN_AT

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def second_client(second_coordinator, signed_in):
    """Halina, who approves."""
    return signed_in(second_coordinator)


def test_matching_is_run_approved_and_published_from_the_panel(
    pool, edition, coordinator_client, second_client
):
    """M16 by hand: the author has no button, the second person has both."""
    pool(hosts=1, interns=1)

    coordinator_client.post(page("matching_run", edition.pk), {"name": "Czerwiec"})
    version = MatchVersion.objects.get()
    coordinator_client.post(page("matching_approve", version.pk))
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT
    second_client.post(page("matching_approve", version.pk))
    second_client.post(page("matching_publish", version.pk))

    version.refresh_from_db()
    assert version.status == VersionStatus.PUBLISHED
    assert version.proposals.get().status == ProposalStatus.PUBLISHED


def test_contradictory_pins_are_named_on_the_board(pool, edition, coordinator, coordinator_client):
    """M3: not a crash, and no version."""
    (host,), interns = pool(hosts=1, interns=2)
    for intern in interns:
        services.set_rule(
            edition,
            declaration=host,
            application=intern,
            kind="pin",
            reason="Umowa",
            actor=coordinator,
            now=RUN_AT,
        )

    answer = coordinator_client.post(page("matching_run", edition.pk), {"name": "X"}, follow=True)

    assert MatchVersion.objects.count() == 0
    assert host.survey.gmina.name in "".join(str(m) for m in answer.context["messages"])


def test_pair_by_hand_shows_the_score_before_it_is_made(
    pool, edition, coordinator, coordinator_client
):
    """M6: a GET shows and writes nothing, the POST saves."""
    (host,), (intern,) = pool(hosts=1, interns=1)
    version = services.open_version(edition, name="Ręcznie", actor=coordinator, now=RUN_AT)
    address, chosen = page("matching_pair", version.pk), {"host": host.pk, "intern": intern.pk}

    with no_writes():
        seen = coordinator_client.get(address, chosen).context["seen"]
    assert seen["total"] == sum(row["points"] for row in seen["points"])
    assert seen["refusal"] == ""
    assert coordinator_client.post(address, chosen).status_code == 302
    again = coordinator_client.post(address, chosen)

    assert version.proposals.get().score == seen["total"]
    assert again.status_code == 200
    assert str(again.context["seen"]["refusal"]) != ""


def test_replacement_after_a_decline_is_one_button(published, pool, coordinator_client, edition):
    """M14: free partners of both sides, best first; the pair itself is not among them."""
    services.answer_proposal(published, side="host", accepts=False, reason="Remont", now=RUN_AT)
    (host,), _none = pool(hosts=1, interns=0)
    address = page("matching_replacement", published.pk)

    with no_writes():
        shown = coordinator_client.get(address).context
    assert [row.declaration for row in shown["for_intern"]] == [host]
    assert [row.loss for row in shown["for_intern"]] == [0]
    assert shown["for_host"] == []
    coordinator_client.post(address, {"host": host.pk, "intern": published.application.pk})

    version = MatchVersion.objects.order_by("-pk").first()
    assert (version.status, version.proposals.get().declaration) == (VersionStatus.DRAFT, host)
    published.refresh_from_db()
    assert (published.status, published.host_reason) == (ProposalStatus.REPLACED, "Remont")
    assert coordinator_client.get(address).status_code == 404


def test_explanation_is_changed_before_approval_only(coordinator_client):
    """M17."""
    proposal = ProposalFactory()
    address = page("matching_explanation", proposal.pk)
    words = {"polish": "Wspólny temat: odpady.", "ukrainian": "Спільна тема: відходи."}

    coordinator_client.post(address, words)

    proposal.refresh_from_db()
    assert (proposal.explanation_pl, proposal.explanation_uk) == tuple(words.values())
    assert (
        coordinator_client.get(
            page("matching_explanation", ProposalFactory(published=True).pk)
        ).status_code
        == 404
    )


def test_rule_is_made_and_lifted_through_the_service(pool, edition, coordinator_client):
    """M3: who, when and why stand in the audit trail."""
    (host,), (intern,) = pool(hosts=1, interns=1)
    data = {
        "edition": edition.pk,
        "declaration": host.pk,
        "application": intern.pk,
        "kind": "ban",
        "reason": "Konflikt interesów",
    }

    coordinator_client.post(page("matching_pairrule_add"), data)
    rule = PairRule.objects.get()
    assert (rule.kind, rule.author.first_name) == ("ban", "Olena")
    coordinator_client.post(page("matching_pairrule_delete", rule.pk), {"post": "yes"})

    assert PairRule.objects.count() == 0
    assert list(
        AuditEvent.objects.filter(action__startswith="matching.pairrule")
        .order_by("pk")
        .values_list("action", flat=True)
    ) == ["matching.pairrule.ban", "matching.pairrule.lifted"]


def test_internship_is_walked_from_the_panel(coordinator_client):
    placement = PlacementFactory()

    coordinator_client.post(page("matching_start", placement.pk))
    coordinator_client.post(page("matching_finish", placement.pk))
    placement.refresh_from_db()
    assert placement.status == PlacementStatus.UNDER_WAY

    coordinator_client.post(page("matching_break_off", placement.pk), {"reason": "Powrót do kraju"})
    placement.refresh_from_db()
    assert (placement.status, placement.break_off_reason) == (
        PlacementStatus.BROKEN_OFF,
        "Powrót do kraju",
    )


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_readers_of_the_panel_change_nothing(role, request, signed_in):
    """P13, P14: administrators and auditors read runs and pairs, and publish none."""
    client = signed_in(request.getfixturevalue(role))
    version = MatchVersionFactory()
    proposal = ProposalFactory(version=version)
    placement = PlacementFactory()

    assert client.get(page("matching_board", version.edition_id)).status_code == 200
    assert client.get(page("matching_version", version.pk)).status_code == 200
    refused = {
        client.post(page("matching_run", version.edition_id), {"name": "X"}).status_code,
        client.post(page("matching_approve", version.pk)).status_code,
        client.post(page("matching_publish", version.pk)).status_code,
        client.post(page("matching_dissolve", proposal.pk), {"reason": "abcdef"}).status_code,
        client.post(page("matching_pair", version.pk), {"host": 1, "intern": 1}).status_code,
        client.post(page("matching_certificate", placement.pk)).status_code,
    }

    assert refused == {403}
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT


def test_mentor_has_no_desk(signed_in):
    placement = PlacementFactory()

    answer = signed_in(placement.mentor).get(page("matching_board", placement.edition_id))

    assert answer.status_code in (302, 403, 404)
    assert "matching/staff_board.html" not in [one.name for one in answer.templates]


LISTS = {
    "matching_matchversion_changelist": 14,
    "matching_proposal_changelist": 14,
    "matching_pairrule_changelist": 14,
    "matching_placement_changelist": 14,
    "matching_internshipreport_changelist": 14,
    "matching_certificate_changelist": 14,
}


@pytest.mark.parametrize("name", [*LISTS, "board", "version", "replacement"])
def test_list_costs_the_same_for_one_and_three(
    name, pool, edition, coordinator, coordinator_client, django_assert_num_queries
):
    """Counted with one row, then with three: the number of queries does not move."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def more():
        (host,), _none = pool(hosts=1, interns=0)
        proposal = ProposalFactory(version=version)
        ProposalFactory(published=True)
        declined = ProposalFactory(published=True, status=ProposalStatus.DECLINED)
        placement = PlacementFactory(under_way=True)
        ScheduleItemFactory(placement=placement)
        DiaryEntryFactory(placement=placement)
        services.set_rule(
            edition,
            declaration=host,
            application=proposal.application,
            kind="ban",
            reason="X",
            actor=coordinator,
            now=RUN_AT,
        )
        services.hand_in_report(
            placement,
            author="intern",
            satisfaction=5,
            answers={},
            actor=placement.intern,
            now=RUN_AT,
        )
        return declined

    version = MatchVersionFactory(edition=edition)
    published_version()
    declined = more()
    address = {
        "board": page("matching_board", edition.pk),
        "version": page("matching_version", version.pk),
        "replacement": page("matching_replacement", declined.pk),
    }.get(name) or page(name)
    coordinator_client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert coordinator_client.get(address).status_code == 200
    for _n in range(2):
        more()

    with django_assert_num_queries(len(one)):
        assert coordinator_client.get(address).status_code == 200


def test_board_names_hosts_that_wait(coordinator_client, edition):
    host = DeclarationFactory(survey__edition=edition, accepted=True)

    html = coordinator_client.get(page("matching_board", edition.pk)).content.decode()

    assert host.survey.gmina.name in html
