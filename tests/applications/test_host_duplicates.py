"""A second survey of one municipality: held, never counted, merged by staff (A13)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from applications import merge_plan
from applications.emails import host_reminders
from applications.enums import SurveyStatus, VersionKind
from applications.models import HostSurvey, SurveyVersion
from applications.selectors import entrances
from applications.selectors import host as selectors
from applications.selectors.host import survey_of_invitation, surveys_awaiting_decision
from applications.selectors.host_doors import opened_by_link
from applications.services import host as services
from applications.services import host_merge
from core import roles
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def leading(edition):
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    return services.submit_survey(draft, now=NOW)


@pytest.fixture
def second(leading):
    """A colleague's survey of the same municipality, sent as well."""
    other = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        invitation=HostInvitationFactory(
            edition=leading.edition, organisation=leading.organisation
        ),
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(kontakt_email="j.kot@brzeziny.example", liczba_stazystow=2),
        answers={},
    )
    return services.submit_survey(other, now=NOW)


def test_second_survey_of_a_municipality_must_point_to_the_leading_one(leading):
    """A13: the constraint that was one survey is now one leading survey."""
    with pytest.raises(IntegrityError, match="one_leading_survey"), transaction.atomic():
        HostSurveyFactory(edition=leading.edition, organisation=leading.organisation)


@pytest.mark.parametrize(
    "status", [s for s in SurveyStatus if s not in (SurveyStatus.DUPLICATE, SurveyStatus.MERGED)]
)
def test_database_refuses_a_duplicate_that_is_anything_else(second, status):
    """A13: it can never become eligible, whatever the code does."""
    with pytest.raises(IntegrityError, match="never_more_than_a_dup"), transaction.atomic():
        HostSurvey.objects.filter(pk=second.pk).update(status=status)


def test_duplicate_gets_a_number_and_stays_a_duplicate(leading, second):
    assert (leading.number, second.number) == ("WIN4UA-2026-0001", "WIN4UA-2026-0002")
    assert second.status == SurveyStatus.DUPLICATE
    assert second.versions.get().kind == VersionKind.LINK


def test_duplicate_changes_nothing_about_the_office(leading):
    """Its head waits for staff; only the person who is answered is written down."""
    other = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(kierownik_nazwisko="Fałszywa", adres_ulica="Inna 1"),
        answers={},
    )

    services.submit_survey(other, now=NOW)

    leading.organisation.refresh_from_db()
    heads = leading.organisation.contacts.filter(role="head", is_active=True)
    assert [head.last_name for head in heads] == ["Zielińska"]
    assert leading.organisation.street == "Sienkiewicza 16"


def test_duplicate_is_in_no_question_of_the_room(edition, leading, second, coordinator):
    """A13: not counted, not decided, not invited."""
    services.decide_eligibility(leading, actor=coordinator, now=NOW)

    assert list(HostSurvey.objects.sent()) == [leading]
    assert list(selectors.surveys_awaiting_decision(edition)) == []
    assert list(selectors.eligible_hosts(edition)) == [leading]
    with pytest.raises(TransitionNotAllowed):
        services.decide_eligibility(second, actor=coordinator, now=NOW)


def test_each_invitation_opens_its_own_survey(leading, second):
    stranger = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)

    assert selectors.survey_of_invitation(second.invitation) == second
    assert selectors.survey_of_invitation(stranger) == leading


def test_versions_say_how_they_came_about(leading):
    """A9: link, then correction."""
    services.save_page(leading, page="przyjecie", answers={"liczba_stazystow": 2}, now=NOW)
    services.submit_survey(leading, now=NOW, by="a.nowak@brzeziny.example")

    assert list(leading.versions.order_by("position").values_list("kind", "sent_by")) == [
        (VersionKind.LINK, ""),
        (VersionKind.CORRECTION, "a.nowak@brzeziny.example"),
    ]


def test_version_of_staff_names_the_person(leading):
    with pytest.raises(IntegrityError, match="made_by_staff"), transaction.atomic():
        SurveyVersion.objects.create(
            survey=leading, position=7, answers={}, kind=VersionKind.MERGE, sent_at=NOW
        )


