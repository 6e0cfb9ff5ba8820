"""Health of one container: `python -m ops.probe web|worker|beat`; exit code 0 means well.

Web asks its own `/healthz` whether it reaches the database, worker and beat look for their mark in
Redis. No Django is loaded, for this runs twice a minute.
"""

import json
import os
import sys
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from redis import RedisError

from win4ua import heartbeat

PORT = 8000


def web_is_well(port: int = PORT) -> bool:
    """Whether gunicorn answers and reaches the database."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as talk:
        talk.request("GET", "/healthz", headers={"Host": host})
        return bool(json.loads(talk.getresponse().read())["database"])


def is_well(who: str) -> bool:
    try:
        if who == "web":
            return web_is_well()
        return heartbeat.read_marks(redis_url=os.environ["REDIS_URL"])[who]
    except (OSError, HTTPException, ValueError, RedisError):
        return False


if __name__ == "__main__":
    sys.exit(not is_well(sys.argv[1]))
