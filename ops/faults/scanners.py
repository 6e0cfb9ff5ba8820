"""FT-S1, FT-S2: two hundred links of each kind, opened by robots before their people come."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ops.bench.servers import HOST, Servers
from ops.faults import robots
from ops.faults.doors import Door, kinds, links_of
from ops.faults.fingerprint import changed, fingerprint
from ops.faults.result import Result

LINKS = 200
IN_BROWSER = 20  # of each kind; a browser takes about a second for each
SCRIPTS_RUN_MS = 1_500
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A robot may ask for a code; it goes to the address on file. Sessions are looked into below.
MAY_BE_ASKED = {
    "core_ratecount",
    "core_linkcode",
    "mailing_letter",
    "mailing_attempt",
    "django_session",
}
BY_ONE_CLICK = {"unsubscribe"}  # RFC 8058 wants it so, for bulk letters only


def look(servers: Servers, share: float) -> Result:
    """HEAD, GET, OPTIONS, and a browser that runs all scripts and clicks nothing."""
    number, browsed = max(4, int(LINKS * share)), max(1, int(IN_BROWSER * share))
    doors = {kind: links_of(kind, number) for kind in kinds()}
    before = fingerprint()
    statuses: list[int] = []
    for each in doors.values():
        for door in each:
            statuses += robots.look(_asking(servers), door.path)
    in_browser = _browse(servers, [door for each in doors.values() for door in each[:browsed]])
    tables = changed(before, fingerprint())
    working = sum(door.still_works() for each in doors.values() for door in each)
    return Result(
        "FT-S1",
        {
            "kinds": len(doors),
            "links": number * len(doors),
            "still_work": working,
            "in_browser": in_browser,
            "tables_changed": len(tables),
            "http500": sum(status >= 500 for status in statuses),
        },
        {
            "every link works": working == number * len(doors),
            f"no row changed {tables or ''}": not tables,
            "no error": max(statuses) < 500,
        },
    )


def click(servers: Servers, share: float) -> Result:
    """A robot that sends every form of the page with every button."""
    from django.contrib.sessions.models import Session

    from core.links import SESSION_KEY

    number = max(2, int(LINKS * share))
    doors = {kind: links_of(kind, number) for kind in kinds()}
    before = fingerprint(MAY_BE_ASKED | {"mailing_suppression", "core_auditevent"})
    statuses: list[int] = []
    for each in doors.values():
        for door in each:
            statuses += robots.submit_everything(_asking(servers), door.path)
    known = [session.get_decoded() for session in Session.objects.all()]
    opened = [each for each in known if "_auth_user_id" in each or SESSION_KEY in each]
    spent = [
        door
        for kind, each in doors.items()
        for door in each
        if kind not in BY_ONE_CLICK and not door.still_works()
    ]
    tables = changed(before, fingerprint(MAY_BE_ASKED | {"mailing_suppression", "core_auditevent"}))
    return Result(
        "FT-S2",
        {
            "kinds": len(doors),
            "links": number * len(doors),
            "forms_sent": len(statuses),
            "sessions": len(opened),
            "links_spent": len(spent),
            "tables_changed": len(tables),
            "http500": sum(status >= 500 for status in statuses),
        },
        {
            "no session": not opened,
            "no link spent": not spent,
            f"no deed done {tables or ''}": not tables,
            "no error": max(statuses) < 500,
        },
    )


class _Response:
    """An answer of the server in the words of Django's test client."""

    def __init__(self, answer: Any) -> None:
        self.status_code, self.content, self._headers = answer.status, answer.body, answer.headers

    def __getitem__(self, name: str) -> str:
        return str(self._headers[name.lower()])


def _asking(servers: Servers) -> robots.Ask:
    visitor = servers.visitor()

    def ask(method: str, path: str, fields: list[tuple[str, str]] | None) -> _Response:
        answer = (
            visitor.post(path, fields or [])
            if method == "POST"
            else visitor.get(path, method=method)
        )
        return _Response(answer)

    return ask


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _browse(servers: Servers, doors: list[Door]) -> int:
    """How many links a browser opened, each with a clean profile; 0 without a browser."""
    import os

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    opened = 0
    with _browser() as browser:
        for door in doors if browser else []:
            context = browser.new_context(
                extra_http_headers={"X-Forwarded-Proto": "https"}, accept_downloads=False
            )
            page = context.new_page()
            address = f"http://{HOST}:{servers.ports['web']}{door.path}"
            address = address.replace(HOST, "127.0.0.1")
            page.set_extra_http_headers({"X-Forwarded-Proto": "https"})
            try:
                page.goto(address, wait_until="load", timeout=20_000)
                page.wait_for_timeout(SCRIPTS_RUN_MS)
            except Exception as error:  # a calendar is a download, not a page
                if "Download is starting" not in str(error):
                    raise
            opened += 1
            context.close()
    return opened