# --- Merging


def seen(duplicate) -> str:
    leading = duplicate.duplicate_of
    return merge_plan.fingerprint(leading.newest_answers, duplicate.newest_answers)


def merge(duplicate, actor, **choices):
    return host_merge.merge_surveys(
        duplicate, choices=choices, seen=seen(duplicate), actor=actor, now=NOW
    )


def test_two_surveys_differ_question_by_question(leading, second):
    assert merge_plan.differing(leading.answers, second.answers) == [
        "kontakt_email",
        "liczba_stazystow",
    ]


def test_merge_makes_a_version_of_the_leading_survey(leading, second, coordinator):
    """A13, A9: who merged, which answers, and nothing is lost."""
    done = merge(second, coordinator, kontakt_email="left", liczba_stazystow="right")

    leading.refresh_from_db()
    second.refresh_from_db()
    newest = leading.versions.order_by("-position").first()
    assert (newest.kind, newest.actor, newest.position) == (VersionKind.MERGE, coordinator, 2)
    assert leading.answers == host_answers(liczba_stazystow=2) == newest.answers
    assert (second.status, second.duplicate_of) == (SurveyStatus.MERGED, leading)
    assert second.answers == host_answers(
        kontakt_email="j.kot@brzeziny.example", liczba_stazystow=2
    )
    assert done.left == host_answers()


def test_both_senders_are_told_by_drafts_in_the_outbox(leading, second, coordinator):
    """A13: and the one whose survey is closed gets no answers of the colleague (A22)."""
    Letter.objects.all().delete()

    merge(second, coordinator, kontakt_email="left", liczba_stazystow="right")

    letters = Letter.objects.order_by("letter")
    assert [(letter.letter, letter.to, letter.status) for letter in letters] == [
        ("applications/survey_merged", "j.kot@brzeziny.example", "draft"),
        ("applications/survey_took_over", "a.nowak@brzeziny.example", "draft"),
    ]
    assert "a.nowak@brzeziny.example" not in letters[0].text
    assert leading.number in letters[0].text


def test_merge_without_taking_anything_only_closes_the_other(leading, second, coordinator):
    done = merge(second, coordinator, kontakt_email="left", liczba_stazystow="left")

    assert done.version is None
    assert leading.versions.count() == 1
    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.MERGED


def test_merge_into_a_draft_sends_it_at_the_time_of_the_duplicate(edition, coordinator):
    """Staff took a whole survey by telephone while a draft lay unfinished."""
    draft = HostSurveyFactory(
        edition=edition, draft_answers={"nazwa_urzedowa": "Gmina Brzeziny"}, answers={}
    )
    other = HostSurveyFactory(
        edition=edition,
        organisation=draft.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=draft,
        draft_answers=host_answers(),
        answers={},
    )
    other = services.submit_survey(other, now=NOW)

    keys = merge_plan.differing(draft.draft_answers, other.answers)
    host_merge.merge_surveys(
        other,
        choices=dict.fromkeys(keys, "right"),
        seen=seen(other),
        actor=coordinator,
        now=NOW + timedelta(days=2),
    )

    draft.refresh_from_db()
    assert (draft.status, draft.submitted_at) == (SurveyStatus.SUBMITTED, NOW)
    assert draft.number == "WIN4UA-2026-0002"
    assert draft.versions.get().kind == VersionKind.MERGE


def test_two_drafts_merge_into_a_draft(edition, coordinator):
    draft = HostSurveyFactory(edition=edition, draft_answers={"nip": "1234563218"}, answers={})
    other = HostSurveyFactory(
        edition=edition,
        organisation=draft.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=draft,
        draft_answers={"regon": "123456785"},
        answers={},
    )

    done = merge(other, coordinator, regon="right", nip="left")

    draft.refresh_from_db()
    assert (draft.status, done.version) == (SurveyStatus.DRAFT, None)
    assert draft.draft_answers == {"nip": "1234563218", "regon": "123456785"}


