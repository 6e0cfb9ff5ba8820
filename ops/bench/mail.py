"""W7: a mailing of 3 000 letters into the outbox, and out of it to a mail server on this machine.

The floor is Django's own sending of the same letters in one go: nothing written down, two
connections, in two processes as our worker has them.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from ops.bench.figures import Figure
from ops.bench.servers import ROOT, Servers

LETTERS = 3_000
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
    """Writing, then sending in turns with the floor."""
    sink = servers.start_sink()
    order_letters(50, "warm")
    speeds: dict[str, list[float]] = {"write": [], "ours": [], "django": []}
    for turn in range(ROUNDS):
        began = time.perf_counter()
        order_letters(LETTERS, f"{turn}")
        speeds["write"].append(LETTERS / (time.perf_counter() - began))
        for who in ("django", "ours"):
            taken = sink.taken.total()
            speeds[who].append(_sent_a_second(who))
            if sink.taken.total() - taken < LETTERS:
                raise RuntimeError(f"{who}: {sink.taken.total() - taken} letters arrived")
    value, floor, ours = (statistics.median(speeds[each]) for each in ("write", "django", "ours"))
    yield Figure("W7", f"{LETTERS} letters written", value, "/s", 2_000, must_be=">=")
    yield Figure(
        "W7",
        f"{LETTERS} letters sent by SMTP",
        ours,
        "/s",
        0.6,
        floor,
        "Django's send_messages() over two connections, nothing written down",
        must_be=">=",
        more={"rounds": {who: [round(each) for each in speeds[who]] for who in speeds}},
    )


def _sent_a_second(who: str) -> float:
    """Let two processes send what is due, from the moment at which both are ready."""
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
    told = []
    for sender in senders:
        if sender.stdin is not None:
            sender.stdin.write("go\n")
            sender.stdin.flush()
    for sender in senders:
        told.append(int(sender.communicate(timeout=SECONDS)[0]))
    return sum(told) / (time.perf_counter() - began)
