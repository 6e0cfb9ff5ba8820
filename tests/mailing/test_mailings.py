"""Preparing a mailing: who gets it and why, what is missing, who may let it go."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import audit, roles
from core.states import TransitionNotAllowed
from mailing import audiences, mailing_groups, mailing_selectors, references, registry, services
from mailing.audiences import LetterNotForAudience
from mailing.models import Letter, LetterText, Mailing, MailingRecipient
from mailing.services import (
    mailing_previews,
    mailing_rows,
    mailing_sending,
    mailings,
    suppress,
)
from mailing.services.texts import NeedsSecondPerson, TextsRefused
from tests.factories.core import UserFactory
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.mailing.audience_of_tests import NAME, WORDS, draft, put_in_place, staff

LATER = WRITTEN_AT + timedelta(hours=1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]"
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    return put_in_place(monkeypatch)


@pytest.fixture
def olena():
    return staff("olena")


@pytest.fixture
def halina():
    return staff("halina")


def proposed(olena, **changes) -> Mailing:
    return mailings.propose(draft(olena, **changes), actor=olena, now=WRITTEN_AT)


# --- Audiences and recipients


def test_every_audience_of_the_house_writes_letters_that_exist():
    """Each can be chosen, names its permission, and its letters are known."""
    for name, audience in audiences.audiences().items():
        assert audience.name == name
        assert str(audience.label)
        assert str(audience.about)
        assert [registry.kind(letter) for letter in audience.letters]
        assert audience.permission in roles.declared_permissions()[roles.COORDINATOR]


def test_auditor_chooses_from_no_audience(people):
    """P26: the auditor sees counts only."""
    roles.sync_permissions()

    assert audiences.audiences_for(UserFactory(role=roles.AUDITOR)) == []
    assert audiences.audiences_for(UserFactory(role=roles.ADMINISTRATOR)) == []
    assert audiences.audiences_for(UserFactory(role=roles.COORDINATOR)) == [people]


def test_who_writes_who_approves_and_who_stops_are_different_rights():
    """E15, P26: the right to send differs from the right to write."""
    may = roles.declared_permissions()
    mass = {"write_mailing", "approve_mailing", "stop_mailing", "view_mailing"}
    held = {
        role: {name for name in mass if f"mailing.{name}" in may[role]}
        for role in (roles.COORDINATOR, roles.ADMINISTRATOR, roles.AUDITOR, roles.MENTOR)
    }
    assert held == {
        roles.COORDINATOR: mass,
        roles.ADMINISTRATOR: {"stop_mailing", "view_mailing"},
        roles.AUDITOR: {"view_mailing"},
        roles.MENTOR: set(),
    }
    for role in (roles.ADMINISTRATOR, roles.AUDITOR):
        assert "mailing.view_mailingrecipient" not in may[role]


def test_rows_say_why_and_why_not(people, olena):
    """E20: for each row, and with the letter's own rules beside those of the audience."""
    people.people = {
        "fits": {},
        "told": {"why_not": "Has a survey already."},
        "none": {"email": ""},
        "bad": {"email": "a@x.pl, b@y.pl"},
        "stop": {"email": "Stop@gmina.example"},
    }
    suppress("stop@gmina.example", cause="unsubscribed", now=WRITTEN_AT)

    mailing = draft(olena)

    why_not = dict(mailing.recipients.values_list("key", "why_not"))
    assert why_not == {
        "fits": "",
        "told": "Has a survey already.",
        "none": "There is no e-mail address on file.",
        "bad": "The address on file is not a plain e-mail address.",
        "stop": "The address is on the stop list.",
    }
    counts = mailing_selectors.counts(mailing)
    assert (counts["all"], counts["chosen"], counts["planned"], counts["left_out"]) == (5, 1, 1, 4)
    assert mailing.recipients.get(key="fits").why_words == "Wybór filtrami listy."


def test_working_out_keeps_who_was_left_out_by_hand(people, olena):
    people.add(3)
    mailing = draft(olena)
    mailing_rows.leave_out(mailing.recipients.get(key="00002"), actor=olena, now=WRITTEN_AT)
    people.add(1)

    mailing_rows.work_out(mailing, actor=olena, now=LATER)

    assert set(mailing.recipients.chosen().values_list("key", flat=True)) == {
        "00001",
        "00003",
        "00004",
    }
    row = mailing.recipients.get(key="00002")
    assert (row.state, row.why_not_words) == ("left_out", "Pominięto ręcznie.")
    mailing_rows.take_in(row, actor=olena, now=LATER)
    assert mailing.recipients.chosen().count() == 4


