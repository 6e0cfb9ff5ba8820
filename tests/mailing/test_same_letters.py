"""One letter to an address, however many records stand for the person (E13, E14, E20)."""

from datetime import timedelta

import pytest

from mailing import mailing_groups
from mailing.audiences import BadWish
from mailing.models import Letter
from mailing.services import mailing_rows, mailings, suppress
from mailing.services.mailing_sending import send_next
from tests.factories.mailing import WRITTEN_AT
from tests.mailing.audience_of_tests import draft, put_in_place, staff

LATER = WRITTEN_AT + timedelta(minutes=11)
SAME = "The very same letter goes to this address already."
JAN = {"email": "jan@gmina.example", "name": "Jan"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def olena():
    return staff("olena")


def verdicts(mailing) -> dict[str, str]:
    return dict(mailing.recipients.values_list("key", "why_not"))


def sent_to() -> list[str]:
    return sorted(Letter.objects.filter(is_bulk=True).values_list("to", flat=True))


def test_the_same_letter_goes_to_an_address_once(people, olena):
    people.people = {
        "1": JAN,
        "2": JAN | {"email": "JAN@gmina.example"},
        "3": JAN | {"email": "anna@gmina.example"},
    }

    mailing = draft(olena)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    send_next(now=LATER)

    assert verdicts(mailing) == {"1": "", "2": SAME, "3": ""}
    assert not mailing_groups.rows_shown(mailing, show="warning").exists()
    assert sent_to() == ["anna@gmina.example", "jan@gmina.example"]


def test_letters_that_say_something_else_go_both_with_a_note(people, olena):
    """E14: a person with two interns hears of each."""
    people.people = {"1": JAN, "2": JAN | {"name": "Jan, drugi staż"}}

    mailing = draft(olena)

    assert verdicts(mailing) == {"1": "", "2": ""}
    assert set(mailing.recipients.values_list("warning", flat=True)) == {mailing_rows.TWICE}


def test_words_decide_whether_letters_are_the_same(people, olena):
    """Of two letters that differ in a name which the words leave out, one goes."""
    people.people = {"1": JAN, "2": JAN | {"name": "Jan, drugi staż"}}
    without_name = {
        f"{part}_{code}": "Spotkanie" if part == "subject" else "{salutation},\n\nspotkanie."
        for code in ("pl", "uk", "en")
        for part in ("subject", "body")
    }

    mailing = draft(olena, words=without_name)

    assert verdicts(mailing) == {"1": "", "2": SAME}


def test_letter_in_another_language_is_another_letter(people, olena):
    people.people = {"1": JAN, "2": JAN | {"language": "uk"}}

    assert verdicts(draft(olena)) == {"1": "", "2": ""}


def test_who_does_not_get_it_takes_nobodys_place(people, olena):
    """The first record speaks against a letter: the second has it."""
    people.people = {"1": JAN | {"why_not": "Has withdrawn."}, "2": JAN, "3": JAN}

    assert verdicts(draft(olena)) == {"1": "Has withdrawn.", "2": "", "3": SAME}


def test_second_record_stands_in_for_one_that_has_answered(people, olena):
    """E13: nobody loses a letter because of a record that counts no more; and gets it once."""
    people.people = {"1": JAN, "2": JAN, "3": JAN, "4": {"email": "anna@gmina.example"}}
    mailing = draft(olena)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    people.answered = {"1", "4"}

    send_next(now=LATER)

    assert verdicts(mailing) == {
        "1": "The survey has been sent.",
        "2": "",
        "3": SAME,
        "4": "The survey has been sent.",
    }
    assert sent_to() == ["jan@gmina.example"]
    mailing.refresh_from_db()
    assert mailing.status == "sending"  # Jan's letter is on its way


def test_nobody_stands_in_on_the_stop_list_or_where_a_letter_goes_anyway(people, olena):
    other = JAN | {"name": "Jan, drugi staż"}
    people.people = {"1": JAN, "2": JAN, "3": other, "a": {"email": "a@x.example", "name": "A"}}
    people.people["b"] = people.people["a"]
    mailing = draft(olena)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    people.answered = {"1"}
    suppress("a@x.example", cause="unsubscribed", now=WRITTEN_AT)

    send_next(now=LATER)

    stopped = "The address is on the stop list."
    answered = "The survey has been sent."
    assert verdicts(mailing) == {"1": answered, "2": SAME, "3": "", "a": stopped, "b": stopped}
    assert sent_to() == ["jan@gmina.example"]


def test_who_is_left_out_by_hand_silences_nobody(people, olena):
    """E13: the other record of the address has the letter, at once and after working out anew."""
    people.people = {"1": JAN, "2": JAN, "3": JAN | {"email": "anna@gmina.example"}}
    mailing = draft(olena)

    mailing_rows.leave_out(mailing.recipients.get(key="1"), actor=olena, now=WRITTEN_AT)
    at_once = verdicts(mailing)
    mailing_rows.work_out(mailing, actor=olena, now=WRITTEN_AT)
    anew = verdicts(mailing)
    warnings = set(mailing.recipients.values_list("warning", flat=True))
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    send_next(now=LATER)

    assert at_once == anew == {"1": "", "2": "", "3": ""}
    assert warnings == {""}
    assert sent_to() == ["anna@gmina.example", "jan@gmina.example"]


def test_record_that_is_taken_in_again_does_not_bring_a_second_letter(people, olena):
    """E13: out and in again by hand, and the address has the letter once."""
    people.people = {"1": JAN, "2": JAN}
    mailing = draft(olena)
    first = mailing.recipients.get(key="1")

    mailing_rows.leave_out(first, actor=olena, now=WRITTEN_AT)
    mailing_rows.take_in(first, actor=olena, now=WRITTEN_AT)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    send_next(now=LATER)

    assert verdicts(mailing) == {"1": "", "2": SAME}
    assert sent_to() == ["jan@gmina.example"]


def test_all_records_left_out_by_hand_leave_the_address_without(people, olena):
    """Two clicks leave out two records; nobody else stands in."""
    people.people = {"1": JAN, "2": JAN, "3": {"email": "anna@gmina.example"}}
    mailing = draft(olena)

    for key in ("1", "2"):
        mailing_rows.leave_out(mailing.recipients.get(key=key), actor=olena, now=WRITTEN_AT)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    send_next(now=LATER)

    assert sent_to() == ["anna@gmina.example"]


def test_without_its_list_a_record_can_be_left_out_and_not_taken_in(people, olena, monkeypatch):
    """E13: who is to have no letter has none; nobody comes back unless the rules can be asked."""
    people.people = {"1": JAN, "2": JAN}
    mailing = draft(olena)
    first = mailing.recipients.get(key="1")

    def no_list(*_args, **_options):
        raise BadWish("Choose a list of recipients that is in use.")

    monkeypatch.setattr(people, "candidates", no_list)
    mailing_rows.leave_out(first, actor=olena, now=WRITTEN_AT)
    with pytest.raises(BadWish):
        mailing_rows.take_in(first, actor=olena, now=WRITTEN_AT)

    assert list(mailing.recipients.order_by("key").values_list("why_not", flat=True)) == ["", SAME]
    assert list(mailing.recipients.chosen()) == []
