"""A hromada applies for a small project in a real browser; its partner, an evaluator, the desk."""

import os
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from core import links, roles
from grants import services
from grants.enums import ProjectStatus, ReportKind
from grants.models import SmallProject
from tests.conftest import sign_in
from tests.factories.core import UserFactory
from tests.factories.grants import (
    GrantCallFactory,
    GrantReportFactory,
    ProjectEvaluationFactory,
    SmallProjectFactory,
    document_answers,
    words,
)
from tests.factories.matching import PlacementFactory

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")


def shot(page, name: str) -> None:
    """Keep a picture when somebody asks for pictures."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def call(live_server):
    """Open now by the clock of the machine, for a year to come."""
    now = timezone.now()
    return GrantCallFactory(
        opened_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=20),
        starts_on=date(now.year + 1, 3, 1),
        ends_on=date(now.year + 1, 9, 30),
    )


@pytest.fixture
def written(call):
    first, last = call.starts_on, call.ends_on
    made = SmallProjectFactory(call=call, written=True, starts_on=first, ends_on=last)
    return SmallProject.objects.for_table().get(pk=made.pk)


def enter(page, url_name: str, purpose: str, target, language: str) -> None:
    """Open a personal link and show by the e-mailed code who sits here."""
    now = timezone.now()
    with transaction.atomic():
        token = links.create(
            purpose=purpose, target=target, email="urzad@example.org", expires_at=None, now=now
        )
    page.goto(urlsplit(links.url(url_name, token, language)).path)
    page.locator("main form button").click()
    code = links.issue_code(links.resolve(purpose=purpose, token=token, now=now), now=now)
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    expect(page.locator("input[name=code]")).to_have_count(0)


def go_on(page) -> None:
    """Press the primary button of the page, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main .buttons button.button").last.click()


def be(page, user, url: str) -> None:
    """Let the browser be this person."""
    cookies = sign_in(Client(), user).cookies.items()
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": url} for name, morsel in cookies]
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_hromada_fills_in_and_sends(open_browser, axe_faults, call, javascript):
    """The whole application in Ukrainian, at 360 px, with nothing for axe to find."""
    project = SmallProjectFactory(call=call)
    page = open_browser(javascript=javascript, width=360, language="uk-UA")
    enter(page, "grants:apply", "project", project, "uk")
    faults = axe_faults(page) if javascript else []
    shot(page, f"grants-apply-360-{javascript}")
    answers = words(starts_on=call.starts_on, ends_on=call.ends_on)

    for place in range(3):
        page.locator("ol.task-list a").nth(place).click()
        for field in page.locator("main form [name]").all():
            name = field.get_attribute("name")
            base, _line, part = name.rpartition("_")
            if base in ("starts_on", "ends_on"):
                field.fill(str(getattr(answers[base], part)))
            elif name in answers:
                field.fill(str(answers[name]))
        faults += axe_faults(page) if javascript else []
        shot(page, f"grants-page{place}-360-{javascript}")
        go_on(page)
    page.locator("ol.task-list a").nth(3).click()
    go_on(page)
    expect(page.locator(".error-summary li")).to_have_count(6)
    faults += axe_faults(page) if javascript else []
    shot(page, f"grants-budget-errors-360-{javascript}")
    page.locator("[name=category]").select_option(index=3)
    typed = {"description": "Навчання", "unit": "день", "quantity": "10", "unit_price": "2 000,50"}
    for name, value in {**typed, "grant": "19 000"}.items():
        page.locator(f"main [name={name}]").fill(value)
    go_on(page)
    shot(page, f"grants-budget-360-{javascript}")
    faults += axe_faults(page) if javascript else []
    page.locator("p.back a").click()
    page.locator("main .buttons a").click()
    faults += axe_faults(page) if javascript else []
    shot(page, f"grants-check-360-{javascript}")
    go_on(page)

    expect(page.locator(".tag").first).to_be_visible()
    project.refresh_from_db()
    assert project.status == ProjectStatus.SUBMITTED
    assert project.lines.get().total == Decimal("20005.00")
    assert faults == []
    shot(page, f"grants-sent-360-{javascript}")


