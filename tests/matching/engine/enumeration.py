"""The oracle of the engine's tests: every feasible matching of a tiny instance, one by one."""

from itertools import combinations

from matching.engine.instance import Instance, Pair
from matching.engine.problem import lottery_weight

Matching = frozenset[Pair]


def is_matching(instance: Instance, pairs: Matching) -> bool:
    """Capacity, one place an intern, allowed pairs: what never gives way."""
    allowed = instance.allowed()
    capacity = {host.id: host.capacity for host in instance.hosts}
    hosts = [host for host, _intern in pairs]
    interns = [intern for _host, intern in pairs]
    return (
        all(pair in allowed for pair in pairs)
        and len(set(interns)) == len(interns)
        and all(hosts.count(host) <= capacity[host] for host in hosts)
    )


def matchings(instance: Instance) -> list[Matching]:
    """Everything that respects what never gives way."""
    allowed = sorted(instance.allowed())
    most = min(len(allowed), instance.places)
    return [
        frozenset(chosen)
        for size in range(most + 1)
        for chosen in combinations(allowed, size)
        if is_matching(instance, frozenset(chosen))
    ]


def units_needed(instance: Instance, pairs: Matching) -> int:
    """By how many units quotas, places and pins must give way for this matching."""
    units = len(instance.pinned - pairs)
    if instance.places_mode == "exact":
        units += instance.places - len(pairs)
    for quota in instance.quotas:
        side = 0 if quota.side == "host" else 1
        count = sum(pair[side] in quota.members for pair in pairs)
        units += max(0, quota.min - count) + max(0, count - quota.max)
    return units


def feasible(instance: Instance) -> list[Matching]:
    return [pairs for pairs in matchings(instance) if units_needed(instance, pairs) == 0]


def total(instance: Instance, pairs: Matching) -> int:
    allowed = instance.allowed()
    return sum(allowed[pair] for pair in pairs)


def lottery(instance: Instance, pairs: Matching) -> int:
    return sum(lottery_weight(instance.salt, *pair) for pair in pairs)


def answer(instance: Instance) -> dict[str, object]:
    """What `Solution.as_dict` must say, apart from seconds and the rows of a relaxation."""
    ranked = sorted(
        feasible(instance),
        key=lambda pairs: (total(instance, pairs), lottery(instance, pairs)),
        reverse=True,
    )
    if not ranked:
        fewest = min(units_needed(instance, pairs) for pairs in matchings(instance))
        return {"status": "infeasible", "relaxation": fewest}
    best = ranked[0]
    rank = (total(instance, best), lottery(instance, best))
    ties = [p for p in ranked if (total(instance, p), lottery(instance, p)) == rank]
    others = [total(instance, pairs) for pairs in ranked if not best <= pairs]
    return {
        "status": "optimal",
        "objective": rank[0],
        "lottery": rank[1],
        "matching": [list(pair) for pair in sorted(best)],
        "unique": len(ties) == 1,
        "second_best": max(others, default=None),
        "certificate": {"bound": rank[0], "gap": 0},
    }
