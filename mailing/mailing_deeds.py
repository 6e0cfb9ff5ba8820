"""Buttons of a mailing: propose, approve, send back, pause, go on, stop, try the failed again."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.counts import Count
from core.states import TransitionNotAllowed
from mailing.audiences import BadWish, LetterNotForAudience
from mailing.mailing_forms import PauseForm, SeenForm, SendBackForm
from mailing.mailing_views import find, refuse_closed, show
from mailing.models import Mailing
from mailing.services import mailing_rows, mailing_sending
from mailing.services import mailings as services

WRITE, APPROVE = "mailing.write_mailing", "mailing.approve_mailing"
STOP = "mailing.stop_mailing"


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    """Carry out one verb and say how it went; a refusal is said in words."""
    try:
        verb()
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.NotReady as error:
        for sentence in error.sentences:
            messages.error(request, sentence)
    except services.NotOpen:
        refuse_closed(request)
    except services.NeedsSecondPerson:
        messages.error(request, _("A colleague who has not prepared it approves this mailing."))
    except LetterNotForAudience:
        messages.error(request, _("You may not send letters to these people."))
    except services.MailingChanged:
        messages.error(request, _("It was proposed anew meanwhile. Please look at it once more."))
    except BadWish as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def _button(verb: Callable, permission: str, done) -> Callable:
    """A page that carries out one verb on a mailing: POST only, five moves."""

    @require_POST
    @permission_required(permission, raise_exception=True)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        mailing = find(pk)
        _try(request, lambda: verb(mailing, actor=request.user, now=timezone.now()), done)
        return redirect("admin:mailing_page", pk)

    view.__name__, view.__doc__ = verb.__name__, verb.__doc__
    return view


work_out = _button(
    mailing_rows.work_out, WRITE, gettext_lazy("It is worked out anew who gets the letter.")
)
propose = _button(services.propose, WRITE, gettext_lazy("The mailing waits for a second person."))
schedule = _button(
    services.schedule, WRITE, gettext_lazy("The mailing is approved. It can still be taken back.")
)
cancel = _button(services.cancel_mailing, WRITE, gettext_lazy("The mailing is cancelled."))
go_on = _button(
    mailing_sending.go_on, APPROVE, gettext_lazy("The rest goes out, at the pace of the mailing.")
)
stop_rest = _button(mailing_sending.stop_rest, APPROVE, gettext_lazy("The rest will not go out."))


@require_POST
@permission_required(APPROVE, raise_exception=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a proposed mailing go, as the second person."""
    mailing = find(pk)
    form = SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else None
    _try(
        request,
        lambda: services.approve(mailing, seen=seen, actor=request.user, now=timezone.now()),
        _("The mailing is approved. It can still be taken back."),
    )
    return redirect("admin:mailing_page", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(APPROVE, raise_exception=True)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to be prepared, with a reason: instead of an approval, or before the first letter."""
    mailing = find(pk)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _back_to_draft(request, mailing, form.cleaned_data["reason"])
    context = {"title": _("Send back to be prepared"), "mailing": mailing, "form": form}
    return show(request, "mailing_send_back.html", context)


def _back_to_draft(request: HttpRequest, mailing: Mailing, reason: str) -> HttpResponse:
    _try(
        request,
        lambda: services.send_back(mailing, reason=reason, actor=request.user, now=timezone.now()),
        _("It is being prepared again."),
    )
    return redirect("admin:mailing_page", mailing.pk)


@require_POST
@permission_required(WRITE, raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare it again, before the first letter (E21)."""
    return _back_to_draft(request, find(pk), "")


@require_POST
@permission_required(STOP, raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the letters at once: none leaves but those that are being sent at this moment."""
    mailing = find(pk)
    form = PauseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    _try(
        request,
        lambda: mailing_sending.pause(
            mailing, reason=reason, actor=request.user, now=timezone.now()
        ),
        _("The mailing is paused. What has not left waits."),
    )
    return redirect("admin:mailing_page", pk)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def retry_failed(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more where it failed, and nowhere else (E6)."""
    mailing = find(pk)
    try:
        many = mailing_sending.retry_failed(mailing, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    else:
        sentence = ngettext(
            "%(count)s letter is tried once more.", "%(count)s letters are tried once more.", many
        )
        messages.success(request, sentence % {"count": Count(many)})
    return redirect("admin:mailing_page", pk)
