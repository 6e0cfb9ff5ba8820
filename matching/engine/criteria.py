"""The score of a pair: criteria, points and weights that add up to it exactly.

The criteria and default weights are the proposal of the domain notes, section 4.2. A wish that is
missing or partial is neutral: it earns NEUTRAL of the criterion, excludes nobody and never raises.
All arithmetic is in whole numbers, so a score opens into its criteria without a remainder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

FULL_SCORE = 1000
CRITERIA = (
    "partnership",
    "themes",
    "size",
    "kind",
    "mentor_field",
    "language",
    "dates",
    "record",
    "preference",
)
# First choice counts 3, second 2, third and every later one 1.
THEME_RANKS = (3, 2, 1)
# Urban, in between, rural: the Polish and the Ukrainian kinds on one scale.
KINDS = {"urban": 0, "urban_rural": 1, "settlement": 1, "rural": 2}
# Levels of the Common European Framework that suffice for working together: B1 or better.
WORKING_LEVELS = frozenset(["B1", "B2", "C1", "C2", "NATIVE"])
LEVELS = WORKING_LEVELS | {"A1", "A2"}
PARTNERSHIPS = {"informal": 1, "agreement": 2}

Share = tuple[int, int]
NEUTRAL: Share = (1, 2)
NONE: Share = (0, 1)
ALL: Share = (1, 1)


@dataclass(frozen=True, slots=True)
class HostProfile:
    """What the score needs to know of a host; everything but the id may be missing.

    `themes` and `mentor_fields` are theme codes, themes ranked. `kind` is urban, urban_rural or
    rural; `population` in inhabitants. `mentor_languages` gives a CEFR level (or native) by
    language. `windows` are codes of placement windows. `partners` gives agreement or informal by
    KATOTTG. `is_accessible` and `can_host_family` are False only when the host said that it cannot.
    `preferred` holds oblasts or KATOTTG codes.
    """

    id: str
    capacity: int = 1
    teryt: str = ""
    voivodeship: str = ""
    kind: str = ""
    population: int | None = None
    themes: tuple[str, ...] = ()
    mentor_fields: frozenset[str] = frozenset()
    mentor_languages: Mapping[str, str] = field(default_factory=dict)
    windows: frozenset[str] = frozenset()
    is_accessible: bool | None = None
    can_host_family: bool | None = None
    partners: Mapping[str, str] = field(default_factory=dict)
    took_part_before: bool | None = None
    preferred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InternProfile:
    """What the score needs to know of an intern and the hromada; only the id is needed.

    `kind` is urban, settlement or rural. `fields` are theme codes of the intern's own work.
    `partners` gives agreement or informal by TERYT. `preferred` holds voivodeships or TERYT codes.
    """

    id: str
    katottg: str = ""
    oblast: str = ""
    kind: str = ""
    population: int | None = None
    themes: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    languages: Mapping[str, str] = field(default_factory=dict)
    windows: frozenset[str] = frozenset()
    needs_accessibility: bool = False
    needs_family_place: bool = False
    partners: Mapping[str, str] = field(default_factory=dict)
    preferred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the criteria (any whole numbers; the default ones make 100) and the hard rules."""

    partnership: int = 30
    partnership_informal: int = 15
    themes: int = 25
    size: int = 10
    kind: int = 5
    mentor_field: int = 10
    language: int = 5
    dates: int = 5
    record: int = 5
    preference: int = 5
    dates_are_hard: bool = True
    accessibility_is_hard: bool = True
    record_favours: Literal["new", "proven"] = "new"

    @classmethod
    def from_settings(cls, weights: Mapping[str, Any], rules: Mapping[str, Any]) -> "Weights":
        """Read the settings of an edition; what they do not name keeps its default.

        Raises ValueError for a weight that is not a whole number from 0.
        """
        names = (*CRITERIA, "partnership_informal")
        values = {name: weights[name] for name in names if name in weights}
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"The weight {name!r} must be a whole number from 0.")
        favours = rules.get("record_favours", "new")
        return cls(
            **values,
            dates_are_hard=bool(rules.get("dates", True)),
            accessibility_is_hard=bool(rules.get("accessibility", True)),
            record_favours="new" if favours == "new" else "proven",
        )

    def most(self) -> dict[str, int]:
        """Most points of every criterion, 1000 together, by the method of largest remainders."""
        return dict(_most(self))

    @property
    def informal_share(self) -> Share:
        """Share of the points of a partnership that an informal one earns."""
        if not self.partnership:
            return NONE
        return min(self.partnership_informal, self.partnership), self.partnership


DEFAULT_WEIGHTS = Weights()


