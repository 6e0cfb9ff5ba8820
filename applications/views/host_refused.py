"""Answers that were typed and refused wait in the browser's own session until they are right (A24).

The survey itself keeps only what is valid. What still needs correcting would be lost with a phone
that dies; so the browser that typed it gets it back, with the sentence that says how to mend it,
when it opens the page again. Nobody else sees it, and it goes when the page is right or sent.
"""

import json
from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

from applications import survey_merge
from applications.forms.host_fields import SurveyPage
from core.models import CapabilityLink

SESSION_KEY = "survey_refused"
MOST_BYTES = 60_000  # of all pages together, as for what waits for a code
NOT_KEPT = {"csrfmiddlewaretoken", "unsure", "leave", "rank", "choosing", "back"}


def note(
    request: HttpRequest, link: CapabilityLink, page: str, form: SurveyPage, seen: Mapping[str, str]
) -> None:
    """Keep what was posted to a page if something on it was refused; else forget the page.

    `seen`: what the page knows of the survey now, so that nobody clashes with oneself later.
    """
    if not form.is_anything_wrong:
        forget(request, link, page)
        return
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    typed["seen"] = [survey_merge.written(seen)]
    pages = {**_pages(request, link), page: typed}
    if len(json.dumps(pages)) <= MOST_BYTES:
        request.session[SESSION_KEY] = {"link": link.pk, "pages": pages}


def typed_for(request: HttpRequest, link: CapabilityLink, page: str) -> QueryDict | None:
    """What was posted to this page and refused, as a form takes it."""
    kept = _pages(request, link).get(page)
    if kept is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in kept.items():
        typed.setlist(name, values)
    return typed


def forget(request: HttpRequest, link: CapabilityLink, page: str = "") -> None:
    """The page is right now; without a page, the whole survey was sent."""
    pages = _pages(request, link)
    kept = {slug: typed for slug, typed in pages.items() if page and slug != page}
    if kept != pages:
        request.session[SESSION_KEY] = {"link": link.pk, "pages": kept}


def _pages(request: HttpRequest, link: CapabilityLink) -> dict[str, dict[str, list[str]]]:
    kept = request.session.get(SESSION_KEY, {})
    return kept.get("pages", {}) if kept.get("link") == link.pk else {}
