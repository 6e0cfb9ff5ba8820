"""Scores of pairs: one by one (`criteria.py`), and all at once by the same arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.engine.criteria import (
    DEFAULT_WEIGHTS,
    KINDS,
    NEUTRAL,
    PARTNERSHIPS,
    Criterion,
    HostProfile,
    InternProfile,
    PairScore,
    Share,
    Weights,
    points_of,
    score_pair,
    theme_ranks,
    working_languages,
)

__all__ = [
    "DEFAULT_WEIGHTS",
    "Criterion",
    "HostProfile",
    "InternProfile",
    "PairScore",
    "ScoreTable",
    "Weights",
    "score_all",
    "score_pair",
    "score_table",
]

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreTable:
    """Totals (hosts x interns, 0..1000) and which pairs no hard rule forbids."""

    hosts: tuple[str, ...]
    interns: tuple[str, ...]
    totals: Integers
    allowed: Mask

    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """(host id, intern id, score) of every allowed pair, as an Instance takes them."""
        hosts, interns = np.nonzero(self.allowed)
        scores = self.totals[hosts, interns].tolist()
        names = map(self.hosts.__getitem__, hosts.tolist())
        return tuple(
            zip(names, map(self.interns.__getitem__, interns.tolist()), scores, strict=True)
        )


def score_all(
    hosts: Sequence[HostProfile],
    interns: Sequence[InternProfile],
    weights: Weights = DEFAULT_WEIGHTS,
) -> tuple[tuple[str, str, int], ...]:
    """(host id, intern id, score) of every allowed pair."""
    return score_table(hosts, interns, weights).rows()


def score_table(
    hosts: Sequence[HostProfile],
    interns: Sequence[InternProfile],
    weights: Weights = DEFAULT_WEIGHTS,
) -> ScoreTable:
    """Score every pair; the same figures as `score_pair`, to the point."""
    most = weights.most()
    totals = np.zeros((len(hosts), len(interns)), dtype=np.int64)
    windows = _Sets([host.windows for host in hosts], [intern.windows for intern in interns])
    totals += _themes(hosts, interns, most["themes"])
    totals += _size(hosts, interns, most["size"])
    totals += _kind(hosts, interns, most["kind"])
    fields = _Sets([h.mentor_fields for h in hosts], [i.fields for i in interns])
    totals += fields.points(most["mentor_field"])
    languages = _Sets(
        [working_languages(host.mentor_languages) for host in hosts],
        [working_languages(intern.languages) for intern in interns],
        empty_is_known=True,
    )
    totals += languages.points(most["language"])
    totals += windows.points(most["dates"])
    totals += _record(hosts, weights, most["record"])[:, None]
    totals += _preference(hosts, interns, most["preference"])
    _add_partnerships(totals, hosts, interns, weights, most["partnership"])
    allowed = np.ones(totals.shape, dtype=bool)
    if weights.dates_are_hard:
        allowed &= ~windows.known | windows.meet
    if weights.accessibility_is_hard:
        allowed &= ~_both(
            [host.is_accessible is False for host in hosts],
            [intern.needs_accessibility for intern in interns],
        )
        allowed &= ~_both(
            [host.can_host_family is False for host in hosts],
            [intern.needs_family_place for intern in interns],
        )
    return ScoreTable(
        tuple(host.id for host in hosts), tuple(intern.id for intern in interns), totals, allowed
    )


class _Sets:
    """Sets of both sides: which pairs are `known` on both, and which `meet` in something."""

    def __init__(
        self,
        left: Sequence[Iterable[str] | None],
        right: Sequence[Iterable[str] | None],
        *,
        empty_is_known: bool = False,
    ) -> None:
        numbers: dict[str, int] = {}
        rows = [[numbers.setdefault(code, len(numbers)) for code in each or ()] for each in left]
        columns = [[numbers[code] for code in each or () if code in numbers] for each in right]
        self.meet = _incidence(rows, len(numbers)) @ _incidence(columns, len(numbers)).T > 0
        self.known = _both(
            [each is not None if empty_is_known else bool(each) for each in left],
            [each is not None if empty_is_known else bool(each) for each in right],
        )

    def points(self, most: int) -> Integers:
        neutral = points_of(most, NEUTRAL)
        return np.where(self.known, np.where(self.meet, most, 0), neutral)


def _both(left: Sequence[bool], right: Sequence[bool]) -> Mask:
    """Mask of the pairs for which both sides say yes."""
    return np.logical_and.outer(np.array(left, dtype=bool), np.array(right, dtype=bool))


def _incidence(rows: Sequence[Sequence[int]], width: int) -> npt.NDArray[np.float32]:
    matrix = np.zeros((len(rows), width), dtype=np.float32)
    for number, row in enumerate(rows):
        matrix[number, row] = 1
    return matrix


def _shares(most: int, numerator: Integers, denominator: Integers) -> Integers:
    """`criteria.points_of` on matrices."""
    return (2 * most * numerator + denominator) // (2 * denominator)


def _themes(hosts: Sequence[HostProfile], interns: Sequence[InternProfile], most: int) -> Integers:
    offered = [theme_ranks(host.themes) for host in hosts]
    wanted = [theme_ranks(intern.themes) for intern in interns]
    themes = sorted({theme for ranks in wanted for theme in ranks})
    supply = np.array([[ranks.get(theme, 0) for theme in themes] for ranks in offered])
    demand = np.array([[ranks.get(theme, 0) for theme in themes] for ranks in wanted])
    # min(a, b) is the number of levels that both reach: one product of masks for each level.
    overlap = np.zeros((len(hosts), len(interns)), dtype=np.int64)
    if themes and hosts:
        for level in (1, 2, 3):
            reach = (supply >= level).astype(np.float32) @ (demand >= level).astype(np.float32).T
            overlap += reach.astype(np.int64)
    sums = np.array([sum(ranks.values()) for ranks in wanted], dtype=np.int64)
    points = _shares(most, overlap, np.maximum(sums, 1)[None, :])
    known = _both([bool(ranks) for ranks in offered], [bool(ranks) for ranks in wanted])
    return np.where(known, points, points_of(most, NEUTRAL))


def _size(hosts: Sequence[HostProfile], interns: Sequence[InternProfile], most: int) -> Integers:
    left = np.array([max(host.population or 0, 0) for host in hosts], dtype=np.int64)[:, None]
    right = np.array([max(i.population or 0, 0) for i in interns], dtype=np.int64)[None, :]
    points = _shares(most, np.minimum(left, right), np.maximum(np.maximum(left, right), 1))
    return np.where((left > 0) & (right > 0), points, points_of(most, NEUTRAL))


def _kind(hosts: Sequence[HostProfile], interns: Sequence[InternProfile], most: int) -> Integers:
    left = np.array([KINDS.get(host.kind, -1) for host in hosts], dtype=np.int64)[:, None]
    right = np.array([KINDS.get(intern.kind, -1) for intern in interns], dtype=np.int64)[None, :]
    points = _shares(most, 2 - np.abs(left - right), np.full((1, 1), 2))
    return np.where((left >= 0) & (right >= 0), points, points_of(most, NEUTRAL))


def _record(hosts: Sequence[HostProfile], weights: Weights, most: int) -> Integers:
    wanted = weights.record_favours == "proven"
    neutral = points_of(most, NEUTRAL)
    points = [
        neutral if host.took_part_before is None else most * (host.took_part_before == wanted)
        for host in hosts
    ]
    return np.array(points, dtype=np.int64)


def _preference(
    hosts: Sequence[HostProfile], interns: Sequence[InternProfile], most: int
) -> Integers:
    met = _Sets([h.preferred for h in hosts], [{i.oblast, i.katottg} - {""} for i in interns]).meet
    granted = _Sets(
        [{h.voivodeship, h.teryt} - {""} for h in hosts], [i.preferred for i in interns]
    ).meet
    asks = np.array([bool(host.preferred) for host in hosts], dtype=bool)[:, None]
    wishes = np.array([bool(intern.preferred) for intern in interns], dtype=bool)[None, :]
    quarters = np.where(asks, 2 * met, 1) + np.where(wishes, 2 * granted, 1)
    return _shares(most, quarters.astype(np.int64), np.full((1, 1), 4))


def _add_partnerships(
    totals: Integers,
    hosts: Sequence[HostProfile],
    interns: Sequence[InternProfile],
    weights: Weights,
    most: int,
) -> None:
    """Partnerships are few: they are added one by one."""
    by_code: dict[str, list[int]] = {}
    for number, intern in enumerate(interns):
        if intern.katottg:
            by_code.setdefault(intern.katottg, []).append(number)
    shares: dict[int, Share] = {1: weights.informal_share, 2: (1, 1)}
    for row, host in enumerate(hosts):
        for katottg, told in host.partners.items() if host.teryt else ():
            for column in by_code.get(katottg, ()):
                heard = interns[column].partners.get(host.teryt, "")
                level = min(PARTNERSHIPS.get(told, 0), PARTNERSHIPS.get(heard, 0))
                if level:
                    totals[row, column] += points_of(most, shares[level])
