"""The page of the head of a hromada: confirm a candidate, or refuse with a reason."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from applications.enums import ApplicationStatus
from applications.forms.interns import HeadAnswerForm
from applications.services import interns as services
from applications.views.interns import application_of, token_of
from core import limits
from core.links import capability
from core.states import TransitionNotAllowed


@capability(services.HEAD_LINK)
def answer(request: HttpRequest, link) -> HttpResponse:
    """GET shows the question without any name, which stands in the letter; POST answers."""
    application = application_of(link)
    is_waiting = application.status == ApplicationStatus.SUBMITTED and not application.head_answer
    bound = request.POST if request.method == "POST" else None
    form = HeadAnswerForm(bound, address=link.email)
    if request.method == "POST" and is_waiting:
        limits.hit(
            action="head.answer",
            key=str(link.pk),
            limit=10,
            per=timedelta(hours=1),
            now=timezone.now(),
        )
        if form.is_valid():
            return _carry_out(request, application, form)
    context = {"application": application, "form": form, "is_waiting": is_waiting}
    return render(request, "applications/interns/head.html", context)


def _carry_out(request: HttpRequest, application, form: HeadAnswerForm) -> HttpResponse:
    try:
        if form.cleaned_data["answer"] == "confirm":
            services.confirm_by_head(application, now=timezone.now())
        else:
            services.refuse_by_head(
                application, reason=form.cleaned_data["reason"], now=timezone.now()
            )
    except TransitionNotAllowed:
        pass  # answered meanwhile: the page says so
    return redirect("applications:intern_head", token_of(request))
