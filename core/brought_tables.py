"""A table that somebody brought and looks at before it is written: its rows and its choices."""

import io
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from core import imports


class AlreadyDone(Exception):
    """The table was written before, or thrown away."""


class BroughtTable(Protocol):
    """A record that holds the file as long as it waits."""

    content: Any
    encoding: Any

    @property
    def is_waiting(self) -> bool:
        """Neither written nor thrown away."""


def rows_of(record: BroughtTable, encoding: str | None = None) -> list[imports.Row]:
    """The rows of the file, in the encoding that was chosen.

    Raises `AlreadyDone`, `ImportRefused`.
    """
    if not record.is_waiting or record.content is None:
        raise AlreadyDone
    return imports.read_table(
        io.BytesIO(bytes(record.content)), encoding=(encoding or record.encoding) or None
    )


def known_columns(columns: Mapping[str, str], rows: list[imports.Row]) -> dict[str, str]:
    """Field -> heading, of the headings that the file has."""
    headings = set(rows[0]) if rows else set()
    return {field: heading for field, heading in columns.items() if heading in headings}


def left_out_after(before: Iterable[int], changes: Mapping[int, bool]) -> list[int]:
    """Lines left out, in order; those that `changes` does not name stay as they were."""
    out = set(before)
    for line, is_out in changes.items():
        (out.add if is_out else out.discard)(line)
    return sorted(out)
