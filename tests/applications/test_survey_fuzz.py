"""FT-41, a sample: whatever is sent to the survey is answered, and what is kept is valid.

`make faults` sends the whole: 5 000 submissions and every string in every field.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ops.faults import fuzz, hostile
from tests.applications.test_host_views import link_to
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory, HromadaFactory
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
SUBMISSIONS = 250


@pytest.fixture
def attack():
    """Somebody hostile with a survey in hand in which every page is asked."""
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    hromada = HromadaFactory()
    answers = host_answers(
        mentor_jest="tak",
        wspolpraca_ua="umowa",
        partnerzy=[{"katottg": hromada.katottg, "od_roku": 2019, "kolejny": "nie"}],
    )
    survey = HostSurveyFactory(edition=edition, draft_answers=answers, answers={})
    link = link_to(survey, survey.email)
    client = Client(raise_request_exception=False)
    from core.models import CapabilityLink

    session = client.session
    session["trusted_links"] = [CapabilityLink.objects.get().pk]
    session.save()
    return fuzz.Hostile(client, link, survey.gmina.teryt, NAUGHTY)


def test_generated_submissions_break_nothing(attack):
    """FT-41, A023: no 500, no answer after five seconds, no row that its own form refuses."""
    attack.attack(SUBMISSIONS)

    assert attack.tally.faults == []
    assert attack.tally.sent == SUBMISSIONS
    assert attack.tally.statuses[302] > SUBMISSIONS // 10


def test_naughty_strings_are_kept_as_typed_or_refused(attack):
    """FT-41, A010: every hundredth of the strings and control characters, in every field."""
    texts = [*NAUGHTY, *hostile.matrix()][::100]

    attack.type_everywhere([*texts, *hostile.BROKEN, hostile.LARGE])

    assert attack.tally.faults == []
    assert attack.answers()["uwagi"] != ""


def test_invalid_row_does_not_go_unnoticed(attack):
    """The measure itself: an answer that no form would take is found."""
    from applications.models import HostSurvey

    survey = HostSurvey.objects.get()
    before = list(fuzz.invalid_answers(survey.pk))
    survey.draft_answers["kontakt_tel"] = "none"
    survey.save()

    (problem,) = fuzz.invalid_answers(survey.pk)

    assert before == []
    assert problem.startswith("invalid on kontakt:")
