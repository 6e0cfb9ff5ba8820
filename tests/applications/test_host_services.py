"""From the invitation to the decision, through the services."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from applications.emails.host import municipality
from applications.enums import DecisionKind, SurveyStatus
from applications.models import EligibilityDecision, HostInvitation, HostSurvey, SurveyVersion
from applications.profiles import host_profile
from applications.selectors import eligible_hosts, exceptions_awaiting, surveys_awaiting_decision
from applications.services import host as services
from applications.survey_plan import PAGES
from core import audit
from core.models import CapabilityLink
from core.states import TransitionNotAllowed
from mailing.models import Letter
from programme.models import ConsentGiven
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    OrganisationFactory,
)

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 31, 21, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def draft(edition):
    return HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})


@pytest.fixture
def sent(draft):
    return services.submit_survey(draft, now=NOW)


def test_invitation_is_a_draft_letter_with_a_link(edition, coordinator):
    contact = ContactFactory(head=True, email="wojt@brzeziny.example")

    invitation = services.invite_host(
        edition, organisation=contact.organisation, contact=contact, actor=coordinator, now=NOW
    )

    letter = Letter.objects.get(key=f"applications.invitation.{invitation.pk}")
    link = CapabilityLink.objects.get()
    assert (letter.status, letter.to, letter.is_bulk) == (
        Letter.Status.DRAFT,
        "wojt@brzeziny.example",
        True,
    )
    assert letter.text.startswith("Szanowna Pani Wójt,")
    assert municipality(contact.organisation.gmina, "pl").split(",")[0] in letter.text
    assert (link.purpose, link.target, link.email) == ("survey", invitation, letter.to)
    assert [event.action for event in audit.history(invitation)] == [
        "core.link.created",
        "applications.hostinvitation.invited",
    ]


def test_nobody_is_invited_twice(edition, coordinator):
    contact = ContactFactory(head=True)
    deed = {"organisation": contact.organisation, "contact": contact, "actor": coordinator}
    services.invite_host(edition, **deed, now=NOW)

    with pytest.raises(services.AlreadyInvited):
        services.invite_host(edition, **deed, now=NOW)

    assert Letter.objects.count() == 1


def test_asking_for_a_link_makes_no_survey(edition):
    """A12: nothing exists before a first page is saved."""
    gmina = GminaFactory()

    asked = services.request_survey_link(
        edition, gmina=gmina, email="A.Nowak@brzeziny.example", now=NOW
    )

    assert asked == services.LinkRequest("a.nowak@brzeziny.example", is_begun_by_another=False)
    assert HostSurvey.objects.count() == 0
    assert Letter.objects.get().letter == "applications/survey_link"


def test_link_of_a_begun_survey_goes_only_to_those_who_work_on_it(edition, draft):
    """A12: nobody takes a colleague's survey over by typing an address."""
    own = services.request_survey_link(edition, gmina=draft.gmina, email=draft.email, now=NOW)
    asked = services.request_survey_link(
        edition, gmina=draft.gmina, email="stranger@example.org", now=NOW
    )

    assert own == services.LinkRequest(draft.email, is_begun_by_another=False)
    assert asked == services.LinkRequest("stranger@example.org", is_begun_by_another=True)
    assert [(letter.letter, letter.to) for letter in Letter.objects.order_by("pk")] == [
        ("applications/survey_link_again", draft.email),
        ("applications/survey_begun_by_colleague", "stranger@example.org"),
    ]
    assert isinstance(CapabilityLink.objects.latest("pk").target, HostInvitation)


def test_first_saved_page_begins_the_survey_and_it_is_one(edition):
    """A12: two invitations of the same office lead to one survey."""
    organisation = OrganisationFactory()
    first = HostInvitationFactory(edition=edition, organisation=organisation)
    second = HostInvitationFactory(edition=edition, organisation=organisation)
    page = {"nazwa_urzedowa": "Gmina Brzeziny", "ludnosc": 12_000, "czlonkostwo": ["zmp"]}

    survey = services.save_typed(first, page=PAGES[0], answers=page, seen={}, now=NOW).survey
    with pytest.raises(services.BegunByColleague):
        services.save_typed(second, page=PAGES[0], answers=page, seen={}, now=NOW)

    assert HostSurvey.objects.get() == survey
    assert survey.invitation == first
    assert survey.draft_answers == page