def test_contradictory_letters_are_flagged(people, olena):
    """E14: another letter in the outbox, another mailing, the same address twice."""
    people.people = {
        "alone": {},
        "letter": {"email": "Decyzja@gmina.example"},
        "twice": {"email": "urzad@gmina.example"},
        "again": {"email": "URZAD@gmina.example"},
        "code": {"email": "kod@gmina.example"},
    }
    LetterFactory(to="decyzja@gmina.example", draft=True, letter="applications/host_ineligible")
    LetterFactory(to="kod@gmina.example", letter="mailing/code")
    LetterFactory(to="a@gmina.example", sent=True)

    first = draft(olena)
    flagged = dict(mailing_groups.rows_shown(first, show="warning").values_list("key", "warning"))
    mailings.propose(first, actor=olena, now=WRITTEN_AT)
    second = draft(olena)
    then = dict(mailing_groups.rows_shown(second, show="warning").values_list("key", "warning"))

    assert flagged == {
        "letter": "Another letter waits in the outbox for this address.",
        "twice": "The same address stands in this mailing more than once.",
        "again": "The same address stands in this mailing more than once.",
    }
    assert then["alone"] == "Another mailing that has not gone out yet has this address."
    assert then["letter"].startswith("Another letter waits in the outbox for this address, and")


def test_empty_placeholder_blocks_and_names_those_concerned(people, olena):
    """E8: lists the recipients; a placeholder that the text does not use may be empty."""
    people.add(2)
    people.people["nobody"] = {"values": {"salutation": "Szanowni Państwo", "name": " "}}
    mailing = draft(olena)

    with pytest.raises(mailings.NotReady) as refused:
        mailings.propose(mailing, actor=olena, now=WRITTEN_AT)

    assert refused.value.sentences == [
        "List do 1 odbiorcy ma puste miejsce: Gmina: nobody (imię i nazwisko osoby)."
    ]
    without_name = {key: words.replace("{name}", "nas") for key, words in WORDS.items()}
    mailings.change_mailing(mailing, words=without_name, actor=olena, now=WRITTEN_AT)
    mailing_rows.work_out(mailing, actor=olena, now=WRITTEN_AT)
    assert not mailing_selectors.rows_with_gaps(mailing).exists()


def test_unknown_placeholder_is_refused_beside_its_field(people, olena):
    """E8, L01."""
    with pytest.raises(TextsRefused) as refused:
        draft(olena, words=WORDS | {"body_uk": "{salutation}! {gmina}"})

    assert list(refused.value.errors) == ["body_uk"]


def test_working_out_costs_the_same_for_one_and_for_many(people, olena):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            mailing_rows.work_out(mailing, actor=olena, now=WRITTEN_AT)
        return len(seen)

    people.add(1)
    mailing = draft(olena)
    one = queries()
    people.add(30)

    assert queries() == one
    assert one <= 14


# --- What is missing, and who lets it go


def test_nothing_goes_out_before_preview_and_test_letter(people, olena):
    """P26: preview and test mail are obligatory; other words want them anew."""
    people.add(1)
    mailing = draft(olena, looked_at=False)
    before = mailings.what_is_missing(mailing, now=WRITTEN_AT)
    row = mailing.recipients.get()
    mailing_previews.note_preview(mailing, actor=olena, now=WRITTEN_AT)
    mailing_previews.send_test_of(row, actor=olena, now=WRITTEN_AT)
    mailing.refresh_from_db()
    after = mailings.what_is_missing(mailing, now=WRITTEN_AT)

    mailings.change_mailing(
        mailing, words=WORDS | {"subject_en": "Other"}, actor=olena, now=WRITTEN_AT
    )

    assert before == ["Proszę obejrzeć podgląd listu.", "Proszę wysłać list próbny do siebie."]
    assert after == []
    assert (mailing.previewed_at, mailing.tested_at, mailing.worked_out_at) == (None, None, None)
    with pytest.raises(mailings.NotReady):
        mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)


def test_recipients_are_worked_out_on_the_day(people, olena):
    people.add(1)
    mailing = draft(olena)

    with pytest.raises(mailings.NotReady) as refused:
        mailings.propose(mailing, actor=olena, now=WRITTEN_AT + timedelta(days=1))

    assert refused.value.sentences == [
        "Proszę dziś ustalić odbiorców: od ostatniego razu ktoś mógł już odpowiedzieć."
    ]


