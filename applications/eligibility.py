"""Who may take part: answers in, verdict with reasons out. Knows nothing of Django.

The limits are those of the edition: the invitation letter of 2026 names 80 000 inhabitants for both
sides; earlier editions used 50 000.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why somebody may not take part. The words for people stand in `applications.wording`."""

    POPULATION_OVER_LIMIT = "population_over_limit"
    POPULATION_UNKNOWN = "population_unknown"
    KIND_NOT_ALLOWED = "kind_not_allowed"
    UNIT_NO_LONGER_EXISTS = "unit_no_longer_exists"
    UNIT_NOT_VERIFIED = "unit_not_verified"
    NOT_READY_FOR_PARTNERSHIP = "not_ready_for_partnership"
    NO_WORKPLACE = "no_workplace"
    NO_WINDOW = "no_window"
    DECLARATIONS_MISSING = "declarations_missing"
    AGE_OUT_OF_RANGE = "age_out_of_range"
    POSITION_TOO_LOW = "position_too_low"
    TOOK_PART_BEFORE = "took_part_before"
    HEAD_NOT_CONFIRMED = "head_not_confirmed"
    LANGUAGE_COURSE_REFUSED = "language_course_refused"
    NO_PASSPORT = "no_passport"
    NO_BUSINESS_TRIP = "no_business_trip"
    MAY_NOT_LEAVE = "may_not_leave"
    NOMINATION_LETTER_MISSING = "nomination_letter_missing"
    TOO_MANY_CANDIDATES = "too_many_candidates"


@dataclass(frozen=True)
class Figure:
    """A number of inhabitants with the day it describes and where it comes from."""

    value: int
    on: date | None
    source: str


@dataclass(frozen=True)
class Verdict:
    """The outcome and why; `figure` is the population that was used."""

    reasons: tuple[Reason, ...]
    figure: Figure | None = None

    @property
    def is_eligible(self) -> bool:
        """Nothing stands in the way."""
        return not self.reasons


@dataclass(frozen=True)
class HostFacts:
    """What the rules need to know about a Polish municipality.

    `kind` is "urban", "rural" or "urban_rural". Readiness is "tak", "rozwazymy" or "nie".
    """

    population: Figure | None
    population_limit: int
    kind: str
    allowed_kinds: frozenset[str]
    is_in_register: bool
    is_verified: bool
    partnership_readiness: str
    workplace: str
    windows: tuple[str, ...]
    declares_truth: bool
    knows_roles: bool
    knows_privacy_notice: bool


@dataclass(frozen=True)
class CandidateFacts:
    """What the rules need to know about a candidate and the hromada.

    `age` in whole years on the closing day. `position_level` is "higher", "middle" or "other".
    `passport` is "yes", "in_progress" or "no". `leaves_lawfully` is "yes", "no" or
    "not_applicable"; military details are never asked. `other_candidates` counts applications of
    the same hromada that were sent earlier.
    """

    population: Figure | None
    population_limit: int
    is_in_register: bool
    age: int
    age_from: int
    age_to: int
    position_level: str
    took_part_before: bool
    head_confirmed: bool
    accepts_language_course: bool
    passport: str
    business_trip: bool
    leaves_lawfully: str
    has_nomination_letter: bool
    windows: tuple[str, ...]
    other_candidates: int
    candidates_per_hromada: int
    declarations: bool


def is_within_limit(population: int, limit: int) -> bool:
    """The population rule to the letter: 80 000 passes a limit of 80 000, 80 001 does not."""
    return population <= limit


def _population_reasons(figure: Figure | None, limit: int) -> Iterable[Reason]:
    if figure is None:
        yield Reason.POPULATION_UNKNOWN
    elif not is_within_limit(figure.value, limit):
        yield Reason.POPULATION_OVER_LIMIT


def judge_host(facts: HostFacts) -> Verdict:
    """May this municipality host? All reasons against are listed, not only the first."""
    reasons = list(_population_reasons(facts.population, facts.population_limit))
    checks = (
        (facts.kind in facts.allowed_kinds, Reason.KIND_NOT_ALLOWED),
        (facts.is_in_register, Reason.UNIT_NO_LONGER_EXISTS),
        (facts.is_verified, Reason.UNIT_NOT_VERIFIED),
        (facts.partnership_readiness in ("tak", "rozwazymy"), Reason.NOT_READY_FOR_PARTNERSHIP),
        (facts.workplace in ("tak", "czesciowo"), Reason.NO_WORKPLACE),
        (bool(facts.windows), Reason.NO_WINDOW),
        (
            facts.declares_truth and facts.knows_roles and facts.knows_privacy_notice,
            Reason.DECLARATIONS_MISSING,
        ),
    )
    reasons += [reason for is_met, reason in checks if not is_met]
    return Verdict(tuple(reasons), facts.population)


def judge_candidate(facts: CandidateFacts) -> Verdict:
    """May this person become an intern? All reasons against are listed, not only the first."""
    reasons = list(_population_reasons(facts.population, facts.population_limit))
    checks = (
        (facts.is_in_register, Reason.UNIT_NO_LONGER_EXISTS),
        (facts.age_from <= facts.age <= facts.age_to, Reason.AGE_OUT_OF_RANGE),
        (facts.position_level in ("higher", "middle"), Reason.POSITION_TOO_LOW),
        (not facts.took_part_before, Reason.TOOK_PART_BEFORE),
        (facts.head_confirmed, Reason.HEAD_NOT_CONFIRMED),
        (facts.accepts_language_course, Reason.LANGUAGE_COURSE_REFUSED),
        (facts.passport in ("yes", "in_progress"), Reason.NO_PASSPORT),
        (facts.business_trip, Reason.NO_BUSINESS_TRIP),
        (facts.leaves_lawfully in ("yes", "not_applicable"), Reason.MAY_NOT_LEAVE),
        (facts.has_nomination_letter, Reason.NOMINATION_LETTER_MISSING),
        (bool(facts.windows), Reason.NO_WINDOW),
        (facts.other_candidates < facts.candidates_per_hromada, Reason.TOO_MANY_CANDIDATES),
        (facts.declarations, Reason.DECLARATIONS_MISSING),
    )
    reasons += [reason for is_met, reason in checks if not is_met]
    return Verdict(tuple(reasons), facts.population)
