"""What a mailing asks of an author: words in the languages of its recipients, fitting filters."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.changelists import filter_words
from mailing import sealing
from mailing.audiences import audiences
from mailing.models import Letter, Mailing
from mailing.services import mailing_previews, mailing_rows, mailings
from mailing.services.mailing_sending import send_next
from mailing.services.texts import TextsRefused
from tests.factories.mailing import WRITTEN_AT, RecipientListFactory
from tests.mailing.audience_of_tests import WORDS, draft, put_in_place, staff

LATER = WRITTEN_AT + timedelta(minutes=11)
POLISH = WORDS | {name: "" for name in WORDS if not name.endswith("_pl")}
pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"admin:mailing_{name}", args=args)


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def actor():
    return staff("iryna")


def test_only_languages_of_the_recipients_are_written(people, actor):
    """A Polish mailing needs Polish words; somebody with another language blocks it, in words."""
    people.add(2)
    polish = draft(actor, words=POLISH)
    assert mailings.what_is_missing(polish, now=WRITTEN_AT) == []

    people.add(1, language="uk")
    mailing_rows.work_out(polish, actor=actor, now=WRITTEN_AT)

    assert mailings.what_is_missing(polish, now=WRITTEN_AT) == [
        "Temat i tekst trzeba napisać w językach odbiorców: ukraiński."
    ]
    with pytest.raises(mailings.NotReady):
        mailings.schedule(polish, actor=actor, now=WRITTEN_AT)


def test_language_that_changes_after_the_approval_leaves_its_letter_out(people, actor):
    """Nobody gets an empty letter."""
    people.add(2)
    mailing = mailings.schedule(draft(actor, words=POLISH), actor=actor, now=WRITTEN_AT)
    mailing.recipients.filter(key="00002").update(language="uk")

    send_next(now=LATER)

    row = mailing.recipients.get(key="00002")
    assert row.why_not == "The letter was not written in the language of this recipient."
    assert Letter.objects.filter(recipient__mailing=mailing).count() == 1


def test_language_is_written_whole_or_not_at_all(people, actor):
    people.add(1)

    with pytest.raises(TextsRefused) as refused:
        draft(actor, words=POLISH | {"subject_uk": "Зустріч"})

    assert set(refused.value.errors) == {"body_uk"}


def test_page_of_words_asks_for_polish_alone(coordinator_client):
    people = RecipientListFactory(many=2)
    coordinator_client.post(
        page("new"), {"title": "Spotkanie", "what": "mailing/list mailing/notice"}
    )
    mailing = Mailing.objects.get()
    coordinator_client.post(page("choose", mailing.pk), {"list": people.pk})

    empty = coordinator_client.post(page("words", mailing.pk), {})
    shown = coordinator_client.get(page("words", mailing.pk))
    done = coordinator_client.post(page("words", mailing.pk), POLISH)

    assert set(empty.context["form"].errors) == {"subject_pl", "body_pl"}
    assert "polski: 2" in shown.content.decode()
    assert done.status_code == 302
    whole = coordinator_client.get(page("page", mailing.pk))
    assert [one["code"] for one in whole.context["own_words"]] == ["pl"]


@pytest.mark.parametrize("name", ["meetings/guests", "", "no/such"])
def test_coming_from_a_list_only_its_own_audiences_are_offered(coordinator_client, name):
    """Filters of one list choose nobody in another: they are not dropped without a word."""
    every = audiences().values()
    of_list = [one for one in every if one.name == name]
    asked = coordinator_client.get(page("new"), {"audience": name, "query": "status=present"})

    offered = {value.split(" ")[0] for value, _words in asked.context["form"]["what"].field.choices}

    if of_list:
        expected = {one.name for one in every if one.panel_model == of_list[0].panel_model}
        assert offered == expected
        assert "applications/candidates" not in offered
    else:
        assert len(offered) > 5


def test_filters_stay_on_the_page_of_a_mailing_that_has_gone(coordinator_client, coordinator):
    """E20: who looks back sees how the recipients were chosen, and who approved them."""
    one = next(each for each in audiences().values() if each.panel_model == "programme.gmina")
    mailing = mailings.draft_mailing(
        title="Gminy",
        letter=one.letters[0],
        audience=one.name,
        wish={"query": "q=Serock"},
        actor=coordinator,
        now=WRITTEN_AT,
    )
    Mailing.objects.filter(pk=mailing.pk).update(
        status="finished",
        approved_by=coordinator,
        approved_at=WRITTEN_AT,
        released_at=WRITTEN_AT,
        finished_at=LATER,
    )

    facts = coordinator_client.get(page("page", mailing.pk)).context["facts"]

    words = filter_words("programme.gmina", "q=Serock", user=coordinator)
    lines = next(fact["lines"] for fact in facts if "lines" in fact and words[0] in fact["lines"])
    assert set(words) <= set(lines)
    assert str(coordinator) in [fact.get("value") for fact in facts[-1:]]


def test_preview_has_the_line_with_our_reference(people, actor):
    """E22: what is shown as it will arrive has the line that arrives; its number comes later."""
    people.add(1)
    mailing = draft(actor, words=POLISH)

    made = mailing_previews.preview_for(mailing.recipients.get(), now=WRITTEN_AT)

    shown = "".join(words for words, _is_value in made.pieces)
    assert "Nasz znak: WIN4UA/2026/…" in shown
    assert sealing.NUMBER not in shown
