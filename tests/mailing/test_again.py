"""Letters that came back are sent again to a corrected address, and never twice to one that has
them (E6, E10)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import audit
from mailing import sealing, selectors, services
from mailing.enums import LetterStatus
from mailing.models import Letter, LetterAttachment, Mailing
from mailing.services import again, mailings, suppress
from mailing.services.mailing_sending import retry_failed, send_next
from mailing.unsubscribe import token_for
from tests.factories.mailing import WRITTEN_AT, LetterFactory, RecipientListFactory
from tests.factories.programme import EditionFactory
from tests.mailing.audience_of_tests import WORDS, draft, put_in_place, staff
from win4ua import desk

LATER = WRITTEN_AT + timedelta(minutes=11)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def actor():
    return staff("iryna")


def send_all(at=LATER) -> list[str]:
    """Workers have done their part; to whom letters went by it."""
    before = len(mail.outbox)
    send_next(now=at)
    services.deliver_due(at)
    send_next(now=at)
    return [message.to[0] for message in mail.outbox[before:]]


def gone(people, actor, many: int, **changes) -> Mailing:
    """A mailing of which every letter was sent."""
    people.add(many, **changes)
    mailing = mailings.schedule(draft(actor), actor=actor, now=WRITTEN_AT)
    send_all()
    mailing.refresh_from_db()
    assert mailing.status == "finished"
    return mailing


def come_back(letter: Letter) -> Letter:
    """For good: the address goes to the stop list."""
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.BOUNCED, error="550 5.1.1 User unknown"
    )
    suppress(letter.to, cause="bounced", now=LATER)
    letter.refresh_from_db()
    return letter


def lost(**changes) -> Letter:
    """A letter of no mailing that came back, without a personal link."""
    values = {"stored_text": "Dzień dobry", "stored_html": "<p>Dzień dobry</p>", "sealed": ""}
    values |= {"letter": "mailing/notice", "sent": True}
    return come_back(LetterFactory(**values | changes))


def test_mailing_writes_to_the_corrected_address_and_to_nobody_else(people, actor):
    """E6: once, with the new address; who has the letter gets no other; pressed twice, nothing."""
    mailing = gone(people, actor, 3)
    first = come_back(mailing.recipients.get(key="00002").letter)
    assert (again.how_many(mailing, now=LATER), retry_failed(mailing, actor=actor, now=LATER)) == (
        0,
        0,
    )
    people.people["00002"]["email"] = "nowy@gmina.example"

    assert again.how_many(mailing, now=LATER) == 1
    presses = [retry_failed(mailing, actor=actor, now=LATER) for _press in range(2)]
    went = send_all(LATER + timedelta(minutes=1))

    row = mailing.recipients.get(key="00002")
    mailing.refresh_from_db()
    assert (presses, went, mailing.status) == ([1, 0], ["nowy@gmina.example"], "finished")
    assert (row.email, row.letter.to, row.letter.repeats) == (
        "nowy@gmina.example",
        "nowy@gmina.example",
        first,
    )
    assert Letter.objects.get(pk=first.pk).status == "bounced"
    assert again.how_many(mailing, now=LATER) == 0


def test_letter_that_comes_back_twice_is_corrected_twice(people, actor):
    mailing = gone(people, actor, 1)
    for number in (1, 2):
        come_back(mailing.recipients.get().letter)
        people.people["00001"]["email"] = f"nowy{number}@gmina.example"
        retry_failed(mailing, actor=actor, now=LATER)
        assert send_all(LATER + timedelta(minutes=number)) == [f"nowy{number}@gmina.example"]


@pytest.mark.parametrize(("words", "went"), [("", []), (" {name}", ["a00002@gmina.example"])])
def test_corrected_address_that_has_the_same_letter_gets_no_other(people, actor, words, went):
    """Only a letter that says something else goes to an address that has one of the mailing."""
    people.add(2)
    own = {name: text.replace(": {name}", "") + words for name, text in WORDS.items()}
    mailing = draft(actor, words=own)
    mailings.schedule(mailing, actor=actor, now=WRITTEN_AT)
    send_all()
    come_back(mailing.recipients.get(key="00001").letter)
    people.people["00001"]["email"] = "A00002@gmina.example"

    retry_failed(mailing, actor=actor, now=LATER)

    assert [address.lower() for address in send_all(LATER + timedelta(minutes=1))] == went


def test_corrected_address_on_the_stop_list_gets_nothing(people, actor):
    mailing = gone(people, actor, 1)
    come_back(mailing.recipients.get().letter)
    people.people["00001"]["email"] = "stop@gmina.example"
    suppress("stop@gmina.example", cause="unsubscribed", now=LATER)

    assert retry_failed(mailing, actor=actor, now=LATER) == 0
    assert send_all(LATER + timedelta(minutes=1)) == []


def test_refused_letter_does_not_go_to_the_old_address_as_well(people, actor):
    """A letter that failed can be tried again from the outbox; not once the address is another."""
    mailing = gone(people, actor, 1)
    old = mailing.recipients.get().letter
    Letter.objects.filter(pk=old.pk).update(status="failed", accepted_at=None)
    people.people["00001"]["email"] = "nowy@gmina.example"

    assert retry_failed(mailing, actor=actor, now=LATER) == 1

    old.refresh_from_db()
    with pytest.raises(services.outbox.TransitionNotAllowed):
        services.retry(old, actor=actor, now=LATER)
    assert send_all(LATER + timedelta(minutes=1)) == ["nowy@gmina.example"]


def test_letter_of_the_outbox_goes_to_the_corrected_address_once(actor):
    """The database lets no letter be repeated twice."""
    first = lost()
    LetterAttachment.objects.create(letter=first, name="plan.pdf", content=b"%PDF-1.7")

    copy = again.send_again(first, email="nowy@gmina.example", actor=actor, now=LATER)
    services.deliver_due(LATER)

    assert [message.to for message in mail.outbox] == [["nowy@gmina.example"]]
    assert (copy.repeats, copy.stored_text) == (first, "Dzień dobry")
    assert [bytes(file.content) for file in copy.attachments.all()] == [b"%PDF-1.7"]
    assert audit.history(copy).first().action == "mailing.letter.sent_again"
    with pytest.raises(again.CannotRepeat):
        again.send_again(first, email="inny@gmina.example", actor=actor, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterFactory(repeats=first)


def test_letter_to_many_takes_its_own_way_to_unsubscribe_along(actor):
    """E12: who gets it at the new address does not take the old one off."""
    link = f"https://win4ua.example/wypisz/{token_for(LetterFactory().uuid)}/"
    sealed = {"stored_text": sealing.marker("unsubscribe")}
    first = lost(is_bulk=True, sealed=sealing.seal({"unsubscribe": link}), **sealed)

    copy = again.send_again(first, email="nowy@gmina.example", actor=actor, now=LATER)

    assert token_for(copy.uuid) in copy.text
    assert link not in copy.text


@pytest.mark.parametrize("of", ["secrets", "stop list", "has it", "arrived", "mailing"])
def test_what_is_not_sent_again(people, actor, of):
    first, to = lost(), "nowy@gmina.example"
    if of == "secrets":  # somebody else's link goes to nobody
        first = come_back(LetterFactory(sent=True))
    elif of == "stop list":
        to = first.to
    elif of == "has it":
        LetterFactory(
            sent=True,
            to=to.upper(),
            letter=first.letter,
            subject=first.subject,
            stored_text=first.stored_text,
        )
    elif of == "arrived":
        Letter.objects.filter(pk=first.pk).update(status="delivered")
    else:
        first = come_back(gone(people, actor, 1).recipients.get().letter)
    before = Letter.objects.count()

    with pytest.raises(again.CannotRepeat):
        again.send_again(first, email=to, actor=actor, now=LATER)

    assert Letter.objects.count() == before


def test_who_waits_for_us_among_the_letters_that_did_not_arrive(actor):
    """Until the letter goes again, another of its kind goes instead, or a person lets it rest."""
    waits, failed = lost(), LetterFactory(failed=True, letter="mailing/notice")
    code = come_back(LetterFactory(sent=True, letter="mailing/code"))
    LetterFactory(sent=True)
    again.send_again(lost(), email="nowy@gmina.example", actor=actor, now=LATER)
    again.put_aside(lost(), actor=actor, now=LATER)
    instead = lost(about=actor)
    LetterFactory(sent=True, letter=instead.letter, about=actor)

    assert set(selectors.lost()) == {waits, failed}
    assert code not in selectors.lost()


def test_page_says_what_was_wrong_and_keeps_what_was_typed(olena):
    first = lost()
    page = reverse("admin:mailing_send_again", args=[first.pk])

    bad = olena.post(page, {"email": first.to})
    good = olena.post(page, {"email": "nowy@gmina.example"})

    assert (bad.status_code, first.to in bad.content.decode()) == (422, True)
    assert "on the stop list" in bad.content.decode()
    copy = Letter.objects.get(repeats=first)
    assert good.url == reverse("admin:mailing_letter_change", args=[copy.pk])
    shown = olena.get(reverse("admin:mailing_letter_change", args=[first.pk])).content.decode()
    assert copy.reference in shown
    assert olena.get(page).content.decode().count("sent again already") == 1


def test_letter_of_a_mailing_leads_to_the_mailing(people, actor, olena):
    mailing = gone(people, actor, 1)
    letter = come_back(mailing.recipients.get().letter)

    page = olena.get(reverse("admin:mailing_send_again", args=[letter.pk])).content.decode()

    assert reverse("admin:mailing_page", args=[mailing.pk]) in page
    assert '<form method="post" novalidate' not in page


def test_letter_is_let_rest_and_leaves_the_shelf(olena, marek):
    letter = lost()
    shelf = f"{reverse('admin:mailing_outbox')}?shelf=lost"
    aside = reverse("admin:mailing_put_aside", args=[letter.pk])

    before = olena.get(shelf).content.decode()
    refused = [marek.post(aside).status_code, olena.get(aside).status_code]
    olena.post(aside)

    assert refused == [403, 405]
    assert (letter.subject in before, letter.subject in olena.get(shelf).content.decode()) == (
        True,
        False,
    )


def test_finished_mailing_says_which_letters_have_not_arrived(people, actor, olena):
    """Not green while somebody has no letter; the figure opens its rows."""
    mailing = gone(people, actor, 3)
    page = reverse("admin:mailing_page", args=[mailing.pk])
    whole = olena.get(page)
    come_back(mailing.recipients.get(key="00002").letter)

    shown = olena.get(page)
    rows = olena.get(shown.context["lost"]["url"]).context["rows"]

    assert (whole.context["kind"], whole.context["lost"]) == ("good", {})
    assert (shown.context["kind"], shown.context["lost"]["text"]) == (
        "late",
        "Have not arrived: 1.",
    )
    assert shown.context["progress"]["text"].endswith("Have not arrived: 1.")
    assert [row["row"].key for row in rows] == ["00002"]
    listed = olena.get(reverse("admin:mailing_mailing_changelist")).content.decode()
    assert ("tag-late" in listed, "tag-good" in listed) == (True, False)


def test_home_page_counts_what_did_not_arrive(olena):
    letter = lost()
    tiles = {
        tile.url: tile.value for tile in desk.desk_of(EditionFactory(), user=olena.user).mine.tiles
    }

    shelf = f"{reverse('admin:mailing_outbox')}?shelf=lost"
    assert tiles[shelf] == 1
    assert letter.subject in olena.get(shelf).content.decode()


def test_address_of_a_list_is_corrected_beside_its_letter(olena, actor):
    """E6: people of a list have no record of ours; the mailing goes again to them alone."""
    people = RecipientListFactory(many=2)
    mailing = draft(actor, audience="mailing/list", wish={"list": people.pk})
    mailings.schedule(mailing, actor=actor, now=WRITTEN_AT)
    send_all()
    letter = come_back(mailing.recipients.order_by("pk")[0].letter)
    page = reverse("admin:mailing_send_again", args=[letter.pk])

    taken = olena.post(page, {"email": "osoba1@lista.example"})
    done = olena.post(page, {"email": "nowy@lista.example"})
    mailing.refresh_from_db()

    assert taken.context["form"].errors["email"] == ["This address stands on the list already."]
    assert done.url == reverse("admin:mailing_page", args=[mailing.pk])
    assert retry_failed(mailing, actor=actor, now=LATER) == 1
    assert send_all(LATER + timedelta(minutes=1)) == ["nowy@lista.example"]
