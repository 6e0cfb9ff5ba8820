"""Pages of mentors and interns, made for a phone: today, the week, the diary, the report."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import links, uploads
from core.formats import KYIV, WARSAW, day
from core.states import TransitionNotAllowed
from matching import selectors, services
from matching.enums import ReportAuthor, ReportStatus
from matching.forms import CommentForm, DiaryForm, ItemForm, RemarkForm, ReportForm
from matching.models import DiaryEntry, Placement, ScheduleItem


def _mine(request, pk: int) -> Placement:
    """The placement, if this person is its mentor or intern; a stranger gets 404."""
    return get_object_or_404(Placement.objects.of(request.user).for_table(), pk=pk)


def _as_mentor(request, pk: int) -> Placement:
    placement = _mine(request, pk)
    if placement.mentor_id != request.user.pk:
        raise Http404
    return placement


def _as_intern(request, pk: int) -> Placement:
    placement = _mine(request, pk)
    if placement.intern_id != request.user.pk:
        raise Http404
    return placement


def _page(request, placement: Placement, **extra) -> dict:
    tabs = [
        ("today", pgettext("bar of the phone", "Today")),
        ("week", pgettext("bar of the phone", "Plan")),
        ("diary", pgettext("bar of the phone", "Diary")),
        ("report", pgettext("bar of the phone", "Report")),
    ]
    here = request.resolver_match.url_name
    return {
        "placement": placement,
        "is_mentor": placement.mentor_id == request.user.pk,
        "phone_nav": [
            (label, reverse(f"matching:{name}", args=[placement.pk]), here.startswith(name))
            for name, label in tabs
        ],
        **extra,
    }


@require_safe
def home(request):
    """Straight to the one placement; a choice when there are more; a kind word when none."""
    placements = list(selectors.placements_of(request.user))
    if len(placements) == 1:
        return redirect("matching:today", placements[0].pk)
    return render(request, "matching/home.html", {"placements": placements})


@require_safe
def today(request, pk):
    """Today's plan, the address, whom to call; "arrived" on the first day."""
    placement = _mine(request, pk)
    now = timezone.now().astimezone(WARSAW)
    return _day_page(request, placement, now.date(), is_today=True)


@require_safe
def one_day(request, pk, on):
    """The plan of another day of the internship."""
    placement = _mine(request, pk)
    if not placement.starts_on <= on.date() <= placement.ends_on:
        raise Http404
    return _day_page(request, placement, on.date(), is_today=False)


def _day_page(request, placement: Placement, on, *, is_today: bool):
    first = datetime.combine(on, time.min, tzinfo=WARSAW)
    items = selectors.items_between(placement, first, first + timedelta(days=1))
    context = _page(
        request,
        placement,
        heading=day(on, get_language(), weekday=True),
        on=on,
        is_today=is_today,
        before=min(on - timedelta(days=1), placement.ends_on) if on > placement.starts_on else None,
        after=max(on + timedelta(days=1), placement.starts_on) if on < placement.ends_on else None,
        items=[_card(item) for item in items],
        other=_other_person(placement, request.user),
        office=placement.declaration.survey.organisation,
        can_arrive=placement.status == Placement.Status.PLANNED and on >= placement.starts_on,
    )
    return render(request, "matching/day.html", context)


def _other_person(placement: Placement, user) -> dict[str, str]:
    """Whom to write to and whom to call."""
    if placement.mentor_id == user.pk:
        person, phone = placement.intern, placement.application.answers.get("telefon", "")
    else:
        person, phone = placement.mentor, placement.declaration.mentor.phone
    return {"name": person.full_name, "email": person.email, "phone": phone}


def _card(item: ScheduleItem) -> dict:
    warsaw = (item.starts_at.astimezone(WARSAW), item.ends_at.astimezone(WARSAW))
    kyiv = item.starts_at.astimezone(KYIV)
    return {
        "pk": item.pk,
        "from": f"{warsaw[0]:%H:%M}",
        "to": f"{warsaw[1]:%H:%M}",
        "kyiv": f"{kyiv:%H:%M}",
        "title": item.title,
        "place": item.place,
        "contact": item.contact,
        "theme": getattr(item.theme, f"name_{get_language()}") if item.theme else "",
        "comment": item.comment,
    }