def test_saved_page_keeps_what_other_pages_hold(draft):
    """A1: every answer is there when one comes back."""
    services.save_page(draft, page="dostepnosc", answers={"dostepnosc": "pelna"}, now=NOW)

    draft.refresh_from_db()
    assert draft.draft_answers == host_answers(dostepnosc="pelna")


def test_keys_of_other_pages_are_not_taken(draft):
    services.save_page(draft, page="mentor", answers={"ludnosc": 1, "mentor_jest": "tak"}, now=NOW)

    draft.refresh_from_db()
    assert draft.draft_answers["ludnosc"] == 12_000


def test_sent_survey_has_number_version_consents_and_receipt(draft):
    """A3: the receipt with number and copy goes at once, never to the drafts."""
    survey = services.submit_survey(draft, now=NOW, by="a.nowak@brzeziny.example")

    assert (survey.status, survey.number) == (SurveyStatus.SUBMITTED, "WIN4UA-2026-0001")
    assert (survey.population_used, survey.population_source) == (12_000, "gus")
    assert survey.contact.full_name == "Anna Nowak"
    version = SurveyVersion.objects.get()
    assert (version.position, version.answers) == (1, host_answers())
    assert set(ConsentGiven.objects.values_list("text__kind", flat=True)) == {
        "truth",
        "roles",
        "privacy_host",
    }
    receipt = Letter.objects.get(letter="applications/survey_receipt")
    assert (receipt.status, receipt.to) == (Letter.Status.QUEUED, "a.nowak@brzeziny.example")
    assert receipt.subject == "Przyjęliśmy ankietę WIN4UA-2026-0001"
    assert "Stanowisko: Sekretarz gminy" in receipt.text
    assert "wtorek, 10 marca 2026, 10:00 (czas warszawski)" in receipt.text


def test_sending_twice_makes_one_survey_and_one_receipt(draft):
    """A12: a double click changes nothing."""
    first = services.submit_survey(draft, now=NOW)
    second = services.submit_survey(draft, now=NOW + timedelta(seconds=1))

    assert (first.number, second.number) == ("WIN4UA-2026-0001", "WIN4UA-2026-0001")
    assert SurveyVersion.objects.count() == 1
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 1


def test_numbers_have_no_gaps(edition):
    numbers = []
    for _round in range(3):
        draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
        incomplete = HostSurveyFactory(edition=edition, draft_answers={}, answers={})
        with pytest.raises(services.SurveyIncomplete):
            services.submit_survey(incomplete, now=NOW)
        numbers.append(services.submit_survey(draft, now=NOW).number)

    assert numbers == ["WIN4UA-2026-0001", "WIN4UA-2026-0002", "WIN4UA-2026-0003"]


def test_incomplete_survey_names_its_gaps(draft):
    draft.draft_answers = host_answers(mentor_jest="", tematy=[])
    draft.save()

    with pytest.raises(services.SurveyIncomplete) as refusal:
        services.submit_survey(draft, now=NOW)

    assert refusal.value.gaps == {"tematy": ("tematy",), "mentor": ("mentor_jest",)}


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (CLOSES - timedelta(milliseconds=1), False),
        (CLOSES, True),
        (CLOSES + timedelta(minutes=14, seconds=59), True),
    ],
)
def test_survey_is_taken_until_the_end_of_grace(draft, moment, is_late):
    """A7, FT-21: in time, or late within the grace."""
    assert services.submit_survey(draft, now=moment).is_late is is_late


