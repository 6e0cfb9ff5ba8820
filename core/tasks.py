"""Work of this room that runs in the background."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from redis import Redis

from core import audit, limits, uploads

BEAT_KEY = "win4ua:beat"
BEAT_LIFE_SECONDS = 120


@shared_task
def seal_audit(**_) -> int:
    """Give new audit lines their place in the chain."""
    return audit.seal(timezone.now())


@shared_task
def beat_heartbeat(**_) -> None:
    """Leave a mark that beat and a worker live; `/healthz` looks at it."""
    with Redis.from_url(settings.REDIS_URL, socket_timeout=2) as redis:
        redis.set(BEAT_KEY, timezone.now().isoformat(), ex=BEAT_LIFE_SECONDS)


@shared_task
def scan_file(*, file_id: int, **_) -> None:
    """Have one file checked by the scanner."""
    uploads.scan(file_id)


@shared_task
def scan_waiting_files(**_) -> None:
    """Have every file checked whose check was lost or failed."""
    for stored in uploads.waiting_for_scan()[:50]:
        uploads.scan(stored.pk)


@shared_task
def write_audit_head(**_) -> None:
    """Write the newest seal of the audit trail down outside the database."""
    audit.write_head(timezone.now())


@shared_task
def forget_old_counts(**_) -> None:
    """Rate counts that limit nothing any more."""
    limits.forget_old(before=timezone.now() - timedelta(days=2))
