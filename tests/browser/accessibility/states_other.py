"""States of the pages of candidates, evaluators, pairs, the phone and small projects."""

from datetime import date, timedelta
from decimal import Decimal

from applications.forms.intern_pages import pages_for
from applications.models import TravelChecklist
from applications.services import interns
from core import roles
from core.formats import WARSAW
from grants import services as grants
from grants.enums import ProjectStatus, ReportKind
from grants.models import SmallProject
from matching import services as matching
from tests.browser.accessibility.visitor import visits
from tests.factories.applications import (
    EvaluationFactory,
    InternApplicationFactory,
    intern_answers,
)
from tests.factories.core import UserFactory
from tests.factories.grants import (
    GrantCallFactory,
    GrantReportFactory,
    ProjectEvaluationFactory,
    SmallProjectFactory,
    document_answers,
)
from tests.factories.matching import DiaryEntryFactory, PlacementFactory, ProposalFactory
from tests.factories.programme import HromadaFactory


@visits(
    "applications:intern_door",
    "applications:intern_head",
    "applications:intern_link_sent",
    "applications:intern_start",
)
def candidate_doors(world, visitor) -> None:
    """The entrance of candidates, the confirmation of the head."""
    start = world.path("applications:intern_start")
    visitor.see("application door without an edition", start)
    edition = world.edition()
    HromadaFactory(name="Козельщинська")
    visitor.see("application door", start, snapshot=True)
    visitor.send("application door errors", start)
    visitor.see("application link sent", world.path("applications:intern_link_sent"))
    world.is_trusted = False
    fresh = InternApplicationFactory(edition=edition, begun=False)
    known = InternApplicationFactory(edition=edition)
    for name, each in (("new", fresh), ("known", known)):
        door = world.door("applications:intern_door", interns.LINK, each, email=each.email)
        visitor.see(f"application entrance {name}", door)
        if name == "new":
            visitor.send(f"application entrance {name} errors", door)
    sent = InternApplicationFactory(edition=edition, submitted=True)
    head = world.door("applications:intern_head", interns.HEAD_LINK, sent, email="h@x.example")
    visitor.see("head", head, snapshot=True)
    visitor.send("head errors", head)
    confirmed = InternApplicationFactory(edition=edition, head_confirmed=True)
    head = world.door("applications:intern_head", interns.HEAD_LINK, confirmed)
    visitor.see("head confirmed", head)


@visits(
    "applications:intern_answers",
    "applications:intern_application",
    "applications:intern_check",
    "applications:intern_journey",
    "applications:intern_page",
    "applications:intern_stop",
    "applications:intern_withdraw",
)
def candidate_pages(world, visitor) -> None:
    """The application page by page, filled in and empty; check, sent, after it."""
    edition = world.edition()
    empty = InternApplicationFactory(edition=edition, begun=False)
    full = InternApplicationFactory(edition=edition)
    empty_token = world.token(interns.LINK, empty, email=empty.email)
    token = world.token(interns.LINK, full, email=full.email)
    for name, each in (("empty", empty_token), ("filled", token)):
        visitor.see(f"application {name}", world.path("applications:intern_application", each))
    for page in pages_for(full):
        here = world.path("applications:intern_page", token, page.slug)
        visitor.see(f"application page {page.slug}", here, snapshot=page.slug == "osoba")
        if page.slug in ("hromada", "osoba", "robota"):
            there = world.path("applications:intern_page", empty_token, page.slug)
            visitor.send(f"application page {page.slug} errors", there)
    for name in ("intern_check", "intern_answers", "intern_withdraw"):
        visitor.see(f"application {name}", world.path(f"applications:{name}", token))
    visitor.send("application not complete", world.path("applications:intern_check", empty_token))
    for state in ("submitted", "head_confirmed", "ready"):
        sent = InternApplicationFactory(edition=edition, **{state: True})
        token = world.token(interns.LINK, sent, email=sent.email)
        here = world.path("applications:intern_application", token)
        visitor.see(f"application {state}", here, snapshot=state == "submitted")
    preparing = InternApplicationFactory(edition=edition, interviewed=True, status="preparing")
    TravelChecklist.objects.create(application=preparing)
    token = world.token(interns.LINK, preparing, email=preparing.email)
    visitor.see("application journey", world.path("applications:intern_journey", token))
    barred = InternApplicationFactory(
        edition=edition, answers=intern_answers(naselennia=80_001, bezpeka="safe")
    )
    token = world.token(interns.LINK, barred, email=barred.email)
    visitor.see("application stop", world.path("applications:intern_stop", token))


