"""A project that walks: each step through its service, in the winter and spring of 2027."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from core import links, roles
from grants import services
from grants.enums import ReportKind
from grants.models import SmallProject, Tranche
from tests.conftest import StrictClient
from tests.factories.core import UserFactory
from tests.factories.grants import (
    GrantCallFactory,
    SmallProjectFactory,
    document_answers,
)

JANUARY = datetime(2027, 1, 20, 9, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 10, 9, tzinfo=UTC)
MARCH = datetime(2027, 3, 1, 9, tzinfo=UTC)
OCTOBER = datetime(2027, 10, 10, 9, tzinfo=UTC)
SHEET = {
    "need": 16,
    "learning": 12,
    "logic": 16,
    "partner": 12,
    "feasibility": 8,
    "budget": 12,
    "durability": 4,
}


def again(project: SmallProject) -> SmallProject:
    """The project as the database has it now."""
    return SmallProject.objects.for_table().get(pk=project.pk)


@pytest.fixture
def call(db):
    return GrantCallFactory()


@pytest.fixture
def draft(call):
    return again(SmallProjectFactory(call=call, written=True))


@pytest.fixture
def evaluators(db):
    return [UserFactory(role=roles.EVALUATOR) for _number in range(3)]


class Walk:
    """Takes a written draft to where a test begins."""

    def __init__(self, coordinator, second, evaluators):
        self.coordinator, self.second, self.evaluators = coordinator, second, evaluators

    def submitted(self, project):
        return services.submit_project(project, now=JANUARY)

    def confirmed(self, project):
        project = self.submitted(project)
        services.answer_as_partner(
            project, agrees=True, remark="", email="partner@gmina.example", now=JANUARY
        )
        return project

    def in_evaluation(self, project):
        project = self.confirmed(project)
        return services.accept_formally(project, actor=self.coordinator, now=FEBRUARY)

    def judged(self, project, *points: int):
        """In evaluation, with a final sheet for each number of points (0 to 100)."""
        project = self.in_evaluation(project)
        for evaluator, wanted in zip(self.evaluators, points or (80, 80), strict=False):
            self.sheet(project, evaluator, wanted)
        return again(project)

    def sheet(self, project, evaluator, points: int = 80):
        made = services.assign_evaluators(
            project, evaluators=[evaluator], actor=self.coordinator, now=FEBRUARY
        )[0]
        services.declare_impartial(made, actor=evaluator, now=FEBRUARY)
        return services.submit_evaluation(
            made,
            scores={"need": points},
            comments={"need": "Uzasadnienie oceny tego kryterium w całym zdaniu, jak trzeba."},
            actor=evaluator,
            now=FEBRUARY,
        )

    def awarded(self, project):
        project = self.judged(project)
        by = {"actor": self.coordinator, "now": FEBRUARY}
        services.rank_projects(project.call, **by)
        decision = services.propose_decisions(project.call, reason="Lista rankingowa.", **by)[0]
        services.approve_decision(decision, actor=self.second, now=FEBRUARY)
        return again(project)

    def agreed(self, project):
        project = self.awarded(project)
        return services.agree_budget(project, actor=self.coordinator, now=MARCH)

    def signed(self, project):
        project = self.agreed(project)
        agreement = services.make_agreement(project, actor=self.coordinator, now=MARCH)
        services.sign_agreement(
            agreement, signed_on=date(2027, 3, 1), actor=self.coordinator, now=MARCH
        )
        return again(project)

    def pay(self, tranche, now=MARCH):
        services.propose_tranche(tranche, actor=self.coordinator, now=now)
        services.approve_tranche(tranche, actor=self.second, now=now)
        return services.pay_tranche(tranche, paid_on=now.date(), actor=self.coordinator, now=now)

    def in_progress(self, project):
        project = self.signed(project)
        self.pay(Tranche.objects.select_related("project").get(project=project, number=1))
        return again(project)

    def asked(self, project):
        """The final report, asked for and empty."""
        project = self.in_progress(project)
        return services.open_report(
            project, kind=ReportKind.FINAL, actor=self.coordinator, now=OCTOBER
        )

    def reported(self, project, **documents):
        """The final report, sent, with one document in each line; `amounts` are in zlotys."""
        report = self.asked(project)
        amounts = documents.get("amounts", ["9500.00", "9000.00"])
        lines = report.project.lines.order_by("position")
        for line, amount in zip(lines, amounts, strict=True):
            answers = document_answers(currency="PLN", rate=Decimal(1), amount=Decimal(amount))
            services.add_document(report, line=line, answers=answers, now=OCTOBER)
        return services.send_report(report, narrative="Зроблено.", now=OCTOBER)


@pytest.fixture
def walk(coordinator, second_coordinator, evaluators):
    return Walk(coordinator, second_coordinator, evaluators)


@pytest.fixture
def january():
    """The clock stands in the winter of the call; a test may move it."""
    with time_machine.travel(JANUARY, tick=False) as clock:
        yield clock


@pytest.fixture
def let_in(monkeypatch):
    """A browser that has shown who sits before it."""
    monkeypatch.setattr(links, "is_trusted", lambda request, link, **_: True)
    return StrictClient()
