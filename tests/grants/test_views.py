"""Pages of the hromada and of its partner, behind personal links."""

from datetime import date
from decimal import Decimal

import pytest

from core import links
from grants import services
from grants.enums import ProjectStatus
from mailing.models import Letter
from tests.factories.grants import BudgetLineFactory, SmallProjectFactory, words
from tests.grants.conftest import FEBRUARY, JANUARY, again
from tests.grants.doors import address, date_typed, line_typed, token_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
D = Decimal


@pytest.mark.parametrize("name", ["apply", "budget", "check"])
def test_code_comes_before_anything_typed(client, draft, name):
    """SEC-M, M1: the link alone shows nothing of the application."""
    token = token_for(draft)

    answer = client.get(address(name, token))
    code_page = client.get(answer.url)

    assert (answer.status_code, answer.url) == (302, address("apply_code", token))
    assert code_page.status_code == 200
    assert draft.title not in code_page.content.decode()


def test_right_code_opens_the_application(client, draft):
    token = token_for(draft)
    link = links.resolve(purpose="project", token=token, now=JANUARY)
    code = links.issue_code(link, now=JANUARY)

    client.post(address("apply_code", token), {"code": code})
    page = client.get(address("apply", token))

    assert page.status_code == 200
    assert draft.hromada.name in page.content.decode()


@pytest.mark.parametrize(
    ("purpose", "name"), [("project", "partner"), ("project.partner", "apply"), ("report", "apply")]
)
def test_link_opens_only_what_it_is_for(let_in, draft, purpose, name):
    token = token_for(draft, purpose)

    assert let_in.get(address(name, token)).status_code == 410


def test_opening_pages_writes_nothing(let_in, draft, walk, no_writes):
    """SEC-M2"""
    token = token_for(draft)
    line = draft.lines.first()

    with no_writes():
        statuses = [
            let_in.get(address(name, token, *args)).status_code
            for name, args in (
                ("apply", ()),
                ("page", ("idea",)),
                ("page", ("plan",)),
                ("page", ("partner",)),
                ("budget", ()),
                ("change_line", (line.pk,)),
                ("check", ()),
                ("remove_line", (line.pk,)),
            )
        ]

    assert statuses == [200] * 7 + [405]


def test_first_page_shows_the_pair_and_what_it_brought(let_in, draft):
    """G17: contacts, topics and the idea of the internship are there already."""
    page = let_in.get(address("apply", token_for(draft)))

    contact = draft.placement.declaration.survey.contact
    facts = {row["label"]: row["value"] for row in page.context["facts"]}
    assert facts["Контактна особа партнера"] == f"{contact.full_name}, {contact.email}"
    assert facts["Ментор"] == draft.placement.mentor.full_name
    assert facts["Стажування"] == "7 вересня 2026 – 2 жовтня 2026"
    assert facts["Теми обох сторін"].count(",") == 1
    assert facts["Ідея із заявки на стажування"].startswith("Мета: менше відходів.")


def test_first_page_says_what_is_missing(let_in, call):
    project = SmallProjectFactory(call=call)
    BudgetLineFactory(project=project)

    page = let_in.get(address("apply", token_for(project)))

    assert [step["is_done"] for step in page.context["steps"]] == [False, False, False, True]
    assert not page.context["is_complete"]


def test_page_is_saved_and_comes_back(let_in, call):
    project = SmallProjectFactory(call=call)
    token = token_for(project)
    typed = words()

    saved = let_in.post(
        address("page", token, "plan"),
        {
            **{name: typed[name] for name in ("actions", "risks", "lasting")},
            **date_typed("starts_on", date(2027, 4, 1)),
            **date_typed("ends_on", date(2027, 6, 30)),
        },
    )

    assert (saved.status_code, saved.url) == (302, address("apply", token))
    project.refresh_from_db()
    assert (project.starts_on, project.ends_on) == (date(2027, 4, 1), date(2027, 6, 30))
    assert let_in.get(address("page", token, "plan")).context["form"].initial["risks"] == (
        project.risks
    )


