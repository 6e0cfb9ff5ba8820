"""`make looks`: every public page in every state, language and screen, and what other judges say.

Four steps: axe and our own checks (tests/browser/accessibility, the whole matrix), the Nu HTML
checker on the same saved pages, Lighthouse on the programme page and a page of the survey, and the
weight of public pages over the wire. The second and third need Node and Java or Chromium; a machine
without them says so, and the step counts as skipped.

`--spread` sees each state on a third of the rarer screens in each language, on all of them in the
three together. `--vnu` only keeps the pages and has them checked; `--judges` is the last two steps.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("WIN4UA_VAR", ROOT / "var")) / "looks"
PAGES, NOTES, TOOLS, SITE = VAR / "pages", VAR / "notes", VAR / "tools", VAR / "site"
VNU, LIGHTHOUSE = "24.10.17", "12.8.2"
WIDEST_KB, MOST_REQUESTS = 60, 6
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def tools() -> Path | None:
    """The two npm packages in a folder of their own, without install scripts; None without npm."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        return None
    wanted = {"vnu-jar": VNU, "lighthouse": LIGHTHOUSE}
    manifests = {name: TOOLS / "node_modules" / name / "package.json" for name in wanted}
    if any(
        not path.exists() or json.loads(path.read_text("utf-8"))["version"] != wanted[name]
        for name, path in manifests.items()
    ):
        TOOLS.mkdir(parents=True, exist_ok=True)
        (TOOLS / "package.json").write_text('{"private": true}\n', "utf-8")
        packages = [f"{name}@{version}" for name, version in wanted.items()]
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
        done = subprocess.run([npm, "install", *quiet, *packages], cwd=TOOLS)  # noqa: S603
        if done.returncode:
            return None
    return TOOLS / "node_modules"


def matrix(arguments: list[str], depth: str = "whole") -> dict[str, object]:
    """Run the matrix, to some depth; one line a page goes to standard output."""
    for folder in (PAGES, NOTES):
        shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "WIN4UA_LOOKS": str(VAR), "WIN4UA_LOOKS_DEPTH": depth}
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "tests/browser/accessibility"]
    done = subprocess.run(  # noqa: S603 - our own tests
        [*command, *(arguments or ["-n", "2"])], cwd=ROOT, env=environment
    )
    if depth == "pages":
        return {"tests": "passed" if done.returncode == 0 else "failed"}
    notes = [json.loads(path.read_text("utf-8")) for path in sorted(NOTES.glob("*.json"))]
    faults = [fault for note in notes for fault in note["faults"]]
    print(*(line for note in notes for line in note["lines"]), *faults, sep="\n")
    heard = [fault for fault in faults if " axe " in fault]
    return {
        "states": sum(note["states"] for note in notes),
        "axe": len(heard),
        "checks": len(faults) - len(heard),
        "tests": "passed" if done.returncode == 0 else "failed",
    }


def vnu(modules: Path | None) -> dict[str, object]:
    """The Nu HTML checker over every saved page: errors only."""
    java = shutil.which("java")
    if not java or modules is None:
        return {"vnu": f"skipped {len([*PAGES.glob('*.html')])} pages: no Java or no npm"}
    jar = modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    options = ["--format", "json", "--errors-only", "--skip-non-html"]
    done = subprocess.run(  # noqa: S603 - a program we installed
        [java, "-Xss4m", "-jar", str(jar), *options, str(PAGES)], capture_output=True, text=True
    )
    messages = json.loads(done.stderr or '{"messages": []}')["messages"]
    for each in messages:
        page = Path(each.get("url", "?")).name
        print(f"vnu {page}:{each.get('lastLine', '')} {each['message']}")
    return {"vnu": len(messages), "vnu_pages": len([*PAGES.glob("*.html")])}


