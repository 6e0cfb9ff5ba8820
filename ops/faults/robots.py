"""Programs that open links before people do: mail gateways that look, and worse ones that click."""

from collections.abc import Callable
from typing import Any

from ops.visitor import Reader, filled

LOOKING = ("HEAD", "GET", "OPTIONS")
MOST_REDIRECTS = 3
Ask = Callable[[str, str, list[tuple[str, str]] | None], Any]


def look(ask: Ask, path: str) -> list[int]:
    """FT-S1: a scanner that only looks. `ask(method, path, fields)` answers with a response."""
    return [ask(method, path, None).status_code for method in LOOKING]


def submit_everything(ask: Ask, path: str) -> list[int]:
    """FT-S2: a robot that sends every form of the page, once for each of its buttons.

    It goes where the link leads on, fills in what it can guess and follows the answers, one step.
    """
    page = ask("GET", path, None)
    for _redirect in range(MOST_REDIRECTS):
        if page.status_code != 302 or not page["Location"].startswith("/"):
            break
        path = page["Location"]
        page = ask("GET", path, None)
    reader = Reader()
    reader.feed(page.content.decode("utf-8", "replace"))
    statuses = []
    for form in reader.forms:
        if form.method != "post" or "/i18n/" in form.action:
            continue
        for button in [None, *form.buttons]:
            fields = filled(form, {}) + ([button] if button else [])
            where = form.action or path
            answer = ask("POST", where, fields)
            statuses.append(answer.status_code)
            if answer.status_code == 302 and answer["Location"].startswith("/"):
                statuses.append(ask("GET", answer["Location"], None).status_code)
    return statuses
