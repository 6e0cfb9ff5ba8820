"""A real Chromium before the house as in production: TLS, and with it `__Host-` cookies.

The program is started by us and driven over its debugging port, so that it can be killed as a
phone is that runs out of power.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from ops.bench.servers import Servers
from ops.processes import die_with_parent, free_port
from ops.visitor import wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
    "--ignore-certificate-errors",
)
START_SECONDS = 60
HERE = "127.0.0.1"  # one of the hosts that the house answers to in these faults


def program() -> str | None:
    """Where this machine's Chromium is."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody else would trust, and its key, good for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from django.utils import timezone

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "web.crt", folder / "web.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return paths


def secure_address(servers: Servers) -> str:
    """Where browsers find the house; the server is started when it is asked for first."""
    if "secure" not in servers.ports:
        servers.start_secure_web(*certificate(servers.folder))
    return f"https://{HERE}:{servers.ports['secure']}"


class Device:
    """A phone or a desk: one Chromium with a profile of its own."""

    def __init__(self, playwright: Any, address: str, *, width: int = 1280) -> None:
        path = program()
        if path is None:
            raise LookupError("there is no Chromium on this machine")
        self._folder = tempfile.TemporaryDirectory(prefix="win4ua-chromium-")
        port = free_port()
        self._process = subprocess.Popen(  # noqa: S603 - the machine's own browser
            [
                path,
                *QUIET,
                f"--remote-debugging-port={port}",
                f"--user-data-dir={self._folder.name}",
            ]
            + ["about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        self._browser = self._connected(playwright, port)
        self.context = self._browser.new_context(
            base_url=address,
            ignore_https_errors=True,
            viewport={"width": width, "height": 800},
            locale="pl-PL",
            extra_http_headers={"X-Forwarded-Proto": "https"},  # as the proxy says it
            accept_downloads=False,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)

    def _connected(self, playwright: Any, port: int) -> Any:
        found: list[Any] = []

        def connect() -> bool:
            try:
                found.append(playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}"))
            except Exception:  # not yet there; Playwright has no narrower error for it
                return False
            return True

        if not wait_for(connect, seconds=START_SECONDS, pause=0.3):
            raise RuntimeError("Chromium does not answer")
        return found[0]

    def let_in(self, cookies: Mapping[str, str]) -> None:
        """Have these cookies and no others."""
        self.context.clear_cookies()
        where = {"url": f"https://{HERE}/", "secure": True}
        self.context.add_cookies(
            [{"name": name, "value": value, **where} for name, value in cookies.items()]
        )

    def kill(self) -> None:
        """No farewell: the program and all its children are gone at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()


@contextmanager
def playing() -> Iterator[Any]:
    """Playwright, and Django allowed beside it: its event loop runs in this thread."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright
