"""FT-01, FT-33: workers that are killed, and workers that are replaced, while they send."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from ops.bench.servers import Servers
from ops.faults.post import letters
from ops.faults.post.provider import Mood, Provider
from ops.faults.post.workers import Workers, many, nudged
from ops.faults.result import Result

LETTERS = 10_000
CHILDREN, PARENTS = 20, 5
ROLLS = 20
CONTROL = 600
LONGEST = 600.0
LONGEST_STUCK = 15 * 60
SHORT_LEASE = 10  # at part size: no call here takes longer than a second
BUSY = Mood(before=0.006, after=0.006)
SLOW = 0.04

Deed = Callable[[Workers], None]


def kill(servers: Servers, share: float) -> Result:
    """FT-01: with keys nothing is lost or double; without, what is unclear is left to a person."""
    number = max(200, int(LETTERS * share))
    fewer = max(200, number // 5)
    children, parents = max(4, round(CHILDREN * share)), max(1, round(PARENTS * share))
    workers = many(share)
    deeds = _kills(children, parents, workers)
    lease = {} if share >= 1 else {"MAIL_LEASE_SECONDS": str(SHORT_LEASE)}
    short = {"MAIL_LEASE_SECONDS": str(SHORT_LEASE)}

    keys = _play(servers, workers, Provider(mood=_busy), number, deeds, lease)
    keys_lost = letters.lost(keys.provider)
    plain = _play(servers, workers, Provider("postmark", mood=_busy), fewer, deeds, short)
    plain_lost, unclear = letters.lost(plain.provider), letters.statuses()["ambiguous"]
    liar = _play(servers, workers, Provider(honours=False, mood=_busy), fewer, deeds, short)
    twice = {letter for letter, count in liar.provider.taken.items() if count > 1}
    tries = letters.attempts_of(twice)
    marked_first = _control(servers, share, "mark_first", Mood(before=SLOW))
    sent_first = _control(servers, share, "send_first", Mood(after=SLOW))
    return Result(
        "FT-01",
        {
            "letters": number,
            "kills": len(deeds),
            "lost": keys_lost,
            "double": keys.provider.doubles,
            "seconds_to_all_done": round(keys.seconds),
            "longest_claim_s": round(keys.longest_claim),
            "no_keys_letters": fewer,
            "no_keys_lost": plain_lost,
            "no_keys_double": plain.provider.doubles,
            "no_keys_unclear": unclear,
            "key_ignored_double": liar.provider.doubles,
            "control_mark_then_send_lost": marked_first[0],
            "control_send_then_mark_double": sent_first[1],
        },
        {
            "all done": keys.is_done and plain.is_done and liar.is_done,
            "keys: none lost, none double": keys_lost == keys.provider.doubles == 0,
            "no keys: none lost, none double": plain_lost == plain.provider.doubles == 0,
            f"no keys: at most {len(deeds)} unclear, some": 0 < unclear <= len(deeds),
            "key ignored: within the bound, each tried twice": liar.provider.doubles <= len(deeds)
            and len(tries) == len(twice)
            and all(count >= 2 for count in tries),
            "control: mark, then send loses": marked_first[0] > 0,
            "control: send, then mark doubles": sent_first[1] > 0,
            "a lost claim is found within 15 min": keys.longest_claim <= LONGEST_STUCK,
            f"within {LONGEST:.0f} s": keys.seconds <= LONGEST,
        },
    )


def roll(servers: Servers, share: float) -> Result:
    """FT-33: workers are replaced while they send; each finishes what it has begun."""
    number, rolls = max(200, int(LETTERS * share)), max(2, round(ROLLS * share))
    workers = many(share)
    places = [place % workers for place in range(rolls)]
    rolling: list[Deed] = [_replaced(place) for place in places]
    short = {"MAIL_LEASE_SECONDS": str(SHORT_LEASE)}
    kind = _play(servers, workers, Provider("postmark", mood=_busy), number, rolling, {})
    kind_lost, books = letters.lost(kind.provider), letters.statuses()
    tries = letters.attempts_of(set(kind.provider.taken))
    rough = _play(
        servers,
        workers,
        Provider("postmark", mood=_busy),
        max(200, number // 10),
        _kills(4, 0, workers),
        short,
    )
    unclear = letters.statuses()["ambiguous"]
    return Result(
        "FT-33",
        {
            "letters": number,
            "replaced": rolls,
            "ended_by_themselves": kind.left,
            "lost": kind_lost,
            "double": kind.provider.doubles,
            "unclear": books["ambiguous"],
            "tried_twice": sum(count > 1 for count in tries),
            "seconds_to_all_done": round(kind.seconds),
            "control_kill_9_unclear": unclear,
        },
        {
            "all sent": kind.is_done and books["accepted"] == number,
            "none lost, none double": kind_lost == kind.provider.doubles == 0,
            "each tried once": all(count == 1 for count in tries),
            "every worker ended by itself": kind.left == rolls,
            "control: a worker that is killed leaves unclear letters": rough.is_done
            and unclear > 0,
        },
    )


def _busy(_number: int) -> Mood:
    return BUSY


@dataclass
class Play:
    """How one run went."""

    provider: Provider
    is_done: bool = False
    seconds: float = 0.0
    longest_claim: float = 0.0
    left: int = 0


def _play(
    servers: Servers,
    count: int,
    provider: Provider,
    number: int,
    deeds: list[Deed],
    environment: dict[str, str],
) -> Play:
    """Send so many letters, with all deeds done evenly between the first and the last of them."""
    letters.clear()
    play, waiting = Play(provider), list(deeds)
    lease = float(environment.get("MAIL_LEASE_SECONDS", 300))
    with (
        provider.running(),
        Workers(servers, count, {**provider.environment, **environment}) as workers,
    ):
        letters.write(number)

        def watch(ended: int) -> None:
            play.longest_claim = max(play.longest_claim, letters.oldest_claim(lease))
            done = len(deeds) - len(waiting)
            if waiting and ended >= (done + 1) * number // (len(deeds) + 2):
                waiting.pop(0)(workers)

        began = time.monotonic()
        with nudged():
            is_final = letters.wait_until_final(LONGEST, watch, pause=0.05)
        play.seconds = time.monotonic() - began
        play.is_done = is_final and not waiting
        play.left = workers.wait_until_left(120)
    return play


def _kills(children: int, parents: int, workers: int) -> list[Deed]:
    """Children and parents in an order that is the same every time."""
    chance = random.Random(1)  # noqa: S311 - no secret
    kinds = ["child"] * children + ["parent"] * parents
    chance.shuffle(kinds)
    return [_killed(kind, chance.randrange(workers), chance.uniform(0, 0.02)) for kind in kinds]


def _killed(kind: str, place: int, wait: float) -> Deed:
    def kill(workers: Workers) -> None:
        time.sleep(wait)  # not always at the same point of a call
        if kind == "parent":
            workers.kill_parent(place)
        else:
            workers.kill_child(place)

    return kill


def _replaced(place: int) -> Deed:
    return lambda workers: workers.replace(place)


def _control(servers: Servers, share: float, guard: str, mood: Mood) -> tuple[int, int]:
    """Lost and doubled with a guard taken away; the kills come in the middle of calls."""
    number = max(120, int(CONTROL * share))
    provider = Provider("postmark", mood=lambda _n: mood)
    workers = many(share)
    deeds = _kills(8, 0, workers)
    _play(servers, workers, provider, number, deeds, {"FAULT_GUARD": guard})
    return letters.lost(provider), provider.doubles
