"""Throw-away servers around a command or a test run.

    python -m ops.services -- CMD ...        DATABASE_URL and REDIS_URL are set for CMD

In Python: `with Postgres() as postgres, Redis() as redis: postgres.url("win4ua"), redis.url(0)`.
"""

import contextlib
import os
import signal
import subprocess
import sys

from ops.postgres import Postgres
from ops.redis import Redis
from ops.wheels import ServiceError

__all__ = ["Postgres", "Redis", "ServiceError"]


def main(command: list[str]) -> int:
    """Run a command with throw-away servers: `python -m ops.services -- CMD ...`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        if not environment.get("DATABASE_URL"):
            postgres = stack.enter_context(Postgres())
            postgres.create_database()
            environment["DATABASE_URL"] = postgres.url()
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = stack.enter_context(Redis()).url()
        try:
            return subprocess.call(command, env=environment)  # noqa: S603 - the caller's own
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]))
