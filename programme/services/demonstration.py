"""What a fresh machine shows: a small register, an edition that is open now, and logins."""

import csv
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from django.db import transaction

from core import audit
from core.formats import KYIV, WARSAW, day_in_warsaw
from core.models import User
from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR, EVALUATOR, grant_role, sync_permissions
from programme.enums import PopulationSource
from programme.models import (
    Edition,
    Gmina,
    GminaPopulation,
    Hromada,
    HromadaPopulation,
)
from programme.registers.rows import GminaRow, HromadaRow
from programme.services.contents import publish
from programme.services.editions import create_edition
from programme.services.registers import gmina_fields, hromada_fields
from programme.text_proposals import FACTS, PRIVACY_KEYS

DEMONSTRATION_YEAR = 2026
DOMAIN = "win4ua.example"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in to the demonstration; `password` only when just made."""

    email: str
    name: str
    role: str
    password: str = ""


PEOPLE = (
    ("koordynator", "Anna", "Zielińska", COORDINATOR, "pl"),
    ("koordynator2", "Piotr", "Mazur", COORDINATOR, "pl"),
    ("administrator", "Ewa", "Sikora", ADMINISTRATOR, "pl"),
    ("audytor", "Tomasz", "Wilk", AUDITOR, "pl"),
    ("ekspert1", "Maria", "Dudek", EVALUATOR, "pl"),
    ("ekspert2", "Оксана", "Мельник", EVALUATOR, "uk"),
    ("ekspert3", "Jan", "Kubiak", EVALUATOR, "pl"),
)
WITH_PASSWORD = {COORDINATOR, ADMINISTRATOR, AUDITOR}


@transaction.atomic
def load_demonstration_register() -> tuple[int, int]:
    """Add the municipalities of the demonstration that are not there yet: gminas, hromadas."""
    gminas = _load(
        Gmina,
        GminaPopulation,
        "gmina",
        [(_gmina(row), row) for row in _rows("gminas.csv")],
        "teryt",
    )
    hromadas = _load(
        Hromada,
        HromadaPopulation,
        "hromada",
        [(_hromada(row), row) for row in _rows("hromadas.csv")],
        "katottg",
    )
    return gminas, hromadas


@transaction.atomic
def demonstration_edition(*, now: datetime) -> Edition:
    """The demonstration edition, made around today when there is none, with every window open."""
    known = Edition.objects.filter(year=DEMONSTRATION_YEAR).first()
    if known is not None:
        return known
    today = day_in_warsaw(now)

    def warsaw(days: int, hour: int) -> datetime:
        return datetime.combine(today + timedelta(days=days), time(hour), WARSAW)

    def kyiv(days: int, hour: int) -> datetime:
        return datetime.combine(today + timedelta(days=days), time(hour), KYIV)

    first, second = today + timedelta(days=120), today + timedelta(days=155)
    edition = create_edition(
        DEMONSTRATION_YEAR,
        name=f"WIN4UA {DEMONSTRATION_YEAR}",
        is_published=True,
        is_demonstration=True,
        retention_is_confirmed=True,  # the notice says that all of it is a proposal
        survey_opens_at=warsaw(-21, 8),
        survey_closes_at=warsaw(46, 0),
        applications_open_at=kyiv(-14, 9),
        applications_close_at=kyiv(46, 0),
        meetings_start_on=today + timedelta(days=10),
        meetings_end_on=today + timedelta(days=24),
        declarations_close_at=warsaw(60, 16),
        inaugural_meeting_on=first - timedelta(days=3),
        closing_meeting_on=first + timedelta(days=28),
        grant_opens_at=warsaw(-7, 8),
        grant_closes_at=warsaw(90, 13),
        grant_starts_on=today + timedelta(days=150),
        grant_ends_on=today + timedelta(days=360),
        windows=(
            ("first", first, first + timedelta(days=27)),
            ("second", second, second + timedelta(days=27)),
        ),
    )
    _publish_words(edition, now=now)
    return edition


def _publish_words(edition: Edition, *, now: datetime) -> None:
    """What public pages of the programme say, and a privacy notice that is marked as a proposal.

    Roles and what the organiser pays stay as they are in a new edition: gaps for staff to fill.
    """
    shown = [
        *edition.texts.filter(key__in=[*FACTS, *PRIVACY_KEYS]).order_by("pk"),
        *edition.faq.order_by("pk"),
    ]
    for text in shown:
        publish(text, seen=1, actor=None, now=now)


@transaction.atomic
def demonstration_people() -> list[Person]:
    """Accounts of the demonstration; those that exist keep their password, which nobody knows."""
    sync_permissions()
    people = []
    for local, first_name, last_name, role, language in PEOPLE:
        email = f"{local}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        password = ""
        if user is None:
            password = secrets.token_urlsafe(12) if role in WITH_PASSWORD else ""
            user = User.objects.create_user(
                email,
                password or None,
                first_name=first_name,
                last_name=last_name,
                language=language,
            )
            audit.record(action="core.user.made_for_demonstration", target=user)
        grant_role(user, role)
        people.append(Person(email, user.full_name, role, password))
    return people


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("programme.demo").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _gmina(row: dict[str, str]) -> dict[str, Any]:
    return gmina_fields(
        GminaRow(
            teryt=row["teryt"],
            name=row["name"],
            kind=row["kind"],
            powiat=row["powiat"],
            voivodeship=row["voivodeship"],
        )
    )


def _hromada(row: dict[str, str]) -> dict[str, Any]:
    unit = HromadaRow(
        katottg=row["katottg"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        raion=row["raion"],
        oblast=row["oblast"],
    )
    return hromada_fields(unit, {}, {})


def _load(
    model: type[Any],
    figure_model: type[Any],
    foreign_key: str,
    rows: list[tuple[dict[str, Any], dict[str, str]]],
    code: str,
) -> int:
    """Add what is missing, marked as demonstration; a register loaded before stays as it is."""
    key = "teryt6" if model is Gmina else code
    length = 6 if model is Gmina else None
    known = set(model.objects.values_list(key, flat=True))
    new = [(fields, row) for fields, row in rows if fields[code][:length] not in known]
    units = model.objects.bulk_create(
        model(**fields, is_demonstration=True) for fields, _row in new
    )
    figure_model.objects.bulk_create(
        figure_model(
            **{foreign_key: unit},
            value=int(row["population"]),
            on=date.fromisoformat(row["on"]),
            source=PopulationSource.DEMONSTRATION,
            source_name=row["source"],
        )
        for unit, (_fields, row) in zip(units, new, strict=True)
    )
    return len(new)