def test_page_names_what_is_wrong_and_keeps_what_was_typed(let_in, call):
    project = SmallProjectFactory(call=call)

    page = let_in.post(
        address("page", token_for(project), "plan"),
        {
            "actions": "Замало",
            "risks": "",
            "lasting": words()["lasting"],
            **date_typed("starts_on", date(2027, 2, 28)),
            **date_typed("ends_on", date(2027, 10, 1)),
        },
    )

    html = page.content.decode()
    assert set(page.context["form"].errors) == {"actions", "risks", "starts_on", "ends_on"}
    assert page.context["form"].errors["starts_on"] == [
        "Проєкт має тривати в межах від 01.03.2027 до 30.09.2027."
    ]
    assert "Замало" in html
    assert 'href="#id_actions"' in html
    project.refresh_from_db()
    assert project.lasting == ""


def test_unknown_page_is_not_found(let_in, draft):
    assert let_in.get(address("page", token_for(draft), "money")).status_code == 404


def test_line_is_added_changed_and_removed(let_in, call):
    """G3: the sum is computed, never typed."""
    project = again(SmallProjectFactory(call=call))
    token = token_for(project)

    let_in.post(address("budget", token), line_typed(project))
    line = project.lines.get()
    assert (line.total, line.grant) == (D("99.99"), D("90.00"))
    changed = let_in.post(
        address("change_line", token, line.pk), line_typed(project, quantity="3,5", grant="100")
    )
    line.refresh_from_db()
    assert (changed.status_code, line.total) == (302, D("116.66"))
    let_in.post(address("remove_line", token, line.pk))

    assert project.lines.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        (
            {"grant": "100.00"},
            "grant",
            "Частина з гранту не може бути більшою за суму цієї статті (99,99\xa0зл.).",
        ),
        (
            {"quantity": "9999999.99", "unit_price": "9999999999.99"},
            "unit_price",
            "Сума статті завелика: будь ласка, перевірте ціну.",
        ),
    ],
)
def test_line_that_cannot_be_is_refused_beside_its_field(let_in, call, changes, field, text):
    """G1"""
    project = again(SmallProjectFactory(call=call))

    page = let_in.post(address("budget", token_for(project)), line_typed(project, **changes))

    assert page.context["form"].errors == {field: [text]}
    assert "Навчання мешканців" in page.content.decode()
    assert project.lines.count() == 0


def test_line_of_another_project_is_not_found(let_in, draft):
    foreign = BudgetLineFactory(project=SmallProjectFactory(call=draft.call))
    token = token_for(draft)

    statuses = [
        let_in.get(address("change_line", token, foreign.pk)).status_code,
        let_in.post(address("change_line", token, foreign.pk), {"grant": "1"}).status_code,
        let_in.post(address("remove_line", token, foreign.pk)).status_code,
        let_in.get(address("change_line", token, 999_999)).status_code,
    ]

    assert statuses == [404] * 4
    foreign.refresh_from_db()
    assert foreign.grant == D("9500.00")


def test_application_is_sent_from_the_last_page(let_in, draft):
    token = token_for(draft)

    sent = let_in.post(address("check", token))
    page = let_in.get(sent.url)

    draft.refresh_from_db()
    assert draft.status == ProjectStatus.SUBMITTED
    assert draft.number in page.content.decode()
    assert page.context["partner"] is None
    assert Letter.objects.filter(letter="grants/receipt").count() == 1


def test_incomplete_application_stays_and_says_why(let_in, draft):
    services.save_words(draft, answers={"need": ""}, now=JANUARY)

    page = let_in.post(address("check", token_for(draft)))

    assert page.context["errors"] == [{"text": "Бракує деяких відповідей.", "href": "#answers"}]
    assert again(draft).status == ProjectStatus.DRAFT


def test_broken_limits_are_named_with_their_line(let_in, draft):
    """G1"""
    category = draft.call.edition.budget_categories.get(code="administration")
    draft.lines.filter(position=2).update(category=category)

    page = let_in.post(address("check", token_for(draft)))

    assert page.context["errors"] == [
        {
            "text": "Стаття 2: витрати цієї категорії можуть становити щонайбільше 15,00 "
            "відсотка загальної вартості; вони становлять 50,00 відсотка.",
            "href": "#budget",
        }
    ]


def test_late_application_is_refused_in_words(let_in, draft, january):
    january.move_to(draft.call.closes_at.replace(hour=12, minute=16))

    page = let_in.post(address("check", token_for(draft)))

    assert [error["text"] for error in page.context["errors"]] == [
        "Заявку вже не можна надіслати: строк минув."
    ]


@pytest.mark.parametrize("name", ["budget", "check"])
def test_sent_application_can_only_be_read(let_in, draft, walk, name):
    walk.submitted(draft)
    token = token_for(draft)

    answers = [
        let_in.get(address(name, token)),
        let_in.post(address(name, token), {"description": "Інше"}),
        let_in.post(address("page", token, "idea"), {"title": "Інша назва"}),
    ]

    assert [answer.url for answer in answers] == [address("apply", token)] * 3
    assert again(draft).title == "Чисті подвір’я"


def test_line_cannot_be_removed_after_sending(let_in, draft, walk):
    walk.submitted(draft)

    answer = let_in.post(address("remove_line", token_for(draft), draft.lines.first().pk))

    assert answer.status_code == 302
    assert draft.lines.count() == 2


def test_hromada_reads_which_change_took_the_confirmation_back(
    let_in, draft, walk, coordinator, january
):
    """G9"""
    project = walk.confirmed(draft)
    services.return_for_correction(project, note="Уточніть.", actor=coordinator, now=JANUARY)
    services.save_words(project, answers={"title": "Інша назва", "need": "..."}, now=JANUARY)

    page = let_in.get(address("apply", token_for(draft)))

    assert page.context["partner"]["because"] == (
        "Назва проєкту; На яку потребу відповідає проєкт і як він узгоджується зі стратегією "
        "громади?"
    )
    assert "Уточніть." in page.content.decode()


def partner_page(project, language: str = "pl") -> str:
    return address("partner", token_for(project, "project.partner"), language=language)


def test_partner_reads_the_application_and_confirms(let_in, draft, walk):
    project = walk.submitted(draft)
    here = partner_page(project)

    page = let_in.get(here)
    assert draft.title in page.content.decode()
    answer = let_in.post(
        here, {"answer": "yes", "remark": "", "has_read": page.context["fingerprint"]}
    )

    assert (answer.status_code, answer.url) == (302, here)
    assert services.has_valid_confirmation(again(project))
    assert let_in.get(here).context["answer"].email == "rada@hromada.example"


def test_partner_who_refuses_has_to_say_why(let_in, draft, walk):
    """P9"""
    project = walk.submitted(draft)

    page = let_in.post(partner_page(project), {"answer": "no", "remark": ""})

    assert page.context["form"].errors == {"remark": ["Prosimy podać hromadzie powód."]}
    assert project.confirmations.count() == 0


def test_partner_who_read_an_older_text_reads_again(let_in, draft, walk):
    """G9"""
    project = walk.submitted(draft)
    here = partner_page(project)

    let_in.post(here, {"answer": "yes", "has_read": "0" * 64})
    page = let_in.get(here)

    assert project.confirmations.count() == 0
    assert [str(message) for message in page.context["messages"]] == [
        "Wniosek został w międzyczasie zmieniony. Prosimy go przeczytać i odpowiedzieć ponownie."
    ]


def test_partner_has_nothing_to_answer_later(let_in, draft, walk):
    project = walk.in_evaluation(draft)
    here = partner_page(project)

    page = let_in.get(here)
    let_in.post(here, {"answer": "no", "remark": "Ne"})

    assert not page.context["may_answer"]
    assert 'name="answer"' not in page.content.decode()
    assert services.has_valid_confirmation(again(project))


def test_partner_page_asks_for_the_code_first(client, draft, walk):
    project = walk.submitted(draft)

    answer = client.get(partner_page(project))

    assert answer.status_code == 302
    assert answer.url.endswith("/kod/")


def test_agreement_is_downloaded_by_the_hromada_once_it_is_clean(let_in, draft, walk, coordinator):
    project = walk.agreed(draft)
    token = token_for(project)
    missing = let_in.get(address("agreement", token))
    assert not let_in.get(address("apply", token)).context["has_agreement"]
    made = services.make_agreement(project, actor=coordinator, now=FEBRUARY)
    type(made.file).objects.filter(pk=made.file_id).update(status="received")
    unscanned = let_in.get(address("agreement", token))
    type(made.file).objects.filter(pk=made.file_id).update(status="clean")

    answer = let_in.get(address("agreement", token))

    assert (missing.status_code, unscanned.status_code) == (404, 404)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("name", ["apply", "budget", "check"])
def test_application_query_count(let_in, call, django_assert_num_queries, name, item_count):
    project = SmallProjectFactory(call=call, written=True, lines=item_count)
    here = address(name, token_for(project))
    let_in.get(here)

    with django_assert_num_queries({"apply": 8, "budget": 5, "check": 8}[name]):
        page = let_in.get(here)

    assert len(page.context["lines"]) == item_count
