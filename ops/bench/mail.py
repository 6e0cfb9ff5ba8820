"""W7: a mailing of 3 000 letters into the outbox, and out of it to a mail server on this machine.

The floor is Django's own sending of the same letters in one go: nothing written down, two
connections, in two processes as our worker has them.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from ops.bench import meter
from ops.bench.figures import Figure
from ops.bench.servers import ROOT, Servers

LETTERS = int(os.environ.get("BENCH_LETTERS", "3000"))
ROUNDS = 3
CONNECTIONS = 2
LETTER = "applications/host_invitation"
LANGUAGES = ("pl", "uk", "en")
SECONDS = 300


def order_letters(number: int, name: str) -> int:
    """Write a mailing of so many letters, each with a link of its own; how many are new."""
    from django.db import transaction
    from django.utils import timezone

    from mailing import Recipient, registry, services

    samples = registry.kind(LETTER).placeholders
    orders = [
        services.Order(
            key=f"bench.{name}.{place}",
            to=Recipient(f"urzad{place}@g{place % 2479}.example.org", LANGUAGES[place % 3]),
            context={
                word: f"{sample}{place}/" if str(sample).startswith("https:") else sample
                for word, sample in samples.items()
            },
        )
        for place in range(number)
    ]
    with transaction.atomic():
        written, refused = services.write_many(orders, letter=LETTER, now=timezone.now(), send=True)
    if refused:
        raise RuntimeError(f"refused: {refused[0][1]}")
    return written


def measure(servers: Servers) -> Iterator[Figure]:
    """Writing, then sending in turns with the floor: letters a second, and CPU of each letter.

    The CPU is that of the senders and of PostgreSQL, without the mail server.
    """
    sink = servers.start_sink()
    database = servers.postgres.process
    roots = [database.pid] if database else []
    _warm_up()
    speeds: dict[str, list[float]] = {"write": [], "django": [], "ours": []}
    cpu: dict[str, list[float]] = {"django": [], "ours": []}
    for turn in range(ROUNDS):
        began = time.perf_counter()
        order_letters(LETTERS, f"{turn}")
        speeds["write"].append(LETTERS / (time.perf_counter() - began))
        for who in cpu:
            taken = sink.taken.total()
            before = meter.cpu_seconds(roots)
            seconds, used = _send(who)
            used += meter.cpu_seconds(roots) - before
            speeds[who].append(LETTERS / seconds)
            cpu[who].append(1000 * used / LETTERS)
            if sink.taken.total() - taken < LETTERS:
                raise RuntimeError(f"{who}: {sink.taken.total() - taken} letters arrived")
    middle = {name: statistics.median(each) for name, each in speeds.items()}
    costs = {name: statistics.median(each) for name, each in cpu.items()}
    yield Figure("W7", f"{LETTERS} letters written", middle["write"], "/s", 2_000, must_be=">=")
    yield Figure(
        "W7",
        f"{LETTERS} letters sent by SMTP",
        middle["ours"],
        "/s",
        0.6,
        middle["django"],
        "Django's send_messages() over two connections, nothing written down",
        must_be=">=",
        more={
            "rounds": {name: [round(one) for one in each] for name, each in speeds.items()},
            "cpu_ms_a_letter": {name: round(each, 2) for name, each in costs.items()},
            "of_django_by_cpu": round(costs["django"] / costs["ours"], 2),
        },
    )


def _warm_up() -> None:
    """Lay out the letter once, in all languages."""
    from mailing.models import Letter

    order_letters(len(LANGUAGES), "warm")
    Letter.objects.update(status="cancelled")


def _send(who: str) -> tuple[float, float]:
    """Seconds and CPU of two processes that send all, from the moment at which both are ready."""
    senders = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "ops.bench.mail_sender", who, str(place)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(CONNECTIONS)
    ]
    for sender in senders:
        if sender.stdout is None or sender.stdout.readline() != "ready\n":
            raise RuntimeError("a sender did not start")
    began = time.perf_counter()
    for sender in senders:
        if sender.stdin is not None:
            sender.stdin.write("go\n")
            sender.stdin.flush()
    told = [sender.communicate(timeout=SECONDS)[0].split() for sender in senders]
    seconds = time.perf_counter() - began
    if sum(int(number) for number, _cpu in told) != LETTERS:
        raise RuntimeError(f"{who}: {told}")
    return seconds, sum(float(used) for _number, used in told)
