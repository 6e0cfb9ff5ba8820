"""The panel about candidates: lists, records, verbs, and who may press them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.enums import ApplicationStatus as Status
from applications.models import Evaluation, InternApplication
from core import roles
from core.models import AuditEvent
from mailing.models import Letter
from tests.factories.applications import EvaluationFactory, InternApplicationFactory
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
REASON = "Обґрунтування рішення для кандидата."


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        applications_open_at=now - timedelta(days=30),
        applications_close_at=now - timedelta(days=1),
        places=1,
        reserve_places=1,
    )


def page(name: str, *args: object) -> str:
    return reverse(f"admin:applications_{name}", args=args)


def record(application) -> str:
    return page("internapplication_change", application.pk)


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_of_candidates_costs_the_same_for_any_number(
    coordinator_client, edition, item_count, django_assert_max_num_queries
):
    for _ in range(item_count):
        InternApplicationFactory(edition=edition, submitted=True)
    coordinator_client.get(page("internapplication_changelist"))

    with django_assert_max_num_queries(14):
        answer = coordinator_client.get(page("internapplication_changelist"))

    assert answer.context["cl"].result_count == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_worklists_and_ranking_pages_cost_the_same_for_any_number(
    coordinator_client, edition, item_count, django_assert_max_num_queries
):
    for _ in range(item_count):
        InternApplicationFactory(edition=edition, interviewed=True)
        InternApplicationFactory(edition=edition, head_confirmed=True)
        application = InternApplicationFactory(edition=edition, under_evaluation=True)
        EvaluationFactory(application=application, due_on=date(2026, 1, 1))
    coordinator_client.get(page("intern_worklists"))

    with django_assert_max_num_queries(22):
        lists = coordinator_client.get(page("intern_worklists"))
    with django_assert_max_num_queries(16):
        ranking = coordinator_client.get(page("ranking"))

    counts = {table["caption"]: table["count"] for table in lists.context["tables"]}
    assert sorted(counts.values()) == sorted([item_count] * 3 + [0] * 4)
    assert len(ranking.context["table"]["rows"]) == item_count


def test_drafts_are_not_in_the_panel(coordinator_client, edition):
    draft = InternApplicationFactory(edition=edition)

    answer = coordinator_client.get(page("internapplication_changelist"))

    assert answer.context["cl"].result_count == 0
    assert coordinator_client.get(page("formal_check", draft.pk)).status_code == 404


def test_record_shows_answers_and_masks_restricted_ones(coordinator_client, edition):
    """P09: the date of birth and needs are not on the record."""
    application = InternApplicationFactory(
        edition=edition, under_evaluation=True, access_needs="потрібен ліфт"
    )

    html = coordinator_client.get(record(application)).content.decode()

    assert "Козельщинська селищна рада" in html
    assert "lyst.pdf" in html
    assert "потрібен ліфт" not in html
    assert "1985" not in html


def test_restricted_answers_open_with_the_flag_only_and_leave_a_line(
    coordinator, coordinator_client, edition
):
    from django.contrib.auth.models import Permission

    application = InternApplicationFactory(
        edition=edition, ready=True, access_needs="потрібен ліфт"
    )
    at = page("restricted_answers", application.pk)
    assert coordinator_client.post(at).status_code == 403

    coordinator.user_permissions.add(
        Permission.objects.get(codename="view_restricted_intern_fields")
    )
    html = coordinator_client.post(at).content.decode()

    assert "потрібен ліфт" in html
    assert AuditEvent.objects.filter(action__endswith=".restricted_read").count() == 1
    assert coordinator_client.get(at).status_code == 405


def test_formal_check_asks_for_ticks_and_passes(coordinator_client, edition):
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    at = page("formal_check", application.pk)

    empty = coordinator_client.post(at, {})
    codes = [name for name in empty.context["form"].fields if name.startswith("criterion_")]
    done = coordinator_client.post(at, dict.fromkeys(codes, "on"))

    assert codes == ["criterion_territory", "criterion_nomination"]
    assert set(empty.context["form"].errors) == set(codes)
    assert done.url == record(application)
    application.refresh_from_db()
    assert application.status == Status.FORMALLY_CORRECT


def test_formal_check_shows_the_reasons_of_the_rules(coordinator_client, edition):
    application = InternApplicationFactory(edition=edition, head_confirmed=True, papers=False)
    at = page("formal_check", application.pk)

    answer = coordinator_client.post(
        at, {"criterion_territory": "on", "criterion_nomination": "on"}
    )

    assert len(answer.context["form"].non_field_errors()) == 1
    application.refresh_from_db()
    assert application.status == Status.HEAD_CONFIRMED


def test_return_names_fields_reason_and_day(coordinator_client, edition):
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    last = timezone.localdate() + timedelta(days=7)

    coordinator_client.post(
        page("return_application", application.pk),
        {
            "fields_to_correct": ["edrpou", "lyst"],
            "reason": REASON,
            "correct_by_on_day": last.day,
            "correct_by_on_month": last.month,
            "correct_by_on_year": last.year,
        },
    )

    application.refresh_from_db()
    assert application.status == Status.RETURNED
    assert application.fields_to_correct == ["edrpou", "lyst"]
    letter = Letter.objects.get(letter="applications/intern_returned")
    assert letter.status == Letter.Status.DRAFT
    assert "ЄДРПОУ" in letter.text


def test_second_coordinator_is_told_who_was_first(
    signed_in, coordinator_client, second_coordinator, edition
):
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    at = page("reject_application", application.pk)
    coordinator_client.post(at, {"reason": REASON})

    other = signed_in(second_coordinator)
    answer = other.post(at, {"reason": REASON}, follow=True)

    assert Letter.objects.filter(letter="applications/intern_rejected").count() == 1
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_distribution_button_assigns_and_says_what_lacks(coordinator_client, edition):
    UserFactory(role=roles.EVALUATOR)
    InternApplicationFactory(edition=edition, under_evaluation=True)

    answer = coordinator_client.post(page("distribute_evaluators"), {}, follow=True)

    assert Evaluation.objects.count() == 1
    assert [m.level_tag for m in answer.context["messages"]] == ["success", "warning"]


def test_selection_page_selects_with_a_reason(coordinator_client, edition):
    first = InternApplicationFactory(edition=edition, interviewed=True, merit_points=Decimal(90))
    second = InternApplicationFactory(edition=edition, interviewed=True, merit_points=Decimal(50))

    refused = coordinator_client.post(page("ranking"), {"places": 1, "reserve": 1})
    coordinator_client.post(
        page("ranking"), {"places": 1, "reserve": 1, "reason": REASON, "sure": "on"}
    )

    assert set(refused.context["form"].errors) == {"reason", "sure"}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.SELECTED, Status.RESERVE)


def test_the_way_to_ready_by_buttons(coordinator_client, edition):
    application = InternApplicationFactory(
        edition=edition,
        head_confirmed=True,
        status=Status.EVALUATED,
        merit_points=Decimal(70),
    )
    coordinator_client.post(page("record_interview", application.pk), {"points": "33,5"})
    coordinator_client.post(page("record_interview", application.pk), {"points": "33.5"})
    coordinator_client.post(
        page("ranking"), {"places": 1, "reserve": 0, "reason": REASON, "sure": "on"}
    )
    coordinator_client.post(page("mark_preparing", application.pk))
    coordinator_client.post(
        page("travel_checklist", application.pk),
        {
            "passport_ok": "on",
            "trip_order_number": "12-р",
            "trip_order_on_day": "1",
            "trip_order_on_month": "8",
            "trip_order_on_year": "2026",
            "trip_from_on_day": "5",
            "trip_from_on_month": "9",
            "trip_from_on_year": "2026",
            "trip_to_on_day": "4",
            "trip_to_on_month": "10",
            "trip_to_on_year": "2026",
            "may_leave": "yes",
        },
    )
    coordinator_client.post(page("mark_ready", application.pk))

    application.refresh_from_db()
    assert application.interview_points == Decimal("33.50")
    assert application.status == Status.READY
    assert application.person.email == application.email


def test_who_may_press_what(signed_in, auditor, administrator, stranger, edition):
    """Rows P03-P05, P21: the auditor reads, the administrator does not see evaluations."""
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    evaluator = UserFactory(role=roles.EVALUATOR)
    posts = ["formal_check", "return_application", "reject_application", "ask_head"]

    for person in (auditor, administrator):
        browser = signed_in(person)
        assert browser.get(record(application)).status_code == 200
        for name in posts:
            assert browser.post(page(name, application.pk)).status_code == 403
        assert browser.post(page("ranking"), {"reason": REASON}).status_code in (403, 404)
    assert signed_in(auditor).get(page("ranking")).status_code == 200
    assert signed_in(administrator).get(page("ranking")).status_code == 403
    for person in (evaluator, stranger):
        assert signed_in(person).get(record(application)).status_code in (302, 403, 404)
    application.refresh_from_db()
    assert application.status == Status.HEAD_CONFIRMED


def test_opening_pages_of_the_panel_writes_nothing(coordinator_client, edition, no_writes):
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    file = application.files.get()
    coordinator_client.get(record(application))

    with no_writes():
        for at in (
            record(application),
            page("formal_check", application.pk),
            page("return_application", application.pk),
            page("reject_application", application.pk),
            page("withdraw_application", application.pk),
            page("assign_evaluators", application.pk),
            page("record_interview", application.pk),
            page("travel_checklist", application.pk),
            page("cannot_travel", application.pk),
            page("intern_worklists"),
            page("ranking"),
        ):
            assert coordinator_client.get(at).status_code == 200, at
    assert InternApplication.objects.get().files.get() == file


def test_auditor_reads_the_name_and_no_address(
    signed_in, auditor, administrator, coordinator, edition
):
    """Row P08: of a person an auditor sees the name only."""
    application = InternApplicationFactory(edition=edition, submitted=True)
    secrets = {application.email, application.head_email, application.answers["telefon"]}

    def read_by(person) -> set[str]:
        html = signed_in(person).get(record(application)).content.decode()
        assert application.last_name in html
        return {secret for secret in secrets if secret in html}

    assert read_by(auditor) == set()
    assert read_by(administrator) == secrets
    assert read_by(coordinator) == secrets
