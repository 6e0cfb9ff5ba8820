from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.audit import history
from programme.models import Gmina, GminaPopulation, Hromada, HromadaStatus, RegisterImport
from programme.services.register_files import (
    limit_for,
    read_gmina_files,
    read_hromada_files,
    sources_of,
)
from programme.services.registers import (
    import_gminas,
    import_hromadas,
    plan_gminas,
    plan_hromadas,
)
from tests.factories.programme import EditionFactory, OrganisationFactory
from tests.programme import registers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
DAY = date(2024, 12, 31)
LATER = date(2025, 12, 31)


def load(lines, population=None, day=DAY):
    files = {"terc": ("TERC.csv", registers.terc(lines))}
    if population:
        files["population"] = ("bdl.csv", population)
    register, figures = read_gmina_files(files, day)
    return import_gminas(register, figures, limit=80_000, sources=sources_of(files), now=NOW)


def lines_with(old, new):
    return [line.replace(old, new) for line in registers.terc_lines()]


def test_first_import_adds_everything_with_figures():
    plan = load(registers.terc_lines(), registers.bdl())

    assert (len(plan["added"]), plan.new_figures, plan.above_limit) == (2_400, 2_400, 0)
    gmina = Gmina.objects.get(teryt="1001012")
    assert (gmina.name, gmina.teryt6, gmina.powiat, gmina.voivodeship) == (
        "Gmina 0",
        "100101",
        "powiat 1",
        "łódzkie",
    )
    figure = gmina.latest_population
    assert (figure.value, figure.on, figure.source, figure.source_name) == (
        15_000,
        DAY,
        "bdl",
        "bdl.csv",
    )


def test_second_import_of_the_same_files_changes_nothing():
    load(registers.terc_lines(), registers.bdl())
    before = list(Gmina.objects.order_by("pk").values())

    plan = load(registers.terc_lines(), registers.bdl())

    assert plan.is_empty
    assert list(Gmina.objects.order_by("pk").values()) == before
    assert GminaPopulation.objects.count() == 2_400
    assert RegisterImport.objects.count() == 1


def test_import_writes_one_audit_line_and_the_checksums():
    load(registers.terc_lines())

    record = RegisterImport.objects.get()
    (line,) = history(record)

    assert (line.action, line.data["added"]) == ("programme.register.imported", 2_400)
    assert record.applied_at == NOW
    assert record.sources["terc"]["name"] == "TERC.csv"
    assert len(record.sources["terc"]["sha256"]) == 64


def test_plan_writes_nothing():
    files = {"terc": ("TERC.csv", registers.terc(registers.terc_lines()))}
    register, figures = read_gmina_files(files, None)

    plan = plan_gminas(register, figures, limit=80_000)

    assert len(plan["added"]) == 2_400
    assert not Gmina.objects.exists()


def test_renamed_gmina_keeps_its_record():
    load(registers.terc_lines())
    before = Gmina.objects.get(teryt="1001012").pk

    plan = load(lines_with(";Gmina 0;", ";Nowa Gmina;"))

    (change,) = plan["renamed"]
    assert (change.code, change.was, change.becomes) == ("1001012", "Gmina 0", "Nowa Gmina")
    assert Gmina.objects.get(name="Nowa Gmina").pk == before


def test_gmina_that_becomes_a_town_is_joined_on_six_digits():
    load(registers.terc_lines())
    gmina = Gmina.objects.get(teryt="1001012")
    office = OrganisationFactory(gmina=gmina)

    plan = load(lines_with("10;01;01;2;Gmina 0;gmina wiejska", "10;01;01;3;Gmina 0;gmina"))

    assert [change.code for change in plan["changed_kind"]] == ["1001013"]
    assert (plan["added"], plan["gone"]) == ([], [])
    office.refresh_from_db()
    assert (office.gmina_id, office.gmina.teryt, office.gmina.kind) == (
        gmina.pk,
        "1001013",
        "urban_rural",
    )


