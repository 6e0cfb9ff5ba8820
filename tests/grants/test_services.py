"""The walk of a small project, and what it refuses on the way."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core import audit
from core.formats import WARSAW
from core.models import CapabilityLink
from core.states import TransitionNotAllowed
from grants import selectors, services
from grants.enums import EvaluationStatus, Outcome, ProjectStatus, ReportKind, TrancheStatus
from grants.models import BoardDecision, GrantCall, Settlement, SmallProject, Tranche
from mailing.models import Letter
from tests.factories.applications import InternApplicationFactory
from tests.factories.grants import (
    GrantCallFactory,
    SmallProjectFactory,
    budget_line,
    document_answers,
    words,
)
from tests.factories.matching import PlacementFactory, ProposalFactory
from tests.factories.programme import EditionFactory
from tests.grants.conftest import FEBRUARY, JANUARY, MARCH, OCTOBER, SHEET, again

D = Decimal
pytestmark = pytest.mark.django_db


def letters(project) -> list[tuple[str, str]]:
    """Names of the letters about a project with their status, in the order of writing."""
    rows = Letter.objects.filter(key__startswith=f"project.{project.pk}.").order_by("pk")
    return [(row.letter.removeprefix("grants/"), row.status) for row in rows]


def deeds(record) -> list[str]:
    """What the trail says about a record, oldest first, without the room's name."""
    lines = audit.history(record).order_by("pk").values_list("action", flat=True)
    return [line.split(".", 1)[1] for line in lines if line.startswith("grants.")]


# --- The call and the invitation


def test_call_freezes_the_rules_of_its_edition(coordinator):
    """G1: what changes in the edition later does not touch an open call."""
    edition = EditionFactory()
    edition.grant_closes_at = datetime(2027, 1, 29, 12, tzinfo=UTC)
    edition.grant_starts_on, edition.grant_ends_on = date(2027, 3, 1), date(2027, 9, 30)
    edition.save()

    call = services.open_call(edition, actor=coordinator, now=JANUARY)
    edition.grant_max = D(99_999)
    edition.save()
    second = services.open_call(edition, actor=coordinator, now=JANUARY)

    assert second == call
    assert GrantCall.objects.get().grant_max == D(40_000)
    assert deeds(call) == ["grantcall.opened"]


def test_invitation_opens_the_application_with_the_pair_filled_in(call, coordinator):
    """G2, G17: only a hromada of a finished internship, with its host."""
    placement = PlacementFactory(finished=True)
    PlacementFactory(under_way=True)

    invited = services.invite_all(call, actor=coordinator, now=JANUARY)
    again_invited = services.invite_all(call, actor=coordinator, now=JANUARY)

    project = SmallProject.objects.get()
    assert (invited, again_invited) == ([project], [])
    assert project.placement == placement
    assert project.host == placement.declaration.survey.organisation
    assert project.organisation.hromada == project.hromada
    assert project.title == "Чисте подвір’я"
    assert letters(project) == [("invitation", "draft")]


def test_hromada_of_two_interns_is_invited_once(call, coordinator):
    """G2: one application a hromada."""
    first = PlacementFactory(finished=True)
    other = InternApplicationFactory(ready=True, hromada=first.application.hromada)
    PlacementFactory(finished=True, proposal=ProposalFactory(accepted=True, application=other))

    invited = services.invite_all(call, actor=coordinator, now=JANUARY)

    assert [project.hromada for project in invited] == [first.application.hromada]
    assert list(selectors.awaiting_invitation(call)) == []


# --- Words and budget


def test_budget_lines_are_added_changed_and_removed(call):
    """G3: totals come from the database."""
    project = again(SmallProjectFactory(call=call))
    first = services.add_line(project, line=budget_line(call.edition), now=JANUARY)
    second = services.add_line(
        project,
        line=budget_line(call.edition, quantity=D("1.15"), unit_price=D("1.10"), grant=1),
        now=JANUARY,
    )
    third = services.add_line(project, line=budget_line(call.edition), now=JANUARY)

    services.change_line(third, changes={"quantity": D(3), "grant": D(2)}, now=JANUARY)
    services.remove_line(first, now=JANUARY)

    rows = project.lines.order_by("position").values_list("pk", "position", "total")
    assert list(rows) == [(second.pk, 1, D("1.27")), (third.pk, 2, D("3000.00"))]