@visits(
    "applications:evaluation",
    "applications:evaluations",
)
def evaluators(world, visitor) -> None:
    """What an evaluator reads and scores."""
    edition = world.edition()
    nobody = UserFactory(role=roles.EVALUATOR)
    world.be(nobody)
    visitor.see("evaluations empty", world.path("applications:evaluations"))
    application = InternApplicationFactory(edition=edition, under_evaluation=True)
    assigned = EvaluationFactory(application=application)
    world.be(assigned.evaluator)
    sheet = world.path("applications:evaluation", assigned.pk)
    visitor.see("evaluations", world.path("applications:evaluations"))
    visitor.see("evaluation declaration", sheet)
    visitor.send("evaluation declaration errors", sheet)
    impartial = EvaluationFactory(application=application, impartial=True)
    world.be(impartial.evaluator)
    sheet = world.path("applications:evaluation", impartial.pk)
    visitor.see("evaluation sheet", sheet)
    visitor.send("evaluation sheet errors", sheet)


@visits("matching:answer_host", "matching:answer_intern")
def pairs(world, visitor) -> None:
    """The answer of both sides to a proposed pair."""
    world.is_trusted = False
    for state in ("published", "accepted"):
        proposal = ProposalFactory(**{state: True})
        for side in ("host", "intern"):
            address = world.door(f"matching:answer_{side}", f"proposal.{side}", proposal)
            visitor.see(f"pair {side} {state}", address, snapshot=state == "published")
            if state == "published":
                visitor.send(f"pair {side} errors", address)


@visits(
    "matching:diary",
    "matching:diary_return",
    "matching:diary_write",
    "matching:home",
    "matching:report",
    "matching:today",
    "matching:today_other",
    "matching:week",
    "matching:week_edit",
    "matching:week_new",
)
def phone(world, visitor) -> None:
    """A mentor and an intern on a phone."""
    today = world.now.astimezone(WARSAW).date()
    morning = world.now.astimezone(WARSAW).replace(hour=9, minute=0, second=0, microsecond=0)
    alone = UserFactory(role=roles.MENTOR)
    world.be(alone)
    visitor.see("phone nobody", world.path("matching:home"))
    placement = PlacementFactory(starts_on=today, ends_on=today + timedelta(days=27))
    item = matching.plan_item(
        placement,
        starts_at=morning,
        ends_at=morning + timedelta(hours=2),
        title="Poznanie urzędu",
        place="Urząd Gminy, ul. Główna 1, pokój 12",
        theme=placement.edition.themes.first(),
        actor=placement.mentor,
    )
    matching.comment_item(item, comment="Чи брати зошит?", actor=placement.intern)
    entry = DiaryEntryFactory(placement=placement, day=today)
    pages = {"today": (), "week": (), "diary": (), "report": ()}
    world.be(placement.mentor)
    for name, args in pages.items():
        visitor.see(f"mentor {name}", world.path(f"matching:{name}", placement.pk, *args))
    other = world.path("matching:today_other", placement.pk, today + timedelta(days=1))
    visitor.see("mentor other day", other)
    new = world.path("matching:week_new", placement.pk)
    visitor.see("mentor new item", new)
    visitor.send("mentor new item errors", new)
    visitor.see("mentor item", world.path("matching:week_edit", placement.pk, item.pk))
    back = world.path("matching:diary_return", placement.pk, entry.pk)
    visitor.see("mentor returns the diary", back)
    visitor.send("mentor report errors", world.path("matching:report", placement.pk))
    world.be(placement.intern)
    for name, args in pages.items():
        visitor.see(
            f"intern {name}",
            world.path(f"matching:{name}", placement.pk, *args),
            snapshot=name == "today",
        )
    write = world.path("matching:diary_write", placement.pk)
    visitor.see("intern writes the diary", write)
    visitor.send("intern diary errors", write)