def test_mailing_to_nobody_does_not_go_out(people, olena):
    people.add(1, why_not="Has a survey already.")

    with pytest.raises(mailings.NotReady, match="Nikt nie dostanie"):
        mailings.schedule(draft(olena), actor=olena, now=WRITTEN_AT)


def test_fifty_go_alone_and_fifty_one_need_a_second_person(people, olena, halina):
    """Design 4, P26: the second person above 50."""
    people.add(50)
    few = mailings.schedule(draft(olena), actor=olena, now=WRITTEN_AT)
    Mailing.objects.filter(pk=few.pk).update(approved_at=WRITTEN_AT - timedelta(days=2))
    people.add(1)
    mailing = draft(olena)

    with pytest.raises(NeedsSecondPerson):
        mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    mailings.propose(mailing, actor=olena, now=WRITTEN_AT)
    with pytest.raises(NeedsSecondPerson):
        mailings.approve(mailing, seen=WRITTEN_AT, actor=olena, now=LATER)
    mailings.approve(mailing, seen=WRITTEN_AT, actor=halina, now=LATER)

    assert few.status == "scheduled"
    assert (mailing.status, mailing.approved_by) == ("scheduled", halina)


def test_many_small_mailings_are_a_big_one(people, olena):
    """No way around the second person: what went out by itself within a day counts."""
    people.add(30)
    mailings.schedule(draft(olena), actor=olena, now=WRITTEN_AT)
    again = draft(olena)

    with pytest.raises(NeedsSecondPerson):
        mailings.schedule(again, actor=olena, now=WRITTEN_AT)

    tomorrow = WRITTEN_AT + timedelta(hours=25)
    Mailing.objects.filter(pk=again.pk).update(worked_out_at=tomorrow)
    again.refresh_from_db()
    assert mailings.schedule(again, actor=olena, now=tomorrow).status == "scheduled"


def test_many_small_proposals_are_a_big_one(people, olena, halina):
    """P26: proposed side by side while none was out yet, they count when they are let go."""
    people.add(30)
    first, second = proposed(olena), proposed(olena)
    mailings.approve(first, seen=WRITTEN_AT, actor=olena, now=LATER)

    with pytest.raises(NeedsSecondPerson):
        mailings.approve(second, seen=WRITTEN_AT, actor=olena, now=LATER)
    mailings.approve(second, seen=WRITTEN_AT, actor=halina, now=LATER)

    assert [each.needs_second_person for each in (first, second)] == [False, True]
    assert (second.status, second.approved_by) == ("scheduled", halina)


def test_half_as_a_mailing_and_half_from_the_outbox_is_no_way_around(people, olena, halina):
    """P26: what one person lets go of one letter within a day is counted together."""
    people.add(30)
    of_kind = {"letter": "mailing/notice", "draft": True}
    now = timezone.now()
    mailings.schedule(draft(olena, now=now), actor=olena, now=now)

    with pytest.raises(services.NeedsSecondPerson):
        services.release_many(LetterFactory.create_batch(21, **of_kind), actor=olena, now=now)
    services.release_many(LetterFactory.create_batch(20, **of_kind), actor=halina, now=now)
    with pytest.raises(NeedsSecondPerson):
        mailings.schedule(draft(halina, now=now), actor=halina, now=now)


def test_release_from_the_outbox_counts_for_the_next_mailing(people, olena):
    people.add(30)
    now = timezone.now()
    drafts = LetterFactory.create_batch(21, letter="mailing/notice", draft=True)
    services.release_many(drafts, actor=olena, now=now)

    with pytest.raises(NeedsSecondPerson):
        mailings.schedule(draft(olena, now=now), actor=olena, now=now)


@pytest.mark.parametrize("many", [1, 51])
def test_draft_is_not_approved_past_its_proposal(people, olena, halina, many):
    """P26: without a proposal there is nothing that a second person has before them."""
    people.add(many)
    mailing = draft(olena, looked_at=False)

    for person in (olena, halina):
        with pytest.raises(TransitionNotAllowed):
            mailings.approve(mailing, seen=None, actor=person, now=LATER)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.approved_by) == ("draft", None)


