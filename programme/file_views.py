"""Panel pages of documents and signs: add, change, replace, older files."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.admin import panel_context
from core.formats import moment
from core.uploads import download_response
from programme.content_forms import FileForm
from programme.models import Edition, EditionFile, EditionFileVersion
from programme.services import edition_files as services

SEE, WRITE = "programme.view_editionfile", "programme.change_editionfile"


@permission_required(WRITE, raise_exception=True)
def file_add(request: HttpRequest, edition_pk: int) -> HttpResponse:
    """A new document or sign."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        record = services.add_file(
            edition,
            file=form.cleaned_data["upload"],
            fields=form.values,
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The file is kept. It is shown once it has been scanned."))
        return redirect("admin:programme_file_edit", record.pk)
    context = {"form": form, "edition": edition, "title": _("New document or sign"), "record": None}
    return render(
        request, "programme/file_edit.html", panel_context(request) | context | {"versions": []}
    )


@permission_required(SEE, raise_exception=True)
def file_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Titles, language, order, a newer file; and every older one."""
    record = get_object_or_404(EditionFile.objects.select_related("edition"), pk=pk)
    is_sent = request.method == "POST" and request.user.has_perm(WRITE)
    form = FileForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        instance=EditionFile.objects.get(pk=pk),
    )
    if is_sent and form.is_valid():
        _change(request, record, form)
        return redirect("admin:programme_file_edit", record.pk)
    versions = record.versions.select_related("stored", "uploaded_by").order_by("-number")
    context = {
        "form": form,
        "edition": record.edition,
        "record": record,
        "title": record.title,
        "versions": [_row(version, request.user.language) for version in versions],
        "may_write": request.user.has_perm(WRITE),
    }
    return render(request, "programme/file_edit.html", panel_context(request) | context)


def _change(request: HttpRequest, record: EditionFile, form: FileForm) -> None:
    now = timezone.now()
    services.change_file(record, fields=form.values, actor=request.user, now=now)
    if form.cleaned_data["upload"]:
        services.replace_file(record, file=form.cleaned_data["upload"], actor=request.user, now=now)
        messages.success(request, _("The newer file is shown once it has been scanned."))
    else:
        messages.success(request, _("Saved."))


def _row(version: EditionFileVersion, language: str) -> dict[str, object]:
    return {
        "pk": version.pk,
        "number": version.number,
        "name": version.stored.name,
        "size": version.stored.size,
        "status": version.stored.get_status_display(),
        "is_clean": version.stored.is_clean,
        "moment": moment(version.uploaded_at, language),
        "who": version.uploaded_by or "",
    }


@require_safe
@permission_required(SEE, raise_exception=True)
def file_version(request: HttpRequest, pk: int) -> HttpResponse:
    """An older file, to download."""
    version = get_object_or_404(EditionFileVersion.objects.select_related("stored"), pk=pk)
    return download_response(version.stored)


@require_POST
@permission_required(WRITE, raise_exception=True)
def file_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an older file again."""
    version = get_object_or_404(EditionFileVersion.objects.select_related("file", "stored"), pk=pk)
    services.bring_file_back(version, actor=request.user, now=timezone.now())
    messages.success(request, _("The older file is shown again, as the newest version."))
    return redirect("admin:programme_file_edit", version.file_id)
