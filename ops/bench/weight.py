"""W8: what a public page weighs when a browser opens it for the first time."""

import gzip
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from ops.bench.figures import Figure
from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.bench.survey import begun
from ops.visitor import Answer, Visitor

PROXY_LEVEL = 5  # Caddy's level of gzip for what comes uncompressed
IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)")
FACE = re.compile(r"@font-face\s*{[^}]*}", re.DOTALL)


def measure(servers: Servers, office: Office) -> Iterator[Figure]:
    """The programme page, the public entrance, and a page of the survey: the heaviest counts."""
    guest = begun(servers.visitor(), office)
    paths = {
        "programme": "/",
        "entrance": "/ankieta/",
        "survey": f"{office.path}kierownik/",
    }
    found = {name: opened(guest, path) for name, path in paths.items()}
    most = max(requests for requests, _weight in found.values())
    heaviest = max(weight for _requests, weight in found.values())
    each = {name: [count, round(weight / 1024, 1)] for name, (count, weight) in found.items()}
    yield Figure("W8r", "public page, first visit", most, "requests", 6, more={"each": each})
    yield Figure("W8", "public page, first visit", heaviest / 1024, "KB", 60, more={"each": each})


def opened(visitor: Visitor, path: str) -> tuple[int, float]:
    """Requests and bytes of everything that a browser fetches for a page, headers included.

    Scripts, styles, icon, images and preloaded fonts; a font that is only named in a style is
    fetched when the page uses its face, so a face without a preload counts when it is not a subset.
    """
    page = visitor.get(path, compressed=True)
    if page.status != 200:
        raise RuntimeError(f"{path}: {page.status}")
    weight = _weight(page)
    wanted = {urljoin(path, each) for each in page.read().assets if not each.startswith("data:")}
    seen: set[str] = set()
    while wanted:
        address = wanted.pop()
        seen.add(address)
        asset = visitor.get(urlsplit(address).path, compressed=True)
        if asset.status != 200:
            raise RuntimeError(f"{address}: {asset.status}")
        weight += _weight(asset)
        if "css" in asset.headers.get("content-type", ""):
            outside_faces = FACE.sub("", asset.text)
            more = {urljoin(address, each) for each in IN_CSS.findall(outside_faces)}
            wanted |= {each for each in more if not each.startswith("data:")} - seen
    return len(seen) + 1, weight


def _weight(answer: Answer) -> float:
    if "content-encoding" in answer.headers or not _is_text(answer):
        return answer.bytes_on_wire
    packed = len(gzip.compress(answer.body, PROXY_LEVEL))
    return answer.bytes_on_wire - len(answer.body) + packed


def _is_text(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "")
    return any(word in kind for word in ("text", "json", "javascript", "svg"))
