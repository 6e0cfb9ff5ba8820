"""The outbox of the panel: lists, verbs, who may, what it never does."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.states import TransitionNotAllowed
from mailing import selectors, services
from mailing.models import Letter, Suppression
from tests.factories.mailing import WRITTEN_AT, LetterFactory, SuppressionFactory

OUTBOX = "/admin/mailing/outbox/"


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("shelf", ["", "drafts", "failed", "sent"])
def test_outbox_costs_the_same_with_one_row_and_with_three(olena, shelf):
    traits = {"": "draft", "drafts": "draft", "failed": "failed", "sent": "sent"}
    url = f"{OUTBOX}?shelf={shelf}"
    LetterFactory(**{traits[shelf]: True})
    queries_of(olena, url)
    one = queries_of(olena, url)
    LetterFactory.create_batch(2, **{traits[shelf]: True})

    three = queries_of(olena, url)

    assert three == one
    assert three <= 13


def test_confirmation_costs_the_same_with_one_row_and_with_three(olena):
    url = reverse("admin:mailing_plan") + "?deed=release&shelf=drafts&select_all=1"
    LetterFactory(draft=True, bulk=True)
    queries_of(olena, url)
    one = queries_of(olena, url)
    LetterFactory.create_batch(2, draft=True, bulk=True)

    assert queries_of(olena, url) == one


def test_stop_list_costs_the_same_with_one_row_and_with_three(olena):
    url = reverse("admin:mailing_suppression_changelist")
    SuppressionFactory()
    queries_of(olena, url)
    one = queries_of(olena, url)
    SuppressionFactory.create_batch(2)

    assert queries_of(olena, url) == one


def test_shelf_shows_its_letters_only(olena):
    """Something of every other shelf exists that could leak."""
    draft = LetterFactory(draft=True, subject="Szkic dla Wólki")
    LetterFactory(sent=True, subject="Wysłany")
    LetterFactory(failed=True, subject="Odrzucony")

    page = olena.get(f"{OUTBOX}?shelf=drafts")

    assert [row["letter"] for row in page.context["rows"]] == [draft]
    assert {chip["label"]: chip["count"] for chip in page.context["chips"]} == {
        "All": 3,
        "Wait for release": 1,
        "Perhaps sent": 0,
        "Not delivered": 1,
        "On their way": 0,
        "Sent": 1,
        "Stopped": 0,
    }


def test_outbox_searches_addresses_and_subjects(olena):
    wanted = LetterFactory(to="wolka@gmina.example")
    LetterFactory(to="inny@gmina.example")

    page = olena.get(f"{OUTBOX}?q=wolka")

    assert [row["letter"] for row in page.context["rows"]] == [wanted]


@pytest.mark.parametrize("query", ["shelf=x", "page=9999", "page=-1", "q=%00", "letter=nothing"])
def test_outbox_takes_any_address(olena, query):
    LetterFactory(draft=True)

    assert olena.get(f"{OUTBOX}?{query}").status_code == 200


def test_every_status_stands_on_one_shelf():
    shelved = [status for statuses in selectors.SHELVES.values() for status in statuses]

    assert sorted(shelved) == sorted(Letter.Status)


def test_looking_changes_nothing(olena):
    """S7: GET never writes."""
    letters = [
        LetterFactory(draft=True),
        LetterFactory(ambiguous=True),
        LetterFactory(failed=True),
    ]
    plan = reverse("admin:mailing_plan")
    deeds = ("release", "cancel", "retry", "propose")
    pages = [OUTBOX, *(f"{plan}?deed={deed}&select_all=1" for deed in deeds)]
    for letter in letters:
        pages += [
            reverse("admin:mailing_letter_change", args=[letter.pk]),
            reverse("admin:mailing_letter_page", args=[letter.pk]),
        ]
    for name in ("release", "cancel", "retry", "resend", "mark_as_sent", "put_aside"):
        refused = olena.get(reverse(f"admin:mailing_{name}", args=[letters[0].pk]))
        assert refused.status_code == 405
    before = list(Letter.objects.order_by("pk").values())

    codes = {page: olena.get(page).status_code for page in pages}

    assert set(codes.values()) == {200}, codes
    assert list(Letter.objects.order_by("pk").values()) == before
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("verb", "trait", "status"),
    [
        ("release", "draft", "queued"),
        ("cancel", "draft", "cancelled"),
        ("retry", "failed", "queued"),
        ("resend", "ambiguous", "queued"),
        ("mark_as_sent", "ambiguous", "accepted"),
    ],
)
def test_verb_walks_the_letter_and_is_written_down(olena, verb, trait, status):
    letter = LetterFactory(**{trait: True})

    answer = olena.post(reverse(f"admin:mailing_{verb}", args=[letter.pk]))

    letter.refresh_from_db()
    assert answer.status_code == 302
    assert letter.status == status
    line = audit.history(letter).get()
    assert (line.action, line.actor) == (f"mailing.letter.{status}", olena.user)


@pytest.mark.parametrize(
    ("verb", "trait"),
    [("release", "sent"), ("cancel", "sent"), ("retry", "draft"), ("resend", "failed")],
)
def test_verb_that_does_not_fit_says_so(olena, verb, trait):
    letter = LetterFactory(**{trait: True})
    before = letter.status

    answer = olena.post(reverse(f"admin:mailing_{verb}", args=[letter.pk]), follow=True)

    letter.refresh_from_db()
    assert letter.status == before
    assert [str(message.level_tag) for message in answer.context["messages"]] == ["error"]


def test_second_release_is_told_who_was_faster(olena):
    """Two coordinators, one draft (FT-16)."""
    letter = LetterFactory(draft=True)
    other = Letter.objects.get(pk=letter.pk)
    services.release(letter, actor=olena.user, now=WRITTEN_AT)

    with pytest.raises(TransitionNotAllowed) as refused:
        services.release(other, actor=None, now=WRITTEN_AT)

    assert refused.value.by == olena.user


def test_letter_page_can_do_nothing_and_hides_links(olena, settings):
    """P27: link mails are redacted; L14: the page runs nothing."""
    letter = LetterFactory(sent=True)
    url = reverse("admin:mailing_letter_page", args=[letter.pk])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    production = olena.get(url)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    here = olena.get(url)

    assert production["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    )
    assert "secret" not in production.content.decode()
    assert "https://win4ua.example/secret/" in here.content.decode()


def test_record_hides_links_from_staff(olena, settings):
    """P27."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    letter = LetterFactory(sent=True)

    page = olena.get(reverse("admin:mailing_letter_change", args=[letter.pk])).content.decode()

    assert "win4ua.example/secret" not in page
    assert "[personal link or code]" in page


