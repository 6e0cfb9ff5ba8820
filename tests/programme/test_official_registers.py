"""What is true of the official files. They lie outside the repository; without them: skipped."""

import csv
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from programme.models import Gmina, Hromada
from programme.registers import bdl_service, gmina_population, hromada_tables, katottg, terc
from programme.selectors import find_gminas, find_hromadas, suggest_gminas
from programme.services.list_imports import prepare_list, preview
from programme.services.register_comparison import Figures
from programme.services.registers import import_gminas, import_hromadas, plan_gminas
from tests.programme.registers import SHARED

official = pytest.mark.skipif(
    not SHARED.exists(), reason="the official registers are not beside the repository"
)
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)


def official_terc():
    (file,) = (SHARED / "official").glob("TERC_Urzedowy_*.csv")
    return terc.read_terc(file.read_bytes(), file.name)


def table_of_2020():
    (file,) = (SHARED / "official").glob("LUDN_*.csv")
    return gmina_population.read_gmina_population(file.read_bytes(), file.name, 2020)


def rows_of(name):
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@official
def test_official_terc_has_the_known_counts():
    register = official_terc()

    assert Counter(row.kind for row in register.rows) == {
        "urban": 302,
        "rural": 1_453,
        "urban_rural": 724,
    }
    assert register.as_of == date(2026, 1, 1)
    assert [(row.teryt, row.name, row.powiat, row.voivodeship) for row in register.rows] == [
        (row["teryt7"], row["name"], row["powiat"], row["voivodeship"])
        for row in rows_of("gminas.csv")
    ]


def test_packaged_codifier_has_the_known_counts():
    register = katottg.read_katottg(katottg.packaged_codifier())

    assert Counter(row.kind for row in register.rows) == {
        "urban": 409,
        "settlement": 435,
        "rural": 625,
    }
    assert len({row.oblast for row in register.rows}) == 24
    assert not [row for row in register.rows if row.name != row.name.strip()]


def test_kind_of_the_centre_agrees_with_all_but_twelve():
    register = katottg.read_katottg(katottg.packaged_codifier())
    codes = {row.katottg for row in register.rows}

    assert len(katottg.KINDS_OF_THEIR_OWN) == 12
    assert set(katottg.KINDS_OF_THEIR_OWN) <= codes


@official
def test_packaged_codifier_agrees_with_the_tidy_table():
    register = katottg.read_katottg(katottg.packaged_codifier())

    assert {
        (row.katottg, row.name, row.name_en, row.raion, row.oblast, row.kind)
        for row in register.rows
    } == {
        (
            row["katottg"],
            row["name_uk"],
            row["name_en"],
            row["raion"],
            row["oblast"],
            row["type"],
        )
        for row in rows_of("hromadas.csv")
    }


@official
@pytest.mark.django_db
def test_whole_poland_is_loaded_with_its_known_sums():
    content = (SHARED / "gminas.csv").read_bytes()
    table = gmina_population.read_gmina_population(content, "gminas.csv")
    figures = Figures(table=table, on=date(2024, 12, 31))

    plan = import_gminas(official_terc(), figures, limit=80_000, sources={}, now=NOW)

    assert sum(row.value for row in table.rows) == 37_489_087
    assert (plan.above_limit, len(plan["added"])) == (44, 2_479)
    assert [change.code for change in plan["table_missing"]] == ["1207132", "2002162"]
    known = Gmina.objects.with_population()
    assert known.filter(population_value__lte=80_000).count() == 2_433
    assert known.filter(population_value=None).count() == 2
    assert list(
        Gmina.objects.filter(name="Radomsko").order_by("teryt").values_list("teryt", flat=True)
    ) == ["1012011", "1012122"]
    assert [gmina.teryt for gmina in find_gminas("radomsko")] == ["1012011", "1012122"]
    assert find_gminas("Lodz")[0].teryt == "1061011"
    slips = {"serok": "1408043", "Серок": "1408043", "starahowice": "2611011", "Radmsko": "1012011"}
    for typed, teryt in slips.items():
        assert teryt in [gmina.teryt for gmina in suggest_gminas(typed, 10)]
    names = list(Gmina.objects.order_by("sort_key", "pk").values_list("name", flat=True))
    assert names[0] == "Abramów"
    assert names[-1] == "Żywiec"
    assert names.index("Lwówek Śląski") < names.index("Łabiszyn")


