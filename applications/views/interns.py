"""Pages of a candidate behind the link: the door, each page, sending, what comes after."""

from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import intern_facts, intern_progress, wording
from applications.clock import database_now
from applications.forms.intern_base import InternPageForm
from applications.forms.intern_pages import BY_SLUG, page_after, page_before, pages_for
from applications.forms.interns import (
    CodeForm,
    FirstLettersForm,
    JourneyForm,
    PageButtons,
    WithdrawForm,
)
from applications.models import InternApplication
from applications.services import interns as services
from applications.views.host_saving import wrong_labels
from core import limits, links
from core.links import capability
from core.states import TransitionNotAllowed
from core.uploads import FileRefused
from core.wiring import across_rooms
from mailing import access

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def candidate_page(view):
    """A page behind the personal link, for a browser that has shown who sits before it.

    The view gets the request, the application and what else the address holds.
    """

    @capability(services.LINK)
    @wraps(view)
    def opened(request: HttpRequest, link, **parts) -> HttpResponse:
        if not links.is_trusted(request, link):
            return redirect("applications:intern_door", token_of(request))
        return view(request, application_of(link), **parts)

    return opened


def application_of(link) -> InternApplication:
    """The application behind a link, with what every page shows."""
    return get_object_or_404(InternApplication.objects.for_table(), pk=link.target_id)


def token_of(request: HttpRequest) -> str:
    """The token in the address of this page."""
    return request.resolver_match.kwargs["token"]


@capability(services.LINK)
def door(request: HttpRequest, link) -> HttpResponse:
    """Before anything is shown: the beginning of the address, or the code sent to it."""
    application = application_of(link)
    if links.is_trusted(request, link):
        return redirect("applications:intern_application", token_of(request))
    is_new = application.saved_at is None
    bound = request.POST if request.method == "POST" else None
    form = FirstLettersForm(bound, address=link.email) if is_new else CodeForm(bound)
    if request.method == "POST":
        limits.hit(
            action="application.door", key=str(link.pk), limit=10, per=HOUR, now=timezone.now()
        )
        if form.is_valid() and (is_new or _code_is_right(link, form)):
            links.trust(request, link)
            return redirect("applications:intern_application", token_of(request))
    return render(
        request,
        "applications/interns/door.html",
        {"form": form, "application": application, "is_new": is_new, "token": token_of(request)},
    )


def _code_is_right(link, form: CodeForm) -> bool:
    if links.check_code(link, form.cleaned_data["code"], now=timezone.now()):
        return True
    form.add_error(
        "code", _("This is not the newest code, or its 10 minutes are over. Ask for a new one.")
    )
    return False


@require_POST
@capability(services.LINK)
def send_code(request: HttpRequest, link) -> HttpResponse:
    """Mail a code to the address of the link."""
    limits.hit(action="application.code", key=str(link.pk), limit=5, per=HOUR, now=timezone.now())
    access.email_code(link, now=timezone.now())
    messages.success(request, _("The code is on its way to the address of this application."))
    return redirect("applications:intern_door", token_of(request))


