"""Panel pages for loading the registers: upload, plan, apply."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import exports
from core.admin import panel_context
from core.counts import Count
from programme import register_report
from programme.forms import FetchForm, GminaFilesForm, HromadaFilesForm, RegisterFilesForm
from programme.models import RegisterFetch, RegisterImport
from programme.models.fetches import FetchStatus
from programme.registers import RegisterRefused
from programme.services.register_uploads import (
    AlreadyApplied,
    apply_import,
    drop_import,
    plan_of,
    prepare_import,
)

may_import = permission_required("programme.import_register", raise_exception=True)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def prepare_gminas(request: HttpRequest) -> HttpResponse:
    """Choose the files of the register of gminas."""
    running = RegisterFetch.objects.filter(status=FetchStatus.FETCHING).first()
    ways = {"fetch_form": FetchForm(), "running": running, "packaged": False}
    return _prepare(request, RegisterImport.GMINAS, GminaFilesForm, _("Import gminas"), ways)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def prepare_hromadas(request: HttpRequest) -> HttpResponse:
    """Choose the files of the register of hromadas."""
    ways = {"fetch_form": None, "running": None, "packaged": True}
    return _prepare(request, RegisterImport.HROMADAS, HromadaFilesForm, _("Import hromadas"), ways)


@may_import
@require_safe
def register_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the upload would change, before anything is written."""
    record = get_object_or_404(RegisterImport.objects.select_related("actor"), pk=pk)
    if record.applied_at is not None or not record.files.exists():
        return redirect("admin:programme_registerimport_change", record.pk)
    plan = plan_of(record, now=timezone.now())
    context = {"record": record, "plan": plan, "report": register_report.shown(plan.report())}
    title = _("What the import would change")
    return render(
        request, "programme/staff_plan.html", panel_context(request) | context | {"title": title}
    )


@may_import
@require_safe
def report_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a spreadsheet: of what would change, or of what the import changed."""
    record = get_object_or_404(RegisterImport, pk=pk)
    is_waiting = record.applied_at is None and record.files.exists()
    report = plan_of(record, now=timezone.now()).report() if is_waiting else record.report
    if not report:
        raise Http404("no report was kept")
    headings, rows = register_report.table(report)
    return exports.xlsx_response(f"{record.register}-{record.pk}.xlsx", headings, rows)


@may_import
@require_POST
def apply_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the upload."""
    record = get_object_or_404(RegisterImport, pk=pk)
    try:
        plan = apply_import(record, actor=request.user, now=timezone.now())
    except AlreadyApplied:
        messages.error(request, _("This upload has already been applied or thrown away."))
    else:
        text = _("The register is loaded. Municipalities in the file: %(count)s.")
        messages.success(request, text % {"count": Count(plan.units)})
    return redirect("admin:programme_registerimport_change", record.pk)


@may_import
@require_POST
def drop_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the upload away."""
    record = get_object_or_404(RegisterImport, pk=pk)
    try:
        drop_import(record, actor=request.user)
    except AlreadyApplied:
        messages.error(request, _("This upload has already been applied or thrown away."))
    else:
        messages.success(request, _("The upload is thrown away. Nothing was changed."))
    return redirect("admin:programme_registerimport_changelist")


def _prepare(
    request: HttpRequest,
    register: str,
    form_class: type[RegisterFilesForm],
    title: str,
    ways: dict[str, object],
) -> HttpResponse:
    form = form_class()
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        record = _take(request, register, form) if form.is_valid() else None
        if record is not None:
            return redirect("admin:programme_register_plan", record.pk)
    context = panel_context(request) | ways | {"form": form, "title": title}
    status = 422 if form.errors else 200
    return render(request, "programme/staff_register.html", context, status=status)


def _take(request: HttpRequest, register: str, form: RegisterFilesForm) -> RegisterImport | None:
    """Prepare the import; a refusal becomes an error beside its file."""
    try:
        return prepare_import(
            register,
            files=form.files_read(),
            actor=request.user,
            now=timezone.now(),
            **form.days_given(),
        )
    except RegisterRefused as refused:
        form.add_error(refused.role if refused.role in form.fields else None, str(refused))
        return None
