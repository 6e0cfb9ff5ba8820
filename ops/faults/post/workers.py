"""Celery workers with one process each, which can be killed in both ways, and their broker."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, RLock, Thread
from typing import Self

import psutil

from ops.bench.servers import ROOT, Servers
from ops.processes import die_with_parent
from ops.supervisor import BACK_OFF_SECONDS

QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
START_SECONDS = 90
MANY, FEW = 4, 2


def many(share: float) -> int:
    """Four workers; two are enough for a look."""
    return MANY if share >= 0.1 else FEW


@dataclass
class Workers:
    """`with Workers(servers, 4) as workers:` four workers; who ends is followed by another.

    As `make run` and Docker do, with a moment in between; `ended` counts those that nobody killed.
    """

    servers: Servers
    number: int = 4
    environment: dict[str, str] = field(default_factory=dict)
    app: str = "ops.faults.post.stage"
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    leaving: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    kills: int = 0
    ended: int = 0
    lock: RLock = field(default_factory=RLock)
    is_over: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self.processes = [self._start(place) for place in range(self.number)]
        for process in self.processes:
            _wait_for_child(process)
        self.watch = Thread(target=self._replace_who_ends, daemon=True)
        self.watch.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.is_over.set()
        self.watch.join()
        for process in [*self.processes, *self.leaving]:
            _end_with_children(process)

    def kill_child(self, place: int) -> None:
        """kill -9 of the process that does the work; its parent makes another."""
        with self.lock, contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.processes[place].pid).children():
                child.kill()
                self.kills += 1

    def kill_parent(self, place: int) -> None:
        """kill -9 of the worker with its child, as when the machine takes it; another one comes."""
        with self.lock:
            _end_with_children(self.processes[place])
            self.kills += 1
            self.processes[place] = self._start(place)

    def replace(self, place: int) -> None:
        """A rolling deploy: the old worker is asked to end, and the new one comes beside it.

        One that is still starting is waited for: a deploy replaces what works.
        """
        with self.lock:
            _wait_for_child(self.processes[place])
            self.processes[place].send_signal(signal.SIGTERM)
            self.leaving.append(self.processes[place])
            self.processes[place] = self._start(place)

    def wait_until_left(self, seconds: float) -> int:
        """Wait for those that were asked to end; how many ended in time, by themselves."""
        until = time.monotonic() + seconds
        ended = 0
        for process in self.leaving:
            with contextlib.suppress(subprocess.TimeoutExpired):
                ended += process.wait(max(0.1, until - time.monotonic())) == 0
        return ended

    def _replace_who_ends(self) -> None:
        while not self.is_over.wait(BACK_OFF_SECONDS):
            with self.lock:
                for place, process in enumerate(self.processes):
                    if process.poll() is not None:
                        self.ended += 1
                        self.processes[place] = self._start(place)

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        with (self.servers.folder / f"worker-{place}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", "celery", "--quiet", "--app", self.app, "worker"]
                + ["--loglevel", "ERROR", "--pool", "prefork", "--concurrency", "1"]
                + ["--hostname", f"{place}.{time.monotonic_ns()}@faults", *QUIET],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )


def _wait_for_child(process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while not psutil.Process(process.pid).children():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("a worker did not start")
        time.sleep(0.1)


def _end_with_children(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
    process.wait()


@contextlib.contextmanager
def beats(
    servers: Servers, number: int, *, app: str = "win4ua"
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many real beats, as somebody may start by mistake."""
    running: list[subprocess.Popen[bytes]] = []
    for place in range(number):
        with (servers.folder / f"beat-{place}.log").open("ab") as log:
            running.append(
                subprocess.Popen(  # noqa: S603 - our own commands
                    [sys.executable, "-m", "celery", "--quiet", "--app", app, "beat"]
                    + ["--loglevel", "ERROR", "--pidfile="]
                    + ["--schedule", str(servers.folder / f"beat-{place}")],
                    cwd=ROOT,
                    env=os.environ,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent(signal.SIGKILL),
                )
            )
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


@contextlib.contextmanager
def nudged(seconds: float = 1.0) -> Iterator[None]:
    """Say "something is due" every second, to all workers: it saves waiting for beat."""
    from win4ua.celery import app

    ended = Event()

    def nudge() -> None:
        while not ended.wait(seconds):
            with contextlib.suppress(Exception):  # the broker may be the fault that is played
                app.send_task("mailing.tasks.send_due", expires=5)

    thread = Thread(target=nudge, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(20)
