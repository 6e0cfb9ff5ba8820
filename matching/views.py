"""Answers to a proposed pair, from a letter; and the calendar feed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core import links
from core.states import TransitionNotAllowed
from matching import services
from matching.calendar import feed_of
from matching.enums import ProposalStatus
from matching.forms import AnswerForm


@links.capability("proposal.host")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_host(request, link):
    """The host sees the hromada and the reasons for the pair, and answers."""
    return _answer(request, link, side="host")


@links.capability("proposal.intern")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_intern(request, link):
    """The intern sees the gmina and the reasons for the pair, and answers."""
    return _answer(request, link, side="intern")


def _answer(request, link, *, side: str):
    proposal = link.target
    form = AnswerForm(
        request.POST or None, address=link.email, is_known=links.is_trusted(request, link)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_proposal(
                proposal,
                side=side,
                accepts=form.cleaned_data["answer"] == "yes",
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except (TransitionNotAllowed, services.AlreadyAnswered):
            return redirect(request.path)
        except (services.NoCommonDates, services.MentorUnknown):
            return render(request, "matching/no_dates.html", status=409)
        links.trust(request, link)
        return redirect(request.path)
    return render(request, "matching/answer.html", _answer_page(proposal, form, side))


def _answer_page(proposal, form: AnswerForm, side: str) -> dict:
    is_host = side == "host"
    return {
        "form": form,
        "is_host": is_host,
        "gmina": proposal.declaration.survey.gmina,
        "hromada": proposal.application.hromada,
        "explanation": proposal.explanation_pl if is_host else proposal.explanation_uk,
        "explanation_language": "pl" if is_host else "uk",
        "my_answer": proposal.host_answer if is_host else proposal.intern_answer,
        "is_open": proposal.status == ProposalStatus.PUBLISHED,
        "is_accepted": proposal.status == ProposalStatus.ACCEPTED,
    }


@links.capability("feed.mentor")
@require_safe
def feed_mentor(request, link):
    """The schedule for the mentor's calendar."""
    return _feed(link)


@links.capability("feed.intern")
@require_safe
def feed_intern(request, link):
    """The schedule for the intern's calendar."""
    return _feed(link)


def _feed(link) -> HttpResponse:
    content = feed_of(link.target, now=timezone.now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
