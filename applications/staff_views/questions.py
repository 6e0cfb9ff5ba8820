"""Panel pages about questions of an edition: as the municipality sees them, and taken over."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from applications.forms.extra_questions import page_form
from applications.forms.question_staff import CopyQuestionsForm
from applications.selectors.host import BlankContext
from applications.selectors.questions import editions_with_questions
from applications.services import questions as services
from applications.staff_views.hosts import chosen_edition
from core.admin import panel_context
from core.context_processors import LANGUAGE_NAMES
from programme.models import Edition, Gmina


@dataclass(frozen=True)
class Preview:
    """All pages of the edition's questions, drawn in one language."""

    code: str
    name: str
    html: str


@require_safe
@permission_required("applications.view_hostquestion", raise_exception=True)
def preview(request: HttpRequest, edition_pk: int) -> HttpResponse:
    """The pages that the edition adds, as a municipality sees them, in each language."""
    edition = get_object_or_404(Edition, pk=edition_pk)
    return render(
        request,
        "admin/applications/questions/preview.html",
        panel_context(request)
        | {
            "title": _("Additional questions as the municipality sees them"),
            "edition": edition,
            "previews": [_preview(edition, code, name) for code, name in LANGUAGE_NAMES.items()],
        },
    )


def _preview(edition: Edition, code: str, name: str) -> Preview:
    with translation.override(code):
        context = BlankContext(edition, Gmina(), code, timezone.now())
        pages = [
            page_form(page)(None, context=context, answers={}, prefix=code)
            for page in context.pages
            if page.after
        ]
        html = render_to_string("admin/applications/questions/_pages.html", {"pages": pages})
    return Preview(code, name, html)


@permission_required("applications.add_hostquestion", raise_exception=True)
def copy(request: HttpRequest) -> HttpResponse:
    """Take over the questions of another edition."""
    edition = chosen_edition(request)
    editions = editions_with_questions(edition)
    form = CopyQuestionsForm(request.POST if request.method == "POST" else None, editions=editions)
    if form.is_valid():
        count = services.copy_questions(
            form.cleaned_data["source"], to=edition, actor=request.user, now=timezone.now()
        )
        text = ngettext(
            "%(count)d question was taken over.", "%(count)d questions were taken over.", count
        )
        messages.success(request, text % {"count": count})
        return redirect("admin:applications_hostquestion_changelist")
    context = {"title": _("Take over questions"), "form": form, "edition": edition}
    context["has_editions"] = editions.exists()
    return render(
        request, "admin/applications/questions/copy.html", panel_context(request) | context
    )
