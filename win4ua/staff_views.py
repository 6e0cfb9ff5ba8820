"""Pages of the panel that look into every room: home, search, timeline of a municipality."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.selectors.entrances import entrance_rows
from core.admin import edition_of, panel_context
from core.formats import day_in_warsaw
from core.forms import clean_text
from programme.models import Gmina
from win4ua import desk, finding, host_mail
from win4ua.mailing_notices import mailing_notices
from win4ua.site_tiles import site_tiles

MOST_REPLIES = 20


def home_context(request) -> dict:
    """What the home page of the panel shows besides the rooms; nothing without an edition."""
    edition = edition_of(request)
    if edition is None or not request.user.has_perm("applications.view_hostsurvey"):
        return {}
    shown = desk.desk_of(edition, user=request.user)
    if request.user.has_perm("programme.change_editiontext"):
        shown.mine.tiles += site_tiles(
            edition, today=day_in_warsaw(timezone.now()), language=request.user.language
        )
    if shown.has_mailings:
        shown.mailings = mailing_notices(request.user)
    shown.entrances = entrance_rows(edition, request.user)
    return {"desk": shown}


@require_safe
def search(request):
    """One box for municipality, person, letter and number."""
    text = clean_text(request.GET.get("q", "")).strip()[:100]
    groups = finding.find_everywhere(admin.site, request, text) if len(text) >= 2 else []
    context = {"groups": groups, "text": text}
    return render(request, "desk/search.html", panel_context(request) | context)


@require_safe
@permission_required("applications.view_hostsurvey", raise_exception=True)
def timeline(request, pk):
    """Everything that happened to one municipality."""
    gmina = get_object_or_404(Gmina, pk=pk)
    items = finding.timeline_of(gmina, language=request.user.language)
    may = request.user.has_perm("mailing.view_suppression")
    troubles = host_mail.troubles_of_gmina(gmina, now=timezone.now()) if may else []
    may_read = request.user.has_perm("mailing.view_reply")
    replies = host_mail.replies_of_gmina(gmina)[:MOST_REPLIES] if may_read else []
    context = {"gmina": gmina, "items": items, "troubles": troubles, "replies": replies}
    return render(request, "desk/timeline.html", panel_context(request) | context)