@candidate_page
@require_safe
def application(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """Where the application stands: what is to be done and by when, or what happens next."""
    return render(
        request,
        "applications/interns/application.html",
        intern_progress.overview(application, token_of(request), now=database_now()),
    )


@candidate_page
@require_safe
def answers(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """Everything that was sent, to read."""
    return render(
        request,
        "applications/interns/answers.html",
        {
            "application": application,
            "topics": intern_progress.rows_to_read(application),
            "token": token_of(request),
        },
    )


@candidate_page
def page(request: HttpRequest, application: InternApplication, slug: str) -> HttpResponse:
    """One page of the application."""
    kind = _page_of(slug)
    if not services.may_change(application, now=database_now()):
        return redirect("applications:intern_application", token_of(request))
    if request.method != "POST":
        form = kind(application=application, unlocked=_unlocked(application))
        return _show_page(request, application, form, PageButtons(request.GET))
    buttons = PageButtons(request.POST)
    form = kind(
        request.POST, request.FILES, application=application, unlocked=_unlocked(application)
    )
    try:
        application = _save(application, form, buttons)
    except services.CallIsClosed:
        messages.error(request, _("The time for changes is over. Nothing was changed."))
        return redirect("applications:intern_application", token_of(request))
    except FileRefused as error:  # two files that are too much only together
        form.add_error(None, error)
        return _show_page(request, application, form, buttons)
    return _go_on(request, application, form, buttons)


def _page_of(slug: str) -> type[InternPageForm]:
    if slug not in BY_SLUG:
        raise Http404("no such page")
    return BY_SLUG[slug]


def _unlocked(application: InternApplication) -> set[str] | None:
    """Of an application that was sent only what has to be corrected is open."""
    return set(application.fields_to_correct) if application.number else None


def _save(
    application: InternApplication, form: InternPageForm, buttons: PageButtons
) -> InternApplication:
    """Keep the page: a right one, one put away for later as it is, and its files in any case."""
    is_valid = form.is_valid()
    if not (is_valid or buttons.is_later or form.file_kinds):
        return application
    return services.save_page(
        application,
        page=form.slug,
        answers=form.answers() if is_valid else form.answers_so_far(),
        files=form.uploaded(),
        removed_files=buttons.removed,
        now=database_now(),
    )


def _go_on(
    request: HttpRequest, application: InternApplication, form: InternPageForm, buttons: PageButtons
) -> HttpResponse:
    token = token_of(request)
    if buttons.removed:
        return redirect("applications:intern_page", token, form.slug)
    if buttons.is_later:
        messages.success(request, _("Saved. You may come back by the same link."))
        return redirect("applications:intern_application", token)
    if not form.is_valid():
        return _show_page(request, application, form, buttons)
    if getattr(form, "was_moved", False) or buttons.pressed == "again":
        return redirect("applications:intern_page", token, form.slug)
    if intern_facts.stopping_reasons(application):
        return redirect("applications:intern_stop", token)
    following = page_after(type(form), application)
    if buttons.goes_back or following is None:
        return redirect("applications:intern_check", token)
    return redirect("applications:intern_page", token, following.slug)


def _show_page(request: HttpRequest, application, form, buttons: PageButtons) -> HttpResponse:
    pages = pages_for(application)
    before = page_before(type(form), application)
    place = pages.index(type(form)) + 1 if type(form) in pages else len(pages)
    return render(
        request,
        f"applications/interns/{form.template}",
        {
            "form": form,
            "application": application,
            "token": token_of(request),
            "current": place,
            "total": len(pages),
            "title": form.title,
            "before": before.slug if before else "",
            "back": "check" if buttons.goes_back else "",
            "files": intern_progress.files_now(form),
            **intern_progress.draft_words(application),
        },
    )


@require_POST
@candidate_page
def autosave(request: HttpRequest, application: InternApplication, slug: str) -> HttpResponse:
    """Keep what is typed so far, from the page's script."""
    kind = _page_of(slug)
    form = kind(request.POST, application=application, unlocked=_unlocked(application))
    try:
        services.save_page(
            application, page=slug, answers=form.answers_so_far(), now=database_now()
        )
    except services.CallIsClosed:
        return JsonResponse({"error": "closed"}, status=409)
    words = intern_progress.saved_words(database_now(), wrong=wrong_labels(form))
    return JsonResponse({"saved_at_text": words})


@candidate_page
@require_safe
def stop(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """An answer stands in the way: why, and where it can be changed if it was a slip."""
    reasons = intern_facts.stopping_reasons(application)
    if not reasons:
        return redirect("applications:intern_application", token_of(request))
    rows = [
        {"text": text, "slug": intern_facts.STOPPED_BY.get(reason, "")}
        for reason, text in zip(reasons, wording.reason_words(reasons), strict=True)
    ]
    context = {"application": application, "rows": rows, "token": token_of(request)}
    return render(request, "applications/interns/stop.html", context)


@candidate_page
def check(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """All answers with links to change them, and the button that sends (A4)."""
    token = token_of(request)
    if not services.may_change(application, now=database_now()):
        return redirect("applications:intern_application", token)
    errors = []
    if request.method == "POST":
        try:
            return _send(request, application)
        except services.NotComplete as error:
            errors = intern_progress.page_errors(error.pages, token)
        except services.HromadaHasItsCandidates:
            errors = [{"text": intern_progress.full_hromada_words(application), "href": "#send"}]
    context = {
        "application": application,
        "topics": intern_progress.rows_to_check(application, token),
        "errors": errors,
        "token": token,
        **intern_progress.draft_words(application),
    }
    return render(request, "applications/interns/check.html", context)


def _send(request: HttpRequest, application: InternApplication) -> HttpResponse:
    try:
        services.submit_application(application, now=database_now())
    except services.NotAdmissible:
        return redirect("applications:intern_stop", token_of(request))
    except (services.CallIsClosed, TransitionNotAllowed):
        pass  # the page that follows says how it stands
    return redirect("applications:intern_application", token_of(request))


@candidate_page
def withdraw(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """The candidate ends the application."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            across_rooms("withdraw_intern")(
                application, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        return redirect("applications:intern_application", token_of(request))
    context = {"form": form, "application": application, "token": token_of(request)}
    return render(request, "applications/interns/withdraw.html", context)


@candidate_page
def journey(request: HttpRequest, application: InternApplication) -> HttpResponse:
    """What the selected candidate says about passport, business trip and the right to leave."""
    checklist = getattr(application, "checklist", None)
    if application.status != InternApplication.Status.PREPARING or checklist is None:
        return redirect("applications:intern_application", token_of(request))
    initial = {name: getattr(checklist, name) for name in JourneyForm.base_fields}
    if checklist.updated_at is None:
        initial["passport_ok"] = None
    form = JourneyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.save_checklist(application, changes=form.cleaned_data, now=timezone.now())
        except TransitionNotAllowed as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Saved. Thank you."))
        return redirect("applications:intern_application", token_of(request))
    context = {"form": form, "application": application, "token": token_of(request)}
    return render(request, "applications/interns/journey.html", context)
