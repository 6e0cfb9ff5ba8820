"""Pages of evaluators of small projects."""

import pytest
from django.urls import reverse

from grants.enums import EvaluationStatus
from grants.models import ProjectEvaluation
from tests.factories.grants import ProjectEvaluationFactory
from tests.grants.conftest import FEBRUARY

pytestmark = pytest.mark.django_db
LIST = "/ocena/projekty/"
COMMENT = "Uzasadnienie oceny tego kryterium w jednym pełnym zdaniu, jak prosi karta."


@pytest.fixture
def evaluator(evaluators):
    return evaluators[0]


@pytest.fixture
def sheet(evaluator):
    return ProjectEvaluationFactory(evaluator=evaluator, project__title="Чисті подвір’я")


@pytest.fixture
def opened(sheet):
    """A sheet whose evaluator has declared impartiality."""
    ProjectEvaluation.objects.update(status=EvaluationStatus.IMPARTIAL, impartial_at=FEBRUARY)
    sheet.refresh_from_db()
    return sheet


def page_of(sheet, name: str = "evaluation") -> str:
    return reverse(f"grants:{name}", args=[sheet.pk])


def filled(sheet, **changes: object) -> dict[str, object]:
    typed: dict[str, object] = {}
    for row in sheet.project.call.edition.grant_criteria.all():
        typed |= {f"points_{row.code}": row.max_points, f"comment_{row.code}": COMMENT}
    return typed | changes


def test_nothing_of_the_project_is_shown_before_the_declaration(signed_in, evaluator, sheet):
    """G8"""
    client = signed_in(evaluator)

    page = client.get(page_of(sheet))
    posted = client.post(page_of(sheet), filled(sheet))

    assert [each.templates[0].name for each in (page, posted)] == ["grants/impartial.html"] * 2
    assert "Чисті подвір’я" not in page.content.decode()
    sheet.refresh_from_db()
    assert sheet.points is None


def test_declaration_opens_the_project(signed_in, evaluator, sheet):
    client = signed_in(evaluator)

    client.post(page_of(sheet, "impartial"))
    page = client.get(page_of(sheet))

    assert page.templates[0].name == "grants/evaluation.html"
    assert "Чисті подвір’я" in page.content.decode()


@pytest.mark.parametrize("fixture", ["sheet", "opened"])
def test_interest_takes_the_project_away(signed_in, evaluator, fixture, request):
    """G8: nothing of it remains, not even in a count."""
    sheet = request.getfixturevalue(fixture)
    client = signed_in(evaluator)

    answer = client.post(page_of(sheet, "recuse"))
    page = client.get(LIST)

    assert (answer.status_code, answer.url) == (302, LIST)
    assert (page.context["waiting"], page.context["done"]) == ([], [])
    assert sheet.project.number not in page.content.decode()
    assert client.get(page_of(sheet)).status_code == 404


def test_evaluator_sees_only_own_sheets(signed_in, evaluator, sheet):
    """P21: a foreign one answers like a missing one."""
    foreign = ProjectEvaluationFactory(project__title="Чужий проєкт")
    client = signed_in(evaluator)

    statuses = [
        client.get(page_of(foreign)).status_code,
        client.post(page_of(foreign), {}).status_code,
        client.post(page_of(foreign, "impartial")).status_code,
        client.post(page_of(foreign, "recuse")).status_code,
        client.get("/ocena/projekty/999999/").status_code,
    ]

    assert statuses == [404] * 5
    assert client.get(LIST).context["waiting"] == [sheet]
    foreign.refresh_from_db()
    assert foreign.status == EvaluationStatus.ASSIGNED


def test_stranger_has_an_empty_list_and_anonymous_signs_in(client, signed_in, stranger, sheet):
    assert signed_in(stranger).get(LIST).context["waiting"] == []
    assert client.get(LIST).status_code == 302
    assert client.get(page_of(sheet)).status_code == 302


def test_draft_is_kept_with_its_gaps(signed_in, evaluator, opened):
    """G4"""
    client = signed_in(evaluator)

    client.post(page_of(opened), {"draft": "1", "points_need": "12", "comment_logic": "Krótko"})
    form = client.get(page_of(opened)).context["form"]

    opened.refresh_from_db()
    assert (opened.status, opened.scores) == (EvaluationStatus.IMPARTIAL, {"need": 12})
    assert (form["points_need"].value(), form["comment_logic"].value()) == (12, "Krótko")


def test_final_sheet_needs_everything_and_keeps_what_was_typed(signed_in, evaluator, opened):
    client = signed_in(evaluator)

    page = client.post(
        page_of(opened), filled(opened, points_need="21", comment_logic="Krótko", points_budget="")
    )

    assert set(page.context["form"].errors) == {"points_need", "comment_logic", "points_budget"}
    assert "Krótko" in page.content.decode()
    assert 'href="#id_points_need"' in page.content.decode()
    opened.refresh_from_db()
    assert opened.status == EvaluationStatus.IMPARTIAL


def test_final_sheet_is_summed_and_can_only_be_read(signed_in, evaluator, opened):
    client = signed_in(evaluator)

    client.post(page_of(opened), filled(opened))
    page = client.get(page_of(opened))
    client.post(page_of(opened), filled(opened, points_need="1"))

    opened.refresh_from_db()
    assert (opened.status, opened.points) == (EvaluationStatus.SUBMITTED, 100)
    assert page.templates[0].name == "grants/final.html"
    assert COMMENT in page.content.decode()


def test_reading_writes_nothing(signed_in, evaluator, sheet, no_writes):
    client = signed_in(evaluator)
    client.get(LIST)

    with no_writes():
        statuses = [client.get(LIST).status_code, client.get(page_of(sheet)).status_code]

    assert statuses == [200, 200]


def test_declaration_is_a_deed_of_post_only(signed_in, evaluator, sheet):
    client = signed_in(evaluator)

    statuses = [client.get(page_of(sheet, name)).status_code for name in ("impartial", "recuse")]

    assert statuses == [405, 405]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_query_count(signed_in, evaluator, item_count, django_assert_num_queries):
    ProjectEvaluationFactory.create_batch(item_count, evaluator=evaluator)
    client = signed_in(evaluator)
    client.get(LIST)

    with django_assert_num_queries(3):
        page = client.get(LIST)

    assert len(page.context["waiting"]) == item_count
