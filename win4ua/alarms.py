"""What stands still in the house, told on every page of the panel (FT-37, pretalx 692).

Without a worker no letter leaves, and without a clock nobody is reminded, and neither shows an
error anywhere. So the marks that `GET /healthz` reads are read here too, a few times a minute.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from redis import RedisError

from win4ua import heartbeat
from win4ua.health import LATE_SECONDS, oldest_due_letter

CACHE_KEY = "win4ua.alarms"
SECONDS_KEPT = 15
# A page must not wait long for a Redis that is away.
TIMEOUT_SECONDS = 0.5
# Whoever can do something about it: a coordinator warns the team, an administrator mends it.
WHO_IS_TOLD = ("mailing.release_letter", "mailing.retry_letter")


@dataclass(frozen=True)
class Alarm:
    """A sentence of what stands still, and one of what to do."""

    title: str
    text: str
    url: str
    link: str


def panel_alarms(request: HttpRequest) -> list[Alarm]:
    """What to show above every page of the panel; nothing when all is well, or to others."""
    if not any(request.user.has_perm(permission) for permission in WHO_IS_TOLD):
        return []
    return [alarm(sign, minutes) for sign, minutes in signs(now=timezone.now())]


def signs(*, now: datetime) -> list[tuple[str, int]]:
    """What stands still (broker, beat, worker, letters) and for how many minutes, where known."""
    found = cache.get(CACHE_KEY)
    if found is None:
        try:
            found = look(now)
        except Error:  # then the page itself has other worries
            return []
        cache.set(CACHE_KEY, found, SECONDS_KEPT)
    return found


def look(now: datetime) -> list[tuple[str, int]]:
    """As `signs()`, without what is remembered. Raises `Error` when the database cannot tell."""
    try:
        marks = heartbeat.read_marks(redis_url=settings.REDIS_URL, timeout=TIMEOUT_SECONDS)
    except RedisError:
        return [("broker", 0)]
    if not marks["beat"]:  # the worker's mark follows that of the clock, so it says nothing now
        return [("beat", 0)]
    if not marks["worker"]:
        return [("worker", 0)]
    waits = oldest_due_letter(now=now)
    return [("letters", waits // 60)] if waits > LATE_SECONDS else []


def alarm(sign: str, minutes: int) -> Alarm:
    """What a sign says, in the language in use."""
    ask = _("Nothing is lost: what waits goes on by itself. Please tell the administrator now.")
    words = {
        "broker": (_("No letters leave: the queue does not answer (Redis)"), ask),
        "beat": (_("No letters leave and nobody is reminded: the clock is silent (beat)"), ask),
        "worker": (_("No letters leave: the program that sends them is silent (worker)"), ask),
        "letters": (
            _("Letters are late"),
            _(
                "The oldest letter should have left %(minutes)d minutes ago. Perhaps the mail "
                "server does not answer; the letters stay in the queue. Please tell the "
                "administrator if it lasts."
            )
            % {"minutes": minutes},
        ),
    }
    title, text = words[sign]
    url = f"{reverse('admin:mailing_outbox')}?shelf=waiting"
    return Alarm(title, text, url, _("Letters that wait"))