def test_whoever_had_a_hand_in_it_does_not_approve(people, olena, halina):
    """E20: neither author nor the last to change it nor who proposed it."""
    people.add(51)
    mailing = draft(olena)
    mailing_rows.leave_out(mailing.recipients.first(), actor=halina, now=WRITTEN_AT)
    mailing_rows.take_in(mailing.recipients.first(), actor=halina, now=WRITTEN_AT)
    mailing.refresh_from_db()
    third = staff("maria")
    mailings.propose(mailing, actor=third, now=WRITTEN_AT)

    for person in (olena, halina, third):
        with pytest.raises(NeedsSecondPerson):
            mailings.approve(mailing, seen=WRITTEN_AT, actor=person, now=LATER)
        with pytest.raises(IntegrityError), transaction.atomic():
            Mailing.objects.filter(pk=mailing.pk).update(
                status="scheduled", approved_by=person, approved_at=LATER, released_at=LATER
            )

    assert mailings.approve(mailing, seen=WRITTEN_AT, actor=staff("ewa"), now=LATER)


def test_database_lets_no_letter_out_unapproved(people, olena):
    people.add(1)
    mailing = draft(olena)

    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(status="sending")


def test_what_was_proposed_anew_is_not_approved_unseen(people, olena, halina):
    people.add(51)
    mailing = proposed(olena)
    seen = mailing.proposed_at
    mailings.send_back(mailing, reason="Zły temat", actor=halina, now=WRITTEN_AT)
    assert (mailing.status, mailing.sent_back_reason) == ("draft", "Zły temat")
    mailings.propose(mailing, actor=olena, now=LATER)

    with pytest.raises(mailings.MailingChanged):
        mailings.approve(mailing, seen=seen, actor=halina, now=LATER)


def test_proposed_mailing_cannot_change(people, olena):
    people.add(51)
    mailing = proposed(olena)
    row = mailing.recipients.first()

    for deed in (
        lambda: mailings.change_mailing(mailing, title="x", actor=olena, now=LATER),
        lambda: mailing_rows.work_out(mailing, actor=olena, now=LATER),
        lambda: mailing_rows.leave_out(row, actor=olena, now=LATER),
        lambda: mailing_previews.note_preview(mailing, actor=olena, now=LATER),
    ):
        with pytest.raises(mailings.NotOpen):
            deed()
    stale = Mailing.objects.get(pk=mailing.pk)
    stale.status = "draft"
    with pytest.raises(mailings.NotOpen):
        mailings.change_mailing(stale, title="x", actor=olena, now=LATER)


def test_scheduled_mailing_can_be_taken_back_within_its_window(people, olena):
    """E21: nothing has left before the window ends, and it can be taken back or cancelled."""
    people.add(2)
    pace = mailings.Pace(hold_minutes=10)
    mailing = mailings.schedule(draft(olena, pace=pace), actor=olena, now=WRITTEN_AT)

    assert mailing.released_at == WRITTEN_AT + timedelta(minutes=10)
    assert mailing_sending.send_next(now=WRITTEN_AT + timedelta(minutes=9, seconds=59)) == 0
    mailings.send_back(mailing, reason="", actor=olena, now=WRITTEN_AT)
    assert mailing_sending.send_next(now=LATER) == 0
    mailings.cancel_mailing(mailing, actor=olena, now=LATER)

    assert (mailing.status, mailing.finished_at) == ("cancelled", LATER)
    assert not Letter.objects.exists()
    assert [event.action for event in audit.history(mailing)] == [
        "mailing.mailing.cancelled",
        "mailing.mailing.draft",
        "mailing.mailing.scheduled",
        "mailing.mailing.begun",
    ]


def test_mailing_waits_for_its_time(people, olena):
    """E5: sending can be set for a time; an earlier one does not shorten the window."""
    people.add(1)
    tomorrow = WRITTEN_AT + timedelta(days=1)
    later = mailings.schedule(
        draft(olena, pace=mailings.Pace(starts_at=tomorrow)), actor=olena, now=WRITTEN_AT
    )
    past = mailings.schedule(
        draft(olena, pace=mailings.Pace(starts_at=WRITTEN_AT - timedelta(days=1))),
        actor=olena,
        now=WRITTEN_AT,
    )

    assert later.released_at == tomorrow
    assert past.released_at == WRITTEN_AT + timedelta(minutes=10)


def test_letter_kind_and_audience_fit_each_other(people, olena):
    roles.sync_permissions()
    with pytest.raises(LetterNotForAudience):
        draft(olena, letter="mailing/mailing_paused", words=None)
    with pytest.raises(LetterNotForAudience):
        draft(UserFactory(role=roles.AUDITOR))
    with pytest.raises(audiences.UnknownAudience):
        draft(olena, audience="mailing/nobody")