def test_gmina_that_is_gone_stays_with_an_end_date_and_may_return():
    load(registers.terc_lines(2_401))
    office = OrganisationFactory(gmina=Gmina.objects.get(name="Gmina 2400"))

    gone = load(registers.terc_lines(2_400))

    assert [change.code for change in gone["gone"]] == [office.gmina.teryt]
    office.gmina.refresh_from_db()
    assert office.gmina.valid_to == date(2026, 1, 1)
    assert load(registers.terc_lines(2_400)).is_empty

    back = load(registers.terc_lines(2_401))

    assert [change.code for change in back["returned"]] == [office.gmina.teryt]
    office.gmina.refresh_from_db()
    assert office.gmina.valid_to is None


def test_new_figures_stand_beside_the_old_and_show_who_crosses_the_limit():
    first = registers.bdl().replace(b'1001012;"Gmina 0 (2)";15000', b'1001012;"Gmina 0 (2)";80000')
    load(registers.terc_lines(), first)
    later = first.replace(b";80000;", b";80001;")

    plan = load(registers.terc_lines(), later, LATER)

    (change,) = plan["crosses_limit"]
    assert (change.code, change.was, change.becomes) == ("1001012", "80000", "80001")
    assert plan.above_limit == 1
    gmina = Gmina.objects.get(teryt="1001012")
    assert [(f.value, f.on) for f in gmina.populations.order_by("on")] == [
        (80_000, DAY),
        (80_001, LATER),
    ]


def test_older_figures_do_not_cross_the_limit():
    load(registers.terc_lines(), registers.bdl(), LATER)
    older = registers.bdl().replace(b'1001012;"Gmina 0 (2)";15000', b'1001012;"Gmina 0 (2)";90000')

    plan = load(registers.terc_lines(), older, DAY)

    assert plan["crosses_limit"] == []
    assert plan.above_limit == 0
    assert Gmina.objects.get(teryt="1001012").latest_population.value == 15_000


def test_corrected_figure_of_the_same_day_is_told():
    load(registers.terc_lines(), registers.bdl())
    other = registers.bdl().replace(b'1001012;"Gmina 0 (2)";15000', b'1001012;"Gmina 0 (2)";15001')

    plan = load(registers.terc_lines(), other)

    assert [(c.code, c.was, c.becomes) for c in plan["corrected"]] == [
        ("1001012", "15000", "15001")
    ]
    assert GminaPopulation.objects.count() == 2_400


def test_table_of_older_boundaries_reports_the_differences():
    table = (
        registers.bdl(skip=1)
        .replace(b"1001022;", b"1001023;")
        .replace(b"1000000;", b'1099012;"Dawna (2)";1000;1;\r\n1000000;')
    )

    plan = load(registers.terc_lines(), table)

    assert [change.code for change in plan["table_missing"]] == ["1001012"]
    assert [(c.code, c.was) for c in plan["table_other_kind"]] == [("1001022", "1001023")]
    assert [(c.code, c.name) for c in plan["table_unknown"]] == [("1099012", "Dawna")]


def test_gmina_typed_by_an_official_is_confirmed_or_left_alone():
    Gmina.objects.create(
        teryt="1001012",
        name="Gmina 0",
        kind="rural",
        powiat="powiat 1",
        voivodeship="łódzkie",
        voivodeship_code="10",
        needs_verification=True,
    )
    unknown = Gmina.objects.create(
        teryt="1099012",
        name="Nieznana",
        kind="rural",
        powiat="?",
        voivodeship="łódzkie",
        voivodeship_code="10",
        needs_verification=True,
    )

    plan = load(registers.terc_lines())

    assert [change.code for change in plan["confirmed"]] == ["1001012"]
    assert not Gmina.objects.get(teryt="1001012").needs_verification
    unknown.refresh_from_db()
    assert (unknown.valid_to, unknown.needs_verification) == (None, True)


