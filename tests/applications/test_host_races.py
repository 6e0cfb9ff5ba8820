"""Two people at once: one wins, the other is told by whom. With real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from applications.enums import SurveyStatus
from applications.models import EligibilityDecision, HostSurvey, SurveyVersion
from applications.services import host as services
from applications.services import host_decisions
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds) -> list:
    """Start all deeds at the same moment; what each gave, or the exception it raised."""
    barrier = Barrier(len(deeds))

    def run(deed):
        survey = HostSurvey.objects.select_related("edition", "gmina", "contact").get()
        barrier.wait()
        try:
            return deed(survey)
        except TransitionNotAllowed as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def draft():
    return HostSurveyFactory(edition=EditionFactory(), draft_answers=host_answers(), answers={})


@pytest.fixture
def sent(draft):
    return services.submit_survey(draft, now=NOW)


def decide_by(person):
    return lambda survey: services.decide_eligibility(survey, actor=person, now=NOW)


def test_of_two_coordinators_one_decides(sent, coordinator, second_coordinator):
    """FT-16: one decision, one letter, and the loser is told by whom."""
    people = [coordinator, second_coordinator]

    outcomes = at_once([decide_by(person) for person in people])

    decision = EligibilityDecision.objects.get()
    refusals = [each for each in outcomes if isinstance(each, TransitionNotAllowed)]
    assert [refusal.by for refusal in refusals] == [decision.decided_by]
    assert Letter.objects.filter(letter="applications/host_eligible").count() == 1


def test_without_the_conditional_update_both_would_decide(
    sent, coordinator, second_coordinator, monkeypatch
):
    """Negative control: the test above can fail."""

    def naive_move(record, to, *, actor=None, now=None, **changes):
        type(record).objects.filter(pk=record.pk).update(status=to, **changes)
        return record

    monkeypatch.setattr(host_decisions, "move", naive_move)

    at_once([decide_by(person) for person in (coordinator, second_coordinator)])

    assert EligibilityDecision.objects.count() == 2


def test_survey_sent_from_six_windows_is_one(draft):
    """A12, FT-12: one number, one version, one receipt."""
    outcomes = at_once([lambda survey: services.submit_survey(survey, now=NOW)] * 6)

    assert {survey.number for survey in outcomes} == {"WIN4UA-2026-0001"}
    assert SurveyVersion.objects.count() == 1
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 1
    assert HostSurvey.objects.get().status == SurveyStatus.SUBMITTED


def test_two_surveys_sent_at_once_get_two_numbers():
    """The counter's row is locked while a number is taken."""
    edition = EditionFactory()
    first, second = (
        HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
        for _place in range(2)
    )
    barrier = Barrier(2)

    def send(survey):
        barrier.wait()
        try:
            return services.submit_survey(survey, now=NOW).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(send, [first, second]))

    assert sorted(numbers) == ["WIN4UA-2026-0001", "WIN4UA-2026-0002"]
