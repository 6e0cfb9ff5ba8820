"""FT-02, FT-03: a provider that takes a letter and then is silent."""

import json
import os
import random
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection

from ops.bench.servers import HOST, Servers
from ops.faults.post import letters
from ops.faults.post.provider import SECRET, Mood, Provider
from ops.faults.post.workers import Workers, many, nudged
from ops.faults.result import Result
from ops.visitor import wait_for

LETTERS = 2_000
DROPPED = 0.05
LONGEST = 500.0
SETTLED = 180
HOUR = timedelta(hours=1)


def silent(servers: Servers, share: float) -> Result:
    """FT-02: it takes the letter, and the line breaks. With our key it knows it the next time."""
    number = max(150, int(LETTERS * share))
    kept = Provider(mood=_dropping(DROPPED))
    done = _send(servers, many(share), kept, number)
    tries = letters.attempts_of(kept.dropped)
    lost = letters.lost(kept)
    forgot = Provider(honours=False, mood=_dropping(DROPPED))
    _send(servers, many(share), forgot, max(150, number // 10))
    plain = Provider("postmark", mood=_dropping(DROPPED))
    _send(servers, many(share), plain, max(150, number // 10))
    unclear = letters.statuses()["ambiguous"]
    return Result(
        "FT-02",
        {
            "letters": number,
            "silent": len(kept.dropped),
            "lost": lost,
            "double": kept.doubles,
            "tried_again": sum(count >= 2 for count in tries),
            "no_keys_silent": len(plain.dropped),
            "no_keys_double": plain.doubles,
            "no_keys_unclear": unclear,
            "control_key_ignored_double": forgot.doubles,
        },
        {
            "all sent": done and letters_are_sent(kept, number),
            "none lost, none double": lost == kept.doubles == 0,
            "every silent one was tried again": len(tries) == len(kept.dropped) > 0
            and all(count >= 2 for count in tries),
            "no keys: none again, all listed": plain.doubles == 0
            and unclear == len(plain.dropped) > 0,
            "control: without the key's promise there are doubles": forgot.doubles > 0,
        },
    )


def letters_are_sent(provider: Provider, number: int) -> bool:
    """Each of so many letters left."""
    return len(provider.taken) == number


def too_late(servers: Servers, share: float) -> Result:
    """FT-03: by the time of the second try the provider has forgotten the key: a person decides.

    What did arrive is settled by the provider's own events.
    """
    number = max(150, int(LETTERS * share))
    provider = Provider(mood=_dropping(DROPPED))
    letters.clear()
    os.environ.update(provider.environment)  # the door for its events has its secret
    servers.start_web()
    with provider.running(), Workers(servers, many(share), provider.environment):
        letters.write(number)
        with nudged():
            wait_for(lambda: letters.sent() + len(provider.dropped) >= number, seconds=SETTLED)
            silent_ones, calls = set(provider.dropped), len(provider.calls)
            letters.let_time_pass(13 * HOUR, also_first_try=True)
            wait_for(lambda: letters.statuses()["ambiguous"] >= len(silent_ones), seconds=SETTLED)
        unclear, again = letters.statuses()["ambiguous"], len(provider.calls) - calls
        answers = [_tell_delivered(servers, provider, letter) for letter in silent_ones]
        wait_for(lambda: letters.statuses()["delivered"] >= len(silent_ones), seconds=SETTLED)
    found = letters.statuses()
    again_in_time = _control_of_time(servers, many(share), max(150, number // 10))
    return Result(
        "FT-03",
        {
            "letters": number,
            "silent": len(silent_ones),
            "sent_again_by_itself": again,
            "double": provider.doubles,
            "unclear": unclear,
            "settled_by_events": found["delivered"],
            "left": found["ambiguous"],
            "control_within_the_time_sent_again": again_in_time,
        },
        {
            "nothing was sent again": again == provider.doubles == 0,
            "all silent ones are listed": unclear == len(silent_ones) > 0,
            "events settle all that arrived": found["delivered"] == len(silent_ones)
            and found["ambiguous"] == 0,
            "every event was taken": set(answers) == {200},
            "control: within the time they go again": again_in_time > 0,
        },
    )


def _control_of_time(servers: Servers, workers: int, number: int) -> int:
    """The same without the hours in between: how many calls were made again."""
    provider = Provider(mood=_dropping(DROPPED))
    _send(servers, workers, provider, number)
    return len(provider.calls) - number


def _dropping(share: float) -> Callable[[int], Mood]:
    chance = random.Random(2)  # noqa: S311 - no secret
    silent_one = Mood(status=0)
    return lambda _number: silent_one if chance.random() < share else Mood()


def _send(servers: Servers, workers: int, provider: Provider, number: int) -> bool:
    """Send so many letters; what has to wait waits ten minutes in no time."""
    letters.clear()
    with provider.running(), Workers(servers, workers, provider.environment), nudged():
        letters.write(number)
        return letters.wait_until_final(LONGEST, letters.in_no_time())


def _tell_delivered(servers: Servers, provider: Provider, letter: str) -> int:
    """The provider's event at our door; the status of the answer."""
    event = {
        "type": "email.delivered",
        "created_at": "2026-11-28T10:00:00Z",
        "data": {
            "email_id": provider.numbers[letter],
            "to": [],
            "headers": provider.headers[letter],
        },
    }
    return post_event(servers, "resend", json.dumps(event).encode())


def post_event(servers: Servers, provider: str, body: bytes) -> int:
    """One call at the door of a provider, with the secret; the status of the answer."""
    line = HTTPConnection("127.0.0.1", servers.ports["web"], timeout=30)
    headers = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "Content-Type": "application/json",
        "Authorization": f"Basic {b64encode(SECRET.encode()).decode()}",
    }
    try:
        line.request("POST", f"/anymail/{provider}/tracking/", body, headers)
        return line.getresponse().status
    finally:
        line.close()
