"""A standstill is told once, whoever of several watchers finds it first (FT-37)."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from core.models import User
from mailing.emails import standstill as letter_about
from mailing.models import Letter, Standstill

log = logging.getLogger(__name__)


@transaction.atomic
def begin_standstill(
    sign: str, *, words: Callable[[User], str], tell: Iterable[User], now: datetime
) -> list[Letter]:
    """Note that something stands still, and write to those who can do something about it.

    Nothing while an earlier standstill lasts: it is told already. Returns the letters, for the
    caller to hand over after this transaction, since the worker may be what is away. `words`: what
    stands still, in the language of a person.
    """
    try:
        with transaction.atomic():
            mine = Standstill.objects.create(sign=sign, began_at=now)
    except IntegrityError:  # by another watcher, or some time ago
        return []
    log.critical("standstill: %s, since %s", sign, f"{now:%Y-%m-%d %H:%M:%SZ}")
    return [letter_about(mine, to=person, what=words(person), now=now) for person in tell]


def end_standstill(*, since: datetime, now: datetime) -> bool:
    """All is well again, at each look `since` then; whether something had stood still before."""
    ended = Standstill.objects.filter(ended_at=None, began_at__lte=since).update(ended_at=now)
    if ended:
        log.warning("standstill: over since %s", f"{since:%Y-%m-%d %H:%M:%SZ}")
    return bool(ended)
