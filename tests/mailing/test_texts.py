"""The words of letters in the panel (E1, E2, E4, E8, E14, L01, P25)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import roles
from core.differences import Piece
from core.models import User
from mailing import registry, services
from mailing.models import Letter, LetterText
from mailing.services import texts
from mailing.text_forms import placeholder_rows, words_of
from tests.factories.mailing import WRITTEN_AT, LetterFactory

pytestmark = pytest.mark.django_db
NAME = "mailing/login_link"
LATER = WRITTEN_AT + timedelta(days=1)
HOSTILE = [
    "{code.__class__}",
    "{code.__init__.__globals__}",
    "{event.__init__.__code__.co_filename}",
    "{code[0]}",
    "{code!r}",
    "{code:>10}",
    "{code:{code}}",
    "{{code}}",
    "{ code }",
    "{code }",
    "{}",
    "{0}",
    "{code",
    "code}",
    "{Code}",
    "{code\u200b}",
    "{cоde}",  # the second letter is Cyrillic
    "{unknown}",
    "{settings.SECRET_KEY}",
    "{self}",
    "{request}",
    "{% load i18n %}{",
    "{code|safe}",
    "{code()}",
    "{code}}",
    "{{{code}}}",
    "{code,link}",
    "{code;link}",
    "{lambda: 0}",
    "{\ue000code\ue001}",
]


def words(**changes) -> dict[str, str]:
    return dict(words_of(NAME)) | changes


@pytest.fixture
def olena_person(olena) -> User:
    return olena.user


@pytest.fixture
def halina(db) -> User:
    user = User.objects.create_user("halina@win4ua.example", language="en")
    roles.grant_role(user, roles.COORDINATOR)
    return user


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_placeholder_is_refused_beside_its_field(olena_person, hostile):
    """L01, A015: own parser; nothing but a plain name of the closed list."""
    with pytest.raises(texts.TextsRefused) as refused:
        texts.save_text(
            NAME,
            words=words(body_uk=f"Код: {hostile}\n\n-> {{link}} | Увійти"),
            actor=olena_person,
            now=LATER,
        )

    assert set(refused.value.errors) == {"body_uk"}
    assert not LetterText.objects.exists()


def test_link_outside_a_button_is_refused(olena_person):
    with pytest.raises(texts.TextsRefused) as refused:
        texts.save_text(
            NAME, words=words(body_pl="Odnośnik: {link}"), actor=olena_person, now=LATER
        )

    assert set(refused.value.errors) == {"body_pl"}


def test_saved_version_is_not_used_before_it_is_published(olena_person, write):
    version = texts.save_text(
        NAME, words=words(subject_uk="Nowy temat"), actor=olena_person, now=LATER
    )

    before = write("one")
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)
    after = write("two")

    assert before.subject != "Nowy temat"
    assert (after.subject, after.written_with) == ("Nowy temat", version)


def test_own_unpublished_version_is_written_over_that_of_a_colleague_is_not(olena_person, halina):
    first = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)
    again = texts.save_text(NAME, words=words(subject_en="B"), actor=olena_person, now=LATER)
    other = texts.save_text(NAME, words=words(subject_en="C"), actor=halina, now=LATER)

    assert (again.pk, again.subject_en) == (first.pk, "B")
    assert (other.position, LetterText.objects.count()) == (2, 2)


def test_text_that_goes_to_many_is_published_by_a_second_person(olena_person, halina):
    """P25: by the service, and by the database itself."""
    LetterFactory(letter=NAME, bulk=True)
    version = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)

    with pytest.raises(texts.NeedsSecondPerson):
        texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterText.objects.filter(pk=version.pk).update(
            published_at=LATER, published_by=olena_person
        )
    published = texts.publish_text(version, seen=version.written_at, actor=halina, now=LATER)

    assert published.published_by == halina


def test_letter_that_went_to_many_since_it_was_written_needs_a_second_person(olena_person, halina):
    """P25: what counts is the moment of publishing."""
    version = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)
    LetterFactory(letter=NAME, bulk=True)

    with pytest.raises(texts.NeedsSecondPerson):
        texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)
    published = texts.publish_text(version, seen=version.written_at, actor=halina, now=LATER)

    assert published.needs_second_person is True


def test_words_that_nobody_has_looked_at_are_not_published(olena, halina):
    """P25: the author writes over the version while a colleague reads it."""
    version = texts.save_text(NAME, words=words(), actor=halina, now=LATER)
    page = olena.get(reverse("admin:mailing_text_edit", args=[NAME])).content.decode()
    seen = {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}
    moved = LATER + timedelta(microseconds=1)
    texts.save_text(NAME, words=words(subject_en="B"), actor=halina, now=moved)
    publish = reverse("admin:mailing_publish_text", args=[version.pk])

    for fields in (seen, {}, {"seen": "x"}):
        olena.post(publish, fields)
        version.refresh_from_db()
        assert version.published_at is None
    olena.post(publish, {"seen": moved.isoformat()})

    version.refresh_from_db()
    assert (version.subject_en, version.published_by) == ("B", olena.user)


def test_published_version_is_not_published_again(olena_person):
    version = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)

    with pytest.raises(texts.AlreadyPublished):
        texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)


def test_preview_is_byte_for_byte_what_is_delivered(olena_person, write):
    """E2, A012: the same renderer, with the values of a real recipient."""
    real = write("real", context={"asked_at": "wtorek <b>http://zly.example</b>"})
    changed = words(body_uk="Kod: {code}, {asked_at}\n\n-> {link} | Zaloguj", subject_uk="Kod")

    shown = texts.preview(NAME, words=changed, like=real, language="uk")
    version = texts.save_text(NAME, words=changed, actor=olena_person, now=LATER)
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)
    sent = write("sent", context={"asked_at": "wtorek <b>http://zly.example</b>"})

    assert (shown.subject, shown.text, shown.html) == (
        sent.subject,
        sent.stored_text,
        sent.stored_html,
    )


def test_letter_says_the_same_when_written_anew_with_the_same_words(olena_person, write):
    draft = write("draft", send=False, context={"asked_at": "a@b.example 10.0.0.1 <i>"})
    version = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)
    before = (draft.subject, draft.text, draft.html)

    rebuilt = texts.rebuild_waiting(NAME, actor=olena_person, now=LATER)

    draft = Letter.objects.get(pk=draft.pk)
    assert [letter.pk for letter in rebuilt.done] == [draft.pk]
    assert (draft.subject, draft.text, draft.html) == before
    assert draft.written_with == version


def test_only_letters_that_wait_are_written_anew(olena_person, write):
    """E14: what was released or sent stays as it was."""
    waits, queued = write("waits", send=False), write("queued")
    version = texts.save_text(NAME, words=words(subject_uk="Nowy"), actor=olena_person, now=LATER)
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)

    texts.rebuild_waiting(NAME, actor=olena_person, now=LATER)

    subjects = dict(Letter.objects.values_list("pk", "subject"))
    assert (subjects[waits.pk], subjects[queued.pk]) == ("Nowy", queued.subject)
    assert list(texts.waiting_with_other_words(NAME)) == []


def test_letter_without_a_value_that_the_new_words_ask_for_is_listed(olena_person, write):
    """E8."""
    draft = write("draft", send=False)
    Letter.objects.filter(pk=draft.pk).update(values={})
    version = texts.save_text(NAME, words=words(), actor=olena_person, now=LATER)
    texts.publish_text(version, seen=version.written_at, actor=olena_person, now=LATER)

    rebuilt = texts.rebuild_waiting(NAME, actor=olena_person, now=LATER)

    assert rebuilt.done == []
    assert [letter.pk for letter, _reason in rebuilt.not_done] == [draft.pk]


def test_test_letter_is_the_same_but_for_its_mark_and_the_secrets_of_the_recipient(
    olena_person, write
):
    """E4: exactly what arrives, marked TEST, and nothing of the letter changes."""
    real = write("real", send=False)

    test = texts.send_test(real, actor=olena_person, now=LATER)

    real.refresh_from_db()
    assert (test.to, test.subject) == (olena_person.email, f"TEST – {real.subject}")
    assert (test.stored_text, test.stored_html) == (real.numbered_text, real.numbered_html)
    assert real.reference in test.text  # the number is that of the real letter
    assert not set(test.secrets.values()) & set(real.secrets.values())
    assert real.status == Letter.Status.DRAFT
    services.deliver(test.pk, now=LATER)
    assert Letter.objects.get(pk=test.pk).status == Letter.Status.ACCEPTED


def test_every_placeholder_of_every_letter_has_a_meaning():
    """E1."""
    without = [
        (name, row["name"])
        for name in registry.kinds()
        for row in placeholder_rows(name)
        if not row["meaning"]
    ]

    assert without == []


def test_editor_shows_saves_and_publishes(olena):
    url = reverse("admin:mailing_text_edit", args=[NAME])
    page = olena.get(url)

    saved = olena.post(url, words(subject_en="A new subject") | {"note": "shorter"})
    version = LetterText.objects.get()
    shown = olena.get(url).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', shown)[1]
    olena.post(reverse("admin:mailing_publish_text", args=[version.pk]), {"seen": seen})

    version.refresh_from_db()
    assert (page.status_code, saved.status_code) == (200, 302)
    assert "A new subject" in shown
    assert version.published_by == olena.user


def test_publisher_sees_how_the_version_differs_from_the_words_in_force(olena):
    """P25: word by word, in every language; nothing of what stays the same, nothing once it is."""
    url = reverse("admin:mailing_text_edit", args=[NAME])
    before = words()
    olena.post(url, words(subject_en=before["subject_en"] + " today"))
    first = olena.get(url)

    version = LetterText.objects.get()
    olena.post(
        reverse("admin:mailing_publish_text", args=[version.pk]),
        {"seen": version.written_at.isoformat()},
    )
    published = olena.get(url)
    olena.post(url, before | {"body_pl": before["body_pl"] + " Dopisek."})
    second = olena.get(url)

    [change] = first.context["changes"]
    assert (change.label, change.language) == ("English: subject", "en")
    assert [piece for piece in change.pieces if piece.kind != "same"] == [Piece(" today", "added")]
    assert "<ins> today</ins>" in first.content.decode()
    assert published.context["changes"] == []
    assert "What changes when it is published" not in published.content.decode()
    assert [(each.label, each.language) for each in second.context["changes"]] == [
        ("Polish: text", "pl"),
        ("English: subject", "en"),
    ]
    assert "<del> today</del>" in second.content.decode()


def test_editor_keeps_what_was_typed_and_names_the_fault(olena):
    url = reverse("admin:mailing_text_edit", args=[NAME])

    page = olena.post(url, words(body_en="Hello {nobody}\n\n-> {link} | Go"))

    html = page.content.decode()
    assert "Hello {nobody}" in html
    assert "{nobody} is not among the placeholders of this letter." in html
    assert not LetterText.objects.exists()


def test_preview_page_marks_what_came_from_placeholders_and_writes_nothing(olena, write):
    real = write("real")
    before = Letter.objects.count()

    page = olena.post(
        reverse("admin:mailing_text_preview", args=[NAME]), words() | {"like": real.pk}
    )
    layout = olena.post(
        reverse("admin:mailing_text_preview", args=[NAME]), words() | {"layout": "1"}
    )

    assert "<mark>" in page.content.decode()
    assert layout["Content-Security-Policy"].startswith("default-src 'none'")
    assert real.secrets["link"] not in page.content.decode() + layout.content.decode()
    assert (Letter.objects.count(), LetterText.objects.count()) == (before, 0)


def test_auditor_reads_and_writes_nothing(marek):
    """P25, E15."""
    url = reverse("admin:mailing_text_edit", args=[NAME])

    assert marek.get(url).status_code == 200
    marek.post(url, words(subject_en="Mine"))
    assert not LetterText.objects.exists()


def test_auditor_sees_samples_and_never_the_letter_of_a_person(marek, write):
    """P26: whoever may not read letters does not read them through the preview of a text."""
    real = write("real", context={"asked_at": "A moment of Iryna's"})
    url = reverse("admin:mailing_text_preview", args=[NAME])

    editor = marek.get(reverse("admin:mailing_text_edit", args=[NAME])).content.decode()
    page = marek.post(url, words() | {"like": real.pk}).content.decode()
    layout = marek.post(url, words() | {"like": real.pk, "layout": "1"}).content.decode()

    assert real.values == {"asked_at": "A moment of Iryna's"}
    for shown in (editor, page, layout):
        assert "A moment of" not in shown
        assert real.to_name not in shown


def test_unknown_letter_is_not_there(olena):
    assert olena.get("/admin/mailing/texts/nobody/nothing/edit/").status_code == 404


def test_list_of_texts_calls_each_letter_by_its_subject(olena):
    """E1: a name that people know, as it is in force; the key stands beside it."""
    published = texts.save_text(
        NAME, words=words(subject_en="New subject"), actor=olena.user, now=LATER
    )
    type(published).objects.filter(pk=published.pk).update(
        published_at=LATER, published_by=olena.user
    )

    rows = olena.get(reverse("admin:mailing_text_list")).context["rows"]

    names = {row["letter"]: row["name"] for row in rows}
    assert names[NAME] == "New subject"
    assert names["mailing/notice"] == "A notice with words of its own"


def test_list_of_texts_asks_the_database_as_often_for_many(olena, django_assert_num_queries):
    url = reverse("admin:mailing_text_list")
    olena.get(url)

    with django_assert_num_queries(9):
        olena.get(url)
    texts.save_text(NAME, words=words(), actor=olena.user, now=LATER)
    with django_assert_num_queries(9):
        olena.get(url)
