"""Side effects ask for a transaction here, and a few words of PostgreSQL that Django lacks."""

from django.db import connection, models
from django.utils.deconstruct import deconstructible


def require_transaction(what: str) -> None:
    """Refuse to run outside a transaction that the application itself opened.

    Blocks that the test runner opens do not count, so code that forgets its transaction fails in
    tests too. Raises `RuntimeError`.
    """
    if all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError(f"{what} must run inside transaction.atomic()")


@deconstructible(path="core.db.CurrentTransaction")
class CurrentTransaction(models.Func):
    """Number of the transaction that writes the row, as a column default.

    PostgreSQL gives numbers when a transaction begins to write, not when it commits, so a row's
    number says which rows could still appear before it.
    """

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0
    output_field = models.BigIntegerField()


def status_is_known(name: str, choices: type[models.TextChoices], field: str = "status"):
    """The check constraint that every status column carries."""
    return models.CheckConstraint(
        name=name, condition=models.Q(**{f"{field}__in": sorted(choices.values)})
    )
