"""The days of an internship: schedule, diary, reports."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core import audit, links
from core.formats import WARSAW
from core.models import User
from core.states import move
from matching.enums import DiaryStatus, ReportAuthor, ReportStatus
from matching.models import DiaryEntry, InternshipReport, Placement, ScheduleItem
from programme.models import Theme


class OutsidePlacement(Exception):
    """The day does not belong to the internship."""


class AlreadyConfirmed(Exception):
    """The mentor has confirmed the day; its words stay as they are."""


@transaction.atomic
def plan_item(
    placement: Placement,
    *,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
    actor: User,
    place: str = "",
    contact: str = "",
    theme: Theme | None = None,
    item: ScheduleItem | None = None,
) -> ScheduleItem:
    """Put something into the schedule, or change it. Overlaps are refused by the database.

    Raises `django.core.exceptions.ValidationError` with a sentence for the person, and
    `OutsidePlacement` when the day lies outside the internship.
    """
    _refuse_outside(placement, starts_at.astimezone(WARSAW).date())
    is_new = item is None
    item = item or ScheduleItem(placement=placement)
    item.starts_at, item.ends_at, item.title = starts_at, ends_at, title
    item.place, item.contact, item.theme = place, contact, theme
    item.full_clean()
    item.save()
    deed = "planned" if is_new else "changed"
    audit.record(action=f"matching.scheduleitem.{deed}", target=item, actor=actor)
    return item


@transaction.atomic
def comment_item(item: ScheduleItem, *, comment: str, actor: User) -> ScheduleItem:
    """The intern says something about an item of the plan; an empty text takes it back (P4)."""
    item.comment = comment
    item.save(update_fields=["comment"])
    audit.record(action="matching.scheduleitem.commented", target=item, actor=actor)
    return item


@transaction.atomic
def remove_item(item: ScheduleItem, *, actor: User) -> None:
    """Take something out of the schedule."""
    audit.record(
        action="matching.scheduleitem.removed", target=item.placement, actor=actor, item=item.pk
    )
    item.delete()


@transaction.atomic
def write_diary(
    placement: Placement, *, day: date, hours: Decimal, answers: Mapping, actor: User, now: datetime
) -> DiaryEntry:
    """The intern writes about one day; writing again before confirmation replaces the words.

    Raises `OutsidePlacement`, `AlreadyConfirmed`.
    """
    _refuse_outside(placement, day)
    # Two taps on "save" write one day.
    Placement.objects.select_for_update().get(pk=placement.pk)
    words = {
        "hours": hours,
        "unit": answers.get("unit", ""),
        "activity": answers["activity"],
        "learned": answers.get("learned", ""),
        "idea": answers.get("idea", ""),
        "written_at": now,
    }
    entry = DiaryEntry.objects.filter(placement=placement, day=day).first()
    if entry is None:
        entry = DiaryEntry.objects.create(placement=placement, day=day, **words)
        audit.record(action="matching.diaryentry.written", target=entry, actor=actor)
    elif entry.status == DiaryStatus.CONFIRMED:
        raise AlreadyConfirmed
    elif entry.status == DiaryStatus.RETURNED:
        move(entry, DiaryStatus.WRITTEN, actor=actor, **words)
    else:
        _rewrite(entry, words, actor)
    return entry


@transaction.atomic
def confirm_diary(entry: DiaryEntry, *, actor: User, now: datetime) -> DiaryEntry:
    """The mentor confirms the day."""
    return move(entry, DiaryStatus.CONFIRMED, actor=actor, confirmed_at=now, remark="")


@transaction.atomic
def return_diary(entry: DiaryEntry, *, remark: str, actor: User) -> DiaryEntry:
    """The mentor asks for a correction (P9)."""
    return move(entry, DiaryStatus.RETURNED, actor=actor, remark=remark)


@transaction.atomic
def hand_in_report(
    placement: Placement,
    *,
    author: ReportAuthor,
    satisfaction: int,
    answers: Mapping,
    actor: User,
    now: datetime,
) -> InternshipReport:
    """Hand in the report of the intern, mentor or host; after a return, hand it in again.

    `satisfaction` is 1 to 5, `answers` are keyed by the code of the question.
    """
    report, _created = InternshipReport.objects.get_or_create(placement=placement, author=author)
    return move(
        report,
        ReportStatus.SENT,
        actor=actor,
        satisfaction=satisfaction,
        answers=dict(answers),
        sent_at=now,
        remark="",
    )


@transaction.atomic
def accept_report(report: InternshipReport, *, actor: User, now: datetime) -> InternshipReport:
    """A coordinator has read it."""
    return move(report, ReportStatus.ACCEPTED, actor=actor, accepted_at=now)


@transaction.atomic
def return_report(report: InternshipReport, *, remark: str, actor: User) -> InternshipReport:
    """A coordinator asks for a correction."""
    return move(report, ReportStatus.RETURNED, actor=actor, remark=remark)


@transaction.atomic
def open_feed(placement: Placement, *, user: User, now: datetime) -> str:
    """A secret address for the calendar of a phone; the one given before stops working (P17)."""
    purpose = "feed.mentor" if user == placement.mentor else "feed.intern"
    links.revoke(target=placement, purpose=purpose, now=now, actor=user)
    return links.create(
        purpose=purpose, target=placement, email=user.email, expires_at=None, actor=user, now=now
    )


def _rewrite(entry: DiaryEntry, words: Mapping, actor: User) -> None:
    still_open = DiaryEntry.objects.filter(pk=entry.pk, status=DiaryStatus.WRITTEN)
    if not still_open.update(**words):
        raise AlreadyConfirmed
    audit.record(action="matching.diaryentry.rewritten", target=entry, actor=actor)
    entry.refresh_from_db()


def _refuse_outside(placement: Placement, day: date) -> None:
    if not placement.starts_on <= day <= placement.ends_on:
        raise OutsidePlacement