def test_database_refuses_more_grant_than_the_line(call):
    """G1"""
    project = SmallProjectFactory(call=call)

    with pytest.raises(IntegrityError, match="budget_line_amounts_are_sound"), transaction.atomic():
        services.save_lines(
            project, lines=[budget_line(call.edition, grant=D("10000.01"))], now=JANUARY
        )


def test_sent_application_cannot_be_changed(draft, walk):
    project = walk.submitted(draft)
    line = project.lines.first()

    for change in (
        lambda: services.save_words(project, answers=words(title="Інша"), now=JANUARY),
        lambda: services.add_line(project, line=budget_line(project.call.edition), now=JANUARY),
        lambda: services.change_line(line, changes={"grant": D(1)}, now=JANUARY),
        lambda: services.remove_line(line, now=JANUARY),
        lambda: services.submit_project(project, now=JANUARY),
    ):
        with pytest.raises(TransitionNotAllowed):
            change()


def test_submission_names_the_missing_words(draft):
    services.save_words(draft, answers={"need": "", "risks": ""}, now=JANUARY)

    with pytest.raises(services.NotComplete) as refusal:
        services.submit_project(draft, now=JANUARY)

    assert refusal.value.fields == ("need", "risks")


def test_submission_names_the_broken_limits(draft):
    """G1"""
    services.save_words(draft, answers={"ends_on": date(2027, 10, 31)}, now=JANUARY)
    services.save_lines(
        draft,
        lines=[budget_line(draft.call.edition, "administration", unit_price=D(5000), grant=41_000)],
        now=JANUARY,
    )

    with pytest.raises(services.BudgetRefused) as refusal:
        services.submit_project(draft, now=JANUARY)

    assert [(one.code, one.line) for one in refusal.value.breaches] == [
        ("grant_too_large", None),
        ("category_too_large", 1),
        ("period", None),
    ]
    assert again(draft).status == ProjectStatus.DRAFT


def test_stricter_of_two_limits_for_administration_counts(draft):
    """The setting of the edition and the limit of the category: the smaller one."""
    edition = draft.call.edition
    edition.admin_max_percent = D(10)
    edition.save()

    assert selectors.limits_of(draft.call).category_max_percent == {"administration": D(10)}


@pytest.mark.parametrize(("minutes", "is_accepted"), [(15, True), (16, False)])
def test_late_submission_is_refused_after_the_minutes_of_grace(draft, minutes, is_accepted):
    now = draft.call.closes_at + timedelta(minutes=minutes)

    if is_accepted:
        assert services.submit_project(draft, now=now).status == ProjectStatus.SUBMITTED
    else:
        with pytest.raises(services.TooLate):
            services.submit_project(draft, now=now)


def test_submission_gives_a_number_a_receipt_and_asks_the_partner(draft, walk):
    project = walk.submitted(draft)

    assert project.number == f"WIN4UA-G-2026-{project.pk:04d}"
    assert letters(project) == [("receipt", "queued"), ("partner_request", "queued")]
    request = Letter.objects.get(letter="grants/partner_request")
    assert request.to == project.placement.declaration.survey.contact.email
    hromada = project.hromada
    assert (hromada.name_en in request.text, hromada.name in request.text) == (True, False)
    assert deeds(project) == ["smallproject.submitted"]


# --- The partner


def test_edit_after_a_yes_takes_it_back_and_says_which_change_did_it(draft, walk, coordinator):
    """G9"""
    project = walk.confirmed(draft)
    assert services.has_valid_confirmation(project)
    services.return_for_correction(project, note="Бракує ризиків", actor=coordinator, now=FEBRUARY)

    services.save_words(project, answers={"title": "Чисті подвір’я і двори"}, now=FEBRUARY)

    answer = project.confirmations.get()
    assert (answer.withdrawn_at, answer.withdrawn_because) == (FEBRUARY, "title")
    assert not services.has_valid_confirmation(again(project))
    assert deeds(project)[-2:] == ["smallproject.confirmation_withdrawn", "smallproject.saved"]


