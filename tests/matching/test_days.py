"""The days of an internship: arrival, schedule, diary, reports, the end, the certificate."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from icalendar import Calendar
from pypdf import PdfReader

from core import links
from core.formats import WARSAW
from core.models import AuditEvent
from core.states import TransitionNotAllowed
from mailing.models import Letter
from matching import selectors, services
from matching.calendar import feed_of
from matching.enums import DiaryStatus, PlacementStatus, ReportAuthor
from matching.models import Certificate, ScheduleItem
from tests.factories.matching import DiaryEntryFactory, PlacementFactory, ScheduleItemFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 7, 7, tzinfo=UTC)
END = datetime(2026, 10, 2, 15, tzinfo=UTC)


def plan(placement, *, hour: int, length: int = 2, day: date = date(2026, 9, 7), **more):
    begins = datetime(day.year, day.month, day.day, hour, tzinfo=WARSAW)
    return services.plan_item(
        placement,
        starts_at=begins,
        ends_at=begins + timedelta(hours=length),
        title="Poznanie urzędu",
        actor=placement.mentor,
        **more,
    )


def report(placement, author, person, now=END):
    return services.hand_in_report(
        placement, author=author, satisfaction=5, answers={"general": "5"}, actor=person, now=now
    )


def test_arrival_is_one_tap_and_ends_the_alarm(coordinator):
    """P16: before the tap coordinators see who has not arrived; a second tap is told kindly."""
    placement = PlacementFactory()
    edition = placement.edition
    assert list(selectors.not_arrived(edition, today=date(2026, 9, 6))) == []
    assert list(selectors.not_arrived(edition, today=date(2026, 9, 7))) == [placement]

    services.start_placement(placement, actor=placement.intern, now=MONDAY)

    assert (placement.status, placement.arrived_at) == (PlacementStatus.UNDER_WAY, MONDAY)
    assert list(selectors.not_arrived(edition, today=date(2026, 9, 7))) == []
    with pytest.raises(TransitionNotAllowed):
        services.start_placement(placement, actor=placement.mentor, now=MONDAY)


def test_overlap_is_refused_with_a_sentence(db):
    """P10: by the form's way in words, and by the database whatever the code does."""
    placement = PlacementFactory()
    item = plan(placement, hour=9)

    with pytest.raises(ValidationError) as refused:
        plan(placement, hour=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduleItem.objects.bulk_create(
            [
                ScheduleItem(
                    placement=placement,
                    starts_at=item.starts_at,
                    ends_at=item.ends_at,
                    title="Drugi raz",
                )
            ]
        )

    assert refused.value.messages == ["W tym czasie jest już coś w planie."]
    assert plan(placement, hour=11).pk != item.pk
    assert plan(PlacementFactory(), hour=9).pk != item.pk


@pytest.mark.parametrize("day", [date(2026, 9, 6), date(2026, 10, 3)])
def test_day_outside_the_internship_is_refused(day):
    placement = PlacementFactory()

    with pytest.raises(services.OutsidePlacement):
        plan(placement, hour=9, day=day)
    with pytest.raises(services.OutsidePlacement):
        services.write_diary(
            placement,
            day=day,
            hours=Decimal(6),
            answers={"activity": "X"},
            actor=placement.intern,
            now=MONDAY,
        )


def test_comment_of_the_intern_stands_beside_the_entry():
    """P4."""
    item = ScheduleItemFactory()

    services.comment_item(item, comment="Чи брати зошит?", actor=item.placement.intern)

    item.refresh_from_db()
    assert item.comment == "Чи брати зошит?"
    assert AuditEvent.objects.filter(action="matching.scheduleitem.commented").count() == 1


def test_returned_day_is_written_anew_and_confirmed():
    """P9: the remark reaches the intern, and goes when the day is right."""
    entry = DiaryEntryFactory()
    placement = entry.placement

    services.return_diary(entry, remark="Brak godzin", actor=placement.mentor)
    again = services.write_diary(
        placement,
        day=entry.day,
        hours=Decimal(7),
        answers={"activity": "Сесія ради."},
        actor=placement.intern,
        now=MONDAY,
    )
    services.confirm_diary(again, actor=placement.mentor, now=END)

    again.refresh_from_db()
    assert again.pk == entry.pk
    assert (again.status, again.remark, again.activity) == (
        DiaryStatus.CONFIRMED,
        "",
        "Сесія ради.",
    )
    with pytest.raises(services.AlreadyConfirmed):
        services.write_diary(
            placement,
            day=entry.day,
            hours=Decimal(1),
            answers={"activity": "X"},
            actor=placement.intern,
            now=END,
        )


def test_internship_ends_only_with_both_reports(coordinator):
    placement = PlacementFactory(under_way=True)
    report(placement, ReportAuthor.INTERN, placement.intern)

    with pytest.raises(services.ReportsMissing):
        services.finish_placement(placement, actor=coordinator, now=END)
    report(placement, ReportAuthor.MENTOR, placement.mentor)
    services.finish_placement(placement, actor=coordinator, now=END)

    assert placement.status == PlacementStatus.FINISHED
    assert list(selectors.finished_placements(placement.edition)) == [placement]


def test_returned_report_does_not_count_until_it_comes_again(coordinator):
    placement = PlacementFactory(under_way=True)
    mine = report(placement, ReportAuthor.INTERN, placement.intern)
    report(placement, ReportAuthor.MENTOR, placement.mentor)
    services.return_report(mine, remark="Proszę o przykład", actor=coordinator)

    with pytest.raises(services.ReportsMissing):
        services.finish_placement(placement, actor=coordinator, now=END)
    again = report(placement, ReportAuthor.INTERN, placement.intern)

    assert (again.pk, again.remark) == (mine.pk, "")
    services.finish_placement(placement, actor=coordinator, now=END)


def test_certificate_is_made_once_and_says_what_the_data_say(coordinator):
    """P14: a tagged PDF with a text layer in both languages; the letter waits for a person."""
    placement = PlacementFactory(finished=True)

    first = services.issue_certificate(placement, actor=coordinator, now=END)
    second = services.issue_certificate(placement, actor=coordinator, now=END)

    assert first == second
    assert Certificate.objects.count() == 1
    assert first.number == f"WIN4UA/2026/{placement.pk:04d}"
    with first.file.content.open("rb") as file:
        document = PdfReader(file)
        root = document.trailer["/Root"]
        text = "\n".join(sheet.extract_text() for sheet in document.pages)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    application = placement.application
    for words in (
        f"{application.latin_first_name} {application.latin_last_name}",
        application.last_name,
        placement.mentor.full_name,
        first.number,
        "7 września 2026",
        "2 жовтня 2026",
    ):
        assert words in text
    letter = Letter.objects.get(letter="matching/certificate")
    assert (letter.to, letter.status) == (placement.intern.email, Letter.Status.DRAFT)


def test_certificate_waits_for_the_end(coordinator):
    with pytest.raises(services.NotFinished):
        services.issue_certificate(PlacementFactory(under_way=True), actor=coordinator, now=END)


def test_feed_holds_hours_and_codes_and_nothing_about_people():
    """P17: names, addresses and titles must not leave with a calendar."""
    placement = PlacementFactory()
    item = plan(placement, hour=9, place="Sienkiewicza 16", contact="Anna Nowak 426123456")
    item.comment = "Таємниця"
    item.save(update_fields=["comment"])

    content = feed_of(placement, now=MONDAY)

    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert sorted(event.keys()) == ["DTEND", "DTSTAMP", "DTSTART", "SUMMARY", "UID"]
    assert str(event["summary"]) == f"WIN4UA {item.pk}"
    assert event.decoded("dtstart") == item.starts_at
    text = content.decode()
    for secret in ("Sienkiewicza", "Nowak", "Poznanie", "Таємниця", placement.mentor.last_name):
        assert secret not in text


def test_new_feed_address_closes_the_one_before_and_leaves_the_other_person_alone():
    """P17."""
    placement = PlacementFactory()
    old = services.open_feed(placement, user=placement.mentor, now=MONDAY)
    other = services.open_feed(placement, user=placement.intern, now=MONDAY)

    new = services.open_feed(placement, user=placement.mentor, now=MONDAY)

    with pytest.raises(links.BadLink):
        links.resolve(purpose="feed.mentor", token=old, now=MONDAY)
    assert links.resolve(purpose="feed.mentor", token=new, now=MONDAY).target == placement
    assert links.resolve(purpose="feed.intern", token=other, now=MONDAY).target == placement
    with pytest.raises(links.BadLink):
        links.resolve(purpose="feed.intern", token=new, now=MONDAY)
