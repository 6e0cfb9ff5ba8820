"""`GET /healthz`: whether the house works, for monitors and load balancers. It only reads."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.models import Min
from django.db.models.functions import Coalesce
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from mailing.models import Letter
from mailing.services.pace import held_up
from win4ua import heartbeat

LATE_SECONDS = 300  # FT-37


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker, worker and beat are well and no letter is late, else 503."""
    report = examine(now=timezone.now())
    is_well = all(report[part] for part in ("database", "broker", "worker", "beat"))
    is_well = is_well and (report["oldest_due_letter"] or 0) <= LATE_SECONDS
    return JsonResponse(report, status=200 if is_well else 503)


def examine(*, now: datetime) -> dict[str, bool | int | None]:
    """What works; `oldest_due_letter` is in seconds, `None` when the database cannot tell."""
    marks = {"worker": False, "beat": False}
    try:
        marks = heartbeat.read_marks(redis_url=settings.REDIS_URL)
        has_broker = True
    except RedisError:
        has_broker = False
    try:
        connection.ensure_connection()
        waiting = oldest_due_letter(now=now)
        has_database = True
    except Error:
        waiting, has_database = None, False
    return {
        "database": has_database,
        "broker": has_broker,
        **marks,
        "oldest_due_letter": waiting,
    }


def oldest_due_letter(*, now: datetime) -> int:
    """Seconds for which the longest waiting letter has been due; 0 when none waits.

    Those that wait for nothing but a turn, at the pace of their mailing, are where they should be.
    """
    due = Letter.objects.due(now).values_list("recipient__mailing").order_by()
    oldest = dict(due.annotate(since=Min(Coalesce("not_before", "created_at"))))
    waiting = held_up([number for number in oldest if number is not None], now)
    since = min((at for number, at in oldest.items() if number not in waiting), default=now)
    return max(0, int((now - since).total_seconds()))
