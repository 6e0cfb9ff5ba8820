"""Stages of a way: what a funnel counts and what a list of the panel can be narrowed to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """A word for several statuses: whoever has come at least this far.

    `key` stands in addresses. The funnel of the home page and the filter of the list read the same
    stage, so that a number opens exactly the rows that it counts.
    """

    key: str
    label: str
    statuses: frozenset[str]
