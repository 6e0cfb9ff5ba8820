"""An office fills in the whole survey, from its link to the receipt, as a browser would send it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ops.bench.stage import Office
from ops.visitor import Answer, Visitor, filled, main_form

# What an office types; anything else that a page asks is answered with the first thing it offers.
TYPED: Mapping[str, object] = {
    "nazwa_urzedowa": "Gmina Brzeziny",
    "ludnosc": "12 000",
    "adres_ulica": "Sienkiewicza 16",
    "adres_kod": "95-060",
    "adres_miejscowosc": "Brzeziny",
    "kierownik_imie": "Barbara",
    "kierownik_nazwisko": "Zielińska",
    "kontakt_imie": "Anna",
    "kontakt_nazwisko": "Nowak",
    "kontakt_stanowisko": "Sekretarz gminy",
    "kontakt_tel": "42 612 34 56",
    "czlonkostwo": ["zgwrp"],
    "poprzednie_edycje": ["nie"],
    "wspolpraca_ua": "jeszcze_nie",
    "tematy": ["waste", "education", "energy_climate"],
    "praktyki": "Spółdzielnia energetyczna z udziałem szkoły, urzędu i trzech sołectw. " * 3,
    "oczekiwania": "Jak hromada prowadzi usługi społeczne w czasie wojny.",
    "jednostki": ["szkoly", "biblioteka"],
    "mentor_jest": "jeszcze_nie",
    "uwagi": "Zapraszamy.",
    "osw_prawda": True,
    "osw_zalacznik": True,
    "rodo_info": True,
}
MOST_STEPS = 60
NUMBER = re.compile(r"WIN4UA-\d{4}-\d{4,}")


class JourneyError(AssertionError):
    """The walk stopped before the receipt; says where and what the page said."""


@dataclass
class Walk:
    """What a walk was: every answer's (kind, path, status, seconds), and the number at its end."""

    steps: list[tuple[str, str, int, float]] = field(default_factory=list)
    number: str = ""

    def note(self, kind: str, answer: Answer) -> Answer:
        """Write an answer down and hand it on; an error of the server ends the walk."""
        self.steps.append((kind, answer.path, answer.status, answer.seconds))
        if answer.status >= 400:
            raise JourneyError(f"{kind} {answer.path}: {answer.status}")
        return answer


def fill_in(visitor: Visitor, office: Office, *, typed: Mapping[str, object] = TYPED) -> Walk:
    """Begin, fill in every page, check, send. Raises `JourneyError`."""
    walk = Walk()
    known = {**typed, "email": office.email, "kontakt_email": office.email}
    page = walk.note("GET", visitor.get(office.path))
    while len(walk.steps) < MOST_STEPS * 2:
        if found := NUMBER.search(page.text):
            walk.number = found[0]
            return walk
        form = main_form(page.read().forms)
        sent = walk.note(
            "POST", visitor.post(page.path, filled(form, _asked(known, form.controls)))
        )
        if sent.status == 200:
            raise JourneyError(f"{page.path} was not accepted: {_errors(sent.text)}")
        page = walk.note("GET", visitor.get(sent.location))
        while page.status == 302:
            page = walk.note("GET", visitor.get(page.location))
    raise JourneyError("the survey does not end")


def _asked(known: Mapping[str, object], controls: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in known.items() if name in controls}


def _errors(html: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>|\s+", " ", each)
        for each in re.findall(r'class="error"[^>]*>(.*?)</p', html, re.S)
    ]
