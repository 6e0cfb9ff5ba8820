"""The panel page that counts by which way surveys came, with the addresses to share."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.selectors.entrances import entrance_rows, shared_links
from applications.staff_views.hosts import chosen_edition, show


@require_safe
@permission_required("applications.view_hostsurvey", raise_exception=True)
def entrances(request: HttpRequest) -> HttpResponse:
    """Surveys of the edition by their entrance; each number opens its rows (A19)."""
    edition = chosen_edition(request)
    context = {
        "title": _("Where the surveys come from"),
        "edition": edition,
        "rows": entrance_rows(edition, request.user),
        "shared": shared_links(),
    }
    return show(request, "entrances.html", context)