# --- Words, preview, test letter, files


def test_words_are_settled_with_the_proposal(people, olena, halina):
    """A version that is published afterwards does not slip into a mailing that was approved."""
    people.letters = ("mailing/login_link",)
    people.add(1)
    mailing = draft(olena, letter="mailing/login_link", words=None)
    assert Mailing.objects.filter(subject_pl="").count() == 1
    first = LetterText.objects.create(
        letter="mailing/login_link",
        position=1,
        written_by=olena,
        written_at=WRITTEN_AT,
        published_by=halina,
        published_at=WRITTEN_AT,
        **WORDS,
    )
    Mailing.objects.filter(pk=mailing.pk).update(text=first, status="proposed")
    mailing.refresh_from_db()
    assert not mailing_selectors.has_newer_words(mailing)
    LetterText.objects.create(
        letter="mailing/login_link",
        position=2,
        written_by=olena,
        written_at=LATER,
        published_by=halina,
        published_at=LATER,
        **(WORDS | {"subject_pl": "Nowy temat"}),
    )

    assert mailing_selectors.has_newer_words(mailing)
    shelf = mailing_previews.shelf_of(mailing)
    assert shelf.source("mailing/login_link", "pl").text.startswith("Spotkanie: {name}")


def test_words_published_since_the_preview_are_looked_at_first(people, olena, halina):
    """P26: preview and test letter are of the text that the proposal settles."""
    people.letters = ("mailing/login_link",)
    people.add(1)
    mailing = draft(olena, letter="mailing/login_link", words=None)
    mailing.recipients.update(missing="")  # its links come with the deed
    before = mailings.what_is_missing(mailing, now=WRITTEN_AT)
    version = LetterText.objects.create(
        letter="mailing/login_link",
        position=1,
        written_by=olena,
        written_at=WRITTEN_AT,
        published_by=halina,
        published_at=WRITTEN_AT + timedelta(minutes=1),
        **WORDS,
    )

    with pytest.raises(mailings.NotReady, match="Opublikowano nowy tekst"):
        mailings.propose(mailing, actor=olena, now=LATER)
    looked = dict.fromkeys(("worked_out_at", "previewed_at", "tested_at"), LATER)
    Mailing.objects.filter(pk=mailing.pk).update(**looked)
    mailing.refresh_from_db()
    mailings.propose(mailing, actor=olena, now=LATER)

    assert before == []
    assert (mailing.status, mailing.text) == ("proposed", version)


def test_preview_is_byte_for_byte_what_is_delivered(people, olena):
    """E2, P26, T7: and looking at it leaves nothing behind."""
    people.add(1, name="Zażółć <b>gęślą</b>")
    mailing = draft(olena)
    row = mailing.recipients.get()

    seen = mailing_previews.preview_for(row, now=WRITTEN_AT)

    assert not Letter.objects.exists()
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    mailing_sending.send_next(now=LATER)
    letter = Letter.objects.get()
    assert (seen.subject, seen.text, seen.html, seen.to, seen.language) == (
        letter.subject,
        letter.stored_text,
        letter.stored_html,
        letter.to,
        letter.language,
    )
    no_number_yet = references.ours(None, letter.created_at)
    assert seen.shown_html == letter.shown_html.replace(letter.reference, no_number_yet)
    assert "<b>gęślą" not in seen.html


def test_preview_of_a_letter_that_was_written_has_its_own_number(people, olena):
    """E2, E22: byte for byte what was delivered, and so is the copy sent to oneself."""
    people.add(1)
    mailing = draft(olena)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    mailing_sending.send_next(now=LATER)
    letter = Letter.objects.get()
    row = mailing.recipients.select_related("letter").get()

    seen = mailing_previews.preview_for(row, now=LATER)
    copy = mailing_previews.send_test_of(row, actor=olena, now=LATER)

    assert (seen.shown_text, seen.shown_html) == (letter.shown_text, letter.shown_html)
    assert (seen.text, seen.html) == (letter.stored_text, letter.stored_html)
    assert letter.reference in seen.shown_text
    assert copy.numbered_text == letter.numbered_text


def test_preview_of_a_letter_that_cannot_be_written_says_why(people, olena):
    people.add(1)
    people.broken = {"00001"}
    mailing = draft(olena)

    with pytest.raises(audiences.NoLetter) as refused:
        mailing_previews.preview_for(mailing.recipients.get(), now=WRITTEN_AT)

    assert refused.value.sentence == "Already invited."


