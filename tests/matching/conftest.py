"""Hosts and interns of one edition, ready to be matched."""

from datetime import UTC, datetime

import pytest

from matching import services
from matching.models import MatchVersion
from tests.factories.applications import InternApplicationFactory
from tests.factories.core import UserFactory
from tests.factories.meetings import DeclarationFactory
from tests.factories.programme import EditionFactory

RUN_AT = datetime(2026, 6, 22, 8, tzinfo=UTC)


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def pool(edition):
    """A function: `pool(hosts=2, interns=3)` gives both lists, in the order of making."""

    def make(*, hosts: int = 2, interns: int = 2):
        return (
            [DeclarationFactory(survey__edition=edition, accepted=True) for _n in range(hosts)],
            [
                InternApplicationFactory(
                    edition=edition, ready=True, number=f"WIN4UA-2026-K{number:03}"
                )
                for number in range(interns)
            ],
        )

    return make


@pytest.fixture
def run(edition, coordinator):
    """A function: run the matching and give the draft version."""

    def go(name: str = "Runda", now: datetime = RUN_AT) -> MatchVersion:
        return services.run_matching(edition, name=name, actor=coordinator, now=now)

    return go


@pytest.fixture
def published(run, pool, second_coordinator):
    """One pair, waiting for both answers."""
    pool(hosts=1, interns=1)
    version = run()
    services.approve_version(version, actor=second_coordinator, now=RUN_AT)
    services.publish_version(version, actor=second_coordinator, now=RUN_AT)
    return version.proposals.get()


@pytest.fixture
def mentor_of(signed_in):
    """A function: a client who is the mentor of a placement."""
    return lambda placement: signed_in(placement.mentor)


@pytest.fixture
def intern_of(signed_in):
    """A function: a client who is the intern of a placement."""
    return lambda placement: signed_in(placement.intern)


@pytest.fixture
def author(db):
    """Somebody whose work a coordinator approves."""
    return UserFactory(role="coordinator")
