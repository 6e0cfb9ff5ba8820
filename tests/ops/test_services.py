"""The servers that `make test` and `make run` bring along."""

import os

import psycopg2
import redis


def test_tests_run_on_a_real_postgresql_with_the_extensions_that_we_use():
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions")
        available = {name for (name,) in cursor}
    connection.close()

    assert {"pg_trgm", "unaccent", "btree_gist"} <= available


def test_tests_run_on_a_real_redis():
    client = redis.Redis.from_url(os.environ["REDIS_URL"])

    client.set("tests:alive", "yes")

    assert client.getdel("tests:alive") == b"yes"
    client.close()
