"""Side effects ask for a transaction here; statuses get their constraint."""

from django.db import connection, models
from django.db.models import F, Func, Value
from django.db.models.functions import Collate, Lower

from core.formats import ALPHABET

SIGNS = ".,:;!?'\"()[]/&=+*#@_„”“’ʼ`"  # count for nothing, as in `core.formats.sort_key()`
LETTERS = ALPHABET + "-–" + SIGNS
IN_ORDER = "".join(chr(ord("!") + place) for place in range(len(ALPHABET))) + "!!"


class ClockTimestamp(models.Func):
    """The present instant by the database server, as a column of a query that is asked anyway."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def by_alphabet(name: str) -> Collate:
    """To order by a field as a Polish or Ukrainian list does: Ł after L, Ґ after Г.

    Latin before Cyrillic, hyphens as spaces, like `core.formats.sort_key()`, for records that keep
    no such key. By letters and not by a collation: not every PostgreSQL has that of a language.
    """
    return Collate(Func(Lower(F(name)), Value(LETTERS), Value(IN_ORDER), function="translate"), "C")


def require_transaction(what: str) -> None:
    """Refuse to run outside a transaction that the application itself opened.

    Blocks that the test runner opens do not count, so code that forgets its transaction fails in
    tests too. Raises `RuntimeError`.
    """
    if all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError(f"{what} must run inside transaction.atomic()")


def status_is_known(name: str, choices: type[models.TextChoices], field: str = "status"):
    """The check constraint that every status column carries."""
    return models.CheckConstraint(
        name=name, condition=models.Q(**{f"{field}__in": sorted(choices.values)})
    )
