"""Small facts about processes, ports and folders that the launchers share."""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the kernel sends `signal_number` to the child when its parent dies.

    So even `kill -9` of a launcher leaves nothing running. Linux only; elsewhere `None`.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def preexec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return preexec


def end_with_make() -> None:
    """Started by make: stop kindly when make itself is killed."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could not bind `host:port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
        return False


def may_reach(path: str | os.PathLike[str], uid: int, gid: int) -> bool:
    """Whether a user without supplementary groups may walk down to `path` and enter it."""
    real = os.path.realpath(path)
    parts = real.strip("/").split("/")
    for depth in range(len(parts) + 1):
        stat = os.stat("/" + "/".join(parts[:depth]))
        shift = 6 if stat.st_uid == uid else 3 if stat.st_gid == gid else 0
        if not (stat.st_mode >> shift) & 0o1:
            return False
    return True
