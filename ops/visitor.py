"""A visitor without a browser: cookies, hidden fields, forms filled in from what the page asks.

Serves `make bench`, `make faults` and tests. Reads HTML like a browser without JavaScript and
knows nothing of the application, so it goes on working when a page asks something new.
"""

import gzip
import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

Fields = list[tuple[str, str]]
CHOSEN = ("radio", "checkbox")
BUTTONS = ("submit", "button", "reset", "image")


@dataclass
class Control:
    """One control of a form: its options are (value, is chosen) pairs."""

    name: str
    kind: str
    value: str = ""
    mode: str = ""
    is_required: bool = False
    options: list[tuple[str, bool]] = field(default_factory=list)


@dataclass
class PageForm:
    """A form as a browser sees it. `buttons` are (name, value) pairs."""

    action: str = ""
    method: str = "get"
    controls: dict[str, Control] = field(default_factory=dict)
    hidden: Fields = field(default_factory=list)
    buttons: Fields = field(default_factory=list)


class Reader(HTMLParser):
    """Collects forms, links and assets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.assets: list[str] = []
        self.title = ""
        self._form: PageForm | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "title":
            self._in_title = not self.title
        elif tag == "a" and known.get("href"):
            self.links.append(known["href"])
        elif tag in ("script", "img", "source") and known.get("src"):
            self.assets.append(known["src"])
        elif tag == "link" and known.get("rel") in ("stylesheet", "icon", "preload"):
            self.assets.append(known.get("href", ""))
        elif tag == "form":
            self._form = PageForm(known.get("action", ""), known.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, known)

    def _control(self, form: PageForm, tag: str, known: dict[str, str]) -> None:
        name, kind = known.get("name", ""), known.get("type", "text").lower()
        if tag == "button" and kind in ("submit", "text") and name:
            form.buttons.append((name, known.get("value", "")))
        if tag == "option" and self._select is not None:
            self._select.options.append((known.get("value", ""), "selected" in known))
        if not name or "disabled" in known or tag not in ("input", "select", "textarea"):
            return
        if tag == "input" and kind == "hidden":
            form.hidden.append((name, known.get("value", "")))
            return
        if tag == "input" and kind in BUTTONS:
            form.buttons.append((name, known.get("value", "")))
            return
        control = form.controls.setdefault(
            name,
            Control(
                name,
                kind if tag == "input" else tag,
                mode=known.get("inputmode", ""),
                is_required="required" in known or known.get("aria-required") == "true",
            ),
        )
        if kind in CHOSEN and tag == "input":
            control.options.append((known.get("value", "on"), "checked" in known))
        elif tag == "input":
            control.value = known.get("value", "")
        elif tag == "select":
            self._select = control
        else:
            self._area = control

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.value = self._area.value.removeprefix("\n")  # HTML drops the first one
            self._area = None
        elif tag == "title":
            self._in_title = False


@dataclass
class Answer:
    """What came back, and how long it took on the wall."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str
    seconds: float
    bytes_on_wire: int

    @property
    def text(self) -> str:
        """The page, whatever it is."""
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """Where a redirect leads, without the host."""
        where = urlsplit(self.headers.get("location", ""))
        return where.path + (f"?{where.query}" if where.query else "")

    def read(self) -> Reader:
        """Forms, links and assets of the page."""
        reader = Reader()
        reader.feed(self.text)
        return reader


class Visitor:
    """One browser without JavaScript against a server on this machine.

    It speaks as the proxy would: HTTPS outside, the public host name.
    """

    def __init__(self, port: int, *, host: str = "localhost", timeout: float = 60) -> None:
        self.port, self.host, self.timeout = port, host, timeout
        self.cookies: dict[str, str] = {}
        self.address = ""
        self._line: http.client.HTTPConnection | None = None

    def get(self, path: str, *, method: str = "GET", compressed: bool = False) -> Answer:
        """Ask for a page; redirects are not followed."""
        return self._ask(method, path, None, compressed=compressed)

    def post(self, path: str, fields: Fields | Mapping[str, object]) -> Answer:
        """Send a form. Values may be lists; CSRF is the caller's, from the page's hidden fields."""
        body = urlencode(fields, doseq=True, errors="surrogatepass")
        return self._ask("POST", path, body.encode("utf-8", "surrogatepass"))

    def follow(self, answer: Answer, *, most: int = 5) -> Answer:
        """Go where redirects lead."""
        while answer.status in (301, 302, 303, 307, 308) and most:
            answer, most = self.get(urljoin(answer.path, answer.location)), most - 1
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(
        self, method: str, path: str, body: bytes | None, *, compressed: bool = False
    ) -> Answer:
        origin = f"https://{self.host}"
        headers = {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address or "127.0.0.1",
            "Accept-Language": "pl",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if compressed:
            headers["Accept-Encoding"] = "gzip"
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": origin,
                "Referer": f"{origin}/",
            }
        began = time.monotonic()
        for attempt in (1, 2):
            if self._line is None:
                self._line = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=self.timeout
                )
            try:
                self._line.request(method, path, body, headers)
                response = self._line.getresponse()
                content = response.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # The server had closed the idle line: nothing of this request was read.
                self.close()
                if attempt == 2:
                    raise
        seconds = time.monotonic() - began
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name.strip()] = value.strip().strip('"')
        known = {name.lower(): value for name, value in response.headers.items()}
        weight = len(content) + sum(len(k) + len(v) + 4 for k, v in response.headers.items())
        if known.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        if known.get("connection", "").lower() == "close":
            self.close()
        return Answer(response.status, known, content, path, seconds, weight)


def main_form(forms: Iterable[PageForm]) -> PageForm:
    """The form that a page is about: the one with most controls among those that post."""
    posting = [form for form in forms if form.method == "post"]
    if not posting:
        raise LookupError("the page has no form to send")
    return max(posting, key=lambda form: len(form.controls))


def filled(form: PageForm, known: Mapping[str, object], *, more: bool = True) -> Fields:
    """What somebody would send: what is known, what stands there already, else something valid.

    `more`: also invent an answer to what the page marks as required and nobody knows.
    """
    fields = list(form.hidden)
    for name, control in form.controls.items():
        for value in _values(control, known.get(name), more=more):
            fields.append((name, value))
    return fields


def _values(control: Control, known: object, *, more: bool) -> list[str]:
    if known is not None:
        values = known if isinstance(known, list) else [known]
        return ["on" if value is True else str(value) for value in values if value is not False]
    if control.options:
        standing = [value for value, is_chosen in control.options if is_chosen and value]
        offered = [value for value, _chosen in control.options if value]
        is_group = control.kind != "checkbox" or offered != ["on"]
        wants = more and (is_group or control.is_required)
        return standing or (offered[:1] if wants else [])
    if control.kind == "file":
        return []
    if control.value or not (more and control.is_required):
        return [control.value]
    if control.kind == "number" or control.mode == "numeric":
        return ["1"]
    return ["urzad@gmina.example" if control.kind == "email" else "Brzeziny"]


def wait_for(answers: Callable[[], bool], *, seconds: float, pause: float = 0.1) -> bool:
    """Ask again until the answer is yes or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers():
            return True
        time.sleep(pause)
    return False
