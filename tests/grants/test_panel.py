"""Small projects on the coordinators' desk."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from grants import services
from grants.enums import ProjectStatus, TrancheStatus
from grants.models import BoardDecision, GrantCall, GrantReport, SmallProject, Tranche
from mailing.models import Letter
from tests.factories.grants import (
    GrantCallFactory,
    GrantReportFactory,
    SmallProjectFactory,
    document_answers,
)
from tests.factories.matching import PlacementFactory
from tests.factories.programme import EditionFactory
from tests.grants.conftest import FEBRUARY, MARCH, OCTOBER, again

pytestmark = pytest.mark.django_db


def verb(name: str, *args: object) -> str:
    return reverse(f"admin:grants_{name}", args=args)


def record(project) -> str:
    return reverse("admin:grants_smallproject_change", args=[project.pk])


def page_of(call) -> str:
    return verb("call", call.edition_id)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def labels(response) -> list[str]:
    return [str(each.label) for each in response.context["verbs"]]


@pytest.fixture
def second_client(signed_in, second_coordinator):
    return signed_in(second_coordinator)


def test_call_opens_only_with_dates_to_come(coordinator_client):
    edition = EditionFactory()
    page = coordinator_client.get(verb("call", edition.pk))
    assert page.context["call"] is None

    coordinator_client.post(verb("open", edition.pk))
    assert GrantCall.objects.count() == 0
    edition.grant_closes_at = datetime(2099, 1, 29, 12, tzinfo=UTC)
    edition.grant_starts_on, edition.grant_ends_on = date(2099, 3, 1), date(2099, 9, 30)
    edition.save()
    coordinator_client.post(verb("open", edition.pk))

    assert GrantCall.objects.get().edition == edition


def test_invitations_are_written_as_drafts(coordinator_client, call):
    PlacementFactory(finished=True)
    page = coordinator_client.get(page_of(call))
    assert len(page.context["to_invite"]) == 1

    coordinator_client.post(verb("invite", call.pk))

    assert SmallProject.objects.count() == 1
    assert Letter.objects.get(letter="grants/invitation").status == Letter.Status.DRAFT
    assert len(coordinator_client.get(page_of(call)).context["to_invite"]) == 0


def test_formal_check_says_that_the_partner_is_missing(coordinator_client, draft, walk):
    project = walk.submitted(draft)

    page = coordinator_client.post(verb("accept", project.pk), follow=True)

    assert said(page) == ["Polski partner nie potwierdził wniosku w obecnym brzmieniu."]
    assert again(project).status == ProjectStatus.SUBMITTED


def test_return_needs_a_reason_and_keeps_what_was_typed(coordinator_client, draft, walk):
    project = walk.submitted(draft)

    page = coordinator_client.post(verb("return", project.pk), {"reason": "nie"})
    coordinator_client.post(verb("return", project.pk), {"reason": "Prosimy o wskaźniki."})

    assert set(page.context["form"].errors) == {"reason"}
    assert again(project).correction_note == "Prosimy o wskaźniki."
    assert again(project).status == ProjectStatus.TO_CORRECT


def test_assigned_evaluators_are_no_longer_offered(coordinator_client, draft, walk, evaluators):
    project = walk.in_evaluation(draft)

    coordinator_client.post(
        verb("assign", project.pk), {"evaluators": [evaluators[0].pk, evaluators[1].pk]}
    )
    page = coordinator_client.get(verb("assign", project.pk))

    assert project.evaluations.count() == 2
    assert list(page.context["form"].fields["evaluators"].queryset) == [evaluators[2]]


def test_nobody_but_evaluators_can_be_assigned(coordinator_client, draft, walk, stranger):
    project = walk.in_evaluation(draft)

    page = coordinator_client.post(verb("assign", project.pk), {"evaluators": [stranger.pk]})

    assert set(page.context["form"].errors) == {"evaluators"}


def test_ranking_names_what_is_missing(coordinator_client, draft, walk):
    project = walk.in_evaluation(draft)

    page = coordinator_client.post(verb("rank", draft.call.pk), follow=True)

    assert said(page) == [
        "Te projekty nie są sprawdzone albo potrzebują kolejnej ostatecznej karty oceny: "
        f"{project.number}"
    ]


def test_decision_is_proposed_by_one_and_approved_by_another(
    coordinator_client, second_client, draft, walk
):
    """P23"""
    project = walk.judged(draft)
    coordinator_client.post(verb("rank", draft.call.pk))
    coordinator_client.post(verb("propose", draft.call.pk), {"reason": "Lista rankingowa."})
    decision = BoardDecision.objects.get()
    approve = verb("approve", decision.pk)

    own_page = coordinator_client.get(page_of(draft.call)).content.decode()
    refused = coordinator_client.post(approve, follow=True)
    assert approve not in own_page
    assert said(refused)[-1] == "Zatwierdzić musi ktoś inny niż autor."
    assert approve in second_client.get(page_of(draft.call)).content.decode()
    second_client.post(approve)
    late = second_client.post(approve, follow=True)

    assert again(project).status == ProjectStatus.AWARDED
    assert "Halina" in said(late)[-1]


def test_award_beyond_the_pool_is_refused_in_words(coordinator_client, second_client, draft, walk):
    """G5"""
    project = walk.judged(draft)
    coordinator_client.post(verb("rank", draft.call.pk))
    coordinator_client.post(verb("propose", draft.call.pk), {"reason": "Lista rankingowa."})
    GrantCall.objects.update(pool=Decimal(10_000))

    page = second_client.post(verb("approve", BoardDecision.objects.get().pk), follow=True)

    assert said(page) == ["Przekroczyłoby to pulę albo liczbę dofinansowań w naborze."]
    assert again(project).status == ProjectStatus.RANKED


def test_money_walks_from_the_agreement_to_the_settlement(
    coordinator_client, second_client, draft, walk
):
    """P24: every step by its button, payments by two people."""
    project = walk.awarded(draft)
    day = {"signed_on_day": 1, "signed_on_month": 3, "signed_on_year": 2026}
    paid = {
        f"paid_on_{part}": value
        for part, value in zip(("day", "month", "year"), (2, 3, 2026), strict=True)
    }

    coordinator_client.post(verb("agree_budget", project.pk))
    coordinator_client.post(verb("agreement", project.pk))
    project = again(project)
    coordinator_client.post(verb("signed", project.agreement.pk), day)
    first, second = Tranche.objects.order_by("number")
    coordinator_client.post(verb("propose_tranche", first.pk))
    own = coordinator_client.post(verb("approve_tranche", first.pk), follow=True)
    assert said(own)[-1] == "Zatwierdzić musi ktoś inny niż autor."
    assert "Zatwierdź transzę 1" not in labels(coordinator_client.get(record(project)))
    assert "Zatwierdź transzę 1" in labels(second_client.get(record(project)))
    second_client.post(verb("approve_tranche", first.pk))
    coordinator_client.post(verb("pay_tranche", first.pk), paid)
    coordinator_client.post(verb("open_report", project.pk, "final"))
    report = GrantReport.objects.get()
    line = project.lines.get(position=1)
    answers = document_answers(currency="PLN", rate=Decimal(1), amount=Decimal("9000.10"))
    services.add_document(report, line=line, answers=answers, now=OCTOBER)
    services.send_report(report, narrative="Зроблено.", now=OCTOBER)
    early = coordinator_client.post(verb("settle", project.pk), follow=True)
    assert said(early)[-1] == "Ten krok czeka na przyjęte sprawozdanie."
    coordinator_client.post(verb("accept_report", report.pk))
    coordinator_client.post(verb("settle", project.pk))
    coordinator_client.post(verb("close", project.pk))

    project = again(project)
    assert project.status == ProjectStatus.CLOSED
    assert (project.settlement.paid, project.settlement.accepted) == (
        Decimal("15200.00"),
        Decimal("9000.10"),
    )
    assert Tranche.objects.get(pk=second.pk).status == TrancheStatus.PLANNED


def test_day_to_come_is_no_day_of_payment(coordinator_client, draft, walk, coordinator):
    tranche = walk.signed(draft).tranches.get(number=1)
    typed = {"paid_on_day": 1, "paid_on_month": 1, "paid_on_year": 2099}

    page = coordinator_client.post(verb("pay_tranche", tranche.pk), typed)

    assert page.context["form"].errors == {
        "paid_on": ["Ten dzień dopiero nadejdzie. Prosimy sprawdzić datę."]
    }


def test_report_goes_back_with_remarks_as_often_as_allowed(coordinator_client, draft, walk):
    """G12"""
    report = walk.reported(draft)
    GrantReport.objects.update(rounds=1)
    coordinator_client.post(verb("return_report", report.pk), {"reason": "Brak faktury"})
    report.refresh_from_db()
    assert (report.status, report.remark) == ("returned", "Brak faktury")
    services.send_report(GrantReport.objects.get(), narrative="Додано.", now=OCTOBER)

    page = coordinator_client.post(
        verb("return_report", report.pk), {"reason": "Jeszcze raz"}, follow=True
    )

    assert said(page)[-1] == (
        "Sprawozdanie zwrócono już tyle razy, na ile pozwala edycja. Prosimy je przyjąć."
    )


@pytest.mark.parametrize(
    ("stage", "who"),
    [
        ("draft", "hromada"),
        ("submitted", "gmina"),
        ("confirmed", "koordynator"),
        ("in_evaluation", "koordynator"),
        ("awarded", "koordynator"),
        ("signed", "koordynator"),
        ("in_progress", "hromada"),
        ("asked", "hromada"),
        ("reported", "koordynator"),
    ],
)
def test_record_says_who_is_waited_for(coordinator_client, draft, walk, stage, who):
    """G15"""
    if stage != "draft":
        getattr(walk, stage)(draft)
    names = {"hromada": draft.hromada.name, "gmina": draft.host.gmina.name}

    page = coordinator_client.get(record(draft))

    assert page.context["waits_for"].split(",")[0] == names.get(who, who)


def test_record_says_since_when_and_that_it_is_late(coordinator_client, draft, walk, evaluators):
    """G6, G15"""
    project = walk.submitted(draft)
    services.answer_as_partner(
        project, agrees=True, remark="", email="p@gmina.example", now=FEBRUARY
    )
    coordinator_client.post(verb("return", project.pk), {"reason": "Prosimy o wskaźniki."})
    SmallProject.objects.update(correct_by_at=datetime(2026, 2, 15, 9, tzinfo=UTC))

    page = coordinator_client.get(record(project))

    assert page.context["waits_for"] == (
        f"{draft.hromada.name}, 0 dni; po terminie, który minął: 15.02.2026"
    )


def test_evaluators_are_waited_for_by_name(
    coordinator_client, draft, walk, coordinator, evaluators
):
    """G15"""
    project = walk.in_evaluation(draft)
    services.assign_evaluators(project, evaluators=evaluators[:2], actor=coordinator, now=FEBRUARY)

    page = coordinator_client.get(record(project))

    names = ", ".join(sorted(str(person) for person in evaluators[:2]))
    assert page.context["waits_for"].startswith(names)


def test_late_things_stand_on_the_page_of_the_call(coordinator_client, call):
    """G6"""
    late = GrantReportFactory(project__call=call, due_on=date(2026, 1, 1))
    GrantReportFactory(project__call=call, due_on=date(2099, 1, 1))
    correcting = SmallProjectFactory(
        call=call,
        submitted=True,
        status=ProjectStatus.TO_CORRECT,
        correct_by_at=datetime(2026, 2, 1, tzinfo=UTC),
    )

    page = coordinator_client.get(page_of(call))

    assert list(page.context["late_reports"]) == [late]
    assert list(page.context["late_corrections"]) == [correcting]
    assert "Co jest po terminie" in page.content.decode()


def test_money_not_returned_in_time_stands_out(coordinator_client, draft, walk, coordinator):
    """G6: and closing asks whether the money has come back."""
    report = walk.reported(draft, amounts=["9000.00", "1000.00"])
    long_ago = {"actor": coordinator, "now": datetime(2026, 3, 1, 9, tzinfo=UTC)}
    services.accept_report(report, **long_ago)
    settlement = services.settle_project(report.project, **long_ago)

    page = coordinator_client.get(page_of(draft.call))
    buttons = coordinator_client.get(record(draft)).context["verbs"]

    assert settlement.returned == Decimal("5200.00")
    assert list(page.context["late_returns"]) == [settlement]
    assert [str(each.confirm) for each in buttons if str(each.label) == "Zamknij projekt"] == [
        "Prosimy się upewnić, że środki do zwrotu wpłynęły na nasz rachunek."
    ]


POSTED = ["accept", "agree_budget", "agreement", "settle", "close"]
ASKED = ["return", "reject", "assign"]


@pytest.mark.parametrize("name", [*POSTED, *ASKED])
@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_verbs_need_their_permission(signed_in, request, who, name, draft, walk):
    """P20, P23, P24: auditors read, administrators only approve."""
    project = walk.submitted(draft)
    client = signed_in(request.getfixturevalue(who))

    page = client.post(verb(name, project.pk), {"reason": "Prosimy o wskaźniki."})

    assert page.status_code == 403
    assert again(project).status == ProjectStatus.SUBMITTED


@pytest.mark.parametrize("name", POSTED)
def test_deeds_are_posted(coordinator_client, draft, name):
    assert coordinator_client.get(verb(name, draft.pk)).status_code == 405


@pytest.mark.parametrize("who", ["stranger", "evaluator"])
def test_outsiders_are_not_let_in(signed_in, request, evaluators, call, who):
    person = evaluators[0] if who == "evaluator" else request.getfixturevalue(who)

    assert signed_in(person).get(page_of(call)).status_code in (302, 403)


def test_auditor_reads_the_call_and_finds_no_buttons(signed_in, auditor, draft, walk):
    """P20 to P24: R"""
    project = walk.confirmed(draft)
    client = signed_in(auditor)

    page = client.get(page_of(draft.call)).content.decode()
    buttons = client.get(record(project)).context["verbs"]

    assert verb("rank", draft.call.pk) not in page
    assert buttons == []


def test_administrator_approves_and_sees_no_scores(signed_in, administrator, draft, walk):
    """P21, P23"""
    walk.judged(draft)
    by = {"actor": walk.coordinator, "now": FEBRUARY}
    services.rank_projects(draft.call, **by)
    decision = services.propose_decisions(draft.call, reason="Lista.", **by)[0]
    client = signed_in(administrator)

    page = client.get(record(draft)).content.decode()
    client.post(verb("approve", decision.pk))

    assert str(walk.evaluators[0]) not in page
    assert again(draft).status == ProjectStatus.AWARDED


@pytest.mark.parametrize(
    "name", ["accept", "return", "assign", "settle", "signed", "pay_tranche", "accept_report"]
)
def test_missing_records_are_not_found(coordinator_client, name):
    assert coordinator_client.post(verb(name, 999_999)).status_code == 404


def test_unknown_kind_of_report_is_not_found(coordinator_client, draft):
    assert coordinator_client.post(verb("open_report", draft.pk, "weekly")).status_code == 404


def test_record_shows_budget_partner_and_checksum(coordinator_client, draft, walk, coordinator):
    """G3, G9, G20"""
    project = walk.agreed(draft)
    agreement = services.make_agreement(project, actor=coordinator, now=MARCH)

    html = coordinator_client.get(record(project)).content.decode()

    assert "20\xa0000,00\xa0zł / 19\xa0000,00\xa0zł / 1\xa0000,00\xa0zł" in html
    assert agreement.sha256 in html
    assert "Lista rankingowa." in html
    assert project.confirmations.get().email in html


@pytest.mark.parametrize("item_count", [1, 3])
def test_call_page_query_count(coordinator_client, item_count, django_assert_num_queries):
    call = GrantCallFactory()
    PlacementFactory.create_batch(item_count, finished=True)
    SmallProjectFactory.create_batch(item_count, call=call, submitted=True)
    SmallProjectFactory.create_batch(item_count, call=call, in_evaluation=True)
    for position in range(1, item_count + 1):
        SmallProjectFactory(
            call=call, submitted=True, status=ProjectStatus.RANKED, position=position, points=80
        )
    GrantReportFactory.create_batch(item_count, project__call=call, due_on=date(2026, 1, 1))
    coordinator_client.get(page_of(call))

    with django_assert_num_queries(19):
        page = coordinator_client.get(page_of(call))

    assert [len(page.context[name]) for name in ("to_check", "ranking", "late_reports")] == [
        item_count
    ] * 3


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("model", ["smallproject", "grantcall", "reportdocument"])
def test_changelist_query_count(
    coordinator_client, call, walk, model, item_count, django_assert_num_queries
):
    projects = SmallProjectFactory.create_batch(item_count, call=call, submitted=True, lines=1)
    for number, project in enumerate(projects):
        report = GrantReportFactory(project=project)
        services.add_document(
            report,
            line=project.lines.get(),
            answers=document_answers(number=f"FV {number}"),
            now=OCTOBER,
        )
    here = reverse(f"admin:grants_{model}_changelist")
    coordinator_client.get(here)

    with django_assert_num_queries(10):
        page = coordinator_client.get(here)

    assert len(page.context["cl"].result_list) == (1 if model == "grantcall" else item_count)