def test_unsent_correction_of_the_leading_survey_is_kept(leading, second, coordinator):
    services.save_page(leading, page="uwagi", answers={"uwagi": "Jeszcze nie."}, now=NOW)

    merge(second, coordinator, kontakt_email="left", liczba_stazystow="right")

    leading.refresh_from_db()
    assert leading.answers == host_answers(liczba_stazystow=2)
    assert leading.draft_answers == host_answers(liczba_stazystow=2, uwagi="Jeszcze nie.")


def test_merge_that_would_leave_a_gap_is_refused(leading, second, coordinator):
    """A6: a question opened by an answer of the other side must be answered too."""
    HostSurvey.objects.filter(pk=second.pk).update(
        answers=host_answers(mentor_jest="tak", mentor_imie="Jan")
    )
    second.refresh_from_db()

    with pytest.raises(services.SurveyIncomplete), transaction.atomic():
        merge(second, coordinator, mentor_jest="right", mentor_imie="right")

    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.DUPLICATE


def test_choice_that_rests_on_older_answers_is_refused(leading, second, coordinator):
    before = seen(second)
    services.save_page(leading, page="uwagi", answers={"uwagi": "Nowe."}, now=NOW)
    services.submit_survey(leading, now=NOW)

    with pytest.raises(host_merge.ChangedMeanwhile), transaction.atomic():
        host_merge.merge_surveys(second, choices={}, seen=before, actor=coordinator, now=NOW)

    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.DUPLICATE


def test_decided_survey_takes_no_answers_but_the_other_can_be_closed(leading, second, coordinator):
    leading.gmina.populations.update(value=90_000)
    services.decide_eligibility(leading, actor=coordinator, now=NOW)
    second.refresh_from_db()

    with pytest.raises(host_merge.LeadingDecided), transaction.atomic():
        merge(second, coordinator, liczba_stazystow="right")
    second.refresh_from_db()
    merge(second, coordinator, liczba_stazystow="left", kontakt_email="left")

    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.MERGED


def test_merge_never_turns_an_eligible_municipality_into_another(leading, second, coordinator):
    services.decide_eligibility(leading, actor=coordinator, now=NOW)
    HostSurvey.objects.filter(pk=second.pk).update(answers=host_answers(stanowisko_pracy="nie"))
    second.refresh_from_db()

    with pytest.raises(services.WouldChangeDecision), transaction.atomic():
        merge(second, coordinator, stanowisko_pracy="right")


def test_merge_can_be_taken_back(leading, second, coordinator, second_coordinator):
    """A13: the answers before become a new version, and letters not yet released do not go."""
    done = merge(second, coordinator, kontakt_email="left", liczba_stazystow="right")

    host_merge.take_back_merge(done, actor=second_coordinator, now=NOW)

    leading.refresh_from_db()
    second.refresh_from_db()
    assert (leading.answers, second.status) == (host_answers(), SurveyStatus.DUPLICATE)
    assert [v.kind for v in leading.versions.order_by("position")] == ["link", "merge", "undone"]
    statuses = Letter.objects.filter(key__startswith="applications.merge.").values_list("status")
    assert set(statuses) == {("cancelled",)}


def test_merge_is_not_taken_back_after_the_survey_has_gone_on(leading, second, coordinator):
    done = merge(second, coordinator, kontakt_email="left", liczba_stazystow="right")
    leading.refresh_from_db()
    services.save_page(leading, page="uwagi", answers={"uwagi": "Nowe."}, now=NOW)
    services.submit_survey(leading, now=NOW)

    with pytest.raises(host_merge.CannotTakeBack), transaction.atomic():
        host_merge.take_back_merge(done, actor=coordinator, now=NOW)


def test_colleague_who_insists_gets_a_survey_of_her_own_once(leading):
    """A13, A12: a double click makes one."""
    invitation = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)

    first = host_merge.begin_separate_survey(invitation, now=NOW)
    again = host_merge.begin_separate_survey(invitation, now=NOW)

    assert first == again
    assert (first.status, first.duplicate_of) == (SurveyStatus.DUPLICATE, leading)


def test_nothing_is_doubled_where_there_is_no_survey(edition):
    invitation = HostInvitationFactory(edition=edition)

    with pytest.raises(host_merge.NothingToDouble):
        host_merge.begin_separate_survey(invitation, now=NOW)


