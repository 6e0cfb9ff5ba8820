"""FT-S1, FT-S2: two hundred links of each kind, opened by robots before their people come."""

from collections.abc import Callable
from typing import Any

from ops.bench.servers import Servers
from ops.faults import robots
from ops.faults.browser import Device, playing, program, secure_address
from ops.faults.doors import Door, kinds, links_of
from ops.faults.fingerprint import changed, fingerprint
from ops.faults.result import Result

LINKS = 200
IN_BROWSER = 5  # of each kind; a browser takes some seconds for each
SCRIPTS_RUN_MS = 1_500
GUESSES = {
    "input[type=radio]": None,
    "input[type=checkbox]": None,
    "input[type=text]": "123456",
    "input[type=email]": "robot@skaner.example",
    "textarea": "Brzeziny",
}
# A robot may ask for a code; it goes to the address on file. Sessions are looked into below.
MAY_BE_ASKED = {
    "core_ratecount",
    "core_linkcode",
    "mailing_letter",
    "mailing_attempt",
    "django_session",
}
OF_A_ROBOT = MAY_BE_ASKED | {"mailing_suppression", "core_auditevent"}
WITHOUT_FORM = {"feed.mentor", "feed.intern"}  # calendars
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

    number, browsed = max(2, int(LINKS * share)), max(1, int(IN_BROWSER * share))
    statuses: list[int] = []
    harmless, tables, spent, pressed = [], set(), 0, 0
    for kind in kinds():  # one after the other: a link for signing in lives ten minutes
        doors = links_of(kind, number)
        before = fingerprint(OF_A_ROBOT)
        sent: list[int] = []
        for door in doors:
            sent += robots.submit_everything(_asking(servers), door.path)
        pressed += _press(servers, doors[:browsed])
        statuses += sent
        harmless += [] if sent else [kind]
        tables |= set(changed(before, fingerprint(OF_A_ROBOT)))
        if kind not in BY_ONE_CLICK:
            spent += sum(not door.still_works() for door in doors)
    known = [session.get_decoded() for session in Session.objects.all()]
    opened = [each for each in known if "_auth_user_id" in each or SESSION_KEY in each]
    return Result(
        "FT-S2",
        {
            "kinds": len(kinds()),
            "links": number * len(kinds()),
            "forms_sent": len(statuses),
            "in_browser": pressed,
            "sessions": len(opened),
            "links_spent": spent,
            "tables_changed": len(tables),
            "http500": sum(status >= 500 for status in statuses),
        },
        {
            f"there was something to send {harmless or ''}": not {*harmless} - WITHOUT_FORM,
            "no session": not opened,
            "no link spent": not spent,
            f"no deed done {sorted(tables) or ''}": not tables,
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


def _browse(servers: Servers, doors: list[Door]) -> int:
    """How many links a browser opened, each without a cookie; 0 without a browser."""
    return _in_browser(servers, doors, lambda _page: None)


def _press(servers: Servers, doors: list[Door]) -> int:
    """As `_browse`, with every button of every form pressed, after something was typed."""
    return _in_browser(servers, doors, _press_everything)


def _in_browser(servers: Servers, doors: list[Door], deed: Callable[[Any], None]) -> int:
    if program() is None:
        return 0
    with playing() as playwright:
        device = Device(playwright, secure_address(servers))
        for door in doors:
            device.let_in({})
            if _opened(device.page, door.path):
                device.page.wait_for_timeout(SCRIPTS_RUN_MS)
                deed(device.page)
        device.kill()
    return len(doors)


def _opened(page: Any, path: str) -> bool:
    try:
        page.goto(path, wait_until="load")
    except Exception as error:  # a calendar is a download, not a page
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        return False
    return True


def _press_everything(page: Any) -> None:
    """Type a guess into everything, press; and so for each button that the page began with."""
    here, buttons = page.url, "main form button, main form input[type=submit]"
    for place in range(page.locator(buttons).count()):
        if not (_opened(page, here) or _opened(page, here)):  # the press before was still going on
            return
        for kind, guess in GUESSES.items():
            for each in page.locator(f"main form {kind}:visible").all():
                each.check(force=True) if guess is None else each.fill(guess)
        button = page.locator(buttons).nth(place)
        if button.is_visible():
            button.click()
            page.wait_for_load_state("load")