@pytest.mark.parametrize("change", ["add", "change", "remove"])
def test_change_of_the_budget_takes_the_yes_back(draft, walk, coordinator, change):
    """G9"""
    project = walk.confirmed(draft)
    services.return_for_correction(project, note="Бюджет", actor=coordinator, now=FEBRUARY)
    line = project.lines.order_by("position").first()

    if change == "add":
        services.add_line(project, line=budget_line(project.call.edition), now=FEBRUARY)
    elif change == "change":
        services.change_line(line, changes={"grant": D(9000)}, now=FEBRUARY)
    else:
        services.remove_line(line, now=FEBRUARY)

    assert project.confirmations.get().withdrawn_because == "budget"


def test_saving_the_same_words_keeps_the_yes(draft, walk, coordinator):
    project = walk.confirmed(draft)
    services.return_for_correction(project, note="Підпис", actor=coordinator, now=FEBRUARY)
    before = Letter.objects.filter(letter="grants/partner_request").count()

    services.save_words(project, answers=words(), now=FEBRUARY)
    project = services.submit_project(project, now=FEBRUARY)

    assert services.has_valid_confirmation(project)
    assert Letter.objects.filter(letter="grants/partner_request").count() == before


def test_changed_application_asks_the_partner_again_by_a_new_link(draft, walk, coordinator):
    project = walk.confirmed(draft)
    services.return_for_correction(project, note="Назва", actor=coordinator, now=FEBRUARY)
    services.save_words(project, answers={"title": "Нова назва"}, now=FEBRUARY)

    services.submit_project(project, now=FEBRUARY)

    links = CapabilityLink.objects.filter(purpose="project.partner").order_by("pk")
    assert [link.revoked_at for link in links] == [FEBRUARY, None]


def test_partner_cannot_confirm_what_was_not_on_the_page(draft, walk, coordinator):
    """G9"""
    project = walk.submitted(draft)
    read = services.fingerprint(project)
    services.return_for_correction(project, note="Назва", actor=coordinator, now=JANUARY)
    services.save_words(project, answers={"title": "Нова назва"}, now=JANUARY)
    services.submit_project(project, now=JANUARY)
    answer = {"agrees": True, "remark": "", "email": "p@gmina.example", "now": JANUARY}

    with pytest.raises(services.ChangedMeanwhile):
        services.answer_as_partner(project, has_read=read, **answer)

    services.answer_as_partner(project, has_read=services.fingerprint(again(project)), **answer)
    assert services.has_valid_confirmation(again(project))


def test_partner_answers_only_before_the_formal_check_is_done(draft, walk):
    project = walk.in_evaluation(draft)

    with pytest.raises(TransitionNotAllowed):
        services.answer_as_partner(
            project, agrees=False, remark="Ні", email="p@gmina.example", now=FEBRUARY
        )


def test_refusal_reaches_the_hromada_with_its_reason(draft, walk, coordinator):
    project = walk.submitted(draft)

    services.answer_as_partner(
        project, agrees=False, remark="Бракує ролі", email="p@gmina.example", now=JANUARY
    )

    assert letters(project)[-1] == ("partner_refused", "queued")
    assert "Бракує ролі" in Letter.objects.get(letter="grants/partner_refused").text
    with pytest.raises(services.PartnerMissing):
        services.accept_formally(project, actor=coordinator, now=FEBRUARY)


# --- The formal check


def test_formal_check_waits_for_the_partner(draft, walk, coordinator):
    """G9"""
    project = walk.submitted(draft)

    with pytest.raises(services.PartnerMissing):
        services.accept_formally(project, actor=coordinator, now=FEBRUARY)

    assert again(project).status == ProjectStatus.SUBMITTED


def test_application_is_returned_once_with_working_days(draft, walk, coordinator):
    """Domain 6.4: one call, five working days; the letter waits for a person."""
    project = walk.submitted(draft)
    by = {"actor": coordinator, "now": JANUARY}

    services.return_for_correction(project, note="Показники", **by)
    assert project.correct_by_at == datetime(2027, 1, 28, tzinfo=WARSAW)
    project = services.submit_project(project, now=JANUARY + timedelta(days=7))

    assert letters(project)[2] == ("returned", "draft")
    with pytest.raises(TransitionNotAllowed):
        services.return_for_correction(project, note="Ще раз", **by)


