"""The walk of a candidate through services: from the link to ready."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from applications.enums import ApplicationStatus as Status
from applications.enums import MayLeave
from applications.models import ApplicationVersion, FormalCheck, InternApplication, TravelChecklist
from applications.profiles import intern_profile
from applications.selectors import interns as selectors
from applications.services import interns as services
from core import audit
from core.models import CapabilityLink
from core.states import TransitionNotAllowed
from mailing.models import Letter
from programme.models import ConsentGiven, Contact
from tests.factories.applications import InternApplicationFactory, intern_answers
from tests.factories.programme import EditionFactory, HromadaFactory

pytestmark = pytest.mark.django_db
OPEN = datetime(2026, 4, 20, 9, tzinfo=UTC)
REASON = "Кількість місць у цьому наборі обмежена."


def letters(application, name: str) -> list[Letter]:
    return list(
        Letter.objects.filter(
            letter=f"applications/{name}", key__startswith=f"application.{application.pk}."
        ).order_by("pk")
    )


def test_start_makes_one_application_per_person_and_edition_and_mails_the_link():
    edition, hromada = EditionFactory(), HromadaFactory()

    first = services.start_application(
        edition, hromada=hromada, email="Olena@Hromada.example", language="uk", now=OPEN
    )
    second = services.start_application(
        edition,
        hromada=hromada,
        email="olena@hromada.example",
        language="uk",
        now=OPEN + timedelta(minutes=1),
    )

    assert second.pk == first.pk
    assert InternApplication.objects.count() == 1
    assert [letter.to for letter in letters(first, "intern_link")] == ["olena@hromada.example"] * 2
    assert letters(first, "intern_link")[0].status == Letter.Status.QUEUED


def test_start_after_closing_is_refused():
    edition = EditionFactory()
    late = edition.applications_close_at + timedelta(minutes=edition.grace_minutes, seconds=1)

    with pytest.raises(services.CallIsClosed):
        services.start_application(
            edition, hromada=HromadaFactory(), email="a@b.example", language="uk", now=late
        )
    assert InternApplication.objects.count() == 0


def test_a_page_is_kept_and_restricted_answers_go_to_encrypted_columns():
    application = InternApplicationFactory(begun=False)

    services.save_page(
        application,
        page="osoba",
        answers={"imia": "Олена", "data_nar": date(1985, 4, 14), "potreby": "ліфт"},
        now=OPEN,
    )

    application.refresh_from_db()
    assert application.answers == {"imia": "Олена"}
    assert application.first_name == "Олена"
    assert application.birth_date == "1985-04-14"
    assert application.access_needs == "ліфт"
    line = audit.history(application).first()
    assert line.action == "applications.internapplication.page_saved"
    assert "1985" not in str(line.data)


def test_submit_gives_number_copy_receipt_and_asks_the_head():
    application = InternApplicationFactory()

    services.submit_application(application, now=OPEN)

    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert application.number == "WIN4UA-2026-UA-0001"
    assert application.population_used == 15_000
    assert ApplicationVersion.objects.get().answers == application.answers
    assert [x.status for x in letters(application, "intern_receipt")] == [Letter.Status.QUEUED]
    assert [x.to for x in letters(application, "head_request")] == ["holova@hromada.example"]
    assert "Чисте подвір’я" in letters(application, "intern_receipt")[0].text
    assert "1985" not in letters(application, "intern_receipt")[0].text
    head = Contact.objects.get(organisation=application.organisation, role="head")
    assert head.full_name == "Марія Приклад"
    kinds = set(ConsentGiven.objects.values_list("text__kind", flat=True))
    assert kinds == {"regulations", "truth", "participation", "privacy_intern", "reserve"}


def test_submit_names_the_pages_that_are_not_finished():
    application = InternApplicationFactory(
        answers=intern_answers(motyvatsiia="Коротко.", pravda=False), papers=False
    )

    with pytest.raises(services.NotComplete) as refused:
        services.submit_application(application, now=OPEN)

    assert refused.value.pages == ["motyvatsiia", "dokumenty", "zaiavy"]


@pytest.mark.parametrize(("population", "goes"), [(80_000, True), (80_001, False)])
def test_the_population_limit_is_applied_to_the_letter(population, goes):
    """A10: 80 000 passes, 80 001 does not."""
    application = InternApplicationFactory(
        hromada=HromadaFactory(population=population),
        answers=intern_answers(naselennia=population),
    )

    if goes:
        services.submit_application(application, now=OPEN)
        assert application.edition.intern_applications.get().population_used == 80_000
    else:
        with pytest.raises(services.NotAdmissible) as refused:
            services.submit_application(application, now=OPEN)
        assert refused.value.reasons == ("population_over_limit",)


def test_other_level_of_the_post_is_not_admissible():
    application = InternApplicationFactory(answers=intern_answers(riven="other"))

    with pytest.raises(services.NotAdmissible) as refused:
        services.submit_application(application, now=OPEN)

    assert refused.value.reasons == ("position_too_low",)


def test_a_hromada_sends_no_more_candidates_than_the_edition_allows():
    first = InternApplicationFactory()
    second = InternApplicationFactory(hromada=first.hromada)
    services.submit_application(first, now=OPEN)

    with pytest.raises(services.HromadaHasItsCandidates):
        services.submit_application(second, now=OPEN)

    second.refresh_from_db()
    assert second.status == Status.DRAFT


@pytest.mark.parametrize(("seconds", "goes"), [(-1, True), (0, False)])
def test_sending_ends_with_the_deadline_and_its_grace(seconds, goes):
    """A7: Kyiv-time deadline and the minutes of grace; the end is an exclusive instant."""
    application = InternApplicationFactory()
    edition = application.edition
    last = edition.applications_close_at + timedelta(minutes=edition.grace_minutes)

    if goes:
        services.submit_application(application, now=last + timedelta(seconds=seconds))
    else:
        with pytest.raises(services.CallIsClosed):
            services.submit_application(application, now=last + timedelta(seconds=seconds))


def test_head_confirms_and_the_candidate_is_told():
    application = InternApplicationFactory(submitted=True)

    services.confirm_by_head(application, now=OPEN)

    application.refresh_from_db()
    assert (application.status, application.head_answer) == (Status.HEAD_CONFIRMED, "confirmed")
    assert len(letters(application, "head_confirmed")) == 1


def test_head_refuses_with_a_reason_and_the_coordinators_see_it():
    application = InternApplicationFactory(submitted=True)

    services.refuse_by_head(application, reason="Потрібна на місці.", now=OPEN)

    assert list(selectors.refused_by_head(application.edition)) == [application]
    assert list(selectors.waiting_for_head(application.edition)) == []


def test_asking_the_head_again_closes_the_older_link(coordinator):
    application = InternApplicationFactory(submitted=True)
    services.ask_head(application, now=OPEN)

    services.ask_head(application, now=OPEN + timedelta(days=2), actor=coordinator)

    live = CapabilityLink.objects.filter(purpose=services.HEAD_LINK, revoked_at=None)
    assert live.count() == 1


def test_formal_check_passes_what_the_rules_pass(coordinator):
    application = InternApplicationFactory(head_confirmed=True)

    services.check_formally(application, actor=coordinator, now=OPEN)

    application.refresh_from_db()
    assert application.status == Status.FORMALLY_CORRECT
    assert FormalCheck.objects.get().outcome == "formally_correct"


def test_formal_check_refuses_with_reasons(coordinator):
    application = InternApplicationFactory(
        head_confirmed=True, answers=intern_answers(ranishe="me"), papers=False
    )

    with pytest.raises(services.RulesStandInTheWay) as refused:
        services.check_formally(application, actor=coordinator, now=OPEN)

    assert refused.value.reasons == ("took_part_before", "nomination_letter_missing")
    assert FormalCheck.objects.count() == 0


def test_returned_application_unlocks_only_the_named_answers(coordinator):
    """A16: only those unlock; sent again it need not trouble the head twice."""
    application = InternApplicationFactory(head_confirmed=True)
    services.return_for_correction(
        application,
        fields=["edrpou"],
        reason="Код належить іншому органу.",
        correct_by=OPEN + timedelta(days=7),
        actor=coordinator,
        now=OPEN,
    )

    services.save_page(
        application, page="organ", answers={"edrpou": "32855961", "organ": "Інша"}, now=OPEN
    )
    services.submit_application(application, now=OPEN + timedelta(days=1))

    application.refresh_from_db()
    assert application.answers["edrpou"] == "32855961"
    assert application.answers["organ"] == "Козельщинська селищна рада"
    assert application.status == Status.HEAD_CONFIRMED
    assert letters(application, "intern_returned")[0].status == Letter.Status.DRAFT
    assert letters(application, "head_request") == []


def test_rejected_application_has_its_letter_waiting_for_a_person(coordinator):
    application = InternApplicationFactory(head_confirmed=True)

    services.reject_formally(application, reason=REASON, actor=coordinator, now=OPEN)

    application.refresh_from_db()
    assert application.status == Status.REJECTED
    assert [x.status for x in letters(application, "intern_rejected")] == [Letter.Status.DRAFT]


@pytest.fixture
def ranked():
    """Five interviewed candidates, the best first; the fourth does not want the reserve list."""
    edition = EditionFactory(places=2, reserve_places=1)
    return [
        InternApplicationFactory(
            edition=edition,
            interviewed=True,
            merit_points=Decimal(merit),
            answers=intern_answers(zhoda_rezerv=place != 2),
        )
        for place, merit in enumerate((90, 80, 70, 60, 50))
    ]


def test_selection_follows_the_ranking_and_the_consent_to_the_reserve(ranked, coordinator):
    edition = ranked[0].edition

    outcome = services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)

    assert outcome.selected == ranked[:2]
    assert outcome.reserve == [ranked[3]]
    assert outcome.rejected == [ranked[2], ranked[4]]
    drafts = Letter.objects.filter(status=Letter.Status.DRAFT)
    assert drafts.count() == 5
    assert Letter.objects.exclude(status=Letter.Status.DRAFT).count() == 0
    ranked[3].refresh_from_db()
    assert ranked[3].place_on_list == 1


def test_selection_needs_a_reason_and_candidates(ranked, coordinator):
    edition = ranked[0].edition

    with pytest.raises(services.ReasonIsMissing):
        services.select_candidates(edition, reason=" ", actor=coordinator, now=OPEN)
    services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)
    with pytest.raises(services.NobodyToSelect):
        services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)


def test_who_cannot_travel_makes_room_for_the_first_of_the_reserve(ranked, coordinator):
    edition = ranked[0].edition
    services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)
    leaving = InternApplication.objects.get(pk=ranked[0].pk)

    moved = services.mark_cannot_travel(leaving, reason=REASON, actor=coordinator, now=OPEN)

    assert moved == ranked[3]
    assert moved.status == Status.SELECTED
    assert [x.status for x in letters(moved, "intern_moved_up")] == [Letter.Status.DRAFT]
    assert list(selectors.reserve_list(edition)) == []


def test_withdrawal_of_a_selected_person_makes_room_as_well(ranked, coordinator):
    edition = ranked[0].edition
    services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)
    leaving = InternApplication.objects.get(pk=ranked[1].pk)

    services.withdraw_application(leaving, now=OPEN)

    ranked[3].refresh_from_db()
    assert ranked[3].status == Status.SELECTED


def test_ready_needs_the_whole_travel_list_and_opens_matching(ranked, coordinator):
    edition = ranked[0].edition
    services.select_candidates(edition, reason=REASON, actor=coordinator, now=OPEN)
    person = InternApplication.objects.get(pk=ranked[0].pk)
    services.mark_preparing(person, actor=coordinator, now=OPEN)
    with pytest.raises(services.ChecklistIsIncomplete):
        services.mark_ready(person, actor=coordinator, now=OPEN)

    services.save_checklist(
        person,
        changes={
            "passport_ok": True,
            "trip_order_number": "12-р",
            "trip_order_on": date(2026, 8, 1),
            "trip_from_on": date(2026, 9, 5),
            "trip_to_on": date(2026, 10, 4),
            "may_leave": MayLeave.NOT_APPLICABLE,
        },
        now=OPEN,
    )
    services.mark_ready(person, actor=coordinator, now=OPEN)

    assert list(selectors.ready_interns(edition)) == [person]
    assert person.person.email == person.email
    assert TravelChecklist.objects.get().is_complete is True


def test_a_step_not_on_the_map_is_refused(coordinator):
    application = InternApplicationFactory(submitted=True)

    with pytest.raises(TransitionNotAllowed):
        services.mark_preparing(application, actor=coordinator, now=OPEN)


def test_profile_for_matching_reads_the_answers():
    application = InternApplicationFactory(
        ready=True,
        answers=intern_answers(
            partnery_pl=[{"gmina": "1012011", "rik": 2019, "uhoda": True}],
            bazhaniia_voievodstvo="10",
            movy_en="none",
        ),
        access_needs="ліфт",
    )

    profile = intern_profile(application)

    assert profile.themes == ("waste", "education")
    assert profile.languages == {"pl": "A2", "uk": "C2"}
    assert profile.windows == ("september",)
    assert [(each.teryt, each.has_agreement) for each in profile.partners_pl] == [("1012011", True)]
    assert (profile.wished_voivodeship, profile.field) == ("10", "waste")
    assert profile.has_access_needs is True
    assert profile.population == 15_000
