"""The arithmetic and the limits of small projects. Plain Python, `Decimal` to the grosz.

The rules are those of the call (domain 6.4, settings of the edition); percentages are computed
exactly and never rounded before they are compared (domain 6.1, "Rounding trap").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

GROSZ = Decimal("0.01")
HUNDRED = Decimal(100)
SATURDAY = 5


def to_grosz(amount: Decimal) -> Decimal:
    """Round half up to two places, as money is rounded in Poland."""
    return amount.quantize(GROSZ, rounding=ROUND_HALF_UP)


def line_total(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """What a budget line costs, in the currency of the call."""
    return to_grosz(quantity * unit_price)


def in_zloty(amount: Decimal, rate: Decimal) -> Decimal:
    """A foreign amount at its rate; `rate` is zlotys for one unit of the currency."""
    return to_grosz(amount * rate)


@dataclass(frozen=True)
class Line:
    """A budget line as the rules see it; `grant` is the part asked from the grant."""

    number: int
    category: str
    total: Decimal
    grant: Decimal

    @property
    def own(self) -> Decimal:
        """The part paid by the applicant or the partner."""
        return self.total - self.grant


@dataclass(frozen=True)
class CallLimits:
    """What the call allows. Percentages are of the whole value (grant and own contribution)."""

    grant_min: Decimal
    grant_max: Decimal
    own_min_percent: Decimal
    own_max_percent: Decimal
    category_max_percent: dict[str, Decimal]
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Breach:
    """One limit that a budget breaks. `line` is the number of the budget line, if one is to blame.

    Figures are exact, without units; a percentage is shown rounded away from the limit, so that
    4.999 per cent never reads as the 5 that were asked for.
    """

    code: str
    limit: str
    actual: str
    line: int | None = None


@dataclass(frozen=True)
class Sums:
    """Sums of a budget by source."""

    total: Decimal
    grant: Decimal
    own: Decimal


def sums(lines: Iterable[Line]) -> Sums:
    """Sums by source, exact to the grosz."""
    rows = list(lines)
    total = sum((row.total for row in rows), Decimal(0))
    grant = sum((row.grant for row in rows), Decimal(0))
    return Sums(total=total, grant=grant, own=total - grant)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Exact percentage; 0 of nothing."""
    return part * HUNDRED / whole if whole else Decimal(0)


def judge_budget(
    lines: Sequence[Line], limits: CallLimits, *, starts_on: date, ends_on: date
) -> tuple[Breach, ...]:
    """Every limit of the call that the budget or the period breaks (G1); empty when none."""
    breaches = [*_lines(lines), *_amounts(sums(lines), limits), *_categories(lines, limits)]
    if starts_on < limits.starts_on or ends_on > limits.ends_on or ends_on < starts_on:
        period = f"{limits.starts_on:%d.%m.%Y} – {limits.ends_on:%d.%m.%Y}"
        breaches.append(Breach("period", period, f"{starts_on:%d.%m.%Y} – {ends_on:%d.%m.%Y}"))
    return tuple(breaches)


def _lines(lines: Sequence[Line]) -> Iterable[Breach]:
    if not lines:
        yield Breach("no_lines", "1", "0")
    for line in lines:
        if line.grant > line.total:
            yield Breach("grant_above_line", str(line.total), str(line.grant), line.number)


def _amounts(total: Sums, limits: CallLimits) -> Iterable[Breach]:
    if total.grant < limits.grant_min:
        yield Breach("grant_too_small", str(limits.grant_min), str(total.grant))
    if total.grant > limits.grant_max:
        yield Breach("grant_too_large", str(limits.grant_max), str(total.grant))
    own = percent(total.own, total.total)
    if own < limits.own_min_percent:
        shown = own.quantize(GROSZ, rounding=ROUND_DOWN)
        yield Breach("own_too_small", str(limits.own_min_percent), str(shown))
    if limits.own_max_percent and own > limits.own_max_percent:
        shown = own.quantize(GROSZ, rounding=ROUND_UP)
        yield Breach("own_too_large", str(limits.own_max_percent), str(shown))


