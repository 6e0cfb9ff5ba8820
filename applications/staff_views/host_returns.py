"""Panel pages about returned questions: choose, give reasons, take back (A16)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications import answer_sheet
from applications.forms.host_returns import ChooseQuestionsForm, DueForm, ReturnForm
from applications.models import HostSurvey
from applications.services import host as services
from applications.staff_views.hosts import press, record, show
from core.formats import day_in_warsaw
from core.states import TransitionNotAllowed
from core.working_days import add_working_days

MAY_RETURN = "applications.return_survey"


def _sections(survey: HostSurvey) -> list[answer_sheet.Section]:
    """In the language of the letter, so that questions are called there as the form calls them."""
    language = survey.addressee.language
    with translation.override(language):
        return answer_sheet.of_survey(survey, survey.answers, now=timezone.now(), language=language)


@permission_required([MAY_RETURN, "applications.read_host_answers"], raise_exception=True)
def return_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """First the questions are ticked; then each gets its reason, and all of them a day."""
    survey = get_object_or_404(HostSurvey.objects.for_table().exclude(submitted_at=None), pk=pk)
    if survey.status != HostSurvey.Status.SUBMITTED:
        messages.error(request, _("Only a survey that awaits a decision can be returned."))
        return record(pk)
    choice = ChooseQuestionsForm(request.GET, sections=_sections(survey))
    chosen = choice.chosen()
    if not chosen:
        return _choose(request, survey, choice)
    today = day_in_warsaw(timezone.now())
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        chosen=chosen,
        today=today,
        proposed=add_working_days(today, survey.edition.correction_days),
    )
    if form.is_valid():
        return _return(request, survey, form)
    context = {"title": _("Return questions: reasons"), "survey": survey, "form": form}
    return show(request, "return_reasons.html", context)


def _choose(request: HttpRequest, survey: HostSurvey, choice: ChooseQuestionsForm) -> HttpResponse:
    sections: dict[str, list[dict[str, object]]] = {}
    for code, (section, row) in choice.rows.items():
        sections.setdefault(section.title, []).append({"code": code, "row": row})
    context = {
        "title": _("Return questions"),
        "survey": survey,
        "sections": [{"title": title, "rows": rows} for title, rows in sections.items()],
        "nothing_chosen": "go" in request.GET,
    }
    return show(request, "return_choose.html", context)


def _return(request: HttpRequest, survey: HostSurvey, form: ReturnForm) -> HttpResponse:
    try:
        services.return_survey(
            survey,
            questions=form.wishes(),
            due_on=form.cleaned_data["due_on"],
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Returned. The letter is waiting in the outbox."))
    return record(survey.pk)


@require_POST
@permission_required(MAY_RETURN, raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the survey stand as it was sent."""
    survey = get_object_or_404(HostSurvey.objects.for_table(), pk=pk)
    press(
        request,
        lambda: services.take_back_return(survey, actor=request.user, now=timezone.now()),
        _("The return is taken back; the survey awaits a decision again."),
    )
    return record(pk)


@permission_required(MAY_RETURN, raise_exception=True)
def more_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day for the answers of a returned survey."""
    survey = get_object_or_404(HostSurvey.objects.for_table(), pk=pk, status="returned")
    today = day_in_warsaw(timezone.now())
    form = DueForm(
        request.POST if request.method == "POST" else None,
        today=today,
        proposed=add_working_days(today, survey.edition.correction_days),
    )
    if form.is_valid():
        press(
            request,
            lambda: services.move_due(
                survey, due_on=form.cleaned_data["due_on"], actor=request.user, now=timezone.now()
            ),
            _("The municipality has until the new day; its page says so."),
        )
        return record(pk)
    context = {"title": _("Give more time"), "survey": survey, "form": form}
    return show(request, "return_due.html", context)
