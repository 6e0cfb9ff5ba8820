"""Public pages: the programme, privacy, accessibility, official signs."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.uploads import download_response
from programme import accessibility as statement
from programme.enums import EditionFileKind, EditionTextKey
from programme.models import Edition, EditionFile
from programme.public_pages import door, foot, help_email, timeline


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the programme is, who does what, when, and where to begin."""
    now = timezone.now()
    edition = Edition.objects.in_force(now)
    context: dict[str, object] = {"edition": edition, **foot(edition)}
    if edition is not None:
        context |= {
            "texts": _texts(edition),
            "themes": edition.themes.order_by("position", "pk"),
            "timeline": timeline(edition),
            "survey": door(
                edition.survey_opens_at, edition.survey_closes_at, now, edition.host_zone
            ),
            "application": door(
                edition.applications_open_at,
                edition.applications_close_at,
                now,
                edition.intern_zone,
            ),
        }
    return render(request, "programme/home.html", context)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, for how long, and what they may ask for."""
    edition = Edition.objects.in_force(timezone.now())
    context = {
        "edition": edition,
        "texts": _texts(edition) if edition else {},
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "contact_email": help_email(edition),
        **foot(edition),
    }
    return render(request, "programme/privacy.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement with the elements that the law names."""
    edition = Edition.objects.in_force(timezone.now())
    context = {
        "edition": edition,
        "site_url": settings.SITE_URL,
        "published_on": statement.SITE_PUBLISHED_ON,
        "updated_on": statement.SITE_UPDATED_ON,
        "made_on": statement.STATEMENT_MADE_ON,
        "reviewed_on": statement.STATEMENT_REVIEWED_ON,
        "contact_email": help_email(edition),
        **foot(edition),
    }
    return render(request, "programme/accessibility.html", context)


@login_not_required
@require_safe
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """An official sign of a published edition; 404 for everything else."""
    file = get_object_or_404(
        EditionFile.objects.select_related("stored").filter(edition__is_published=True),
        pk=pk,
        kind=EditionFileKind.LOGO,
    )
    return download_response(file.stored)


def _texts(edition: Edition) -> dict[str, str]:
    """Texts that staff have written, by key, in the language of the page; gaps are empty."""
    written = {text.key: text.text for text in edition.texts.all()}
    return {key: written.get(key, "") for key in EditionTextKey.values}
