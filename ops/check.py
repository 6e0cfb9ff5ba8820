"""`make check`: everything that can be judged without running the tests.

All checks run, two at a time, and each that fails shows what it says. Nothing is changed.
"""

import os
import re
import secrets
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
ADDRESS = re.compile(r"\b(?:https?|ftp|git\+\w+)://", re.IGNORECASE)
LOCKS = ("requirements*.txt", "requirements*.in", "*.lock", "package-lock.json", "pip.conf")
LINES_SHOWN = 60
TYPED = (
    "services.py",
    "services",
    "selectors.py",
    "selectors",
    "eligibility.py",
    "rules.py",
    "engine",
    "states.py",
)


@dataclass(frozen=True)
class Check:
    """A command and what it needs beside the environment at hand."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def production_environment() -> dict[str, str]:
    """What a real server would be given; the keys are thrown away afterwards."""
    return {
        "DJANGO_SETTINGS_MODULE": "win4ua.settings.base",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SITE_URL": "https://win4ua.example.org",
        "ALLOWED_HOSTS": "win4ua.example.org",
        "DATABASE_URL": f"postgres://win4ua:{secrets.token_urlsafe(24)}@db:5432/win4ua",
        "REDIS_URL": f"redis://:{secrets.token_urlsafe(24)}@redis:6379/0",
        "DEFAULT_FROM_EMAIL": "WIN4UA <biuro@win4ua.example.org>",
    }


def typed_modules() -> list[str]:
    """Services, selectors and rules of every room, and these tools."""
    rooms = [folder.parent for folder in ROOT.glob("*/apps.py")]
    rooms += [folder.parent for folder in ROOT.glob("*/models.py")]
    rooms += [folder.parent for folder in ROOT.glob("*/models/__init__.py")]
    found = {room / name for room in rooms for name in TYPED if (room / name).exists()}
    return ["ops", *sorted(str(path.relative_to(ROOT)) for path in found)]


def checks() -> list[Check]:
    """The whole list, slowest first."""
    test = {"DJANGO_SETTINGS_MODULE": "win4ua.settings.test"}
    return [
        Check("types", [str(BIN / "mypy"), *typed_modules()], test),
        Check("templates", [str(BIN / "djlint"), "templates", "--lint", "--quiet"]),
        Check("templates compile", [sys.executable, "-m", "ops.templates"], test),
        Check("imports", [str(BIN / "lint-imports")], test),
        Check("lint", [str(BIN / "ruff"), "check", "--output-format", "concise", "."]),
        Check(
            "format", [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."]
        ),
        Check(
            "migrations",
            [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations"]
            + ["--check", "--dry-run"],
            test,
        ),
        Check("translations", [*MANAGE, "translations", "check"], test),
        Check(
            "deployment",
            [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
            production_environment(),
        ),
        Check(
            "compose",
            [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
            + ["docker-compose.yml"],
        ),
        Check("locks", [sys.executable, "-m", "ops.check", "locks"]),
    ]


def addresses_in_locks(top: Path) -> Iterator[str]:
    """Lines of requirement and lock files that hold an address: none may."""
    for pattern in LOCKS:
        for path in sorted(top.glob(pattern)):
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if ADDRESS.search(line):
                    yield f"{path.name}:{number}: an address: {line.strip()}"


def run(check: Check) -> tuple[Check, int, str, float]:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own commands
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return check, done.returncode, done.stdout, time.monotonic() - began


def shortened(check: Check, output: str) -> str:
    """The first lines of what a failed check says, and how to see the rest."""
    lines = [f"        {line}" for line in output.splitlines()]
    if len(lines) > LINES_SHOWN:
        rest = len(lines) - LINES_SHOWN
        lines[LINES_SHOWN:] = [f"        ... {rest} more lines from: {' '.join(check.command)}"]
    return "\n".join(lines)


def main() -> int:
    if sys.argv[1:] == ["locks"]:
        found = list(addresses_in_locks(ROOT))
        print("\n".join(found))
        return bool(found)
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, code, output, seconds in pool.map(run, checks()):
            print(f"{'FAILED' if code else 'ok':>6}  {check.name}  ({seconds:.1f} s)", flush=True)
            if code:
                failed.append(check.name)
                print(shortened(check, output), flush=True)
    if failed:
        print(f"\nmake check failed: {', '.join(failed)}.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
