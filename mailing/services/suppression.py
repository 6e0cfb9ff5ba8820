"""The stop list: addresses that get no bulk mail."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User
from mailing.addresses import one_address
from mailing.enums import SuppressionCause
from mailing.models import Letter, Suppression


@transaction.atomic
def suppress(
    email: str, *, cause: SuppressionCause, now: datetime, note: str = "", actor: User | None = None
) -> Suppression:
    """Send no bulk mail to this address from now on. Asked twice, it stays as it was."""
    address = one_address(email).lower()
    Suppression.objects.bulk_create(
        [Suppression(email=address, cause=cause, since=now, note=note)], ignore_conflicts=True
    )
    entry = Suppression.objects.get(email=address, lifted_at=None)
    if entry.since == now:
        audit.record(
            action="mailing.suppression.added", target=entry, actor=actor, now=now, cause=str(cause)
        )
    return entry


def unsubscribe(letter: Letter, *, now: datetime) -> Suppression:
    """The person who got this letter wants no more of its kind."""
    return suppress(
        letter.to, cause=SuppressionCause.UNSUBSCRIBED, now=now, note=f"letter {letter.pk}"
    )


@transaction.atomic
def lift_suppression(entry: Suppression, *, reason: str, actor: User, now: datetime) -> Suppression:
    """Let bulk mail go to this address again, with a reason; lifted twice, the first counts."""
    lifted = Suppression.objects.filter(pk=entry.pk, lifted_at=None).update(
        lifted_at=now, lifted_by=actor, lift_reason=reason
    )
    if lifted:
        audit.record(action="mailing.suppression.lifted", target=entry, actor=actor, now=now)
    entry.refresh_from_db()
    return entry


def suppressed_among(addresses: list[str]) -> set[str]:
    """Which of these addresses, in small letters, are on the stop list."""
    small = [address.lower() for address in addresses]
    return set(
        Suppression.objects.filter(email__in=small, lifted_at=None).values_list("email", flat=True)
    )
