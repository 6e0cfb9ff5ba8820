"""A mail provider on this machine that speaks as Resend or Postmark do, and plays tricks."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from ops.processes import free_port

SECRET = "postmaster:only-for-faults"  # noqa: S105 - of a stand-in


@dataclass(frozen=True)
class Mood:
    """What the provider does with one call: seconds before and after it takes the letter, then
    its answer: a status, or 0 for a line that breaks without one."""

    before: float = 0.0
    after: float = 0.0
    takes: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Provider:
    """Counts what it sends on, by the number of the letter. `mood` looks at the number of a call.

    With `honours`, a second call with a known key sends nothing and gives the first answer.
    """

    dialect: str = "resend"
    honours: bool = True
    mood: Callable[[int], Mood] = lambda _number: Mood()
    taken: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, str] = field(default_factory=dict)
    headers: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    port: int = field(default_factory=free_port)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a house that sends through it."""
        anymail = {
            f"{self.dialect.upper()}_API_URL": f"http://127.0.0.1:{self.port}/",
            "RESEND_API_KEY": "key",
            "POSTMARK_SERVER_TOKEN": "key",
            "WEBHOOK_SECRET": [SECRET],
        }
        return {
            "EMAIL_BACKEND": f"anymail.backends.{self.dialect}.EmailBackend",
            "ANYMAIL": json.dumps(anymail),
        }

    @property
    def doubles(self) -> int:
        """How many letters too many were sent on."""
        return sum(count - 1 for count in self.taken.values())

    def call(self, payload: dict[str, Any], key: str) -> tuple[Mood, bytes]:
        """One call: what becomes of it, and the answer."""
        letter, headers = _letter_of(payload)
        with self.lock:
            self.calls.append(time.monotonic())
            mood = self.mood(len(self.calls))
        time.sleep(mood.before)
        number = ""
        if mood.takes:
            with self.lock:
                number = self.numbers.get(key, "") if self.honours and key else ""
                if not number:
                    number = str(uuid4())
                    self.taken[letter] += 1
                    self.order.append(letter)
                    self.times[letter] = time.monotonic()
                    self.headers[letter] = headers
                    self.numbers[key or letter] = number
                if not mood.status:
                    self.dropped.add(letter)
        time.sleep(mood.after)
        return mood, json.dumps(_answer(self.dialect, number, payload)).encode()

    @contextmanager
    def running(self) -> Iterator["Provider"]:
        """Answer until the block ends."""
        server = _Server(("127.0.0.1", self.port), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A caller was killed in the middle of a call: that is what this is for."""


def _letter_of(payload: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    if "Metadata" in payload:
        return str(payload["Metadata"]["letter"]), []
    headers = payload.get("headers", {})
    listed = [{"name": name, "value": str(value)} for name, value in headers.items()]
    return str(json.loads(headers["X-Metadata"])["letter"]), listed


def _answer(dialect: str, number: str, payload: dict[str, Any]) -> dict[str, object]:
    if dialect == "resend":
        return {"id": number}
    return {"ErrorCode": 0, "Message": "OK", "MessageID": number, "To": payload["To"]}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:  # noqa: N802 - the name that http.server asks for
            length = int(self.headers["Content-Length"])
            payload = json.loads(self.rfile.read(length))
            mood, body = provider.call(payload, self.headers.get("Idempotency-Key", ""))
            if not mood.status:
                self.close_connection = True
                return
            self.send_response(mood.status)
            for name, value in mood.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler
