"""One of the processes of W7: sends what is due when it is told "go", and says how many
and how much CPU it took."""

import sys
import time
from collections.abc import Callable


def ours(_place: int) -> Callable[[], int]:
    """As the worker does: every guarantee on."""
    from django.utils import timezone

    from mailing import services

    return lambda: services.deliver_due(timezone.now()).total()


def django(place: int) -> Callable[[], int]:
    """As Django does: the same words over one connection, ready in memory, nothing written down."""
    from django.core.mail import EmailMultiAlternatives, get_connection
    from django.db.models.functions import Mod

    from mailing import transport
    from mailing.models import Letter

    due = Letter.objects.filter(status="queued").annotate(half=Mod("pk", 2)).filter(half=place)
    letters = [transport.build(letter, "smtp") for letter in due.order_by("pk")]
    words = [
        (letter.subject, letter.body, letter.from_email, letter.to, letter.reply_to)
        + (letter.extra_headers, letter.alternatives)
        for letter in letters
    ]

    def send() -> int:
        messages = [
            EmailMultiAlternatives(
                subject, text, sender, to, reply_to=reply, headers=headers, alternatives=parts
            )
            for subject, text, sender, to, reply, headers, parts in words
        ]
        return int(get_connection().send_messages(messages) or 0)

    return send


def main(who: str, place: str) -> None:
    """Get ready, wait for the word, send."""
    import django as framework

    framework.setup()
    from django.db import connection

    connection.ensure_connection()
    send = {"ours": ours, "django": django}[who](int(place))
    print("ready", flush=True)
    sys.stdin.readline()
    before = time.process_time()
    sent = send()
    print(sent, time.process_time() - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
