"""A candidate fills in the application in Ukrainian, with JavaScript and without."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfWriter

from applications.models import InternApplication
from applications.services import interns as services
from core import links
from mailing.models import Letter
from tests.factories.applications import (
    EvaluationFactory,
    InternApplicationFactory,
    intern_answers,
)
from tests.factories.programme import EditionFactory, HromadaFactory

pytestmark = pytest.mark.django_db(transaction=True)
GO_ON = "Зберегти і продовжити"
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")


def shot(page, name: str) -> None:
    """Keep a picture when somebody asks for pictures."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def paper() -> dict[str, object]:
    """A real PDF as a browser uploads it."""
    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return {"name": "Лист.pdf", "mimeType": "application/pdf", "buffer": buffer.getvalue()}


@pytest.fixture
def edition(live_server):
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


def fill_page(page, answers: dict) -> None:
    """Answer every question of the page in sight from the answers given."""
    for field in page.locator("main form [name]").all():
        name, kind = field.get_attribute("name"), field.get_attribute("type")
        value = answers.get(name)
        if kind in ("hidden", "file", "submit") or value in (None, "", False):
            continue
        if kind == "radio":
            wanted = {True: "yes", False: "no"}.get(value, value)
            if field.get_attribute("value") == wanted:
                field.check()
        elif kind == "checkbox":
            if value is True or field.get_attribute("value") in value:
                field.check()
        elif name in ("movy_pl", "movy_en"):
            field.select_option(str(value))
        else:
            field.fill(str(value))


DATES = {
    "data_nar_day": "14",
    "data_nar_month": "4",
    "data_nar_year": "1985",
    "na_posadi_z_day": "1",
    "na_posadi_z_month": "9",
    "na_posadi_z_year": "2021",
}


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 360)])
def test_application_is_filled_in_and_sent_in_ukrainian(
    open_browser, axe_faults, edition, javascript, width
):
    hromada = HromadaFactory(name="Козельщинська")
    HromadaFactory(name="Козелецька")
    page = open_browser(javascript=javascript, width=width, language="uk-UA")
    page.goto("/uk/zayavka/")
    shot(page, f"start-{width}")
    page.locator("#id_hromada").fill("Козельщинська")
    page.locator("#id_email").fill("mariana@hromada.example")
    page.get_by_role("button", name="Надіслати посилання").click()
    expect(page.locator("h1")).to_have_text("Посилання вже надсилається")
    application = InternApplication.objects.get()
    assert application.hromada == hromada
    letter = Letter.objects.get(letter="applications/intern_link")
    link = next(word for word in letter.text.split() if "/uk/zayavka/" in word)

    page.goto(urlsplit(link).path)
    shot(page, f"door-{width}")
    page.locator("[name=letters]").fill("mar")
    page.get_by_role("button", name="Почати заявку").click()
    shot(page, f"overview-{width}")
    page.locator("main .buttons a").first.click()
    answers = intern_answers() | DATES
    while "/storinka/" in page.url:
        slug = page.url.rstrip("/").rsplit("/", 1)[-1]
        if slug == "dokumenty":
            page.locator("[name=lyst]").set_input_files([paper()])
        else:
            fill_page(page, answers)
        shot(page, f"page-{slug}-{width}")
        if javascript:
            assert axe_faults(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name=GO_ON).last.click()
        assert f"/storinka/{slug}/" not in page.url, page.locator("main").inner_text()
    shot(page, f"check-{width}")
    if javascript:
        assert axe_faults(page) == []
    page.get_by_role("button", name="Надіслати заявку").click()

    expect(page.locator("main")).to_contain_text("WIN4UA-")
    shot(page, f"receipt-{width}")
    application.refresh_from_db()
    assert application.status == "submitted"
    assert application.answers["temy"] == ["education", "waste"]
    assert Letter.objects.filter(letter="applications/intern_receipt").count() == 1


def test_errors_head_and_sheet_are_accessible(open_browser, axe_faults, edition):
    application = InternApplicationFactory(edition=edition, submitted=True)
    with transaction.atomic():
        token = links.create(
            purpose=services.HEAD_LINK,
            target=application,
            email="holova@hromada.example",
            expires_at=None,
            now=timezone.now(),
        )
    page = open_browser(language="uk-UA", width=360)
    page.goto(f"/uk/zayavka/kerivnyk/{token}/")
    shot(page, "head-360")
    assert axe_faults(page) == []
    page.get_by_role("button", name="Надіслати відповідь").click()
    expect(page.locator(".error-summary")).to_be_visible()
    shot(page, "head-errors-360")
    assert axe_faults(page) == []
    page.get_by_label("Підтверджую кандидатуру").check()
    page.locator("[name=letters]").fill("hol")
    page.get_by_role("button", name="Надіслати відповідь").click()
    expect(page.locator(".notice-success")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_evaluator_reads_and_scores(
    open_browser, axe_faults, edition, signed_in, live_server, width
):
    application = InternApplicationFactory(edition=edition, under_evaluation=True)
    evaluation = EvaluationFactory(application=application, impartial=True)
    EvaluationFactory(evaluator=evaluation.evaluator, due_on=timezone.localdate())
    client = signed_in(evaluation.evaluator)
    page = open_browser(width=width, language="uk-UA")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    page.goto("/uk/ocena/")
    expect(page.locator("h1")).to_have_text("Заявки для оцінювання")
    shot(page, f"evaluations-{width}")
    assert axe_faults(page) == []
    page.goto(f"/uk/ocena/{evaluation.pk}/")
    shot(page, f"sheet-{width}")
    assert axe_faults(page) == []
