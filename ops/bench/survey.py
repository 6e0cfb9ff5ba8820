"""W1, W2, W3, W12: the survey of a municipality against plain Django."""

import itertools
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from ops.bench import meter
from ops.bench.figures import Figure
from ops.bench.journey import TYPED, fill_in
from ops.bench.servers import HOST, Servers
from ops.bench.stage import Office
from ops.visitor import Fields, Reader, Visitor, filled, main_form

ROUNDS = 7
PAGES_A_ROUND = 150
JOURNEYS_A_ROUND = 4
PLAIN_SQL = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b")


def measure(servers: Servers, offices: Iterator[Office]) -> Iterator[Figure]:
    """The page, the saving, the whole journey, and the memory of the workers after all that."""
    yield page(servers, next(offices))
    yield from statements(next(offices))
    yield journey(servers, offices)
    yield memory(servers)


def page(servers: Servers, office: Office) -> Figure:
    """W1: a page of the survey in use, GET, against a bare view with one SELECT."""
    guest, bare = begun(servers.visitor(), office), servers.visitor("floor")
    pages = itertools.cycle(["kierownik", "kontakt", "nocleg", "spotkanie", "uwagi"])

    def shown() -> int:
        for _ in range(PAGES_A_ROUND):
            answer = guest.get(f"{office.path}{next(pages)}/")
            if answer.status != 200:
                raise RuntimeError(f"{answer.path}: {answer.status}")
        return PAGES_A_ROUND

    def floor() -> int:
        for _ in range(PAGES_A_ROUND * 4):
            bare.get("/bare/")
        return PAGES_A_ROUND * 4

    shown(), floor()
    value, least = meter.in_turn(
        ROUNDS,
        lambda: meter.cpu_of(shown, servers.roots("web")),
        lambda: meter.cpu_of(floor, servers.roots("floor")),
    )
    return Figure(
        "W1", "survey page, GET", value, "ms CPU", 6, least, "a bare view with one SELECT"
    )


def begun(visitor: Visitor, office: Office) -> Visitor:
    """The visitor has confirmed the address and answered the first page."""
    first = visitor.get(office.path)
    sent = visitor.post(office.path, filled(main_form(first.read().forms), {"email": office.email}))
    second = visitor.get(sent.location)
    known = {"nazwa_urzedowa": "Gmina", "ludnosc": "12000", "czlonkostwo": ["zgwrp"]}
    visitor.post(second.path, filled(main_form(second.read().forms), known))
    return visitor


def journey(servers: Servers, offices: Iterator[Office]) -> Figure:
    """W2: from the link to the receipt, against form, save, thanks in crispy-forms."""
    plain = servers.visitor("floor")
    requests: list[int] = []

    def whole() -> int:
        for office in itertools.islice(offices, JOURNEYS_A_ROUND):
            visitor = servers.visitor()
            requests.append(len(fill_in(visitor, office).steps))
            visitor.close()
        return JOURNEYS_A_ROUND

    def floor() -> int:
        for _ in range(JOURNEYS_A_ROUND * 6):
            form = main_form(plain.get("/form/").read().forms)
            sent = plain.post("/form/", filled(form, {}))
            if sent.status != 302 or plain.get(sent.location).status != 200:
                raise RuntimeError("the floor does not walk")
        return JOURNEYS_A_ROUND * 6

    whole(), floor()
    value, least = meter.in_turn(
        ROUNDS,
        lambda: meter.cpu_of(whole, servers.roots("web")),
        lambda: meter.cpu_of(floor, servers.roots("floor")),
    )
    return Figure(
        "W2",
        "whole survey, link to receipt",
        value,
        "ms CPU",
        6,
        least,
        "form, save, thanks: 35 fields in crispy-bootstrap5",
        more={"requests": requests[-1], "ms_per_request": round(value / requests[-1], 2)},
    )


def statements(office: Office) -> Iterator[Figure]:
    """W1 and W3: statements of showing and of saving a page; the worst page counts."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from applications.survey_plan import PAGES

    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    client = Client(headers=headers)

    def sent(path: str, fields: Fields) -> str:
        body = urlencode(fields)
        done = client.post(path, body, content_type="application/x-www-form-urlencoded")
        if done.status_code != 302:
            raise RuntimeError(f"{path} was not accepted")
        return str(done["Location"])

    shown: dict[str, int] = {}
    saved: dict[str, int] = {}
    transactions: dict[str, int] = {}
    slugs = {page.slug for page in PAGES}
    known = {**TYPED, "email": office.email, "kontakt_email": office.email}
    path = office.path
    for _step in range(2 * len(slugs)):
        slug = path.rstrip("/").rsplit("/", 1)[-1].partition("?")[0]
        if slug == "sprawdz":
            break
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        shown[slug] = len(asked)
        form = main_form(_read(answer.content).forms)
        fields = filled(form, {name: known[name] for name in form.controls if name in known})
        with CaptureQueriesContext(connection) as asked:
            path = sent(path, fields)
        texts = [each["sql"] for each in asked]
        saved[slug] = sum(1 for text in texts if not PLAIN_SQL.match(text))
        transactions[slug] = sum(1 for text in texts if text.startswith("BEGIN"))
    pages = {slug: count for slug, count in shown.items() if slug in slugs}
    saves = {slug: count for slug, count in saved.items() if slug in slugs}
    later = {slug: count for slug, count in saves.items() if slug != "gmina"}
    yield Figure("W1q", "survey page, GET", max(pages.values()), "queries", 6, more={"each": pages})
    yield Figure(
        "W3",
        "saving a page",
        max(later.values()),
        "queries",
        8,
        more={"first": saves.get("gmina"), "transactions": max(transactions.values())},
    )


def _read(content: bytes) -> Reader:
    reader = Reader()
    reader.feed(content.decode())
    return reader


def memory(servers: Servers) -> Figure:
    """W12: the larger of the web workers, after all of the above."""
    largest = meter.memory_pss(servers.processes["web"].pid)[0]
    return Figure("W12", "memory of a web worker (PSS)", largest, "MB", 120)
