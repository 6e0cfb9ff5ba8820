"""Letting a mailing out: pace, asking again, pausing, going on, stopping, trying again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.states import TransitionNotAllowed
from mailing import mailing_selectors, services
from mailing.enums import RecipientState
from mailing.models import DeliveryEvent, Letter, Mailing
from mailing.services import mailing_sending, mailings, suppress
from mailing.services.mailing_sending import go_on, pause, retry_failed, send_next, stop_rest
from mailing.tasks import send_mailings
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.audience_of_tests import draft, put_in_place, staff

LATER = WRITTEN_AT + timedelta(minutes=11)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def olena():
    return staff("olena")


@pytest.fixture
def going(people, olena):
    """A mailing to so many that was let go at WRITTEN_AT."""

    def let_go(many: int, **pace: int) -> Mailing:
        people.add(many)
        mailing = draft(olena, pace=mailings.Pace(**pace))
        if many <= 50:
            return mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
        mailings.propose(mailing, actor=olena, now=WRITTEN_AT)
        return mailings.approve(mailing, seen=WRITTEN_AT, actor=staff("halina"), now=WRITTEN_AT)

    return let_go


def states(mailing: Mailing) -> dict[str, int]:
    """States with somebody in them."""
    counts = mailing_selectors.counts(mailing)
    return {state: counts[state] for state in RecipientState.values if counts[state]}


def end(mailing: Mailing, status: str, many: int) -> None:
    """So many of its waiting letters end in this way."""
    waiting = Letter.objects.filter(recipient__mailing=mailing, status="queued").order_by("pk")
    chosen = list(waiting.values_list("pk", flat=True)[:many])
    assert len(chosen) == many
    changes = {} if status == "failed" else {"accepted_at": LATER}
    Letter.objects.filter(pk__in=chosen).update(status=status, first_tried_at=LATER, **changes)


def test_whole_life_of_a_mailing(going):
    """E16: finished appears only when every recipient has a final state."""
    mailing = going(3)

    assert send_next(now=LATER) == 3
    mailing.refresh_from_db()
    assert (mailing.status, mailing.started_at, states(mailing)) == (
        "sending",
        LATER,
        {"waiting": 3},
    )
    end(mailing, "ambiguous", 1)
    services.deliver_due(LATER)
    send_next(now=LATER)
    mailing.refresh_from_db()
    assert (mailing.status, states(mailing)) == ("sending", {"sent": 2, "unclear": 1})
    unclear = Letter.objects.get(status="ambiguous")
    services.mark_as_sent(unclear, actor=mailing.author, now=LATER)
    send_next(now=LATER)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.finished_at) == ("finished", LATER)
    assert len(mail.outbox) == 2


def test_task_of_the_workers_sends_and_finishes(going, time_machine_at):
    mailing = going(2)

    with time_machine_at(LATER):
        send_mailings()
        services.deliver_due(LATER)
        send_mailings()

    mailing.refresh_from_db()
    assert (mailing.status, len(mail.outbox)) == ("finished", 2)


def test_pace_of_a_minute_is_kept(going):
    """E5: counted in the database, whoever sends; a minute after the letters have left."""
    mailing = going(12, per_minute=5)

    assert [send_next(now=LATER), send_next(now=LATER)] == [5, 0]
    services.deliver_due(LATER + timedelta(seconds=30))
    assert send_next(now=LATER + timedelta(seconds=90)) == 0
    assert send_next(now=LATER + timedelta(seconds=95)) == 5
    assert states(mailing) == {"planned": 2, "sent": 5, "waiting": 5}


def test_pace_of_an_hour_is_kept(going):
    """E5."""
    mailing = going(12, per_minute=4, per_hour=6)
    sent = []

    for minute in range(0, 69, 2):
        moment = LATER + timedelta(minutes=minute)
        sent.append(send_next(now=moment))
        services.deliver_due(moment)

    assert sent[:4] == [4, 2, 0, 0]
    assert sum(sent[:30]) == 6
    assert sum(sent) == 12
    mailing.refresh_from_db()
    assert mailing.status == "finished"


def test_house_has_one_pace_for_all_mailings_together(going, people, settings):
    """E5: two mailings at once do not double what the provider gets."""
    settings.MAILING_PER_MINUTE = 6
    first = going(10)
    people.people.clear()
    second = going(4)

    assert [send_next(now=LATER), send_next(now=LATER)] == [6, 0]

    assert (states(first), states(second)) == (
        {"planned": 6, "waiting": 4},
        {"planned": 2, "waiting": 2},
    )


def test_nothing_is_saved_up_while_the_provider_is_down(going):
    """E5: what waits counts, so no burst follows when the line is back."""
    mailing = going(20, per_minute=5)
    send_next(now=LATER)

    for minute in range(1, 5):
        assert send_next(now=LATER + timedelta(minutes=minute)) == 0
    assert states(mailing) == {"planned": 15, "waiting": 5}


def test_who_has_answered_is_left_out_at_the_moment_of_sending(going, people):
    """E13, and the stop list is asked again too."""
    mailing = going(4)
    people.answered = {"00002"}
    suppress("a00003@gmina.example", cause="unsubscribed", now=WRITTEN_AT)
    people.broken = {"00004"}

    assert send_next(now=LATER) == 1

    assert Letter.objects.get().to == "a00001@gmina.example"
    rows = {row.key: (row.why_not, row.left_out_at) for row in mailing.recipients.all()}
    assert rows == {
        "00001": ("", None),
        "00002": ("The survey has been sent.", LATER),
        "00003": ("The address is on the stop list.", LATER),
        "00004": ("Already invited.", LATER),
    }


def test_empty_place_found_at_the_last_moment_keeps_the_letter_back(going, people):
    """E8: a value that was there when the rows were worked out, and is gone."""
    mailing = going(2)
    mailing.recipients.filter(key="00001").update(name="")

    assert send_next(now=LATER) == 1

    row = mailing.recipients.get(key="00001")
    assert (row.why_not, row.letter) == ("A place in the letter would be empty.", None)
    assert Letter.objects.count() == 1


def test_row_that_is_left_out_by_hand_gets_nothing(going, olena, people):
    people.add(2)
    mailing = draft(olena)
    from mailing.services import mailing_rows

    mailing_rows.leave_out(mailing.recipients.get(key="00001"), actor=olena, now=WRITTEN_AT)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)

    send_next(now=LATER)

    assert [letter.to for letter in Letter.objects.all()] == ["a00002@gmina.example"]


def test_paused_mailing_sends_nothing_more(going, olena):
    """E21, FT-38: letters that wait are held, and none is written."""
    mailing = going(10, per_minute=6)
    send_next(now=LATER)
    services.deliver_due(LATER, limit=2)
    mailing.refresh_from_db()

    pause(mailing, actor=olena, now=LATER, reason="Pomyłka w temacie")
    services.deliver_due(LATER + timedelta(hours=1))
    send_next(now=LATER + timedelta(hours=1))

    assert states(mailing) == {"planned": 4, "held": 4, "sent": 2}
    assert (len(mail.outbox), mailing.pause_words) == (2, "Pomyłka w temacie")
    mailing.refresh_from_db()
    assert (mailing.status, mailing.paused_by) == ("paused", olena)


def test_mailing_that_goes_on_asks_everybody_again(going, people, olena):
    """E13: held letters as well, however long the pause was; at the pace of the mailing."""
    mailing = going(6, per_minute=4)
    send_next(now=LATER)
    mailing.refresh_from_db()
    pause(mailing, actor=olena, now=LATER)
    people.answered = {"00001", "00006"}
    people.asked.clear()

    go_on(mailing, actor=olena, now=LATER)
    later = LATER + timedelta(days=1)
    sent = [send_next(now=later), send_next(now=later + timedelta(minutes=1))]
    services.deliver_due(later + timedelta(minutes=1))
    send_next(now=later + timedelta(minutes=3))

    mailing.refresh_from_db()
    assert sent == [4, 0]
    assert sorted(people.asked) == [f"0000{number}" for number in range(1, 7)]
    assert states(mailing) == {"sent": 4, "left_out": 1, "not_sent": 1}
    assert mailing.recipients.get(key="00001").letter.status == "cancelled"
    assert (mailing.status, len(mail.outbox)) == ("finished", 4)


def test_stopped_rest_does_not_go(going, olena):
    """E21: after the window the part that has not been sent is stopped."""
    mailing = going(8, per_minute=5)
    send_next(now=LATER)
    services.deliver_due(LATER, limit=1)
    unclear = Letter.objects.filter(status="queued").first()
    Letter.objects.filter(pk=unclear.pk).update(status="retry", is_unclear=True)
    mailing.refresh_from_db()
    with pytest.raises(TransitionNotAllowed):
        stop_rest(Mailing.objects.get(pk=mailing.pk), actor=olena, now=LATER)
    pause(mailing, actor=olena, now=LATER)

    stop_rest(mailing, actor=olena, now=LATER)
    send_next(now=LATER + timedelta(days=1))
    services.deliver_due(LATER + timedelta(days=1))

    assert states(mailing) == {"left_out": 3, "sent": 1, "not_sent": 3, "unclear": 1}
    assert (mailing.status, mailing.finished_at, len(mail.outbox)) == ("stopped", LATER, 1)
    with pytest.raises(TransitionNotAllowed):
        retry_failed(mailing, actor=olena, now=LATER)


def test_letter_that_was_on_its_way_is_held_when_it_comes_back(going, olena, settings):
    """FT-38: a worker had it in its hands when the mailing was paused; no second try follows."""
    mailing = going(1)
    send_next(now=LATER)
    letter = Letter.objects.get()
    Letter.objects.filter(pk=letter.pk).update(
        status="sending",
        lease_until=LATER + timedelta(minutes=5),
        attempts=1,
        first_tried_at=LATER,
        provider="locmem",
    )
    mailing.refresh_from_db()
    pause(mailing, actor=olena, now=LATER)
    letter.refresh_from_db()
    services.delivery._mark_for_later(letter, services.delivery.transport.TryLater("busy"), LATER)

    letter.refresh_from_db()
    assert (letter.status, letter.error) == ("held", "busy")
    assert services.deliver_due(LATER + timedelta(hours=2)) == {}
    go_on(mailing, actor=olena, now=LATER)
    send_next(now=LATER + timedelta(hours=2))
    letter.refresh_from_db()
    assert letter.status == "retry"


def test_letter_released_by_hand_stays_where_its_mailing_is(going, olena):
    """FT-38: the outbox is no way around a pause."""
    mailing = going(1)
    send_next(now=LATER)
    end(mailing, "failed", 1)
    mailing.refresh_from_db()
    pause(mailing, actor=olena, now=LATER)

    services.retry(Letter.objects.get(), actor=olena, now=LATER)

    assert Letter.objects.get().status == "held"
    assert services.deliver_due(LATER) == {}


def test_letter_of_no_mailing_is_not_held(olena):
    """Something that could be held by mistake."""
    letter = LetterFactory(failed=True)

    services.retry(letter, actor=olena, now=LATER)

    assert Letter.objects.get().status == "queued"


@pytest.mark.parametrize(("failed", "status"), [(4, "sending"), (5, "paused")])
def test_above_a_failure_rate_it_pauses_by_itself(going, settings, failed, status):
    """E16: and tells staff: a banner, a letter to the author, an audit line of nobody."""
    settings.MAILING_PAUSE_ABOVE, settings.MAILING_PAUSE_AFTER = 0.2, 20
    mailing = going(30)
    send_next(now=LATER)
    end(mailing, "accepted", 20 - failed)
    end(mailing, "failed", failed)

    send_next(now=LATER + timedelta(minutes=1))

    mailing.refresh_from_db()
    assert mailing.status == status
    told = Letter.objects.filter(letter="mailing/mailing_paused")
    assert told.count() == (1 if status == "paused" else 0)
    if status == "paused":
        assert (mailing.paused_by, told.get().to) == (None, mailing.author.email)
        assert mailing.pause_words == "Zbyt wielu listów z tej wysyłki nie udało się doręczyć."
        assert "nie dotarły: 5" in told.get().text
        assert f"{settings.SITE_URL}{reverse('admin:mailing_page', args=[mailing.pk])}" in (
            told.get().text
        )
        assert audit.history(mailing).first().actor is None


def test_few_failures_at_the_beginning_do_not_pause(going, settings):
    settings.MAILING_PAUSE_AFTER = 20
    mailing = going(30)
    send_next(now=LATER)
    end(mailing, "failed", 19)

    send_next(now=LATER)

    mailing.refresh_from_db()
    assert mailing.status == "sending"


def test_who_goes_on_is_not_stopped_by_the_same_failures(going, olena, settings):
    """E16: only failures that come afterwards count, against letters that end afterwards."""
    settings.MAILING_PAUSE_ABOVE, settings.MAILING_PAUSE_AFTER = 0.2, 10
    mailing = going(40)
    send_next(now=LATER)
    end(mailing, "failed", 10)
    send_next(now=LATER)
    mailing.refresh_from_db()
    assert mailing.status == "paused"

    go_on(mailing, actor=olena, now=LATER)
    send_next(now=LATER + timedelta(minutes=2))
    mailing.refresh_from_db()
    again = mailing.status
    end(mailing, "failed", 10)
    send_next(now=LATER + timedelta(minutes=3))

    mailing.refresh_from_db()
    assert (again, mailing.status) == ("sending", "paused")


def test_retry_touches_only_what_failed(going, olena):
    """E6: the same letter again where it failed; twice pressed, the second finds nothing."""
    mailing = going(4)
    send_next(now=LATER)
    end(mailing, "failed", 2)
    services.deliver_due(LATER)
    send_next(now=LATER)
    mailing.refresh_from_db()
    assert mailing.status == "finished"
    before = {row.key: row.letter_id for row in mailing.recipients.all()}

    many = [retry_failed(mailing, actor=olena, now=LATER) for _press in range(2)]
    assert (mailing.status, mailing.finished_at) == ("sending", None)
    send_next(now=LATER + timedelta(minutes=1))
    services.deliver_due(LATER + timedelta(minutes=1))
    send_next(now=LATER + timedelta(minutes=1))

    mailing.refresh_from_db()
    assert many == [2, 0]
    assert {row.key: row.letter_id for row in mailing.recipients.all()} == before
    assert (mailing.status, states(mailing), len(mail.outbox)) == ("finished", {"sent": 4}, 4)


def test_second_try_that_fails_once_more_ends_the_mailing(going, olena, settings):
    """E6, E16: nothing is left to be stopped, so it does not wait for somebody to let 0 go."""
    mailing = going(8)
    send_next(now=LATER)
    end(mailing, "failed", 4)
    services.deliver_due(LATER)
    send_next(now=LATER)
    retry_failed(mailing, actor=olena, now=LATER)
    settings.MAILING_PAUSE_ABOVE, settings.MAILING_PAUSE_AFTER = 0.1, 2
    send_next(now=LATER + timedelta(minutes=1))
    end(mailing, "failed", 4)

    send_next(now=LATER + timedelta(minutes=2))

    mailing.refresh_from_db()
    assert (mailing.status, states(mailing)) == ("finished", {"sent": 4, "failed": 4})
    assert not Letter.objects.filter(letter="mailing/mailing_paused").exists()


def test_retry_writes_anew_to_a_full_mailbox_and_never_to_a_dead_address(going, olena):
    """E6: what came back for now goes as a new letter; a lasting bounce is on the stop list."""
    mailing = going(3)
    send_next(now=LATER)
    services.deliver_due(LATER)
    full, dead, _fine = Letter.objects.order_by("pk")
    Letter.objects.filter(pk__in=[full.pk, dead.pk]).update(status="bounced", provider_id="x1")
    suppress(dead.to, cause="bounced", now=LATER)

    assert retry_failed(mailing, actor=olena, now=LATER) == 1
    assert retry_failed(mailing, actor=olena, now=LATER) == 0
    send_next(now=LATER + timedelta(minutes=1))
    services.deliver_due(LATER + timedelta(minutes=1))

    row = mailing.recipients.get(email=full.to)
    assert row.letter.uuid != full.uuid
    assert (row.letter.status, row.letter.provider_id) == ("accepted", "")
    assert row.letter.stored_text == full.stored_text
    assert Letter.objects.get(pk=full.pk).status == "bounced"
    assert [message.to[0] for message in mail.outbox].count(full.to) == 2
    assert [message.to[0] for message in mail.outbox].count(dead.to) == 1
    assert not DeliveryEvent.objects.exists()


def test_retry_asks_once_more_whether_the_letter_is_needed(going, people, olena):
    """E13 with E6: who has answered since it failed gets nothing."""
    mailing = going(1)
    send_next(now=LATER)
    end(mailing, "failed", 1)
    mailing.refresh_from_db()
    retry_failed(mailing, actor=olena, now=LATER)
    people.answered = {"00001"}

    send_next(now=LATER + timedelta(minutes=2))

    mailing.refresh_from_db()
    assert (mailing.status, states(mailing)) == ("finished", {"not_sent": 1})


def test_audience_that_breaks_stops_its_mailing_and_no_other(going, people, monkeypatch):
    """A fault of ours is loud, pauses what it concerns, and leaves no half of a step behind."""
    mailing = going(2)

    def broken(*_args, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(people, "write", broken, raising=False)

    with pytest.raises(ZeroDivisionError):
        send_next(now=LATER)

    mailing.refresh_from_db()
    assert (mailing.status, states(mailing)) == ("paused", {"planned": 2})
    assert mailing.pause_reason.startswith("An unexpected error")
    assert send_next(now=LATER) == 0


def test_fault_is_not_hidden_by_somebody_who_pauses_meanwhile(going, people, olena, monkeypatch):
    mailing = going(2)

    def broken(*_args, **_options):
        mailing_sending.pause(Mailing.objects.get(), reason="Stop", actor=olena, now=LATER)
        raise ZeroDivisionError

    monkeypatch.setattr(mailing_sending, "_write_chunk", broken)

    with pytest.raises(ZeroDivisionError):
        send_next(now=LATER)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.pause_reason) == ("paused", "Stop")


def test_lost_connection_stops_no_mailing(going, people, monkeypatch):
    """What passes by itself is tried again in the next round, and nobody is called (E9)."""
    mailing = going(2)
    write, times = mailing_sending._write_chunk, []

    def interrupted(*args, **options):
        times.append(1)
        if len(times) == 1:
            raise OperationalError("deadlock detected")
        return write(*args, **options)

    monkeypatch.setattr(mailing_sending, "_write_chunk", interrupted)

    assert (send_next(now=LATER), send_next(now=LATER)) == (0, 2)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.pause_reason) == ("sending", "")


def test_progress_is_one_query(going):
    mailing = going(5)
    send_next(now=LATER)

    with CaptureQueriesContext(connection) as seen:
        counts = mailing_selectors.counts(mailing)

    assert len(seen) == 1
    assert counts["all"] == sum(counts[state] for state in RecipientState.values) == 5


def test_rows_of_each_state_are_its_count(going, people):
    mailing = going(9, per_minute=7)
    people.answered = {"00001"}
    send_next(now=LATER)
    for status in ("bounced", "failed", "complained", "delivered"):
        end(mailing, status, 1)

    counts = mailing_selectors.counts(mailing)

    found = {state: mailing_selectors.rows(mailing, state).count() for state in RecipientState}
    assert found == {state: counts[state] for state in RecipientState.values}
    assert {row.state for row in mailing_selectors.rows(mailing)} == {
        state for state, many in found.items() if many
    }


def test_step_costs_few_statements_a_letter(going, people):
    """Locks, questions and marks are for a chunk; a letter itself costs what writing costs."""

    def statements(many: int) -> int:
        people.people.clear()
        mailing = going(many)
        with CaptureQueriesContext(connection) as seen:
            send_next(now=LATER)
        assert states(mailing) == {"waiting": many}
        Mailing.objects.filter(pk=mailing.pk).update(status="finished", finished_at=LATER)
        mailing.recipients.update(written_at=LATER - timedelta(hours=2))
        return len(seen)

    statements(1)
    two, nine = statements(2), statements(9)

    assert mailing_sending.CHUNK >= 20
    assert nine - two == 7 * 4
