"""Two windows at the same moment, with real threads: nothing lost, nothing doubled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from applications import survey_merge
from applications.models import HostSurvey, SendingKey, SurveyVersion
from applications.services import host as services
from applications.services import host_saving, host_surveys
from applications.survey_plan import BY_SLUG
from mailing.models import Letter
from tests.conftest import StrictClient
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


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


def at_once(deeds) -> list:
    """Start all deeds at the same moment; what each gave."""
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait()
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def put(survey: HostSurvey, **answers) -> services.Saved:
    """Save the page of the address as a page that was opened before anybody typed."""
    page = BY_SLUG["adres"]
    seen = survey_merge.seen_of(page, {}, {})
    return services.save_typed(
        survey,
        page=page,
        answers=answers,
        seen=seen,
        now=timezone.now(),
        is_known_open=True,
    )


def race(edition) -> list[dict]:
    """Two people save different fields of one page at the same moment, again and again."""
    kept = []
    for _round in range(ROUNDS):
        survey = HostSurveyFactory(edition=edition, answers={}, draft_answers={})
        first, second = (HostSurvey.objects.for_table().get(pk=survey.pk) for _n in range(2))
        at_once(
            [
                lambda first=first: put(first, adres_ulica="Reymonta 1"),
                lambda second=second: put(second, adres_kod="95-061"),
            ]
        )
        kept.append(HostSurvey.objects.get(pk=survey.pk).draft_answers)
    return kept


def test_different_fields_saved_at_the_same_moment_are_both_kept(edition):
    """FT-18."""
    assert race(edition) == [{"adres_ulica": "Reymonta 1", "adres_kod": "95-061"}] * ROUNDS


def test_without_the_comparison_one_of_two_would_be_lost(edition, monkeypatch):
    """Negative control: the test above can fail."""

    def careless(self, survey):
        merged, after = self._over(survey.draft_answers)
        HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=after)
        return host_saving.Saved(survey, merged.clashes, merged.seen)

    monkeypatch.setattr(host_saving._Put, "at_once", careless)

    kept = race(edition)

    assert [answers for answers in kept if len(answers) == 1] != []


def test_same_field_saved_at_the_same_moment_clashes_for_one(edition):
    """FT-18: exactly one of two is asked, and has both values."""
    survey = HostSurveyFactory(edition=edition, answers={}, draft_answers={})
    streets = ["Reymonta 1", "Mickiewicza 2"]
    copies = [HostSurvey.objects.for_table().get(pk=survey.pk) for _n in streets]

    outcomes = at_once(
        [
            lambda copy=copy, street=street: put(copy, adres_ulica=street)
            for copy, street in zip(copies, streets, strict=True)
        ]
    )

    clashes = [outcome.clashes for outcome in outcomes if outcome.clashes]
    stored = HostSurvey.objects.get().draft_answers["adres_ulica"]
    [other] = [street for street in streets if street != stored]
    assert clashes == [{"adres_ulica": (other, stored)}]


def browsers(edition, many: int) -> tuple[list[StrictClient], str, HostSurvey]:
    """Windows of one browser with a whole draft, ready to be sent."""
    invitation = HostInvitationFactory(edition=edition)
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=timezone.now())
    link = f"/ankieta/l/{token}/"
    survey = HostSurveyFactory(
        edition=edition,
        organisation=invitation.organisation,
        invitation=invitation,
        contact=None,
        email=invitation.email,
        answers={},
        draft_answers={},
    )
    first = StrictClient()
    session = first.session
    from core.models import CapabilityLink

    session["trusted_links"] = [CapabilityLink.objects.latest("pk").pk]
    session.save()
    survey.draft_answers = host_answers()
    survey.save()
    windows = [StrictClient() for _n in range(many)]
    for window in windows:
        window.cookies = first.cookies
    return windows, link, survey


def test_form_sent_five_times_at_once_is_one_sending(edition):
    """A12, FT-12: one version, one receipt, the same confirmation for all."""
    windows, link, _survey = browsers(edition, 5)
    sending = windows[0].get(link + "sprawdz/").context["sending"]

    answers = at_once(
        [lambda window=window: window.post(link + "sprawdz/", sending) for window in windows]
    )

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, link + "wyslano/")
    }
    assert SurveyVersion.objects.count() == 1
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 1
    assert SendingKey.objects.count() == 1


def test_form_sent_again_by_the_back_button_sends_no_later_correction(edition):
    """FT-12: the repeat shows the confirmation; what was changed since stays unsent."""
    [window], link, survey = browsers(edition, 1)
    sending = window.get(link + "sprawdz/").context["sending"]
    window.post(link + "sprawdz/", sending)
    window.post(link + "dostepnosc/", {"dostepnosc": "pelna"})

    again = window.post(link + "sprawdz/", sending)

    assert again["Location"] == link + "wyslano/"
    assert SurveyVersion.objects.count() == 1
    survey.refresh_from_db()
    assert survey.has_unsent_changes is True


def test_same_key_with_other_answers_is_refused_in_words(edition):
    """FT-12: 409, and nothing is sent a second time."""
    [window], link, _survey = browsers(edition, 1)
    sending = window.get(link + "sprawdz/").context["sending"]
    window.post(link + "sprawdz/", sending)

    other = window.post("/en" + link + "sprawdz/", {**sending, "seen": "0" * 12})

    assert other.status_code == 409
    assert "This form has been sent already" in other.content.decode()
    assert SurveyVersion.objects.count() == 1


def test_answers_changed_by_a_colleague_are_looked_at_before_they_are_sent(edition):
    """FT-18: nobody sends what she has not seen."""
    [window], link, survey = browsers(edition, 1)
    sending = window.get(link + "sprawdz/").context["sending"]
    survey.draft_answers = host_answers(liczba_stazystow=2)
    survey.save()

    answer = window.post(link + "sprawdz/", sending)
    fresh = answer.context["sending"]
    sent = window.post(link + "sprawdz/", fresh)

    assert [error["href"] for error in answer.context["errors"]] == ["#send"]
    assert sent["Location"] == link + "wyslano/"
    assert SurveyVersion.objects.get().answers["liczba_stazystow"] == 2


def test_answer_changed_between_the_click_and_the_lock_is_not_sent_unseen(edition, monkeypatch):
    """FT-18: the look at the answers and the sending of them are one transaction."""
    [window], link, survey = browsers(edition, 1)
    sending = window.get(link + "sprawdz/").context["sending"]
    hold = host_surveys.locked

    def after_a_colleague(held):
        changed = host_answers(liczba_stazystow=2)
        HostSurvey.objects.filter(pk=held.pk).update(draft_answers=changed)
        return hold(held)

    monkeypatch.setattr(host_surveys, "locked", after_a_colleague)
    answer = window.post(link + "sprawdz/", sending)

    assert [error["href"] for error in answer.context["errors"]] == ["#send"]
    assert SurveyVersion.objects.count() == 0


def test_key_of_one_survey_does_not_stand_for_another(edition):
    key = uuid4()
    for _n in range(2):
        [window], link, survey = browsers(edition, 1)
        seen = survey_merge.digest(survey.draft_answers)
        status = window.post(link + "sprawdz/", {"key": key, "seen": seen}).status_code

    assert status == 409
    assert SurveyVersion.objects.count() == 1
