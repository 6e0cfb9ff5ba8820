"""Work of this room that runs in the background."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core import audit, limits, uploads
from core.periodic import one_at_a_time


@shared_task
@one_at_a_time
def seal_audit(**_) -> int:
    """Give new audit lines their place in the chain."""
    return audit.seal(timezone.now())


@shared_task
def scan_file(*, file_id: int, **_) -> None:
    """Have one file checked by the scanner."""
    uploads.scan(file_id, now=timezone.now())


@shared_task
@one_at_a_time
def scan_waiting_files(**_) -> None:
    """Have every file checked whose check was lost or failed."""
    uploads.give_back_lost_scans(now=timezone.now())
    for stored in uploads.waiting_for_scan()[:50]:
        uploads.scan(stored.pk, now=timezone.now())


@shared_task
@one_at_a_time
def write_audit_head(**_) -> None:
    """Write the newest seal of the audit trail down outside the database."""
    audit.write_head(timezone.now())


@shared_task
@one_at_a_time
def forget_old_counts(**_) -> None:
    """Rate counts that limit nothing any more."""
    limits.forget_old(before=timezone.now() - timedelta(days=2))


@shared_task
@one_at_a_time
def forget_old_sessions(**_) -> None:
    """Sessions that have ended; those of personal links would pile up otherwise."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
