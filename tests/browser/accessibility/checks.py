"""Checks that a browser can make of a page as it is now; each answers with faults in words.

The ids are those of `security.md` 5.2. A check leaves the page as it found it: window, focus and
styles are put back, nothing is typed.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PROBE = f"window.looks = {Path(__file__).with_name('checks.js').read_text('utf-8')}; 0"
AXE = f"{Axe().axe_script}; 0"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size"]}, "resultTypes": ["violations"]}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
HALF = {"width": 640, "height": 800}
ZOOMED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
TARGET = 44
FIELDS_ON_A_PAGE = 5
ERROR_WORDS = {"pl": "Błąd:", "uk": "Помилка:", "en": "Error:"}
# Personal data of the person who types (WCAG 2.2, 1.3.5); the browser may fill these in.
TOKENS = {
    *("name", "given-name", "additional-name", "family-name", "organization", "one-time-code"),
    *("organization-title", "address-line1", "postal-code", "address-level1", "address-level2"),
    *("email", "tel", "tel-national", "url", "bday", "bday-day", "bday-month", "bday-year", "sex"),
    *("username", "current-password", "new-password", "language", "country", "country-name"),
    *("on", "off", ""),
}
# Short words that stand in nearly every sentence of one language and in none of the two others.
MARKS = {
    "en": {"the", "and", "of", "is", "are", "you", "your", "for", "with", "this", "that", "not"},
    "pl": {"nie", "się", "jest", "że", "lub", "oraz", "dla", "przez", "są", "został", "państwa"},
    "uk": {"не", "та", "або", "для", "що", "це", "ви", "вас", "від", "про", "як", "є"},
}
CYRILLIC = re.compile(r"[а-щьюяєіїґ]", re.IGNORECASE)
LATIN = re.compile(r"[a-ząćęłńóśźż]", re.IGNORECASE)


def ask(page: Page, question: str, argument: object = None) -> object:
    """Ask the page something that `checks.js` knows."""
    if not page.evaluate("'looks' in window"):
        page.evaluate(PROBE)
    return page.evaluate(f"(argument) => window.looks.{question}(argument)", argument)


def axe(page: Page, options: dict | None = None) -> list[str]:
    """WCAG 2.0 to 2.2 A and AA and good practice, target-size switched on."""
    page.wait_for_load_state()  # a click ends when the answer begins, not when it is all there
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "async (options) => (await axe.run(document, options)).violations", options or RULES
    )
    return [
        f"axe {rule['id']}: {node['html'][:140]} {' '.join(node['failureSummary'].split())[:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def keyboard(page: Page) -> list[str]:
    """W01, W02: Tab reaches every control once, in order; the focus is seen and not covered."""
    names = ask(page, "number")
    stops = []
    for _press in range(len(names) + 2):
        page.keyboard.press("Tab")
        stop = ask(page, "stop")
        if stop is None or (stops and stop["place"] == "0"):
            break
        stops.append(stop)
    places = [int(stop["place"]) if stop["place"] else -1 for stop in stops]
    order = [place for place in places if place >= 0]
    faults = [
        f"W01 never reached: {names[at]}" for at in sorted(set(range(len(names))) - {*places})
    ]
    faults += (
        ["W01 order of the keyboard is not that of the page"] if order != sorted(order) else []
    )
    faults += ["W01 a control is reached twice"] if len(order) != len(set(order)) else []
    faults += [f"W01 focus does not show: {stop['said']}" for stop in stops if not stop["hasRing"]]
    faults += [f"W02 focus is covered: {stop['said']}" for stop in stops if not stop["isSeen"]]
    last = ask(page, "last") - 1
    page.keyboard.press("Shift+Tab")
    if last > 0 and not 0 <= int((ask(page, "stop") or {}).get("place") or -1) < last:
        faults.append("W01 Shift+Tab does not lead back")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    return faults


def targets(page: Page) -> list[str]:
    """W03: controls are 44 px high on public pages; axe looks at the 24 px of the law."""
    return [f"W03 small target: {each}" for each in ask(page, "targets", TARGET)]


def resize(page: Page, size: dict[str, int]) -> None:
    """Give the window a size, and wait until the page has it."""
    page.set_viewport_size(size)
    page.wait_for_function(
        "([width, height]) => innerWidth === width && innerHeight === height",
        arg=[size["width"], size["height"]],
    )


def whole(page: Page, width: int) -> None:
    """A window as high as the page, so that nothing that floats lies over anything."""
    resize(page, {"width": width, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    resize(page, {"width": width, "height": min(height, 12_000)})


def reflow(page: Page) -> list[str]:
    """W04: at 320 px and at 400 % nothing scrolls sideways and no word is lost."""
    resize(page, WIDE)
    wide = ask(page, "words")
    faults = []
    for size in (PHONE, ZOOMED):
        resize(page, size)
        faults += [f"W04 {size['height']} px high: {each}" for each in ask(page, "sideways")]
    if (narrow := ask(page, "words")) != wide:
        faults.append(f"W04 words differ: {sorted({*wide} ^ {*narrow})[:5]}")
    resize(page, WIDE)
    return faults


STRETCHED = (("W05", "spacing"), ("W06", "big"))


def stretched(page: Page, ways: Sequence[tuple[str, str]] = STRETCHED) -> list[str]:
    """W05, W06: text with more space, and text of twice the size, is neither clipped nor lost."""
    faults = []
    for check, deed in ways:
        ask(page, deed)
        faults += [f"{check} clipped: {each}" for each in ask(page, "clipped")]
        faults += [f"{check} sideways: {each}" for each in ask(page, "sideways")]
        ask(page, "plain")
    return faults


def letters(page: Page) -> list[str]:
    """W09: no letter and no digit is a shortcut."""
    before = ask(page, "state")
    for key in "abcdefghijklmnopqrstuvwxyz0123456789":
        page.keyboard.press(key)
    return [] if ask(page, "state") == before else ["W09 a letter typed on the page does something"]


def motion(page: Page) -> list[str]:
    """W11: nothing moves for ever; with reduced motion nothing moves at all."""
    faults = ["W11 something moves for ever"] if ask(page, "moving") else []
    page.emulate_media(reduced_motion="reduce")
    faults += [f"W11 moves with reduced motion: {each}" for each in ask(page, "slow")[:3]]
    page.emulate_media(reduced_motion="no-preference")
    return faults


def fields(page: Page) -> list[str]:
    """W16, W18, W22, W24: valid tokens, no refused paste, dates as three fields with a legend."""
    faults = [f"W22 date: {each}" for each in ask(page, "dates")]
    faults += [f"W24 without a name: {each}" for each in ask(page, "nameless")]
    for field in ask(page, "fields"):
        words = field["autocomplete"].split()
        faults += [f"W18 {field['name']}: {word}" for word in words if word not in TOKENS]
        if field["type"] in ("email", "tel") and not words:
            faults.append(f"W18 {field['name']} has no autocomplete")
        if field["type"] == "password" and "password" not in field["autocomplete"]:
            faults.append(f"W16 {field['name']} does not let a password manager in")
        # A code of staff, typed from their letter, is off; every other one comes to the phone.
        if field["name"] == "code" and field["autocomplete"] not in ("one-time-code", "off"):
            faults.append("W16 the code has no one-time-code")
        if not field["takesPaste"]:
            faults.append(f"W16 {field['name']} refuses paste")
    return faults


def topic(page: Page, most: int = FIELDS_ON_A_PAGE) -> list[str]:
    """W27: one heading, one topic, at most five questions."""
    found = ask(page, "topics")
    faults = [] if found["headings"] == 1 else [f"W27 {found['headings']} main headings"]
    return faults + ([f"W27 {found['fields']} questions"] if found["fields"] > most else [])


def language_of(text: str) -> str:
    """pl, uk or en by script and by the short words of a text; nothing when it cannot be told."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < 4:
        return ""
    if len(CYRILLIC.findall(text)) > len(LATIN.findall(text)):
        return "uk"
    counts = {code: sum(word in marks for word in words) for code, marks in MARKS.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > 1 else ""


def language(page: Page, expected: str) -> list[str]:
    """W19: the page says its language, and at least 95 % of what can be told is written in it."""
    said = ask(page, "language")
    if said != expected:
        return [f"W19 lang is {said}"]
    told = [(text, found) for text in ask(page, "blocks") if (found := language_of(text))]
    foreign = [text for text, found in told if found != expected]
    return (
        [f"W19 foreign: {text[:80]}" for text in foreign] if len(foreign) * 20 > len(told) else []
    )


def errors(page: Page, expected: str) -> list[str]:
    """W13: the summary comes first, has the focus, leads to each field and says the same there."""
    found = ask(page, "summary")
    if found is None:
        return ["W13 no summary of errors"]
    faults = [
        f"W13 {link['text'][:60]}: {link['fault']}" for link in found["links"] if link["fault"]
    ]
    wanted = {
        "it has no link": bool(found["links"]),
        "it is no alert": found["role"] == "alert",
        "it is not focused": found["isFocused"],
        "it is not first in main": found["isFirst"],
        f"the title is {found['title']}": found["title"].startswith(ERROR_WORDS[expected]),
    }
    return faults + [f"W13 {what}" for what, is_right in wanted.items() if not is_right]
