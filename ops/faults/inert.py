"""A003: what people type is text on every page that shows it, in a browser that runs scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.browser import Device, playing, program, secure_address
from ops.faults.people import at_the_desk, trusted

LONG = ("praktyki", "oczekiwania", "uwagi")
SHORT = ("nazwa_urzedowa", "adres_ulica", "kierownik_imie", "kontakt_imie", "kontakt_stanowisko")
MOST, MOST_SHORT = 1_900, 80
PAGES = ("sprawdz", "praktyki", "kontakt", "uwagi")
WATCH = """
  window.heard = [];
  document.addEventListener("securitypolicyviolation", (event) => heard.push(event.blockedURI));
"""
# Scripts and handlers that nobody of the house wrote: it has none of them inside of its pages.
FOREIGN = """() => [...document.querySelectorAll("body *")].filter((element) =>
  element.matches("main script:not([src^='/static/']), iframe, object, embed, base")
  || element.getAttributeNames().some((name) => name.startsWith("on"))
  || /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute("href") || "")
).map((element) => element.outerHTML.slice(0, 120))"""
UNESCAPED = """() => {
  try {
    document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="alert(1)">');
  } catch { /* Trusted Types: the violation is heard */ }
}"""


@dataclass
class Shown:
    """What the browser met."""

    looks: int = 0
    dialogs: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    heard_when_unescaped: int = 0
    is_skipped: bool = False

    def meet(self, dialog: Any) -> None:
        """A dialog opened: some script ran."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def figures(self) -> dict[str, object]:
        """For the line of the fault."""
        if self.is_skipped:
            return {"in_browser": "skipped: no Chromium"}
        return {
            "in_browser": self.looks,
            "dialogs": len(self.dialogs),
            "csp_violations": len(self.violations),
            "foreign_elements": len(self.foreign),
        }

    def claims(self) -> dict[str, bool]:
        """Nothing ran, and what would run is noticed."""
        if self.is_skipped:
            return {}
        nothing = not self.dialogs and not self.violations and not self.foreign
        return {"no script runs": nothing, "one that would is heard": self.heard_when_unescaped > 0}


def look(servers: Servers, office: Office, link: int, lines: Sequence[str]) -> Shown:
    """Let the lines stand in the answers and open the pages that show them, the desk's as well."""
    shown = Shown(is_skipped=program() is None)
    if shown.is_skipped:
        return shown
    address = secure_address(servers)
    with playing() as playwright:
        device = Device(playwright, address)
        office_cookies, desk_cookies = trusted(servers, link).cookies, at_the_desk(servers).cookies
        page = device.page
        page.add_init_script(WATCH)
        page.on("dialog", shown.meet)
        for answers in _packed(lines):
            pk = _keep(office, answers)
            device.let_in(office_cookies)
            for name in PAGES:
                _look(page, f"{office.path}{name}/", shown)
            device.let_in(desk_cookies)
            _look(page, f"/admin/applications/hostsurvey/{pk}/change/", shown)
        page.evaluate(UNESCAPED)
        page.wait_for_timeout(300)
        shown.heard_when_unescaped = len(page.evaluate("heard"))
        device.kill()
    return shown


def _look(page: Any, path: str, shown: Shown) -> None:
    answer = page.goto(path, wait_until="load")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path} answered {answer and answer.status}")
    shown.looks += 1
    shown.violations += page.evaluate("heard")
    shown.foreign += page.evaluate(FOREIGN)


def _packed(lines: Sequence[str]) -> Iterator[dict[str, str]]:
    """As many lines as the long answers hold, one in each short one."""
    waiting = list(lines)
    while waiting:
        answers: dict[str, str] = {}
        short = iter([line for line in waiting if len(line) <= MOST_SHORT][: len(SHORT)])
        answers |= dict(zip(SHORT, short, strict=False))
        for name in LONG:
            taken: list[str] = []
            size = 0
            while waiting and (not taken or size + len(waiting[0]) < MOST):
                taken.append(waiting.pop(0)[:MOST])
                size += len(taken[-1]) + 1
            answers[name] = "\n".join(taken)
        yield answers


def _keep(office: Office, answers: dict[str, str]) -> int:
    """Let the survey hold these answers as if they had been sent."""
    from applications.models import HostSurvey

    survey = HostSurvey.objects.get(gmina__teryt=office.teryt)
    clean = {name: text.replace("\x00", "") for name, text in answers.items()}
    survey.draft_answers = {**survey.draft_answers, **clean}
    survey.save(update_fields=["draft_answers"])
    return int(survey.pk)
