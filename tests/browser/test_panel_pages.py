"""Every list, form and record of the panel, looked at by axe and on a narrow screen (X1, W04).

The demonstration brings rows of most kinds; `rest_of_the_house` makes one of each other. A model
that is registered and has no row here fails the walk, so that no page is left out.
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from applications.models import (
    HostQuestion,
    HostQuestionOption,
    HostSurvey,
    InternApplication,
    SurveyColleague,
    TakeOverRequest,
)
from core import roles
from core.models import CapabilityLink
from grants.models import ReportDocument
from mailing.models import DeliveryEvent, LetterText
from mailing.services.mailings import draft_mailing
from matching.models import PairRule, Placement
from meetings.models import Declaration
from programme.models import Edition, Membership, Organisation, RegisterFetch, RegisterImport
from programme.services import list_imports
from programme.services.demonstration import (
    demonstration_edition,
    demonstration_people,
    load_demonstration_register,
)
from tests.browser.accessibility.checks import ask, axe, whole
from tests.conftest import StrictClient, sign_in
from tests.factories.core import UserFactory
from tests.factories.grants import GrantReportFactory, SmallProjectFactory
from tests.factories.mailing import RecipientListFactory, ReplyFactory, SuppressionFactory
from win4ua import demo

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
LANGUAGES = ("pl", "uk", "en")
# Of libraries: nobody holds a permission for them, and their pages must answer so.
CLOSED = {"auth.group", "otp_totp.totpdevice", "otp_static.staticdevice"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edition(live_server) -> Edition:
    """The demonstration with life in it, and one row of every kind that it lacks."""
    roles.sync_permissions()
    load_demonstration_register()
    edition = demonstration_edition(now=timezone.now())
    demonstration_people()
    demo.fill(edition, now=timezone.now())
    rest_of_the_house(edition)
    return edition


def rest_of_the_house(edition: Edition) -> None:
    """What the demonstration does not have."""
    writer = UserFactory(role=roles.COORDINATOR)
    survey = HostSurvey.objects.filter(edition=edition).first()
    SuppressionFactory()
    RecipientListFactory(actor=writer)
    draft_mailing(
        title="Zaproszenie",
        letter="applications/host_invitation",
        audience="applications/municipalities",
        wish={"edition": edition.pk},
        actor=writer,
        now=NOW,
    )
    DeliveryEvent.objects.create(provider="smtp", event_id="1", kind="bounced", received_at=NOW)
    LetterText.objects.create(
        letter="applications/survey_receipt", position=1, written_by=writer, written_at=NOW
    )
    RegisterImport.objects.create(register="gminas", prepared_at=NOW)
    RegisterFetch.objects.create(status="failed", variable=72305, started_at=NOW, problem="503")
    Membership.objects.create(
        organisation=Organisation.objects.first(), union="zmp", as_of=date(2026, 3, 1), source="a"
    )
    content = "TERYT;Nazwa\n1061011;Łódź\n".encode()
    list_imports.prepare_list(
        "contacts", name="a.csv", content=content, as_of=date(2026, 3, 1), actor=writer, now=NOW
    )
    TakeOverRequest.objects.create(
        survey=survey, email="a@b.example", language="pl", asked_at=NOW, due_on=date(2026, 3, 12)
    )
    SurveyColleague.objects.create(
        survey=survey,
        email="a@b.example",
        way="invited",
        link=CapabilityLink.objects.first(),
        added_at=NOW,
        ends_at=NOW + timedelta(days=7),
    )
    ReplyFactory()
    labels = {f"label_{code}": "Przedszkola" for code in LANGUAGES}
    question = HostQuestion.objects.create(
        edition=edition, kind="one", code="q", after="kontakt", **labels
    )
    names = {f"name_{code}": "Dwa lub trzy" for code in LANGUAGES}
    HostQuestionOption.objects.create(question=question, code="o1", **names)
    PairRule.objects.create(
        edition=edition,
        declaration=Declaration.objects.first(),
        application=InternApplication.objects.first(),
        kind="ban",
        reason="Jedna rodzina.",
        author=writer,
        created_at=NOW,
    )
    placement = Placement.objects.filter(edition=edition).first()
    office = Organisation.objects.get(hromada=placement.application.hromada)
    project = SmallProjectFactory(
        call__edition=edition, placement=placement, organisation=office, submitted=True
    )
    report = GrantReportFactory(project=project)
    ReportDocument.objects.create(
        report=report,
        line=report.project.lines.first(),
        number="FV/1",
        issued_on=date(2026, 9, 1),
        seller="Sklep",
        description="Krzesła",
        amount=1000,
        rate="0.09",
        rate_on=date(2026, 8, 31),
        amount_pln=90,
        paid_on=date(2026, 9, 2),
    )


@pytest.fixture
def desk(open_browser, live_server, edition):
    """The browser of somebody who is coordinator and administrator: all that can be seen."""
    user = UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)
    roles.grant_role(user, role=roles.ADMINISTRATOR)
    session = sign_in(StrictClient(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page = open_browser()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def pages_of_the_panel() -> list[tuple[str, str]]:
    """Label of the model, and the address of each of its pages."""
    found = []
    for model in admin.site._registry:
        label, name = (
            model._meta.label_lower,
            f"admin:{model._meta.app_label}_{model._meta.model_name}",
        )
        found += [(label, reverse(f"{name}_changelist")), (label, reverse(f"{name}_add"))]
        newest = model._default_manager.order_by("-pk").first()
        assert newest is not None or label in CLOSED, f"{label} has no row to look at"
        if newest is not None:
            found.append((label, reverse(f"{name}_change", args=[newest.pk])))
    return found


def open_all(page) -> None:
    """What is folded away is looked at as well; menus lie over the page and stay shut."""
    folded = "document.querySelectorAll('#content details:not(.filter, .menu, .confirm)')"
    page.evaluate(f"{folded}.forEach(one => one.open = true)")


def test_every_page_of_every_record_has_no_axe_fault(desk):
    """Lists, forms for a new record, records: 0 violations, and nothing wider than the screen."""
    faults, opened = [], set()
    for label, address in pages_of_the_panel():
        response = desk.goto(address)
        if response.status == 403:
            continue
        opened.add(label)
        faults += [] if response.status == 200 else [f"{address}: {response.status}"]
        open_all(desk)
        for width in (1280, 360):
            whole(desk, width)
            faults += [f"{address} {width}: {fault}" for fault in axe(desk)]
            faults += [f"{address} {width}: too wide: {each}" for each in ask(desk, "sideways")]
            if SHOTS:
                name = address.strip("/").replace("/", "-")
                desk.screenshot(path=str(Path(SHOTS, f"{name}-{width}.png")), full_page=True)

    assert {*(m._meta.label_lower for m in admin.site._registry)} - opened == CLOSED
    assert "\n".join(faults) == ""
