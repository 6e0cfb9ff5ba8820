"""Two people at once: the first wins, the second is told, and nothing happens twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from applications.enums import ApplicationStatus as Status
from applications.models import FormalCheck, InternApplication
from applications.services import interns as services
from core import roles
from core.models import AuditEvent
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.factories.applications import EvaluationFactory, InternApplicationFactory
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 5, 9, tzinfo=UTC)
REASON = "Причина рішення для кандидата."


def at_once(*deeds) -> list[object]:
    """Run the deeds in threads that start together; what each gave or raised."""
    gate = Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait()
            return deed()
        except TransitionNotAllowed as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_coordinators_deciding_at_once_one_wins():
    application = InternApplicationFactory(head_confirmed=True)
    people = [UserFactory(role=roles.COORDINATOR) for _ in range(4)]

    def reject(person):
        own = InternApplication.objects.get(pk=application.pk)
        return lambda: services.reject_formally(own, reason=REASON, actor=person, now=NOW)

    def accept(person):
        own = InternApplication.objects.get(pk=application.pk)
        return lambda: services.check_formally(own, actor=person, now=NOW)

    outcomes = at_once(reject(people[0]), accept(people[1]), reject(people[2]), accept(people[3]))

    refused = [each for each in outcomes if isinstance(each, TransitionNotAllowed)]
    assert len(refused) == 3
    assert FormalCheck.objects.count() == 1
    application.refresh_from_db()
    moved = AuditEvent.objects.filter(
        action__in=[
            "applications.internapplication.rejected",
            "applications.internapplication.formally_correct",
        ]
    )
    assert moved.count() == 1
    assert moved.get().action.endswith(application.status)
    assert Letter.objects.filter(letter="applications/intern_rejected").count() == (
        1 if application.status == Status.REJECTED else 0
    )


def test_without_the_condition_both_would_have_decided():
    """Negative control: a plain save lets the second overwrite the first."""
    application = InternApplicationFactory(head_confirmed=True)
    first = InternApplication.objects.get(pk=application.pk)
    second = InternApplication.objects.get(pk=application.pk)

    for own, status in ((first, Status.REJECTED), (second, Status.FORMALLY_CORRECT)):
        own.status = status
        own.save()

    application.refresh_from_db()
    assert application.status == Status.FORMALLY_CORRECT


def test_two_candidates_of_one_hromada_sending_at_once_give_one_application():
    first = InternApplicationFactory()
    second = InternApplicationFactory(hromada=first.hromada)
    sent_at = datetime(2026, 4, 20, 9, tzinfo=UTC)

    def send(application):
        def deed():
            try:
                return services.submit_application(application, now=sent_at)
            except services.HromadaHasItsCandidates as error:
                return error

        return deed

    outcomes = at_once(send(first), send(second))

    assert sum(isinstance(each, InternApplication) for each in outcomes) == 1
    assert InternApplication.objects.filter(status=Status.SUBMITTED).count() == 1


def test_numbers_are_never_given_twice():
    applications = InternApplicationFactory.create_batch(6)
    sent_at = datetime(2026, 4, 20, 9, tzinfo=UTC)

    at_once(
        *[lambda own=own: services.submit_application(own, now=sent_at) for own in applications]
    )

    numbers = InternApplication.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"WIN4UA-2026-UA-{number:04d}" for number in range(1, 7)]


def test_two_last_sheets_at_once_make_one_evaluated_application():
    application = InternApplicationFactory(under_evaluation=True)
    sheets = EvaluationFactory.create_batch(2, application=application, impartial=True)
    scores = {each.code: each.max_points for each in application.edition.merit_criteria.all()}

    def submit(sheet):
        return lambda: services.submit_evaluation(
            sheet, scores=scores, comment="Дуже добре. " * 6, actor=sheet.evaluator, now=NOW
        )

    at_once(*[submit(sheet) for sheet in sheets])

    application.refresh_from_db()
    assert (application.status, application.merit_points) == (Status.EVALUATED, 100)


def test_of_two_answers_of_the_head_the_first_counts():
    application = InternApplicationFactory(submitted=True)

    def own():
        return InternApplication.objects.get(pk=application.pk)

    def confirm(one):
        return lambda: services.confirm_by_head(one, now=NOW)

    def refuse(one):
        return lambda: services.refuse_by_head(one, reason="Потрібна тут.", now=NOW)

    outcomes = at_once(confirm(own()), refuse(own()), confirm(own()), refuse(own()))

    application.refresh_from_db()
    assert sum(isinstance(each, TransitionNotAllowed) for each in outcomes) == 3
    assert (application.status, application.head_answer) in (
        (Status.HEAD_CONFIRMED, "confirmed"),
        (Status.SUBMITTED, "refused"),
    )


def test_readiness_waits_for_a_change_of_the_travel_list(coordinator):
    application = InternApplicationFactory(interviewed=True, status=Status.PREPARING)
    complete = {
        "passport_ok": True,
        "trip_order_number": "12",
        "trip_order_on": NOW.date(),
        "trip_from_on": NOW.date(),
        "trip_to_on": NOW.date(),
        "may_leave": "yes",
    }
    services.save_checklist(application, changes=complete, now=NOW)
    is_changed, seen = Event(), []

    def change():
        with transaction.atomic():
            services.save_checklist(application, changes={"passport_ok": False}, now=NOW)
            is_changed.set()
            Event().wait(0.3)  # not committed yet

    def declare_ready():
        is_changed.wait(5)
        try:
            services.mark_ready(
                InternApplication.objects.get(pk=application.pk), actor=coordinator, now=NOW
            )
        except services.ChecklistIsIncomplete as error:
            seen.append(error)

    at_once(change, declare_ready)

    application.refresh_from_db()
    assert (application.status, len(seen)) == (Status.PREPARING, 1)


def test_the_last_place_of_the_reserve_moves_up_once():
    application = InternApplicationFactory(interviewed=True, status=Status.SELECTED)
    other = InternApplicationFactory(
        edition=application.edition, interviewed=True, status=Status.PREPARING
    )
    waiting = InternApplicationFactory(
        edition=application.edition,
        interviewed=True,
        status=Status.RESERVE,
        place_on_list=1,
    )
    person = UserFactory(role=roles.COORDINATOR)

    at_once(
        *[
            lambda own=own: services.mark_cannot_travel(own, reason=REASON, actor=person, now=NOW)
            for own in (application, other)
        ]
    )

    waiting.refresh_from_db()
    assert waiting.status == Status.SELECTED
    assert Letter.objects.filter(letter="applications/intern_moved_up").count() == 1
