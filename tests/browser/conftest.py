"""A real browser against a live server: Debian's Chromium, driven by Playwright.

A machine without a browser says so and counts the skip. No page may ask anything of another host.
"""

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from core.models import User
from tests.conftest import sign_in

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
NO_BROWSER = "there is no Chromium on this machine (Debian: apt-get install chromium)"


def browser_path() -> str | None:
    """Where the machine's Chromium is, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file.

    While it lives, Playwright's event loop runs in this thread, and Django would refuse every query
    of the test; it must be gone before other tests of the same process begin.
    """
    path = browser_path()
    if path is None:
        pytest.skip(NO_BROWSER)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def _types_faster_than_people(monkeypatch) -> None:
    """A driven browser fills in a form in no time; public doors must not take it for a robot."""
    monkeypatch.setattr("core.doorway.LEAST_SECONDS", 0)


@pytest.fixture
def open_browser(browser, live_server) -> Iterator[Callable[..., Page]]:
    """A function: `open_browser(javascript=False, width=360)` gives a page of a clean browser.

    When the test ends, no page has asked anything of another host, and none has logged an error.
    """
    contexts, foreign, errors = [], [], []

    def note(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in LOOPBACK:
            foreign.append(request.url)

    def opened(
        *, javascript: bool = True, width: int = 1280, height: int = 900, language: str = "pl-PL"
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            locale=language,
        )
        contexts.append(context)
        context.on("request", note)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(15_000)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert foreign == []
    assert errors == []


@pytest.fixture
def browser_page(open_browser) -> Page:
    """A page at 1280 px, with JavaScript, in Polish."""
    return open_browser()


@pytest.fixture
def axe_faults() -> Callable[[Page], list[str]]:
    """A function: what axe finds on the page as it is now, rule by rule; nothing is right."""

    def run(page: Page) -> list[str]:
        page.wait_for_load_state()  # a click ends when the answer begins, not when it is all there
        found = Axe().run(page).response["violations"]
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]

    return run


@pytest.fixture
def panel_of(open_browser, live_server) -> Callable[..., Page]:
    """A function: the browser of a member of staff at the panel, in a language and of a width."""

    def opened(person: User, language: str = "pl", **options) -> Page:
        User.objects.filter(pk=person.pk).update(language=language)
        client = sign_in(Client(), person)
        page = open_browser(**options)
        cookie = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": cookie, "value": client.cookies[cookie].value, "url": live_server.url}]
        )
        return page

    return opened
