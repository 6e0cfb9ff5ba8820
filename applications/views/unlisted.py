"""A municipality that the register does not know: the official types code, name and population."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from applications import wording
from applications.clock import database_now
from applications.forms.host_door import DoorForm
from applications.forms.unlisted import UnlistedForm
from applications.services import unlisted as services
from applications.services.host_invitations import SurveyNotOpen
from applications.views.host_access import posted
from applications.views.host_door import remember_sent
from core import limits
from core.client_ip import client_ip
from core.doorway import Passage
from programme.models import Edition
from programme.public_pages import help_email

DOOR = "survey_unlisted"
DAY = timedelta(days=1)
PER_PLACE_A_DAY = 5
ALL_A_DAY = 40


@login_not_required
def survey_unlisted(request: HttpRequest) -> HttpResponse:
    """The form; what is typed stands in no search before staff have verified it."""
    edition = Edition.objects.in_force(database_now())
    if edition is None or not edition.survey_may_begin(database_now()):
        return redirect("applications:survey_door")
    passage = Passage(DOOR, place=client_ip(request), now=database_now())
    form = UnlistedForm(posted(request), edition=edition, passage=passage)
    if request.method == "POST" and form.is_valid():
        _count(request, form)
        answer = _ask(request, edition, form)
        if answer is not None:
            return answer
    context = {"form": form, "edition": edition, "write_to": help_email(edition)}
    return render(request, "applications/host/unlisted.html", context)


def _count(request: HttpRequest, form: UnlistedForm) -> None:
    """The limits of the door, and a day's: a register is not filled by robots."""
    now = database_now()
    form.count(form.cleaned_data["email"])
    limits.hit(
        action=f"{DOOR}.day", key=client_ip(request), limit=PER_PLACE_A_DAY, per=DAY, now=now
    )
    limits.hit(action=f"{DOOR}.all_day", key="all", limit=ALL_A_DAY, per=DAY, now=now)


def _ask(request: HttpRequest, edition: Edition, form: UnlistedForm) -> HttpResponse | None:
    """Where to go on; None when the page is shown again with its error."""
    if form.is_robot:
        return redirect("applications:survey_link_sent")
    try:
        sent = services.request_link_for_unlisted(
            edition,
            **form.typed(),
            now=database_now(),
            language=get_language() or "pl",
            entrance=DoorForm(request.GET).entrance(),
        )
    except services.AlreadyRegistered as error:
        return redirect("applications:survey_gmina", error.gmina.teryt)
    except services.AlreadyOnFile:
        form.add_error("teryt", wording.ALREADY_ON_FILE)
        return None
    except SurveyNotOpen:
        return redirect("applications:survey_door")
    remember_sent(request, sent)
    return redirect("applications:survey_link_sent")