def test_correction_after_its_deadline_is_refused(draft, walk, coordinator):
    project = walk.submitted(draft)
    services.return_for_correction(project, note="Показники", actor=coordinator, now=JANUARY)

    with pytest.raises(services.TooLate):
        services.submit_project(project, now=JANUARY + timedelta(days=8))


def test_formal_fault_ends_the_project_with_a_reason(draft, walk, coordinator):
    project = walk.submitted(draft)

    services.reject_formally(project, reason="Поза строком", actor=coordinator, now=FEBRUARY)

    assert again(project).status == ProjectStatus.REJECTED
    assert letters(project)[-1] == ("rejected", "draft")


# --- Evaluation and ranking


def test_sheet_is_kept_as_a_draft_and_then_final(draft, walk, coordinator, evaluators):
    """G4"""
    project = walk.in_evaluation(draft)
    sheet = services.assign_evaluators(
        project, evaluators=evaluators[:1], actor=coordinator, now=FEBRUARY
    )[0]
    by = {"actor": evaluators[0], "now": FEBRUARY}
    services.declare_impartial(sheet, **by)

    kept = services.save_evaluation(sheet, scores={"need": 12}, comments={}, **by)
    assert kept.scores == {"need": 12}
    final = services.submit_evaluation(
        kept, scores=SHEET, comments=dict.fromkeys(SHEET, "Uzasadnienie."), **by
    )

    assert (final.status, final.points) == (EvaluationStatus.SUBMITTED, D(80))
    with pytest.raises(TransitionNotAllowed):
        services.save_evaluation(final, scores={}, comments={}, **by)


def test_nothing_is_scored_before_the_declaration(draft, walk, coordinator, evaluators):
    """G8"""
    project = walk.in_evaluation(draft)
    sheet = services.assign_evaluators(
        project, evaluators=evaluators[:1], actor=coordinator, now=FEBRUARY
    )[0]

    for verb in (services.save_evaluation, services.submit_evaluation):
        with pytest.raises(TransitionNotAllowed):
            verb(sheet, scores=SHEET, comments={}, actor=evaluators[0], now=FEBRUARY)


def test_recused_evaluator_sees_nothing_and_is_not_counted(draft, walk, coordinator, evaluators):
    """G8: not even in counts, and left out of the mean; the secretary still sees the sheet."""
    project = walk.judged(draft, 80, 70)
    sheet = services.assign_evaluators(
        project, evaluators=[evaluators[2]], actor=coordinator, now=FEBRUARY
    )[0]

    services.recuse(sheet, actor=evaluators[2], now=FEBRUARY)
    ranked = services.rank_projects(project.call, actor=coordinator, now=FEBRUARY)

    assert list(selectors.evaluations_of(evaluators[2])) == []
    assert [one.points for one in ranked] == [D("75.00")]
    assert project.evaluations.count() == 3


def test_recused_evaluator_is_not_given_the_project_again(draft, walk, coordinator, evaluators):
    project = walk.in_evaluation(draft)
    by = {"evaluators": evaluators[:1], "actor": coordinator, "now": FEBRUARY}
    sheet = services.assign_evaluators(project, **by)[0]
    services.recuse(sheet, actor=evaluators[0], now=FEBRUARY)

    assert services.assign_evaluators(project, **by) == []
    assert list(selectors.projects_to_assign(project.call)) == [project]


def test_evaluators_are_assigned_only_during_evaluation(draft, walk, coordinator, evaluators):
    project = walk.submitted(draft)

    with pytest.raises(TransitionNotAllowed):
        services.assign_evaluators(project, evaluators=evaluators, actor=coordinator, now=FEBRUARY)


