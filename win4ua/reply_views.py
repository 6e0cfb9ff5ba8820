"""Saying at which municipality a reply stands, when the mailbox could not tell (E18)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms.gmina_search import GminaField, in_full
from core.admin import panel_context
from core.forms import PageForm
from mailing import services
from mailing.models import Reply
from programme.models import Gmina
from win4ua.host_mail import gminas_of_address, letter_kept_at

MOST_KEEPERS = 10


class WhoseForm(PageForm):
    """The municipality to which a reply belongs."""

    gmina = GminaField(
        label=gettext_lazy("Municipality"),
        help_text=gettext_lazy("Name, powiat or TERYT code, for example Serock."),
        error_messages={"required": gettext_lazy("Choose the municipality.")},
    )


@permission_required(["mailing.view_reply", "mailing.handle_reply"], raise_exception=True)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the reply stands at the municipality that is chosen here."""
    reply = get_object_or_404(Reply.objects.kept().for_table(), pk=pk)
    form = WhoseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _attached(request, reply, form.cleaned_data["gmina"])
    keepers = gminas_of_address(reply.sender.lower())[:MOST_KEEPERS] if reply.sender else []
    context = {
        "title": _("Say whose the reply is"),
        "reply": reply,
        "form": form,
        "keepers": [in_full(gmina) for gmina in keepers],
    }
    return render(request, "desk/attach_reply.html", panel_context(request) | context)


def _attached(request: HttpRequest, reply: Reply, gmina: Gmina) -> HttpResponse:
    letter = letter_kept_at(gmina, reply)
    try:
        services.attach_reply(
            reply, about=gmina, letter=letter, actor=request.user, now=timezone.now()
        )
    except services.AlreadyHandled:
        messages.info(request, _("A colleague has removed this reply meanwhile."))
        return redirect("admin:mailing_reply_changelist")
    messages.success(request, _("The reply stands here now: %(name)s.") % {"name": gmina.name})
    return redirect("admin:mailing_reply_change", reply.pk)
