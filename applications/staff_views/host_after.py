"""The panel page of what comes after the deadline: late drafts, returns, late codes."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications import after_tables
from applications.forms.late_codes import MakeCodeForm
from applications.models import LateCode, LateDraft
from applications.selectors import host_after as selectors
from applications.services import late_codes, late_drafts
from applications.staff_views.hosts import chosen_edition, show
from core.formats import WARSAW, day_in_warsaw
from core.working_days import add_working_days
from programme.models import Edition

MAY_MAKE = "applications.manage_late_codes"
PROPOSED_DAYS = 2


@require_GET
@permission_required("applications.read_host_drafts", raise_exception=True)
def after(request: HttpRequest) -> HttpResponse:
    """Late drafts, returns that wait, codes with their uses."""
    edition = chosen_edition(request)
    return _show(request, edition, _form(request, edition))


def _form(request: HttpRequest, edition: Edition) -> MakeCodeForm:
    today = day_in_warsaw(timezone.now())
    last = max(day_in_warsaw(edition.survey_closes_at), today)
    return MakeCodeForm(
        request.POST if request.method == "POST" else None,
        today=today,
        proposed=add_working_days(last, PROPOSED_DAYS),
        teryt=request.GET.get("gmina", "")[:7],
    )


def _show(
    request: HttpRequest, edition: Edition, form: MakeCodeForm, *, letters: str = ""
) -> HttpResponse:
    now = timezone.now()
    context = {
        "title": _("After the deadline"),
        "edition": edition,
        "form": form,
        "letters": letters,
        "drafts": after_tables.draft_rows(selectors.late_drafts_waiting(edition)),
        "returns": after_tables.return_rows(selectors.returns_open(edition), now=now),
        "codes": after_tables.code_rows(selectors.late_codes(edition), now=now),
    }
    return show(request, "after.html", context)


@require_POST
@permission_required(MAY_MAKE, raise_exception=True)
def make_code(request: HttpRequest) -> HttpResponse:
    """Make a code; its characters stand on the answer to this one request and nowhere else."""
    edition = chosen_edition(request)
    form = _form(request, edition)
    if not form.is_valid():
        return _show(request, edition, form)
    typed = dict(form.cleaned_data)
    ends_at = _end_of(typed.pop("expires_on"))
    try:
        _code, letters = late_codes.make_code(
            edition, expires_at=ends_at, actor=request.user, now=timezone.now(), **typed
        )
    except late_codes.AlreadyMade as error:
        words = _("This form has made its code already. It ends in: %(ending)s.")
        messages.info(request, words % {"ending": error.code.ending})
        return _back(request)
    fresh = MakeCodeForm(today=form.today, proposed=form.cleaned_data["expires_on"])
    return _show(request, edition, fresh, letters=letters)


def _back(request: HttpRequest) -> HttpResponse:
    year = chosen_edition(request).year
    return redirect(f"{reverse('admin:applications_host_after')}?edition={year}")


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), WARSAW)


@require_POST
@permission_required(MAY_MAKE, raise_exception=True)
def revoke_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a code back."""
    late_codes.revoke_code(
        get_object_or_404(LateCode, pk=pk), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("The code is taken back and lets nobody in any more."))
    return _back(request)


@require_POST
@permission_required("applications.decide_eligibility", raise_exception=True)
def note_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Seen: the late draft stays on the record and waits no more."""
    late = get_object_or_404(LateDraft.objects.select_related("survey"), pk=pk)
    late_drafts.note_late_draft(late, actor=request.user, now=timezone.now())
    messages.success(request, _("Noted. The late draft stays on the record of the survey."))
    return _back(request)
