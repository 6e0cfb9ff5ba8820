"""Work of the mailing room in the background. Every task may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from core.periodic import one_at_a_time

ROUND = {"limit": 2_000, "seconds": 25}  # then others have their turn


@shared_task
def deliver(*, letter_id: int, **_) -> None:
    """Send one letter, if it is due and nobody else is at it."""
    from mailing import services  # tasks are leaves: imported by services

    services.deliver(letter_id, now=timezone.now())


@shared_task
def answer_sign_in(*, request_id: int, **_) -> None:
    """Send a login link, if the address on the sign-in page belongs to somebody."""
    from mailing import access  # tasks are leaves: imported by services

    access.answer_sign_in(request_id, now=timezone.now())


@shared_task
def settle_events(**_) -> None:
    """Read what providers have told about letters that left."""
    from mailing import services  # tasks are leaves: imported by services

    services.settle_waiting(now=timezone.now())


@shared_task
@one_at_a_time
def read_bounces(**_) -> None:
    """Every few minutes: read the mailbox to which letters come back."""
    from mailing import bounce_box, reply_box  # tasks are leaves: imported by services

    if not reply_box.is_shared():
        bounce_box.read(now=timezone.now())


@shared_task
@one_at_a_time
def read_replies(**_) -> None:
    """Every few minutes: read the mailbox to which people answer."""
    from mailing import reply_box  # tasks are leaves: imported by services

    reply_box.read(now=timezone.now())


@shared_task
@one_at_a_time
def send_mailings(**_) -> None:
    """Every few seconds: put the next letters of mailings on their way, at their pace."""
    from mailing.services import mailing_sending  # tasks are leaves: imported by services

    mailing_sending.send_next(now=timezone.now())


@shared_task
def send_due(**_) -> None:
    """Send what is due; in any number of workers at once, for each claims its letters."""
    from mailing import services  # tasks are leaves: imported by services

    services.deliver_due(now=timezone.now(), **ROUND)


@shared_task
@one_at_a_time
def sweep(**_) -> None:
    """Every half minute: send what is due, settle what a lost worker left behind."""
    from mailing import access, services  # tasks are leaves: imported by services

    services.settle_waiting(now=timezone.now())
    access.answer_waiting(now=timezone.now())
    services.deliver_due(now=timezone.now(), **ROUND)


@shared_task
@one_at_a_time
def remove_strangers(**_) -> None:
    """Every night: what came to the mailbox of replies and was never for us."""
    from mailing.services import replies  # tasks are leaves: imported by services

    replies.remove_strangers(now=timezone.now())


@shared_task
@one_at_a_time
def forget_old_turns(**_) -> None:
    """Every night: turns to send that no limit looks back at."""
    from mailing.services import pace  # tasks are leaves: imported by services

    pace.forget(timezone.now())
