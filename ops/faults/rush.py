"""FT-40: two thousand people open and send the survey in ten minutes."""

import statistics

from ops.bench import burst
from ops.bench.servers import Servers
from ops.bench.stage import offices
from ops.faults.result import Result

PEOPLE = 2_000
SECONDS = 600.0
SLOWEST_MS = 800


def run(servers: Servers, share: float) -> Result:
    """95 of 100 answers within 800 ms, none of them an error, every receipt kept."""
    number = max(20, int(PEOPLE * share))
    guests = offices(number)
    times, numbers, errors = burst.run(
        servers, guests, surveys=number, seconds=SECONDS * share, threads=48
    )
    slow = 1000 * statistics.quantiles(times, n=20)[-1]
    return Result(
        "FT-40",
        {
            "people": number,
            "requests": len(times),
            "p95_ms": round(slow),
            "median_ms": round(1000 * statistics.median(times)),
            "errors": len(errors),
            "receipts": len(numbers),
            "lost": burst.lost_surveys(numbers),
            **({"first": errors[0]} if errors else {}),
        },
        {
            f"p95 below {SLOWEST_MS} ms": slow < SLOWEST_MS,
            "no error": not errors,
            "all kept": len(numbers) == number and burst.lost_surveys(numbers) == 0,
        },
    )
