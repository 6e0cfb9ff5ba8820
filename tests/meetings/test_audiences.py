"""Mailings around the information sessions and declarations (E13, E19, E20, S10, P26)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.enums import SurveyStatus
from applications.models import HostSurvey
from core import audit, links
from mailing import mailing_selectors
from mailing.audiences import audience, audiences_for
from mailing.models import Letter
from mailing.services import mailing_previews, mailing_sending, mailings, suppress
from meetings import services
from meetings.models import Declaration, InformationSession, SessionChoice
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)
from tests.factories.programme import ContactFactory, EditionFactory
from tests.mailing.prepared import let_go, mailing_to, verdicts

NOW = datetime(2026, 4, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
NOTICE, REMINDER = "meetings/session_notice", "meetings/answer_reminder"
BODY = "{salutation},\n\nGmina: {gmina}. Termin: {date}.\n\n-> {join} | Dołącz"
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def session(edition):
    return InformationSessionFactory(edition=edition)


def choice_of(edition, **changes) -> SessionChoice:
    return SessionChoiceFactory(survey__edition=edition, **changes)


def seated(edition, session, status: str = "chosen") -> SessionChoice:
    return choice_of(edition, session=session, status=status, answered_at=NOW)


def guests(actor, *, query: str = "", body: str = BODY):
    return mailing_to("meetings/guests", actor, letter=NOTICE, now=NOW, query=query, body=body)


def reminders(actor, *, query: str = ""):
    return mailing_to("meetings/unanswered", actor, letter=REMINDER, now=NOW, query=query)


@pytest.mark.parametrize("status", ["chosen", "present", "absent", "waiting"])
def test_list_of_choices_chooses_whom_a_notice_goes_to(edition, session, coordinator, status):
    """E20: who has a place, was present or absent, or waits for a place."""
    found = {
        each: seated(edition, session, each) for each in ("chosen", "present", "absent", "waiting")
    }
    choice_of(edition)

    mailing = guests(coordinator, query=f"status__exact={status}", body="{salutation}, {gmina}")

    assert verdicts(mailing) == {str(found[status].pk): ""}


def test_one_session_chooses_its_guests(edition, session, coordinator):
    here = seated(edition, session)
    other = InformationSessionFactory(edition=edition, starts_at=NOW + timedelta(days=20))
    seated(edition, other)

    mailing = guests(coordinator, query=f"session__id__exact={session.pk}")

    assert verdicts(mailing) == {str(here.pk): ""}


def test_notice_says_the_session_and_how_to_join(edition, session, coordinator):
    """E19: as the contact person is greeted; the date with its zone."""
    choice = seated(edition, session)
    mailing = guests(coordinator)
    let_go(mailing, coordinator, now=NOW)

    assert mailing_sending.send_next(now=LATER) == 1

    letter, contact = Letter.objects.get(), choice.survey.contact
    assert (letter.to, letter.language, letter.is_bulk) == (contact.email, "pl", True)
    assert letter.about == choice
    start = f"{contact.salutation()},\n\nGmina: {choice.survey.gmina.name}. Termin: "
    assert letter.text.startswith(f"{start}wtorek, 14 kwietnia 2026, 10:00 (czas warszawski).")
    assert session.join_url in letter.text


def test_empty_place_of_somebody_without_a_session_blocks_the_mailing(
    edition, session, coordinator
):
    """E8: a date that nobody has chosen, and a button that leads nowhere."""
    seated(edition, session)
    waits = seated(edition, session, "waiting")
    silent = choice_of(edition)

    mailing = guests(coordinator)

    gaps = dict(mailing_selectors.rows_with_gaps(mailing).values_list("key", "missing"))
    assert gaps == {str(waits.pk): "join", str(silent.pk): "date, join"}
    with pytest.raises(mailings.NotReady):
        let_go(mailing, coordinator, now=NOW)


def test_reasons_stand_beside_those_who_get_no_notice(edition, session, coordinator):
    """E20, E11: withdrawn, on the stop list, and the same letter twice."""
    first = seated(edition, session)
    away = seated(edition, session)
    HostSurvey.objects.filter(pk=away.survey_id).update(status=SurveyStatus.WITHDRAWN)
    stopped = seated(edition, session)
    suppress(stopped.survey.contact.email, cause="unsubscribed", now=NOW)
    again = seated(edition, session)
    type(again.survey.contact).objects.filter(pk=again.survey.contact_id).update(
        email=first.survey.contact.email.upper()
    )

    mailing = guests(coordinator, body="{salutation}, zapraszamy.")

    found = verdicts(mailing)
    assert {found.pop(str(away.pk)), found.pop(str(stopped.pk))} == {
        "Has withdrawn.",
        "The address is on the stop list.",
    }
    same = "The very same letter goes to this address already."
    assert found == {str(first.pk): "", str(again.pk): same}


def test_who_is_no_longer_among_the_filtered_gets_no_notice(edition, session, coordinator):
    """E13: written to the absent; attendance was put right before the letter left."""
    stays = seated(edition, session, "absent")
    was_there = seated(edition, session, "absent")
    mailing = guests(coordinator, query="status__exact=absent")
    let_go(mailing, coordinator, now=NOW)
    services.mark_attendance(was_there, present=True, actor=coordinator, now=NOW)

    mailing_sending.send_next(now=LATER)

    assert verdicts(mailing) == {
        str(stays.pk): "",
        str(was_there.pk): (
            "The filters with which the recipients were chosen do not find this record any more."
        ),
    }
    assert [letter.to for letter in Letter.objects.all()] == [stays.survey.contact.email]


def test_reminder_has_a_verdict_for_every_choice(edition, session, coordinator):
    """S10, E20: only those who have not answered, and only while there is something to choose."""
    silent = choice_of(edition)
    chosen = seated(edition, session)
    neither = choice_of(edition, status="neither", answered_at=NOW)
    too_late = choice_of(edition, status="no_answer")
    elsewhere = choice_of(EditionFactory(year=2025))

    mailing = reminders(coordinator)

    answered = "Has answered the invitation to the information sessions."
    assert verdicts(mailing) == {
        str(silent.pk): "",
        str(chosen.pk): answered,
        str(neither.pk): answered,
        str(too_late.pk): "Did not answer in time; no answer is awaited any more.",
        str(elsewhere.pk): "No information session of the edition lies ahead.",
    }


def test_reminder_has_a_link_of_its_own_that_opens_the_choice(edition, session, coordinator):
    """S10: the dates that lie ahead, and a fresh link until the last of them begins."""
    InformationSessionFactory(edition=edition, starts_at=NOW - timedelta(days=1))
    choice = choice_of(edition)
    mailing = reminders(coordinator)
    let_go(mailing, coordinator, now=NOW)

    mailing_sending.send_next(now=LATER)

    letter = Letter.objects.get()
    token = letter.text.partition("/spotkanie/")[2].partition("/")[0]
    link = links.resolve(token=token, purpose="session", now=LATER)
    assert (link.target, link.expires_at) == (choice, session.starts_at)
    dates = letter.text.partition("Do wyboru są terminy: ")[2].partition("\n")[0]
    assert dates == "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)."
    reminded = audit.history(choice).get(action="meetings.sessionchoice.reminded")
    assert reminded.actor == coordinator


def test_preview_of_a_reminder_leaves_nothing_behind(edition, session, coordinator):
    """P26: the very deed, taken back."""
    choice = choice_of(edition)
    mailing = reminders(coordinator)

    shown = mailing_previews.preview_for(mailing.recipients.get(), now=NOW)

    assert choice.survey.gmina.name in shown.shown_text
    assert not Letter.objects.exists()
    assert not audit.history(choice).exists()


@pytest.mark.parametrize("is_written", [False, True])
def test_answer_takes_the_reminder_back(edition, session, coordinator, is_written):
    """E13: whoever answers before the letter has left is not reminded."""
    choice, silent = choice_of(edition), choice_of(edition)
    mailing = reminders(coordinator)
    let_go(mailing, coordinator, now=NOW)

    if is_written:
        mailing_sending.send_next(now=LATER)
    services.choose_session(choice, session=session, now=LATER)
    mailing_sending.send_next(now=LATER)

    reminded = Letter.objects.filter(letter=REMINDER).order_by("to")
    states = {letter.about.pk: letter.status for letter in reminded}
    cancelled = {choice.pk: "cancelled"} if is_written else {}
    assert states == {silent.pk: "queued"} | cancelled
    row = mailing.recipients.get(key=str(choice.pk))
    left_out = "" if is_written else "Has answered the invitation to the information sessions."
    assert row.why_not == left_out


def test_sessions_that_were_called_off_meanwhile_leave_nothing_to_choose(
    edition, session, coordinator
):
    choice = choice_of(edition)
    mailing = reminders(coordinator)
    let_go(mailing, coordinator, now=NOW)
    InformationSession.objects.all().delete()

    mailing_sending.send_next(now=LATER)

    nothing = "No information session of the edition lies ahead."
    assert verdicts(mailing) == {str(choice.pk): nothing}
    assert not Letter.objects.exists()


def test_hosts_and_named_mentors_are_chosen_in_the_list_of_declarations(coordinator):
    """E19, E20: each as the contact on file is greeted."""
    sent = DeclarationFactory(sent=True)
    asked = DeclarationFactory(survey__edition=sent.survey.edition)
    refused = DeclarationFactory(
        survey__edition=sent.survey.edition, sent=True, mentor_answer="refused"
    )
    away = DeclarationFactory(survey__edition=sent.survey.edition, sent=True)
    Declaration.objects.filter(pk=away.pk).update(status="withdrawn")
    body, notice = "{salutation}: {name}", "mailing/notice"

    hosts = mailing_to("meetings/declaring_hosts", coordinator, letter=notice, now=NOW, body=body)
    mentors = mailing_to("meetings/mentors", coordinator, letter=notice, now=NOW, body=body)

    withdrawn = "Has withdrawn."
    assert verdicts(hosts) == {
        str(sent.pk): "",
        str(asked.pk): "",
        str(refused.pk): "",
        str(away.pk): withdrawn,
    }
    assert verdicts(mentors) == {
        str(sent.pk): "",
        str(asked.pk): "The declaration names no mentor yet.",
        str(refused.pk): "Does not agree to be the mentor.",
        str(away.pk): withdrawn,
    }
    of_host, of_mentor = hosts.recipients.get(key=sent.pk), mentors.recipients.get(key=sent.pk)
    assert (of_host.email, of_mentor.email) == (sent.survey.contact.email, sent.mentor.email)
    assert of_mentor.name == sent.mentor.full_name


def test_mentor_who_was_exchanged_gets_no_letter(coordinator):
    """E13: the person was named when the mailing was prepared, and is not any more."""
    declaration = DeclarationFactory(sent=True)
    mailing = mailing_to(
        "meetings/mentors", coordinator, letter="mailing/notice", now=NOW, body="{salutation}"
    )
    let_go(mailing, coordinator, now=NOW)
    other = ContactFactory(organisation=declaration.survey.organisation, role="mentor")
    Declaration.objects.filter(pk=declaration.pk).update(mentor=other)

    mailing_sending.send_next(now=LATER)

    changed = "The address on file has changed since the recipients were chosen."
    assert verdicts(mailing) == {str(declaration.pk): changed}


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("meetings/guests", NOTICE),
        ("meetings/unanswered", REMINDER),
        ("meetings/declaring_hosts", "mailing/notice"),
        ("meetings/mentors", "mailing/notice"),
    ],
)
def test_cost_does_not_grow_with_rows(edition, session, coordinator, name, letter):
    """Neither of working out nor of asking again; of writing, as for any other mailing."""

    def queries() -> tuple[int, int]:
        body = "{salutation}" if letter != REMINDER else ""
        with CaptureQueriesContext(connection) as seen:
            mailing = mailing_to(name, coordinator, letter=letter, now=NOW, body=body)
        rows = list(mailing.recipients.chosen())
        for row in rows:
            row.mailing = mailing
        with CaptureQueriesContext(connection) as again:
            found = audience(name).still(rows, mailing.wish, letter=letter, now=NOW)
        assert found == {}
        return len(seen), len(again)

    def one_more() -> None:
        choice_of(edition)
        DeclarationFactory(survey__edition=edition, sent=True)

    one_more()
    queries()
    one = queries()
    for _number in range(3):
        one_more()

    assert queries() == one


def test_only_those_who_may_change_choices_write_to_them(coordinator, administrator, auditor):
    """The permission matrix (P18): letters are the coordinators' work."""
    mine = {
        "meetings/guests",
        "meetings/unanswered",
        "meetings/declaring_hosts",
        "meetings/mentors",
    }

    seen = [
        {one.name for one in audiences_for(user)} & mine
        for user in (coordinator, administrator, auditor)
    ]

    assert seen == [mine, set(), set()]
