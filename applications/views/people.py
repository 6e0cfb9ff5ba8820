"""Pages of people whom a survey names: they answer for themselves, by link, without an account."""

from contextlib import suppress
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.clock import database_now
from applications.forms.people import ConfirmAddressForm, MentorAnswerForm
from applications.services import mentor_confirmation as services
from applications.views.host_access import posted
from core import limits, links
from core.models import CapabilityLink

HOUR = timedelta(hours=1)
TRIES_AN_HOUR = 20


def _spend_a_try(link: CapabilityLink) -> None:
    """Guessing the first letters of an address is not for robots (SEC-R)."""
    limits.hit(
        action="people_answer", key=link.pk, limit=TRIES_AN_HOUR, per=HOUR, now=database_now()
    )


@links.capability(services.MENTOR_PURPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def named_mentor(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """The person named as mentor in the survey says yes or no (A23)."""
    named = link.target
    form = MentorAnswerForm(
        posted(request), address=link.email, is_known=links.is_trusted(request, link)
    )
    if request.method == "POST":
        _spend_a_try(link)
        if form.is_valid():
            _answer(named, form)
            links.trust(request, link)
            return redirect(request.path)
    survey = named.survey
    context = {
        "form": form,
        "named": named,
        "gmina": survey.gmina,
        "edition": survey.edition,
        "is_asked": services.is_asked(named),
    }
    return render(request, "applications/people/mentor.html", context)


def _answer(named, form: MentorAnswerForm) -> None:
    with suppress(services.NobodyAsks):  # the page that follows says how it stands
        services.answer_as_named_mentor(
            named,
            accepts=form.cleaned_data["answer"] == "yes",
            reason=form.cleaned_data["reason"],
            now=database_now(),
        )


@links.capability(services.ADDRESS_PURPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, link: CapabilityLink) -> HttpResponse:
    """The contact person confirms the address by a visible act (B5, SEC-M3)."""
    asked = link.target
    form = ConfirmAddressForm(posted(request), address=link.email, is_known=False)
    if request.method == "POST":
        _spend_a_try(link)
        if form.is_valid():
            services.address_is_confirmed(asked.survey, email=asked.email, now=database_now())
            return redirect(request.path)
    context = {
        "form": form,
        "gmina": asked.survey.gmina,
        "is_confirmed": asked.confirmed_at is not None,
    }
    return render(request, "applications/people/address.html", context)