def test_test_letter_is_marked_and_changes_nothing(people, olena):
    """E4, P26: to oneself, marked TEST, with a sample for the person's own link."""
    people.add(1)
    mailing = draft(olena, looked_at=False)
    row = mailing.recipients.get()

    test = mailing_previews.send_test_of(row, actor=olena, now=WRITTEN_AT)

    assert (test.to, test.subject, test.is_bulk) == (olena.email, "TEST – Spotkanie: Anna 00001", 0)
    assert "/wypisz" not in test.text
    assert test.status == "queued"
    row.refresh_from_db()
    assert (row.letter, row.state) == (None, "planned")
    assert Mailing.objects.get().tested_at == WRITTEN_AT
    assert Letter.objects.count() == 1


def test_files_are_kept_once_and_go_with_every_letter(people, olena):
    """E7: files up to a stated size, the sent copy as it was sent."""
    people.add(3)
    mailing = draft(olena)
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
        "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    mailing_rows.attach(
        mailing, SimpleUploadedFile("znak programu.png", png), actor=olena, now=WRITTEN_AT
    )
    assert Mailing.objects.get().previewed_at is None
    Mailing.objects.update(previewed_at=WRITTEN_AT, tested_at=WRITTEN_AT)
    mailing.refresh_from_db()
    seen = mailing_previews.preview_for(mailing.recipients.first(), now=WRITTEN_AT)
    mailings.schedule(mailing, actor=olena, now=WRITTEN_AT)
    mailing_sending.send_next(now=LATER)

    letters = Letter.objects.all()
    kept = mailing.attachments.get()
    assert seen.files == ("znak programu.png",)
    assert len(letters) == 3
    for letter in letters:
        file = letter.attachments.get()
        assert (file.name, bytes(file.content), file.shared) == ("znak programu.png", b"", kept)
        assert file.body == bytes(kept.content)


def test_files_together_are_at_most_five_megabytes(people, olena):
    people.add(1)
    mailing = draft(olena)
    mailing.attachments.create(
        name="a.pdf", content_type="application/pdf", content=b"x", size=4_999_999
    )

    from core.uploads import FileRefused

    with pytest.raises(FileRefused, match="5 MB"):
        mailing_rows.attach(mailing, SimpleUploadedFile("b.pdf", PDF), actor=olena, now=WRITTEN_AT)
    mailing_rows.detach(mailing.attachments.get(), actor=olena, now=WRITTEN_AT)
    with pytest.raises(FileRefused):
        mailing_rows.attach(
            mailing, SimpleUploadedFile("b.exe", b"MZ.."), actor=olena, now=WRITTEN_AT
        )
    assert not mailing.attachments.exists()


def test_list_of_mailings_costs_the_same_with_one_and_three(people, olena):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert [
                (one.many, one.written, str(one.author), str(one.approved_by))
                for one in mailing_selectors.mailings_for_table()
            ]
        return len(seen)

    people.add(2)
    draft(olena)
    one = queries()
    draft(olena)
    draft(olena)

    assert queries() == one == 1
    assert MailingRecipient.objects.first().mailing.audience == NAME


def test_right_to_write_to_these_people_is_asked_at_each_step(people, olena, halina):
    """E15: who lost it since the draft neither proposes nor lets go nor goes on."""
    people.add(3)
    alone, proposed, paused = (draft(olena, title=title) for title in "abc")
    mailings.propose(proposed, actor=olena, now=WRITTEN_AT)
    mailings.schedule(paused, actor=olena, now=WRITTEN_AT)
    mailing_sending.send_next(now=WRITTEN_AT + timedelta(minutes=11))
    paused.refresh_from_db()
    mailing_sending.pause(paused, actor=olena, now=WRITTEN_AT)
    people.permission = "core.nobody_has_this"

    for deed in (
        lambda: mailings.propose(alone, actor=olena, now=WRITTEN_AT),
        lambda: mailings.schedule(alone, actor=olena, now=WRITTEN_AT),
        lambda: mailings.approve(proposed, seen=WRITTEN_AT, actor=halina, now=WRITTEN_AT),
        lambda: mailing_sending.go_on(paused, actor=halina, now=WRITTEN_AT),
        lambda: mailing_sending.retry_failed(paused, actor=halina, now=WRITTEN_AT),
    ):
        with pytest.raises(LetterNotForAudience):
            deed()

    assert list(Mailing.objects.order_by("pk").values_list("status", flat=True)) == [
        "draft",
        "proposed",
        "paused",
    ]