@lru_cache(maxsize=64)
def _most(weights: Weights) -> Mapping[str, int]:
    shares = {code: int(getattr(weights, code)) for code in CRITERIA}
    everything = sum(shares.values())
    if not everything:
        return dict.fromkeys(CRITERIA, 0)
    most = {code: share * FULL_SCORE // everything for code, share in shares.items()}
    by_remainder = sorted(
        CRITERIA, key=lambda code: (-(shares[code] * FULL_SCORE % everything), code)
    )
    for code in by_remainder[: FULL_SCORE - sum(most.values())]:
        most[code] += 1
    return most


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a score: points out of the most; `facts` are the codes that both sides share.

    `is_known` is False when something was missing and the criterion is neutral.
    """

    code: str
    points: int
    most: int
    is_known: bool
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairScore:
    """The score of a pair, 0..1000, and why it may be forbidden (dates, accessibility, family)."""

    host: str
    intern: str
    criteria: tuple[Criterion, ...]
    forbidden: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(criterion.points for criterion in self.criteria)

    @property
    def is_allowed(self) -> bool:
        return not self.forbidden


def points_of(most: int, share: Share) -> int:
    """The share of the most, in whole points, halves up."""
    numerator, denominator = share
    return (2 * most * numerator + denominator) // (2 * denominator)


def score_pair(
    host: HostProfile, intern: InternProfile, weights: Weights = DEFAULT_WEIGHTS
) -> PairScore:
    """Score one pair and list the hard rules that forbid it. Never raises for missing answers."""
    most = weights.most()
    answers = {
        "partnership": _partnership(host, intern, weights),
        "themes": _themes(host, intern),
        "size": _size(host, intern),
        "kind": _kind(host, intern),
        "mentor_field": _mentor_field(host, intern),
        "language": _language(host, intern),
        "dates": _dates(host, intern),
        "record": _record(host, weights),
        "preference": _preference(host, intern),
    }
    criteria = tuple(
        Criterion(
            code=code,
            points=points_of(most[code], NEUTRAL if share is None else share),
            most=most[code],
            is_known=share is not None,
            facts=tuple(sorted(facts)),
        )
        for code, (share, facts) in answers.items()
    )
    return PairScore(host.id, intern.id, criteria, forbidden_by(host, intern, weights))


def forbidden_by(host: HostProfile, intern: InternProfile, weights: Weights) -> tuple[str, ...]:
    """Codes of the hard rules that forbid the pair."""
    reasons = []
    apart = host.windows and intern.windows and not host.windows & intern.windows
    if weights.dates_are_hard and apart:
        reasons.append("dates")
    if weights.accessibility_is_hard:
        if intern.needs_accessibility and host.is_accessible is False:
            reasons.append("accessibility")
        if intern.needs_family_place and host.can_host_family is False:
            reasons.append("family")
    return tuple(reasons)


def theme_ranks(themes: Iterable[str]) -> dict[str, int]:
    """Weight of every theme of a ranked list; a theme named twice keeps its better rank."""
    ranks: dict[str, int] = {}
    for number, theme in enumerate(themes):
        ranks.setdefault(theme, THEME_RANKS[min(number, len(THEME_RANKS) - 1)])
    return ranks


def working_languages(levels: Mapping[str, str]) -> frozenset[str] | None:
    """Languages at B1 or better; None when no level is known."""
    known = {language: str(level).upper() for language, level in levels.items()}
    if not any(level in LEVELS for level in known.values()):
        return None
    return frozenset(language for language, level in known.items() if level in WORKING_LEVELS)


Answer = tuple[Share | None, Iterable[str]]


def _partnership(host: HostProfile, intern: InternProfile, weights: Weights) -> Answer:
    """Counts when both sides name it; the weaker of the two words decides."""
    told = PARTNERSHIPS.get(host.partners.get(intern.katottg, ""), 0) if intern.katottg else 0
    heard = PARTNERSHIPS.get(intern.partners.get(host.teryt, ""), 0) if host.teryt else 0
    return (NONE, weights.informal_share, ALL)[min(told, heard)], ()


def _themes(host: HostProfile, intern: InternProfile) -> Answer:
    offered, wanted = theme_ranks(host.themes), theme_ranks(intern.themes)
    if not offered or not wanted:
        return None, ()
    shared = offered.keys() & wanted.keys()
    overlap = sum(min(offered[theme], wanted[theme]) for theme in shared)
    return (overlap, sum(wanted.values())), shared


def _size(host: HostProfile, intern: InternProfile) -> Answer:
    if not host.population or not intern.population:
        return None, ()
    if host.population < 0 or intern.population < 0:
        return None, ()
    low, high = sorted((host.population, intern.population))
    return (low, high), ()


def _kind(host: HostProfile, intern: InternProfile) -> Answer:
    if host.kind not in KINDS or intern.kind not in KINDS:
        return None, ()
    return (2 - abs(KINDS[host.kind] - KINDS[intern.kind]), 2), ()


def _mentor_field(host: HostProfile, intern: InternProfile) -> Answer:
    if not host.mentor_fields or not intern.fields:
        return None, ()
    shared = host.mentor_fields & intern.fields
    return ALL if shared else NONE, shared


def _language(host: HostProfile, intern: InternProfile) -> Answer:
    mentor = working_languages(host.mentor_languages)
    guest = working_languages(intern.languages)
    if mentor is None or guest is None:
        return None, ()
    return ALL if mentor & guest else NONE, mentor & guest


def _dates(host: HostProfile, intern: InternProfile) -> Answer:
    if not host.windows or not intern.windows:
        return None, ()
    shared = host.windows & intern.windows
    return ALL if shared else NONE, shared


def _record(host: HostProfile, weights: Weights) -> Answer:
    if host.took_part_before is None:
        return None, ()
    return ALL if host.took_part_before == (weights.record_favours == "proven") else NONE, ()


def _preference(host: HostProfile, intern: InternProfile) -> Answer:
    """Half for each side: met 2, no wish 1, not met 0 quarters."""
    if not host.preferred and not intern.preferred:
        return None, ()
    met = host.preferred & {intern.oblast, intern.katottg} - {""}
    granted = intern.preferred & {host.voivodeship, host.teryt} - {""}
    quarters = (2 if met else 0) if host.preferred else 1
    quarters += (2 if granted else 0) if intern.preferred else 1
    return (quarters, 4), met | granted