def test_after_the_grace_sending_and_editing_stop(draft):
    """A7: the draft stays as it is."""
    late = CLOSES + timedelta(minutes=15)

    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft, now=late)
    with pytest.raises(services.SurveyClosed):
        services.save_page(draft, page="mentor", answers={"mentor_jest": "tak"}, now=late)

    draft.refresh_from_db()
    assert (draft.status, draft.draft_answers) == (SurveyStatus.DRAFT, host_answers())


def test_correction_keeps_both_versions_and_the_number(sent):
    """A9: until the deadline the sender corrects; staff see every version."""
    services.save_page(sent, page="przyjecie", answers={"liczba_stazystow": 2}, now=NOW)
    assert HostSurvey.objects.get().answers["liczba_stazystow"] == 1

    corrected = services.submit_survey(sent, now=NOW + timedelta(days=1))

    assert corrected.answers["liczba_stazystow"] == 2
    assert corrected.number == "WIN4UA-2026-0001"
    assert [v.answers["liczba_stazystow"] for v in SurveyVersion.objects.order_by("position")] == [
        1,
        2,
    ]
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 2


def test_correction_may_not_contradict_a_decision(sent, coordinator):
    services.decide_eligibility(sent, actor=coordinator, now=NOW)
    services.save_page(sent, page="przyjecie", answers={"stanowisko_pracy": "nie"}, now=NOW)

    with pytest.raises(services.WouldChangeDecision):
        services.submit_survey(sent, now=NOW)

    assert HostSurvey.objects.get().answers["stanowisko_pracy"] == "tak"


def test_decision_keeps_reasons_and_the_figure_used(sent, coordinator):
    """A21: value, day and source stay on the decision when the register changes later."""
    sent.gmina.populations.update(value=80_001)

    decision = services.decide_eligibility(sent, actor=coordinator, now=NOW)
    sent.gmina.populations.update(value=70_000)

    decision.refresh_from_db()
    assert (decision.kind, decision.reasons) == (
        DecisionKind.INELIGIBLE,
        ["population_over_limit"],
    )
    assert (decision.population, decision.population_source, decision.population_limit) == (
        80_001,
        "gus",
        80_000,
    )
    assert str(decision.population_on) == "2024-12-31"
    assert HostSurvey.objects.get().status == SurveyStatus.INELIGIBLE


@pytest.mark.parametrize(
    ("population", "letter"),
    [(80_000, "applications/host_eligible"), (80_001, "applications/host_ineligible")],
)
def test_letter_of_decision_waits_for_a_person(sent, coordinator, population, letter):
    sent.gmina.populations.update(value=population)

    services.decide_eligibility(sent, actor=coordinator, now=NOW)

    drafted = Letter.objects.get(letter=letter)
    assert (drafted.status, drafted.to) == (Letter.Status.DRAFT, sent.contact.email)


def test_decision_judges_a_correction_that_was_sent_meanwhile(sent, coordinator):
    """The page was opened before the correction came: what counts is what was sent last."""
    as_opened = HostSurvey.objects.get(pk=sent.pk)
    services.save_page(sent, page="partnerstwo", answers={"gotowosc_partnerstwa": "nie"}, now=NOW)
    services.submit_survey(sent, now=NOW)

    decision = services.decide_eligibility(as_opened, actor=coordinator, now=NOW)

    assert decision.kind == DecisionKind.INELIGIBLE
    assert decision.version.position == 2
    assert as_opened.status == SurveyStatus.INELIGIBLE


def test_second_coordinator_is_told_who_decided(sent, coordinator, second_coordinator):
    seen_by_second = HostSurvey.objects.get()
    services.decide_eligibility(sent, actor=coordinator, now=NOW)

    with pytest.raises(TransitionNotAllowed) as refusal:
        services.decide_eligibility(seen_by_second, actor=second_coordinator, now=NOW)

    assert refusal.value.by == coordinator
    assert EligibilityDecision.objects.count() == 1


