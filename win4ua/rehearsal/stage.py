"""The rehearsed edition, its register and its staff."""

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from faker import Faker

from core import roles
from core.models import User
from programme.models import (
    Edition,
    Gmina,
    GminaPopulation,
    Hromada,
    HromadaPopulation,
)
from programme.services import create_edition
from programme.services.demonstration import load_demonstration_register
from win4ua.rehearsal.calendar import Calendar

EVALUATORS = 8


@dataclass
class Stage:
    """Everything a walk needs: who acts, when, and where chance comes from."""

    seed: int
    edition: Edition
    calendar: Calendar
    chance: random.Random
    polish: Faker
    ukrainian: Faker
    coordinator: User
    second: User
    board: User
    evaluators: list[User]
    window: str = "september"
    talents: dict[str, float] = field(default_factory=dict)

    def happens(self, share: float) -> bool:
        """Whether something that happens in `share` of all cases happens now."""
        return self.chance.random() < share

    def turn_page(self, chapter: str) -> None:
        """Chance begins anew, so that a year with one working day more changes no sum of money."""
        self.chance.seed(f"{self.seed} {chapter}")

    def talent(self, whose: str) -> float:
        """How good somebody's work is, 0 to 1: drawn once, so that all who judge it agree."""
        if whose not in self.talents:
            self.talents[whose] = self.chance.random()
        return self.talents[whose]


def build(*, seed: int) -> Stage:
    """A new edition in the first year that has none, from 2026 on, with its own staff."""
    chance, polish, ukrainian = chance_and_names(seed)
    if not Gmina.objects.exists():
        load_demonstration_register()
    year = 2026
    while Edition.objects.filter(year=year).exists():
        year += 1
    calendar = Calendar(year)
    return Stage(
        seed=seed,
        edition=_edition(calendar),
        calendar=calendar,
        chance=chance,
        polish=polish,
        ukrainian=ukrainian,
        coordinator=_staff("olena", roles.COORDINATOR),
        second=_staff("marek", roles.COORDINATOR),
        board=_staff("zarzad", roles.COORDINATOR),
        evaluators=[_staff(f"ekspert{n}", roles.EVALUATOR) for n in range(1, EVALUATORS + 1)],
    )


def chance_and_names(seed: int) -> tuple[random.Random, Faker, Faker]:
    """Chance, Polish names and Ukrainian names, all from one seed."""
    chance = random.Random(seed)  # noqa: S311 - the same people every time, no secret
    polish, ukrainian = Faker("pl_PL"), Faker("uk_UA")
    polish.seed_instance(seed)
    ukrainian.seed_instance(seed + 1)
    return chance, polish, ukrainian


def offices(stage: Stage, number: int) -> list[Gmina]:
    """Gminas up to the limit; when the register is too small, generated ones are added."""
    limit = stage.edition.population_limit_pl
    newest = GminaPopulation.objects.filter(gmina=OuterRef("pk")).order_by("-on", "-pk")
    known = list(
        Gmina.objects.filter(valid_to=None, needs_verification=False)
        .annotate(people=Subquery(newest.values("value")[:1]))
        .filter(people__lte=limit)
        .order_by("teryt")
    )
    if len(known) < number:
        known += _generated_gminas(stage, number - len(known))
    return stage.chance.sample(known, number)


def hromadas(stage: Stage, number: int) -> list[Hromada]:
    """Hromadas up to the limit; when the register is too small, generated ones are added."""
    limit = stage.edition.population_limit_ua
    newest = HromadaPopulation.objects.filter(hromada=OuterRef("pk")).order_by("-on", "-pk")
    known = list(
        Hromada.objects.filter(valid_to=None, needs_verification=False)
        .annotate(people=Subquery(newest.values("value")[:1]))
        .filter(people__lte=limit)
        .order_by("katottg")
    )
    if len(known) < number:
        known += _generated_hromadas(stage, number - len(known))
    return stage.chance.sample(known, number)


def _edition(calendar: Calendar) -> Edition:
    return create_edition(
        calendar.year,
        name=f"WIN4UA {calendar.year} (rehearsal)",
        survey_opens_at=calendar.survey_opens,
        survey_closes_at=calendar.survey_closes,
        applications_open_at=calendar.applications_open,
        applications_close_at=calendar.applications_close,
        meetings_start_on=calendar.first_session.date(),
        meetings_end_on=calendar.second_session.date(),
        windows=[("september", calendar.first_day, calendar.last_day)],
        is_demonstration=True,
        grant_opens_at=calendar.grant_opens,
        grant_closes_at=calendar.grant_closes,
        grant_starts_on=calendar.grant_first_day,
        grant_ends_on=calendar.grant_last_day,
    )


def _staff(name: str, role: str) -> User:
    email = f"{name}@rehearsal.example.org"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, first_name=name.capitalize(), last_name="Próba", language="pl"
    )
    roles.grant_role(user, role)
    return user


def _generated_gminas(stage: Stage, number: int) -> list[Gmina]:
    taken = set(Gmina.objects.values_list("teryt", flat=True))
    codes = _free_codes(taken)
    made = []
    for n in range(number):
        town = stage.polish.city()
        gmina = Gmina(
            teryt=next(codes),
            name=f"{town} {n + 1}",
            kind=("rural", "urban_rural", "urban")[n % 3],
            powiat="próbny",
            voivodeship="próbne",
            voivodeship_code=f"{2 * (n % 16 + 1):02d}",
            is_demonstration=True,
        )
        gmina.save()
        GminaPopulation.objects.create(
            gmina=gmina,
            value=stage.chance.randint(2_500, 60_000),
            on=date(2024, 12, 31),
            source="demonstration",
            source_name="generated for a rehearsal",
        )
        made.append(gmina)
    return made


def _free_codes(taken: set[str]):
    kinds = {0: "2", 1: "3", 2: "1"}
    known = {code[:6] for code in taken}
    n = 0
    for place in range(98_00):
        code = f"{2 * (n % 16 + 1):02d}{place // 98 + 1:02d}{place % 98 + 1:02d}"
        if code not in known:
            yield code + kinds[n % 3]
            n += 1


def _generated_hromadas(stage: Stage, number: int) -> list[Hromada]:
    made = []
    for n in range(number):
        code = f"UA99990{n % 100:02d}000009{n:04d}"
        hromada = Hromada.objects.filter(katottg=code).first()
        if hromada is None:
            hromada = Hromada(
                katottg=code,
                name=f"{stage.ukrainian.city_name()} {n + 1}",
                name_en=f"Rehearsal {n + 1}",
                kind=("rural", "settlement", "urban")[n % 3],
                raion="Пробний",
                oblast="Пробна",
                is_demonstration=True,
            )
            hromada.save()
            HromadaPopulation.objects.create(
                hromada=hromada,
                value=stage.chance.randint(3_000, 60_000),
                on=date(2022, 1, 1),
                source="demonstration",
                source_name="generated for a rehearsal",
            )
        made.append(hromada)
    return made


def money(low: int, high: int, chance: random.Random) -> Decimal:
    """An amount with grosze between two whole ones."""
    return Decimal(chance.randint(low * 100, high * 100)) / 100
