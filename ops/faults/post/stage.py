"""The Celery application of the house, with one thing changed that the environment names.

`FAULT_GUARD`: which guard is taken away, for the controls. `FAULT_PERIOD`: seconds between all
periodic tasks. `FAULT_VISIBILITY`: seconds after which the broker gives a task to somebody else.
"""

import os
import time

from celery import shared_task
from celery.signals import worker_process_init

from win4ua.celery import app

if seconds := os.environ.get("FAULT_VISIBILITY"):
    app.conf.broker_transport_options = {
        **app.conf.broker_transport_options,
        "visibility_timeout": int(seconds),
        "unacked_restore_interval": 1,  # look every second for what was kept too long
        "unacked_restore_throttle": 1,
    }
if seconds := os.environ.get("FAULT_PERIOD"):
    app.conf.beat_schedule = {
        name: {**entry, "schedule": float(seconds)}
        for name, entry in app.conf.beat_schedule.items()
    } | {"unguarded": {"task": "ops.faults.post.stage.unguarded", "schedule": float(seconds)}}


@worker_process_init.connect
def take_guard_away(**_: object) -> None:
    """For a control: send as programs do that do not claim."""
    guard = os.environ.get("FAULT_GUARD")
    if guard == "no_breaker":
        from mailing.services import breaker

        breaker.may_call = lambda *_: True
        breaker.note_failure = lambda *_, **__: None  # type: ignore[assignment]
    elif guard:
        from mailing.services import delivery

        changed = {"mark_first": mark_first, "send_first": send_first}[guard]
        delivery._attempt = changed


def mark_first(letter, line, now) -> bool:  # type: ignore[no-untyped-def]
    """Marked as sent, then sent: who dies in between loses the letter."""
    _mark(letter, now)
    line.send(letter)
    return True


def send_first(letter, line, now) -> bool:  # type: ignore[no-untyped-def]
    """Sent, then marked: who dies in between leaves a letter that goes once more."""
    line.send(letter)
    _mark(letter, now)
    return True


def _mark(letter, now) -> None:  # type: ignore[no-untyped-def]
    from mailing.models import Letter

    letter.status = "accepted"
    Letter.objects.filter(pk=letter.pk).update(status="accepted", accepted_at=now)


@shared_task
def unguarded(*, seconds: float = 0, **_: object) -> None:
    """A plain task: each time it runs, its effect is there once more."""
    import redis
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    client.incr("faults:unguarded:begun")
    time.sleep(seconds)
    client.incr("faults:unguarded")
    client.close()
