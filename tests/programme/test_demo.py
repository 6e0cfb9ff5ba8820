from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from core.models import User
from core.roles import COORDINATOR, has_role
from programme.models import Edition, Gmina, Hromada
from programme.services.demonstration import (
    demonstration_edition,
    demonstration_people,
    load_demonstration_register,
)
from tests.factories.programme import GminaFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_demonstration_register_is_small_real_and_marked():
    assert load_demonstration_register() == (124, 88)
    assert load_demonstration_register() == (0, 0)

    gminas = Gmina.objects.with_population()
    assert gminas.filter(is_demonstration=True).count() == 124
    assert gminas.filter(population_value__gt=80_000).count() == 5
    assert gminas.values("voivodeship_code").distinct().count() == 16
    assert Counter(gminas.values_list("kind", flat=True)) == {
        "rural": 51,
        "urban": 39,
        "urban_rural": 34,
    }
    assert gminas.filter(name="Radomsko").count() == 2
    assert Hromada.objects.with_population().filter(population_value__gt=80_000).count() == 5
    assert Hromada.objects.values("oblast").distinct().count() == 24
    for unit in [*Gmina.objects.all(), *Hromada.objects.all()]:
        unit.full_clean()


def test_demonstration_leaves_a_loaded_register_as_it_is():
    known = GminaFactory(teryt="1012011", kind="urban", name="Radomsko")

    load_demonstration_register()

    known.refresh_from_db()
    assert not known.is_demonstration
    assert known.latest_population.source == "gus"


def test_demonstration_edition_is_open_today_and_made_once():
    edition = demonstration_edition(now=NOW)

    assert demonstration_edition(now=NOW) == edition
    assert (edition.year, edition.is_published, edition.is_demonstration) == (2026, True, True)
    assert edition.survey_is_open(NOW)
    assert edition.applications_are_open(NOW)
    assert edition.grants_are_open(NOW)
    assert Edition.objects.in_force(NOW) == edition
    assert (edition.themes.count(), edition.windows.count()) == (22, 2)


def test_demonstration_people_get_a_password_only_once():
    first = {person.email: person.password for person in demonstration_people()}
    second = {person.email: person.password for person in demonstration_people()}

    assert [email for email, password in first.items() if password] == [
        "koordynator@win4ua.example",
        "koordynator2@win4ua.example",
        "administrator@win4ua.example",
        "audytor@win4ua.example",
    ]
    assert set(second.values()) == {""}
    coordinator = User.objects.get(email="koordynator@win4ua.example")
    assert coordinator.check_password(first[coordinator.email])
    assert coordinator.is_staff
    assert has_role(coordinator, COORDINATOR)
    assert coordinator.has_perm("programme.import_register")
    assert not coordinator.is_superuser


def test_command_prints_logins_and_keeps_them_private(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr("programme.management.commands.demo.find_spec", lambda name: None)
    first, second = StringIO(), StringIO()

    call_command("demo", stdout=first, stderr=StringIO())
    call_command("demo", stdout=second, stderr=StringIO())

    kept = tmp_path / "var" / "logins.txt"
    assert kept.read_text() == first.getvalue() == second.getvalue()
    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    assert [row.split()[0] for row in first.getvalue().splitlines()] == [
        "coordinator",
        "coordinator",
        "administrator",
        "auditor",
        "evaluator",
        "evaluator",
        "evaluator",
    ]


def test_passwords_differ_between_machines(monkeypatch):
    one = {person.password for person in demonstration_people() if person.password}
    monkeypatch.setattr("programme.services.demonstration.DOMAIN", "other.example")
    other = {person.password for person in demonstration_people() if person.password}

    assert len(one) == len(other) == 4
    assert one.isdisjoint(other)
