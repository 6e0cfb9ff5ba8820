"""The one script of our pages in a real browser, on pages made of our own components."""

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
HOST = "http://win4ua.test"
SCRIPTS = ("public", "autosave")
SUGGESTIONS = {
    "results": [
        {"value": "1004011", "label": "Łęczyca", "hint": "miejska"},
        {"value": "1004052", "label": "Łęczyca Mała", "hint": "wiejska"},
    ]
}


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Host:
    """Answers the page's requests from memory and remembers what was sent."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.posted: list[str] = []
        self.status = 200

    def answer(self, route) -> None:
        request = route.request
        if request.url.endswith(".js"):
            name = request.url.rpartition("/")[2]
            script = Path(settings.BASE_DIR, "static", "js", name).read_text("utf-8")
            route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
        elif request.url.startswith(f"{HOST}/suggest/"):
            route.fulfill(json=SUGGESTIONS)
        elif request.method == "POST":
            self.posted.append(request.post_data or "")
            route.fulfill(
                status=self.status,
                body=json.dumps({"saved_at_text": "Saved at 10:02."}),
                content_type="application/json",
            )
        else:
            page = f'<!doctype html><html lang="en"><body>{self.body}'
            page += "".join(f'<script src="/{name}.js"></script>' for name in SCRIPTS)
            route.fulfill(body=page + "</body></html>", content_type="text/html")


@pytest.fixture
def open_page(browser):
    """A function: `open_page(html)` gives the page and its host."""
    context = browser.new_context()

    def opened(body: str):
        host = Host(body)
        page = context.new_page()
        page.route("**/*", host.answer)
        page.goto(f"{HOST}/")
        return page, host

    yield opened
    context.close()


def component(part: str, **context: object) -> str:
    with override("en"):
        return render_to_string(f"components/{part}.html", context)


def combobox() -> str:
    return component(
        "combobox", name="gmina", label="Municipality", id="id_gmina", url="/suggest/",
        search_label="Search",
    )  # fmt: skip


def autosaved_form() -> str:
    status = component("autosave_status", id="saved")
    return (
        '<form method="post" data-autosave-url="/save/" data-autosave-status="saved">'
        f'<label for="a">Name</label><input id="a" name="a">{status}<button>Send</button></form>'
    )


def test_combobox_is_driven_by_keys(open_page):
    """W23: arrows, Enter and Escape work, and what happens is said."""
    page, _host = open_page(combobox())
    field = page.locator("#id_gmina")

    field.fill("Łę")
    page.locator("[role=option]").nth(1).wait_for()
    said = page.locator(".combobox [role=status]").inner_text()
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")

    assert said == "2 suggestions. Use the arrow keys to choose."
    assert field.input_value() == "Łęczyca Mała"
    assert page.locator("[name=gmina_value]").input_value() == "1004052"
    assert field.get_attribute("aria-expanded") == "false"


def test_combobox_forgets_the_code_when_the_text_changes(open_page):
    page, _host = open_page(combobox())
    field = page.locator("#id_gmina")
    field.fill("Łę")
    page.locator("[role=option]").first.click()

    field.fill("Łęczyca W")
    page.locator("[role=option]").first.wait_for()

    assert page.locator("[name=gmina_value]").input_value() == ""


def test_rank_buttons_move_rows_and_say_so(open_page):
    items = [{"code": code, "label": code.upper()} for code in ("a", "b", "c")]
    page, host = open_page(
        f'<form method="post">{component("rank_list", legend="Order", items=items)}</form>'
    )

    page.locator('button[value="down:a"]').click()

    order = page.locator("[name=order]").evaluate_all("inputs => inputs.map(i => i.value)")
    assert order == ["b", "a", "c"]
    assert page.locator("[data-rank-status]").inner_text() == "A is now number 2 of 3."
    assert page.evaluate("document.activeElement.value") == "down:a"
    assert host.posted == []


def test_answers_are_saved_while_one_types(open_page):
    page, host = open_page(autosaved_form())

    page.fill("#a", "Żory")
    page.get_by_text("Saved at 10:02.").wait_for()

    assert len(host.posted) == 1
    assert "Żory" in host.posted[0]


def test_answers_wait_out_a_lost_network_and_leave_no_trace(open_page):
    """A24: typed answers stay when the network drops, are saved by themselves on its return."""
    page, host = open_page(autosaved_form())
    page.unroute("**/*")
    page.context.set_offline(True)

    page.fill("#a", "Żory")
    page.get_by_text("There is no connection.").wait_for()
    page.wait_for_function("sessionStorage.length === 1")
    page.route("**/*", host.answer)
    page.context.set_offline(False)
    page.get_by_text("Saved at 10:02.").wait_for()

    assert len(host.posted) == 1
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_answers_that_are_refused_stay_in_the_window_and_the_page_says_so(open_page):
    """The sign-in ran out: nothing typed is lost, and no error page takes its place."""
    page, host = open_page(autosaved_form())
    host.status = 403

    page.fill("#a", "Żory")
    page.get_by_text("The answers could not be saved by themselves").wait_for()

    assert page.evaluate("sessionStorage.length") == 1


def test_live_region_speaks_at_most_once_in_two_seconds(open_page):
    """W17: counted by what a screen reader would hear."""
    page, _host = open_page(autosaved_form())
    page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(() => window.heard.push(Date.now()))
                .observe(document.getElementById("saved"), { childList: true });
        }"""
    )

    page.fill("#a", "Żory")
    page.get_by_text("Saved at 10:02.").wait_for()
    for _time in range(3):
        page.context.set_offline(True)
        page.context.set_offline(False)
    page.wait_for_function("window.heard.length >= 2")

    heard = page.evaluate("window.heard")
    assert min(later - sooner for sooner, later in zip(heard, heard[1:], strict=False)) >= 1990


def test_copy_older_than_a_day_is_removed(open_page):
    """V14.3.3: nothing personal stays in the browser."""
    page, _host = open_page(autosaved_form())
    page.evaluate(
        """() => {
            const old = { at: Date.now() - 25 * 60 * 60 * 1000, pairs: [["a", "Żory"]] };
            sessionStorage.setItem("autosave:/save/", JSON.stringify(old));
        }"""
    )

    page.reload()

    assert page.evaluate("sessionStorage.length") == 0
    assert page.locator("#a").input_value() == ""


def test_form_is_sent_once_by_a_double_click(open_page):
    page, host = open_page('<form method="post" action="/save/"><button>Send</button></form>')
    host.status = 204
    page.evaluate("addEventListener('submit', e => (window.held ??= []).push(e.defaultPrevented))")

    page.locator("button").click()
    page.locator("button").click()

    assert page.evaluate("window.held") == [False, True]
    assert len(host.posted) == 1


def test_error_summary_takes_the_focus(open_page):
    summary = component("error_summary", errors=[{"text": "Name: missing", "href": "#a"}])
    page, _host = open_page(f'{summary}<input id="a" aria-label="Name">')

    focused = page.evaluate("document.activeElement.className")
    page.get_by_text("Name: missing").click()

    assert focused == "error-summary"
    assert page.evaluate("document.activeElement.id") == "a"
