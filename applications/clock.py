"""The clock of deadlines: the database's, one for all web processes."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The present instant by the database server (aware, UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
