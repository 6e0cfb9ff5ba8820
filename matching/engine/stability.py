"""Blocking pairs: who would rather be together. A figure to show, not a promise to keep."""

from dataclasses import dataclass

from matching.engine.instance import Instance, Pair


@dataclass(frozen=True)
class Blocking:
    """Blocking pairs by how many of the two are placed at present."""

    both_matched: tuple[Pair, ...]
    one_matched: tuple[Pair, ...]
    none_matched: tuple[Pair, ...]

    def counts(self) -> dict[str, int]:
        return {
            "both_matched": len(self.both_matched),
            "one_matched": len(self.one_matched),
            "none_matched": len(self.none_matched),
        }


def blocking_pairs(instance: Instance, matching: tuple[Pair, ...]) -> Blocking:
    """Allowed pairs, not chosen, in which each would gain.

    The intern is unplaced or strictly prefers the host to the present one; the host is unused or
    strictly prefers the intern to its worst. Preferences are the utilities of the instance; a pair
    without them blocks nothing. With portfolio rows a stable matching need not exist.
    """
    chosen = set(matching)
    host_of = {intern: host for host, intern in matching}
    worst: dict[str, int] = {}
    for pair in matching:
        value = instance.host_utility.get(pair)
        if value is not None:
            worst[pair[0]] = min(value, worst.get(pair[0], value))
    used = {host for host, _intern in matching}
    found: dict[int, list[Pair]] = {0: [], 1: [], 2: []}
    for pair in sorted(instance.allowed()):
        host, intern = pair
        if (
            pair in chosen
            or pair not in instance.host_utility
            or pair not in instance.intern_utility
        ):
            continue
        now = host_of.get(intern)
        intern_gains = now is None or (
            instance.intern_utility[pair] > instance.intern_utility.get((now, intern), 0)
        )
        host_gains = host not in used or (
            host in worst and instance.host_utility[pair] > worst[host]
        )
        if intern_gains and host_gains:
            found[(now is not None) + (host in used)].append(pair)
    return Blocking(tuple(found[2]), tuple(found[1]), tuple(found[0]))
