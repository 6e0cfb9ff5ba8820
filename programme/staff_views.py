"""Panel pages for loading the registers: upload, plan, apply."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.admin import panel_context
from programme.forms import GminaFilesForm, HromadaFilesForm, RegisterFilesForm
from programme.models import RegisterImport
from programme.registers import RegisterRefused
from programme.services.register_uploads import (
    AlreadyApplied,
    apply_import,
    drop_import,
    plan_of,
    prepare_import,
)

LINES_SHOWN = 200
may_import = permission_required("programme.import_register", raise_exception=True)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def prepare_gminas(request: HttpRequest) -> HttpResponse:
    """Choose the files of the register of gminas."""
    return _prepare(request, RegisterImport.GMINAS, GminaFilesForm, _("Import gminas"))


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def prepare_hromadas(request: HttpRequest) -> HttpResponse:
    """Choose the files of the register of hromadas."""
    return _prepare(request, RegisterImport.HROMADAS, HromadaFilesForm, _("Import hromadas"))


@may_import
@require_safe
def register_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the upload would change, before anything is written."""
    record = get_object_or_404(RegisterImport.objects.select_related("actor"), pk=pk)
    if record.applied_at is not None or not record.files.exists():
        return redirect("admin:programme_registerimport_change", record.pk)
    plan = plan_of(record, now=timezone.now())
    sections = [
        {"title": title, "count": len(lines), "lines": lines[:LINES_SHOWN]}
        for _key, title, lines in plan.sections()
    ]
    context = {"record": record, "plan": plan, "sections": sections, "shown": LINES_SHOWN}
    title = _("What the import would change")
    return render(
        request, "programme/staff_plan.html", panel_context(request) | context | {"title": title}
    )


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
        text = _("The register is loaded. Municipalities in the file: %(count)d.")
        messages.success(request, text % {"count": plan.units})
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
    request: HttpRequest, register: str, form_class: type[RegisterFilesForm], title: str
) -> HttpResponse:
    form = form_class()
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        record = _take(request, register, form) if form.is_valid() else None
        if record is not None:
            return redirect("admin:programme_register_plan", record.pk)
    context = panel_context(request) | {"form": form, "title": title}
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
