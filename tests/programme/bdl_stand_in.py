"""A server on the loopback that speaks the protocol of the Local Data Bank, faults included."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

GMINAS = 2_400
VARIABLE = 72305


def unit(powiat: int, gmina: int = 0, kind: int = 0, voivodeship: int = 10) -> str:
    """Twelve digits: 05 | 10 | 1 | 18 | powiat | gmina | kind."""
    return f"05{voivodeship:02}118{powiat:02}{gmina:02}{kind}"


class StandIn:
    """What the service knows, how it misbehaves, and what it was asked."""

    def __init__(self):
        self.years = [2022, 2023, 2024]
        self.values: dict[str, dict[int, int]] = {}
        self.names: dict[str, str] = {}
        for number in range(GMINAS):
            powiat, gmina = divmod(number, 90)
            self.put(unit(powiat + 1, gmina + 1, 2), f"Gmina {number}", 15_000)
        # The parts of a gmina of kind 3: a town and the villages around it.
        self.put(unit(1, 1, 4), "Gmina 0 - miasto (4)", 5_000)
        self.put(unit(1, 1, 5), "Gmina 0 - obszar wiejski (5)", 10_000)
        self.faults: list = []
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.url = ""

    def put(self, code: str, name: str, value: int, year: int = 2024) -> None:
        """A unit with its figure."""
        self.names[code] = name
        self.values.setdefault(code, {})[year] = value

    def asked_times(self) -> Counter:
        """How often each address was asked."""
        return Counter(self.asked)

    def answer(self, path: str, query: dict[str, list[str]]):
        """The JSON of an address, as the real service gives it."""
        if path == f"/api/v1/variables/{VARIABLE}":
            return {"id": VARIABLE, "subjectId": "P2137", "level": 6, "years": self.years}
        page, size = int(query["page"][0]), int(query["page-size"][0])
        if path == "/api/v1/units":
            rows = self._units(int(query["level"][0]))
        elif path == f"/api/v1/data/by-variable/{VARIABLE}":
            assert query["unit-level"] == ["6"]
            rows = self._figures(int(query["year"][0]))
        else:
            return None
        links = {"first": f"{self.url}{path}?page=0"}
        if (page + 1) * size < len(rows):
            links["next"] = f"{self.url}{path}?page={page + 1}"
        return {
            "totalRecords": len(rows),
            "page": page,
            "pageSize": size,
            "links": links,
            "results": rows[page * size : (page + 1) * size],
        }

    def _units(self, level: int) -> list[dict]:
        if level == 2:
            return [{"id": "051000000000", "name": "ŁÓDZKIE", "level": 2}]
        powiats = sorted({code[:9] for code in self.names})
        return [
            {
                "id": f"{code}000",
                "name": f"Powiat powiat {int(code[7:9])}",
                "parentId": "051011800000",
                "level": 5,
                "kind": "1",
            }
            for code in powiats
        ]

    def _figures(self, year: int) -> list[dict]:
        return [
            {
                "id": code,
                "name": self.names[code],
                "values": [{"year": str(year), "val": values[year], "attrId": 1}],
            }
            for code, values in sorted(self.values.items())
            if year in values
        ]


def respond(status: int = 200, body: bytes = b"", headers=(), drip: float = 0, cut: int = 0):
    """A fault: this status, these bytes; `drip` seconds between bytes, `cut` bytes left out."""

    def send(handler) -> None:
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        for place in range(len(body) - cut):
            handler.wfile.write(body[place : place + 1])
            if drip:
                handler.wfile.flush()
                time.sleep(drip)

    return send


def never_answer(handler) -> None:
    """Keeps the line open and silent, longer than anybody waits."""
    time.sleep(3)


@contextmanager
def serving(stand_in: StandIn):
    """The stand-in on a port of the loopback, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):  # noqa: N802 - the name that http.server calls
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            page = query.get("page", ["-"])[0]
            last = parts.path.rsplit("/", 1)[-1]
            key = f"{last}:{query['level'][0]}:{page}" if "level" in query else f"{last}:{page}"
            stand_in.asked.append(key)
            stand_in.times.append(time.monotonic())
            stand_in.headers.append(dict(self.headers))
            for fault in list(stand_in.faults):
                wanted, act = fault
                if wanted == key:
                    stand_in.faults.remove(fault)
                    act(self)
                    self.close_connection = True
                    return
            payload = stand_in.answer(parts.path, query)
            body = json.dumps(payload).encode()
            self.send_response(200 if payload is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # a client that hangs up is expected
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