@official
@pytest.mark.django_db
def test_whole_ukraine_is_loaded_with_its_known_sums():
    content = (SHARED / "hromadas.csv").read_bytes()
    table = hromada_tables.read_hromada_population(content)
    register = katottg.read_katottg(katottg.packaged_codifier())
    figures = Figures(table=table, on=date(2022, 1, 1))

    plan = import_hromadas(register, figures, None, limit=80_000, sources={}, now=NOW)

    assert sum(row.value for row in table.rows) == 38_215_034
    assert (plan.above_limit, len(plan["added"])) == (61, 1_469)
    assert Hromada.objects.count() - plan.above_limit == 1_408
    assert find_hromadas("Yavoriv")[0].name == "Яворівська"


@official
@pytest.mark.django_db
def test_table_of_older_boundaries_reports_the_changed_units():
    plan = plan_gminas(
        official_terc(), Figures(table=table_of_2020(), on=date(2020, 12, 31)), limit=80_000
    )

    assert sum(row.value for row in table_of_2020().rows) == 38_265_013
    assert [change.code for change in plan["table_missing"]] == ["1207132", "2002162"]
    assert (len(plan["table_unknown"]), len(plan["table_other_kind"])) == (0, 82)


@official
def test_answers_of_the_service_for_all_real_codes_are_the_register():
    """Every TERYT of Poland goes into a unit of the service and comes back as the same gmina."""
    register = official_terc()
    people = {row["teryt7"]: int(row["population"] or 0) for row in rows_of("gminas.csv")}
    known = [row for row in register.rows if people[row.teryt]]

    def unit(teryt):
        return f"01{teryt[:2]}123{teryt[2:]}"

    content = bdl_service.pack(
        year=2024,
        variable=72305,
        voivodeships=[
            [unit(f"{code}00000"), name.upper()]
            for code, name in {row.teryt[:2]: row.voivodeship for row in register.rows}.items()
        ],
        powiats=[
            [unit(f"{code}000"), f"Powiat {name}"]
            for code, name in {row.teryt[:4]: row.powiat for row in register.rows}.items()
        ],
        gminas=[[unit(row.teryt), row.name, people[row.teryt]] for row in known],
    )

    found, table = bdl_service.read_packed(content)

    assert sum(row.value for row in table.rows) == 37_489_087
    assert {(r.teryt, r.name, r.kind, r.powiat, r.voivodeship) for r in found.rows} == {
        (r.teryt, r.name, r.kind, r.powiat, r.voivodeship) for r in known
    }


@official
@pytest.mark.django_db
def test_list_of_all_gminas_by_name_asks_only_about_namesakes(coordinator):
    """A list without codes: a row is matched, or its namesakes are offered; none is taken wrong."""
    import_gminas(official_terc(), None, limit=80_000, sources={}, now=NOW)
    gminas = {gmina.teryt: gmina for gmina in Gmina.objects.all()}
    lines = ["gmina;powiat;województwo"]
    lines += [f"{g.name};{g.powiat};{g.voivodeship}" for g in gminas.values()]
    record = prepare_list(
        "zmp",
        name="wszystkie.csv",
        content="\n".join(lines).encode("cp1250"),
        as_of=date(2026, 1, 1),
        actor=coordinator,
        now=NOW,
    )

    verdicts = preview(record)

    wanted = list(gminas.values())
    assert [v.gmina for v in verdicts if v.gmina] == [
        g for v, g in zip(verdicts, wanted, strict=True) if v.gmina
    ]
    assert {str(v.state) for v in verdicts} == {"new", "several"}
    assert all(g in v.fits for v, g in zip(verdicts, wanted, strict=True) if not v.gmina)
