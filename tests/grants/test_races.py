"""The pool of grants with people pressing at once. With real threads."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from core.states import TransitionNotAllowed
from grants import services
from grants.enums import Outcome, ProjectStatus
from grants.models import BoardDecision, GrantCall
from grants.services import deciding
from mailing.models import Letter
from tests.factories.grants import GrantCallFactory, SmallProjectFactory
from tests.grants.conftest import FEBRUARY

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds) -> list:
    """Start all deeds at the same moment; what each gave, or the refusal it met."""
    barrier = Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        except (IntegrityError, TransitionNotAllowed) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def decisions(coordinator):
    """Six proposed awards of 19 000 zlotys for a pool that holds three."""
    call = GrantCallFactory(pool=Decimal(60_000))
    projects = SmallProjectFactory.create_batch(
        6, call=call, submitted=True, status=ProjectStatus.RANKED
    )
    return [
        BoardDecision.objects.create(
            project=project,
            outcome=Outcome.AWARD,
            amount=Decimal("19000.00"),
            reason="Lista rankingowa.",
            proposed_by=coordinator,
            proposed_at=FEBRUARY,
        )
        for project in projects
    ]


def approve(decision, person):
    return lambda: services.approve_decision(decision, actor=person, now=FEBRUARY)


def test_pool_is_never_passed_by_approvals_at_once(decisions, second_coordinator):
    """G5: three fit, three are refused, and the counted sum is the true one."""
    outcomes = at_once([approve(decision, second_coordinator) for decision in decisions])

    refused = [each for each in outcomes if isinstance(each, IntegrityError)]
    approved = BoardDecision.objects.filter(approved_by=second_coordinator)
    call = GrantCall.objects.get()
    assert (len(refused), approved.count()) == (3, 3)
    assert (call.awarded_count, call.awarded_sum) == (3, Decimal("57000.00"))
    assert Letter.objects.filter(letter="grants/awarded").count() == 3


def test_without_the_counter_in_the_database_the_pool_would_be_passed(
    decisions, second_coordinator, monkeypatch
):
    """Negative control: a counter that is read and written back lets more through."""
    barrier = Barrier(len(decisions))

    class ReadAndWrite:
        def filter(self, *, pk):
            call = GrantCall.objects.get(pk=pk)
            barrier.wait()
            total = call.awarded_sum + Decimal("19000.00")
            stored = GrantCall.objects.filter(pk=pk)

            class Row:
                def update(self, **_changes):
                    return stored.update(awarded_count=call.awarded_count + 1, awarded_sum=total)

            return Row()

    class NaiveCall:
        objects = ReadAndWrite()

    monkeypatch.setattr(deciding, "GrantCall", NaiveCall)

    at_once([approve(decision, second_coordinator) for decision in decisions])

    approved = BoardDecision.objects.filter(approved_by=second_coordinator)
    assert approved.count() * Decimal("19000.00") > GrantCall.objects.get().pool


def test_of_two_people_one_approves(decisions, second_coordinator, administrator):
    """P23: the other is told by whom."""
    people = [second_coordinator, administrator]

    outcomes = at_once([approve(decisions[0], person) for person in people])

    decision = BoardDecision.objects.get(pk=decisions[0].pk)
    refusals = [each for each in outcomes if isinstance(each, TransitionNotAllowed)]
    assert [refusal.by for refusal in refusals] == [decision.approved_by]
    assert GrantCall.objects.get().awarded_count == 1
