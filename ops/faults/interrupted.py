"""FT-20: between the opening of a page and its sending something of the browser's proof is lost."""

import os
import re
import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.people import ready_to_send, trusted
from ops.faults.result import Result
from ops.faults.together import kept
from ops.visitor import Answer, Fields, PageForm, Visitor, filled, main_form

OFFICES = 40  # for each way in which something is lost
AT_ONCE = 4
MOST_PRESSES = 6
PAGE, NEXT_PAGE = "adres", "numery"
TYPED = {"adres_ulica": "Reymonta 7", "adres_kod": "95-068", "adres_miejscowosc": "Stryków"}
CODE = re.compile(r"\b(\d{6})\b")


@dataclass
class Person:
    """Somebody with a page open, and what stands typed in it."""

    office: Office
    window: Visitor
    fields: Fields

    @property
    def path(self) -> str:
        """The page that is open."""
        return f"{self.office.path}{PAGE}/"


Loss = Callable[[Servers, list[Person]], None]


def session_expired(_servers: Servers, people: list[Person]) -> None:
    """The browser rested for longer than its session lives."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    keys = [person.window.cookies[settings.SESSION_COOKIE_NAME] for person in people]
    before = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(session_key__in=keys).update(expire_date=before)


def cookies_deleted(_servers: Servers, people: list[Person]) -> None:
    """The browser forgot everything, the proof of origin included."""
    for person in people:
        person.window.cookies.clear()


def token_old(servers: Servers, people: list[Person]) -> None:
    """Another page of the house gave the browser a new proof of origin meanwhile."""
    for person in people:
        elsewhere = servers.visitor()
        elsewhere.get("/logowanie/")
        name = settings.CSRF_COOKIE_NAME
        person.window.cookies[name] = elsewhere.cookies[name]
        elsewhere.close()


def deployed(servers: Servers, people: list[Person]) -> None:
    """A new release with a new key; the old one is still known."""
    _anew(servers, people, SECRET_KEY_FALLBACKS=os.environ["SECRET_KEY"])


def key_burnt(servers: Servers, people: list[Person]) -> None:
    """A new key, and the old one is thrown away, as after a theft."""
    _anew(servers, people, SECRET_KEY_FALLBACKS="")


LOSSES: dict[str, tuple[Loss, int]] = {  # with the number of presses that a person then needs
    "session expired": (session_expired, 2),
    "cookies deleted": (cookies_deleted, 3),
    "token old": (token_old, 1),
    "deployed": (deployed, 0),
    "key burnt": (key_burnt, 2),
}


def _anew(servers: Servers, people: list[Person], **environment: str) -> None:
    for person in people:
        person.window.close()
    servers.stop("web")
    os.environ.update(environment, SECRET_KEY=secrets.token_urlsafe(64))
    servers.start_web()
    for person in people:
        person.window.port = servers.ports["web"]


def run(servers: Servers, share: float) -> Result:
    """After the code of a letter all answers are there, those of before and those just typed."""
    number = max(2, int(OFFICES * share))
    everybody = ready_to_send(number * len(LOSSES))
    kinds: Counter[str] = Counter()
    presses: dict[str, int] = {}
    statuses: list[int] = []
    for place, (name, (lose, most)) in enumerate(LOSSES.items()):
        some = everybody[place * number : (place + 1) * number]
        people = [_opened(servers, office, link) for office, link in some]
        before = {person.office.teryt: kept(person.office) for person in people}
        lose(servers, people)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            walks = list(pool.map(_walk, people))
        statuses += [status for each, _pressed in walks for status in each]
        presses[name] = max(pressed for _statuses, pressed in walks)
        for person in people:
            whole = before[person.office.teryt] | TYPED
            kinds["kept" if kept(person.office) == whole else f"lost: {name}"] += 1
            person.window.close()
        if presses[name] > most:
            kinds[f"too many presses: {name}"] += 1
    count = number * len(LOSSES)
    return Result(
        "FT-20",
        {
            "losses": len(LOSSES),
            "people": count,
            **{name.replace(" ", "_"): each for name, each in kinds.items()},
            "presses": presses,
            "http500": sum(status >= 500 for status in statuses),
        },
        {
            "all answers are there": kinds["kept"] == count and len(kinds) == 1,
            "each way was met": presses == {name: most for name, (_lose, most) in LOSSES.items()},
            "no error": all(status < 500 for status in statuses),
        },
    )


def _opened(servers: Servers, office: Office, link: int) -> Person:
    window = trusted(servers, link)
    form = main_form(window.get(f"{office.path}{PAGE}/").read().forms)
    return Person(office, window, filled(form, TYPED))


def _walk(person: Person) -> tuple[list[int], int]:
    """Send the page and do what the answers ask for; statuses, and buttons pressed after that."""
    window, statuses, presses = person.window, [], 0
    answer = window.post(person.path, person.fields)
    while True:
        statuses.append(answer.status)
        answer = window.follow(answer)
        statuses.append(answer.status)
        if f"/{NEXT_PAGE}/" in answer.path or presses == MOST_PRESSES:
            return statuses, presses
        presses += 1
        code = _code(person)
        form = _form_to_press(answer, is_code_sent=bool(code))
        answer = window.post(form.action or answer.path, filled(form, code))


def _form_to_press(answer: Answer, *, is_code_sent: bool) -> PageForm:
    """What a person goes on with: on the page of the code its two buttons, one after the other."""
    forms = answer.read().forms
    sending = [form for form in forms if form.action.endswith("/kod/wyslij/")]
    return sending[0] if sending and not is_code_sent else main_form(forms)


def _code(person: Person) -> dict[str, object]:
    """The digits of the letter with the code, once there is one."""
    from mailing.models import Letter

    letter = Letter.objects.filter(letter="mailing/code", to=person.office.email).last()
    found = CODE.search(letter.text) if letter else None
    return {"code": found[0]} if found else {}
