"""Side effects ask for a transaction here; statuses get their constraint."""

from django.db import connection, models


class ClockTimestamp(models.Func):
    """The present instant by the database server, as a column of a query that is asked anyway."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


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