def test_hromadas_take_kind_and_latin_name_from_the_table():
    table = "katottg,population,type,name_en\n" + "\n".join(
        f"{row.katottg},15000,urban,Town {number}"
        for number, row in enumerate(
            read_hromada_files({"katottg": ("k.csv", registers.katottg())}, None, None)[0].rows
        )
    )
    files = {
        "katottg": ("k.csv", registers.katottg()),
        "population": ("p.csv", table.encode()),
        "status": ("s.csv", b"katottg,status\nUA46010010000010000,active\n"),
    }
    register, figures, statuses = read_hromada_files(files, date(2022, 1, 1), date(2026, 1, 1))

    plan = import_hromadas(
        register, figures, statuses, limit=80_000, sources=sources_of(files), now=NOW
    )

    assert (len(plan["added"]), plan.new_figures, plan.new_statuses) == (1_400, 1_400, 1)
    hromada = Hromada.objects.get(katottg="UA46010010000010000")
    assert (hromada.name, hromada.name_en, hromada.kind) == ("Громада 0", "Town 0", "urban")
    assert hromada.latest_status.status == "active"
    assert plan_hromadas(register, figures, statuses, limit=80_000).is_empty


def test_later_security_situation_stands_beside_the_older_one():
    codifier = {"katottg": ("k.csv", registers.katottg())}

    def load_status(status, day):
        files = codifier | {
            "status": ("s.csv", f"katottg,status\nUA46010010000010000,{status}\n".encode())
        }
        register, figures, statuses = read_hromada_files(files, None, day)
        return import_hromadas(
            register, figures, statuses, limit=80_000, sources=sources_of(files), now=NOW
        )

    load_status("occupied", date(2025, 1, 1))
    plan = load_status("deoccupied", date(2026, 1, 1))

    assert [(c.was, c.becomes) for c in plan["status_changed"]] == [
        ("temporarily occupied", "de-occupied")
    ]
    assert HromadaStatus.objects.count() == 2


def test_limit_is_that_of_the_edition_in_force():
    assert limit_for("gminas", NOW) == 80_000

    EditionFactory(population_limit_pl=50_000, population_limit_ua=40_000)

    assert (limit_for("gminas", NOW), limit_for("hromadas", NOW)) == (50_000, 40_000)


def command(name, *args):
    out = StringIO()
    call_command(name, *map(str, args), stdout=out)
    return out.getvalue()


def test_command_shows_the_plan_and_writes_only_without_dry_run(tmp_path):
    terc, population = tmp_path / "TERC.csv", tmp_path / "bdl.csv"
    terc.write_bytes(registers.terc(registers.terc_lines()))
    population.write_bytes(registers.bdl())
    args = ("--terc", terc, "--population", population, "--population-date", "2024-12-31")

    shown = command("import_gminas", *args, "--dry-run")

    assert "Added: 2400" in shown
    assert shown.splitlines()[-1] == "Dry run: nothing was written."
    assert not Gmina.objects.exists()

    assert command("import_gminas", *args).splitlines()[-1] == "Done."
    assert command("import_gminas", *args).splitlines()[-1] == "Nothing to change."


def test_command_names_file_and_line_of_a_refusal(tmp_path):
    terc = tmp_path / "TERC.csv"
    terc.write_bytes(registers.terc(["WOJ;POW", "10;01"]))

    with pytest.raises(CommandError, match=r"^Refused\. TERC\.csv: Line 1: The header should read"):
        command("import_gminas", "--terc", terc)

    assert not Gmina.objects.exists()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("import_gminas", "--terc", "nowhere.csv"), "nowhere.csv: No such file or directory"),
        (
            ("import_gminas", "--terc", "x", "--population", "y"),
            "--population and --population-date go together.",
        ),
        (
            ("import_hromadas", "--status-date", "2026-01-01"),
            "--status and --status-date go together.",
        ),
    ],
)
def test_command_says_what_is_missing(args, sentence):
    with pytest.raises(CommandError) as refused:
        command(*args)

    assert str(refused.value) == sentence
