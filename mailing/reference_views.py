"""A letter on paper, and the case number that the office gave to it (E22)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.admin import panel_context
from mailing import letter_pdf, services
from mailing.forms import CaseNumberForm
from mailing.models import Letter, OfficeReference


@require_safe
@never_cache
@permission_required("mailing.read_letter_body", raise_exception=True)
def letter_pdf_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a PDF, for the files of an office or for the post."""
    letter = get_object_or_404(Letter, pk=pk)
    name = letter.reference.replace("/", "-")
    answer = HttpResponse(letter_pdf.make(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


@permission_required("mailing.release_letter", raise_exception=True)
def case_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The office has answered and named its case number: our next letters carry it."""
    letter = get_object_or_404(Letter.objects.for_table(), pk=pk)
    known = OfficeReference.objects.filter(email=letter.to.lower()).first()
    form = CaseNumberForm(request.POST or None, initial={"number": known.number if known else ""})
    if form.is_valid():
        number = form.cleaned_data["number"]
        services.note_case_number(letter, number=number, actor=request.user, now=timezone.now())
        messages.success(request, _("Kept. Our next letters to this address carry the number."))
        return redirect("admin:mailing_letter_change", pk)
    context = {"title": _("Case number of the office"), "letter": letter, "form": form}
    return render(request, "mailing/case_number.html", panel_context(request) | context)
