"""A coordinator writes the words of a letter: placeholders, preview, publication (E1, E2)."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import roles
from mailing import services
from mailing.models import LetterText
from mailing.values import Recipient
from tests.conftest import sign_in
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
NAME = "mailing/login_link"


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def desk(open_browser, live_server):
    """Olena's browser at the panel."""

    def opened(**options):
        olena = UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)
        client = sign_in(Client(), olena)
        page = open_browser(**options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return page

    return opened


def letter_to_somebody() -> None:
    with transaction.atomic():
        services.write(
            key="login.1",
            letter=NAME,
            to=Recipient("iryna@hromada.example", "uk", "Ірина Приклад"),
            context={
                "link": "https://win4ua.example/logowanie/AbC/",
                "code": "482913",
                "asked_at": "вівторок, 14 квітня 2026, 11:00 (за київським часом)",
            },
            now=timezone.now(),
        )


def test_words_are_written_previewed_and_published(desk, axe_faults):
    """A click inserts a placeholder; the preview shows a real recipient; then it is in force."""
    letter_to_somebody()
    page = desk()

    page.goto(reverse("admin:mailing_text_list"))
    look(page, "texts-list")
    faults = axe_faults(page)
    page.get_by_role("row", name=NAME).get_by_role("link").click()
    look(page, "text-edit")
    faults += axe_faults(page)
    body = page.locator("[name=body_uk]")
    body.fill("Ваш код: \n\n-> {link} | Увійти")
    body.evaluate("field => field.setSelectionRange(9, 9)")
    page.get_by_role("button", name="{code}").click()
    typed = body.input_value()
    page.locator("[name=like]").select_option(index=1)
    page.get_by_role("button", name="Zobacz, co dotrze").click()
    marked = page.locator("mark").all_inner_texts()
    look(page, "text-preview")
    faults += axe_faults(page)
    page.get_by_role("button", name="Zapisz jako wersję").click()
    page.get_by_role("button", name="Opublikuj wersję 1").click()
    look(page, "text-published")

    assert typed == "Ваш код: {code}\n\n-> {link} | Увійти"
    assert "[osobisty odnośnik lub kod]" in marked
    assert faults == []
    assert LetterText.objects.get().published_at is not None


def test_editor_fits_a_phone(desk):
    page = desk(width=360)

    page.goto(reverse("admin:mailing_text_edit", args=[NAME]))
    look(page, "text-edit-360")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
