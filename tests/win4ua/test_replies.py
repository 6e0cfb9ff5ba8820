"""Replies are shown where the office stands, and somebody deals with them (E18)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import audit
from mailing import hints
from mailing.models import Letter, Reply, ReplyMailbox
from mailing.reply_selectors import answered_rows, mailbox_name
from mailing.services import mailing_sending, mailings
from programme.services import organisation_for_gmina
from tests.factories.applications import HostSurveyFactory
from tests.factories.mailing import WRITTEN_AT, LetterFactory, ReplyFactory
from tests.factories.programme import EditionFactory, GminaFactory, OrganisationFactory
from tests.mailing.audience_of_tests import draft, put_in_place
from win4ua import host_mail

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> https://evil.example <a href='//evil.example'>tu</a>"


def page(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args)


def told(response) -> str:
    return response.content.decode()


@pytest.fixture
def office(db):
    """A survey whose office has an address on file."""
    survey = HostSurveyFactory(submitted=True)
    organisation = organisation_for_gmina(survey.gmina)
    organisation.email = "Urzad@czchow.example"
    organisation.save()
    return survey


def test_replies_stand_at_their_municipality_only(office):
    """About a record of it, to an address of it, given to it; nothing of another."""
    about = ReplyFactory(letter=LetterFactory(sent=True, about=office))
    on_file = ReplyFactory(letter=LetterFactory(sent=True, to="urzad@czchow.example"))
    given = ReplyFactory(of_nobody=True, about=office.gmina, matched_by="by_hand")
    other = HostSurveyFactory(submitted=True)
    ReplyFactory(letter=LetterFactory(sent=True, about=other))
    ReplyFactory(letter=LetterFactory(sent=True, to="urzad@czchow.example", about=other))
    ReplyFactory(of_nobody=True, about=other.gmina, matched_by="by_hand")
    ReplyFactory(of_nobody=True)

    assert list(host_mail.replies_of_gmina(office.gmina)) == [given, on_file, about]


@pytest.mark.parametrize("where", ["gmina", "survey", "letter", "reply"])
def test_reply_is_shown_there_as_plain_words(coordinator_client, office, where):
    """E17, L02: what came from outside is no link and no markup, on any of its pages."""
    letter = LetterFactory(sent=True, about=office)
    reply = ReplyFactory(letter=letter, subject=HOSTILE, text=HOSTILE, sender_name=HOSTILE)
    ReplyFactory(letter=letter, automatic=True, text="Nie ma mnie w biurze.")
    address = {
        "gmina": page("win4ua_timeline", office.gmina.pk),
        "survey": page("applications_hostsurvey_change", office.pk),
        "letter": page("mailing_letter_change", letter.pk),
        "reply": page("mailing_reply_change", reply.pk),
    }[where]

    html = told(coordinator_client.get(address))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; https://evil.example" in html
    assert "<script>alert(1)" not in html
    assert 'href="https://evil' not in html
    assert "href='//evil" not in html
    assert "Nie ma mnie w biurze." not in html


def test_auditor_sees_no_reply_anywhere(signed_in, auditor, office):
    """P26, P27: the words of people are for who answers them."""
    letter = LetterFactory(sent=True, about=office)
    reply = ReplyFactory(letter=letter, text="Poufne słowa")
    client = signed_in(auditor)

    pages = [
        client.get(page("win4ua_timeline", office.gmina.pk)),
        client.get(page("applications_hostsurvey_change", office.pk)),
        client.get(page("mailing_letter_change", letter.pk)),
    ]
    shut = [
        client.get(page("mailing_reply_changelist")),
        client.get(page("mailing_reply_change", reply.pk)),
        client.get(page("win4ua_attach_reply", reply.pk)),
        client.post(page("mailing_handle_reply", reply.pk)),
        client.post(page("mailing_reopen_reply", reply.pk)),
        client.post(page("mailing_remove_reply", reply.pk)),
    ]

    assert [one.status_code for one in (*pages, *shut)] == [200] * 3 + [403] * 6
    assert Reply.objects.kept().get() == reply
    assert ["Poufne" in told(one) or reply.subject in told(one) for one in pages] == [False] * 3


@pytest.mark.parametrize("many", [1, 3])
def test_looking_costs_the_same_for_one_and_three(office, many, django_assert_num_queries):
    for _number in range(many):
        ReplyFactory(letter=LetterFactory(sent=True, about=office))
    list(host_mail.replies_of_gmina(office.gmina))

    with django_assert_num_queries(5):
        found = list(host_mail.replies_of_gmina(office.gmina))
        assert [str(one.letter.reference) for one in found] != []

    assert len(found) == many


@pytest.mark.parametrize("many", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    coordinator_client, office, many, django_assert_num_queries
):
    ReplyFactory.create_batch(many)
    for _number in range(many):
        ReplyFactory(of_nobody=True, about=GminaFactory(), matched_by="by_hand")
    coordinator_client.get(page("mailing_reply_changelist"))

    with django_assert_num_queries(10):
        response = coordinator_client.get(page("mailing_reply_changelist"))

    assert response.context["cl"].result_count == 2 * many


def test_list_has_a_heap_for_each_question(coordinator_client, coordinator):
    waiting, unmatched = ReplyFactory(), ReplyFactory(of_nobody=True)
    done = ReplyFactory(handled_by=coordinator, handled_at=WRITTEN_AT)
    machine = ReplyFactory(automatic=True)

    def heap(name: str) -> list[Reply]:
        query = {"heap": name} if name else {}
        found = coordinator_client.get(page("mailing_reply_changelist"), query)
        return list(found.context["cl"].result_list)

    assert heap("") == [machine, done, unmatched, waiting]
    assert heap("waiting") == [unmatched, waiting]
    assert heap("unmatched") == [unmatched]
    assert (heap("handled"), heap("automatic")) == ([done], [machine])


def test_list_says_whether_the_mailbox_is_read(coordinator_client, settings):
    """Silence is an error too: nobody waits for replies that cannot come."""
    without = told(coordinator_client.get(page("mailing_reply_changelist")))
    settings.REPLY_MAILBOX = "imaps://odpowiedzi:secret@mail.example/INBOX"
    before = told(coordinator_client.get(page("mailing_reply_changelist")))
    ReplyMailbox.objects.create(mailbox=mailbox_name(), uid_validity=1, read_at=WRITTEN_AT)
    long_ago = told(coordinator_client.get(page("mailing_reply_changelist")))
    ReplyMailbox.objects.update(read_at=timezone.now())
    after = told(coordinator_client.get(page("mailing_reply_changelist")))

    assert "Skrzynka odpowiedzi nie jest ustawiona" in without
    assert "Skrzynka nie została jeszcze odczytana" in before
    assert "nie została odczytana od: wtorek, 14 kwietnia 2026, 10:00" in long_ago
    assert "Ostatni odczyt skrzynki:" in after
    assert "secret" not in before + long_ago + after


def test_home_counts_what_waits_and_opens_it(coordinator_client):
    EditionFactory()
    ReplyFactory.create_batch(2)
    ReplyFactory(automatic=True)

    desk = coordinator_client.get(page("index")).context["desk"]

    (tile,) = [tile for tile in desk.mine.some if "heap" in tile.url]
    assert (tile.value, tile.label) == (2, "odpowiedzi na nasze listy")
    opened = coordinator_client.get(tile.url).context["cl"].result_list
    assert len(opened) == tile.value


def test_reply_is_marked_as_dealt_with_and_waits_again(coordinator_client, coordinator):
    reply = ReplyFactory()

    coordinator_client.post(page("mailing_handle_reply", reply.pk))
    again = coordinator_client.post(page("mailing_handle_reply", reply.pk), follow=True)
    reply.refresh_from_db()
    handled = (reply.handled_by, reply.handled_at is not None)
    coordinator_client.post(page("mailing_reopen_reply", reply.pk))
    reply.refresh_from_db()

    assert handled == (coordinator, True)
    assert "zajęła się już inna osoba" in told(again)
    assert (reply.handled_by, reply.handled_at) == (None, None)
    deeds = [event.action for event in audit.history(reply)]
    assert deeds == ["mailing.reply.reopened", "mailing.reply.handled"]


def test_looking_marks_nothing(coordinator_client):
    reply = ReplyFactory()

    coordinator_client.get(page("mailing_reply_change", reply.pk))
    refused = coordinator_client.get(page("mailing_handle_reply", reply.pk))

    reply.refresh_from_db()
    assert (refused.status_code, reply.handled_at) == (405, None)


def test_coordinator_says_whose_an_unmatched_reply_is(coordinator_client):
    gmina, other = GminaFactory(name="Serock"), GminaFactory(name="Zator")
    OrganisationFactory(gmina=gmina, email="ktos@GDZIES.example")
    reply = ReplyFactory(of_nobody=True)
    door = page("win4ua_attach_reply", reply.pk)

    form = coordinator_client.get(door)
    empty = coordinator_client.post(door, {"gmina": ""})
    unknown = coordinator_client.post(door, {"gmina": "Nigdzie Takiej"})
    done = coordinator_client.post(door, {"gmina": gmina.teryt})

    assert [name.startswith("Serock") for name in form.context["keepers"]] == [True]
    assert [empty.status_code, unknown.status_code, done.status_code] == [200, 200, 302]
    assert empty.context["form"].errors == {"gmina": ["Prosimy wybrać gminę."]}
    assert unknown.context["form"].errors == {
        "gmina": ["Żadna gmina nie pasuje. Prosimy sprawdzić pisownię."]
    }
    reply.refresh_from_db()
    assert (reply.about, reply.matched_by) == (gmina, "by_hand")
    assert list(host_mail.replies_of_gmina(gmina)) == [reply]
    assert list(host_mail.replies_of_gmina(other)) == []
    assert [event.action for event in audit.history(reply)] == ["mailing.reply.attached"]


def test_wrong_match_is_put_right(coordinator_client, office):
    reply = ReplyFactory(letter=LetterFactory(sent=True, about=office), matched_by="address")
    gmina = GminaFactory()

    coordinator_client.post(page("win4ua_attach_reply", reply.pk), {"gmina": gmina.teryt})

    assert list(host_mail.replies_of_gmina(office.gmina)) == []
    assert list(host_mail.replies_of_gmina(gmina)) == [reply]


def test_mailing_counts_who_answered_and_shows_them(coordinator_client, coordinator, monkeypatch):
    """An absence notice is no answer; two replies of one office are one."""
    people = put_in_place(monkeypatch)
    people.add(4)
    mailing = draft(coordinator)
    monkeypatch.setattr(hints, "_say", lambda task, kwargs: None)
    mailings.schedule(mailing, actor=coordinator, now=WRITTEN_AT)
    mailing_sending.send_next(now=WRITTEN_AT + timedelta(minutes=11))
    Letter.objects.update(status="accepted", accepted_at=WRITTEN_AT)
    rows = list(mailing.recipients.select_related("letter").order_by("pk"))
    ReplyFactory.create_batch(2, letter=rows[0].letter)
    newest = Reply.objects.latest("received_at")
    ReplyFactory(letter=rows[1].letter, automatic=True)
    ReplyFactory()

    main = coordinator_client.get(page("mailing_page", mailing.pk))
    shown = coordinator_client.get(page("mailing_rows", mailing.pk), {"show": "answered"})
    everybody = coordinator_client.get(page("mailing_rows", mailing.pk))

    assert [tile["value"] for tile in main.context["tiles"] if "answered" in tile["url"]] == ["1"]
    assert list(answered_rows(mailing)) == rows[:1]
    assert [one["row"] for one in shown.context["rows"]] == rows[:1]
    assert [chip["count"] for chip in shown.context["chips"] if chip["is_on"]] == ["1"]
    answers = [one["answer_url"] for one in everybody.context["rows"]]
    assert answers == [page("mailing_reply_change", newest.pk), "", "", ""]


def test_search_box_finds_a_reply_by_its_sender(coordinator_client, signed_in, auditor):
    """X10: for who may read replies."""
    reply = ReplyFactory(of_nobody=True)
    asked = {"q": "ktos@gdzies"}

    groups = coordinator_client.get(page("win4ua_search"), asked).context["groups"]
    hidden = signed_in(auditor).get(page("win4ua_search"), asked).context["groups"]

    found = [row["url"] for group in groups for row in group["rows"]]
    assert (found, hidden) == ([page("mailing_reply_change", reply.pk)], [])


def test_reading_is_started_by_beat():
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "mailing.tasks.read_replies" in tasks
    assert Letter.objects.count() == 0
