"""The survey behind its personal link: start, pages, check, receipt, next step."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications import answer_sheet, survey_merge, survey_plan, wording
from applications.clock import database_now
from applications.forms.extra_questions import page_form
from applications.forms.host_door import BeginForm, CodeForm, PageActionForm, SendingForm
from applications.forms.host_fields import SurveyPage
from applications.forms.late_codes import LateCodeForm
from applications.selectors.host_doors import opened_by_link
from applications.services import host as services
from applications.services import host_colleagues, host_sending
from applications.survey_parts import step_words
from applications.views import host_refused, host_trust, host_waiting
from applications.views import host_saving as saving
from applications.views.host_access import (
    FIRST_PAGE,
    PURPOSE,
    Door,
    door_of,
    lead_to,
    page_context,
    personal,
    posted,
    wants_json,
)
from applications.views.host_colleagues import of_another
from applications.views.host_door import asked_address, masked
from applications.views.host_overview import overview, story
from applications.views.host_returned import check_context, returned_page
from applications.views.host_versions import Both, show_versions
from core import limits, links
from core.models import CapabilityLink
from mailing import access

HOUR = timedelta(hours=1)


@links.capability(PURPOSE, opened_by_link)
def survey(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """Where the link leads: begin, go on, or see what happens next and who has the ball."""
    door = door_of(request, link)
    if door.is_anothers:
        return of_another(request, door)
    if door.survey is None and not door.is_trusted:
        return _begin(request, door)
    if not door.is_trusted:
        return redirect("applications:survey_code", door.token)
    return overview(request, door)


def _begin(request: HttpRequest, door: Door) -> HttpResponse:
    form = BeginForm(posted(request), address=door.link.email, initial=asked_address(request))
    if request.method == "POST":
        limits.hit(action="survey_begin", key=door.link.pk, limit=20, per=HOUR, now=door.now)
        if door.may_begin and form.is_valid():
            host_trust.let_in_by_address(request, door.link, now=door.now)
            return _go_on(request, door.link)
    return render(
        request,
        "applications/host/begin.html",
        page_context(
            door,
            form=form,
            is_open=door.may_begin,
            is_over=door.now >= door.closing.closes_at,
            late_form=LateCodeForm(),
        ),
    )


@links.capability(PURPOSE, opened_by_link)
def survey_code(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """Another browser than the one that typed the answers: it must know the e-mailed code."""
    door = door_of(request, link)
    if door.is_anothers or door.survey is None or door.is_trusted:
        return redirect("applications:survey", door.token)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if links.check_code(link, form.cleaned_data["code"], now=database_now()):
            host_trust.let_in_by_code(request, link, now=door.now)
            return _go_on(request, link)
        form.add_error("code", wording.WRONG_CODE)
    told = story(door)
    context = page_context(
        door,
        form=form,
        email=masked(link.email),
        is_sent=False,
        number="",
        step=told.step if told else None,
    )
    return render(request, "applications/host/code.html", context)


def _go_on(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """The browser has been let in; what it typed before that is saved now (FT-20)."""
    host_colleagues.accept(link, now=link.opened_at)
    door = door_of(request, link)
    page = survey_plan.page_of(host_waiting.page_of(request, link), door.pages)
    if page is None or not door.asks(page):
        if door.survey is None:
            return redirect("applications:survey_page", door.token, FIRST_PAGE)
        return redirect("applications:survey", door.token)
    return redirect(
        _save_waiting(request, door, page)
        or reverse("applications:survey_page", args=[door.token, page.slug])
    )


def _save_waiting(request: HttpRequest, door: Door, page: survey_plan.Page) -> str:
    """Where to go on after saving what waited for the code; empty when its page is to be shown."""
    if not door.is_alive or door.is_returned:
        return ""
    typed = host_waiting.typed_for(request, door.link, page.slug)
    try:
        next_url = saving.save(door, page, typed).next_url
    except services.BegunElsewhere:
        return reverse("applications:survey_code", args=[door.token])
    except (services.BegunByColleague, services.SurveyClosed, services.SurveyLocked) as error:
        if isinstance(error, services.SurveyClosed):  # kept as a late draft (FT-21)
            host_waiting.forget(request)
        return reverse("applications:survey", args=[door.token])
    if next_url:
        host_waiting.forget(request)
        messages.success(request, _("What you typed before you entered the code is saved."))
    return next_url


@require_POST
@links.capability(PURPOSE, opened_by_link)
def survey_send_code(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """Send a code to the address on file; at most five an hour (SEC-R)."""
    door = door_of(request, link)
    if door.is_anothers or door.survey is None:
        return redirect("applications:survey", door.token)
    limits.hit(action="survey_code", key=link.pk, limit=5, per=HOUR, now=database_now())
    access.email_code(link, now=database_now())
    messages.success(request, _("The code is on its way to the address on file."))
    return redirect("applications:survey_code", door.token)


@personal
def survey_page(request: HttpRequest, door: Door, page: str) -> HttpResponse:
    """One page of the survey: show it, or save it and go on."""
    plan = survey_plan.page_of(page, door.pages)
    if plan is None:
        raise Http404
    if door.is_returned and door.is_alive:
        return returned_page(request, door, plan)
    if not door.asks(plan):
        return lead_to(request, reverse("applications:survey_page", args=[door.token, FIRST_PAGE]))
    if not door.is_open and (request.method != "POST" or not door.is_alive):
        return lead_to(request, reverse("applications:survey", args=[door.token]))
    if request.method == "POST":
        return _save(request, door, plan)
    typed = host_waiting.typed_for(request, door.link, page)
    if typed is None:
        return _show_given_back(request, door, plan)
    form = door.form(plan, typed)
    return _show_page(request, door, plan, form, _seen_with(typed, plan))


def _show_given_back(request: HttpRequest, door: Door, page: survey_plan.Page) -> HttpResponse:
    """The page with what this browser typed last and could not keep, if there was anything."""
    typed = host_refused.typed_for(request, door, page.slug)
    form = door.form(page, typed)
    if typed is None:
        return _show_page(request, door, page, form)
    form.say_only_what_is_wrong()
    return _show_page(request, door, page, form, _seen_with(typed, page), is_given_back=True)


def _seen_with(typed: QueryDict, page: survey_plan.Page) -> dict[str, str]:
    return survey_merge.read(PageActionForm(typed).wants.get("seen", ""), page.keys)


def _save(request: HttpRequest, door: Door, page: survey_plan.Page) -> HttpResponse:
    """Keep the page and go on; the page's script is only told where to go."""
    outcome = saving.save(door, page, request.POST)
    host_refused.note(request, door, page.slug, outcome.form, outcome.seen)
    for words in (outcome.form.warning, saving.left_behind(outcome.form)):
        if outcome.next_url and words:
            messages.warning(request, words)
    if outcome.next_url and host_waiting.page_of(request, door.link) == page.slug:
        host_waiting.forget(request)
    if wants_json(request):
        return JsonResponse({"next": outcome.next_url})
    if outcome.next_url:
        return redirect(outcome.next_url)
    if outcome.clashes:
        both = Both(door, page, outcome.clashes, outcome.unchosen)
        return show_versions(request, both, outcome.form, outcome.seen)
    if not door.is_open:
        return redirect("applications:survey", door.token)
    return _show_page(request, door, page, outcome.form, outcome.seen)


