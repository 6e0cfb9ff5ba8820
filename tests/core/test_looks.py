"""Pages of this room in a real browser: reachable by everybody, at every width, in both themes."""

import gzip
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.django_db(transaction=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]


@pytest.fixture
def look(live_server, client):
    """A function: `look(address, user)` gives the faults of a page on every screen."""
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def faults(page) -> list[str]:
        found = [each["id"] for each in axe.run(page, options=RULES).response["violations"]]
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return [*found, *(["scrolls sideways"] if wide else [])]

    def looked(address: str, user=None) -> list[str]:
        found = []
        # Before the browser starts: inside its loop Django would open a second connection.
        cookies = sign_in(client, user).cookies if user else {}
        with playwright.sync_playwright() as running:
            browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context()
            context.add_cookies(
                [
                    {"name": name, "value": each.value, "url": live_server.url}
                    for name, each in cookies.items()
                ]
            )
            page = context.new_page()
            foreign: list[str] = []
            said: list[str] = []
            page.on("request", lambda request: foreign.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            for width, theme in SCREENS:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=theme)
                page.goto(live_server.url + address)
                found += [f"{width} {theme}: {each}" for each in faults(page)]
            found += [f"asked for {url}" for url in foreign if live_server.url not in url]
            found += [f"said {text}" for text in said if "Content Security Policy" in text]
            browser.close()
        return found

    return looked


@pytest.mark.parametrize("name", ["index", "components", "core_user_changelist", "password_change"])
def test_panel_page_is_open_to_everybody(look, administrator, coordinator, name):
    """P5: WCAG 2.2 AA, 320 pixels, both themes, nothing from outside."""
    user = coordinator if name == "components" else administrator
    assert look(reverse(f"admin:{name}"), user) == []


def test_record_is_open_to_everybody(look, administrator):
    """P5: the same for the page of a record with its verbs and its history."""
    assert look(reverse("admin:core_user_change", args=[administrator.pk]), administrator) == []


@pytest.mark.parametrize("address", ["/admin/login/", "/nie-ma-takiej-strony/"])
def test_door_is_open_to_everybody(look, address):
    """P5: the same for what a stranger sees."""
    with override("pl"):
        assert look(address) == []


def test_icon_in_the_page_is_the_icon_of_the_file():
    """W8: drawn into the page, so that a first visit asks for six files and not seven."""
    html = Path(settings.BASE_DIR, "templates", "base.html").read_text("utf-8")
    drawn = unquote(re.search(r'href="data:image/svg\+xml,([^"]+)"', html)[1])
    file = Path(settings.BASE_DIR, "static", "icons", "favicon.svg").read_text("utf-8")

    assert drawn == file.strip().replace('"', "'")


@pytest.mark.parametrize("address", ["/", "/ankieta/", "/zayavka/", "/dostepnosc/"])
def test_first_visit_is_light(client, db, address):
    """W8: at most 60 KB over the wire and 6 requests; compressed as the proxy does it.

    `make looks` measures the same in a browser.
    """
    html = client.get(address).content
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode()))
    styles = [each for each in files if each.endswith(".css")]
    fonts = {
        f"/static/fonts/{name}"
        for style in styles
        for name in re.findall(r'url\("\.\./fonts/([^"]+)"\)', found(style).decode())
    }
    sizes = [len(found(each)) for each in fonts]
    sizes += [len(gzip.compress(found(each), 6)) for each in files - fonts]

    assert len(files | fonts) + 1 <= 6
    assert len(gzip.compress(html, 6)) + sum(sizes) <= 60_000


def found(address: str) -> bytes:
    """What stands in a static file."""
    return Path(settings.BASE_DIR, address.lstrip("/")).read_bytes()
