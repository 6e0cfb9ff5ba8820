"""The pages of evaluators: only what is assigned, no name, others' sheets after one's own."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.enums import EvaluationStatus
from applications.models import Evaluation
from applications.services import interns as services
from tests.factories.applications import EvaluationFactory, InternApplicationFactory

pytestmark = pytest.mark.django_db
COMMENT = "Мотивація чітка, проєкт здійсненний, підтримка керівництва є."


def sheet(pk: int) -> str:
    return reverse("applications:evaluation", args=[pk])


def without_address(response, pk: int) -> bytes:
    """The page without what differs on every page: its own address and the nonce."""
    html = response.content.replace(sheet(pk).encode(), b"")
    return re.sub(rb'nonce="[^"]*"', b"", html)


def full(evaluation) -> dict[str, object]:
    """A whole sheet as a browser posts it."""
    criteria = evaluation.application.edition.merit_criteria.all()
    points = {f"points_{each.code}": str(each.max_points // 2) for each in criteria}
    return {**points, "comment": COMMENT, "action": "final"}


def test_foreign_evaluation_answers_with_the_bytes_of_a_missing_one(signed_in):
    """A stranger cannot tell what exists: same status, same bytes."""
    mine, foreign = EvaluationFactory(), EvaluationFactory()
    browser = signed_in(mine.evaluator)

    there = browser.get(sheet(foreign.pk))
    missing = browser.get(sheet(foreign.pk + 1000))

    assert (there.status_code, missing.status_code) == (404, 404)
    assert without_address(there, foreign.pk) == without_address(missing, foreign.pk + 1000)
    assert browser.post(sheet(foreign.pk), {"no_conflict": "on"}).status_code == 404


def test_only_evaluators_have_this_page(signed_in, stranger, client):
    assert signed_in(stranger).get(reverse("applications:evaluations")).status_code == 404
    assert client.get(reverse("applications:evaluations")).status_code == 302


def test_list_shows_own_applications_only(signed_in):
    mine = EvaluationFactory()
    EvaluationFactory()

    page = signed_in(mine.evaluator).get(reverse("applications:evaluations"))

    assert [row["pk"] for row in page.context["waiting"]] == [mine.pk]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_costs_the_same_for_any_number(signed_in, item_count, django_assert_max_num_queries):
    first = EvaluationFactory(due_on=date(2026, 1, 1))
    for _ in range(item_count - 1):
        EvaluationFactory(evaluator=first.evaluator)
    browser = signed_in(first.evaluator)

    with django_assert_max_num_queries(6):
        page = browser.get(reverse("applications:evaluations"))

    assert len(page.context["waiting"]) == item_count


def test_nothing_is_read_before_the_declaration(signed_in):
    evaluation = EvaluationFactory()
    browser = signed_in(evaluation.evaluator)

    before = browser.get(sheet(evaluation.pk)).content.decode()
    refused = browser.post(sheet(evaluation.pk), {})
    browser.post(sheet(evaluation.pk), {"no_conflict": "on"})
    after = browser.get(sheet(evaluation.pk)).content.decode()

    assert "Чисте подвір’я" not in before
    assert "no_conflict" in refused.context["form"].errors
    assert "Чисте подвір’я" in after


def test_evaluator_never_sees_who_the_candidate_is(signed_in):
    """P08: no name, address, telephone or paper."""
    evaluation = EvaluationFactory(impartial=True)
    application = evaluation.application

    html = signed_in(evaluation.evaluator).get(sheet(evaluation.pk)).content.decode()

    for canary in (
        application.last_name,
        application.latin_last_name,
        application.email,
        "+380501234567",
        "holova@hromada.example",
        "lyst.pdf",
        "Приклад",
    ):
        assert canary not in html


def test_draft_is_kept_and_final_needs_everything(signed_in):
    evaluation = EvaluationFactory(impartial=True)
    browser = signed_in(evaluation.evaluator)
    data = full(evaluation)
    first = next(iter(data))

    browser.post(sheet(evaluation.pk), {first: "7,5", "action": "draft"})
    kept = browser.get(sheet(evaluation.pk))
    refused = browser.post(sheet(evaluation.pk), {**data, first: "", "comment": "Коротко"})

    assert kept.context["form"].initial.get(first) is None or first in kept.context["form"].initial
    assert set(refused.context["form"].errors) == {first, "comment"}
    evaluation.refresh_from_db()
    assert evaluation.status == EvaluationStatus.IMPARTIAL


def test_points_out_of_range_are_refused_beside_their_field(signed_in):
    evaluation = EvaluationFactory(impartial=True)
    browser = signed_in(evaluation.evaluator)
    data = full(evaluation)
    names = list(data)[:3]

    page = browser.post(
        sheet(evaluation.pk), {**data, names[0]: "999", names[1]: "-1", names[2]: "багато"}
    )

    assert set(page.context["form"].errors) == set(names)


def test_others_sheets_show_after_ones_own_is_final(signed_in):
    """P22."""
    application = InternApplicationFactory(under_evaluation=True)
    mine, other = EvaluationFactory.create_batch(2, application=application, impartial=True)
    scores = {each.code: 1 for each in application.edition.merit_criteria.all()}
    services.submit_evaluation(
        other,
        scores=scores,
        comment="Інший оцінювач вважає проєкт слабким, бо немає бюджету й партнера.",
        actor=other.evaluator,
        now=timezone.now(),
    )
    browser = signed_in(mine.evaluator)

    before = browser.get(sheet(mine.pk)).content.decode()
    browser.post(sheet(mine.pk), full(mine))
    after = browser.get(sheet(mine.pk)).content.decode()

    assert "вважає проєкт слабким" not in before
    assert "вважає проєкт слабким" in after
    assert other.evaluator.last_name not in after
    assert Evaluation.objects.get(pk=mine.pk).is_final is True


def test_recusal_takes_the_application_away(signed_in):
    evaluation = EvaluationFactory()
    browser = signed_in(evaluation.evaluator)
    at = reverse("applications:evaluation_recuse", args=[evaluation.pk])

    empty = browser.post(at, {})
    browser.post(at, {"recusal-reason": "Це моя колишня начальниця."})

    assert "reason" in empty.context["recusal"].errors
    assert browser.get(sheet(evaluation.pk)).status_code == 404


def test_opening_pages_of_evaluators_writes_nothing(signed_in, no_writes):
    assigned = EvaluationFactory()
    read = EvaluationFactory(evaluator=assigned.evaluator, impartial=True)
    browser = signed_in(assigned.evaluator)

    with no_writes():
        for at in (
            reverse("applications:evaluations"),
            sheet(assigned.pk),
            sheet(read.pk),
        ):
            assert browser.get(at).status_code == 200
