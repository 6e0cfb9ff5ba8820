"""A word to the workers that a fetch may go on. A lost word costs a minute, never the fetch."""

import logging
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def fetch_goes_on(fetch_id: int) -> None:
    """After commit, ask a worker to go on with this fetch."""
    transaction.on_commit(partial(_say, fetch_id))


def _say(fetch_id: int) -> None:
    from programme import tasks  # tasks are leaves: they import the services that import this

    try:
        tasks.work_on_fetch.apply_async(kwargs={"fetch_id": fetch_id})
    except (OperationalError, RedisError, OSError) as error:
        log.warning("programme: no word to the workers (%s); the next round goes on", error)
