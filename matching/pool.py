"""Hosts and interns of an edition as the engine takes them, and its answer in people's words."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from applications.models import InternApplication
from applications.profiles import host_profile, intern_profile
from matching.engine.criteria import HostProfile, InternProfile, PairScore, Weights, score_pair
from matching.engine.instance import Host, Instance, Intern, Pair
from matching.enums import RuleKind
from matching.models import PairRule, Proposal
from matching.selectors import pool_hosts, pool_interns
from meetings.models import Declaration
from programme.models import Edition


@dataclass(frozen=True)
class Pool:
    """Everything a run needs, keyed by TERYT for hosts and by application number for interns.

    `places` and capacities are what pairs that are published or accepted have left free (M9).
    """

    edition: Edition
    places: int
    declarations: Mapping[str, Declaration]
    applications: Mapping[str, InternApplication]
    hosts: tuple[HostProfile, ...]
    interns: tuple[InternProfile, ...]
    weights: Weights
    rules: tuple[tuple[str, Pair], ...]

    def score(self, host: str, intern: str) -> PairScore:
        """One pair, opened into its criteria (M7)."""
        host_by_id = {one.id: one for one in self.hosts}
        intern_by_id = {one.id: one for one in self.interns}
        return score_pair(host_by_id[host], intern_by_id[intern], self.weights)

    def scores(self) -> tuple[tuple[str, str, int], ...]:
        """Points of every pair that may be made."""
        from matching.engine.scores import (
            score_all,  # numpy and the solver: most web workers never match (W12)
        )

        return score_all(self.hosts, self.interns, self.weights)

    def instance(self, *, salt: str) -> Instance:
        """The optimisation problem: at most the places still free, rules honoured."""
        return Instance(
            places=self.places,
            places_mode="at_most",
            hosts=tuple(Host(id=one.id, capacity=one.capacity) for one in self.hosts),
            interns=tuple(Intern(id=one.id) for one in self.interns),
            scores=self.scores(),
            forbidden=frozenset(pair for kind, pair in self.rules if kind == RuleKind.BAN),
            pinned=frozenset(pair for kind, pair in self.rules if kind == RuleKind.PIN),
            salt=salt,
        )

    def fingerprint(self) -> str:
        """SHA-256 of the input: the same input gives the same result (M10)."""
        content = {
            "places": self.places,
            "hosts": [asdict(one) for one in self.hosts],
            "interns": [asdict(one) for one in self.interns],
            "weights": asdict(self.weights),
            "rules": sorted([kind, *pair] for kind, pair in self.rules),
        }
        return hashlib.sha256(
            json.dumps(content, sort_keys=True, default=_sorted).encode()
        ).hexdigest()


def pool_of(edition: Edition) -> Pool:
    """Hosts with an accepted declaration, interns ready to travel, and the rules about pairs."""
    held = Counter(
        Proposal.objects.living()
        .filter(version__edition=edition)
        .values_list("declaration_id", flat=True)
    )
    declarations = {
        one.survey.gmina.teryt: one for one in pool_hosts(edition) if one.interns > held[one.pk]
    }
    applications = {one.number: one for one in pool_interns(edition).select_related("hromada")}
    return Pool(
        edition=edition,
        places=max(edition.places - held.total(), 0),
        declarations=declarations,
        applications=applications,
        hosts=tuple(_host(one, taken=held[one.pk]) for _key, one in sorted(declarations.items())),
        interns=tuple(_intern(applications[key]) for key in sorted(applications)),
        weights=Weights.from_settings(edition.matching_weights, edition.matching_rules),
        rules=_rules(edition, declarations, applications),
    )


def left_over(pool: Pool, matching: Iterable[Pair]) -> list[dict[str, str]]:
    """Interns without a place, each with the limit that caused it (M4)."""
    pairs = list(matching)
    placed = {intern for _host_id, intern in pairs}
    reached = {intern for _h, intern, _s in pool.scores()}
    banned: dict[str, int] = {}
    for kind, (_host_id, intern) in pool.rules:
        if kind == RuleKind.BAN:
            banned[intern] = banned.get(intern, 0) + 1
    rows = []
    for one in pool.interns:
        if one.id in placed:
            continue
        if one.id not in reached:
            limit = "no_host_fits"
        elif banned.get(one.id, 0) >= len(pool.hosts):
            limit = "all_hosts_banned"
        elif len(pairs) >= pool.places:
            limit = "places"
        else:
            limit = "hosts_full"
        rows.append({"intern": one.id, "limit": limit})
    return rows


def _host(declaration: Declaration, *, taken: int) -> HostProfile:
    profile = host_profile(declaration.survey)
    return HostProfile(
        id=profile.teryt,
        capacity=declaration.interns - taken,
        teryt=profile.teryt,
        voivodeship=profile.voivodeship_code,
        kind=profile.kind,
        population=profile.population,
        themes=profile.themes,
        mentor_fields=frozenset(profile.mentor_themes),
        mentor_languages=profile.mentor_languages,
        windows=frozenset(declaration.windows),
        is_accessible=profile.accessibility != "brak" if profile.accessibility else None,
        partners={
            one.katottg: "agreement" if one.has_agreement else "informal"
            for one in profile.partners
        },
        took_part_before=profile.hosted_before,
    )


def _intern(application: InternApplication) -> InternProfile:
    profile = intern_profile(application)
    return InternProfile(
        id=application.number,
        katottg=profile.katottg,
        oblast=profile.oblast_code,
        kind=profile.kind,
        population=profile.population,
        themes=profile.themes,
        fields=frozenset([profile.field] if profile.field else []),
        languages=profile.languages,
        windows=frozenset(profile.windows),
        needs_accessibility=profile.has_access_needs,
        partners={
            one.teryt: "agreement" if one.has_agreement else "informal"
            for one in profile.partners_pl
        },
        preferred=frozenset([profile.wished_voivodeship] if profile.wished_voivodeship else []),
    )


def _rules(
    edition: Edition, declarations: Mapping, applications: Mapping
) -> tuple[tuple[str, Pair], ...]:
    """What coordinators pinned and forbade; and nobody is offered again whom they declined."""
    columns = ("declaration__survey__gmina__teryt", "application__number")
    rows = PairRule.objects.filter(edition=edition).order_by("pk").values_list("kind", *columns)
    rules = {(host, intern): kind for kind, host, intern in rows}
    refused = Proposal.objects.declined().filter(version__edition=edition)
    for pair in refused.order_by("pk").values_list(*columns):
        rules.setdefault(pair, RuleKind.BAN)
    return tuple(
        (kind, pair)
        for pair, kind in rules.items()
        if pair[0] in declarations and pair[1] in applications
    )


def _sorted(value):
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{value!r} does not fit the fingerprint")
