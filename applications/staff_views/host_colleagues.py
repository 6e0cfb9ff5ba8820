"""Panel pages about the people at a survey: hand it over, answer a request to take it over."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.enums import TakeOverStatus
from applications.forms.host_colleagues import HandOverForm, TakeOverReasonForm
from applications.models import HostSurvey, TakeOverRequest
from applications.services import host_colleagues as services
from applications.staff_views.hosts import record, show
from core.states import TransitionNotAllowed


@permission_required("applications.invite_hosts", raise_exception=True)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the survey to another person of the office, with the reason."""
    survey = get_object_or_404(HostSurvey.objects.for_table(), pk=pk)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.hand_over(survey, **form.cleaned_data, actor=request.user, now=timezone.now())
        except services.AlreadyColleague:
            form.add_error("email", _("This person may work on the survey already."))
        else:
            messages.success(request, _("The letter with the link is on its way."))
            return record(pk)
    context = {"title": _("Hand over to another person"), "form": form, "survey": survey}
    return show(request, "hand_over.html", context)


@permission_required("applications.invite_hosts", raise_exception=True)
def answer_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer in place of a person who has not, with the reason."""
    wish = get_object_or_404(TakeOverRequest.objects.select_related("survey__gmina"), pk=pk)
    form = TakeOverReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _answer(request, wish, form)
        return redirect("admin:applications_takeoverrequest_change", pk)
    context = {
        "title": _("Answer the request to take over"),
        "form": form,
        "survey": wish.survey,
        "wish": wish,
    }
    return show(request, "hand_over.html", context)


def _answer(request: HttpRequest, wish: TakeOverRequest, form: TakeOverReasonForm) -> None:
    """Grant or refuse it, and say how it went."""
    try:
        services.answer_take_over(
            wish,
            grants=form.cleaned_data["answer"] == TakeOverStatus.GRANTED,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        )
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.AlreadyColleague:
        messages.error(request, _("This person may work on the survey already."))
    else:
        messages.success(request, _("Answered. The letter is on its way."))
