"""The pages of the report of a grant, behind its personal link."""

from datetime import date

import pytest

from grants.enums import ProjectStatus
from tests.factories.grants import BudgetLineFactory, SmallProjectFactory, words
from tests.grants.conftest import OCTOBER, again
from tests.grants.doors import address, date_typed, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(draft, walk, january):
    january.move_to(OCTOBER)
    return walk.asked(draft)


def document_typed(report, **changes: object) -> dict[str, object]:
    day = date(2027, 6, 1)
    return {
        "line": report.project.lines.get(position=1).pk,
        "number": "ФВ/7",
        "seller": "ТОВ Постачальник",
        "seller_tax_id": "",
        "description": "Навчання",
        "currency": "UAH",
        "amount": "1000,00",
        "rate": "0,087654",
        "rate_table": "105/A/NBP/2027",
        "source": "grant",
        **date_typed("issued_on", day),
        **date_typed("rate_on", day),
        **date_typed("paid_on", day),
        **changes,
    }


def test_report_asks_for_the_code_first(client, report):
    answer = client.get(address("report", token_for(report, "report")))

    assert answer.url.endswith("/kod/")


def test_documents_are_tied_to_lines_and_summed(let_in, report):
    """G13"""
    token = token_for(report, "report")
    let_in.post(address("document", token), document_typed(report))

    page = let_in.get(address("report", token))

    assert [row["pln"] for row in page.context["documents"]] == ["87,65\xa0зл."]
    assert [row["spent"] for row in page.context["lines"]] == ["87,65\xa0зл.", "0,00\xa0зл."]


def test_overspent_line_is_marked(let_in, report):
    """G13"""
    token = token_for(report, "report")
    typed = document_typed(report, currency="PLN", rate="1", amount="9500.01")

    let_in.post(address("document", token), typed)
    page = let_in.get(address("report", token))

    assert [row["is_over"] for row in page.context["lines"]] == [True, False]
    assert "понад статтю" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"currency": "PLN"}, "rate", "Курс злотого – 1."),
        ({"amount": "0,01", "rate": "0,01"}, "amount", "Будь ласка, перевірте суму й курс."),
        (
            {"amount": "999999999999", "rate": "999999"},
            "amount",
            "Будь ласка, перевірте суму й курс.",
        ),
        ({"paid_on_year": 2028}, "paid_on", "Цей день ще не настав. Будь ласка, перевірте дату."),
    ],
)
def test_odd_document_is_refused_beside_its_field(let_in, report, changes, field, text):
    page = let_in.post(
        address("document", token_for(report, "report")), document_typed(report, **changes)
    )

    assert page.context["form"].errors == {field: [text]}
    assert "ТОВ Постачальник" in page.content.decode()


def test_double_document_is_refused_beside_its_number(let_in, report):
    here = address("document", token_for(report, "report"))
    let_in.post(here, document_typed(report))

    page = let_in.post(here, document_typed(report))

    assert page.context["form"].errors == {"number": ["Цей документ уже враховано в цій статті."]}
    assert report.documents.count() == 1


def test_line_of_another_project_is_no_choice(let_in, report):
    foreign = BudgetLineFactory(project=SmallProjectFactory(call=report.project.call))

    page = let_in.post(
        address("document", token_for(report, "report")), document_typed(report, line=foreign.pk)
    )

    assert set(page.context["form"].errors) == {"line"}


def test_document_of_another_report_is_not_found(let_in, report):
    let_in.post(address("document", token_for(report, "report")), document_typed(report))
    interim = report.project.reports.create(kind="interim", due_on=date(2027, 6, 1))
    document = report.documents.get()

    answer = let_in.post(address("remove_document", token_for(interim, "report"), document.pk))

    assert answer.status_code == 404
    assert report.documents.count() == 1


def test_document_is_removed_before_sending(let_in, report):
    token = token_for(report, "report")
    let_in.post(address("document", token), document_typed(report))

    let_in.post(address("remove_document", token, report.documents.get().pk))

    assert report.documents.count() == 0


def test_report_is_sent_and_then_only_read(let_in, report):
    token = token_for(report, "report")
    short = let_in.post(address("report", token), {"narrative": "Мало"})

    sent = let_in.post(address("report", token), {"narrative": words()["need"]})
    again_sent = let_in.get(address("document", token))

    assert set(short.context["form"].errors) == {"narrative"}
    assert (sent.status_code, again_sent.url) == (302, address("report", token))
    assert not let_in.get(address("report", token)).context["is_open"]
    assert again(report.project).status == ProjectStatus.REPORTED


def test_opening_the_report_writes_nothing(let_in, report, no_writes):
    """SEC-M2"""
    token = token_for(report, "report")

    with no_writes():
        statuses = [let_in.get(address(name, token)).status_code for name in ("report", "document")]

    assert statuses == [200, 200]


@pytest.mark.parametrize("item_count", [1, 3])
def test_report_query_count(let_in, report, django_assert_num_queries, item_count):
    token = token_for(report, "report")
    for number in range(item_count):
        let_in.post(address("document", token), document_typed(report, number=f"ФВ/{number}"))
    let_in.get(address("report", token))

    with django_assert_num_queries(7):
        page = let_in.get(address("report", token))

    assert len(page.context["documents"]) == item_count
