"""FT-04, FT-05, FT-06, FT-32: a broker that forgets, is gone, is full, is slow, or is impatient.

It carries hints only, so whatever it does costs time and never a letter or an answer.
"""

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from ops.bench.journey import NUMBER
from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.people import ready_to_send, trusted
from ops.faults.post import letters
from ops.faults.post.provider import Mood, Provider
from ops.faults.post.workers import Workers, beats, many
from ops.faults.result import Result
from ops.faults.twice import main_form_of
from ops.visitor import filled, main_form, wait_for

LETTERS = 2_000
CAUGHT_UP = 120.0
OUTAGE, SHORTEST_OUTAGE = 600.0, 15.0
A_SECOND, A_SECOND_IN_PART = 20, 4
SLOWEST_S = 2.0
ALL_LEAVE = 300.0
PLAIN = 40
VISIBLE, WORK = 5, 12


def forgets(servers: Servers, share: float) -> Result:
    """FT-04: FLUSHALL at 30 and at 60 of 100 letters; beat's next round finds the rest."""
    number = max(100, int(LETTERS * share))
    provider = Provider(mood=lambda _n: Mood(before=0.005))
    with (
        _redis(servers) as redis,
        provider.running(),
        Workers(servers, many(share), provider.environment),
        beats(servers, 1),
    ):
        for place in range(number):
            letters.receipt(place)
            if place in (number * 3 // 10, number * 6 // 10):
                redis.flushall()
        left, began = number - len(provider.taken), time.monotonic()
        is_done = letters.wait_until_final(CAUGHT_UP * 2)
        seconds = time.monotonic() - began
        ran = _plain_tasks(redis)
    return Result(
        "FT-04",
        {
            "letters": number,
            "left_at_the_end_of_writing": left,
            "lost": letters.lost(provider),
            "double": provider.doubles,
            "caught_up_s": round(seconds, 1),
            "control_plain_tasks_that_ran": f"{ran} of {PLAIN}",
        },
        {
            "none lost, none double": letters.lost(provider) == provider.doubles == 0,
            "all sent": is_done and len(provider.taken) == number,
            f"caught up within {CAUGHT_UP:.0f} s": seconds <= CAUGHT_UP,
            "control: tasks that live in the broker are lost": ran < PLAIN,
        },
    )


def _plain_tasks(redis: Any) -> int:
    """Of so many tasks that stand nowhere but in the broker, how many ran."""
    from win4ua.celery import app

    for _ in range(PLAIN):
        app.send_task("ops.faults.post.stage.unguarded", kwargs={"seconds": 0.2})
    time.sleep(1)
    redis.flushall()
    time.sleep(3)
    return int(redis.get("faults:unguarded") or 0)


def gone(servers: Servers, share: float) -> Result:
    """FT-05: no broker at all, while offices send their surveys."""

    @contextlib.contextmanager
    def stopped(_redis: Any) -> Iterator[None]:
        process = servers.redis.process
        if process is None:
            raise RuntimeError("there is no Redis to stop")
        process.kill()
        process.wait()
        try:
            yield
        finally:
            servers.redis.spawn()
            servers.redis.wait_until_ready()

    return _judged("FT-05", [_weather(servers, share, "stopped", stopped, "10.77.0.1")])


def ill(servers: Servers, share: float) -> Result:
    """FT-06: a broker that is full, slow, or only reads."""
    moods = {"full": _full, "slow": _slow, "read_only": _read_only}
    shorter = share / len(moods)
    return _judged(
        "FT-06",
        [
            _weather(servers, shorter, name, mood, f"10.77.1.{place}")
            for place, (name, mood) in enumerate(moods.items())
        ],
    )


@contextlib.contextmanager
def _full(redis: Any) -> Iterator[None]:
    redis.config_set("maxmemory", 1)
    try:
        yield
    finally:
        redis.config_set("maxmemory", 0)


@contextlib.contextmanager
def _read_only(redis: Any) -> Iterator[None]:
    redis.replicaof("127.0.0.1", "1")
    try:
        yield
    finally:
        redis.replicaof("NO", "ONE")


@contextlib.contextmanager
def _slow(redis: Any) -> Iterator[None]:
    """Everything waits up to 200 ms."""
    ended = Event()

    def pause() -> None:
        while not ended.is_set():
            redis.execute_command("CLIENT", "PAUSE", "200", "ALL")
            time.sleep(0.002)

    thread = Thread(target=pause, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


@dataclass
class Bad:
    """One kind of trouble, and what came of it."""

    name: str
    people: int
    acked: int = 0
    times: list[float] = field(default_factory=list)
    healthy: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    limited: bool = False
    direct_fails: bool = False
    kept: int = 0
    sent: int = 0
    leave_s: float = 0.0
    doubles: int = 0
    ended: int = 0

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 were answered."""
        return statistics.quantiles(self.times, n=20)[-1]

    @property
    def healthy_p95(self) -> float:
        """The same with a broker that is well, a moment before: what this machine can do."""
        return statistics.quantiles(self.healthy, n=20)[-1]


def _weather(
    servers: Servers, share: float, name: str, mood: Callable[[Any], Any], address: str
) -> Bad:
    seconds = max(SHORTEST_OUTAGE, OUTAGE * share)
    number = int(seconds * (A_SECOND if share >= 0.3 else A_SECOND_IN_PART))
    people = ready_to_send(number + number // 3)
    before, people = people[number:], people[:number]
    found, well = Bad(name, number), Bad("well", len(before))
    provider = Provider()
    letters.clear()
    with (
        _redis(servers) as redis,
        provider.running(),
        Workers(servers, 2, provider.environment) as workers,
        beats(servers, 1) as clocks,
    ):
        _submit(servers, before, seconds / 3, well)
        found.healthy = well.times
        with mood(redis):
            _submit(servers, people, seconds, found)
            found.limited = _is_limited(servers, name, address)
            found.direct_fails = name == "slow" or _task_alone_fails()
        began = time.monotonic()
        wait_for(lambda: _receipts() <= set(provider.taken), seconds=ALL_LEAVE * 1.5, pause=0.5)
        found.leave_s = time.monotonic() - began
        found.ended = workers.ended + sum(clock.poll() is not None for clock in clocks)
    receipts = _receipts()
    found.kept = len(receipts) - len(before)
    found.sent = len(receipts & set(provider.taken)) - len(before)
    found.doubles = provider.doubles
    return found


def _receipts() -> set[str]:
    from mailing.models import Letter

    found = Letter.objects.filter(letter="applications/survey_receipt")
    return {str(each) for each in found.values_list("uuid", flat=True)}


def _submit(servers: Servers, people: list[tuple[Office, int]], seconds: float, found: Bad) -> None:
    """Everybody sends a survey, evenly within these seconds."""
    windows = []
    for office, link in people:
        window = trusted(servers, link)
        path = f"{office.path}sprawdz/"
        windows.append((window, path, main_form_of(window.get(path))))
    began = time.monotonic()

    def send(place: int) -> None:
        time.sleep(max(0.0, began + place * seconds / len(windows) - time.monotonic()))
        window, path, form = windows[place]
        answer = window.post(path, form)
        found.times.append(answer.seconds)
        page = window.follow(answer)
        found.statuses |= {answer.status, page.status}
        found.acked += NUMBER.search(page.text) is not None
        window.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(len(windows))))


def _is_limited(servers: Servers, name: str, address: str) -> bool:
    """Whether somebody at this address who asks for login links without end is told to wait."""
    from django.urls import reverse

    visitor = servers.visitor()
    visitor.address = address
    path = reverse("mailing:sign_in")
    statuses = []
    for place in range(25):
        form = main_form(visitor.get(path).read().forms)
        fields = filled(form, {"email": f"nobody{place}.{name}@example.org"})
        statuses.append(visitor.post(path, fields).status)
    visitor.close()
    return 429 in statuses and statuses[0] == 302


def _task_alone_fails() -> bool:
    """The control: a deed that hands its work to the broker, and nothing else, does not happen."""
    from win4ua.celery import app

    try:
        app.send_task("ops.faults.post.stage.unguarded", retry=False)
    except Exception:  # whatever the broker says
        return True
    return False


def _judged(name: str, all_of_them: list[Bad]) -> Result:
    figures: dict[str, object] = {}
    claims: dict[str, bool] = {}
    for each in all_of_them:
        figures[each.name] = (
            f"{each.acked}/{each.people} acked, p95 {each.p95:.2f} s"
            f" (well: {each.healthy_p95:.2f} s), {each.sent}/{each.kept}"
            f" receipts {each.leave_s:.0f} s later, double {each.doubles}"
        )
        claims |= {
            f"{each.name}: all acked": each.acked == each.people == each.kept,
            f"{each.name}: p95 below {SLOWEST_S:.0f} s, or as with a broker that is well": each.p95
            < max(SLOWEST_S, 1.5 * each.healthy_p95),
            f"{each.name}: no error {sorted(each.statuses)}": max(each.statuses) < 400,
            f"{each.name}: the limiter limits": each.limited,
            f"{each.name}: all mails leave in time": each.sent == each.kept
            and each.leave_s <= ALL_LEAVE,
            f"{each.name}: none double": each.doubles == 0,
            f"{each.name}: no worker and no beat ended": each.ended == 0,
            f"{each.name}: control: a deed of the broker alone fails": each.direct_fails,
        }
    return Result(name, figures, claims)


def impatient(servers: Servers, _share: float) -> Result:
    """FT-32: a task that lasts longer than the broker waits is given to somebody else, too."""
    from win4ua.celery import app

    provider = Provider(mood=lambda _n: Mood(before=WORK))
    visible = {"FAULT_VISIBILITY": str(VISIBLE)}
    with (
        _redis(servers) as redis,
        provider.running(),
        Workers(servers, 4, {**provider.environment, **visible}),
    ):
        written = [letters.receipt(place) for place in range(2)]
        app.send_task("ops.faults.post.stage.unguarded", kwargs={"seconds": WORK})
        wait_for(
            lambda: int(redis.get("faults:unguarded") or 0) >= 2 and letters.sent() == len(written),
            seconds=120,
            pause=0.5,
        )
        time.sleep(2 * VISIBLE)
        plain = int(redis.get("faults:unguarded") or 0)
    return Result(
        "FT-32",
        {
            "broker_waits_s": VISIBLE,
            "task_lasts_s": WORK,
            "letters": len(written),
            "calls": len(provider.calls),
            "double": provider.doubles,
            "control_plain_task_ran": plain,
        },
        {
            "each letter once": len(provider.calls) == len(provider.taken) == len(written),
            "all sent": letters.sent() == len(written),
            "control: a plain task runs again": plain >= 2,
        },
    )


@contextlib.contextmanager
def _redis(servers: Servers) -> Iterator[Any]:
    import redis

    client = redis.Redis.from_url(servers.redis.url(0), socket_timeout=10)
    try:
        yield client
    finally:
        client.close()