def _categories(lines: Sequence[Line], limits: CallLimits) -> Iterable[Breach]:
    whole = sums(lines).total
    for category, most in limits.category_max_percent.items():
        rows = [line for line in lines if line.category == category]
        share = percent(sum((row.total for row in rows), Decimal(0)), whole)
        if share > most:
            shown = share.quantize(GROSZ, rounding=ROUND_UP)
            yield Breach("category_too_large", str(most), str(shown), rows[-1].number)


def split(amount: Decimal, percents: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Tranches of an amount; the last takes what rounding left, so the sum is exact.

    Raises `ValueError` when the percentages do not add up to 100.
    """
    if sum(percents) != HUNDRED:
        raise ValueError("the tranches do not add up to 100 %")
    parts = [to_grosz(amount * share / HUNDRED) for share in percents[:-1]]
    return (*parts, amount - sum(parts, Decimal(0)))


def working_days_after(day: date, count: int) -> date:
    """The day that lies `count` working days later; Saturdays and Sundays do not count."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def mean(points: Sequence[Decimal]) -> Decimal:
    """Mean of the final sheets, to two places."""
    return to_grosz(sum(points, Decimal(0)) / len(points))


def needs_third(points: Sequence[Decimal], difference: Decimal) -> bool:
    """Whether two sheets lie so far apart that a third evaluator is called."""
    return len(points) == 2 and abs(points[0] - points[1]) > difference


@dataclass(frozen=True)
class Ranked:
    """A project in the ranking: who, how good, how much."""

    key: int
    points: Decimal
    amount: Decimal
    need_points: Decimal


def rank(projects: Iterable[Ranked]) -> list[Ranked]:
    """Best first; equal points: more points for the need, then the smaller amount, then the key."""
    return sorted(projects, key=lambda one: (-one.points, -one.need_points, one.amount, one.key))


def within_pool(
    ranking: Sequence[Ranked], *, threshold: Decimal, count: int, pool: Decimal
) -> tuple[list[Ranked], list[Ranked], list[Ranked]]:
    """Proposal to the board: awards, reserve list, below the threshold (G5).

    Awards follow the ranking until the number or the pool is used up; whoever passes the threshold
    after that is on the reserve list. Nobody lower is preferred because of a smaller amount.
    """
    good = [one for one in ranking if one.points >= threshold]
    below = [one for one in ranking if one.points < threshold]
    spent, taken = Decimal(0), 0
    for one in good:
        if taken == count or spent + one.amount > pool:
            break
        spent += one.amount
        taken += 1
    return good[:taken], good[taken:], below


@dataclass(frozen=True)
class Document:
    """An accounting document as the settlement sees it; `amount` is in zlotys."""

    line: int
    amount: Decimal
    is_grant: bool


@dataclass(frozen=True)
class Balance:
    """The settlement of a grant, to the grosz. `unused` returns to the foundation."""

    paid: Decimal
    accepted: Decimal
    unused: Decimal
    own: Decimal
    overspent: dict[int, Decimal]


def settle(
    *,
    paid: Decimal,
    budget: dict[int, Decimal],
    documents: Iterable[Document],
    shift_percent: Decimal,
) -> Balance:
    """What of the grant was spent as agreed.

    `budget` maps a line to the part of the grant in it. A line may be exceeded by `shift_percent`
    of its own sum without consent (domain 6.4, "Shifts"); what lies above is not accepted and is
    named in `overspent` (G13). No more is accepted than was paid.
    """
    rows = list(documents)
    spent: dict[int, Decimal] = {}
    for row in rows:
        if row.is_grant:
            spent[row.line] = spent.get(row.line, Decimal(0)) + row.amount
    overspent: dict[int, Decimal] = {}
    accepted = Decimal(0)
    for line, amount in spent.items():
        most = to_grosz(budget.get(line, Decimal(0)) * (HUNDRED + shift_percent) / HUNDRED)
        if amount > most:
            overspent[line] = amount - most
        accepted += min(amount, most)
    accepted = min(accepted, paid)
    own = sum((row.amount for row in rows if not row.is_grant), Decimal(0))
    return Balance(
        paid=paid, accepted=accepted, unused=paid - accepted, own=own, overspent=overspent
    )
