"""Two evaluators, a third when they differ, the interview, the ranking."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from applications.enums import ApplicationStatus as Status
from applications.models import Evaluation, EvaluationScore
from applications.selectors import interns as selectors
from applications.services import interns as services
from core import roles
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.factories.applications import EvaluationFactory, InternApplicationFactory
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 5, 9, tzinfo=UTC)
COMMENT = "Мотивація чітка, проєкт здійсненний, підтримка керівництва є."


def scores(application, share: str) -> dict[str, Decimal]:
    """The same share of the most that each criterion can give."""
    return {
        each.code: (Decimal(each.max_points) * Decimal(share)).quantize(Decimal("0.01"))
        for each in application.edition.merit_criteria.all()
    }


def submit(evaluation, share: str) -> Evaluation:
    return services.submit_evaluation(
        evaluation,
        scores=scores(evaluation.application, share),
        comment=COMMENT,
        actor=evaluation.evaluator,
        now=NOW,
    )


@pytest.fixture
def application():
    return InternApplicationFactory(under_evaluation=True)


def test_assigning_writes_a_letter_without_any_name(application, coordinator):
    people = [UserFactory(role=roles.EVALUATOR), UserFactory(role=roles.EVALUATOR)]

    services.assign_evaluators(application, evaluators=people, actor=coordinator, now=NOW)
    services.assign_evaluators(application, evaluators=people, actor=coordinator, now=NOW)

    sent = Letter.objects.filter(letter="applications/evaluator_assigned")
    assert sent.count() == 2
    assert all("Коваленко" not in letter.stored_text for letter in sent)
    assert Evaluation.objects.count() == 2


def test_only_evaluators_can_be_assigned_and_never_the_candidate(application, coordinator):
    himself = UserFactory(role=roles.EVALUATOR, email=application.email)

    for person in (UserFactory(), himself):
        with pytest.raises(services.NotAnEvaluator):
            services.assign_evaluators(application, evaluators=[person], actor=None, now=NOW)


def test_distribution_gives_everybody_the_same_work(coordinator):
    edition = EditionFactory()
    people = [UserFactory(role=roles.EVALUATOR) for _ in range(4)]
    for _ in range(6):
        InternApplicationFactory(edition=edition, under_evaluation=True)

    made = services.distribute_evaluators(
        edition, actor=coordinator, now=NOW, due_on=date(2026, 6, 20)
    )

    assert len(made) == 12
    assert [Evaluation.objects.filter(evaluator=each).count() for each in people] == [3, 3, 3, 3]
    assert selectors.awaiting_evaluators(edition) == []
    assert services.distribute_evaluators(edition, actor=coordinator, now=NOW) == []


def test_two_final_sheets_make_the_mean(application):
    first, second = EvaluationFactory.create_batch(2, application=application, impartial=True)

    submit(first, "0.8")
    application.refresh_from_db()
    assert application.status == Status.FORMALLY_CORRECT
    submit(second, "0.6")

    application.refresh_from_db()
    assert (application.status, application.merit_points) == (Status.EVALUATED, Decimal("70.00"))


def test_a_third_evaluator_is_wanted_when_two_differ_too_much(application, coordinator):
    first, second = EvaluationFactory.create_batch(2, application=application, impartial=True)
    submit(first, "0.9")
    submit(second, "0.5")

    assert [
        each.evaluators_lacking for each in selectors.awaiting_evaluators(application.edition)
    ] == [1]
    third = UserFactory(role=roles.EVALUATOR)
    services.distribute_evaluators(application.edition, actor=coordinator, now=NOW)
    evaluation = Evaluation.objects.get(evaluator=third)
    services.declare_impartial(evaluation, actor=third, now=NOW)
    submit(evaluation, "0.7")

    application.refresh_from_db()
    assert (application.status, application.merit_points) == (Status.EVALUATED, Decimal("70.00"))


def test_a_draft_may_have_gaps_and_a_final_sheet_may_not(application):
    evaluation = EvaluationFactory(application=application, impartial=True)
    code = application.edition.merit_criteria.order_by("position").first().code

    services.save_evaluation(
        evaluation,
        scores={code: Decimal(5)},
        comment="Чернетка",
        actor=evaluation.evaluator,
        now=NOW,
    )

    with pytest.raises(services.SheetIsWrong):
        services.submit_evaluation(
            evaluation,
            scores={code: Decimal(5)},
            comment=COMMENT,
            actor=evaluation.evaluator,
            now=NOW,
        )
    with pytest.raises(services.SheetIsWrong):
        services.submit_evaluation(
            evaluation,
            scores=scores(application, "0.5"),
            comment="x" * 49,
            actor=evaluation.evaluator,
            now=NOW,
        )
    assert EvaluationScore.objects.count() == 1


def test_points_above_the_criterion_are_refused(application):
    evaluation = EvaluationFactory(application=application, impartial=True)

    with pytest.raises(services.SheetIsWrong):
        services.submit_evaluation(
            evaluation,
            scores=scores(application, "1.05"),
            comment=COMMENT,
            actor=evaluation.evaluator,
            now=NOW,
        )


def test_a_sheet_is_filled_in_by_its_evaluator_after_the_declaration_only(application):
    evaluation = EvaluationFactory(application=application)
    other = UserFactory(role=roles.EVALUATOR)

    with pytest.raises(services.NotAnEvaluator):
        services.declare_impartial(evaluation, actor=other, now=NOW)
    with pytest.raises(TransitionNotAllowed):
        submit(evaluation, "0.5")


def test_a_final_sheet_cannot_be_changed(application):
    evaluation = submit(EvaluationFactory(application=application, impartial=True), "0.5")

    with pytest.raises(TransitionNotAllowed):
        submit(evaluation, "0.9")
    assert Evaluation.objects.get().points == Decimal("50.00")


def test_sheets_of_others_are_hidden_until_ones_own_is_final(application):
    """P22: another's sheet exists and could leak; it is read after one's own is final."""
    mine, other = EvaluationFactory.create_batch(2, application=application, impartial=True)
    submit(other, "0.9")
    assert list(selectors.other_final_sheets(mine)) == []

    mine = submit(mine, "0.8")

    assert list(selectors.other_final_sheets(mine)) == [other]


def test_a_recused_evaluator_leaves_a_gap_and_no_points(application, coordinator):
    first, second = EvaluationFactory.create_batch(2, application=application, impartial=True)
    submit(first, "0.9")

    services.recuse(second, reason="Родина.", actor=second.evaluator, now=NOW)

    assert [
        each.evaluators_lacking for each in selectors.awaiting_evaluators(application.edition)
    ] == [1]
    assert list(Evaluation.objects.visible_to(second.evaluator)) == []


def test_late_evaluations_are_those_past_their_day(application):
    late = EvaluationFactory(application=application, due_on=date(2026, 6, 4))
    EvaluationFactory(application=application, due_on=date(2026, 6, 5))

    found = selectors.late_evaluations(application.edition, today=date(2026, 6, 5))

    assert list(found) == [late]


def test_interview_adds_up_the_total(coordinator):
    application = InternApplicationFactory(
        head_confirmed=True, status=Status.EVALUATED, merit_points=Decimal("70.00")
    )

    services.record_interview(
        application, points=Decimal(30), bonus=Decimal(5), actor=coordinator, now=NOW
    )

    application.refresh_from_db()
    assert application.status == Status.INTERVIEWED
    assert application.total_points == Decimal("77.00")
    row = selectors.ranking(application.edition)[0]
    assert (row.application, row.ranked.total) == (application, Decimal("77.00"))


def test_interview_points_stay_within_the_edition(coordinator):
    application = InternApplicationFactory(
        head_confirmed=True, status=Status.EVALUATED, merit_points=Decimal("70.00")
    )

    for points, bonus in ((41, 0), (-1, 0), (20, 11)):
        with pytest.raises(services.PointsOutOfRange):
            services.record_interview(
                application,
                points=Decimal(points),
                bonus=Decimal(bonus),
                actor=coordinator,
                now=NOW,
            )


@pytest.mark.parametrize("item_count", [1, 3])
def test_ranking_and_worklists_cost_the_same_for_any_number_of_rows(
    item_count, django_assert_num_queries
):
    edition = EditionFactory()
    for _ in range(item_count):
        InternApplicationFactory(edition=edition, interviewed=True)
        application = InternApplicationFactory(edition=edition, under_evaluation=True)
        EvaluationFactory(application=application, due_on=date(2026, 6, 1))

    with django_assert_num_queries(1):
        rows = selectors.ranking(edition)
        assert [row.application.hromada.name for row in rows] != []
    with django_assert_num_queries(3):
        waiting = selectors.awaiting_evaluators(edition)
        assert [each.hromada.name for each in waiting] != []
    with django_assert_num_queries(1):
        late = selectors.late_evaluations(edition, today=date(2026, 6, 5))
        assert len([str(each.evaluator) for each in late]) == item_count
    assert len(rows) == len(waiting) == item_count