@visits(
    "grants:apply",
    "grants:apply_code",
    "grants:budget",
    "grants:change_line",
    "grants:check",
    "grants:document",
    "grants:page",
    "grants:partner",
    "grants:partner_code",
    "grants:report",
    "grants:report_code",
)
def projects(world, visitor) -> None:
    """A hromada applies for a small project; its partner confirms; the report is written."""
    call = GrantCallFactory(
        opened_at=world.now - timedelta(days=1),
        closes_at=world.now + timedelta(days=20),
        starts_on=date(world.now.year + 1, 3, 1),
        ends_on=date(world.now.year + 1, 9, 30),
    )
    dates = {"starts_on": call.starts_on, "ends_on": call.ends_on}
    empty = SmallProjectFactory(call=call)
    token = world.token("project", empty)
    visitor.see("project empty", world.path("grants:apply", token))
    for slug in ("idea", "plan", "partner"):
        page = world.path("grants:page", token, slug)
        visitor.see(f"project {slug}", page)
        visitor.send(f"project {slug} errors", page)
    visitor.see("project budget empty", world.path("grants:budget", token))
    visitor.send("project budget errors", world.path("grants:budget", token))
    written = SmallProjectFactory(call=call, written=True, **dates)
    token, line = world.token("project", written), written.lines.first()
    visitor.see("project written", world.path("grants:apply", token), snapshot=True)
    visitor.see("project budget", world.path("grants:budget", token))
    visitor.see("project line", world.path("grants:change_line", token, line.pk))
    visitor.see("project check", world.path("grants:check", token))
    sent = grants.submit_project(SmallProject.objects.for_table().get(pk=written.pk), now=world.now)
    partner = world.door("grants:partner", "project.partner", sent)
    visitor.see("project partner", partner)
    visitor.send("project partner errors", partner)
    visitor.see("project sent", world.path("grants:apply", token))
    world.is_trusted = False
    visitor.see("project code", world.path("grants:apply_code", token))
    visitor.see("partner code", world.door("grants:partner_code", "project.partner", sent))
    SmallProject.objects.filter(pk=written.pk).update(
        status=ProjectStatus.IN_PROGRESS, number="WIN4UA-G-2026-0001"
    )
    report = GrantReportFactory(project=written, kind=ReportKind.FINAL)
    for each, amount in zip(written.lines.order_by("position"), ("9600.00", "500.00"), strict=True):
        answers = document_answers(currency="PLN", rate=Decimal(1), amount=Decimal(amount))
        grants.add_document(report, line=each, answers=answers, now=world.now)
    visitor.see("report code", world.door("grants:report_code", "report", report))
    world.is_trusted = True
    token = world.token("report", report)
    visitor.see("project report", world.path("grants:report", token))
    visitor.see("project document", world.path("grants:document", token))
    visitor.send("project document errors", world.path("grants:document", token))


@visits(
    "grants:evaluation",
    "grants:evaluations",
)
def project_evaluators(world, visitor) -> None:
    """An evaluator of small projects."""
    call = GrantCallFactory(
        opened_at=world.now - timedelta(days=1), closes_at=world.now + timedelta(days=20)
    )
    judge = UserFactory(role=roles.EVALUATOR)
    world.be(judge)
    visitor.see("project evaluations empty", world.path("grants:evaluations"))
    for state in ({}, {"impartial": True}, {"final": True}):
        sheet = ProjectEvaluationFactory(project__call=call, evaluator=judge, **state)
        name = next(iter(state), "assigned")
        address = world.path("grants:evaluation", sheet.pk)
        visitor.see(f"project evaluation {name}", address)
    visitor.see("project evaluations", world.path("grants:evaluations"))
