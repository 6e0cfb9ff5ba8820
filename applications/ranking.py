"""Ranking of candidates: points in, an order with its reasons out. Knows nothing of Django.

The proposal of the domain notes (3.3): the mean of the evaluations counts `merit_weight` per cent,
the interview `interview_weight` per cent, and a bonus is added as it stands. All points are
Decimal; a result has two places, halves go up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Weights:
    """How the parts of a total count: per cents, and the most an interview can give."""

    merit: Decimal
    interview: Decimal
    interview_max: Decimal


@dataclass(frozen=True)
class Entry:
    """One candidate before ranking. `key` names the record; points as recorded."""

    key: int
    number: str
    merit: Decimal
    interview: Decimal
    bonus: Decimal
    submitted_at: datetime


@dataclass(frozen=True)
class Ranked:
    """One line of the ranking: the place, the total and what it is made of."""

    place: int
    entry: Entry
    merit_part: Decimal
    interview_part: Decimal
    total: Decimal
    is_tied: bool


def rounded(value: Decimal) -> Decimal:
    """Two places, halves up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def mean_merit(sheets: Sequence[Decimal]) -> Decimal:
    """The mean of all final sheets. Raises `ValueError` without any sheet."""
    if not sheets:
        raise ValueError("there is no final sheet to take the mean of")
    return rounded(sum(sheets, Decimal(0)) / len(sheets))


def needs_another(sheets: Sequence[Decimal], *, wanted: int, difference: Decimal) -> bool:
    """Whether one more evaluator must read the application.

    True when the wanted number of final sheets is in and the best and worst of them lie further
    apart than `difference`; a sheet beyond the wanted number settles it.
    """
    return len(sheets) == wanted and wanted > 1 and max(sheets) - min(sheets) > difference


def is_complete(sheets: Sequence[Decimal], *, wanted: int, difference: Decimal) -> bool:
    """Whether enough final sheets are in to take the mean."""
    return len(sheets) >= wanted and not needs_another(sheets, wanted=wanted, difference=difference)


def merit_part(merit: Decimal, weights: Weights) -> Decimal:
    """What the mean of the evaluations (0-100) brings to the total."""
    return rounded(merit * weights.merit / 100)


def interview_part(interview: Decimal, weights: Weights) -> Decimal:
    """What the interview brings: its share of the most it can give, times its weight."""
    if not weights.interview_max:
        return Decimal("0.00")
    return rounded(interview / weights.interview_max * weights.interview)


def total_points(
    merit: Decimal, interview: Decimal, weights: Weights, bonus: Decimal = Decimal(0)
) -> Decimal:
    """Merit part, interview part and bonus together: the parts shown add up to it exactly."""
    return merit_part(merit, weights) + interview_part(interview, weights) + rounded(bonus)


def rank(entries: Iterable[Entry], weights: Weights) -> list[Ranked]:
    """Order candidates by total, best first.

    Ties are broken by the mean of the evaluations, then by the interview, then by the earlier
    sending, then by the number. Candidates whose totals are equal are marked `is_tied`; their
    places still differ, because a list must say who comes first.
    """
    rows = [
        (
            entry,
            merit_part(entry.merit, weights),
            interview_part(entry.interview, weights),
            total_points(entry.merit, entry.interview, weights, entry.bonus),
        )
        for entry in entries
    ]
    rows.sort(
        key=lambda row: (
            -row[3],
            -row[0].merit,
            -row[0].interview,
            row[0].submitted_at,
            row[0].number,
            row[0].key,
        )
    )
    totals = [row[3] for row in rows]
    return [
        Ranked(place, entry, merit, interview, total, totals.count(total) > 1)
        for place, (entry, merit, interview, total) in enumerate(rows, start=1)
    ]


def share_out(
    sizes: dict[int, int], *, taken: Iterable[int], wanted: int, salt: int = 0
) -> list[int]:
    """Choose the `wanted` evaluators with the least work.

    `sizes` maps an evaluator to the sheets already assigned, `taken` are those who may not read
    this application. Equal loads rotate with `salt` (the application's number), so that the same
    two do not always sit together. Returns fewer than wanted when there are not enough people.
    """
    free = sorted(set(sizes) - set(taken))
    if not free:
        return []
    turn = salt % len(free)
    rotated = free[turn:] + free[:turn]
    return sorted(rotated, key=lambda person: sizes[person])[:wanted]
