"""How the panel pages of this room carry out a verb, and ask before one."""

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import panel_context
from core.states import TransitionNotAllowed
from grants import services

REFUSALS = {
    services.PartnerMissing: gettext_lazy(
        "The Polish partner has not confirmed the application as it stands now."
    ),
    services.OwnWork: gettext_lazy("Somebody other than the author has to approve."),
    services.ReportNotAccepted: gettext_lazy("This waits for an accepted report."),
    services.NoMoreRounds: gettext_lazy(
        "The report was returned as often as the edition allows. Please accept it."
    ),
    services.PaymentUnderWay: gettext_lazy(
        "A tranche is proposed or approved and not paid yet. Please finish the payment first."
    ),
    IntegrityError: gettext_lazy("This would pass the pool or the number of grants of the call."),
}


def carry_out(request: HttpRequest, verb: Callable, record, **arguments) -> None:
    """Call one verb of a coordinator; say what came of it."""
    try:
        verb(record, actor=request.user, now=timezone.now(), **arguments)
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
    except services.NotAllFinal as error:
        missing = ", ".join(map(str, error.projects))
        words = _("These projects are not checked or need another final sheet: %(projects)s")
        messages.error(request, words % {"projects": missing})
    except tuple(REFUSALS) as error:
        messages.error(request, str(REFUSALS[type(error)]))
    else:
        messages.success(request, _("Done. Letters, if any, are waiting in the outbox."))


def project_page(project_pk: int) -> HttpResponse:
    """Back to the record of a project."""
    return redirect("admin:grants_smallproject_change", project_pk)


def ask(request: HttpRequest, form, heading: str, about: str) -> HttpResponse:
    """The page that asks for what a verb needs."""
    context = {"form": form, "heading": heading, "about": about}
    return render(request, "components/panel_reason.html", panel_context(request) | context)
