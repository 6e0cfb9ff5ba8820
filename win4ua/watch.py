"""The watch: a thread of the web server that tells the team when the house stands still (FT-37).

Whoever could be away cannot tell it: a silent worker sends no letter, a silent clock starts
nothing. The web server looks at the same marks as `GET /healthz`, which itself writes nothing.
Of several web processes one tells; PostgreSQL decides which. It hands the letters over itself.
"""

import logging
import threading
from collections import deque
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation

from core import roles
from core.models import User
from mailing import services as mailing
from mailing.services.standstills import begin_standstill, end_standstill
from win4ua import alarms

log = logging.getLogger(__name__)


GOOD_LOOKS = 10  # one good look among bad ones is no end: it would be told anew each time


class Watch:
    """Looks again and again; what is still so at the second look is told."""

    def __init__(self) -> None:
        self.seen: str | None = None
        self.well: deque[datetime] = deque(maxlen=GOOD_LOOKS)  # the last looks, when all were good

    def look(self, *, now: datetime) -> int:
        """Look once; how many letters were written about what stands still.

        A sign that is gone at the next look, as while everything starts anew, is told to nobody.
        A look that cannot be made raises a database error, and begins and ends nothing.
        """
        signs = alarms.look(now)
        sign = signs[0][0] if signs else None
        is_lasting, self.seen = sign == self.seen, sign
        if sign is None:
            self.well.append(now)
            if len(self.well) == GOOD_LOOKS:
                end_standstill(since=self.well[0], now=now)
            return 0
        self.well.clear()
        if not is_lasting:
            return 0
        letters = begin_standstill(
            sign, words=lambda person: _words(sign, signs[0][1], person), tell=_team(), now=now
        )
        for letter in letters:
            mailing.deliver(letter.pk, now=timezone.now())
        return len(letters)


def _words(sign: str, minutes: int, person: User) -> str:
    with translation.override(person.language):
        return alarms.alarm(sign, minutes).title


def _team() -> list[User]:
    """Whom the panel would tell: a coordinator warns the others, an administrator mends it."""
    people = User.objects.filter(
        is_active=True, groups__name__in=[roles.COORDINATOR, roles.ADMINISTRATOR]
    )
    return list(people.distinct().order_by("pk"))


def begin(seconds: float | None = None) -> threading.Event | None:
    """Start the watch of this process; the event that ends it. None when none is wanted."""
    pause = settings.WATCH_SECONDS if seconds is None else seconds
    if not pause:
        return None
    ended = threading.Event()
    threading.Thread(target=_keep, args=(ended, pause), name="watch", daemon=True).start()
    return ended


def _keep(ended: threading.Event, pause: float) -> None:
    watch, is_broken = Watch(), False
    while not ended.wait(pause):
        try:
            watch.look(now=timezone.now())
            is_broken = False
        except Exception:  # noqa: BLE001 - the watch goes on, whatever is broken now
            if not is_broken:  # once, e.g. for as long as the database is away
                log.critical("watch: could not look", exc_info=True)
            is_broken = True
        finally:
            connection.close()
