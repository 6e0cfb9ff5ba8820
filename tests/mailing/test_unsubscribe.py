"""Stopping letters to many: GET shows, POST acts (E12, M11)."""

import pytest
from django.test import Client

from mailing import unsubscribe
from mailing.models import Suppression
from tests.factories.mailing import LetterFactory

pytestmark = pytest.mark.django_db


def url_of(letter) -> str:
    return unsubscribe.url_for(letter.uuid, "pl").removeprefix("http://testserver")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_page_stops_nothing(client, method):
    letter = LetterFactory(bulk=True)

    answer = getattr(client, method)(url_of(letter))

    assert answer.status_code == 200
    assert Suppression.objects.count() == 0


def test_page_does_not_say_that_something_has_changed_before_the_button(client):
    """M11: a person who only looks is told that the letters still come."""
    page = url_of(LetterFactory(bulk=True))

    before, after = client.get(page).content.decode(), client.post(page).content.decode()

    assert ("Do tego czasu nic się nie zmienia." in before, "Do tego czasu" in after) == (
        True,
        False,
    )


def test_one_click_of_a_mail_program_stops_bulk_letters():
    """RFC 8058: no cookie, no CSRF token, the body as the standard says."""
    letter = LetterFactory(bulk=True, to="Office@gmina.example")

    answer = Client(enforce_csrf_checks=True).post(
        url_of(letter), {"List-Unsubscribe": "One-Click"}
    )

    assert answer.status_code == 200
    entry = Suppression.objects.get()
    assert (entry.email, entry.cause) == ("office@gmina.example", "unsubscribed")


def test_asking_twice_keeps_one_entry(client):
    letter = LetterFactory(bulk=True)

    codes = [client.post(url_of(letter)).status_code for _ in range(2)]

    assert codes == [200, 200]
    assert Suppression.objects.count() == 1


def test_receipt_cannot_be_unsubscribed(client):
    letter = LetterFactory()

    assert client.post(url_of(letter)).status_code == 404
    assert Suppression.objects.count() == 0


@pytest.mark.parametrize("change", [1, -1])
def test_forged_link_gets_the_kind_page(client, change):
    url = url_of(LetterFactory(bulk=True))
    place = url.index(":") + change
    forged = url[:place] + ("0" if url[place] != "0" else "1") + url[place + 1 :]

    assert client.post(forged).status_code == 410
    assert Suppression.objects.count() == 0