@require_safe
def week(request, pk):
    """The whole schedule, day by day; the mentor changes it from here."""
    placement = _mine(request, pk)
    days: dict = {}
    for item in placement.schedule.select_related("theme").order_by("starts_at", "pk"):
        days.setdefault(item.starts_at.astimezone(WARSAW).date(), []).append(_card(item))
    rows = [
        {"on": on, "heading": day(on, get_language(), weekday=True), "items": items}
        for on, items in sorted(days.items())
    ]
    return render(request, "matching/week.html", _page(request, placement, days=rows))


def item_new(request, pk):
    """The mentor puts something into the schedule."""
    placement = _as_mentor(request, pk)
    form = ItemForm(request.POST or None, placement=placement)
    return _save_item(request, placement, form, item=None)


def item_edit(request, pk, item_pk):
    """The mentor changes something in the schedule."""
    placement = _as_mentor(request, pk)
    item = get_object_or_404(placement.schedule.select_related("theme"), pk=item_pk)
    form = ItemForm(request.POST or None, placement=placement, item=item)
    return _save_item(request, placement, form, item=item)


def _save_item(request, placement: Placement, form: ItemForm, *, item: ScheduleItem | None):
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_item(placement, item=item, actor=request.user, **form.plan())
        except (ValidationError, IntegrityError):
            form.add_error("begins", _("There is already something in the plan at this time."))
        else:
            messages.success(request, _("The schedule is saved."))
            return redirect("matching:week", placement.pk)
    return render(request, "matching/item.html", _page(request, placement, form=form, item=item))


@require_POST
def item_remove(request, pk, item_pk):
    """The mentor takes something out of the schedule."""
    placement = _as_mentor(request, pk)
    item = get_object_or_404(placement.schedule.select_related("placement"), pk=item_pk)
    services.remove_item(item, actor=request.user)
    messages.success(request, _("The entry is removed from the schedule."))
    return redirect("matching:week", placement.pk)


def item_comment(request, pk, item_pk):
    """The intern comments on an entry; the mentor reads it in the schedule (P4)."""
    placement = _as_intern(request, pk)
    item = get_object_or_404(placement.schedule.select_related("theme"), pk=item_pk)
    form = CommentForm(request.POST or None, initial={"comment": item.comment})
    if request.method == "POST" and form.is_valid():
        services.comment_item(item, comment=form.cleaned_data["comment"], actor=request.user)
        messages.success(request, _("Your comment is saved. The mentor sees it."))
        return redirect("matching:week", placement.pk)
    heading = day(item.starts_at.astimezone(WARSAW).date(), get_language(), weekday=True)
    context = _page(request, placement, form=form, card=_card(item), heading=heading)
    return render(request, "matching/comment.html", context)