def test_far_sheets_call_a_third_evaluator(draft, walk, coordinator, evaluators):
    """Domain 6.4: a difference of more than 25 points; then the mean of three."""
    project = walk.judged(draft, 90, 60)

    with pytest.raises(services.NotAllFinal) as refusal:
        services.rank_projects(project.call, actor=coordinator, now=FEBRUARY)
    assert refusal.value.projects == [project]
    assert list(selectors.projects_to_assign(project.call)) == [project]

    walk.sheet(project, evaluators[2], 75)
    ranked = services.rank_projects(project.call, actor=coordinator, now=FEBRUARY)
    assert [one.points for one in ranked] == [D("75.00")]


def test_near_sheets_need_no_third_evaluator(draft, walk):
    project = walk.judged(draft, 85, 60)

    assert list(selectors.projects_to_assign(project.call)) == []


def test_ranking_waits_for_projects_in_the_formal_check(draft, walk, coordinator):
    walk.judged(draft)
    late = walk.submitted(again(SmallProjectFactory(call=draft.call, written=True)))

    with pytest.raises(services.NotAllFinal) as refusal:
        services.rank_projects(draft.call, actor=coordinator, now=FEBRUARY)

    assert refusal.value.projects == [late]


def test_ranking_puts_the_best_first(call, walk, coordinator):
    """G5"""
    worse = walk.judged(again(SmallProjectFactory(call=call, written=True)), 70, 60)
    better = walk.judged(again(SmallProjectFactory(call=call, written=True)), 90, 80)

    services.rank_projects(call, actor=coordinator, now=FEBRUARY)

    rows = selectors.ranking(call).values_list("pk", "position", "points")
    assert list(rows) == [(better.pk, 1, D("85.00")), (worse.pk, 2, D("65.00"))]


# --- The decision


def decided(call, coordinator) -> list[BoardDecision]:
    by = {"actor": coordinator, "now": FEBRUARY}
    services.rank_projects(call, **by)
    return services.propose_decisions(call, reason="Lista rankingowa.", **by)


def test_decisions_follow_the_ranking_and_wait_for_a_second_person(
    walk, coordinator, second_coordinator
):
    """G5, G10: the letters are drafts until somebody releases them together."""
    call = GrantCallFactory(pool=D(20_000))
    best, next_best, low = (
        walk.judged(again(SmallProjectFactory(call=call, written=True)), points, points)
        for points in (90, 80, 50)
    )

    made = decided(call, coordinator)
    assert {one.project_id: (one.outcome, one.amount) for one in made} == {
        best.pk: (Outcome.AWARD, D("19000.00")),
        next_best.pk: (Outcome.RESERVE, D(0)),
        low.pk: (Outcome.REJECT, D(0)),
    }
    for decision in made:
        services.approve_decision(decision, actor=second_coordinator, now=FEBRUARY)

    assert [again(one).status for one in (best, next_best, low)] == [
        ProjectStatus.AWARDED,
        ProjectStatus.RESERVE,
        ProjectStatus.REJECTED,
    ]
    assert [letters(one)[-1] for one in (best, next_best, low)] == [
        ("awarded", "draft"),
        ("reserve", "draft"),
        ("rejected", "draft"),
    ]
    call.refresh_from_db()
    assert (call.awarded_count, call.awarded_sum) == (1, D("19000.00"))


def test_proposing_twice_proposes_once(draft, walk, coordinator):
    walk.judged(draft)
    decided(draft.call, coordinator)

    again_made = services.propose_decisions(
        draft.call, reason="Jeszcze raz.", actor=coordinator, now=FEBRUARY
    )

    assert again_made == []
    assert BoardDecision.objects.count() == 1


def test_nobody_approves_the_own_decision(draft, walk, coordinator):
    """P23"""
    walk.judged(draft)
    decision = decided(draft.call, coordinator)[0]

    with pytest.raises(services.OwnWork):
        services.approve_decision(decision, actor=coordinator, now=FEBRUARY)

    decision.approved_by = coordinator
    with pytest.raises(IntegrityError, match="board_decision_needs_two_people"):
        decision.save()