def test_exception_needs_a_second_person(sent, coordinator, second_coordinator):
    """A21: never the same person."""
    sent.gmina.populations.update(value=80_500)
    reason = "Miasto graniczne, od lat współpracuje z hromadą."
    services.ask_exception(sent, reason=reason, actor=coordinator, now=NOW)
    assert list(exceptions_awaiting(sent.edition)) == [sent]

    with pytest.raises(services.SamePerson):
        services.approve_exception(sent, actor=coordinator, now=NOW)
    decision = services.approve_exception(sent, actor=second_coordinator, now=NOW)

    assert (decision.kind, decision.exception_reason) == (DecisionKind.BY_EXCEPTION, reason)
    assert (decision.asked_by, decision.decided_by) == (coordinator, second_coordinator)
    assert list(eligible_hosts(sent.edition)) == [sent]
    assert Letter.objects.filter(letter="applications/host_by_exception").count() == 1


def test_exception_can_be_refused(sent, coordinator, second_coordinator):
    sent.gmina.populations.update(value=80_500)
    services.decide_eligibility(sent, actor=coordinator, now=NOW)
    services.ask_exception(sent, reason="Prośba gminy, jak w liście.", actor=coordinator, now=NOW)

    services.refuse_exception(sent, actor=second_coordinator, now=NOW)

    assert HostSurvey.objects.get().status == SurveyStatus.INELIGIBLE
    assert sent.exceptions.get().is_approved is False


def test_exception_without_reason_or_need_is_refused(sent, coordinator):
    with pytest.raises(services.ReasonMissing):
        services.ask_exception(sent, reason="  ", actor=coordinator, now=NOW)
    with pytest.raises(services.NoExceptionNeeded):
        services.ask_exception(sent, reason="Bez potrzeby.", actor=coordinator, now=NOW)


def test_worklist_holds_only_what_waits(edition, sent):
    """Something that could leak: a draft, another edition, a decided one."""
    HostSurveyFactory(edition=edition)
    HostSurveyFactory(edition=edition, eligible=True)
    HostSurveyFactory(edition=EditionFactory(year=2027), submitted=True)

    assert list(surveys_awaiting_decision(edition)) == [sent]


def test_withdrawn_survey_takes_no_part(sent, coordinator):
    services.withdraw_survey(sent, actor=coordinator, now=NOW)

    with pytest.raises(services.SurveyLocked):
        services.save_page(sent, page="mentor", answers={}, now=NOW)
    assert list(surveys_awaiting_decision(sent.edition)) == []


def test_profile_reads_the_answers_as_matching_wants_them(edition):
    answers = host_answers(
        wspolpraca_ua="umowa",
        partnerzy=[{"katottg": "UA46020010000010000", "od_roku": 2019, "kolejny": "nie"}],
        staz_partner="tak",
        mentor_jest="tak",
        mentor_jezyki={"pl": "C2", "uk": "B1", "en": "brak", "ru": "A2", "inny": "czeski A1"},
        mentor_obszary=["waste"],
        poprzednie_edycje=["2023"],
        liczba_stazystow=2,
    )
    survey = HostSurveyFactory(edition=edition, eligible=True, answers=answers)

    profile = host_profile(survey)

    assert profile.themes == ("waste", "education", "energy_climate")
    assert (profile.capacity, profile.windows) == (2, ("september",))
    assert profile.mentor_languages == {"pl": "C2", "uk": "B1", "ru": "A2"}
    assert [(p.katottg, p.since, p.has_agreement) for p in profile.partners] == [
        ("UA46020010000010000", 2019, True)
    ]
    assert (profile.hosted_before, profile.accessibility) == (True, "czesciowa")


def test_receipt_speaks_the_language_of_the_survey(edition):
    draft = HostSurveyFactory(
        edition=edition, draft_answers=host_answers(), answers={}, language="en"
    )

    services.submit_survey(draft, now=NOW)

    letter = Letter.objects.get(letter="applications/survey_receipt")
    assert letter.subject == "We have received survey WIN4UA-2026-0001"
    assert "Position: Sekretarz gminy" in letter.text
    assert timezone.is_aware(letter.created_at)
