"""FT-19: phones that die at each page of the survey, and lines that break while a page is sent."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.browser import Device, playing, program, secure_address
from ops.faults.people import ready_to_send, trusted
from ops.faults.result import Result
from ops.faults.together import kept
from ops.visitor import wait_for

AT_ONCE = 4
OLD_ENOUGH = 10.0  # seconds; what is older than that must not be lost
MOST_CLICKS = 2
CODE = re.compile(r"\b(\d{6})\b")
GO_ON = "Zapisz i przejdź dalej"
RESUME = re.compile("^(Kontynuuj ankietę|Sprawdź odpowiedzi i wyślij)$")
# What must have a form or a length to be kept; what has not yet is named on the page as not kept.
TYPED_BY_HAND = {
    "numery": ("nip", "5260250274"),
    "praktyki": ("praktyki", "Szkoła, urząd i sołtys. " * 20 + "Razem."),
}
CUT_PAGES = ("adres", "kierownik", "kontakt", "uwagi")
# The first thing on a page that a person may change: a text, else a choice, else an order.
CHANGEABLE = """() => {
  const form = document.querySelector("main form[data-autosave-url]");
  const all = [...form.querySelectorAll("input, textarea")].filter((each) => each.offsetParent);
  const text = all.find((each) => (each.type === "text" || each.tagName === "TEXTAREA")
    && each.inputMode !== "numeric" && !each.hasAttribute("role"));
  const choice = all.find((each) => /radio|checkbox/.test(each.type) && !each.checked);
  const found = text || choice;
  if (found) found.dataset.changed = "1";
  return text ? "text" : choice ? "choice" : "order";
}"""
SHOWN = """() => [...new FormData(document.querySelector("main form[data-autosave-url]"))]
  .filter(([name]) => !["csrfmiddlewaretoken", "seen", "unsure", "back"].includes(name))"""


@dataclass
class Step:
    """A page of the survey with a phone before it."""

    slug: str
    office: Office
    link: int
    device: Device
    before: dict[str, Any]
    shown: list[list[str]]
    changed_at: float


def run(servers: Servers, share: float) -> Result:
    """What was typed ten seconds before the end is there, at most two clicks after the code."""
    if program() is None:
        return Result("FT-19", {"skipped": "no Chromium"}, {})
    address = secure_address(servers)
    slugs = steps()[:: max(1, int(1 / share))]
    people = iter(ready_to_send(len(slugs) + 2 * len(CUT_PAGES) + 2))
    lost: list[str] = []
    clicks: list[int] = []
    with playing() as playwright:
        desk = Device(playwright, address)
        for start in range(0, len(slugs), AT_ONCE):
            waiting = [
                _phone(servers, playwright, address, slug, *next(people))
                for slug in slugs[start : start + AT_ONCE]
            ]
            for step in waiting:
                time.sleep(max(0.0, step.changed_at + OLD_ENOUGH - time.monotonic()))
                step.device.kill()
            for step in waiting:
                found, pressed = _resumed(desk, step)
                clicks.append(pressed)
                if not found:
                    lost.append(f"killed on {step.slug}")
        cuts = list(_cuts(servers, desk, people))
        desk.kill()
    lost += [name for name, is_whole in cuts if not is_whole]
    return Result(
        "FT-19",
        {
            "phones_killed": len(clicks),
            "lines_cut": len(cuts),
            "lost": len(lost),
            "most_clicks": max(clicks),
            **({"first": lost[:5]} if lost else {}),
        },
        {
            "no answer older than 10 s is lost": not lost,
            f"resumed in {MOST_CLICKS} clicks": max(clicks) <= MOST_CLICKS,
            "every page was met": share < 1 or len(clicks) == len(steps()),
        },
    )


def steps() -> list[str]:
    """The pages that an office without mentor and partner is asked."""
    from applications.survey_plan import pages_for
    from ops.bench.journey import TYPED
    from ops.faults.people import SURE

    return [page.slug for page in pages_for({**TYPED, **SURE})]


def _only_before(office: Office, slug: str) -> dict[str, Any]:
    """Let the draft hold what stands before a page; before the first one there is no survey."""
    from applications.models import HostSurvey
    from applications.survey_plan import PAGES

    survey = HostSurvey.objects.get(gmina__teryt=office.teryt)
    names = [page.slug for page in PAGES]
    if slug == names[0]:
        survey.delete()
        return {}
    earlier = {key for page in PAGES[: names.index(slug)] for key in page.keys}
    answers = {key: value for key, value in survey.draft_answers.items() if key in earlier}
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=answers)
    return answers


def _phone(
    servers: Servers, playwright: Any, address: str, slug: str, office: Office, link: int
) -> Step:
    """A phone on this page, on which something has just been changed."""
    before = _only_before(office, slug)
    device = Device(playwright, address, width=360)
    device.let_in(trusted(servers, link).cookies)
    device.page.goto(f"{office.path}{slug}/")
    _change(device.page, slug)
    changed_at = time.monotonic()
    return Step(slug, office, link, device, before, device.page.evaluate(SHOWN), changed_at)


def _change(page: Any, slug: str, words: str = "Nowe 19") -> None:
    if slug in TYPED_BY_HAND:
        name, value = TYPED_BY_HAND[slug]
        page.locator(f'[name="{name}"]').fill(value)
        return
    kind = page.evaluate(CHANGEABLE)
    if kind == "text":
        page.locator("[data-changed]").fill(words)
    elif kind == "choice":
        page.locator("[data-changed]").check()
    else:
        page.locator('[data-rank] [value^="down:"]').first.click()


def _resumed(desk: Device, step: Step) -> tuple[bool, int]:
    """At the desk: code, and on; whether the page shows what the phone showed, and the clicks."""
    page = desk.page
    desk.context.clear_cookies()
    page.goto(step.office.path)
    _enter_code(page, step.office)
    clicks = 0
    if re.search(r"/ankieta/l/[^/]+/$", page.url):
        page.get_by_role("link", name=RESUME).first.click()
        page.wait_for_url(re.compile(r"/ankieta/l/[^/]+/[\w-]+/"))
        clicks = 1
    page.goto(f"{step.office.path}{step.slug}/")
    is_same = page.evaluate(SHOWN) == step.shown
    return is_same and kept(step.office) != step.before, clicks


def _enter_code(page: Any, office: Office) -> None:
    from mailing.models import Letter

    page.get_by_role("button", name="Wyślij kod").click()
    page.wait_for_load_state()
    letters = Letter.objects.filter(letter="mailing/code", to=office.email)
    found = CODE.search(letters.latest("pk").text)
    page.get_by_label("Kod z listu").fill(found[0] if found else "")
    page.get_by_role("button", name="Pokaż ankietę").click()
    page.wait_for_url(lambda url: "/kod/" not in url)


def _cuts(
    servers: Servers, desk: Device, people: Iterator[tuple[Office, int]]
) -> Iterator[tuple[str, bool]]:
    """(what was cut, whether all is there): before the server heard of it, and after."""
    for slug in CUT_PAGES:
        for is_heard in (False, True):
            office, link = next(people)
            desk.let_in(trusted(servers, link).cookies)
            yield (
                f"cut on {slug}, {'answer lost' if is_heard else 'never arrived'}",
                _cut(desk.page, office, slug, is_heard=is_heard),
            )
    for is_heard in (False, True):
        office, link = next(people)
        desk.let_in(trusted(servers, link).cookies)
        yield (
            f"cut while sending, {'answer lost' if is_heard else 'never arrived'}",
            _cut_sending(desk.page, office, is_heard=is_heard),
        )


def _cutting(page: Any, *, is_heard: bool) -> list[str]:
    """From now on nothing that is posted is answered."""
    cut: list[str] = []

    def break_line(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        if is_heard:
            route.fetch(max_redirects=0)
        cut.append(route.request.url)
        route.abort("connectionreset")

    page.route("**/ankieta/l/**", break_line)
    return cut


def _cut(page: Any, office: Office, slug: str, *, is_heard: bool) -> bool:
    page.goto(f"{office.path}{slug}/")
    words = f"Nowe {'12' if is_heard else '21'}"
    _change(page, slug, words)
    cut = _cutting(page, is_heard=is_heard)
    page.get_by_role("button", name=GO_ON).click()
    is_cut = wait_for(lambda: page.wait_for_timeout(100) is None and bool(cut), seconds=30)
    page.unroute_all()
    page.wait_for_url(lambda url: f"/{slug}/" not in url, timeout=60_000)
    stays = page.evaluate("Object.keys(sessionStorage).length")
    return is_cut and words in map(str, kept(office).values()) and stays == 0


def _cut_sending(page: Any, office: Office, *, is_heard: bool) -> bool:
    from applications.models import HostSurvey

    page.goto(f"{office.path}sprawdz/")
    cut = _cutting(page, is_heard=is_heard)
    page.get_by_role("button", name="Wyślij ankietę").click()
    is_cut = wait_for(lambda: page.wait_for_timeout(100) is None and bool(cut), seconds=30)
    page.unroute_all()
    page.goto(office.path)
    survey = HostSurvey.objects.get(gmina__teryt=office.teryt)
    if not is_heard:
        page.get_by_role("link", name=RESUME).first.click()
        page.get_by_role("button", name="Wyślij ankietę").click()
        page.wait_for_url("**/wyslano/")
        survey.refresh_from_db()
    is_shown = survey.number in page.locator("main").inner_text()
    return is_cut and bool(survey.number) and is_shown and survey.versions.count() == 1