def test_third_person_is_told_who_has_approved(draft, walk, coordinator, second_coordinator):
    walk.judged(draft)
    decision = decided(draft.call, coordinator)[0]
    services.approve_decision(decision, actor=second_coordinator, now=FEBRUARY)

    with pytest.raises(TransitionNotAllowed) as refusal:
        services.approve_decision(decision, actor=walk.evaluators[0], now=FEBRUARY)

    assert refusal.value.by == second_coordinator


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("pool", D("18999.99"), "grants_stay_within_the_pool"),
        ("grant_count", 0, "grants_stay_within_the_number"),
    ],
)
def test_database_guards_the_pool_and_the_number(
    draft, walk, coordinator, second_coordinator, field, value, constraint
):
    """G5: whatever was proposed, the last word has a constraint."""
    project = walk.judged(draft)
    decision = decided(draft.call, coordinator)[0]
    GrantCall.objects.update(**{field: value})

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        services.approve_decision(decision, actor=second_coordinator, now=FEBRUARY)

    assert again(project).status == ProjectStatus.RANKED
    assert BoardDecision.objects.get().approved_by is None


# --- Agreement and tranches


def test_agreement_is_made_once_with_number_and_checksum(draft, walk, coordinator):
    """G6, G20"""
    project = walk.agreed(draft)

    made = services.make_agreement(project, actor=coordinator, now=MARCH)
    twice = services.make_agreement(project, actor=coordinator, now=MARCH)

    assert made == twice
    assert made.number == f"{project.number}/U"
    assert made.sha256 == made.file.sha256


def test_agreement_waits_for_the_agreed_budget(draft, walk, coordinator):
    project = walk.awarded(draft)

    with pytest.raises(TransitionNotAllowed):
        services.make_agreement(project, actor=coordinator, now=MARCH)


def test_signing_plans_the_tranches_of_the_edition(draft, walk):
    """G6: 80 and 20 per cent, together exactly the grant."""
    project = walk.signed(draft)

    rows = project.tranches.order_by("number").values_list("number", "amount", "status")
    assert list(rows) == [
        (1, D("15200.00"), TrancheStatus.PLANNED),
        (2, D("3800.00"), TrancheStatus.PLANNED),
    ]
    assert project.tranches_sum == project.awarded_amount == D("19000.00")


def test_signing_twice_plans_once(draft, walk, coordinator):
    project = walk.signed(draft)

    with pytest.raises(TransitionNotAllowed):
        services.sign_agreement(
            project.agreement, signed_on=date(2027, 3, 2), actor=coordinator, now=MARCH
        )

    assert project.tranches.count() == 2


def test_nobody_approves_the_own_tranche(draft, walk, coordinator):
    """P24"""
    tranche = walk.signed(draft).tranches.get(number=1)
    services.propose_tranche(tranche, actor=coordinator, now=MARCH)

    with pytest.raises(services.OwnWork):
        services.approve_tranche(tranche, actor=coordinator, now=MARCH)

    with pytest.raises(IntegrityError, match="tranche_is_approved_by_a_second_person"):
        Tranche.objects.filter(pk=tranche.pk).update(approved_by=coordinator)


def test_tranche_is_not_paid_before_approval(draft, walk, coordinator):
    """P24"""
    tranche = walk.signed(draft).tranches.get(number=1)
    services.propose_tranche(tranche, actor=coordinator, now=MARCH)

    with pytest.raises(TransitionNotAllowed):
        services.pay_tranche(tranche, paid_on=MARCH.date(), actor=coordinator, now=MARCH)


def test_first_payment_starts_the_project_and_is_told(draft, walk):
    project = walk.in_progress(draft)

    assert project.status == ProjectStatus.IN_PROGRESS
    assert letters(project)[-1] == ("tranche_paid", "queued")


def test_second_tranche_waits_for_the_accepted_report(draft, walk, coordinator):
    """G11"""
    report = walk.reported(draft)
    second = Tranche.objects.get(project=report.project, number=2)

    with pytest.raises(services.ReportNotAccepted):
        services.propose_tranche(second, actor=coordinator, now=OCTOBER)
    services.accept_report(report, actor=coordinator, now=OCTOBER)

    assert walk.pay(second, OCTOBER).status == TrancheStatus.PAID


