"""The state of the whole database as one value a table: two are equal when no row differs."""

from collections.abc import Iterable

from django.db import connection

TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' ORDER BY relname
"""
# How often somebody asked is counted on purpose, also when they only look (SEC-R).
COUNTERS = frozenset({"core_ratecount"})


def fingerprint(besides: Iterable[str] = COUNTERS) -> dict[str, tuple[int, str]]:
    """Number and digest of the rows of every table, apart from those named."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            if table in set(besides):
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(
                "SELECT count(*), coalesce(md5(string_agg(row, '' ORDER BY row)), '') "  # noqa: S608
                f"FROM (SELECT md5(t::text) AS row FROM {name} AS t) AS rows"
            )
            found[table] = cursor.fetchone()
    return found


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """Tables in which something differs."""
    return sorted(table for table in before | after if before.get(table) != after.get(table))
