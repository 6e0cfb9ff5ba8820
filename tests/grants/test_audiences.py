"""Notices to applicants and partners of small projects (E13, E19, E20, P26)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changelists import chosen_by
from grants.enums import ProjectStatus, ReportKind, ReportStatus
from grants.models import GrantReport, SmallProject
from mailing import mailing_selectors
from mailing.audiences import audience, audiences_for
from mailing.models import Letter
from mailing.services import mailing_sending, suppress
from tests.factories.grants import GrantReportFactory, SmallProjectFactory
from tests.mailing.prepared import let_go, mailing_to, verdicts

NOW = datetime(2027, 10, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
NOTICE = "grants/project_notice"
NAMES = ("grants/applicants", "grants/partners")
BODY = "{salutation}\n\n{hromada}, {gmina}, {number}, {title}"
GONE = "The filters with which the recipients were chosen do not find this record any more."
pytestmark = pytest.mark.django_db


def notice(name: str, actor, *, query: str = "", body: str = BODY):
    return mailing_to(name, actor, letter=NOTICE, now=NOW, query=query, body=body)


@pytest.mark.parametrize("name", NAMES)
def test_letter_goes_to_the_right_side_in_its_language(coordinator, name):
    """E19: the hromada in its language, the Polish partner in Polish; no address of the other."""
    project = SmallProjectFactory(submitted=True)
    mailing = notice(name, coordinator)
    let_go(mailing, coordinator, now=NOW)

    assert mailing_sending.send_next(now=LATER) == 1

    contact = project.placement.declaration.survey.contact
    expected = {
        "grants/applicants": (project.email, "uk", "Шановні пані та панове"),
        "grants/partners": (contact.email, "pl", contact.salutation()),
    }
    letter = Letter.objects.get()
    greeting, facts = letter.text.split("\n\n")[:2]
    assert (letter.to, letter.language, greeting) == expected[name]
    gmina = project.host.gmina.name
    hromada = project.hromada.name if letter.language == "uk" else project.hromada.name_en
    assert facts == f"{hromada}, {gmina}, {project.number}, {project.title}"
    assert letter.about == project
    assert [one for one in {project.email, contact.email} - {letter.to} if one in letter.text] == []


def test_day_of_the_report_is_that_which_is_awaited_first(coordinator):
    """E8: where no report is awaited, the place is empty and the mailing blocked."""
    project = SmallProjectFactory(submitted=True)
    without = SmallProjectFactory(submitted=True)
    for kind, due_on, status in (
        (ReportKind.INTERIM, date(2027, 6, 1), ReportStatus.ACCEPTED),
        (ReportKind.FINAL, date(2027, 10, 30), ReportStatus.RETURNED),
    ):
        GrantReportFactory(project=project, kind=kind, due_on=due_on, status=status)
    GrantReportFactory(project=without, status=ReportStatus.SENT)

    mailing = notice("grants/partners", coordinator, body="{salutation}: {due_on}")

    gaps = dict(mailing_selectors.rows_with_gaps(mailing).values_list("key", "missing"))
    assert gaps == {str(without.pk): "due_on"}
    awaited = notice(
        "grants/partners", coordinator, query="report=awaited", body="{salutation}: {due_on}"
    )
    let_go(awaited, coordinator, now=NOW)
    mailing_sending.send_next(now=LATER)
    assert ": 30 października 2027\n" in Letter.objects.get().text


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2027, 9, 29), {"awaited": 2, "soon": 0, "late": 0}),
        (date(2027, 9, 30), {"awaited": 2, "soon": 1, "late": 0}),
        (date(2027, 10, 30), {"awaited": 2, "soon": 1, "late": 0}),
        (date(2027, 10, 31), {"awaited": 2, "soon": 0, "late": 1}),
    ],
)
def test_list_of_projects_can_be_narrowed_by_report(coordinator, today, found):
    """Due on 30 October and on a day far off; sent and accepted ones are not awaited."""
    due = GrantReportFactory(due_on=date(2027, 10, 30))
    GrantReportFactory(project=due.project, kind=ReportKind.INTERIM, due_on=date(2027, 12, 30))
    GrantReportFactory(due_on=date(2028, 6, 1), status=ReportStatus.RETURNED)
    GrantReportFactory(due_on=date(2027, 10, 30), status=ReportStatus.SENT)
    SmallProjectFactory()

    with time_machine.travel(datetime(today.year, today.month, today.day, 10, tzinfo=UTC)):
        seen = {
            each: chosen_by("grants.smallproject", f"report={each}", user=coordinator).count()
            for each in [*found, "nonsense"]
        }

    assert seen == found | {"nonsense": 4}


@pytest.mark.parametrize("name", NAMES)
def test_reasons_stand_beside_those_who_get_none(coordinator, name):
    """E20, E11."""
    stays, away, stopped = (SmallProjectFactory(submitted=True) for _number in range(3))
    SmallProject.objects.filter(pk=away.pk).update(status=ProjectStatus.WITHDRAWN)
    contact = stopped.placement.declaration.survey.contact
    for address in (stopped.email, contact.email):
        suppress(address, cause="unsubscribed", now=NOW)

    mailing = notice(name, coordinator)

    assert verdicts(mailing) == {
        str(stays.pk): "",
        str(away.pk): "Has withdrawn.",
        str(stopped.pk): "The address is on the stop list.",
    }


def test_report_that_came_meanwhile_is_not_asked_for(coordinator):
    """E13: chosen as awaited, and sent before the letter left."""
    late, sent = GrantReportFactory(), GrantReportFactory()
    mailing = notice("grants/applicants", coordinator, query="report=awaited")
    let_go(mailing, coordinator, now=NOW)
    GrantReport.objects.filter(pk=sent.pk).update(status=ReportStatus.SENT)

    mailing_sending.send_next(now=LATER)

    assert verdicts(mailing) == {str(late.project_id): "", str(sent.project_id): GONE}
    assert [letter.to for letter in Letter.objects.all()] == [late.project.email]


@pytest.mark.parametrize("name", NAMES)
def test_cost_does_not_grow_with_rows(coordinator, name):
    """Neither of working out nor of asking again before sending."""

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            mailing = notice(name, coordinator)
        rows = list(mailing.recipients.chosen())
        for row in rows:
            row.mailing = mailing
        with CaptureQueriesContext(connection) as again:
            found = audience(name).still(rows, mailing.wish, letter=NOTICE, now=NOW)
        assert (len(rows), found) == (SmallProject.objects.count(), {})
        return len(seen), len(again)

    SmallProjectFactory(submitted=True)
    queries()
    one = queries()
    for _number in range(3):
        SmallProjectFactory(submitted=True)

    assert queries() == one


def test_only_those_who_may_change_projects_write_to_them(coordinator, administrator, auditor):
    """The permission matrix (P20 to P24)."""
    seen = [
        {one.name for one in audiences_for(user)} & set(NAMES)
        for user in (coordinator, administrator, auditor)
    ]

    assert seen == [set(NAMES), set(), set()]