def test_tranche_between_waits_for_the_interim_report(draft, walk, coordinator):
    """G11: of three tranches the second waits for the interim report, the third for the final."""
    edition = draft.call.edition
    edition.tranches = [60, 30, 10]
    edition.save()
    project = walk.in_progress(draft)
    by = {"actor": coordinator, "now": MARCH}
    second, third = project.tranches.order_by("number")[1:]

    with pytest.raises(services.ReportNotAccepted):
        services.propose_tranche(second, **by)
    interim = services.open_report(project, kind=ReportKind.INTERIM, **by)
    services.send_report(interim, narrative="Половина.", now=MARCH)
    services.accept_report(interim, **by)

    assert walk.pay(second).status == TrancheStatus.PAID
    assert again(project).status == ProjectStatus.IN_PROGRESS
    assert interim.due_on == date(2027, 3, 31)
    with pytest.raises(services.ReportNotAccepted):
        services.propose_tranche(third, **by)


# --- Reports and settlement


def test_final_report_is_due_after_the_end_of_the_project(draft, walk, coordinator):
    """G6"""
    report = walk.asked(draft)
    twice = services.open_report(
        report.project, kind=ReportKind.FINAL, actor=coordinator, now=OCTOBER
    )

    assert twice == report
    assert report.due_on == date(2027, 10, 30)
    assert letters(report.project)[-1] == ("report_request", "draft")


def test_report_is_asked_for_only_while_the_project_runs(draft, walk, coordinator):
    project = walk.signed(draft)

    with pytest.raises(TransitionNotAllowed):
        services.open_report(project, kind=ReportKind.FINAL, actor=coordinator, now=MARCH)


def test_document_keeps_its_rate_and_its_worth(draft, walk):
    """G13, G19"""
    report = walk.asked(draft)
    line = report.project.lines.get(position=1)
    answers = document_answers(amount=D("12345.67"), rate=D("0.087654"))

    document = services.add_document(report, line=line, answers=answers, now=OCTOBER)

    document.refresh_from_db()
    assert document.amount_pln == D("1082.15")
    assert (document.rate, document.rate_table) == (D("0.087654"), "105/A/NBP/2027")
    assert selectors.spent_by_line(report.project) == {line.pk: D("1082.15")}


@pytest.mark.parametrize(
    ("changes", "is_double"),
    [
        ({}, True),
        ({"number": "фв/1", "seller": "тов постачальник"}, True),
        ({"number": "ФВ/2"}, False),
        ({"seller": "ТОВ Інший"}, False),
        ({"source": "own"}, False),
    ],
)
def test_double_document_is_refused(draft, walk, changes, is_double):
    """No double financing (domain 6.1), whatever the case of the letters."""
    report = walk.asked(draft)
    line = report.project.lines.get(position=1)
    services.add_document(report, line=line, answers=document_answers(), now=OCTOBER)
    second = document_answers(**changes)

    if is_double:
        with pytest.raises(services.DoubleDocument):
            services.add_document(report, line=line, answers=second, now=OCTOBER)
    else:
        services.add_document(report, line=line, answers=second, now=OCTOBER)
    assert report.documents.count() == (1 if is_double else 2)


def test_document_of_the_interim_report_is_not_settled_again(draft, walk, coordinator):
    """G13: interim rows carry over to the final settlement."""
    project = walk.in_progress(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    line = project.lines.get(position=1)
    interim = services.open_report(project, kind=ReportKind.INTERIM, **by)
    services.add_document(interim, line=line, answers=document_answers(), now=OCTOBER)
    services.send_report(interim, narrative="Половина.", now=OCTOBER)
    final = services.open_report(project, kind=ReportKind.FINAL, **by)

    with pytest.raises(services.DoubleDocument):
        services.add_document(final, line=line, answers=document_answers(), now=OCTOBER)

    assert selectors.spent_by_line(project) == {line.pk: D("100.00")}


def test_document_without_a_price_is_refused(draft, walk):
    report = walk.asked(draft)
    line = report.project.lines.get(position=1)

    with pytest.raises(ValidationError):
        services.add_document(report, line=line, answers=document_answers(amount=D(0)), now=OCTOBER)


def test_sent_report_takes_no_documents_and_loses_none(draft, walk):
    report = walk.reported(draft)
    document = report.documents.first()
    line = report.project.lines.get(position=1)

    with pytest.raises(TransitionNotAllowed):
        services.add_document(report, line=line, answers=document_answers(), now=OCTOBER)
    with pytest.raises(TransitionNotAllowed):
        services.remove_document(document, now=OCTOBER)

    assert report.documents.count() == 2


def test_report_goes_back_twice_and_no_more(draft, walk, coordinator):
    """G12: with remarks and a new day."""
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}

    for round_number in (1, 2):
        services.return_report(report, remark="Бракує рахунку", **by)
        assert (report.rounds, report.due_on) == (round_number, date(2027, 10, 20))
        assert again(report.project).status == ProjectStatus.CORRECTING
        assert letters(report.project)[-1] == ("report_returned", "draft")
        report.project.refresh_from_db()
        services.send_report(report, narrative="Додано.", now=OCTOBER)

    with pytest.raises(services.NoMoreRounds):
        services.return_report(report, remark="Ще", **by)


