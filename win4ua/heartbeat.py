"""Signs of life of worker and beat, left in Redis by a task that beat sends every half minute.

Beat leaves its mark when it sends the task, a worker when it has done it; so a silent worker and
a silent beat can be told apart, and nobody who merely asks writes anything. No Django here: the
probes of the containers read the same marks.
"""

from contextlib import closing

from redis import Redis

INTERVAL_SECONDS = 30
LIFE_SECONDS = 150
MARKS = {"worker": "win4ua:alive:worker", "beat": "win4ua:alive:beat"}
TIMEOUT_SECONDS = 2


def connect(redis_url: str, timeout: float = TIMEOUT_SECONDS) -> Redis:
    return Redis.from_url(redis_url, socket_timeout=timeout, socket_connect_timeout=timeout)


def leave_mark(who: str, *, redis_url: str) -> None:
    """`who` ("worker" or "beat") lives; the mark fades by itself."""
    with closing(connect(redis_url)) as redis:
        redis.set(MARKS[who], "alive", ex=LIFE_SECONDS)


def read_marks(*, redis_url: str, timeout: float = TIMEOUT_SECONDS) -> dict[str, bool]:
    """Who has been alive lately; raises `redis.RedisError` when the broker does not answer."""
    with closing(connect(redis_url, timeout)) as redis:
        return {who: bool(redis.exists(key)) for who, key in MARKS.items()}
