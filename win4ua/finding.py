"""What looks into every room at once: the search box, and the story of a municipality."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.text import capfirst

from applications.models import HostInvitation, HostSurvey
from core import audit, formats
from core.models import AuditEvent
from core.panel import gathered, url_of
from grants.models import SmallProject
from matching.models import Placement, Proposal
from meetings.models import Declaration, SessionChoice


def find_everywhere(site, request, text: str, *, most: int = 10) -> list[dict]:
    """Municipalities, people, letters, numbers: every list that this person may see (X10)."""
    found = []
    walking = [*settings.ROOMS[2:], *settings.ROOMS[:2]]  # the work first, its foundations last
    place = {room: number for number, room in enumerate(walking)}
    for model, page in sorted(
        site._registry.items(), key=lambda one: place.get(one[0]._meta.app_label, len(place))
    ):
        if not page.search_fields or not page.has_view_permission(request):
            continue
        rows, _many = page.get_search_results(request, page.get_queryset(request), text)
        if page.list_select_related:
            rows = rows.select_related(*page.list_select_related)
        records = list(rows.distinct().order_by("pk")[:most])
        if records:
            meta = model._meta
            name = f"admin:{meta.app_label}_{meta.model_name}"
            found.append(
                {
                    "name": meta.verbose_name_plural,
                    "more": f"{reverse(f'{name}_changelist')}?{urlencode({'q': text})}",
                    "rows": [
                        {"label": str(one), "url": reverse(f"{name}_change", args=[one.pk])}
                        for one in records
                    ],
                }
            )
    return found


def timeline_of(gmina, *, language: str) -> list[dict]:
    """Everything that happened to a municipality, through all rooms, oldest first (X16)."""
    surveys = list(HostSurvey.objects.filter(gmina=gmina).select_related("edition"))
    keys = [one.pk for one in surveys]
    declarations = Declaration.objects.filter(survey__in=keys)
    records: list[Model] = [
        *surveys,
        *HostInvitation.objects.filter(organisation__gmina=gmina),
        *SessionChoice.objects.filter(survey__in=keys).select_related("survey__gmina"),
        *declarations.select_related("survey__gmina"),
        *Proposal.objects.filter(declaration__survey__in=keys),
        *Placement.objects.filter(declaration__survey__in=keys),
        *SmallProject.objects.filter(host__gmina=gmina),
    ]
    by_key = {(one._meta.label_lower, one.pk): one for one in records}
    wanted = Q(pk__in=[])
    for label, pk in by_key:
        app, model = label.split(".")
        wanted |= Q(target_type__app_label=app, target_type__model=model, target_id=pk)
    events = AuditEvent.objects.filter(wanted).select_related("actor", "target_type")
    items = (
        _item(
            event,
            by_key[f"{event.target_type.app_label}.{event.target_type.model}", event.target_id],
            language,
        )
        for event in events.order_by("at", "pk")
    )
    return list(gathered(items))


def _item(event: AuditEvent, record: Model, language: str) -> dict[str, str]:
    """A line of the story: "present" says of what, and every line leads to its record."""
    title = audit.words(event.action, record)
    if event.action not in audit.WORDS:
        title = f"{capfirst(record._meta.verbose_name)}: {title}"
    return {
        "moment": formats.moment(event.at, language),
        "title": title,
        "actor": str(event.actor) if event.actor else "",
        "url": url_of(record),
    }
