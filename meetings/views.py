"""Pages that open from a letter: the choice of a session, the declaration, the mentor's answer."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.people import MentorAnswerForm
from core import links
from core.formats import WARSAW, day_in_warsaw, moment
from core.states import TransitionNotAllowed
from core.uploads import FileRefused
from mailing.views import code_page
from meetings import services
from meetings.forms import ChoiceForm, DeclarationForm
from programme.placement_windows import Choices, windows_to_offer


@links.capability("session")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request, link):
    """The two dates, and one button; the page names the municipality it acts for (S1, S12)."""
    choice, now = link.target, timezone.now()
    form = ChoiceForm(
        request.POST or None,
        choice=choice,
        now=now,
        language=get_language(),
        is_known=links.is_trusted(request, link),
    )
    if request.method == "POST" and form.is_valid() and _answered(request, form, choice, now):
        links.trust(request, link)
        return redirect(request.path)
    return render(request, "meetings/choose.html", _choice_page(request, link, form, choice))


def _answered(request, form: ChoiceForm, choice, now) -> bool:
    """Carry out what the form asks; put what went wrong beside the field."""
    try:
        _answer(form, choice, now)
    except services.SessionIsFull:
        text = _("The last place at this date has just been taken. Please choose another date.")
        form.add_error("session", text)
    except services.TooLate:
        form.add_error("session", _("The time for changing this choice has passed."))
    except TransitionNotAllowed as error:
        form.add_error(None, error.message)
    else:
        messages.success(request, _said(form))
        return True
    return False


def _answer(form: ChoiceForm, choice, now) -> None:
    answer = form.cleaned_data
    wish = {"people": answer["people"], "needs": answer["needs"], "now": now}
    if form.is_neither:
        services.answer_neither(
            choice, reason=answer["reason"], wants_recording=answer["wants_recording"], now=now
        )
    elif form.is_waiting:
        services.join_waiting_list(choice, session=form.chosen, **wish)
    else:
        services.choose_session(choice, session=form.chosen, **wish)


def _said(form: ChoiceForm) -> str:
    if form.is_neither:
        return _("Your answer is saved. You do not have to do anything more.")
    if form.is_waiting:
        return _("You are on the waiting list. We will write as soon as a place is free.")
    return _("Your answer is saved. A confirmation is on its way.")


def _choice_page(request, link, form: ChoiceForm, choice) -> dict:
    language = get_language()
    known = links.is_trusted(request, link)
    return {
        "form": form,
        "choice": choice,
        "gmina": choice.survey.gmina,
        "is_known": known,
        "chosen_moment": moment(choice.session.starts_at, language, WARSAW)
        if choice.session and known
        else "",
    }


@links.capability("declaration")
def declare_code(request, link):
    """The code that shows what the office wrote before."""
    return code_page(request, link, to="meetings:declare")


@links.capability("declaration")
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request, link):
    """The declaration of participation, sent by the office."""
    declaration = link.target
    if declaration.status in (declaration.Status.SENT, declaration.Status.ACCEPTED):
        return render(request, "meetings/declared.html", {"declaration": declaration})
    is_known = links.is_trusted(request, link)
    form = DeclarationForm(
        request.POST or None,
        request.FILES or None,
        declaration=declaration,
        windows=_windows(declaration, is_known=is_known),
        is_known=is_known,
    )
    if request.method == "POST" and form.is_valid() and _declared(form, declaration):
        links.trust(request, link)
        return redirect(request.path)
    token = request.resolver_match.kwargs["token"]
    context = {"form": form, "declaration": declaration, "token": token, "is_known": is_known}
    return render(request, "meetings/declare.html", context)


def _declared(form: DeclarationForm, declaration) -> bool:
    """Send it; put what went wrong beside the field."""
    try:
        services.send_declaration(declaration, answers=form.cleaned_data, now=timezone.now())
    except TransitionNotAllowed as error:
        form.add_error(None, error.message)
    except FileRefused as error:
        form.add_error("scan", error)
    return not form.errors


@links.capability("mentor")
@require_http_methods(["GET", "HEAD", "POST"])
def mentor_answer(request, link):
    """The person named as mentor says yes or no, without an account (A23)."""
    declaration = link.target
    form = MentorAnswerForm(
        request.POST or None, address=link.email, is_known=links.is_trusted(request, link)
    )
    if request.method == "POST" and form.is_valid():
        with suppress(services.MentorAnswered):
            services.answer_as_mentor(
                declaration,
                accepts=form.cleaned_data["answer"] == "yes",
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
            links.trust(request, link)
        return redirect(request.path)
    return render(
        request, "meetings/mentor_answer.html", {"form": form, "declaration": declaration}
    )


def _windows(declaration, *, is_known: bool) -> Choices:
    """What was chosen before is shown to a browser that is known, and only to that one."""
    chosen = declaration.windows or declaration.survey.answers.get("terminy") or []
    return windows_to_offer(
        declaration.survey.edition,
        today=day_in_warsaw(timezone.now()),
        language=get_language() or "pl",
        chosen=chosen if is_known else [],
    )
