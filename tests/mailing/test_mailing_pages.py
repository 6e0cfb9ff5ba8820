"""The panel's pages of mailings, from the choice of recipients to the failed ones (E5-E8, E14, E15,
E19-E21, P26)."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfWriter

from core.models import AuditEvent
from mailing.enums import LetterStatus, MailingStatus
from mailing.models import Letter, Mailing
from mailing.services import mailing_sending
from tests.conftest import sign_in
from tests.factories.mailing import WRITTEN_AT, RecipientListFactory, SuppressionFactory

pytestmark = pytest.mark.django_db
LIST = "mailing/list mailing/notice"
SENT = {"status": LetterStatus.ACCEPTED, "accepted_at": WRITTEN_AT}
WORDS = {
    f"{part}_{code}": words
    for code, subject in {"pl": "Spotkanie", "uk": "Зустріч", "en": "Meeting"}.items()
    for part, words in {
        "subject": subject,
        "body": "{salutation},\n\n" + subject + "\n\nOsoba: {name}",
    }.items()
}


def pdf() -> bytes:
    content = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return content.getvalue()


def page(name, *args):
    return reverse(f"admin:mailing_{name}", args=args)


def begun(client, many=3, **options) -> Mailing:
    """A notice to a list, as far as a coordinator gets by walking the steps."""
    people = RecipientListFactory(many=many, **options)
    client.post(page("new"), {"title": "Spotkanie w marcu", "what": LIST})
    mailing = Mailing.objects.latest("pk")
    client.post(page("choose", mailing.pk), {"list": people.pk})
    client.post(page("words", mailing.pk), WORDS)
    mailing.refresh_from_db()
    return mailing


def ready(client, many=3, **options) -> Mailing:
    """Looked at and tested as well."""
    mailing = begun(client, many, **options)
    client.post(page("previews", mailing.pk))
    first = mailing.recipients.chosen().earliest("pk")
    client.post(page("test_letter", mailing.pk), {"row": first.pk}, follow=True)
    mailing.refresh_from_db()
    return mailing


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def release(mailing) -> None:
    """The time in which it could be taken back is over."""
    Mailing.objects.filter(pk=mailing.pk).update(released_at=timezone.now() - timedelta(minutes=1))


def test_steps_lead_from_the_choice_to_a_mailing_that_is_ready(coordinator_client):
    """P26: what is missing is said until preview and test letter were made."""
    people = RecipientListFactory(many=3)

    first = coordinator_client.post(page("new"), {"title": "Spotkanie", "what": LIST})
    mailing = Mailing.objects.get()
    second = coordinator_client.post(page("choose", mailing.pk), {"list": people.pk})
    third = coordinator_client.post(page("words", mailing.pk), WORDS)
    pace = {"per_minute": "60", "per_hour": "600", "hold_minutes": "30"}
    fourth = coordinator_client.post(page("pace", mailing.pk), pace)
    before = coordinator_client.get(page("page", mailing.pk)).context["missing"]
    coordinator_client.post(page("previews", mailing.pk))
    row = mailing.recipients.earliest("pk")
    coordinator_client.post(page("test_letter", mailing.pk), {"row": row.pk})
    after = coordinator_client.get(page("page", mailing.pk)).context["missing"]

    steps = [one["Location"] for one in (first, second, third, fourth)]
    names = ("choose", "words", "pace", "files")
    assert steps == [page(name, mailing.pk) for name in names]
    assert before == [
        "Proszę obejrzeć podgląd listu.",
        "Proszę wysłać list próbny do siebie.",
    ]
    assert after == []
    mailing.refresh_from_db()
    assert (mailing.per_minute, mailing.per_hour, mailing.hold_minutes) == (60, 600, 30)
    test = Letter.objects.get()
    assert (test.to, test.subject) == ("olena@fsm.example", "TEST – Spotkanie")


def test_opening_the_pages_of_a_mailing_changes_nothing(coordinator_client, no_writes):
    mailing = begun(coordinator_client)

    for name in ("page", "choose", "words", "pace", "files", "rows", "salutations", "previews"):
        with no_writes():
            assert coordinator_client.get(page(name, mailing.pk)).status_code == 200
    with no_writes():
        assert coordinator_client.get(page("mailing_changelist")).status_code == 200


def test_each_row_says_why_and_why_not(coordinator_client):
    """E20: who gets it and why, who does not and why; every number opens its rows."""
    SuppressionFactory(email="osoba1@lista.example")
    mailing = begun(coordinator_client, many=4)
    out = mailing.recipients.get(email="osoba2@lista.example")
    coordinator_client.post(page("leave_out", mailing.pk), {"row": out.pk})

    shown = coordinator_client.get(page("rows", mailing.pk))

    on_list = "Jest na wybranej liście odbiorców."
    assert [(one["row"].email, one["state"], one["reason"]) for one in shown.context["rows"]] == [
        ("osoba0@lista.example", "dostanie list", on_list),
        ("osoba1@lista.example", "nie dostaje listu", "Adres jest na liście wstrzymanych."),
        ("osoba2@lista.example", "nie dostaje listu", "Pominięto ręcznie."),
        ("osoba3@lista.example", "dostanie list", on_list),
    ]
    for reason in shown.context["reasons"]:
        rows = coordinator_client.get(reason["url"]).context["page_obj"].paginator.count
        assert (reason["words"], rows) == (reason["words"], int(reason["many"]))
    for chip in shown.context["chips"]:
        rows = coordinator_client.get(page("rows", mailing.pk) + chip["url"])
        assert rows.context["page_obj"].paginator.count == int(chip["count"])
    assert [chip["count"] for chip in shown.context["chips"]] == ["4", "2", "2"]


def test_row_leads_to_the_record_where_an_address_is_mended(coordinator_client, coordinator):
    mailing = begun(coordinator_client, many=2)
    first, second = mailing.recipients.order_by("label", "pk")
    first.about, second.about = coordinator, None
    first.save()
    second.save()

    shown = coordinator_client.get(page("rows", mailing.pk))

    record = reverse("admin:core_user_change", args=[coordinator.pk])
    assert [one["about_url"] for one in shown.context["rows"]] == [record, ""]
    assert f'<a href="{record}">{first.label}</a>' in shown.content.decode()


def test_row_is_left_out_and_taken_in_again(coordinator_client):
    mailing = begun(coordinator_client)
    row = mailing.recipients.earliest("pk")

    answer = coordinator_client.post(
        page("leave_out", mailing.pk) + "?show=chosen&page=2", {"row": row.pk}
    )
    out = mailing.recipients.chosen().count()
    coordinator_client.post(page("take_in", mailing.pk), {"row": row.pk})

    assert answer["Location"] == page("rows", mailing.pk) + "?show=chosen&page=2"
    assert (out, mailing.recipients.chosen().count()) == (2, 3)


def test_recipients_are_worked_out_anew_and_who_was_left_out_stays_so(coordinator_client):
    """Also when everything is ready: an address may have come on the stop list meanwhile."""
    mailing = ready(coordinator_client)
    row = mailing.recipients.earliest("pk")
    coordinator_client.post(page("leave_out", mailing.pk), {"row": row.pk})
    SuppressionFactory(email="osoba2@lista.example")

    offered = (
        page("work_out", mailing.pk)
        in coordinator_client.get(page("page", mailing.pk)).content.decode()
    )
    coordinator_client.post(page("work_out", mailing.pk))

    assert offered
    chosen = mailing.recipients.chosen().values_list("email", flat=True)
    assert list(chosen) == ["osoba1@lista.example"]


def test_row_of_another_mailing_is_not_touched(coordinator_client):
    mailing, other = begun(coordinator_client), begun(coordinator_client)
    row = other.recipients.earliest("pk")

    coordinator_client.post(page("leave_out", mailing.pk), {"row": row.pk})
    answer = coordinator_client.post(page("layout", mailing.pk), {"row": row.pk})

    assert other.recipients.chosen().count() == 3
    assert answer.status_code == 404


def test_salutations_stand_in_one_table(coordinator_client):
    """E19: all salutations, each with its number, which opens exactly those recipients."""
    mailing = begun(coordinator_client, many=5, forms=["f", "m", "", "f", "f"])

    rows = coordinator_client.get(page("salutations", mailing.pk)).context["rows"]

    assert [(row["salutation"], row["language"], row["many"]) for row in rows] == [
        ("Szanowna Pani", "polski", "3"),
        ("Szanowni Państwo", "polski", "1"),
        ("Szanowny Panie", "polski", "1"),
    ]
    opened = [
        coordinator_client.get(row["url"]).context["page_obj"].paginator.count for row in rows
    ]
    assert opened == [3, 1, 1]


def test_five_letters_are_shown_from_the_whole_list(coordinator_client):
    """Five real previews with what came from placeholders marked (E2)."""
    mailing = begun(coordinator_client, many=9)

    before = coordinator_client.get(page("previews", mailing.pk))
    shown = coordinator_client.post(page("previews", mailing.pk))

    assert before.context["letters"] is None
    letters = shown.context["letters"]
    assert [one["row"].email for one in letters] == [
        f"osoba{number}@lista.example" for number in (0, 2, 4, 6, 8)
    ]
    marked = [words for words, is_value in letters[1]["made"].pieces if is_value]
    assert marked[:2] == ["Szanowni Państwo", "Osoba 2"]
    assert not Letter.objects.exists()


def test_preview_of_one_recipient_and_its_layout(coordinator_client, coordinator):
    mailing = begun(coordinator_client)
    row = mailing.recipients.latest("pk")

    shown = coordinator_client.post(page("previews", mailing.pk), {"row": row.pk})
    # The layout of a letter brings its own styles, which no page of the house may.
    layout = sign_in(Client(), coordinator).post(page("layout", mailing.pk), {"row": row.pk})

    assert [one["row"].pk for one in shown.context["letters"]] == [row.pk]
    assert "Osoba 2" in layout.content.decode()
    assert "sandbox" in layout["Content-Security-Policy"]


def test_empty_place_stops_the_mailing_and_names_who(coordinator_client):
    """E8: an empty placeholder blocks and lists the recipients concerned."""
    mailing = begun(coordinator_client, many=3, names=["Anna", "", "Ewa"])

    shown = coordinator_client.get(page("page", mailing.pk))
    answer = coordinator_client.post(page("schedule", mailing.pk), follow=True)
    rows = coordinator_client.get(page("rows", mailing.pk) + "?show=gaps")

    sentence = "List do 1 odbiorcy ma puste miejsce: osoba1@lista.example (imię i nazwisko osoby)."
    assert sentence in shown.context["missing"]
    assert sentence in told(answer)
    assert [one["row"].email for one in rows.context["rows"]] == ["osoba1@lista.example"]
    mailing.refresh_from_db()
    assert mailing.status == MailingStatus.DRAFT


def test_unknown_placeholder_is_refused_beside_its_field(coordinator_client):
    mailing = begun(coordinator_client)

    answer = coordinator_client.post(
        page("words", mailing.pk), WORDS | {"body_uk": "{salutation} {iban}"}
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["body_uk"]


def test_contradiction_is_flagged(coordinator_client):
    """E14: another mailing that waits for the same address is a note at the row."""
    first = ready(coordinator_client)
    coordinator_client.post(page("propose", first.pk))
    second = begun(coordinator_client)

    shown = coordinator_client.get(page("rows", second.pk) + "?show=warning")

    assert len(shown.context["rows"]) == 3
    assert {one["note"] for one in shown.context["rows"]} == {
        "Ten adres jest w innej wysyłce, która jeszcze nie wyszła."
    }


def test_few_letters_go_without_a_colleague_after_the_stop_window(coordinator_client):
    """E21: approved, then nothing leaves for the set time."""
    mailing = ready(coordinator_client)

    answer = coordinator_client.post(page("schedule", mailing.pk), follow=True)
    mailing_sending.send_next(now=timezone.now())

    mailing.refresh_from_db()
    assert told(answer) == ["Wysyłka jest zatwierdzona. Można ją jeszcze cofnąć."]
    assert mailing.status == MailingStatus.SCHEDULED
    assert answer.context["countdown"]["left"] == "10 minut"
    assert not mailing.recipients.exclude(letter=None).exists()


def test_more_than_fifty_need_a_second_person(
    coordinator_client, coordinator, second_coordinator, signed_in
):
    """E15, E20: the author proposes, somebody else approves; both see exactly what goes."""
    mailing = ready(coordinator_client, many=51)
    halina = signed_in(second_coordinator)

    refused = coordinator_client.post(page("schedule", mailing.pk), follow=True)
    coordinator_client.post(page("propose", mailing.pk), follow=True)
    mailing.refresh_from_db()
    seen = mailing.proposed_at.isoformat()
    own = coordinator_client.post(page("approve", mailing.pk), {"seen": seen}, follow=True)
    stale = halina.post(page("approve", mailing.pk), {"seen": "2020-01-01T00:00:00"}, follow=True)
    shown = halina.get(page("page", mailing.pk))
    approved = halina.post(page("approve", mailing.pk), {"seen": seen}, follow=True)

    colleague = "Tę wysyłkę zatwierdza osoba, która jej nie przygotowywała."
    assert told(refused) == [colleague]
    assert told(own) == [colleague]
    assert told(stale) == ["W międzyczasie zgłoszono ją na nowo. Proszę obejrzeć ją jeszcze raz."]
    assert shown.context["rights"]["approve"] is True
    assert told(approved) == ["Wysyłka jest zatwierdzona. Można ją jeszcze cofnąć."]
    mailing.refresh_from_db()
    assert (mailing.status, mailing.approved_by) == (MailingStatus.SCHEDULED, second_coordinator)


def test_approval_takes_exactly_what_the_page_showed(
    coordinator_client, second_coordinator, signed_in
):
    """The moment in the form of the page is that of the proposal, to the microsecond."""
    mailing = ready(coordinator_client, many=51)
    coordinator_client.post(page("propose", mailing.pk))
    halina = signed_in(second_coordinator)

    html = halina.get(page("page", mailing.pk)).content.decode()
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    halina.post(page("approve", mailing.pk), {"seen": seen})

    mailing.refresh_from_db()
    assert mailing.status == MailingStatus.SCHEDULED


def test_draft_cannot_be_approved_past_its_proposal(
    coordinator_client, second_coordinator, signed_in
):
    """P26: the button of the second person on a mailing that nobody has proposed."""
    mailing = begun(coordinator_client, many=51)

    own = coordinator_client.post(page("approve", mailing.pk), follow=True)
    other = signed_in(second_coordinator).post(page("approve", mailing.pk), follow=True)

    mailing.refresh_from_db()
    assert (mailing.status, mailing.approved_by) == (MailingStatus.DRAFT, None)
    assert [message.level_tag for each in (own, other) for message in each.context["messages"]] == [
        "error",
        "error",
    ]


def test_second_person_sends_it_back_with_a_reason(
    coordinator_client, second_coordinator, signed_in
):
    mailing = ready(coordinator_client, many=51)
    coordinator_client.post(page("propose", mailing.pk))
    halina = signed_in(second_coordinator)

    empty = halina.post(page("send_back", mailing.pk), {"reason": ""})
    halina.post(page("send_back", mailing.pk), {"reason": "Zła data w liście."})

    shown = coordinator_client.get(page("page", mailing.pk))
    assert empty.status_code == 422
    assert shown.context["mailing"].status == MailingStatus.DRAFT
    assert "Zła data w liście." in shown.content.decode()


def test_mailing_is_taken_back_before_the_first_letter(coordinator_client):
    """E21."""
    mailing = ready(coordinator_client)
    coordinator_client.post(page("schedule", mailing.pk))

    coordinator_client.post(page("take_back", mailing.pk))
    mailing_sending.send_next(now=timezone.now() + timedelta(hours=1))

    mailing.refresh_from_db()
    assert mailing.status == MailingStatus.DRAFT
    assert not mailing.recipients.exclude(letter=None).exists()


@pytest.fixture
def under_way(coordinator_client):
    """A mailing of six letters, two of which are written."""
    mailing = ready(coordinator_client, many=6)
    pace = {"per_minute": "2", "per_hour": "600", "hold_minutes": "10"}
    coordinator_client.post(page("pace", mailing.pk), pace)
    coordinator_client.post(page("schedule", mailing.pk))
    release(mailing)
    mailing_sending.send_next(now=timezone.now())
    mailing.refresh_from_db()
    return mailing


def test_progress_is_told_in_words(coordinator_client, under_way):
    mailing = under_way
    Letter.objects.filter(recipient__mailing=mailing).update(**SENT)

    shown = coordinator_client.get(page("page", mailing.pk))

    assert mailing.status == MailingStatus.SENDING
    progress = shown.context["progress"]
    assert (progress["value"], progress["max"]) == (2, 6)
    assert progress["text"] == "Wyszło: 2 z 6. Pozostało: 4."
    assert shown.context["time_left"] == "W tym tempie reszta potrwa co najmniej: 2 minuty."
    assert [(tile["label"], tile["value"]) for tile in shown.context["tiles"]] == [
        ("dostanie list", "4"),
        ("wysłane", "2"),
    ]


def test_pause_go_on_and_stop(coordinator_client, under_way):
    """E21: the part that has not left waits, goes on, or never goes."""
    mailing = under_way

    coordinator_client.post(page("pause", mailing.pk), {"reason": "Błąd w dacie"})
    paused = coordinator_client.get(page("page", mailing.pk))
    coordinator_client.post(page("go_on", mailing.pk))
    again = coordinator_client.get(page("page", mailing.pk)).context["mailing"].status
    coordinator_client.post(page("pause", mailing.pk))
    coordinator_client.post(page("stop_rest", mailing.pk))
    end = coordinator_client.get(page("page", mailing.pk))

    assert paused.context["mailing"].status == MailingStatus.PAUSED
    assert "Błąd w dacie" in paused.content.decode()
    assert again == MailingStatus.SENDING
    assert end.context["mailing"].status == MailingStatus.STOPPED
    mailing_sending.send_next(now=timezone.now() + timedelta(hours=1))
    assert Letter.objects.filter(recipient__mailing=mailing, status="queued").count() == 0


def test_failed_ones_are_tried_again_and_nobody_else(coordinator_client, under_way):
    """E6: the page says how many, and only they are touched."""
    mailing = under_way
    sent, lost = Letter.objects.filter(recipient__mailing=mailing).order_by("pk")
    Letter.objects.filter(pk=sent.pk).update(**SENT)
    Letter.objects.filter(pk=lost.pk).update(
        status=LetterStatus.FAILED, error="550 mailbox unavailable"
    )

    shown = coordinator_client.get(page("page", mailing.pk))
    row = coordinator_client.get(page("rows", mailing.pk) + "?show=failed").context["rows"][0]
    answer = coordinator_client.post(page("retry_failed", mailing.pk), follow=True)

    assert shown.context["to_try_again"] == 1
    assert row["error"] == "550 mailbox unavailable"
    assert told(answer) == ["1 list zostanie wysłany jeszcze raz."]
    sent.refresh_from_db()
    lost.refresh_from_db()
    assert (sent.status, lost.status) == (LetterStatus.ACCEPTED, LetterStatus.HELD)


def test_address_on_the_stop_list_is_not_tried_again(coordinator_client, under_way):
    mailing = under_way
    letters = Letter.objects.filter(recipient__mailing=mailing)
    letters.update(**SENT | {"status": LetterStatus.BOUNCED})
    SuppressionFactory(email=letters.order_by("pk")[0].to.upper())

    shown = coordinator_client.get(page("page", mailing.pk))
    answer = coordinator_client.post(page("retry_failed", mailing.pk), follow=True)

    assert shown.context["to_try_again"] == 1
    assert told(answer) == ["1 list zostanie wysłany jeszcze raz."]


def test_recipients_leave_as_a_sheet_and_it_is_on_the_trail(coordinator_client):
    mailing = begun(coordinator_client, names=["=1+1", "Ewa", "Jan"])

    sheet = coordinator_client.post(page("rows_sheet", mailing.pk) + "?show=chosen", {"xlsx": "1"})
    text = coordinator_client.post(page("rows_sheet", mailing.pk), {"csv": "1"})

    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["=1+1", "Ewa", "Jan"]
    assert '"\'=1+1"' in b"".join(text.streaming_content).decode()
    trail = AuditEvent.objects.filter(action="core.records.exported")
    assert [line.data["rows"] for line in trail] == [3, 3]


def test_files_go_with_every_letter(coordinator_client):
    """E7."""
    mailing = begun(coordinator_client)

    coordinator_client.post(
        page("files", mailing.pk), {"file": SimpleUploadedFile("role.pdf", pdf())}
    )
    shown = coordinator_client.post(page("previews", mailing.pk))
    bad = coordinator_client.post(
        page("files", mailing.pk), {"file": SimpleUploadedFile("x.exe", b"MZ")}
    )
    coordinator_client.post(page("detach", mailing.attachments.get().pk))

    assert shown.context["letters"][0]["made"].files == ("role.pdf",)
    assert bad.status_code == 422
    assert not mailing.attachments.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day_day": "31", "day_month": "2", "day_year": "2099", "hour": "9:00"}, "day"),
        ({"hour": "9:00"}, "day"),
        ({"day_day": "14", "day_month": "4", "day_year": "2099"}, "hour"),
        (
            {"day_day": "1", "day_month": "1", "day_year": "2020", "hour": "9:00"},
            "day",
        ),
        (
            {"day_day": "29", "day_month": "3", "day_year": "2099", "hour": "2:30"},
            "hour",
        ),
        ({"per_minute": "0"}, "per_minute"),
        ({"per_minute": str(settings.MAILING_PER_MINUTE + 1)}, "per_minute"),
        ({"hold_minutes": "0"}, "hold_minutes"),
    ],
)
def test_pace_that_makes_no_sense_is_refused_beside_its_field(coordinator_client, typed, field):
    """E5: a day with its hour, in the time to come, that the clocks do not jump over."""
    mailing = begun(coordinator_client)
    data = {"per_minute": "60", "per_hour": "600", "hold_minutes": "30"} | typed

    answer = coordinator_client.post(page("pace", mailing.pk), data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_time_is_that_of_warsaw(coordinator_client):
    mailing = begun(coordinator_client)
    day = {"day_day": "14", "day_month": "7", "day_year": "2099", "hour": "9:00"}

    coordinator_client.post(
        page("pace", mailing.pk),
        day | {"per_minute": "60", "per_hour": "600", "hold_minutes": "30"},
    )

    mailing.refresh_from_db()
    assert mailing.starts_at.isoformat() == "2099-07-14T07:00:00+00:00"


def test_proposed_mailing_cannot_be_changed(coordinator_client):
    mailing = ready(coordinator_client)
    coordinator_client.post(page("propose", mailing.pk), follow=True)

    answer = coordinator_client.post(page("words", mailing.pk), WORDS, follow=True)

    assert told(answer) == ["Wysyłki nie można już zmienić. Proszę ją najpierw cofnąć."]


DEEDS = ["work_out", "propose", "schedule", "approve", "take_back", "cancel_mailing", "pause"]
DEEDS += ["go_on", "stop_rest", "retry_failed", "leave_out", "take_in", "rows_sheet"]


@pytest.mark.parametrize("name", DEEDS)
def test_deeds_answer_a_post_alone(coordinator_client, name):
    mailing = begun(coordinator_client)

    assert coordinator_client.get(page(name, mailing.pk)).status_code == 405


def test_auditor_sees_counts_and_no_people(coordinator_client, signed_in, auditor):
    """P26: R counts."""
    mailing = begun(coordinator_client, names=["Tajna", "Osoba", "Trzecia"])
    ewa = signed_in(auditor)

    shown = ewa.get(page("page", mailing.pk))
    shut = ("rows", "salutations", "previews", "choose", "words", "pace", "files", "send_back")

    assert shown.status_code == 200
    assert page("rows", mailing.pk) not in shown.content.decode()
    assert [ewa.get(page(name, mailing.pk)).status_code for name in shut] == [403] * len(shut)
    assert [ewa.post(page(name, mailing.pk)).status_code for name in DEEDS] == [403] * len(DEEDS)
    assert ewa.get(page("new")).status_code == 403


def test_administrator_can_pause_and_nothing_else(
    coordinator_client, administrator_client, under_way
):
    """P26: stop."""
    others = [name for name in DEEDS if name != "pause"]

    shut = [administrator_client.post(page(name, under_way.pk)).status_code for name in others]
    shown = administrator_client.get(page("page", under_way.pk)).content.decode()
    administrator_client.post(page("pause", under_way.pk))

    assert shut == [403] * len(others)
    assert page("pause", under_way.pk) in shown
    under_way.refresh_from_db()
    assert under_way.status == MailingStatus.PAUSED


def test_stranger_finds_no_mailing(coordinator_client, signed_in, stranger):
    mailing = begun(coordinator_client)

    assert signed_in(stranger).get(page("page", mailing.pk)).status_code == 302


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_as_much_for_many_as_for_few(
    coordinator_client, django_assert_max_num_queries, many
):
    for _number in range(many):
        mailing = begun(coordinator_client, many=10 * many)
    coordinator_client.get(page("page", mailing.pk))

    for name, most in {"page": 32, "rows": 24, "salutations": 16}.items():
        with django_assert_max_num_queries(most):
            coordinator_client.get(page(name, mailing.pk))
    with django_assert_max_num_queries(20):
        coordinator_client.get(page("mailing_changelist"))


def test_recipients_come_in_pages(coordinator_client):
    mailing = begun(coordinator_client, many=120)

    third = coordinator_client.get(page("rows", mailing.pk) + "?page=3")

    assert third.context["page_obj"].paginator.count == 120
    assert len(third.context["rows"]) == 20
