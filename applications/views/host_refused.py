"""Answers that were typed and refused wait in the browser's own session until they are right (A24).

The survey itself keeps only what is valid. What still needs correcting would be lost with a phone
that dies; so the browser that typed it gets it back, with the sentence that says how to mend it,
when it opens the page again. Nobody else sees it, and it goes when the page is right, or when the
survey is sent, by whomever. Each page has a place of its own in the session: two windows that write
two pages take nothing from each other.
"""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

from applications import survey_merge
from applications.forms.host_fields import SurveyPage
from applications.views.host_access import Door
from applications.views.host_waiting import size_of
from core.models import CapabilityLink

PREFIX = "survey_refused"
MOST_BYTES = 60_000  # of all pages together, as for what waits for a code
NOT_KEPT = {"csrfmiddlewaretoken", "unsure", "leave", "rank", "choosing", "back"}


def note(
    request: HttpRequest, door: Door, page: str, form: SurveyPage, seen: Mapping[str, str]
) -> None:
    """Keep what was posted to a page if something on it was refused; else forget the page.

    `seen`: what the page knows of the survey now, so that nobody clashes with oneself later. What
    is too large is not kept, and neither is what the page had before it.
    """
    forget(request, door.link, page)
    if not form.is_anything_wrong:
        return
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    typed["seen"] = [survey_merge.written(seen)]
    _forget_other_links(request, door.link)
    kept = {"sendings": _sendings(door), "typed": typed}
    others = [request.session[key] for key in _keys(request)]
    if size_of([*others, kept]) <= MOST_BYTES:
        request.session[_key(door.link, page)] = kept


def typed_for(request: HttpRequest, door: Door, page: str) -> QueryDict | None:
    """What was posted to this page and refused since the last sending, as a form takes it."""
    kept = request.session.get(_key(door.link, page))
    if kept is None or kept["sendings"] != _sendings(door):
        return None
    typed = QueryDict(mutable=True)
    for name, values in kept["typed"].items():
        typed.setlist(name, values)
    return typed


def forget(request: HttpRequest, link: CapabilityLink, page: str = "") -> None:
    """The page is right now; without a page, the whole survey was sent."""
    whole = _key(link, "")
    for key in _keys(request):
        if key == _key(link, page) or (not page and key.startswith(whole)):
            del request.session[key]


def _forget_other_links(request: HttpRequest, link: CapabilityLink) -> None:
    for key in _keys(request):
        if not key.startswith(_key(link, "")):
            del request.session[key]


def _sendings(door: Door) -> int:
    """How often the survey was sent: what was refused before the last time is of the past."""
    return door.survey.versions.count() if door.survey else 0


def _key(link: CapabilityLink, page: str) -> str:
    return f"{PREFIX}:{link.pk}:{page}"


def _keys(request: HttpRequest) -> list[str]:
    return [key for key, _kept in request.session.items() if key.startswith(f"{PREFIX}:")]
