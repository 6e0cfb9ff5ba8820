"""What became of the letters, in our books and at the provider. Needs Django set up."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from ops.bench.mail import order_letters
from ops.faults.post.provider import Provider

HALF_AN_HOUR = timedelta(minutes=30)
FINAL = ("accepted", "delivered", "failed", "ambiguous", "bounced", "cancelled", "suppressed")


def write(number: int, name: str = "fault") -> list[str]:
    """So many letters that are due; their numbers."""
    from mailing.models import Letter

    order_letters(number, name)
    found = Letter.objects.filter(key__startswith=f"bench.{name}.").order_by("pk")
    return [str(each) for each in found.values_list("uuid", flat=True)]


def statuses() -> Counter[str]:
    """How many letters are where."""
    from django.db.models import Count

    from mailing.models import Letter

    return Counter(dict(Letter.objects.values_list("status").annotate(many=Count("pk"))))


def sent() -> int:
    """How many letters our books call sent."""
    found = statuses()
    return found["accepted"] + found["delivered"]


def wait_until_final(
    seconds: float, meanwhile: Callable[[int], None] | None = None, *, pause: float = 0.2
) -> bool:
    """Wait until no letter is under way; `meanwhile` hears how many have ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = statuses()
        ended = sum(found[status] for status in FINAL)
        if ended == found.total():
            return True
        if meanwhile is not None:
            meanwhile(ended)
        time.sleep(pause)
    return False


def oldest_claim(lease: float) -> float:
    """For how many seconds the oldest claim has stood; 0 when none does."""
    from django.db.models import Min
    from django.utils import timezone

    from mailing.models import Letter

    first = Letter.objects.filter(status="sending").aggregate(first=Min("lease_until"))["first"]
    return (timezone.now() - first).total_seconds() + lease if first else 0.0


def lost(provider: Provider) -> int:
    """Letters that never left and that no person is asked about."""
    from mailing.models import Letter

    settled = Letter.objects.exclude(status__in=["ambiguous", "failed", "cancelled"])
    return sum(str(each) not in provider.taken for each in settled.values_list("uuid", flat=True))


def clear() -> None:
    """An empty outbox and a quiet broker, for the next play."""
    import redis
    from django.conf import settings

    from mailing.models import DeliveryEvent, Letter, LineTrouble

    DeliveryEvent.objects.all().delete()
    Letter.objects.all().delete()
    LineTrouble.objects.all().delete()
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    client.close()


def let_time_pass(by: timedelta, *, also_first_try: bool = False) -> None:
    """Move what the letters wait for into the past, instead of waiting for it."""
    from django.db.models import F

    from mailing.models import Letter, LineTrouble

    LineTrouble.objects.update(closed_until=F("closed_until") - by)
    waiting = Letter.objects.filter(status__in=["retry", "sending"])
    waiting.update(not_before=F("not_before") - by, lease_until=F("lease_until") - by)
    if also_first_try:
        waiting.update(first_tried_at=F("first_tried_at") - by)


def attempts_of(numbers: set[str]) -> list[int]:
    """How often these letters were tried."""
    from mailing.models import Letter

    return list(Letter.objects.filter(uuid__in=numbers).values_list("attempts", flat=True))


def receipt(number: int) -> str:
    """A login link, which goes before any mailing; its number."""
    from django.db import transaction
    from django.utils import timezone

    from mailing import Recipient, registry, services

    name = "mailing/login_link"
    with transaction.atomic():
        letter = services.write(
            key=f"fault.receipt.{number}",
            letter=name,
            to=Recipient(f"osoba{number}@example.org", "pl"),
            context=registry.kind(name).placeholders,
            now=timezone.now(),
        )
    return str(letter.uuid)


def in_no_time() -> Callable[[int], None]:
    """When nothing has moved for two seconds, let half an hour pass: a retry, a pause, a lease."""
    state = {"ended": -1, "since": time.monotonic()}

    def meanwhile(ended: int) -> None:
        now = time.monotonic()
        if ended != state["ended"]:
            state.update(ended=ended, since=now)
        elif now - state["since"] > 2:
            let_time_pass(HALF_AN_HOUR)
            state["since"] = now

    return meanwhile
