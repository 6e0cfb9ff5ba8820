"""W10: the letter arrives at 2 400 offices, and 300 fill the survey in while the others look."""

import os
import random
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from ops.bench.figures import Figure
from ops.bench.journey import Walk, fill_in
from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.visitor import wait_for

SURVEYS = 300
OPENED = 2_400
SECONDS = float(os.environ.get("BENCH_BURST_SECONDS", "150"))  # ten minutes in life
THREADS = 24


def measure(servers: Servers, offices: Iterator[Office]) -> Iterator[Figure]:
    """Errors, lost surveys, and the slowest twentieth of the pages against an unloaded one."""
    sink = servers.start_sink()
    servers.start_worker(with_beat=True)  # as in life: a lost hint is no lost letter
    calm = [fill_in(servers.visitor(), next(offices)) for _ in range(3)]
    unloaded = statistics.median(seconds for walk in calm for *_rest, seconds in walk.steps)
    times, numbers, errors = run(servers, [next(offices) for _ in range(OPENED)])
    receipts = len(calm) + len(numbers)
    wait_for(lambda: sink.taken.total() >= receipts, seconds=120)
    lost = lost_surveys(numbers) + abs(receipts - sink.taken.total())
    slow = statistics.quantiles(times, n=20)[-1]
    told: dict[str, object] = {
        "requests": len(times),
        "seconds": SECONDS,
        "surveys": len(numbers),
        "median_ms": round(1000 * statistics.median(times), 1),
        "worst_ms": round(1000 * max(times)),
    }
    yield Figure("W10e", "burst: errors", len(errors), "", 0, more={"first": errors[:3]})
    yield Figure("W10l", "burst: lost surveys and receipts", lost, "", 0)
    yield Figure(
        "W10",
        "burst: 95th percentile of a page",
        1000 * slow,
        "ms wall",
        10,
        1000 * unloaded,
        "its unloaded median",
        more=told,
    )


def run(
    servers: Servers,
    guests: list[Office],
    *,
    surveys: int = SURVEYS,
    seconds: float = SECONDS,
    threads: int = THREADS,
) -> tuple[list[float], list[str], list[str]]:
    """Seconds of every answer, numbers on the receipts, and what went wrong.

    Guests come evenly within `seconds`; `surveys` of them fill in the whole survey.
    """
    chance = random.Random(10)  # noqa: S311 - no secret
    filling = set(chance.sample(range(len(guests)), surveys))
    begins = sorted(chance.uniform(0, seconds) for _ in guests)
    started = time.monotonic()
    times: list[float] = []
    numbers: list[str] = []
    errors: list[str] = []
    lock = threading.Lock()

    def come(place: int) -> None:
        time.sleep(max(0, started + begins[place] - time.monotonic()))
        visitor = servers.visitor()
        walk = Walk()
        try:
            if place in filling:
                walk = fill_in(visitor, guests[place])
            else:
                walk.note("GET", visitor.get(guests[place].path))
        except Exception as error:  # counted and shown, whatever it is
            with lock:
                errors.append(f"{type(error).__name__}: {error}"[:200])
        finally:
            visitor.close()
        with lock:
            times.extend(seconds for *_rest, seconds in walk.steps)
            if walk.number:
                numbers.append(walk.number)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(come, range(len(guests))))
    return times, numbers, errors


def lost_surveys(numbers: list[str]) -> int:
    """Receipts that were shown and have no survey behind them; a number shown twice is one too."""
    from applications.models import HostSurvey

    twice = len(numbers) - len(set(numbers))
    kept = HostSurvey.objects.filter(number__in=numbers, status="submitted", versions__position=1)
    return twice + abs(len(set(numbers)) - kept.count())
