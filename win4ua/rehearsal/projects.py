"""Small projects: application, partner, evaluation, decision, money, settlement."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from grants import services as grants
from grants.enums import ProjectStatus, ReportKind
from grants.models import GrantCall, ProjectEvaluation, SmallProject, Tranche
from grants.selectors import awaiting_invitation, decisions_to_approve
from win4ua.rehearsal.stage import Stage, money

APPLY = 19  # of 25 hromadas in 2024: domain notes, 1.4
TEXT = (
    "Проєкт відповідає стратегії громади й спирається на досвід стажування: прозорі рішення, "
    "навчання працівників і спільна робота з польським партнером."
)


def apply(stage: Stage, progress: Callable) -> GrantCall:
    """The call opens; most hromadas apply; their partners confirm."""
    calendar = stage.calendar
    call = grants.open_call(stage.edition, actor=stage.coordinator, now=calendar.grant_opens)
    invited = [
        grants.start_project(
            call,
            placement=placement,
            email=placement.application.head_email,
            actor=stage.coordinator,
            now=calendar.grant_opens,
        )
        for placement in awaiting_invitation(call)
    ]
    for project in progress(invited[:APPLY], "small projects"):
        _write(stage, project)
    return call


def judge(stage: Stage, call: GrantCall, progress: Callable) -> None:
    """Formal check, two evaluations, a third where they differ, ranking, decision of the board."""
    now = stage.calendar.grant_closes + timedelta(days=3)
    for project in call.projects.filter(status=ProjectStatus.SUBMITTED).for_table():
        grants.accept_formally(project, actor=stage.coordinator, now=now)
        chosen = stage.chance.sample(stage.evaluators, 2)
        grants.assign_evaluators(project, evaluators=chosen, actor=stage.coordinator, now=now)
    for _round in range(4):
        sheets = ProjectEvaluation.objects.filter(project__call=call, submitted_at=None)
        for sheet in progress(
            list(
                sheets.select_related("evaluator", "project__placement__application").order_by("pk")
            ),
            "sheets",
        ):
            _judge(stage, sheet, now)
        try:
            grants.rank_projects(call, actor=stage.coordinator, now=now)
        except grants.NotAllFinal as error:
            for project in error.projects:
                _call_another(stage, project, now)
        else:
            break
    decided = stage.calendar.grant_decision
    grants.propose_decisions(
        call, reason="Zgodnie z listą rankingową.", actor=stage.coordinator, now=decided
    )
    for decision in decisions_to_approve(call):
        grants.approve_decision(decision, actor=stage.board, now=decided)


def carry_out(stage: Stage, call: GrantCall, progress: Callable) -> None:
    """Agreement, tranches, report with documents, settlement: paid = accepted + returned."""
    awarded = call.projects.filter(status=ProjectStatus.AWARDED).for_table()
    for project in progress(list(awarded), "grants"):
        _carry_out(stage, project)


def _write(stage: Stage, project: SmallProject) -> None:
    now = stage.calendar.grant_opens + timedelta(days=stage.chance.randint(2, 20))
    words = dict.fromkeys(
        ("summary", "need", "learned", "actions", "partner_role", "risks", "lasting"), TEXT
    )
    grants.save_words(
        project, answers={**words, "title": f"Відкрита громада {project.pk}"}, now=now
    )
    grants.save_lines(project, lines=_budget(stage, project), now=now)
    project = grants.submit_project(project, now=now)
    contact = project.placement.declaration.survey.addressee
    grants.answer_as_partner(
        project, agrees=True, remark="", email=contact.email, now=now + timedelta(days=1)
    )


def _budget(stage: Stage, project: SmallProject) -> list[dict]:
    """Three lines of about 24 000 to 38 000 zlotys together, a part of them own."""
    categories = list(stage.edition.budget_categories.order_by("position", "pk"))
    by_code = {row.code: row for row in categories}
    admin = by_code.get("administration", categories[-1])
    chance = stage.chance
    lines = []
    for category, low, high in (
        (categories[1], 12_000, 18_000),
        (categories[2], 8_000, 13_000),
        (admin, 1_500, 2_400),
    ):
        price = money(low, high, chance)
        own = (price * Decimal("0.04")).quantize(Decimal("0.01"))
        lines.append(
            {
                "category": category,
                "description": f"{category.name_uk}",
                "unit": "послуга",
                "quantity": Decimal(1),
                "unit_price": price,
                "grant": price - own,
            }
        )
    return lines


def _judge(stage: Stage, sheet: ProjectEvaluation, now) -> None:
    grants.declare_impartial(sheet, actor=sheet.evaluator, now=now)
    quality = 0.65 + 0.3 * stage.talent(
        f"project {sheet.project.placement.application.number[-4:]}"
    )
    scores = {
        row.code: min(
            row.max_points,
            max(0, round(row.max_points * (quality + stage.chance.uniform(-0.15, 0.1)))),
        )
        for row in stage.edition.grant_criteria.order_by("position", "pk")
    }
    grants.submit_evaluation(
        sheet,
        scores=scores,
        comments=dict.fromkeys(scores, "Projekt spójny, budżet oszczędny, partner ma swoją rolę."),
        actor=sheet.evaluator,
        now=now,
    )


def _call_another(stage: Stage, project: SmallProject, now) -> None:
    has = set(project.evaluations.values_list("evaluator_id", flat=True))
    free = [person for person in stage.evaluators if person.pk not in has]
    grants.assign_evaluators(project, evaluators=free[:1], actor=stage.coordinator, now=now)


def _carry_out(stage: Stage, project: SmallProject) -> None:
    calendar = stage.calendar
    now = calendar.grant_decision + timedelta(days=3)
    grants.agree_budget(project, actor=stage.coordinator, now=now)
    agreement = grants.make_agreement(project, actor=stage.coordinator, now=now)
    grants.sign_agreement(
        agreement, signed_on=now.date(), actor=stage.coordinator, now=now + timedelta(days=2)
    )
    tranches = list(Tranche.objects.filter(project=project).order_by("number"))
    _pay(stage, tranches[0], now + timedelta(days=4))
    project.refresh_from_db()
    report = grants.open_report(
        project, kind=ReportKind.FINAL, actor=stage.coordinator, now=calendar.grant_settled
    )
    for line in project.lines.order_by("position"):
        _document(stage, report, line)
    handed_in = calendar.grant_settled + timedelta(days=1)
    report = grants.send_report(report, narrative=TEXT, now=handed_in)
    grants.accept_report(report, actor=stage.coordinator, now=handed_in)
    for tranche in tranches[1:]:
        tranche.refresh_from_db()
        _pay(stage, tranche, handed_in + timedelta(days=1))
    project.refresh_from_db()
    grants.settle_project(project, actor=stage.coordinator, now=handed_in + timedelta(days=2))
    project.refresh_from_db()
    grants.close_project(project, actor=stage.coordinator, now=handed_in + timedelta(days=20))


def _pay(stage: Stage, tranche: Tranche, now) -> None:
    grants.propose_tranche(tranche, actor=stage.coordinator, now=now)
    grants.approve_tranche(tranche, actor=stage.second, now=now)
    grants.pay_tranche(tranche, paid_on=now.date(), actor=stage.coordinator, now=now)


def _document(stage: Stage, report, line) -> None:
    """An invoice in hryvnias at a rate; about what the line holds, sometimes a little less."""
    rate = Decimal("0.087654")
    share = Decimal(stage.chance.randint(950, 1000)) / 1000
    spent_on = stage.calendar.grant_last_day - timedelta(days=stage.chance.randint(10, 120))
    grants.add_document(
        report,
        line=line,
        answers={
            "number": f"ФВ/{line.pk}",
            "issued_on": spent_on,
            "seller": "ТОВ Постачальник",
            "seller_tax_id": "",
            "description": line.description,
            "currency": "UAH",
            "amount": (line.grant * share / rate).quantize(Decimal("0.01")),
            "rate": rate,
            "rate_on": spent_on,
            "rate_table": "A",
            "source": "grant",
            "paid_on": spent_on,
        },
        now=stage.calendar.grant_settled,
    )
