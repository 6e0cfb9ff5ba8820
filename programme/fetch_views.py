"""Panel pages of fetching gminas from the web service of Statistics Poland."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.admin import panel_context
from core.states import TransitionNotAllowed
from programme.fetch_progress import progress_of
from programme.forms import FetchForm
from programme.models import RegisterFetch
from programme.services.register_fetches import (
    AlreadyFetching,
    drop_fetch,
    resume_fetch,
    start_fetch,
)
from programme.staff_views import may_import


@may_import
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin to fetch; a worker goes on with it."""
    form = FetchForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["year"][0])
        return redirect("admin:programme_prepare_gminas")
    try:
        fetch = start_fetch(year=form.cleaned_data["year"], actor=request.user, now=timezone.now())
    except AlreadyFetching:
        messages.info(request, _("The register is being fetched already."))
        fetch = RegisterFetch.objects.latest("started_at")
    return redirect("admin:programme_fetch", fetch.pk)


@may_import
@require_safe
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the fetch has come, in words; opened again, it tells anew."""
    record = get_object_or_404(RegisterFetch.objects.select_related("register_import"), pk=pk)
    context = panel_context(request) | {
        "title": _("Gminas from Statistics Poland"),
        "record": record,
        "progress": progress_of(record, now=timezone.now(), language=request.user.language),
    }
    return render(request, "programme/staff_fetch.html", context)


@may_import
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a fetch that stopped."""
    record = get_object_or_404(RegisterFetch, pk=pk)
    try:
        resume_fetch(record, actor=request.user, now=timezone.now())
    except AlreadyFetching:
        messages.error(request, _("Another fetch is under way. Wait for it or throw it away."))
    except TransitionNotAllowed as refused:
        messages.error(request, refused.message)
    return redirect("admin:programme_fetch", record.pk)


@may_import
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a fetch away."""
    record = get_object_or_404(RegisterFetch, pk=pk)
    try:
        drop_fetch(record, actor=request.user, now=timezone.now())
    except TransitionNotAllowed as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The fetch is thrown away. Nothing was changed."))
    return redirect("admin:programme_prepare_gminas")
