"""Running the matching: limits, rules, proof, and the same result for the same input."""

import pytest

from core.models import AuditEvent
from mailing.models import Letter
from matching import selectors, services
from matching.enums import ProposalStatus, VersionStatus
from matching.models import Proposal
from tests.factories.applications import host_answers, intern_answers
from tests.factories.meetings import DeclarationFactory
from tests.matching.conftest import RUN_AT

pytestmark = pytest.mark.django_db


def pairs(version) -> set[tuple[int, int]]:
    """(declaration, application) of a version."""
    return set(selectors.proposals_of(version).values_list("declaration_id", "application_id"))


def test_run_keeps_a_draft_with_its_proof(pool, run, coordinator, edition):
    """M10: name, author, time, weights, fingerprint and solver; points add up exactly (M7)."""
    pool(hosts=2, interns=2)

    version = run("Pierwsza")

    assert (version.name, version.author, version.status) == (
        "Pierwsza",
        coordinator,
        VersionStatus.DRAFT,
    )
    assert version.created_at == RUN_AT
    assert (version.weights, len(version.fingerprint)) == (edition.matching_weights, 64)
    assert version.objective == version.bound == sum(p.score for p in version.proposals.all())
    assert version.is_proven
    assert all(p.score == sum(row[1] for row in p.breakdown) for p in version.proposals.all())
    assert list(version.proposals.values_list("status", flat=True)) == ["draft", "draft"]
    assert AuditEvent.objects.filter(action="matching.matchversion.run").count() == 1


def test_whoever_is_left_over_is_listed_with_the_limit(pool, run, edition):
    """M4: the places of the edition, hosts that are full, no host that fits."""
    edition.places = 1
    edition.save(update_fields=["places"])
    _hosts, interns = pool(hosts=2, interns=3)
    interns[2].answers["terminy"] = ["october"]
    interns[2].save(update_fields=["answers"])

    version = run()

    assert version.proposals.count() == 1
    placed = version.proposals.get().application
    others = [one for one in interns[:2] if one != placed]
    assert version.left_over == [
        {"intern": others[0].number, "limit": "places"},
        {"intern": interns[2].number, "limit": "no_host_fits"},
    ]


def test_too_few_hosts_is_a_result(pool, run):
    """M4."""
    _hosts, interns = pool(hosts=1, interns=2)

    version = run()

    placed = version.proposals.get().application.number
    left = [one.number for one in interns if one.number != placed]
    assert version.left_over == [{"intern": left[0], "limit": "hosts_full"}]


def test_empty_pool_is_a_result(run):
    version = run()

    assert (version.proposals.count(), version.left_over, version.objective) == (0, [], 0)


def test_pin_and_ban_are_honoured(pool, run, coordinator, edition):
    """M3."""
    hosts, interns = pool(hosts=2, interns=2)
    rule = {"reason": "Umowa", "actor": coordinator, "now": RUN_AT}
    first = pairs(run())
    pinned = next(
        (host, intern) for host in hosts for intern in interns if (host.pk, intern.pk) not in first
    )
    services.set_rule(edition, declaration=pinned[0], application=pinned[1], kind="pin", **rule)

    version = run()

    assert (pinned[0].pk, pinned[1].pk) in pairs(version)
    assert version.proposals.get(declaration=pinned[0]).is_pinned

    for intern in interns:
        services.set_rule(edition, declaration=hosts[0], application=intern, kind="ban", **rule)
    assert {host for host, _intern in pairs(run())} == {hosts[1].pk}


def test_contradictory_pins_are_named(pool, run, coordinator, edition):
    """M3: one host with one place, two interns pinned to it; no version is kept."""
    (host,), interns = pool(hosts=1, interns=2)
    for intern in interns:
        services.set_rule(
            edition,
            declaration=host,
            application=intern,
            kind="pin",
            reason="Obie",
            actor=coordinator,
            now=RUN_AT,
        )

    with pytest.raises(services.Infeasible) as refused:
        run()

    assert len(refused.value.reasons) == 1
    assert host.survey.gmina.name in refused.value.reasons[0]
    assert all(intern.number in refused.value.reasons[0] for intern in interns)
    assert edition.match_versions.count() == 0


def test_same_input_gives_the_same_fingerprint_and_pairs(pool, run):
    """M10: ties included; all hosts and interns here are equally good."""
    pool(hosts=3, interns=3)

    first, second = run(), run()

    assert first.fingerprint == second.fingerprint
    assert pairs(first) == pairs(second)


def test_another_answer_gives_another_fingerprint(pool, run):
    _hosts, interns = pool(hosts=1, interns=1)
    before = run().fingerprint
    interns[0].answers["temy"] = ["education"]
    interns[0].save(update_fields=["answers"])

    assert run().fingerprint != before


def test_second_run_keeps_living_pairs_and_their_places(pool, run, edition, second_coordinator):
    """M9: an accepted pair stays, its host and intern are not matched again, its place counts."""
    edition.places = 2
    edition.save(update_fields=["places"])
    pool(hosts=1, interns=1)
    first = run()
    services.approve_version(first, actor=second_coordinator, now=RUN_AT)
    services.publish_version(first, actor=second_coordinator, now=RUN_AT)
    pool(hosts=3, interns=0)
    kept = first.proposals.get()
    from tests.factories.applications import InternApplicationFactory

    for number in range(3):
        InternApplicationFactory(edition=edition, ready=True, number=f"WIN4UA-2026-L{number}")

    second = run("Druga")

    assert second.proposals.count() == 1
    new = second.proposals.get()
    assert new.application != kept.application
    assert new.declaration != kept.declaration
    assert [row["limit"] for row in second.left_over] == ["places", "places"]
    kept.refresh_from_db()
    assert kept.status == ProposalStatus.PUBLISHED


def test_shared_topics_win_and_are_explained_in_both_languages(pool, run, edition):
    """M17: two lines made from the data."""
    hosts, interns = pool(hosts=2, interns=1)
    survey = hosts[0].survey
    survey.answers = host_answers(tematy=["digital", "sport", "youth"])
    survey.save(update_fields=["answers"])
    interns[0].answers = intern_answers(temy=["waste"])
    interns[0].save(update_fields=["answers"])

    proposal = run().proposals.get()

    waste = edition.themes.get(code="waste")
    assert proposal.declaration == hosts[1]
    assert proposal.explanation_pl.startswith(f"Wspólne tematy: {waste.name_pl}.")
    assert proposal.explanation_uk.startswith(f"Спільні теми: {waste.name_uk}.")


def test_declined_pair_is_not_proposed_again(published, run):
    """The pool forgets nobody's no; only the pair is barred, not its two sides."""
    services.answer_proposal(published, side="host", accepts=False, reason="Remont", now=RUN_AT)

    again = run("Druga")

    assert again.proposals.count() == 0
    assert again.left_over == [
        {"intern": published.application.number, "limit": "all_hosts_banned"}
    ]
    other = DeclarationFactory(survey__edition=published.version.edition, accepted=True)
    assert run("Trzecia").proposals.get().declaration == other


def test_run_writes_no_letter(pool, run):
    """M5: a draft is nobody's business."""
    pool(hosts=1, interns=1)

    run()

    assert Proposal.objects.count() == 1
    assert Letter.objects.count() == 0
