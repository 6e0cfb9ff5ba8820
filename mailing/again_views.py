"""Panel pages of a letter that did not arrive: send it again, or let it rest."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.admin import panel_context, url_of
from mailing.forms import AgainForm
from mailing.models import Letter
from mailing.services import again

may = permission_required(
    ["mailing.release_letter", "mailing.read_letter_body"], raise_exception=True
)


@require_http_methods(["GET", "HEAD", "POST"])
@may
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """To which address a letter that came back goes, or why it does not go from here."""
    letter = get_object_or_404(Letter.objects.for_table().select_related("recipient"), pk=pk)
    form = AgainForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (there := _send(request, letter, form)):
        return redirect(there)
    context = panel_context(request) | {"title": _("Send it again"), "form": form} | _about(letter)
    status = 422 if form.is_bound else 200
    return render(request, "mailing/send_again.html", context, status=status)


def _about(letter: Letter) -> dict[str, object]:
    row = getattr(letter, "recipient", None)
    is_on_list = again.line_of(letter) is not None
    return {
        "letter": letter,
        "why_not": "" if is_on_list else again.why_no_repeat(letter),
        "is_on_list": is_on_list,
        "mailing": row.mailing_id if row else None,
        "about": letter.about,
        "about_url": url_of(letter.about) if letter.about else "",
    }


def _send(request: HttpRequest, letter: Letter, form: AgainForm) -> str:
    """Where it goes on from here; "" when the address is refused, which stands beside it."""
    asked = {"email": form.cleaned_data["email"], "actor": request.user, "now": timezone.now()}
    try:
        if again.line_of(letter) is not None:
            mailing = again.correct_on_list(letter, **asked)
            messages.success(request, _("Corrected. Now send again to the failed only."))
            return reverse("admin:mailing_page", args=[mailing.pk])
        copy = again.send_again(letter, **asked)
    except again.CannotRepeat as error:
        form.add_error("email", error.message)
        return ""
    words = _("The letter is on its way once more, to: %(to)s.") % {"to": copy.to}
    messages.success(request, words)
    return reverse("admin:mailing_letter_change", args=[copy.pk])


@require_POST
@may
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is to be done about a letter that did not arrive."""
    letter = get_object_or_404(Letter.objects.for_table(), pk=pk)
    try:
        again.put_aside(letter, actor=request.user, now=timezone.now())
    except again.CannotRepeat as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The letter waits for nobody any longer."))
    return redirect("admin:mailing_letter_change", pk)