@require_POST
def arrived(request, pk):
    """One tap: the intern has arrived safely (P16)."""
    placement = _mine(request, pk)
    try:
        services.start_placement(placement, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.info(request, error.message)
    else:
        messages.success(request, _("Thank you. The arrival is noted."))
    return redirect("matching:today", placement.pk)


@require_safe
def diary(request, pk):
    """The diary; the mentor confirms, the intern writes."""
    placement = _mine(request, pk)
    entries = selectors.diary_of(placement)
    rows = [
        {"entry": entry, "heading": day(entry.day, get_language(), weekday=True)}
        for entry in entries
    ]
    return render(request, "matching/diary.html", _page(request, placement, rows=rows))


def diary_write(request, pk):
    """The intern writes about one day."""
    placement = _as_intern(request, pk)
    on = timezone.now().astimezone(WARSAW).date()
    start = min(max(on, placement.starts_on), placement.ends_on)
    known = _day_to_improve(request, placement)
    form = DiaryForm(request.POST or None, initial=known or {"day": start})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_diary(placement, **form.entry(), actor=request.user, now=timezone.now())
        except services.OutsidePlacement:
            form.add_error("day", _("This day lies outside the internship."))
        except services.AlreadyConfirmed:
            form.add_error("day", _("The mentor has already confirmed this day."))
        else:
            messages.success(request, _("The day is saved. The mentor will confirm it."))
            return redirect("matching:diary", placement.pk)
    return render(request, "matching/diary_write.html", _page(request, placement, form=form))


def _day_to_improve(request, placement: Placement) -> dict:
    """What was written about the day of the address (`?day=2026-11-20`), until it is confirmed."""
    try:
        on = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return {}
    entry = selectors.diary_of(placement).filter(day=on).first()
    if entry is None or entry.status == DiaryEntry.Status.CONFIRMED:
        return {}
    return {name: getattr(entry, name) for name in DiaryForm.base_fields}


@require_POST
def diary_confirm(request, pk, entry_pk):
    """The mentor confirms one day."""
    placement = _as_mentor(request, pk)
    entry = get_object_or_404(DiaryEntry, placement=placement, pk=entry_pk)
    try:
        services.confirm_diary(entry, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.info(request, error.message)
    return redirect("matching:diary", placement.pk)


def diary_return(request, pk, entry_pk):
    """The mentor asks for a correction, with a remark."""
    placement = _as_mentor(request, pk)
    entry = get_object_or_404(DiaryEntry, placement=placement, pk=entry_pk)
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_diary(entry, remark=form.cleaned_data["remark"], actor=request.user)
        except TransitionNotAllowed as error:
            messages.info(request, error.message)
        return redirect("matching:diary", placement.pk)
    context = _page(
        request, placement, form=form, heading=day(entry.day, get_language(), weekday=True)
    )
    return render(request, "matching/diary_return.html", context)


def report(request, pk):
    """The report of the mentor or of the intern; read-only once it is sent."""
    placement = _mine(request, pk)
    author = ReportAuthor.MENTOR if placement.mentor_id == request.user.pk else ReportAuthor.INTERN
    existing = placement.reports.filter(author=author).first()
    if existing and existing.status in (ReportStatus.SENT, ReportStatus.ACCEPTED):
        context = _page(request, placement, report=existing)
        return render(request, "matching/report_sent.html", context)
    form = ReportForm(
        request.POST or None, edition=placement.edition, author=author, initial=_said(existing)
    )
    if request.method == "POST" and form.is_valid():
        _hand_in(request, placement, form, author)
        return redirect("matching:report", placement.pk)
    context = _page(request, placement, form=form, report=existing)
    return render(request, "matching/report.html", context)


def _said(report) -> dict:
    """What was handed in before it came back."""
    if report is None:
        return {}
    answers = {f"q_{code}": value for code, value in report.answers.items()}
    return {"satisfaction": report.satisfaction, **answers}


def _hand_in(request, placement: Placement, form: ReportForm, author: ReportAuthor) -> None:
    try:
        services.hand_in_report(
            placement,
            author=author,
            satisfaction=form.cleaned_data["satisfaction"],
            answers=form.answers(),
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.info(request, error.message)
    else:
        messages.success(request, _("The report is sent."))


@require_POST
def feed_new(request, pk):
    """A secret address for the phone's calendar; shown once."""
    placement = _mine(request, pk)
    token = services.open_feed(placement, user=request.user, now=timezone.now())
    name = "feed_mentor" if placement.mentor_id == request.user.pk else "feed_intern"
    address = links.url(f"matching:{name}", token)
    return render(request, "matching/feed.html", _page(request, placement, address=address))


@require_safe
def certificate(request, pk):
    """The certificate of completion, for the intern and the mentor."""
    placement = _mine(request, pk)
    found = getattr(placement, "certificate", None)
    if found is None:
        raise Http404
    return uploads.download_response(found.file)