def _show_page(
    request: HttpRequest,
    door: Door,
    page: survey_plan.Page,
    form: SurveyPage,
    seen: Mapping[str, str] | None = None,
    *,
    is_given_back: bool = False,
) -> HttpResponse:
    if seen is None:
        seen = survey_merge.seen_of(page, door.answers, form.known.answers)
    before = survey_plan.page_before(page, door.answers, door.pages)
    back = PageActionForm(posted(request) or request.GET).wants.get("back", "")
    context = page_context(
        door,
        form=form,
        page=page,
        title=form.title,
        intro=form.intro,
        step=step_words(survey_plan.place_of(page, door.answers, door.pages)),
        back=back,
        back_url=_back_url(door, before, back),
        rank_items=getattr(form, "items", []),
        seen=survey_merge.written(seen),
        is_waiting=bool(host_waiting.page_of(request, door.link)),
        is_given_back=is_given_back,
        figure=_figure(door) if page.slug == FIRST_PAGE else "",
    )
    return render(request, "applications/host/page.html", context)


def _figure(door: Door) -> str:
    """The official number of inhabitants with its day and source."""
    figure = door.context().figure
    return wording.figure_words(figure, get_language() or "pl") if figure else ""


def _back_url(door: Door, before: survey_plan.Page | None, back: str) -> str:
    if back:
        return reverse("applications:survey_check", args=[door.token])
    if before is None:
        return reverse("applications:survey", args=[door.token])
    return reverse("applications:survey_page", args=[door.token, before.slug])


