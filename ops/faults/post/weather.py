"""FT-29, FT-30: bad letters among good ones, and a provider in bad weather."""

import threading
import time
from dataclasses import dataclass, field
from unittest import mock

from ops.bench.servers import Servers
from ops.faults.post import letters
from ops.faults.post.provider import Mood, Provider
from ops.faults.post.workers import Workers, many, nudged
from ops.faults.result import Result
from ops.visitor import wait_for

LETTERS, POISONED = 1_000, 20
WEATHER_LETTERS = 1_000
ALLOWED = 10  # calls a second
OUTAGE, OUTAGE_OF_CONTROL = 900.0, 120.0
SHORTEST_OUTAGE = 40.0  # so that somebody knocks while it lasts
OPENS_WITHIN = 60.0
LONGEST = 400.0
POISONS: tuple[dict[str, str], ...] = (
    {"subject": "Zaproszenie\nBcc: wszyscy@example.net"},
    {"to": "a@example.org, b@example.org"},
    {"sealed": "written with another key"},
    {"stored_text": "\ue000missing\ue001"},
)


def poisoned(servers: Servers, share: float) -> Result:
    """FT-29: each bad letter fails alone, with its reason; the queue goes on."""
    from django.conf import settings
    from django.utils import timezone

    from mailing import services, transport
    from mailing.models import Letter

    sink = servers.start_sink()
    settings.EMAIL_PORT = sink.port
    number, bad = max(100, int(LETTERS * share)), max(4, int(POISONED * share))

    def fill() -> None:
        letters.clear()
        letters.write(number)
        every = list(Letter.objects.order_by("pk").values_list("pk", flat=True))
        for place, pk in enumerate(every[number // bad // 2 :: number // bad][:bad]):
            Letter.objects.filter(pk=pk).update(**POISONS[place % len(POISONS)])

    fill()
    ended = services.deliver_due(timezone.now())
    reasons = Letter.objects.filter(status="failed").exclude(error="").count()
    taken = sink.taken.total()

    fill()
    stopped = 0
    with mock.patch.object(transport, "build", transport._message):
        try:
            services.deliver_due(timezone.now())
        except Exception:  # what a queue does that knows only "it worked"
            stopped = 1
    control = letters.statuses()["accepted"]
    return Result(
        "FT-29",
        {
            "letters": number,
            "poisoned": bad,
            "accepted": ended["accepted"],
            "arrived": taken,
            "failed_with_reason": reasons,
            "control_without_the_guard_accepted": control,
        },
        {
            "all good ones arrived": ended["accepted"] == taken == number - bad,
            "each bad one says why": ended["failed"] == reasons == bad,
            "control: the first bad one stops the queue": stopped == 1 and control < number - bad,
        },
    )


def weather(servers: Servers, share: float) -> Result:
    """FT-30: "too many", errors for a while, a certificate and a name that are gone."""
    number = max(80, int(WEATHER_LETTERS * share))
    outage = max(SHORTEST_OUTAGE, OUTAGE * share)
    busy = _rate(servers, many(share), number)
    down = _outage(servers, many(share), number, outage, {})
    shorter = min(outage, OUTAGE_OF_CONTROL)
    storm = _outage(servers, many(share), number, shorter, {"FAULT_GUARD": "no_breaker"})
    lines = {
        name: _line(address)
        for name, address in {
            "tls": "https://127.0.0.1:{port}/",
            "dns": "http://provider.invalid/",
            "refused": "http://127.0.0.1:9/",
        }.items()
    }
    return Result(
        "FT-30",
        {
            "letters": number,
            "allowed_a_second": ALLOWED,
            "too_many": busy.refused,
            "called_although_told_to_wait": busy.early,
            "outage_s": round(outage),
            "calls_in_outage": down.failed,
            "line_closed_after_s": round(down.closed_after, 2),
            "lost": busy.lost + down.lost,
            "double": busy.double + down.double,
            "bulk_before_login_link": f"{busy.before_receipt},{down.before_receipt}",
            "lines": ",".join(f"{name}:{told}" for name, told in lines.items()),
            "control_without_breaker_calls": storm.failed,
        },
        {
            "all done": busy.is_done and down.is_done,
            "none lost, none double": busy.lost + down.lost + busy.double + down.double == 0,
            "nobody calls who was told to wait": busy.refused > 0 and busy.early == 0,
            f"line closes within {OPENS_WITHIN:.0f} s": down.closed_after <= OPENS_WITHIN,
            "few calls while it is down": down.failed <= 3 + many(share) + 1 + outage // 30,
            "login links go first": busy.before_receipt <= many(share)
            and down.before_receipt <= many(share),
            "TLS, DNS, refused: tried again later": set(lines.values()) == {"retry"},
            "control: without the breaker many more calls": storm.failed >= 3 * down.failed,
        },
    )


@dataclass
class Weather:
    """How the letters came through."""

    refused: int = 0
    early: int = 0
    failed: int = 0
    closed_after: float = 0.0
    lost: int = 0
    double: int = 0
    before_receipt: int = 0
    is_done: bool = False


@dataclass
class _Bucket:
    """A provider that allows so many calls a second, and notes who calls although told to wait.

    A call that was under way when another was told so is no fault of its own.
    """

    closed: list[tuple[float, float]] = field(default_factory=list)
    second: int = -1
    used: int = 0
    early: int = 0

    def mood(self, _number: int) -> Mood:
        now = time.monotonic()
        self.early += any(start + 0.25 < now < end - 0.05 for start, end in self.closed[-5:])
        if int(now) != self.second:
            self.second, self.used = int(now), 0
        self.used += 1
        if self.used <= ALLOWED:
            return Mood()
        self.closed.append((now, now + 2))
        return Mood(takes=False, status=429, headers={"Retry-After": "2"})


def _rate(servers: Servers, workers: int, number: int) -> Weather:
    bucket = _Bucket()
    provider = Provider(mood=bucket.mood)
    found = Weather()
    letters.clear()
    with provider.running(), Workers(servers, workers, provider.environment), nudged():
        letters.write(number)
        wait_for(lambda: len(provider.taken) >= number // 3, seconds=LONGEST)
        found.before_receipt = _before(provider, letters.receipt(1))
        found.is_done = letters.wait_until_final(LONGEST)
    found.refused, found.early = len(bucket.closed), bucket.early
    found.lost, found.double = letters.lost(provider), provider.doubles
    return found


def _before(provider: Provider, receipt: str) -> int:
    """How many bulk letters left before this one, besides those that workers had in hand.

    A worker looks again after two seconds at the latest, and after a pause.
    """
    began = time.monotonic()
    wait_for(lambda: receipt in provider.taken, seconds=LONGEST, pause=0.02)
    with provider.lock:
        earlier = provider.order[: provider.order.index(receipt)]
        return sum(provider.times[each] > began + 3 for each in earlier)


def _outage(
    servers: Servers, workers: int, number: int, seconds: float, environment: dict[str, str]
) -> Weather:
    down = threading.Event()
    provider = Provider(mood=lambda _n: _down_or(down))
    found = Weather()
    letters.clear()
    environment = {**provider.environment, **environment}
    with provider.running(), Workers(servers, workers, environment), nudged():
        letters.write(number)
        wait_for(lambda: len(provider.taken) >= number // 4, seconds=LONGEST)
        down.set()
        began, before = time.monotonic(), len(provider.calls)
        receipts = [letters.receipt(10 + each) for each in range(3)]
        time.sleep(seconds)
        down.clear()
        calls = [each - began for each in provider.calls[before:]]
        found.failed = len(calls)
        found.closed_after = _last_before_silence(calls)
        if not environment.get("FAULT_GUARD"):
            back = len(provider.order)
            letters.let_time_pass(letters.HALF_AN_HOUR)
            wait_for(lambda: all(each in provider.taken for each in receipts), seconds=LONGEST)
            order = provider.order[back:]
            last = max((order.index(each) for each in receipts if each in order), default=0)
            found.before_receipt = max(0, last + 1 - len(receipts))
            found.is_done = letters.wait_until_final(LONGEST, letters.in_no_time())
    found.lost, found.double = letters.lost(provider), provider.doubles
    return found


def _down_or(down: threading.Event) -> Mood:
    return Mood(before=0.01, takes=False, status=500) if down.is_set() else Mood(before=0.01)


def _last_before_silence(calls: list[float], silence: float = 15.0) -> float:
    """When the last of the calls was made that were not yet the careful ones."""
    last = 0.0
    for each in calls:
        if each - last > silence:
            break
        last = each
    return last


def _line(address: str) -> str:
    """What becomes of a letter when the line itself is broken, and whether the breaker knows."""
    from django.test import override_settings
    from django.utils import timezone

    from mailing import selectors, services
    from mailing.models import Letter

    letters.clear()
    letters.write(2)
    provider = Provider()
    with provider.running():
        url = address.format(port=provider.port)
        anymail = {"RESEND_API_URL": url, "RESEND_API_KEY": "key"}
        backend = "anymail.backends.resend.EmailBackend"
        with override_settings(ANYMAIL=anymail, EMAIL_BACKEND=backend):
            services.deliver_due(timezone.now())
            is_closed = selectors.line_trouble() is not None
    tried = Letter.objects.exclude(status="queued").order_by("pk")
    if not is_closed or len(tried) != 1 or tried[0].is_unclear:
        return f"{len(tried)} tried, closed: {is_closed}"
    return str(tried[0].status)
