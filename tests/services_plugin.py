"""A pytest plugin that brings PostgreSQL and Redis along, before Django reads its settings.

`DATABASE_URL` and `REDIS_URL` point it elsewhere. Workers of xdist inherit the addresses; each
gets a database of its own from pytest-django and a Redis database number of its own from here.
"""

import atexit
import os
from urllib.parse import urlsplit

from ops import template
from ops.services import Postgres, Redis
from ops.template import migrated_cluster


def _boot() -> str:
    started = []
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres()
        postgres.model = migrated_cluster(postgres.identity.name)
        if postgres.model:
            os.environ["WIN4UA_TEST_TEMPLATE"] = template.DATABASE
        postgres.__enter__()
        atexit.register(postgres.__exit__)
        os.environ["DATABASE_URL"] = postgres.url("postgres")
        started.append(f"PostgreSQL {postgres.version} as {postgres.identity.name}")
    if not os.environ.get("REDIS_URL"):
        redis = Redis().__enter__()
        atexit.register(redis.__exit__)
        os.environ["REDIS_URL"] = redis.url(0)
        started.append(f"Redis {redis.binary.rsplit('/', 1)[-1]}")
    return "services: " + (", ".join(started) or "those of DATABASE_URL and REDIS_URL")


worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    number = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    banner = f"services: inherited, Redis database {number}"
else:
    banner = _boot()


def pytest_report_header() -> str:
    return banner
