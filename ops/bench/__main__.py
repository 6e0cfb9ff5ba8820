"""Run the lines that are asked for, all by default: `python -m ops.bench W1 W2`."""

import sys
import time
from collections.abc import Callable, Iterator

from ops.bench import burst, mail, search, survey, weight
from ops.bench.figures import Figure, table
from ops.bench.servers import Servers
from ops.bench.stage import Office, offices, register

# Each line is a function of the servers and of fresh offices; later lines are added here.
LINES: dict[str, Callable[[Servers, Iterator[Office]], Iterator[Figure]]] = {
    "W1 W2 W3 W12": survey.measure,
    "W6": lambda servers, _guests: search.measure(servers),
    "W7": lambda servers, _guests: mail.measure(servers),
    "W8": lambda servers, guests: weight.measure(servers, next(guests)),
    "W10": burst.measure,
}
GUESTS = {"W10": burst.OPENED + 3, "W1 W2 W3 W12": 60, "W8": 1}


def main(wanted: list[str]) -> int:
    """Measure and print; the exit code tells of faults, never of a slow machine."""
    lines = {
        names: line
        for names, line in LINES.items()
        if not wanted or set(wanted) & set(names.split())
    }
    if not lines:
        print(f"Known lines: {' '.join(LINES)}", file=sys.stderr)
        return 2
    began = time.monotonic()
    figures: list[Figure] = []
    with Servers() as servers:
        import django

        django.setup()
        register()
        guests = iter(offices(sum(GUESTS.get(names, 0) for names in lines) + 4))
        servers.start_web()
        servers.start_floor()
        for line in lines.values():
            for figure in line(servers, guests):
                figures.append(figure)
                print(figure.as_json(), flush=True)
    print(f"\n{table(figures)}\n\n{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
