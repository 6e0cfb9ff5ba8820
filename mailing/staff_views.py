"""The outbox of the panel: what waits for release, what failed, what was sent."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.admin import panel_context
from core.states import TransitionNotAllowed
from mailing import selectors, services, transport, troubles
from mailing.forms import LiftForm, OutboxFilterForm
from mailing.models import Letter, Suppression
from mailing.outbox_views import DEEDS

PER_PAGE = 50
SHELF_NAMES = {
    "drafts": gettext_lazy("Wait for release"),
    "unclear": gettext_lazy("Perhaps sent"),
    "failed": gettext_lazy("Not delivered"),
    "waiting": gettext_lazy("On their way"),
    "sent": gettext_lazy("Sent"),
    "stopped": gettext_lazy("Stopped"),
}
TAG_KINDS = {
    Letter.Status.DRAFT: "waiting",
    Letter.Status.QUEUED: "info",
    Letter.Status.SENDING: "info",
    Letter.Status.RETRY: "late",
    Letter.Status.ACCEPTED: "good",
    Letter.Status.DELIVERED: "good",
    Letter.Status.AMBIGUOUS: "late",
    Letter.Status.FAILED: "bad",
    Letter.Status.BOUNCED: "bad",
    Letter.Status.COMPLAINED: "bad",
}


@require_GET
@permission_required("mailing.view_letter", raise_exception=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """All letters, by shelf, with the next verb of each."""
    form = OutboxFilterForm(request.GET)
    chosen = form.chosen()
    page = Paginator(selectors.on_shelf(**chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = panel_context(request) | {
        "title": _("Sent letters") if chosen["shelf"] == "sent" else _("Letters"),
        "chips": _chips(chosen),
        "search": chosen["search"],
        "shelf": chosen["shelf"],
        "page_obj": page,
        "rows": _rows(page.object_list),
        "stays_here": transport.stays_here(),
        "trouble": selectors.line_trouble(),
        "letter_kind": chosen["letter"],
        "deeds": _deeds(request, chosen["shelf"]),
        "proposals": selectors.waiting_proposals(),
    }
    return render(request, "mailing/outbox.html", context)


def _chips(chosen: dict[str, str]) -> list[dict]:
    sizes = selectors.shelf_sizes()
    shelves = {"": _("All"), **SHELF_NAMES}
    everything = sum(sizes[shelf] for shelf in SHELF_NAMES)
    if sizes[selectors.WAITS_FOR_US] or chosen["shelf"] == selectors.WAITS_FOR_US:
        shelves[selectors.WAITS_FOR_US] = _("Did not arrive, wait for us")
    return [
        {
            "label": label,
            "url": "?" + urlencode({"shelf": shelf, "q": chosen["search"]}),
            "is_on": chosen["shelf"] == shelf,
            "count": sizes.get(shelf, everything),
        }
        for shelf, label in shelves.items()
    ]


def _rows(letters: Iterable[Letter]) -> list[dict]:
    """The letters of a page, with a mark where the address keeps sending letters back."""
    shown = list(letters)
    flagged = troubles.flagged_among([letter.to for letter in shown], now=timezone.now())
    return [_row(letter, letter.to.lower() in flagged) for letter in shown]


def _row(letter: Letter, is_flagged: bool) -> dict:
    return {
        "letter": letter,
        "is_flagged": is_flagged,
        "url": reverse("admin:mailing_letter_change", args=[letter.pk]),
        "kind": TAG_KINDS.get(letter.status, "neutral"),
    }


def _deeds(request: HttpRequest, shelf: str) -> list[dict]:
    """What this person may do with the ticked letters of a shelf."""
    return [
        {"value": name, "label": deed.label, "primary": deed.primary}
        for name, deed in DEEDS.items()
        if shelf in deed.shelves and request.user.has_perm(deed.permission)
    ]


def _letter_verb(verb: Callable, permission: str, done) -> Callable:
    """A page that walks one letter one step: POST only, five moves."""

    @require_POST
    @permission_required(permission, raise_exception=True)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        letter = get_object_or_404(Letter.objects.for_table(), pk=pk)
        try:
            verb(letter, actor=request.user, now=timezone.now())
        except (TransitionNotAllowed, services.NeedsSecondPerson) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return redirect("admin:mailing_letter_change", pk)

    view.__name__ = verb.__name__
    view.__doc__ = verb.__doc__
    return view


release = _letter_verb(
    services.release, "mailing.release_letter", gettext_lazy("The letter has been released.")
)
cancel = _letter_verb(
    services.cancel, "mailing.release_letter", gettext_lazy("The letter will not be sent.")
)
retry = _letter_verb(
    services.retry, "mailing.retry_letter", gettext_lazy("The letter will be tried again.")
)
resend = _letter_verb(
    services.resend, "mailing.release_letter", gettext_lazy("The letter will be sent again.")
)
mark_as_sent = _letter_verb(
    services.mark_as_sent, "mailing.release_letter", gettext_lazy("The letter counts as sent.")
)


@require_GET
@never_cache
@permission_required("mailing.read_letter_body", raise_exception=True)
def letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter in its layout, on a page that can do nothing: no script, no file, no form."""
    letter = get_object_or_404(Letter, pk=pk)
    response = HttpResponse(letter.html if transport.stays_here() else letter.shown_html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    )
    return response


@permission_required("mailing.lift_suppression", raise_exception=True)
def lift_suppression(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an address off the stop list, with a reason."""
    entry = get_object_or_404(Suppression, pk=pk, lifted_at=None)
    form = LiftForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.lift_suppression(entry, reason=reason, actor=request.user, now=timezone.now())
        messages.success(request, _("Bulk letters go to this address again."))
        return redirect("admin:mailing_suppression_changelist")
    context = {"title": _("Take an address off the stop list"), "entry": entry, "form": form}
    return render(request, "mailing/lift.html", panel_context(request) | context)
