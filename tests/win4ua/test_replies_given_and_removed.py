"""Where a coordinator puts a reply, and what becomes of messages that are not for us (E18)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import audit
from mailing import reply_box, services, tasks
from mailing.models import Reply
from mailing.services import replies
from programme.services import organisation_for_gmina
from tests.factories.applications import HostSurveyFactory
from tests.factories.core import UserFactory
from tests.factories.mailing import WRITTEN_AT, LetterFactory, ReplyFactory
from tests.factories.programme import GminaFactory
from tests.mailing.test_reply_box import LATER, answer, mailbox  # noqa: F401 - a fixture
from win4ua import host_mail

pytestmark = pytest.mark.django_db
NOTHING = ("", "", "", "", [], None, None, "")


def page(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args)


def said(reply: Reply) -> tuple:
    names = ("sender", "sender_name", "subject", "text", "files", "letter", "about_id")
    return Reply.objects.values_list(*names, "matched_by").get(pk=reply.pk)


# --- Whose it is


@pytest.fixture
def offices(db):
    """Two municipalities that keep one address, and a reply to a letter to it."""
    surveys = HostSurveyFactory.create_batch(2, submitted=True)
    for survey in surveys:
        organisation = organisation_for_gmina(survey.gmina)
        organisation.email = "wspolny@gmina.example"
        organisation.save()
    reply = ReplyFactory(
        letter=LetterFactory(sent=True, to="wspolny@gmina.example"), matched_by="reference"
    )
    return *(survey.gmina for survey in surveys), reply


def test_letter_to_the_municipality_stays_with_its_reply(coordinator_client, offices):
    """Its mailing goes on counting the answer; the neighbour of one address loses the reply."""
    first, second, reply = offices
    letter = reply.letter

    coordinator_client.post(page("win4ua_attach_reply", reply.pk), {"gmina": second.teryt})

    reply.refresh_from_db()
    assert (reply.about, reply.letter, reply.matched_by) == (second, letter, "by_hand")
    assert list(host_mail.replies_of_gmina(second)) == [reply]
    assert list(host_mail.replies_of_gmina(first)) == []
    shown = coordinator_client.get(page("mailing_reply_change", reply.pk)).content.decode()
    assert letter.reference in shown


def test_letter_to_another_municipality_is_let_go_and_written_down(
    coordinator_client, coordinator, offices
):
    """The trail names where the reply stood, twice over: what was wrong can be put back."""
    first, _second, reply = offices
    other, letter = GminaFactory(), reply.letter

    for gmina in (first, other):
        coordinator_client.post(page("win4ua_attach_reply", reply.pk), {"gmina": gmina.teryt})

    reply.refresh_from_db()
    assert (reply.about, reply.letter) == (other, None)
    lines = [(line.actor, line.data) for line in audit.history(reply)]
    at_first = {
        "letter": letter.pk,
        "about": f"programme.gmina:{first.pk}",
        "matched_by": "by_hand",
    }
    at_other = {"letter": None, "about": f"programme.gmina:{other.pk}", "matched_by": "by_hand"}
    found = {"letter": letter.pk, "about": None, "matched_by": "reference"}
    assert lines == [
        (coordinator, {"before": at_first, "after": at_other}),
        (coordinator, {"before": found, "after": at_first}),
    ]


# --- Not for us


def test_what_is_not_for_us_is_removed_with_sender_and_words(coordinator_client, coordinator):
    private = {"sender_name": "Jan Prywatny", "files": ["L4.pdf"], "is_cut": True}
    reply, other = ReplyFactory(of_nobody=True, **private), ReplyFactory(of_nobody=True)

    done = coordinator_client.post(page("mailing_remove_reply", reply.pk), follow=True)
    again = coordinator_client.post(page("mailing_remove_reply", reply.pk))

    assert said(reply) == NOTHING
    assert list(done.context["cl"].result_list) == [other]
    assert "Sama wiadomość pozostaje w skrzynce." in done.content.decode()
    assert list(Reply.objects.waiting()) == [other]
    (line,) = audit.history(reply)
    assert (line.action, line.actor) == ("mailing.reply.removed", coordinator)
    assert "Prywatny" not in str(line.data) + done.content.decode()
    assert again.status_code == 404


def test_removing_needs_a_press_and_is_offered_with_a_question(coordinator_client):
    reply = ReplyFactory(of_nobody=True)

    refused = coordinator_client.get(page("mailing_remove_reply", reply.pk))
    shown = coordinator_client.get(page("mailing_reply_change", reply.pk)).content.decode()

    assert (refused.status_code, Reply.objects.kept().count()) == (405, 1)
    assert "Nie dotyczy nas" in shown
    assert "zostaną usunięte z aplikacji na stałe" in shown


def test_removed_message_is_not_read_again(mailbox):  # noqa: F811
    """Not even when the provider gives all messages new numbers."""
    box = mailbox([answer(None, "Prywatne", Subject="L4")])
    reply_box.read(now=LATER)
    services.remove_reply(Reply.objects.get(), actor=UserFactory(), now=LATER)
    box.validity = 8

    reply_box.read(now=LATER)

    assert (said(Reply.objects.get()), box.fetched) == (NOTHING, [1, 1])


def test_colleague_with_an_old_page_changes_nothing_that_was_removed(coordinator):
    reply = ReplyFactory(of_nobody=True)
    services.remove_reply(reply, actor=coordinator, now=LATER)

    with pytest.raises(services.AlreadyHandled):
        services.handle_reply(reply, actor=coordinator, now=LATER)
    with pytest.raises(services.AlreadyHandled):
        services.attach_reply(
            reply, about=GminaFactory(), letter=None, actor=coordinator, now=LATER
        )

    assert said(reply) == NOTHING


def test_database_keeps_no_words_of_what_was_removed():
    with pytest.raises(IntegrityError, match="reply_removed_says_nothing"), transaction.atomic():
        ReplyFactory(of_nobody=True, removed_at=LATER)


def test_strangers_are_forgotten_after_so_many_days(settings, coordinator):
    """Dealt with or not; what belongs to a letter or a municipality stays, as do younger ones."""
    settings.REPLY_KEEP_DAYS = 10
    now = WRITTEN_AT + timedelta(days=30)
    old, limit = now - timedelta(days=10, seconds=1), now - timedelta(days=10)
    waiting = ReplyFactory(of_nobody=True, received_at=old)
    handled = ReplyFactory(of_nobody=True, received_at=old, handled_by=coordinator, handled_at=old)
    stay = [
        ReplyFactory(of_nobody=True, received_at=limit),
        ReplyFactory(received_at=old),
        ReplyFactory(of_nobody=True, about=GminaFactory(), matched_by="by_hand", received_at=old),
    ]

    assert [replies.remove_strangers(now=now), replies.remove_strangers(now=now)] == [2, 0]

    assert [said(waiting), said(handled)] == [NOTHING] * 2
    assert sorted(one.pk for one in Reply.objects.kept()) == [one.pk for one in stay]
    (line,) = audit.history(waiting)
    assert (line.action, line.actor, line.at) == ("mailing.reply.removed", None, now)


def test_forgetting_is_started_every_night(settings):
    planned = settings.CELERY_BEAT_SCHEDULE["remove-strangers"]
    ReplyFactory(of_nobody=True)  # of April 2026

    tasks.remove_strangers()

    assert planned["task"] == "mailing.tasks.remove_strangers"
    assert planned["schedule"].hour == {1}
    assert (settings.REPLY_KEEP_DAYS, Reply.objects.kept().count()) == (60, 0)
