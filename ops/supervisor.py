"""Several processes under one: logs with a name before each line, restarts, one Ctrl-C for all.

A child that crashes is started again after 1, 2, 4, 8 seconds; after five crashes in a minute the
supervisor gives up and stops everything. Children stop in the reverse order of their stages, so
the database outlives those who write into it.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from ops.processes import die_with_parent

CRASHES_ALLOWED = 5
CRASH_WINDOW_SECONDS = 60.0
KIND_STOP_SECONDS = 20.0
TICK_SECONDS = 0.2
BACK_OFF_SECONDS = 1.0


@dataclass
class Child:
    """A process to keep alive. `stage` 0 starts first and stops last."""

    name: str
    spawn: Callable[[], "subprocess.Popen[bytes]"]
    stage: int = 1
    stop_signal: signal.Signals = signal.SIGTERM
    force_signal: signal.Signals = signal.SIGKILL
    process: "subprocess.Popen[bytes] | None" = None
    partial: bytes = b""
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES_ALLOWED))
    restart_at: float | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None


def command(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    last_word: signal.Signals = signal.SIGTERM,
) -> Callable[[], "subprocess.Popen[bytes]"]:
    """A `spawn` for a command whose output the supervisor shows.

    `last_word` is what the kernel sends it when the supervisor itself is killed.
    """

    def spawn() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own commands
            argv,
            cwd=folder,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(last_word),
        )

    return spawn


def say(name: str, line: str) -> None:
    """Print a line under a name; a terminal that is gone is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):
        print(f"{name:>8} | {line}", flush=True)


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stop_asked_at: float | None = None
        self.is_stop_told = False
        self.is_forced = False
        self.exit_code = 0
        self._asked: set[str] = set()

    # --- Starting

    def add(self, child: Child) -> None:
        self.children.append(child)
        self._spawn(child)

    def listen(self) -> None:
        """Take Ctrl-C, SIGTERM and a closed terminal as the wish to stop; twice forces."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _spawn(self, child: Child) -> None:
        child.restart_at = None
        child.process = child.spawn()
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self.selector.register(child.process.stdout, selectors.EVENT_READ, child)
        say("run", f"{child.name} started, process {child.process.pid}")

    # --- Watching

    def run(self, *, while_waiting: Callable[[], None] | None = None) -> int:
        """Watch until everything has stopped; the exit code is 1 after giving up."""
        while True:
            self._show_output()
            self._notice_exits()
            self._restart_due()
            if self.stop_asked_at is not None and self._stop_step():
                return self.exit_code
            if while_waiting is not None:
                while_waiting()

    def _show_output(self) -> None:
        if not self.selector.get_map():
            time.sleep(TICK_SECONDS)
            return
        for key, _events in self.selector.select(TICK_SECONDS):
            self._read(key.data, cast(IO[bytes], key.fileobj))

    def _read(self, child: Child, pipe: IO[bytes]) -> None:
        received = pipe.read()
        if received is None:
            return
        if received == b"":
            self.selector.unregister(pipe)
            pipe.close()
            received = b"\n" if child.partial else b""
        *lines, child.partial = (child.partial + received).split(b"\n")
        for line in lines:
            if text := line.decode(errors="replace").rstrip():
                say(child.name, text)

    def _notice_exits(self) -> None:
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            code, child.process = child.process.returncode, None
            if self.stop_asked_at is None:
                self._plan_restart(child, code)
            else:
                say("run", f"{child.name} stopped")

    def _plan_restart(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.crashes.append(now)
        recent = [moment for moment in child.crashes if now - moment < CRASH_WINDOW_SECONDS]
        if len(recent) >= CRASHES_ALLOWED:
            say("run", f"{child.name} ended {len(recent)} times in a minute; giving up")
            self.exit_code = 1
            self.ask_to_stop()
            return
        wait = BACK_OFF_SECONDS * 2 ** (len(recent) - 1)
        child.restart_at = now + wait
        say("run", f"{child.name} ended with code {code}; it starts again in {wait:g} s")

    def _restart_due(self) -> None:
        if self.stop_asked_at is not None:
            return
        for child in self.children:
            if child.restart_at is not None and time.monotonic() >= child.restart_at:
                self._spawn(child)

    # --- Stopping

    def _on_signal(self, _number: int, _frame: object) -> None:
        # Nothing is printed here: the signal may have come in the middle of a print.
        if self.stop_asked_at is None:
            self.ask_to_stop()
        else:
            self.is_forced = True

    def ask_to_stop(self) -> None:
        self.stop_asked_at = time.monotonic()

    def _stop_step(self) -> bool:
        """Ask the highest stage that still runs; True when nobody runs."""
        if not self.is_stop_told:
            self.is_stop_told = True
            say("run", "stopping; press Ctrl-C again to force")
        running = [child for child in self.children if child.process is not None]
        if not running or self.stop_asked_at is None:
            return True
        waited = time.monotonic() - self.stop_asked_at
        top = max(child.stage for child in running)
        for child in running:
            if waited > 2 * KIND_STOP_SECONDS:
                _signal_group(child, signal.SIGKILL)
            elif self.is_forced or waited > KIND_STOP_SECONDS:
                _signal_group(child, child.force_signal)
            elif child.stage == top and child.name not in self._asked:
                self._asked.add(child.name)
                if child.process is not None:
                    child.process.send_signal(child.stop_signal)
        return False

    def stop_everything(self) -> None:
        """Stop what was started, before or instead of `run`."""
        if self.stop_asked_at is None:
            self.ask_to_stop()
        self.run()


def _signal_group(child: Child, number: signal.Signals) -> None:
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)


if __name__ == "__main__":
    sys.exit("Start the house with `make run`.")
