"""Work of the programme room in the background. Every task may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from core.periodic import one_at_a_time

SLICE_SECONDS = 40  # then the task ends and the next one goes on


@shared_task(soft_time_limit=150, time_limit=180)
def work_on_fetch(*, fetch_id: int, **_) -> None:
    """Go on with one fetch of the register, a slice of its pages."""
    from programme import hints  # tasks are leaves: imported by hints
    from programme.services import register_fetches

    if register_fetches.work_on(fetch_id, clock=timezone.now, seconds=SLICE_SECONDS):
        hints.fetch_goes_on(fetch_id)


@shared_task
@one_at_a_time
def continue_fetches(**_) -> None:
    """Every minute: tell the workers of a fetch whose pause is over or whose worker is gone."""
    from programme import hints  # tasks are leaves: imported by hints
    from programme.services import register_fetches

    for fetch_id in register_fetches.due_fetches(timezone.now()).values_list("pk", flat=True):
        hints.fetch_goes_on(fetch_id)
