"""Checks of what a page does while somebody uses it: W07, W08, W10, W14, W15, W17, W20 and W23.

As in `checks.py` each answers with faults in words. Those that every page takes leave it as it was.
"""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page, expect

from tests.browser.accessibility.checks import ask

# Pages from which something is sent for good: what they must lead back to (W14).
FINAL = {
    "applications:survey_check": ".answers a[href], .answer a[href], dl a[href]",
    "applications:intern_check": ".answers a[href], .answer a[href], dl a[href]",
    "grants:check": "main a[href]",
}
PRESSED = 6
WAIT = 15_000
BETWEEN_MS, LOOKED_AT_MS = 1_900, 9_000  # at most one message in two seconds
LINKED = """(selector) => [...document.querySelectorAll(selector)]
  .filter((link) => link.origin === location.origin).map((link) => link.pathname)"""
WATCH = """(id) => {
  const live = document.getElementById(id);
  window.said = [];
  new MutationObserver(() => said.push([performance.now(), live.textContent]))
    .observe(live, { childList: true, characterData: true, subtree: true });
}"""


def hover(page: Page) -> list[str]:
    """W07: nothing is shown only while the pointer or the focus rests on something."""
    return [f"W07 {each}" for each in ask(page, "revealed")]


def presses(page: Page) -> list[str]:
    """W08: nothing is dragged; a press that is let go elsewhere does nothing."""
    faults = [f"W08 to be dragged: {each}" for each in ask(page, "dragged")]
    before = ask(page, "still")
    for each in page.locator("main :is(button, a[href]):visible").all()[:PRESSED]:
        each.scroll_into_view_if_needed()
        box = each.bounding_box()
        if box is None:
            continue
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(2, 2)
        page.mouse.up()
        if ask(page, "still") != before:
            return [*faults, f"W08 a press that was let go elsewhere does something: {before[0]}"]
    page.evaluate("getSelection().removeAllRanges(); document.activeElement.blur(); scrollTo(0, 0)")
    return faults


def time(page: Page) -> list[str]:
    """W10: no page goes away or begins anew by itself; what a lost session costs is FT-20."""
    return [f"W10 {each}" for each in ask(page, "timed")]


def final(page: Page, view: str) -> list[str]:
    """W14: before something is sent for good all answers are shown, with ways to change them."""
    if view not in FINAL or not page.locator("main form[method=post]").count():
        return []
    ways = page.locator(FINAL[view]).count()
    return [] if ways else ["W14 nothing can be changed before it is sent"]


def live(page: Page) -> list[str]:
    """W17: what will be said has a polite region that stands there beforehand."""
    return [f"W17 {each}" for each in ask(page, "unheard")]


def prefilled(page: Page, _language: str) -> list[str]:
    """W15: what is known already is not asked again; the page comes with the answers in it."""
    return [f"W15 asked again: {each}" for each in ask(page, "empties")]


def says_what_is_saved(page: Page, _language: str) -> list[str]:
    """W17: typing is answered in the region, in words, and not more often than each two seconds."""
    form = page.locator("form[data-autosave-status]")
    page.evaluate(WATCH, form.get_attribute("data-autosave-status"))
    field = page.locator("main form .field input[type=text]").first
    for number in range(3):
        field.fill(f"Reymonta {number}")
        page.wait_for_timeout(700)
    page.wait_for_timeout(LOOKED_AT_MS)
    said = [(at, text.strip()) for at, text in page.evaluate("said") if text.strip()]
    faults = [] if said else ["W17 nothing is said of the saving"]
    gaps = [after - before for (before, _b), (after, _a) in zip(said, said[1:], strict=False)]
    return faults + [f"W17 said again after {gap:.0f} ms" for gap in gaps if gap < BETWEEN_MS]


def ways(page: Page, _language: str) -> list[str]:
    """W20: each page of the site is led to from the programme page and from the foot of the others.

    The pages of a process, a survey or an answer, are led to by the process alone.
    """
    paths = page.evaluate(LINKED, "body > footer .foot-links a")
    faults = [] if len(paths) > 1 else ["W20 the foot leads nowhere"]
    home = urlsplit(page.url).path
    for path in paths:
        page.goto(path)
        if not {*paths} <= {*page.evaluate(LINKED, "body > footer .foot-links a")}:
            faults.append(f"W20 the foot of {path} does not lead to all pages")
        if home not in page.evaluate(LINKED, "body > header a, body > footer a"):
            faults.append(f"W20 no way from {path} to the programme page")
    return faults


def combobox(page: Page, _language: str, *, typed: str, name: str) -> list[str]:
    """W23: by keys alone: typed, announced, walked through, put away with Esc, chosen."""
    field = page.locator(f"[role=combobox]#id_{name}")
    faults = []
    try:
        field.focus()
        page.keyboard.type(typed, delay=30)
        expect(field).to_have_attribute("aria-expanded", "true", timeout=WAIT)
        options = page.locator(f"#{field.get_attribute('aria-controls')} [role=option]")
        said = page.locator("[data-combobox] [role=status]").first.text_content() or ""
        if not re.search(rf"\b{options.count()}\b", said):
            faults.append(f"W23 {options.count()} suggestions are announced as {said!r}")
        page.keyboard.press("ArrowDown")
        active = field.get_attribute("aria-activedescendant") or ""
        if page.locator(f"#{active or 'none'}[aria-selected=true]").count() != 1:
            faults.append("W23 the arrow marks no suggestion")
        page.keyboard.press("Escape")
        if field.get_attribute("aria-expanded") != "false" or field.input_value() != typed:
            faults.append("W23 Esc does not put the suggestions away, or takes what was typed")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        chosen = page.locator(f"[name={name}_value]").input_value()
        if not chosen or urlsplit(page.url).query:
            faults.append("W23 Enter does not choose")
    except (AssertionError, Error) as error:
        faults.append(f"W23 {str(error).splitlines()[0]}")
    return faults
