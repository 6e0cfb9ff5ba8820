"""Panel pages on which a coordinator writes down a survey that comes by telephone (A20)."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications import answer_sheet, survey_plan, wording
from applications.clock import database_now
from applications.enums import Entrance, SurveyStatus
from applications.forms.extra_questions import page_form
from applications.forms.host_door import PageActionForm, with_moved_theme
from applications.forms.host_fields import SurveyPage
from applications.forms.host_phone import CallerForm, FindGminaForm, StatedForm
from applications.models import HostSurvey
from applications.selectors.host import SurveyContext, official_figure, survey_context
from applications.services import host_phone as services
from applications.services.host_surveys import SurveyClosed, SurveyIncomplete, SurveyLocked
from applications.staff_views.hosts import chosen_edition, record, show
from core import formats
from programme.models import Edition, Gmina

MAY_ENTER = "applications.enter_host_surveys"


def _find(pk: int) -> HostSurvey:
    """A telephone survey that is being written."""
    waiting = HostSurvey.objects.for_table().filter(
        entrance=Entrance.PHONE,
        submitted_at=None,
        status__in=[SurveyStatus.DRAFT, SurveyStatus.DUPLICATE],
    )
    return get_object_or_404(waiting, pk=pk)


def _context(survey: HostSurvey) -> SurveyContext:
    return survey_context(
        survey.edition,
        survey.gmina,
        language=get_language() or "pl",
        now=database_now(),
        may_exceed_limit=survey.may_exceed_limit,
        email=survey.email,
    )


def _pages(context: SurveyContext) -> tuple[survey_plan.Page, ...]:
    """The pages of the survey that staff fill in: all but the declarations."""
    return tuple(page for page in context.pages if page.slug != services.DECLARATIONS)


@require_GET
@permission_required(MAY_ENTER, raise_exception=True)
def find(request: HttpRequest) -> HttpResponse:
    """Search for the municipality that calls."""
    form = FindGminaForm(request.GET)
    typed = request.GET.get("q", "")
    context = {
        "title": _("Survey by telephone"),
        "form": form,
        "found": form.found(),
        "nothing_found": bool(typed.strip()),
        "edition": chosen_edition(request),
    }
    return show(request, "phone_find.html", context)


@permission_required(MAY_ENTER, raise_exception=True)
def begin(request: HttpRequest, teryt: str) -> HttpResponse:
    """The municipality against the limit, what it has sent already, and who is calling."""
    edition = chosen_edition(request)
    gmina = get_object_or_404(Gmina.objects.valid(), teryt=teryt)
    now = database_now()
    if open_one := services.being_written(edition, gmina):
        return redirect("admin:applications_phone_check", open_one.pk)
    form = CallerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            survey = services.begin_phone_survey(
                edition, gmina=gmina, actor=request.user, now=now, **form.cleaned_data
            )
        except SurveyClosed:
            messages.error(request, _("Surveys are not accepted now."))
        else:
            return redirect("admin:applications_phone_page", survey.pk, _first_slug())
    context = {"title": _("Survey by telephone"), "form": form, "gmina": gmina}
    context |= _caller_context(edition, gmina, now)
    return show(request, "phone_begin.html", context)


def _caller_context(edition: Edition, gmina: Gmina, now: datetime) -> dict[str, object]:
    """The municipality against the limit, and what it has sent already."""
    language = get_language() or "pl"
    return {
        "figure": wording.figure_words(official_figure(gmina, now=now), language),
        "limit": formats.number(edition.population_limit_pl, language),
        "leading": HostSurvey.objects.leading().filter(edition=edition, gmina=gmina).first(),
    }


def _first_slug() -> str:
    return survey_plan.PAGES[0].slug


@permission_required(MAY_ENTER, raise_exception=True)
def page(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One page of the survey, with the same fields as the municipality would see."""
    survey = _find(pk)
    context = _context(survey)
    plan = survey_plan.page_of(slug, _pages(context))
    if plan is None:
        raise Http404
    if not survey_plan.asks(plan, survey.draft_answers):
        return redirect("admin:applications_phone_page", pk, _first_slug())
    posted = request.POST if request.method == "POST" else None
    form = page_form(plan)(posted, context=context, answers=survey.draft_answers)
    if request.method == "POST":
        answer = _save(request, survey, plan, form, _pages(context))
        if answer is not None:
            return answer
    return _show_page(request, survey, plan, form, _pages(context))


def _save(
    request: HttpRequest,
    survey: HostSurvey,
    plan: survey_plan.Page,
    form: SurveyPage,
    pages: tuple[survey_plan.Page, ...],
) -> HttpResponse | None:
    """Keep what is valid; None when the page is shown again with its errors."""
    wants = PageActionForm(request.POST).wants
    is_valid = form.is_valid()
    answers = with_moved_theme(form.to_answers(), wants)
    try:
        saved = services.save_phone_page(
            survey, page=plan.slug, answers=answers, actor=request.user, now=database_now()
        )
    except (SurveyClosed, SurveyLocked):
        messages.error(request, _("Surveys are not accepted now."))
        return record(survey.pk)
    if wants.get("leave") and form.only_gaps:
        return redirect("admin:applications_phone_check", survey.pk)
    return redirect(_next_address(saved, plan, wants, pages)) if is_valid else None


