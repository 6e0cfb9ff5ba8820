"""W6: the search for a municipality among 2 479, typed with slips, against one SELECT."""

import itertools
import random
from collections.abc import Iterator
from urllib.parse import urlencode

from ops.bench import meter
from ops.bench.figures import Figure
from ops.bench.servers import Servers

ROUNDS = 7
ASKED_A_ROUND = 100


def typed(names: list[str], chance: random.Random) -> Iterator[str]:
    """What people type: beginnings, whole names without diacritics, names with one slip."""
    plain = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
    while True:
        name = chance.choice(names)
        yield name[: max(3, len(name) // 2)]
        yield name.translate(plain).lower()
        place = chance.randrange(1, max(2, len(name) - 1))
        yield name[:place] + name[place + 1 :]


def measure(servers: Servers) -> Iterator[Figure]:
    """The suggestions below the field, as the combobox asks for them."""
    from django.urls import reverse

    from programme.models import Gmina

    names = list(Gmina.objects.order_by("pk").values_list("name", flat=True))
    asks, bare = servers.visitor(), servers.visitor("floor")
    words = typed(names, random.Random(6))  # noqa: S311 - no secret
    hosts = itertools.count()
    path = reverse("applications:gmina_suggestions")

    def asked() -> int:
        for _ in range(ASKED_A_ROUND):
            number = next(hosts) // 20  # the limit is for one address
            asks.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            answer = asks.get(f"{path}?{urlencode({'q': next(words)})}")
            if answer.status != 200:
                raise RuntimeError(f"{answer.path}: {answer.status}")
        return ASKED_A_ROUND

    def floor() -> int:
        for _ in range(ASKED_A_ROUND * 4):
            bare.get("/bare/")
        return ASKED_A_ROUND * 4

    asked(), floor()
    value, least = meter.in_turn(
        ROUNDS,
        lambda: meter.cpu_of(asked, servers.roots("web")),
        lambda: meter.cpu_of(floor, servers.roots("floor")),
    )
    yield Figure(
        "W6",
        f"search among {len(names)}",
        value,
        "ms CPU",
        2,
        least,
        "a bare view with one SELECT",
    )
