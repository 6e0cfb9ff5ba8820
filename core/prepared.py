"""Queries whose SQL is written once a process and planned once a connection (W1, W2, W6).

For a query that every request asks, Django takes longer to write the SQL, and PostgreSQL to read
and plan it, than to answer it. Only text and plan are kept, which depend on the code alone: every
call asks the database anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg2.extensions import AsIs

Record = TypeVar("Record", bound=Model)

# What stands for a value while the SQL is written; nothing that a query of ours says by itself.
BLANKS: Mapping[type, tuple[Any, ...]] = {
    int: (-7_460_301, -7_460_302),
    str: ("value to come one", "value to come two"),
    datetime: (datetime(1, 2, 3, tzinfo=UTC), datetime(1, 2, 4, tzinfo=UTC)),
}
NUMBERS = count(1)
# What each open connection to PostgreSQL has planned already.
PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Written:
    """The SQL with its values, its name in PostgreSQL, and how a row becomes a record."""

    name: str
    sql: str
    values: Sequence[Any]
    places: Mapping[str, Sequence[int]]  # name -> where its value goes
    model: type[Model]
    names: Sequence[str]
    own: slice
    relations: Sequence[Any]
    extras: Mapping[str, int]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def filled_with(self, values: Mapping[str, Any]) -> list[Any]:
        """All values of the SQL, those of this call in their places."""
        filled = list(self.values)
        for name, places in self.places.items():
            for place in places:
                filled[place] = values[name]
        return filled


class Statement:
    """A query in SQL of our own, with `%(name)s` for each of `names`.

    `Statement("thing", "SELECT 1 FROM thing WHERE id = %(pk)s::bigint", "pk").rows(pk=7)`.
    """

    def __init__(self, name: str, sql: str, *names: str) -> None:
        self._name = f"{name}_{next(NUMBERS)}"
        self._sql = sql
        self._names = names

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows, by one query."""
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            if _is_pooled(connection):
                cursor.execute(self._sql, values)
            else:
                _plan(connection, self._name, self._sql, _marks(self._names))
                _execute(cursor, self._name, [values[name] for name in self._names])
            return cursor.fetchall()


def _is_pooled(connection: Any) -> bool:
    """A pooler lends a connection for one transaction: nothing may be left on it."""
    return bool(connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])


def _marks(names: Iterable[str]) -> dict[str, Any]:
    return {name: AsIs(f"${number}") for number, name in enumerate(names, start=1)}


def _plan(connection: Any, name: str, sql: str, marks: Any) -> None:
    """Let PostgreSQL read and plan a query, once for each of its sessions."""
    session = connection.connection
    planned = PLANNED.setdefault(session, set())
    if name in planned:
        return
    with connection.wrap_database_errors, session.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS ".encode() + cursor.mogrify(sql, marks))
    planned.add(name)


def _execute(cursor: Any, name: str, values: Sequence[Any]) -> None:
    blanks = ", ".join(["%s"] * len(values))
    cursor.execute(f"EXECUTE {name} ({blanks})", values)


class Prepared(Generic[Record]):
    """A queryset of records that differs from call to call in plain values only.

    `build` gets one keyword for each of `kinds` and must use it as a value of a lookup: no
    condition on it, no list, no None. `Prepared(lambda pk: Thing.objects.filter(pk=pk), pk=int)`.
    Joins by `select_related`, annotations, order and slices are kept; prefetches are not.
    """

    def __init__(self, build: Callable[..., QuerySet[Record]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds

    def first(self, **values: Any) -> Record | None:
        """The first record, or None."""
        return next(iter(self.all(**values)), None)

    def all(self, **values: Any) -> list[Record]:
        """All records, by one query."""
        written = self._written
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            if _is_pooled(connection):
                cursor.execute(written.sql, written.filled_with(values))
            else:
                marks = written.filled_with(_marks(written.places))
                _plan(connection, written.name, written.sql, marks)
                _execute(cursor, written.name, [values[name] for name in written.places])
            rows = cursor.fetchall()
        return list(_records(written, rows, connection))

    @cached_property
    def _written(self) -> _Written:
        left = {kind: iter(blanks) for kind, blanks in BLANKS.items()}
        blanks = {name: next(left[kind]) for name, kind in self._kinds.items()}
        queryset = self._build(**blanks)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        places = {
            name: [place for place, value in enumerate(values) if value == blank]
            for name, blank in blanks.items()
        }
        if unused := [name for name, found in places.items() if not found]:
            raise TypeError(f"a prepared query does not use {unused}")
        info, select = compiler.klass_info, compiler.select
        own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        columns = [column for column, *_rest in select]
        return _Written(
            name=f"{info['model']._meta.db_table}_{next(NUMBERS)}",
            sql=sql,
            values=values,
            places=places,
            model=info["model"],
            names=[column.target.attname for column in columns[own]],
            own=own,
            # The stubs are of a later Django.
            relations=get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
            extras=compiler.annotation_col_map,
            converters=[
                (place, functions, column)
                for place, (functions, column) in compiler.get_converters(columns).items()
            ],
        )


def _records(written: _Written, rows: Sequence[Sequence[Any]], connection: Any) -> Iterator[Any]:
    """As `django.db.models.query.ModelIterable` makes them."""
    for row in rows:
        values = list(row)
        for place, functions, column in written.converters:
            for function in functions:
                values[place] = function(values[place], column, connection)
        record = written.model.from_db(DEFAULT_DB_ALIAS, written.names, values[written.own])
        for relation in written.relations:
            relation.populate(values, record)
        for name, place in written.extras.items():
            setattr(record, name, values[place])
        yield record
