"""Notices to both sides of internships (E13, E19, E20, P26)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changelists import chosen_by
from mailing.audiences import audience, audiences_for
from mailing.models import Letter
from mailing.services import mailing_sending
from matching.enums import PlacementStatus
from matching.models import Placement
from tests.factories.core import UserFactory
from tests.factories.matching import PlacementFactory, ProposalFactory
from tests.mailing.prepared import let_go, mailing_to, verdicts

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
HOST, PERSON = "matching/host_notice", "matching/person_notice"
KINDS = {"matching/hosts": HOST, "matching/mentors": PERSON, "matching/interns": PERSON}
BODY = "{salutation}: {name}\n\n{gmina}, {hromada}, {from}, {to}"
pytestmark = pytest.mark.django_db


def notice(name: str, actor, *, query: str = "", body: str = BODY):
    return mailing_to(name, actor, letter=KINDS[name], now=NOW, query=query, body=body)


@pytest.mark.parametrize("name", KINDS)
def test_letter_goes_to_the_right_side_in_its_language(coordinator, name):
    """E19: mentors and interns by their accounts, hosts by the survey; nothing of the other side
    but what the letters of the pair say: the municipality, the hromada and the days."""
    placement = PlacementFactory(application__grammatical_gender="f")
    mailing = notice(name, coordinator)
    let_go(mailing, coordinator, now=NOW)

    assert mailing_sending.send_next(now=LATER) == 1

    contact, declaration = placement.declaration.survey.contact, placement.declaration
    mentor, intern, application = placement.mentor, placement.intern, placement.application
    days = "7 września 2026, 2 października 2026"
    expected = {
        "matching/hosts": (
            contact.email,
            "pl",
            f"{contact.salutation()}: {contact.full_name}",
            placement,
        ),
        "matching/mentors": (
            mentor.email,
            "pl",
            f"{declaration.mentor.salutation()}: {mentor.full_name}",
            placement,
        ),
        "matching/interns": (
            intern.email,
            "uk",
            f"Шановна пані: {application.full_name}",
            application,
        ),
    }
    letter = Letter.objects.get()
    greeting, facts = letter.text.split("\n\n")[:2]
    assert (letter.to, letter.language, greeting, letter.about) == expected[name]
    hromada = application.hromada.name_en
    if letter.language == "uk":
        hromada = application.hromada.name
        days = "7 вересня 2026, 2 жовтня 2026"
    gmina = declaration.survey.gmina.name
    assert facts == f"{gmina}, {hromada}, {days}"
    others = {contact.email, mentor.email, intern.email} - {letter.to}
    assert [address for address in others if address in letter.text] == []


def test_mentors_and_interns_get_the_way_to_their_page(coordinator):
    placement = PlacementFactory()
    mailing = notice("matching/interns", coordinator, body="{salutation}\n\n-> {link} | Strona")
    let_go(mailing, coordinator, now=NOW)

    mailing_sending.send_next(now=LATER)

    letter = Letter.objects.get()
    assert (letter.to, "/uk/mentor/" in letter.text) == (placement.intern.email, True)


def test_mentor_of_two_interns_gets_the_same_letter_once(coordinator):
    """E20: and two where the words tell the interns apart."""
    first = PlacementFactory()
    second = PlacementFactory(
        proposal=ProposalFactory(accepted=True, declaration=first.declaration)
    )

    general = notice("matching/mentors", coordinator, body="{salutation}: {name}")
    special = notice("matching/mentors", coordinator)

    assert first.mentor == second.mentor
    same = "The very same letter goes to this address already."
    assert sorted(verdicts(general).values()) == ["", same]
    assert sorted(verdicts(special).values()) == ["", ""]


@pytest.mark.parametrize("name", KINDS)
def test_broken_off_and_closed_accounts_get_none(coordinator, name):
    """E20: each with its reason."""
    stays = PlacementFactory(proposal=ProposalFactory(accepted=True))
    ended = PlacementFactory(status=PlacementStatus.BROKEN_OFF)
    away = PlacementFactory()
    for account in (away.mentor, away.intern):
        account.is_active = False
        account.save()

    mailing = notice(name, coordinator)

    closed = "" if name == "matching/hosts" else "The account of this person is closed."
    assert verdicts(mailing) == {
        str(stays.pk): "",
        str(ended.pk): "The internship was broken off.",
        str(away.pk): closed,
    }


def test_mentor_of_another_account_is_greeted_without_a_form_of_address(coordinator):
    """The contact of the declaration is another person than the mentor of the internship."""
    placement = PlacementFactory()
    contact = placement.declaration.mentor
    contact.grammatical_gender = "m"
    contact.save()
    Placement.objects.filter(pk=placement.pk).update(mentor=UserFactory(email="inny@gmina.example"))

    row = notice("matching/mentors", coordinator).recipients.get()

    assert contact.salutation() == "Szanowny Panie"
    assert (row.email, row.salutation) == ("inny@gmina.example", "Szanowni Państwo")


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 8, 23), {"begins": 0, "runs": 0, "ends": 0, "over": 0}),
        (date(2026, 8, 24), {"begins": 1, "runs": 0, "ends": 0, "over": 0}),
        (date(2026, 9, 7), {"begins": 1, "runs": 1, "ends": 0, "over": 0}),
        (date(2026, 9, 18), {"begins": 0, "runs": 1, "ends": 1, "over": 0}),
        (date(2026, 10, 2), {"begins": 0, "runs": 1, "ends": 1, "over": 0}),
        (date(2026, 10, 3), {"begins": 0, "runs": 0, "ends": 0, "over": 1}),
    ],
)
def test_list_of_placements_can_be_narrowed_by_days(coordinator, today, found):
    """7 September to 2 October, as seen on each of these days; nonsense narrows nothing."""
    PlacementFactory()

    with time_machine.travel(datetime(today.year, today.month, today.day, 10, tzinfo=UTC)):
        seen = {
            days: chosen_by("matching.placement", f"days={days}", user=coordinator).count()
            for days in [*found, "nonsense"]
        }

    assert seen == found | {"nonsense": 1}


def test_internship_that_begins_meanwhile_is_not_announced(coordinator):
    """E13: the filter of the list is asked again at the moment of sending."""
    moves = PlacementFactory(proposal=ProposalFactory(accepted=True))
    stays = PlacementFactory()
    mailing = notice("matching/hosts", coordinator, query="status__exact=planned")
    let_go(mailing, coordinator, now=NOW)
    Placement.objects.filter(pk=moves.pk).update(status=PlacementStatus.UNDER_WAY)

    mailing_sending.send_next(now=LATER)

    gone = "The filters with which the recipients were chosen do not find this record any more."
    assert verdicts(mailing) == {str(moves.pk): gone, str(stays.pk): ""}
    assert [one.to for one in Letter.objects.all()] == [stays.declaration.survey.contact.email]


@pytest.mark.parametrize("name", KINDS)
def test_cost_does_not_grow_with_rows(coordinator, name):
    """Neither of working out nor of asking again before sending."""

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            mailing = notice(name, coordinator)
        rows = list(mailing.recipients.chosen())
        for row in rows:
            row.mailing = mailing
        with CaptureQueriesContext(connection) as again:
            found = audience(name).still(rows, mailing.wish, letter=KINDS[name], now=NOW)
        assert (len(rows), found) == (Placement.objects.count(), {})
        return len(seen), len(again)

    PlacementFactory()
    queries()
    one = queries()
    for _number in range(3):
        PlacementFactory()

    assert queries() == one


def test_only_those_who_may_change_placements_write_to_them(coordinator, administrator, auditor):
    """The permission matrix (P19)."""
    seen = [
        {one.name for one in audiences_for(user)} & set(KINDS)
        for user in (coordinator, administrator, auditor)
    ]

    assert seen == [set(KINDS), set(), set()]
