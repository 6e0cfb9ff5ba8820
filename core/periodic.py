"""Jobs that beat starts again and again: never two of one kind at once, whoever starts them.

Two beats, or a job that lasts longer than the time to its next start, would otherwise run it side
by side. A lock of PostgreSQL, on a connection of its own, because the job may lose, close or
unlock the usual one. It ends with the transaction, so with the connection, so also with a worker
that is killed; a lock of the session would stay with whoever pools connections, for ever. The
transaction reads no table, so it keeps nothing from being cleaned up, however long the job takes.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

PERIODIC = 0x5045  # the first of two keys: apart from every other advisory lock of the house
# A machine that is gone says nothing: its locks end after a minute and a half, not two hours.
# All of it holds for this transaction, which may be idle for as long as the job lasts.
LOCK = """
    SELECT set_config('tcp_keepalives_idle', '30', true),
           set_config('tcp_keepalives_interval', '15', true),
           set_config('tcp_keepalives_count', '4', true),
           set_config('idle_in_transaction_session_timeout', '0', true),
           pg_try_advisory_xact_lock(%s, hashtext(%s))
"""


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Hold the lock of this name while the block runs; False when somebody else holds it."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute(LOCK, [PERIODIC, name])
            is_ours = cursor.fetchone()[-1]
        yield is_ours
    finally:
        own.close()


def one_at_a_time(job: Callable[P, T]) -> Callable[P, T | None]:
    """Of the jobs that begin while one of the same name runs, none does anything.

    What is due stays in its rows, and the next start finds it. Below `@shared_task`.
    """
    name = f"{job.__module__}.{job.__qualname__}"

    @wraps(job)
    def alone(*args: P.args, **kwargs: P.kwargs) -> T | None:
        with held(name) as is_ours:
            if is_ours:
                return job(*args, **kwargs)
        log.info("periodic: %s is running already", name)
        return None

    alone.is_one_at_a_time = True  # type: ignore[attr-defined]
    return alone
