"""A word to the workers that something is due. A lost word costs half a minute, never a letter."""

import logging
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def letter_is_due(letter_id: int) -> None:
    """After commit, ask a worker to send this letter now."""
    transaction.on_commit(partial(_say, "deliver", {"letter_id": letter_id}))


def letters_are_due() -> None:
    """After commit, ask a worker to look for due letters now."""
    transaction.on_commit(partial(_say, "send_due", {}))


def events_have_come() -> None:
    """After commit, ask a worker to read what providers have told."""
    transaction.on_commit(partial(_say, "settle_events", {}))


def somebody_wants_in(request_id: int) -> None:
    """After commit, ask a worker to answer a wish to sign in."""
    transaction.on_commit(partial(_say, "answer_sign_in", {"request_id": request_id}))


def _say(task: str, kwargs: dict[str, int]) -> None:
    """The deed is done already: a broker that is down must not undo the answer to the person."""
    from mailing import tasks  # tasks are leaves: they import the services that import this

    try:
        getattr(tasks, task).apply_async(kwargs=kwargs)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("mailing: no word to the workers (%s); the sweeper sends it", error)
