"""Public pages: the programme, questions, documents, privacy, accessibility, files and signs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.uploads import download_response
from programme.enums import EditionFileKind
from programme.models import Edition
from programme.selectors import public_files
from programme.site_pages import PAGES, Moment


def _page(request: HttpRequest, name: str, **options: str) -> HttpResponse:
    now = timezone.now()
    at = Moment(Edition.objects.in_force(now), now)
    page = PAGES[name]
    return render(request, page.template, page.context(at, **options))


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, who does what, when, and where to begin."""
    return _page(request, "home", entrance=request.GET.get("z", ""))


@login_not_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions and answers."""
    return _page(request, "questions")


@login_not_required
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Regulations and attachments, to download."""
    return _page(request, "documents")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, for how long, and what they may ask for."""
    return _page(request, "privacy")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement with the elements that the law names."""
    return _page(request, "accessibility")


@login_not_required
@require_safe
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """An official sign of a published edition; 404 for everything else."""
    file = get_object_or_404(public_files().filter(kind=EditionFileKind.LOGO), pk=pk)
    return download_response(file.current.stored)


@login_not_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A document of a published edition: its newest clean version, as a download."""
    document = get_object_or_404(public_files().exclude(kind=EditionFileKind.LOGO), pk=pk)
    return download_response(document.current.stored)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may look at: the public pages."""
    context = {"sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "programme/robots.txt", context, content_type="text/plain")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers that look for the icon by its old name find it."""
    return HttpResponsePermanentRedirect(static("icons/favicon.svg"))
