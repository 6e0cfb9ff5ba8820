"""One letter to an address, however many records stand for the person (E13, E14, E20)."""

from datetime import timedelta

import pytest

from mailing import mailing_groups
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
