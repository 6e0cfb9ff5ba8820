"""Work that time starts."""

from celery import shared_task
from django.utils import timezone

from core.periodic import one_at_a_time
from matching import services
from programme.models import Edition


@shared_task
@one_at_a_time
def lapse_unanswered(**_) -> None:
    """Pairs whose time to answer has passed go to the coordinators' list (M13)."""
    for edition in Edition.objects.order_by("pk"):
        services.lapse_unanswered(edition, now=timezone.now())
