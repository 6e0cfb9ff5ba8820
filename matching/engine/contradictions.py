"""Pins that cannot hold together, named with the limit that they break (M3)."""

from dataclasses import dataclass

from matching.engine.instance import Instance, Pair


@dataclass(frozen=True)
class Contradiction:
    """Pins that cannot hold together, and the limit that they break.

    `reason` is pin_forbidden, pin_not_allowed, intern_pinned_twice, host_capacity, places or quota;
    `row` names the quota.
    """

    reason: str
    pairs: tuple[Pair, ...]
    row: str = ""


def contradictions(instance: Instance) -> tuple[Contradiction, ...]:
    """Every way in which the pins alone break a limit, in a stable order."""
    found = []
    listed = {(host, intern) for host, intern, _score in instance.scores}
    pins = sorted(instance.pinned)
    for pin in pins:
        if pin in instance.forbidden:
            found.append(Contradiction("pin_forbidden", (pin,)))
        elif pin not in listed:
            found.append(Contradiction("pin_not_allowed", (pin,)))
    for intern in sorted({pin[1] for pin in pins}):
        same = tuple(pin for pin in pins if pin[1] == intern)
        if len(same) > 1:
            found.append(Contradiction("intern_pinned_twice", same))
    for host in sorted(instance.hosts, key=lambda host: host.id):
        same = tuple(pin for pin in pins if pin[0] == host.id)
        if len(same) > host.capacity:
            found.append(Contradiction("host_capacity", same))
    for quota in sorted(instance.quotas, key=lambda quota: quota.sort_key):
        side = 0 if quota.side == "host" else 1
        same = tuple(pin for pin in pins if pin[side] in quota.members)
        if len(same) > quota.max:
            found.append(Contradiction("quota", same, quota.name))
    if len(pins) > instance.places:
        found.append(Contradiction("places", tuple(pins)))
    return tuple(found)