def _next_address(
    survey: HostSurvey,
    plan: survey_plan.Page,
    wants: Mapping[str, str],
    pages: tuple[survey_plan.Page, ...],
) -> str:
    """Where a page that was saved leads: the same one while themes are ranked, the next, or all."""
    following = survey_plan.page_after(plan, survey.draft_answers, pages)
    if wants.get("rank"):
        following = plan
    elif wants.get("back") == "check":
        following = None
    if following is None:
        return reverse("admin:applications_phone_check", args=[survey.pk])
    return _page_address(survey, following.slug)


def _page_address(survey: HostSurvey, slug: str) -> str:
    return reverse("admin:applications_phone_page", args=[survey.pk, slug])


def _show_page(
    request: HttpRequest,
    survey: HostSurvey,
    plan: survey_plan.Page,
    form: SurveyPage,
    pages: tuple[survey_plan.Page, ...],
) -> HttpResponse:
    asked = survey_plan.pages_for(survey.draft_answers, pages)
    context = {
        "title": str(form.title),
        "survey": survey,
        "form": form,
        "plan": plan,
        "place": asked.index(plan) + 1,
        "total": len(asked),
        "back": PageActionForm(request.POST or request.GET).wants.get("back", ""),
        "rank_items": getattr(form, "items", []),
        "phone_words": answer_sheet.phone_words(survey),
    }
    return show(request, "phone_page.html", context)


@require_GET
@permission_required(MAY_ENTER, raise_exception=True)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers, what is missing, and the two ways to go on."""
    return _show_check(request, _find(pk), StatedForm())


def _show_check(request: HttpRequest, survey: HostSurvey, form: StatedForm) -> HttpResponse:
    context = _context(survey)
    shown = {
        "title": _("Check the telephone survey"),
        "survey": survey,
        "sections": _written(survey, context),
        "gaps": _gaps(survey, context),
        "form": form,
        "email": survey.draft_answers.get("kontakt_email", ""),
        "declarations": _declarations(context),
        "phone_words": answer_sheet.phone_words(survey),
    }
    return show(request, "phone_check.html", shown)


def _written(survey: HostSurvey, context: SurveyContext) -> list[answer_sheet.Section]:
    """What staff have written down, each answer with the way back to its page."""
    sheet = answer_sheet.sections(survey.draft_answers, context)
    asked = [part for part in sheet if part.slug != services.DECLARATIONS]
    return answer_sheet.with_links(
        asked, lambda slug: f"{_page_address(survey, slug)}?back=check" if slug else ""
    )


def _gaps(survey: HostSurvey, context: SurveyContext) -> list[dict[str, str]]:
    """Pages on which something required is missing."""
    missing = services.gaps_of(survey)
    return [
        {
            "text": wording.gap_words(str(page_form(page).title)),
            "href": f"{_page_address(survey, page.slug)}?back=check",
        }
        for page in _pages(context)
        if page.slug in missing
    ]


def _declarations(context: SurveyContext) -> list[str]:
    """The sentences that somebody states on the telephone."""
    form = page_form(survey_plan.BY_SLUG[services.DECLARATIONS])(context=context, answers={})
    return [str(form.fields[name].label) for name in services.STATED]


@require_POST
@permission_required(MAY_ENTER, raise_exception=True)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the municipality confirm and send it by its link."""
    survey = _find(pk)
    try:
        services.ask_to_confirm(survey, actor=request.user, now=database_now())
    except (SurveyIncomplete, SurveyLocked):
        messages.error(request, _("Some required answers are still missing."))
        return redirect("admin:applications_phone_check", pk)
    messages.success(request, _("The letter with the copy and the link is on its way."))
    return record(pk)


@require_POST
@permission_required(MAY_ENTER, raise_exception=True)
def send_stated(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it with declarations that a named person made on the telephone."""
    survey = _find(pk)
    form = StatedForm(request.POST)
    if not form.is_valid():
        return _show_check(request, survey, form)
    try:
        services.send_as_stated(
            survey,
            stated_by=form.cleaned_data["stated_by"],
            actor=request.user,
            now=database_now(),
        )
    except (SurveyIncomplete, SurveyLocked):
        messages.error(request, _("Some required answers are still missing."))
        return redirect("admin:applications_phone_check", pk)
    except SurveyClosed:
        messages.error(request, _("Surveys are not accepted now."))
        return record(pk)
    messages.success(request, _("Sent. The receipt is on its way to the contact person."))
    return record(pk)
