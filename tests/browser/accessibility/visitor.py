"""A visitor who opens pages in each language, on each screen, and writes down faults."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page

from tests.browser.accessibility import checks, use

# A folder: the whole matrix runs, and pages, faults and lines are kept there (`make looks`).
KEEP = os.environ.get("WIN4UA_LOOKS", "")
# How much of it: "whole" (every state on every screen), "spread" (on a third of the rarer screens
# in each language, on all in the three together), "pages" (only kept, for the Nu checker).
DEPTH = os.environ.get("WIN4UA_LOOKS_DEPTH", "whole")
# A folder for pictures, for people who look at the pages.
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
RENEW = bool(os.environ.get("WIN4UA_NEW_SNAPSHOTS", ""))
SNAPSHOTS = Path(__file__).with_name("snapshots")
LANGUAGES = ("pl", "uk", "en")
PRIMARY = (
    "main form .button:not(.button-secondary):not(.button-warning):not(.button-plain)"
    ":not([data-combobox-search])"
)
CALENDAR = re.compile(
    r"\b(poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|stycznia|lutego|marca|kwietnia"
    r"|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|понеділок|вівторок"
    r"|середа|четвер|п’ятниця|субота|неділя|січня|лютого|березня|квітня|травня|червня|липня"
    r"|серпня|вересня|жовтня|листопада|грудня)\b"
)


def visits(*names: str) -> Callable[[Callable], Callable]:
    """Decorator of a group of states: the names of all addresses whose pages it looks at.

    Each group is compared with what its visitor saw, and all together with the resolver.
    """

    def declared(group: Callable) -> Callable:
        group.views = frozenset(names)
        return group

    return declared


@dataclass
class Visitor:
    """Looks at pages; `faults` says what is wrong, `lines` what was looked at."""

    page: Page
    languages: Sequence[str]
    depth: str = DEPTH if KEEP else ""
    faults: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    views: set[str] = field(default_factory=set)
    furniture: dict[str, list] = field(default_factory=dict)
    states: int = 0
    view: str = ""

    def see(
        self,
        name: str,
        path: str,
        *,
        snapshot: bool = False,
        status: int = 200,
        most: int = 99,
        deed: Callable[[Page], None] | None = None,
    ) -> None:
        """Look at a page. `path` is the Polish one; `deed` does something on it before the look.

        `most` is how many questions it may ask (W27); `snapshot` compares what a screen reader is
        told (W24).
        """
        for language in self.languages:
            self._open(name, path, language, status)
            if deed:
                deed(self.page)
                self._note(language)
            self._look(f"{name} [{language}]", language, most)
            if snapshot and language == self.languages[0]:
                self._compare(f"{name} {language}")

    def send(
        self,
        name: str,
        path: str,
        *,
        button: str = PRIMARY,
        fill: Callable[[Page], None] | None = None,
        snapshot: bool = False,
    ) -> None:
        """Send the form of a page as it is, or wrongly filled in, and look at its errors (W13)."""
        for language in self.languages:
            self._open(name, path, language, 200)
            if fill:
                fill(self.page)
            with self.page.expect_navigation():
                self.page.locator(button).first.click()
            self._note(language)
            found = checks.errors(self.page, language)
            self.faults += [f"{name} [{language}]: {each}" for each in found]
            self._look(f"{name} [{language}]", language, 99)
            if snapshot and language == self.languages[0]:
                self._compare(f"{name} {language}")

    def use(self, name: str, path: str, check: Callable[[Page, str], list[str]]) -> None:
        """Do something on a page in each language, as `use.py` says; it is not looked at again."""
        for language in self.languages if self.depth != "pages" else ():
            self._open(name, path, language, 200)
            found = check(self.page, language)
            self.faults += [f"{name} [{language}]: {each}" for each in found]
            self.lines.append(f"{len(found):3} {name} [{language}]")

    def _open(self, name: str, path: str, language: str, status: int) -> None:
        wanted = path if language == "pl" else f"/{language}{path}"
        answer = self.page.goto(wanted)
        landed = urlsplit(self.page.url).path
        if landed != urlsplit(wanted).path:
            self.faults.append(f"{name} [{language}]: {wanted} leads to {landed}")
        if answer and answer.status != status:
            self.faults.append(f"{name} [{language}]: answered {answer.status}")
        if status != 404:
            self._note(language)

    def _note(self, language: str) -> None:
        """Write down which address the browser is at, by its whole name."""
        landed = urlsplit(self.page.url).path
        name = resolve(landed.removeprefix(f"/{language}")).view_name
        self.view = name if ":" in name else f"mailing:{name}"
        self.views.add(self.view)

    def _look(self, name: str, language: str, most: int) -> None:
        page, found = self.page, []
        self.states += 1
        if self.depth == "pages":
            self._keep(name)
            return
        checks.whole(page, checks.WIDE["width"])
        found += checks.axe(page)
        checks.resize(page, checks.WIDE)
        found += checks.language(page, language) + checks.fields(page) + checks.topic(page, most)
        found += checks.letters(page) + checks.keyboard(page)
        found += use.hover(page) + use.time(page) + use.live(page) + use.final(page, self.view)
        found += use.presses(page) if language == self.languages[0] else []
        found += checks.reflow(page) + checks.stretched(page) + checks.motion(page)
        checks.whole(page, checks.PHONE["width"])
        found += checks.targets(page)
        found += checks.axe(page, checks.RULES if self.depth else checks.SIZES)
        found += self._dark(checks.RULES if self.depth else checks.CONTRAST)
        for screen in self._screens(language):
            found += screen()
        checks.resize(page, checks.WIDE)
        found += self._furniture(language)
        self.faults += [f"{name}: {each}" for each in dict.fromkeys(found)]
        self.lines.append(f"{len(found):3} {name}")
        self._keep(name)

    def _dark(self, options: dict) -> list[str]:
        # Without motion: a colour on its way from light to dark is no colour.
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found = checks.axe(self.page, options)
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        self.page.wait_for_function("() => !document.getAnimations().length")
        return [f"dark: {each}" for each in found]

    def _screens(self, language: str) -> list[Callable[[], list[str]]]:
        """The rarer screens of the matrix: all, a third that moves with the language, or none."""
        every = [self._at_768, self._dark_at_768, self._dark_at_1280, self._forced, self._narrow]
        if self.depth != "spread":
            return every if self.depth else []
        third = (self.states // len(LANGUAGES) + LANGUAGES.index(language)) % len(LANGUAGES)
        return every[third :: len(LANGUAGES)]

    def _at_768(self) -> list[str]:
        checks.whole(self.page, 768)
        return [f"768 px: {each}" for each in checks.axe(self.page)]

    def _dark_at_768(self) -> list[str]:
        checks.whole(self.page, 768)
        return self._dark(checks.RULES)

    def _dark_at_1280(self) -> list[str]:
        checks.whole(self.page, checks.WIDE["width"])
        return self._dark(checks.RULES)

    def _forced(self) -> list[str]:
        checks.whole(self.page, checks.WIDE["width"])
        self.page.emulate_media(forced_colors="active")
        found = checks.axe(self.page)
        self.page.emulate_media(forced_colors="none")
        return [f"forced colours: {each}" for each in found]

    def _narrow(self) -> list[str]:
        """320 px with more space in the text, and text of twice the size in half a window."""
        checks.resize(self.page, checks.PHONE)
        found = checks.stretched(self.page, checks.STRETCHED[:1])
        checks.resize(self.page, checks.HALF)
        return found + checks.stretched(self.page, checks.STRETCHED[1:])

    def _furniture(self, language: str) -> list[str]:
        """W12: head and foot are the same, in the same order, on every page of a language."""
        found = checks.ask(self.page, "furniture")
        first = self.furniture.setdefault(language, found)
        return [] if found == first else [f"W12 head or foot differs: {found}, not {first}"]

    def _compare(self, name: str) -> None:
        """W24: what a screen reader is told is what it was told before."""
        kept = SNAPSHOTS / f"{slug(name)}.yml"
        heard = re.sub(r"\d+", "0", self.page.locator("body").aria_snapshot())
        heard = CALENDAR.sub("day", re.sub(r"/url: .*", "/url: address", heard)) + "\n"
        if RENEW:
            kept.write_text(heard, "utf-8")
        if not kept.exists() or kept.read_text("utf-8") != heard:
            self.faults.append(f"{name}: W24 differs from {kept.name} (WIN4UA_NEW_SNAPSHOTS=1)")

    def _keep(self, name: str) -> None:
        if KEEP:
            target = Path(KEEP, "pages", f"{slug(name)}.html")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.page.content(), "utf-8")
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{slug(name)}-1280.png", full_page=True)
            checks.resize(self.page, {"width": 360, "height": 740})
            self.page.screenshot(path=f"{SHOTS}/{slug(name)}-360.png", full_page=True)
            checks.resize(self.page, checks.WIDE)


def slug(name: str) -> str:
    """A name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
