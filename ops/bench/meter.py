"""What processes have used, as the kernel counts it."""

import os
import statistics
from collections.abc import Callable, Iterable

import psutil

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU of these processes and of all they have started, also of those that have ended."""
    total = 0.0
    for root in roots:
        process = psutil.Process(root)
        for each in [process, *process.children(recursive=True)]:
            try:
                used = each.cpu_times()
            except psutil.NoSuchProcess:  # counted by its parent by now
                continue
            total += used.user + used.system
            total += used.children_user + used.children_system
    return total


def memory_pss(root: int) -> list[float]:
    """Proportional memory of the workers of a server in MB, the largest first."""
    workers = psutil.Process(root).children(recursive=True)
    return sorted((worker.memory_full_info().pss / 1e6 for worker in workers), reverse=True)


def cpu_of(deed: Callable[[], int], roots: Iterable[int]) -> float:
    """CPU in milliseconds of one unit of a deed that says how many units it did."""
    roots = list(roots)
    before = cpu_seconds(roots)
    units = deed()
    return 1000 * (cpu_seconds(roots) - before) / units


def in_turn(rounds: int, *deeds: Callable[[], float]) -> list[float]:
    """Medians of several measures taken in turn, so that a busy machine burdens all of them."""
    found: list[list[float]] = [[] for _ in deeds]
    for _round in range(rounds):
        for place, deed in enumerate(deeds):
            found[place].append(deed())
    return [statistics.median(each) for each in found]