@contextlib.contextmanager
def site() -> Iterator[tuple[str, str, str]]:
    """The house as in production on a free port: its address, a page of a survey, a cookie for it.

    Runs inside `ops.services`. Static files are hashed and compressed beforehand.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    shutil.rmtree(SITE, ignore_errors=True)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "win4ua.settings.looks",
        "SITE_URL": address,
        "WIN4UA_VAR": str(SITE),
    }
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo"]):
        subprocess.run(  # noqa: S603
            [*manage, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
        )
    session = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ops.looks_session"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    path, cookie = session.stdout.split()
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "gunicorn", "win4ua.wsgi", "--bind", f"127.0.0.1:{port}"]
        + ["--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
        + ["--no-control-socket"],
        cwd=ROOT,
        env=environment,
    )
    try:
        _wait_for(port)
        yield address, path, cookie
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _second in range(120):
        with contextlib.suppress(OSError, HTTPException):
            talk = HTTPConnection("localhost", port, timeout=5)
            talk.request("GET", "/")
            if talk.getresponse().status == 200:
                return
        time.sleep(0.5)
    raise RuntimeError("the house did not answer")


def lighthouse(modules: Path | None, url: str, cookie: str, name: str) -> str:
    """Scores of a phone as "100/100/100/100"; what costs a point is printed.

    A page behind a personal link has no fourth score: it must not be found by search machines.
    """
    categories = CATEGORIES[:3] if cookie else CATEGORIES
    if modules is None or not CHROMIUM:
        return "skipped: no npm or no Chromium"
    kept = VAR / f"lighthouse-{name}.json"
    flags = "--headless=new --no-sandbox --disable-gpu"
    options = [f"--only-categories={','.join(categories)}", "--output=json", "--quiet"]
    options += [f"--output-path={kept}", f"--chrome-flags={flags}"]
    options += [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    program = modules / "lighthouse" / "cli" / "index.js"
    node = shutil.which("node") or "node"
    done = subprocess.run(  # noqa: S603 - a program we installed
        [node, str(program), url, *options], env={**os.environ, "CHROME_PATH": CHROMIUM}
    )
    if done.returncode or not kept.exists():
        return "failed"
    report = json.loads(kept.read_text("utf-8"))
    for category in categories:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                said = audit.get("displayValue", "")
                print(f"lighthouse {name} {category}: {audit['title']} {audit['score']} {said}")
    scores = [report["categories"][each]["score"] or 0 for each in categories]
    return "/".join(str(round(score * 100)) for score in scores)


def weigh(url: str, cookie: str) -> tuple[float, int]:
    """Kilobytes over the wire and requests of a first visit, as the browser counts them (W8)."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        if cookie:
            page.set_extra_http_headers({"Cookie": cookie})
        talk = page.context.new_cdp_session(page)
        sizes: list[float] = []
        talk.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        talk.send("Network.enable")
        page.goto(url, wait_until="networkidle")
        browser.close()
    return sum(sizes) / 1000, len(sizes)


def judges(modules: Path | None) -> dict[str, object]:
    """Lighthouse and the scales, on the house as in production."""
    said: dict[str, object] = {}
    with site() as (address, path, cookie):
        pages = {"programme": ("/", ""), "survey": ("/ankieta/", ""), "question": (path, cookie)}
        for name, (where, shown) in pages.items():
            said[f"lighthouse_{name}"] = lighthouse(modules, address + where, shown, name)
            if CHROMIUM:
                weight, requests = weigh(address + where, shown)
                said[f"kb_{name}"], said[f"requests_{name}"] = round(weight, 1), requests
    return said


def is_right(board: dict[str, object]) -> bool:
    """Whether every figure is where it must be; what was skipped is not held against the house."""
    for name, value in board.items():
        wanted: object = value
        if name in ("axe", "checks", "vnu"):
            wanted = 0
        elif name == "tests":
            wanted = "passed"
        elif name.startswith("lighthouse"):
            wanted = "/".join(["100"] * (str(value).count("/") + 1))
        elif name.startswith("kb"):
            wanted = min(float(str(value)), WIDEST_KB)
        elif name.startswith("requests"):
            wanted = min(int(str(value)), MOST_REQUESTS)
        if value != wanted and not str(value).startswith("skipped"):
            return False
    return True


def main(arguments: list[str]) -> int:
    VAR.mkdir(parents=True, exist_ok=True)
    modules = tools()
    match arguments:
        case ["--judges"]:
            board = judges(modules)
        case ["--vnu", *more]:
            board = {**matrix(more, "pages"), **vnu(modules)}
        case ["--spread", *more]:
            board = {**matrix(more, "spread"), **vnu(modules), **judges(modules)}
        case _:
            board = {**matrix(arguments), **vnu(modules), **judges(modules)}
    print(" ".join(f"{name}={value}" for name, value in board.items()))
    return 0 if is_right(board) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
