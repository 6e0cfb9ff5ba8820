"""What the measured house holds: a whole register, an open edition, offices with their links.

Needs Django set up. Everything is made by the services of the house.
"""

import csv
import os
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

GMINAS = 2_479
NEW_WORDS = ("", "Nowe ", "Stare ", "Wielkie ", "Małe ", "Górne ", "Dolne ", "Duże ", "Suche ")
ENDINGS = ("ów", "owo", "ice", "in", "no", "owiec", "iny", "ew", "yń", "sk")
STEMS_IN_ONE = (
    "Brzez Kalin Sosn Łąk Rybn Gostyn Opal Żyr Święt Świerk Zabłot Radom Czarn Biał Krasn Wierzb "
    "Jan Dąbr Koz Lip Ostr Piask Raw Skal Tarn Ustr Wąs Zgierz Żuk Ćmiel"
)
STEMS = STEMS_IN_ONE.split()


@dataclass(frozen=True)
class Office:
    """One office with its letter: where the link leads, and the address it was written to."""

    path: str
    email: str
    teryt: str


def register(number: int = GMINAS) -> int:
    """Fill the register with 2 479 gminas: generated, or those of the file BENCH_GMINAS names.

    More of the generated ones, when more are asked for than there are in Poland.

    The file is a table with the columns teryt7, name, type, powiat, voivodeship, population.
    """
    from programme.models import Gmina, GminaPopulation

    path = os.environ.get("BENCH_GMINAS", "")
    rows = _from_file(Path(path)) if path else _generated(number)
    gminas = []
    for row in rows:
        gmina = Gmina(**{name: value for name, value in row.items() if name != "population"})
        gmina.fill_search()
        gminas.append(gmina)
    made = Gmina.objects.bulk_create(gminas)
    GminaPopulation.objects.bulk_create(
        GminaPopulation(
            gmina=gmina,
            value=row["population"],
            on=date(2024, 12, 31),
            source="demonstration",
            source_name="bench",
        )
        for gmina, row in zip(made, rows, strict=True)
        if row["population"]
    )
    return len(made)


def _from_file(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [
            {
                "teryt": row["teryt7"],
                "name": row["name"],
                "kind": {"1": "urban", "2": "rural", "3": "urban_rural"}[row["teryt7"][6]],
                "powiat": row["powiat"],
                "voivodeship": row["voivodeship"],
                "voivodeship_code": row["teryt7"][:2],
                "population": int(row["population"] or 0),
            }
            for row in csv.DictReader(file)
        ]


def _generated(number: int) -> list[dict[str, Any]]:
    """As many as there are, with as many namesakes: about one name in ten stands twice."""
    chance = random.Random(2479)  # noqa: S311 - the same register every time, no secret
    names = [before + stem + after for before in NEW_WORDS for stem in STEMS for after in ENDINGS]
    chance.shuffle(names)
    names = names[: GMINAS * 9 // 10]
    rows = []
    for place in range(number):
        name = names[place % len(names)]
        kind, digit = (("rural", 2), ("urban_rural", 3), ("urban", 1))[place % 3]
        voivodeship = place % 16
        code = f"{2 * voivodeship + 2:02d}{place // 16 // 90 + 1:02d}{place // 16 % 90 + 1:02d}"
        rows.append(
            {
                "teryt": f"{code}{digit}",
                "name": name,
                "kind": kind,
                "powiat": f"{STEMS[place % 29].lower()}ski",
                "voivodeship": f"województwo {voivodeship + 1}",
                "voivodeship_code": f"{2 * voivodeship + 2:02d}",
                "population": chance.randint(2_000, 79_000),
            }
        )
    return rows


def offices(number: int) -> list[Office]:
    """Invite so many offices of an edition that is open now; the letters are left out."""
    from django.urls import reverse

    from applications.models import HostInvitation
    from applications.services.host_invitations import new_link
    from programme.models import Gmina
    from programme.services import organisation_for_gmina
    from programme.services.demonstration import demonstration_edition

    now = timezone.now()
    edition = demonstration_edition(now=now)
    invited = set(HostInvitation.objects.values_list("organisation__gmina_id", flat=True))
    found = []
    for gmina in Gmina.objects.exclude(pk__in=invited).order_by("pk")[:number]:
        email = f"urzad@g{gmina.teryt}.example.org"
        with transaction.atomic():
            invitation = HostInvitation.objects.create(
                edition=edition,
                organisation=organisation_for_gmina(gmina),
                email=email,
                language="pl",
                entrance="mail",
                invited_at=now,
            )
            token = new_link(invitation, email=email, now=now)
        path = reverse("applications:survey", args=[token])
        found.append(Office(path, email, gmina.teryt))
    return found