@pytest.mark.parametrize("width", [360, 1280])
def test_partner_confirms(open_browser, axe_faults, written, width):
    project = services.submit_project(written, now=timezone.now())
    page = open_browser(width=width)
    enter(page, "grants:partner", "project.partner", project, "pl")
    faults = axe_faults(page)
    shot(page, f"grants-partner-{width}")
    go_on(page)
    faults += axe_faults(page)
    page.locator("input[name=answer][value=yes]").check()
    go_on(page)

    expect(page.locator(".notice-success").first).to_be_visible()
    shot(page, f"grants-partner-confirmed-{width}")
    assert services.has_valid_confirmation(project)
    assert faults + axe_faults(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_report_is_written(open_browser, axe_faults, written, width):
    SmallProject.objects.update(status=ProjectStatus.IN_PROGRESS, number="WIN4UA-G-2026-0001")
    report = GrantReportFactory(project=written, kind=ReportKind.FINAL)
    for line, amount in zip(written.lines.order_by("position"), ("9600.00", "500.00"), strict=True):
        answers = document_answers(currency="PLN", rate=Decimal(1), amount=Decimal(amount))
        services.add_document(report, line=line, answers=answers, now=timezone.now())
    page = open_browser(width=width, language="uk-UA")
    enter(page, "grants:report", "report", report, "uk")
    faults = axe_faults(page)
    shot(page, f"grants-report-{width}")
    page.locator("main a.button").click()
    go_on(page)
    faults += axe_faults(page)
    shot(page, f"grants-document-{width}")

    expect(page.locator(".error-summary li").first).to_be_visible()
    assert faults == []


@pytest.mark.parametrize("width", [360, 1280])
def test_evaluator_declares_and_scores(open_browser, axe_faults, live_server, call, width):
    sheet = ProjectEvaluationFactory(
        project__call=call, evaluator=UserFactory(role=roles.EVALUATOR)
    )
    page = open_browser(width=width)
    be(page, sheet.evaluator, live_server.url)
    page.goto("/ocena/projekty/")
    faults = axe_faults(page)
    shot(page, f"grants-evaluations-{width}")
    page.locator(".task-list a").click()
    faults += axe_faults(page)
    shot(page, f"grants-impartial-{width}")
    page.locator("main .buttons button").first.click()
    page.locator("[name=points_need]").fill("15")
    page.locator("button[name=draft]").click()
    expect(page.locator("[name=points_need]")).to_have_value("15")
    faults += axe_faults(page)
    shot(page, f"grants-sheet-{width}")

    assert faults == []


@pytest.mark.parametrize("width", [360, 1280])
def test_coordinator_sees_the_call_and_a_project(
    open_browser, axe_faults, live_server, call, width
):
    coordinator = UserFactory(role=roles.COORDINATOR)
    second = UserFactory(role=roles.COORDINATOR)
    PlacementFactory(finished=True)
    SmallProjectFactory(call=call, submitted=True)
    project = SmallProjectFactory(call=call, in_evaluation=True)
    for _sheet in range(2):
        ProjectEvaluationFactory(project=project, final=True)
    GrantReportFactory(project__call=call, due_on=date(2026, 1, 1))
    now = timezone.now()
    SmallProject.objects.exclude(pk=project.pk).update(status=ProjectStatus.WITHDRAWN)
    services.rank_projects(call, actor=coordinator, now=now)
    services.propose_decisions(call, reason="Lista rankingowa.", actor=second, now=now)
    page = open_browser(width=width)
    be(page, coordinator, live_server.url)
    page.goto(f"/admin/grants/{call.edition_id}/")
    expect(page.locator("h1")).to_contain_text("WIN4UA 2026")
    faults = axe_faults(page)
    shot(page, f"grants-call-{width}")
    page.goto(f"/admin/grants/smallproject/{project.pk}/change/")
    faults += axe_faults(page)
    shot(page, f"grants-project-{width}")
    page.goto("/admin/grants/smallproject/")
    faults += axe_faults(page)
    shot(page, f"grants-list-{width}")

    assert faults == []
