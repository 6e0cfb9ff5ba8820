"""Work in the background that belongs to the whole house."""

from celery import shared_task
from celery.signals import after_task_publish, beat_init, worker_ready
from django.conf import settings

from win4ua import heartbeat


@shared_task(ignore_result=True)
def note_life(**_) -> None:
    """A worker took this from the broker: it lives."""
    heartbeat.leave_mark("worker", redis_url=settings.REDIS_URL)


@after_task_publish.connect(sender=note_life.name)
def note_that_beat_lives(**_) -> None:
    """Only beat sends `note_life`; that it did so is beat's own sign."""
    heartbeat.leave_mark("beat", redis_url=settings.REDIS_URL)


@worker_ready.connect
def note_that_a_worker_begins(**_) -> None:
    """Alive from the first moment, not only from the first task."""
    heartbeat.leave_mark("worker", redis_url=settings.REDIS_URL)


@beat_init.connect
def note_that_beat_begins(**_) -> None:
    """Alive from the first moment, not only from the first task."""
    heartbeat.leave_mark("beat", redis_url=settings.REDIS_URL)
