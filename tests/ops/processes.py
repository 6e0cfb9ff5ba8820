"""Watching other processes in the tests of the launchers."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def processes_with(marker: str) -> list[int]:
    """Processes (zombies apart) whose environment holds `marker`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marker.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def wait_until(is_true: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class OnTerminal:
    """A Python program on a terminal of its own, as a person would start it."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.text = ""
        self.code: int | None = None
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
            kept.pop("DJANGO_SETTINGS_MODULE", None)
            os.execve(sys.executable, [sys.executable, *arguments], {**kept, **environment})
        os.set_blocking(self.terminal, False)

    def read(self) -> str:
        with contextlib.suppress(BlockingIOError, OSError):
            while received := os.read(self.terminal, 65536):
                self.text += received.decode(errors="replace").replace("\r\n", "\n")
        return self.text

    def wait_for(self, words: str, *, seconds: float = 20) -> None:
        wait_until(
            lambda: words in self.read() or self.has_ended(),
            seconds=seconds,
            what=f"{words!r} in:\n{self.text}",
        )
        assert words in self.read(), self.text

    def press_ctrl_c(self) -> None:
        os.write(self.terminal, b"\x03")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def has_ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def wait(self, *, seconds: float = 30) -> int:
        def is_over() -> bool:
            self.read()
            return self.has_ended()

        wait_until(is_over, seconds=seconds, what=f"the end of:\n{self.text}")
        self.read()
        assert self.code is not None
        return self.code

    def close(self) -> None:
        if not self.has_ended():
            self.kill()
            self.wait()
        os.close(self.terminal)


def run_module(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A Python program without a terminal, to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
