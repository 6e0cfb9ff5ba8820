"""Answers sent by a browser that must first enter the code: they wait in its own session (FT-20).

Nothing that was typed before is shown; only what this browser has just sent is kept for it.
"""

import json

from django.http import HttpRequest, QueryDict

from core.models import CapabilityLink

SESSION_KEY = "survey_waiting"
# More than the longest page of the survey; a session is no store for whole books.
MOST_BYTES = 60_000
NOT_KEPT = {"csrfmiddlewaretoken"}


def keep(request: HttpRequest, link: CapabilityLink, page: str) -> None:
    """Put aside what was posted to a page of the survey, in place of what waited before."""
    if request.method != "POST" or not page:
        return
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    if size_of(typed) <= MOST_BYTES:
        request.session[SESSION_KEY] = {"link": link.pk, "page": page, "typed": typed}
    elif page_of(request, link) == page:
        forget(request)  # nobody is given back what was typed before that


def size_of(typed: object) -> int:
    """Bytes of what was typed; a Polish or Ukrainian letter has two."""
    return len(json.dumps(typed, ensure_ascii=False).encode())


def page_of(request: HttpRequest, link: CapabilityLink) -> str:
    """The page for which something waits, or an empty text."""
    waiting = request.session.get(SESSION_KEY, {})
    return waiting.get("page", "") if waiting.get("link") == link.pk else ""


def typed_for(request: HttpRequest, link: CapabilityLink, page: str) -> QueryDict | None:
    """What was sent to this page before the code was entered, as a form takes it."""
    if page_of(request, link) != page:
        return None
    typed = QueryDict(mutable=True)
    for name, values in request.session[SESSION_KEY]["typed"].items():
        typed.setlist(name, values)
    return typed


def forget(request: HttpRequest) -> None:
    """It has been saved, or sent again."""
    request.session.pop(SESSION_KEY, None)
