"""Draft, publication, history and return of public texts: what the public sees, and when."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.audit import history as audit_history
from programme import content_selectors as selectors
from programme.differences import differences
from programme.models import ContentVersion
from programme.models.content import LONGEST_TEXT
from programme.services import contents, site
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
WORDS = {"text_pl": "Nocleg.", "text_uk": "Житло.", "text_en": "Lodging."}


@pytest.fixture
def text():
    """A text for which the application proposes nothing."""
    return EditionFactory().texts.get(key="costs")


def save(text, actor, now, *, seen=0, **words) -> ContentVersion:
    content = {**WORDS, **words}
    return contents.save_draft(text, content=content, seen=seen, actor=actor, now=now)


def test_draft_is_not_public_and_publication_is(text, coordinator, now):
    draft = save(text, coordinator, now)
    text.refresh_from_db()
    before = text.content

    version = contents.publish(text, seen=draft.revision, actor=coordinator, now=now, note="start")

    text.refresh_from_db()
    assert set(before.values()) == {""}
    assert text.content == WORDS
    assert (version.number, version.published_by, version.published_at, version.note) == (
        1,
        coordinator,
        now,
        "start",
    )
    assert contents.draft_of(text) is None
    assert [line.action for line in audit_history(text)] == [
        "programme.editiontext.published",
        "programme.editiontext.draft_saved",
    ]


def test_every_save_needs_the_draft_that_was_seen(text, coordinator, second_coordinator, now):
    """Two people at one text: the second is told by whom, and nothing of the first is lost."""
    save(text, coordinator, now)
    save(text, coordinator, now, seen=1, text_pl="Nocleg i dieta.")

    with pytest.raises(contents.DraftChanged) as refused:
        save(text, second_coordinator, now, seen=1, text_pl="Co innego.")

    draft = contents.draft_of(text)
    assert refused.value.by == coordinator
    assert (draft.content["text_pl"], draft.revision) == ("Nocleg i dieta.", 2)


def test_publication_is_refused_when_the_draft_was_not_looked_at(text, coordinator, now):
    save(text, coordinator, now)
    save(text, coordinator, now, seen=1, text_en="Half a sen")

    with pytest.raises(contents.DraftChanged):
        contents.publish(text, seen=1, actor=coordinator, now=now)

    text.refresh_from_db()
    assert text.text_en == ""


def test_without_a_draft_there_is_nothing_to_publish_or_to_drop(text, coordinator, now):
    with pytest.raises(contents.NothingToPublish):
        contents.publish(text, seen=0, actor=coordinator, now=now)
    with pytest.raises(contents.NothingToPublish):
        contents.drop_draft(text, seen=0, actor=coordinator, now=now)


def test_dropped_draft_leaves_what_is_published(text, coordinator, now):
    contents.publish(text, seen=save(text, coordinator, now).revision, actor=coordinator, now=now)
    draft = save(text, coordinator, now, text_pl="Pomyłka.")

    contents.drop_draft(text, seen=draft.revision, actor=coordinator, now=now)

    text.refresh_from_db()
    assert (text.text_pl, contents.draft_of(text)) == ("Nocleg.", None)
    assert text.versions.count() == 1


def test_older_version_comes_back_as_a_draft_and_the_history_stays(text, coordinator, now):
    for number, words in enumerate(("Pierwsza.", "Druga.", "Trzecia.")):
        draft = save(text, coordinator, now, text_pl=words)
        contents.publish(
            text, seen=draft.revision, actor=coordinator, now=now + timedelta(days=number)
        )
    first = text.versions.get(number=1)

    draft = contents.bring_back(text, first, actor=coordinator, now=now)
    text.refresh_from_db()
    still = text.text_pl
    newest = contents.publish(text, seen=draft.revision, actor=coordinator, now=now)

    text.refresh_from_db()
    assert (still, text.text_pl) == ("Trzecia.", "Pierwsza.")
    assert (newest.number, newest.brought_back) == (4, first)
    assert [version.content["text_pl"] for version in selectors.history(text)] == [
        "Pierwsza.",
        "Trzecia.",
        "Druga.",
        "Pierwsza.",
    ]


def test_older_version_never_runs_over_a_draft(text, coordinator, now):
    version = contents.publish(
        text, seen=save(text, coordinator, now).revision, actor=coordinator, now=now
    )
    save(text, coordinator, now, text_pl="W pracy.")

    with pytest.raises(contents.DraftExists):
        contents.bring_back(text, version, actor=coordinator, now=now)

    assert contents.draft_of(text).content["text_pl"] == "W pracy."


def test_text_that_is_too_long_is_not_published(text, coordinator, now):
    draft = save(text, coordinator, now, text_pl="x" * (LONGEST_TEXT + 1))

    with pytest.raises(ValidationError):
        contents.publish(text, seen=draft.revision, actor=coordinator, now=now)

    text.refresh_from_db()
    assert text.text_pl == ""


def test_database_keeps_one_draft_and_one_of_each_number(text, coordinator, now):
    save(text, coordinator, now)
    contents.publish(text, seen=1, actor=coordinator, now=now)
    save(text, coordinator, now)
    for fields in (
        {"number": None},
        {"number": 1, "published_at": now},
        {"number": 2},
        {"number": 0, "published_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContentVersion.objects.create(target=text, content=WORDS, **fields)


def test_new_edition_lays_proposals_before_staff_and_publishes_none(now):
    """Domain notes: INF and OWN are proposals that staff confirm; only facts are printed."""
    edition = EditionFactory(year=2031)

    rows = {row.record.key: row for row in selectors.text_rows(edition)}
    questions = selectors.question_rows(edition)

    assert {key for key, row in rows.items() if row.draft and row.draft.is_proposal} == {
        "introduction",
        "preparation",
        "host_role",
        "mentor_role",
        "hromada_role",
        "organiser_role",
        "leaving_ukraine",
        "privacy",
        "privacy_bases",
        "privacy_recipients",
        "privacy_transfer",
    }
    assert [row.missing for row in rows.values()] == [["pl", "uk", "en"]] * len(rows)
    assert [row.missing for row in questions] == [["pl", "uk", "en"]] * 9
    assert all(row.draft.is_proposal for row in questions)
    assert all(all(row.draft.content.values()) for row in questions)


def test_proposals_never_touch_what_staff_have_written(coordinator, now):
    edition = EditionFactory(year=2031)
    text = edition.texts.get(key="host_role")
    contents.drop_draft(text, seen=1, actor=coordinator, now=now)
    save(text, coordinator, now)
    contents.publish(text, seen=1, actor=coordinator, now=now)

    contents.propose({text: {"text_pl": "Propozycja."}})

    assert contents.draft_of(text) is None


def test_proposal_that_a_person_saves_is_a_draft_of_theirs(coordinator, now):
    text = EditionFactory(year=2031).texts.get(key="host_role")

    draft = save(text, coordinator, now, seen=1)

    assert (draft.is_proposal, draft.saved_by) == (False, coordinator)


def test_missing_languages_are_counted_as_they_are_listed(text, coordinator, now):
    """X6: the number on the desk is the number of rows in the list."""
    edition = text.edition
    save(text, coordinator, now, text_uk="")
    contents.publish(text, seen=1, actor=coordinator, now=now)
    edition.faq.filter(code="mentor").update(
        question_pl="?", answer_pl="!", question_en="?", is_visible=True
    )
    edition.faq.filter(code="results").update(is_visible=False)

    counted = selectors.missing_by_language(edition)

    rows = [
        *selectors.text_rows(edition),
        *selectors.shown(selectors.question_rows(edition)),
    ]
    assert counted == {
        code: sum(code in row.missing for row in rows) for code in ("pl", "uk", "en")
    }
    assert counted == {"pl": 15 + 7, "uk": 16 + 8, "en": 15 + 8}


@pytest.mark.parametrize("item_count", [1, 3])
def test_lists_cost_the_same_for_one_and_three(
    item_count, coordinator, now, django_assert_num_queries
):
    edition = EditionFactory()
    edition.faq.all().delete()
    for _turn in range(item_count):
        site.add_question(edition, actor=coordinator, now=now)
    selectors.question_rows(edition)

    with django_assert_num_queries(3):
        rows = selectors.question_rows(edition)
    with django_assert_num_queries(1):
        selectors.missing_by_language(edition)

    assert len(rows) == item_count


def test_difference_names_words_and_leaves_the_rest(text):
    found = differences(
        text,
        {"text_pl": "Nocleg płaci gmina.", "text_uk": "Те саме.", "text_en": ""},
        {"text_pl": "Nocleg płaci organizator.", "text_uk": "Те саме.", "text_en": "New"},
    )

    assert [(each.language, [(p.text, p.kind) for p in each.pieces]) for each in found] == [
        ("pl", [("Nocleg płaci ", "same"), ("gmina.", "removed"), ("organizator.", "added")]),
        ("en", [("New", "added")]),
    ]


def test_statement_is_drafted_with_its_dates(coordinator, now):
    statement = site.the_statement()
    content = {
        **statement.content,
        "conformity": "full",
        "reviewed_on": "2031-03-14",
        "made_on": "2030-03-01",
        "is_assessed_by_others": "True",
    }
    contents.save_draft(statement, content=content, seen=0, actor=coordinator, now=now)

    contents.publish(statement, seen=1, actor=coordinator, now=now)

    statement.refresh_from_db()
    assert (statement.conformity, str(statement.reviewed_on), statement.is_assessed_by_others) == (
        "full",
        "2031-03-14",
        True,
    )


@pytest.mark.parametrize(
    ("reviewed", "today", "due"),
    [
        (None, "2027-01-10", "2027-01-10"),  # nobody has ever published it
        ("2026-11-23", "2026-12-31", None),
        ("2026-11-23", "2027-01-01", "2027-03-31"),
        ("2026-11-23", "2027-04-15", "2027-03-31"),
        ("2027-01-02", "2027-04-15", None),
    ],
)
def test_statement_is_reviewed_by_the_end_of_march(coordinator, now, reviewed, today, due):
    """security.md 5.3: a review by 31 March each year."""
    statement = site.the_statement()
    if reviewed:
        content = {**statement.content, "made_on": "2026-01-01", "reviewed_on": reviewed}
        contents.save_draft(statement, content=content, seen=0, actor=coordinator, now=now)
        contents.publish(statement, seen=1, actor=coordinator, now=now)

    found = selectors.review_due_by(now.date().fromisoformat(today))

    assert (str(found) if found else None) == due


def test_questions_move_and_hide_and_ends_stay(coordinator, now):
    edition = EditionFactory()
    edition.faq.all().delete()
    a, b, c = (site.add_question(edition, actor=coordinator, now=now) for _turn in range(3))

    site.move_question(c, is_up=True, actor=coordinator, now=now)
    site.move_question(a, is_up=True, actor=coordinator, now=now)
    site.show_question(b, is_visible=False, actor=coordinator, now=now)

    rows = edition.faq.order_by("position", "pk")
    assert [row.pk for row in rows] == [a.pk, c.pk, b.pk]
    assert [row.is_visible for row in rows] == [True, True, False]


@pytest.mark.django_db(transaction=True)
def test_two_people_saving_at_once_make_one_draft():
    """The second is refused; without the lock both would write (negative control: one draft)."""
    text = EditionFactory().texts.get(key="costs")
    people = [UserFactory() for _turn in range(4)]
    gate, outcomes = threading.Barrier(4), []

    def write(person) -> None:
        gate.wait()
        try:
            save(text, person, timezone.now(), text_pl=person.email)
            outcomes.append("saved")
        except contents.DraftChanged:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["refused", "refused", "refused", "saved"]
    assert ContentVersion.objects.filter(target_id=text.pk, content__has_key="text_pl").count() == 1