def test_duplicate_is_not_counted_by_its_entrance(edition, leading, second, coordinator_client):
    """A13, A19: the number opens into the rows that it counts."""
    user = UserFactory(role=roles.COORDINATOR)

    [row] = [row for row in entrances.entrance_rows(edition, user) if row["value"]]
    listed = coordinator_client.get(row["url"]).context["cl"].queryset

    assert row["value"] == 1
    assert list(listed) == [leading]


# --- A leading survey that is withdrawn leads no more


def draft(of, **fields) -> HostSurvey:
    return HostSurveyFactory(edition=of.edition, organisation=of.organisation, answers={}, **fields)


def test_living_survey_leads_when_the_leading_one_is_withdrawn(leading, second, coordinator):
    """A13: what lives is decided on; others of the municipality point to it."""
    third = draft(leading, status=SurveyStatus.DUPLICATE, duplicate_of=leading)

    services.withdraw_survey(leading, actor=coordinator, now=NOW)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.status, second.duplicate_of) == (SurveyStatus.SUBMITTED, None)
    assert (third.status, third.duplicate_of) == (SurveyStatus.DUPLICATE, second)
    assert list(HostSurvey.objects.leading().filter(gmina=leading.gmina)) == [second]
    assert second in surveys_awaiting_decision(leading.edition)


def test_draft_that_takes_the_lead_is_a_draft(leading, coordinator):
    other = draft(leading, status=SurveyStatus.DUPLICATE, duplicate_of=leading)

    services.withdraw_survey(leading, actor=coordinator, now=NOW)

    other.refresh_from_db()
    assert (other.status, other.duplicate_of) == (SurveyStatus.DRAFT, None)


def test_municipality_may_begin_anew_after_a_withdrawal(leading, coordinator):
    """A link of another person no longer leads to the survey that was withdrawn."""
    other = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)
    before = survey_of_invitation(other)
    services.withdraw_survey(leading, actor=coordinator, now=NOW)

    after = survey_of_invitation(other)
    begun = services.begin_by_invitation(other, now=NOW)

    assert (before, after) == (leading, None)
    assert begun.pk != leading.pk
    assert survey_of_invitation(other) == begun


def test_withdrawn_survey_gives_way_behind_its_own_link(leading, coordinator):
    """Who began it sees that another one lives, and while none does, that it was withdrawn."""
    invitation = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)
    HostSurvey.objects.filter(pk=leading.pk).update(invitation=invitation)
    services.withdraw_survey(leading, actor=coordinator, now=NOW)

    alone = opened_by_link(type(invitation), invitation.pk)
    lonely = alone.begun or survey_of_invitation(alone)
    living = draft(leading, draft_answers=host_answers())
    opened = opened_by_link(type(invitation), invitation.pk)

    assert lonely == leading
    assert (opened.begun or survey_of_invitation(opened)) == living


def test_merge_into_a_withdrawn_survey_is_not_taken_back(leading, second, coordinator):
    merge_done = merge(second, coordinator)
    services.withdraw_survey(leading, actor=coordinator, now=NOW)

    with pytest.raises(host_merge.CannotTakeBack):
        host_merge.take_back_merge(merge_done, actor=coordinator, now=NOW)


@pytest.mark.parametrize("which", ["leading", "duplicate"])
def test_reminder_of_neither_survey_leaves_after_a_merge(edition, coordinator, which):
    """A14, A13: nobody is reminded of a survey that was sent or closed by a merge."""
    first = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    other = draft(
        first,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=first,
        draft_answers=host_answers(liczba_stazystow=2),
    )
    services.submit_survey(other, now=NOW)
    other.refresh_from_db()
    reminded = first if which == "leading" else other
    with transaction.atomic():
        token = services.new_link(reminded, email=reminded.email, now=NOW)
        host_reminders.survey_unsent(reminded, token=token, now=NOW)

    merge(other, coordinator, liczba_stazystow="right")

    letter = Letter.objects.get(letter="applications/survey_unsent")
    assert letter.status == Letter.Status.CANCELLED
