"""Two people merge at the same moment: one wins, the other is told by whom (A13)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from applications import merge_plan
from applications.enums import SurveyStatus
from applications.models import HostSurvey, SurveyMerge, SurveyVersion
from applications.services import host as services
from applications.services import host_merge
from core.states import TransitionNotAllowed
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leading():
    draft = HostSurveyFactory(edition=EditionFactory(), draft_answers=host_answers(), answers={})
    return services.submit_survey(draft, now=NOW)


def duplicate_of(leading, **answers):
    draft = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(**answers),
        answers={},
    )
    return services.submit_survey(draft, now=NOW)


def merge_at_once(pairs, **choices) -> list:
    """Merge each (duplicate, person) at the same moment; what came of it, or the exception."""
    barrier = Barrier(len(pairs))

    def run(pair):
        pk, person = pair
        mine = HostSurvey.objects.select_related("duplicate_of").get(pk=pk)
        left, right = mine.duplicate_of.newest_answers, mine.newest_answers
        barrier.wait()
        try:
            return host_merge.merge_surveys(
                mine,
                choices=choices,
                seen=merge_plan.fingerprint(left, right),
                actor=person,
                now=NOW,
            )
        except (TransitionNotAllowed, host_merge.ChangedMeanwhile) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(run, pairs))


def test_of_two_people_one_merges(leading, coordinator, second_coordinator):
    """A13: one merge, one new version, and the loser is told by whom."""
    second = duplicate_of(leading, liczba_stazystow=2)

    outcomes = merge_at_once(
        [(second.pk, coordinator), (second.pk, second_coordinator)], liczba_stazystow="right"
    )

    done = SurveyMerge.objects.get()
    refusals = [each for each in outcomes if isinstance(each, TransitionNotAllowed)]
    assert [refusal.by for refusal in refusals] == [done.merged_by]
    assert SurveyVersion.objects.filter(survey=leading).count() == 2


def test_two_duplicates_merged_at_once_lose_no_answer(leading, coordinator, second_coordinator):
    """The second choice rested on answers that are no longer there, so it is asked for again."""
    one = duplicate_of(leading, liczba_stazystow=2)
    other = duplicate_of(leading, uwagi="Prosimy o kontakt.")

    outcomes = merge_at_once(
        [(one.pk, coordinator), (other.pk, second_coordinator)],
        liczba_stazystow="right",
        uwagi="right",
    )

    refused = [each for each in outcomes if isinstance(each, host_merge.ChangedMeanwhile)]
    assert (len(refused), SurveyMerge.objects.count()) == (1, 1)
    assert HostSurvey.objects.awaiting_merge().count() == 1


def test_without_the_lock_both_would_merge(leading, coordinator, second_coordinator, monkeypatch):
    """Negative control: the two tests above can fail."""
    one = duplicate_of(leading, liczba_stazystow=2)
    other = duplicate_of(leading, uwagi="Prosimy o kontakt.")
    meeting = Barrier(2)

    def careless(duplicate):
        found = HostSurvey.objects.for_table().get(pk=duplicate.duplicate_of_id)
        meeting.wait()
        return found, duplicate

    monkeypatch.setattr(host_merge, "_both", careless)
    monkeypatch.setattr(host_merge, "_write_version", lambda *_args, **_more: None)

    merge_at_once(
        [(one.pk, coordinator), (other.pk, second_coordinator)],
        liczba_stazystow="right",
        uwagi="right",
    )

    assert SurveyMerge.objects.count() == 2


def test_six_clicks_of_a_colleague_make_one_survey(leading):
    """A12."""
    invitation = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)
    barrier = Barrier(6)

    def click(_place):
        barrier.wait()
        try:
            return host_merge.begin_separate_survey(invitation, now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(click, range(6)))

    assert len(found) == 1
    assert HostSurvey.objects.filter(duplicate_of=leading).count() == 1