@personal
@require_GET
def survey_saved(request: HttpRequest, door: Door) -> HttpResponse:
    """Put away for later: how to come back."""
    return render(request, "applications/host/saved.html", page_context(door))


@personal
def survey_check(request: HttpRequest, door: Door) -> HttpResponse:
    """Look over all answers, change any of them, send (A4). Errors lead to their page (A5)."""
    if door.survey is None or not (door.is_open or (request.method == "POST" and door.is_alive)):
        return redirect("applications:survey", door.token)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            return _send(request, door)
        except services.SurveyIncomplete as error:
            errors = _gap_errors(door, error.gaps)
        except services.WouldChangeDecision:
            errors = [{"text": wording.WOULD_CHANGE_DECISION, "href": "#send"}]
        except services.AnswersChanged:
            errors = [{"text": wording.ANSWERS_CHANGED, "href": "#send"}]
    return _show_check(request, door, errors)


def _send(request: HttpRequest, door: Door) -> HttpResponse:
    limits.hit(action="survey_submit", key=door.link.pk, limit=30, per=HOUR, now=door.now)
    form = SendingForm(request.POST)
    key = form.cleaned_data.get("key") if form.is_valid() else None
    if key is None:
        services.submit_survey(door.survey, by=door.link.email)
    else:
        try:
            host_sending.send_from_form(
                door.survey,
                key=key,
                seen=form.cleaned_data["seen"],
                by=door.link.email,
                now=door.now,
            )
        except host_sending.SentWithOtherAnswers:
            context = page_context(door)
            return render(request, "applications/host/sent_otherwise.html", context, status=409)
    host_refused.forget(request, door.link)
    return redirect("applications:survey_receipt", door.token)


def _gap_errors(door: Door, gaps: dict[str, tuple[str, ...]]) -> list[dict[str, str]]:
    return [
        {
            "text": wording.gap_words(str(page_form(survey_plan.page_of(slug, door.pages)).title)),
            "href": reverse("applications:survey_page", args=[door.token, slug]) + "?back=check",
        }
        for slug in gaps
    ]


def _show_check(request: HttpRequest, door: Door, errors: list[dict[str, str]]) -> HttpResponse:
    sending = {"key": uuid4(), "seen": survey_merge.digest(door.answers)}
    if door.is_returned:
        context = page_context(door, errors=errors, sending=sending, **check_context(door))
        return render(request, "applications/host/returned_check.html", context)
    context = page_context(
        door,
        sections=answer_sheet.with_links(
            door.sections(),
            lambda slug: (
                reverse("applications:survey_page", args=[door.token, slug]) + "?back=check"
            ),
        ),
        errors=errors,
        sending=sending,
        step=step_words(survey_plan.place_of(None, door.answers, door.pages)),
    )
    return render(request, "applications/host/check.html", context)
