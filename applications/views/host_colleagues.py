"""Colleagues at one survey: invite, hand over, ask to take over, answer (A15, A22)."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.clock import database_now
from applications.enums import TakeOverStatus
from applications.forms.host_colleagues import HAND_OVER, ColleagueForm, TakeOverAnswerForm
from applications.forms.host_door import BeginForm
from applications.models import SurveyColleague, TakeOverRequest
from applications.selectors.host_doors import opened_by_link
from applications.services import host_colleagues as services
from applications.views.host_access import (
    PURPOSE,
    Door,
    door_of,
    page_context,
    personal,
    posted,
)
from applications.views.host_door import asked_address
from applications.wording import initials
from core import formats, limits, links
from core.models import CapabilityLink
from core.states import TransitionNotAllowed

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Letters to others that one link may cause in a day (SEC-R: invitations).
INVITATIONS_A_DAY = 20


def of_another(request: HttpRequest, door: Door, form: BeginForm | None = None) -> HttpResponse:
    """A colleague has begun: who (initials only) and when, and the way to take over (A22)."""
    language = get_language() or "pl"
    asked = TakeOverRequest.objects.filter(survey=door.survey, email__iexact=door.link.email)
    waiting = asked.filter(status=TakeOverStatus.ASKED).first()
    context = page_context(
        door,
        is_sent=False,
        number="",
        form=form or BeginForm(address=door.link.email, initial=asked_address(request)),
        who=initials(door.survey),
        day=formats.day(formats.day_in_warsaw(door.survey.started_at), language),
        due=formats.day(waiting.due_on, language, weekday=True) if waiting else "",
        was_refused=not waiting and asked.filter(status=TakeOverStatus.REFUSED).exists(),
    )
    return render(request, "applications/host/of_another.html", context)


@links.capability(PURPOSE, opened_by_link)
def ask_take_over(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """Ask for the survey, after typing the address of one's own letter (SEC-M3)."""
    door = door_of(request, link)
    # Not a POST: the page with an error, opened again in another language.
    if request.method != "POST" or not door.is_anothers:
        return redirect("applications:survey", door.token)
    form = BeginForm(request.POST, address=link.email)
    limits.hit(action="survey_take_over", key=link.pk, limit=10, per=HOUR, now=door.now)
    if not form.is_valid():
        return of_another(request, door, form)
    try:
        services.ask_take_over(door.survey, invitation=door.invitation, now=door.now)
    except services.AlreadyAsked:
        messages.info(request, _("You have already asked; the letter is on its way."))
    else:
        messages.success(request, _("We have written to your colleague."))
    return redirect("applications:survey", door.token)


@links.capability(services.TAKE_OVER)
def take_over(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """The one who began answers. Looking at the page changes nothing (SEC-M2)."""
    wish = link.target
    form = TakeOverAnswerForm(posted(request), address=link.email)
    if request.method == "POST" and wish.status == TakeOverStatus.ASKED:
        limits.hit(action="take_over", key=link.pk, limit=20, per=HOUR, now=database_now())
        if form.is_valid():
            grants = form.cleaned_data["answer"] == TakeOverStatus.GRANTED
            try:
                services.answer_take_over(wish, grants=grants, now=database_now())
            except (TransitionNotAllowed, services.AlreadyColleague):
                messages.info(request, _("This has already been answered."))
            return redirect(request.path)
    context = {
        "form": form,
        "wish": wish,
        "gmina": wish.survey.gmina,
        "due": formats.day(wish.due_on, get_language() or "pl", weekday=True),
        "status": wish.status,
    }
    return render(request, "applications/host/take_over.html", context)


@personal
def colleagues(request: HttpRequest, door: Door) -> HttpResponse:
    """Who may work on the survey; who holds it lets somebody in, or hands it over."""
    if door.survey is None:
        return redirect("applications:survey", door.token)
    form = ColleagueForm(posted(request) if door.is_in_charge else None)
    if request.method == "POST" and door.is_in_charge:
        limits.hit(
            action="survey_invite",
            key=door.link.pk,
            limit=INVITATIONS_A_DAY,
            per=DAY,
            now=door.now,
        )
        if form.is_valid() and _invite(request, door, form):
            return redirect("applications:survey_colleagues", door.token)
    context = page_context(door, form=form, rows=_rows(door), in_charge=door.survey.email)
    return render(request, "applications/host/colleagues.html", context)


def _invite(request: HttpRequest, door: Door, form: ColleagueForm) -> bool:
    try:
        services.invite_colleague(
            door.survey,
            email=form.cleaned_data["email"],
            asked_by=door.link.email,
            hands_over=form.cleaned_data["way"] == HAND_OVER,
            now=door.now,
        )
    except services.AlreadyColleague:
        form.add_error("email", _("This person may work on the survey already."))
        return False
    messages.success(request, _("The letter with the link is on its way."))
    return True


def _rows(door: Door) -> list[dict[str, object]]:
    language = get_language() or "pl"
    others = door.survey.colleagues.filter(ended_at=None).exclude(email__iexact=door.survey.email)
    rows = []
    for each in others.order_by("pk"):
        if each.accepted_at:
            state = _("works on the survey")
        elif each.ends_at <= door.now:
            state = _("the invitation has ended")
        else:
            state = _("invited; the invitation is valid until: %(until)s") % {
                "until": formats.moment(each.ends_at, language)
            }
        may_end = door.is_in_charge and each.email.lower() != door.link.email.lower()
        rows.append({"pk": each.pk, "email": each.email, "state": state, "may_end": may_end})
    return rows


@require_POST
@personal
def end_colleague(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    """Take the invitation of a colleague back."""
    colleague = get_object_or_404(
        SurveyColleague.objects.filter(survey=door.survey, ended_at=None).exclude(
            email__iexact=door.survey.email
        ),
        pk=pk,
    )
    try:
        services.end_colleague(colleague, asked_by=door.link.email, now=door.now)
    except services.NotInCharge:
        return redirect("applications:survey_colleagues", door.token)
    messages.success(request, _("The link of this person no longer works."))
    return redirect("applications:survey_colleagues", door.token)
