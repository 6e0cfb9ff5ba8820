"""What is done with the verdicts on the rows of a brought table, whatever the table is about."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from core.imports import Row


class HasState(Protocol):
    """A verdict: `state` is what happens with its row."""

    state: str


Verdict = TypeVar("Verdict", bound=HasState)


def told_by(row: Row, columns: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row by field; `columns` is field -> heading."""
    return {name: row.get(heading, "").strip() for name, heading in columns.items()}


def counts_of(verdicts: Iterable[HasState]) -> dict[str, int]:
    """How many rows there are of each state."""
    return dict(Counter(str(verdict.state) for verdict in verdicts))


def of_state(verdicts: Iterable[Verdict], state: str) -> list[Verdict]:
    """The verdicts of one state; all of them for an empty text."""
    return [verdict for verdict in verdicts if not state or verdict.state == state]
