"""FT-28: everything that providers may tell, ten times, in any order, a day late, forged, huge."""

import json
import os
import random
import statistics
import time
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from unittest import mock
from uuid import uuid4

from ops.bench.servers import HOST, Servers
from ops.faults.result import Result

LETTERS = 2  # of each provider: 120 events in all
TIMES = 10
HUGE = 10 * 1024 * 1024
SLOWEST_S = 0.3
AT_ONCE = 4
GUESSED = "postmaster:guessed"  # noqa: S105 - of somebody else
WITHOUT = {"amazon_ses"}  # needs Amazon's own package, which the house does not bring


def run(servers: Servers, share: float) -> Result:
    """Each event is counted once, whatever happens; nobody else's event is taken."""
    from django.utils import timezone

    from mailing import services
    from mailing.models import DeliveryEvent, Letter
    from tests.mailing.provider_calls import ANYMAIL, PROVIDERS, calls_about

    os.environ["ANYMAIL"] = json.dumps(ANYMAIL)
    servers.start_web()
    calls = []
    for who in sorted(set(PROVIDERS) - WITHOUT):
        for place in range(LETTERS):
            letter = _letter(who, f"{who}-{place}")
            about = calls_about(letter.uuid, letter.to, letter.provider_id)
            calls += [call for provider, _kind, call in about if provider == who]
    times = max(3, int(TIMES * share))
    storm = calls * times
    random.Random(28).shuffle(storm)  # noqa: S311 - no secret
    told = _send(servers, storm)
    first = DeliveryEvent.objects.count()
    services.settle_waiting(now=timezone.now(), limit=10_000)
    states = _states()
    again = _send(servers, calls)  # as a day later
    forged = _send(servers, calls, secret=GUESSED)
    services.settle_waiting(now=timezone.now(), limit=10_000)
    huge = _send(servers, calls[:6], body=b'{"x": "' + b"y" * HUGE + b'"}')
    cut = _send(servers, calls, cut=True)
    stored = DeliveryEvent.objects.count()
    unsettled = DeliveryEvent.objects.filter(settled_at=None).count()
    unchanged = _states() == states
    control = _control()
    slow = statistics.quantiles([seconds for _status, seconds in told], n=20)[-1]
    every = Counter(status for answers in (told, again, forged, huge, cut) for status, _ in answers)
    return Result(
        "FT-28",
        {
            "events": len(calls),
            "times": times,
            "stored": stored,
            "letters_moved": sum(status != Letter.Status.ACCEPTED for status in states.values()),
            "answers": dict(sorted(every.items())),
            "p95_ms": round(1000 * slow),
            "forged_taken": sum(status < 400 for status, _ in forged),
            "huge": dict(Counter(status for status, _ in huge)),
            "control_unsigned_taken_without_the_check": control,
        },
        {
            "each event once": first == stored == len(calls),
            "all understood": unsettled == 0,
            "every call was taken": all(status == 200 for status, _ in [*told, *again]),
            "a day later nothing changes": unchanged,
            "no forged one is taken": all(status >= 400 for status, _ in forged),
            "huge ones are refused": all(status == 413 for status, _ in huge),
            "no error": max(every) < 500,
            f"p95 below {1000 * SLOWEST_S:.0f} ms": slow < SLOWEST_S,
            "control: without the check a forged one is taken": control == 1,
        },
    )


def _letter(provider: str, number: str):  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from mailing.models import Letter

    now = timezone.now()
    return Letter.objects.create(
        key=f"fault.{number}",
        letter="mailing/login_link",
        to="urzad@gmina.example",
        language="pl",
        subject="x",
        stored_text="x",
        stored_html="x",
        status="accepted",
        accepted_at=now,
        provider=provider,
        provider_id=number,
    )


def _states() -> dict[int, str]:
    from mailing.models import Letter

    return dict(Letter.objects.values_list("pk", "status"))


def _send(  # type: ignore[no-untyped-def]
    servers: Servers, calls, *, secret: str = "", body: bytes | None = None, cut: bool = False
) -> list[tuple[int, float]]:
    """Status and seconds of every call; each comes from another machine, as providers' calls do."""
    from tests.mailing.provider_calls import SECRET

    word = b64encode((secret or SECRET).encode()).decode()

    def send(job) -> tuple[int, float]:  # type: ignore[no-untyped-def]
        place, call = job
        line = HTTPConnection("127.0.0.1", servers.ports["web"], timeout=60)
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.28.{place // 250 % 250}.{place % 250}",
            "Content-Type": call.content_type,
            "Authorization": f"Basic {word}",
            **call.headers,
        }
        content = call.body if body is None else body
        content = content[: len(content) // 2] if cut else content
        began = time.monotonic()
        try:
            line.request("POST", f"/anymail/{call.path}", content, headers)
            return line.getresponse().status, time.monotonic() - began
        except (BrokenPipeError, ConnectionResetError):  # refused by its length, before its end
            return 413, time.monotonic() - began
        finally:
            line.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, enumerate(calls)))


def _control() -> int:
    """One event without secret and signature, at the view of a house that does not ask for them."""
    from anymail.webhooks.postmark import PostmarkTrackingWebhookView
    from django.test import RequestFactory

    from mailing.models import DeliveryEvent
    from tests.mailing.provider_calls import PROVIDERS

    call = PROVIDERS["postmark"]("delivered", uuid4(), "urzad@gmina.example", "forged")
    if call is None:
        return 0
    before = DeliveryEvent.objects.count()
    request = RequestFactory().post("/", call.body, content_type=call.content_type)
    with mock.patch.object(PostmarkTrackingWebhookView, "validate_request"):
        PostmarkTrackingWebhookView.as_view()(request)
    return DeliveryEvent.objects.count() - before
