"""Who sees what was typed: the browser that began, or one that showed the code (SEC-M1, A1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from applications.models import HostSurvey
from applications.services import host as services
from applications.survey_plan import BY_SLUG
from core import links
from core.models import CapabilityLink
from mailing.models import Letter
from tests.applications.test_host_colleagues import enter_code
from tests.applications.test_host_views import (  # noqa: F401
    FIRST,
    LINK,
    edition,
    fill_in,
    invitation,
    link,
    link_to,
)
from tests.conftest import StrictClient
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers

pytestmark = pytest.mark.django_db
CANARY = "Kanarkowa 7"
ADDRESS = {"adres_ulica": CANARY, "adres_kod": "95-060", "adres_miejscowosc": "Brzeziny"}


def at_the_door(link: str, email: str) -> StrictClient:  # noqa: F811
    browser = StrictClient()
    browser.post(link, {"email": email})
    return browser


@pytest.fixture
def two(link, invitation):  # noqa: F811
    """Two browsers that typed the address of the letter before anything was saved."""
    return at_the_door(link, invitation.email), at_the_door(link, invitation.email)


def test_only_the_browser_that_saved_first_goes_on_without_a_code(two, link):  # noqa: F811
    """M1: the other one typed the same address, and sees nothing of what was typed."""
    first, second = two
    first.post(link + "gmina/", FIRST)
    first.post(link + "adres/", ADDRESS)

    own, foreign = first.get(link + "adres/"), second.get(link + "adres/")
    start = second.get(link, follow=True)

    assert CANARY in own.content.decode()
    assert (foreign.status_code, foreign["Location"]) == (302, link + "kod/")
    assert start.redirect_chain[-1][0] == link + "kod/"
    assert CANARY not in start.content.decode()


def test_what_the_other_browser_typed_waits_for_its_code(two, link):  # noqa: F811
    """FT-20: nothing that was typed is lost; after the code both see the same survey."""
    first, second = two
    first.post(link + "gmina/", FIRST)

    asked = second.post(link + "adres/", ADDRESS)
    done = enter_code(second, link)

    assert asked["Location"] == link + "kod/"
    assert done["Location"] == link + "numery/"
    assert HostSurvey.objects.get().draft_answers["adres_ulica"] == CANARY
    assert second.get(link + "gmina/").status_code == 200
    assert first.get(link + "adres/").status_code == 200


def test_browser_that_types_the_address_twice_is_still_the_same(link, invitation):  # noqa: F811
    """A12: a second tab, a refresh and a double click ask for no code."""
    browser = at_the_door(link, invitation.email)
    browser.post(link, {"email": invitation.email})

    answers = [browser.post(link + "gmina/", FIRST) for _again in range(2)]

    assert [answer["Location"] for answer in answers] == [link + "adres/"] * 2
    assert HostSurvey.objects.count() == 1


def _begin_at_once(invitation, marks: list[str]) -> list[str]:  # noqa: F811
    start = Barrier(len(marks))

    def begin(mark: str) -> str:
        start.wait(timeout=30)
        try:
            services.save_typed(
                invitation,
                page=BY_SLUG["gmina"],
                answers={"nazwa_urzedowa": "Gmina Brzeziny"},
                seen={},
                now=timezone.now(),
                browser=mark,
            )
        except services.BegunElsewhere:
            return "code"
        else:
            return "kept"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(marks)) as crowd:
        return sorted(crowd.map(begin, marks))


@pytest.mark.django_db(transaction=True)
def test_of_four_browsers_at_once_one_begins(edition):  # noqa: F811
    """The first save decides, by the row that it writes."""
    outcome = _begin_at_once(HostInvitationFactory(edition=edition), ["a", "b", "c", "d"])

    assert outcome == ["code", "code", "code", "kept"]


@pytest.mark.django_db(transaction=True)
def test_four_windows_of_one_browser_all_go_on(edition):  # noqa: F811
    """Negative control: it is the browser that counts, not being second."""
    outcome = _begin_at_once(HostInvitationFactory(edition=edition), ["a"] * 4)

    assert outcome == ["kept"] * 4


@pytest.fixture
def sent(client, link, invitation):  # noqa: F811
    """The browser that sent the survey, and the link of the receipt."""
    client.post(link, {"email": invitation.email})
    client.post(fill_in(client, link, host_answers()))
    receipt = Letter.objects.get(letter="applications/survey_receipt")
    return client, LINK.search(receipt.text)[1]


def test_link_of_the_receipt_opens_where_the_survey_was_sent(sent):
    """A9: no code in the very browser that typed everything."""
    browser, receipt = sent

    here = browser.get(receipt + "odpowiedzi/")
    elsewhere = StrictClient().get(receipt + "odpowiedzi/")
    corrected = browser.post(receipt + "uwagi/", {"uwagi": "Dopisek"})

    assert here.status_code == 200
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, receipt + "kod/")
    assert corrected.status_code == 302
    assert HostSurvey.objects.get().draft_answers["uwagi"] == "Dopisek"


def test_looking_by_the_link_of_the_receipt_writes_nothing(sent, no_writes):
    """M2."""
    browser, receipt = sent

    with no_writes():
        assert browser.get(receipt + "odpowiedzi/").status_code == 200


def test_link_that_was_closed_vouches_for_no_other(sent, link, invitation, coordinator):  # noqa: F811
    """M10: who was let in by a link that is closed must show the code of the new one."""
    browser, receipt = sent
    with transaction.atomic():
        links.revoke(target=invitation, now=timezone.now(), purpose="survey", actor=coordinator)

    assert browser.get(receipt + "odpowiedzi/")["Location"] == receipt + "kod/"


def test_browser_that_rested_too_long_is_asked_again(sent):
    """V7.1.1: four hours count for every link to the survey."""
    browser, receipt = sent
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        CapabilityLink.objects.update(created_at=timezone.now())
        from applications.views import host_trust

        request = browser.get(receipt + "odpowiedzi/").wsgi_request
        link = CapabilityLink.objects.latest("pk")
        survey = HostSurvey.objects.get()
        known = host_trust.knows(request, link, survey, now=timezone.now())

    assert not known


def test_browser_of_another_survey_is_not_known(sent, edition):  # noqa: F811
    """A trusted link opens its own survey and no other."""
    browser, _receipt = sent
    other = HostSurveyFactory(edition=edition, submitted=True)
    foreign = link_to(other, other.email)

    assert browser.get(foreign + "odpowiedzi/")["Location"] == foreign + "kod/"
