"""Work that time starts."""

from celery import shared_task

from applications.clock import database_now
from applications.services import host_reminders
from core.periodic import one_at_a_time
from programme.models import Edition


@shared_task
@one_at_a_time
def remind_of_unsent_surveys(**_) -> None:
    """Remind municipalities of surveys that were begun and not sent, when the moment has come."""
    for edition in Edition.objects.order_by("pk"):
        host_reminders.remind_unsent(edition, now=database_now())