def test_settlement_balances_to_the_grosz(draft, walk, coordinator):
    """G13, G19: paid equals accepted plus returned."""
    report = walk.reported(draft, amounts=["9499.99", "9000.00"])
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    walk.pay(Tranche.objects.get(project=report.project, number=2), OCTOBER)

    settlement = services.settle_project(report.project, **by)

    assert (settlement.paid, settlement.accepted, settlement.returned) == (
        D("19000.00"),
        D("18499.99"),
        D("500.01"),
    )
    assert settlement.return_due_on == date(2027, 10, 25)
    assert letters(report.project)[-1] == ("settled", "draft")
    closed = services.close_project(again(report.project), **by)
    assert closed.status == ProjectStatus.CLOSED


def test_overspent_line_is_not_accepted_above_the_shift(draft, walk, coordinator):
    """G13: ten per cent of the line's 9 500,00 without consent, the rest is not accepted."""
    report = walk.reported(draft, amounts=["10450.05", "5000.00"])
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    walk.pay(Tranche.objects.get(project=report.project, number=2), OCTOBER)

    settlement = services.settle_project(report.project, **by)

    assert (settlement.accepted, settlement.returned) == (D("15450.00"), D("3550.00"))


def test_settlement_waits_for_the_accepted_report(draft, walk, coordinator):
    report = walk.reported(draft)

    with pytest.raises(services.ReportNotAccepted):
        services.settle_project(report.project, actor=coordinator, now=OCTOBER)


def test_settlement_waits_for_a_payment_under_way(draft, walk, coordinator):
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    services.propose_tranche(Tranche.objects.get(project=report.project, number=2), **by)

    with pytest.raises(services.PaymentUnderWay):
        services.settle_project(report.project, **by)


def test_nothing_is_paid_after_the_settlement(draft, walk, coordinator):
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    services.settle_project(report.project, **by)
    second = Tranche.objects.select_related("project").get(project=report.project, number=2)

    with pytest.raises(TransitionNotAllowed):
        services.propose_tranche(second, **by)


def test_project_is_settled_once(draft, walk, coordinator):
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    services.settle_project(report.project, **by)

    with pytest.raises(TransitionNotAllowed):
        services.settle_project(report.project, **by)

    assert Settlement.objects.count() == 1


def test_database_refuses_a_settlement_that_does_not_balance(draft, walk, coordinator):
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    services.settle_project(report.project, **by)

    with pytest.raises(IntegrityError, match="settlement_balances_to_the_grosz"):
        Settlement.objects.update(returned=D("0.01"))


def test_trail_of_a_project_tells_its_whole_life(draft, walk, coordinator):
    """G7"""
    report = walk.reported(draft)
    by = {"actor": coordinator, "now": OCTOBER}
    services.accept_report(report, **by)
    services.settle_project(report.project, **by)
    services.close_project(again(report.project), **by)

    assert deeds(report.project) == [
        f"smallproject.{step}"
        for step in (
            "submitted",
            "partner_confirmed",
            "in_evaluation",
            "ranked",
            "awarded",
            "budget_agreed",
            "signed",
            "in_progress",
            "reported",
            "settled",
            "closed",
        )
    ]