def test_auditor_sees_that_a_letter_went_and_not_what_it_says(marek):
    """P27: meta only."""
    letter = LetterFactory(draft=True, stored_text="Poufna treść")
    page = marek.get(reverse("admin:mailing_letter_change", args=[letter.pk]))

    assert page.status_code == 200
    assert "Poufna" not in page.content.decode()
    assert page.context["verbs"] == []
    assert marek.get(reverse("admin:mailing_letter_page", args=[letter.pk])).status_code == 403
    for verb in ("release", "cancel", "retry", "resend", "mark_as_sent", "put_aside"):
        url = reverse(f"admin:mailing_{verb}", args=[letter.pk])
        assert marek.post(url).status_code == 403
    assert marek.get(reverse("admin:mailing_plan") + "?deed=release").status_code == 403


def test_stranger_is_sent_to_the_door(client, db):
    letter = LetterFactory(draft=True)

    for url in (OUTBOX, reverse("admin:mailing_letter_page", args=[letter.pk])):
        assert client.get(url).status_code == 302
    answer = client.post(reverse("admin:mailing_release", args=[letter.pk]))

    letter.refresh_from_db()
    assert (answer.status_code, letter.status) == (302, "draft")


def test_address_comes_off_the_stop_list_with_a_reason(olena):
    """E11."""
    entry = SuppressionFactory()
    url = reverse("admin:mailing_lift_suppression", args=[entry.pk])

    without = olena.post(url, {"reason": ""})
    olena.post(url, {"reason": "The office asked for letters."})

    entry.refresh_from_db()
    assert without.status_code == 200
    assert (entry.lifted_by, entry.lift_reason) == (olena.user, "The office asked for letters.")
    assert audit.history(entry).get().action == "mailing.suppression.lifted"


def test_list_of_letters_is_the_outbox(olena):
    answer = olena.get(reverse("admin:mailing_letter_changelist"))

    assert answer.headers["Location"] == OUTBOX


def test_coordinator_puts_an_address_on_the_stop_list(olena):
    url = reverse("admin:mailing_suppression_add")

    bad = olena.post(url, {"email": "a@x.pl, b@y.pl", "cause": "by_hand", "note": ""})
    olena.post(url, {"email": "Office@Gmina.example", "cause": "by_hand", "note": "asked"})
    again = olena.post(url, {"email": "office@gmina.example", "cause": "by_hand", "note": ""})

    entry = Suppression.objects.get()
    assert (bad.status_code, again.status_code) == (200, 200)
    assert (entry.email, entry.cause, entry.note) == ("office@gmina.example", "by_hand", "asked")
    assert audit.history(entry).get().actor == olena.user


def test_text_of_a_letter_is_words_in_the_panel(olena):
    """L14: what was typed is shown, never run."""
    letter = LetterFactory(sent=True, stored_text="<img src=x onerror=alert(1)>\nDalej")

    page = olena.get(reverse("admin:mailing_letter_change", args=[letter.pk])).content.decode()

    assert "&lt;img src=x onerror=alert(1)&gt;<br>Dalej" in page
    assert "<img src=x" not in page
