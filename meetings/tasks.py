"""Work that time starts."""

from celery import shared_task
from django.utils import timezone

from core.periodic import one_at_a_time
from meetings import services
from programme.models import Edition


@shared_task
@one_at_a_time
def close_answers(**_) -> None:
    """After the last session, mark those who never answered."""
    for edition in Edition.objects.order_by("pk"):
        services.close_answers(edition, now=timezone.now())


@shared_task
@one_at_a_time
def remind_guests(**_) -> None:
    """Remind whoever has a place in a session that begins soon."""
    services.remind_guests(now=timezone.now())
