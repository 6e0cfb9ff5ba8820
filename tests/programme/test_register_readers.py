import io
import zipfile

import pytest

from programme.registers import RegisterRefused, bdl, gmina_population, hromada_tables, katottg
from programme.registers import terc as terc_reader
from programme.registers.romanise import romanise
from tests.programme import registers
from tests.programme.registers import FILES


def refusal(read, *args) -> tuple[int | None, str]:
    with pytest.raises(RegisterRefused) as refused:
        read(*args)
    return refused.value.line, refused.value.sentence


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


SMALL = [
    registers.TERC_HEADER,
    "10;;;;ŁÓDZKIE;województwo;2026-01-01",
    "10;13;;;rawski;powiat;2026-01-01",
    "10;13;01;1;Rawa Mazowiecka;gmina miejska;2026-01-01",
    "10;13;02;3;Biała Rawska;gmina miejsko-wiejska;2026-01-01",
    "10;13;02;4;Biała Rawska;miasto;2026-01-01",
    "10;13;02;5;Biała Rawska;obszar wiejski;2026-01-01",
]


def test_terc_csv_gives_gminas_without_their_parts():
    register = terc_reader.parse_terc(registers.terc(SMALL), "TERC.csv")

    assert register.as_of.isoformat() == "2026-01-01"
    assert [
        (row.teryt, row.name, row.kind, row.powiat, row.voivodeship) for row in register.rows
    ] == [
        ("1013011", "Rawa Mazowiecka", "urban", "rawski", "łódzkie"),
        ("1013023", "Biała Rawska", "urban_rural", "rawski", "łódzkie"),
    ]


def test_terc_xml_and_zip_give_the_same_as_csv():
    rows = "".join(
        "<row>"
        + "".join(
            f"<{tag}>{cell}</{tag}>"
            for tag, cell in zip(terc_reader.HEADER, line.split(";"), strict=True)
        )
        + "</row>"
        for line in SMALL[1:]
    )
    xml = f'<teryt><catalog name="TERC" type="ALL" date="2026-01-01">{rows}</catalog></teryt>'
    csv = registers.terc(SMALL)

    def codes(content):
        return [row.teryt for row in terc_reader.parse_terc(content, "TERC").rows]

    assert codes(xml.encode()) == codes(csv)
    assert codes(zipped(TERC__xml=xml.encode())) == codes(csv)
    assert codes(zipped(TERC__csv=csv, TERC__xml=b"broken")) == codes(csv)


def test_terc_for_addresses_is_refused_by_name():
    sentence = "This is TERC_Adresowy, which is made for addresses. Download TERC_Urzedowy instead."

    assert refusal(terc_reader.parse_terc, b"", "TERC_Adresowy_2026-01-08.csv") == (None, sentence)
    archive = zipped(TERC_Adresowy__csv=registers.terc(SMALL))
    assert refusal(terc_reader.parse_terc, archive, "dane.zip") == (None, sentence)


@pytest.mark.parametrize(
    ("place", "line", "number"),
    [
        (0, "WOJ;POW;GMI;RODZ;NAZWA;STAN_NA", 1),
        (3, "10;13;01;1;Rawa Mazowiecka;gmina miejska", 4),
        (3, "10;13;01;7;Rawa Mazowiecka;gmina miejska;2026-01-01", 4),
        (3, "10;13;1;1;Rawa Mazowiecka;gmina miejska;2026-01-01", 4),
        (3, "10;13;01;1;;gmina miejska;2026-01-01", 4),
        (3, "10;13;01;1;Rawa Mazowiecka;gmina miejska;wczoraj", 4),
        (3, "10;14;01;1;Rawa Mazowiecka;gmina miejska;2026-01-01", 4),
        (3, "10;13;02;2;Biała Rawska;gmina wiejska;2026-01-01", 5),
        (4, '10;13;02;3;"Biała;gmina;2026-01-01', 8),
    ],
)
def test_broken_terc_is_refused_whole_with_its_line(place, line, number):
    lines = [*SMALL]
    lines[place] = line

    assert refusal(terc_reader.parse_terc, registers.terc(lines), "TERC.csv")[0] == number


def test_terc_in_another_encoding_is_refused_with_its_line():
    content = "\r\n".join(SMALL).encode("cp1250")

    assert refusal(terc_reader.parse_terc, content, "TERC.csv") == (
        2,
        "The file is not in UTF-8. Choose it as it was downloaded.",
    )


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\r\n", b"<teryt>", b"<a/>", b"PK\x05\x06"])
def test_nonsense_is_refused_as_terc(content):
    with pytest.raises(RegisterRefused):
        terc_reader.parse_terc(content, "TERC.csv")


def test_xml_with_entities_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><teryt><catalog name="TERC">&b;</catalog></teryt>'

    assert refusal(terc_reader.parse_terc, bomb, "TERC.xml") == (None, "The xml file is damaged.")


@pytest.mark.parametrize(("count", "is_taken"), [(2_399, False), (2_400, True), (2_600, True)])
def test_terc_must_have_a_plausible_number_of_gminas(count, is_taken):
    content = registers.terc(registers.terc_lines(count))

    if is_taken:
        assert len(terc_reader.read_terc(content, "TERC.csv").rows) == count
    else:
        assert refusal(terc_reader.read_terc, content, "TERC.csv") == (
            None,
            "The file has 2,399 gminas; a whole register has between 2,400 and 2,600.",
        )


def test_gus_workbook_gives_gminas_without_their_parts():
    content = (FILES / "gus_table_iv.xls").read_bytes()

    table = gmina_population.read_gmina_population(content, "tabl.xls")

    assert (table.source, table.year) == ("gus", 2024)
    assert [(row.code, row.name, row.value, row.line) for row in table.rows] == [
        ("0201011", "Bolesławiec", 36_795, 8),
        ("0201022", "Bolesławiec", 15_359, 9),
        ("0201043", "Nowogrodziec", 14_523, 10),
    ]


def test_gus_table_with_a_wrong_figure_is_refused_with_its_line():
    content = (
        '"TABL. IV. LUDNOŚĆ W 2024 R.",,\n'
        "Gminy,Identyfikator terytorialny,Ludność\n"
        "M.Bolesławiec,0201011,dużo\n"
    ).encode()

    assert refusal(gmina_population.read_gmina_population, content, "t.csv") == (
        3,
        "“dużo” is not a number of inhabitants.",
    )


def test_bdl_wide_table_gives_gminas_only():
    content = (
        '"Kod";"Nazwa";"ogółem";"0-4";\r\n'
        '0000000;"POLSKA";37000000;1;\r\n'
        '0201000;"Powiat bolesławiecki";90000;1;\r\n'
        '0201011;"Bolesławiec (1)";36795;1;\r\n'
        '0201044;"Nowogrodziec - miasto (4)";4050;1;\r\n'
    ).encode()

    table = gmina_population.read_gmina_population(content, "bdl.csv")

    assert table.source == "bdl"
    assert [(row.code, row.name, row.value) for row in table.rows] == [
        ("0201011", "Bolesławiec", 36_795)
    ]


def test_bdl_long_table_takes_the_total_of_the_year():
    content = (
        "Kod;Nazwa;Wiek;Płeć;Rok;Wartosc;Jednostka miary;Atrybut\r\n"
        "0201011;Bolesławiec (1);ogółem;ogółem;2023;37000;osoba; \r\n"
        "0201011;Bolesławiec (1);ogółem;ogółem;2024;36795;osoba; \r\n"
        "0201011;Bolesławiec (1);25-29;ogółem;2024;1500;osoba; \r\n"
        "0201011;Bolesławiec (1);ogółem;kobiety;2024;19000;osoba; \r\n"
    ).encode()

    assert [row.value for row in bdl.read_bdl(content, 2024).rows] == [36_795]
    assert refusal(bdl.read_bdl, content) == (
        None,
        "The file should hold figures for all people of exactly one year.",
    )


@pytest.mark.parametrize(
    ("header", "line", "number"),
    [
        ('"Kod";"Nazwa";"0-4";', "", 1),
        ('"Kod";"Nazwa";"ogółem";', '0201011;"Bolesławiec (1)";;', 2),
        ('"Kod";"Nazwa";"ogółem";', '0201011;"Bolesławiec (1)"', 2),
        ('"Kod";"Nazwa";"ogółem";', 'razem;"Bolesławiec (1)";1;', 2),
    ],
)
def test_broken_bdl_table_is_refused_with_its_line(header, line, number):
    content = f"{header}\r\n{line}\r\n".encode()

    assert refusal(gmina_population.read_gmina_population, content, "b.csv")[0] == number


def test_unknown_table_of_population_is_refused():
    assert refusal(gmina_population.read_gmina_population, b"a;b\n1;2\n", "x.csv")[0] == 1


def test_population_missing_for_more_than_one_percent_is_refused():
    register = terc_reader.read_terc(registers.terc(registers.terc_lines()), "TERC.csv")

    gmina_population.check_against(bdl.read_bdl(registers.bdl(skip=24)), register)

    assert refusal(
        gmina_population.check_against, bdl.read_bdl(registers.bdl(skip=25)), register
    ) == (
        None,
        "The population is missing for 25 gminas, which is more than 1 %; the first is 1001012.",
    )


@pytest.mark.parametrize("value", [14_000, 17_000])
def test_population_that_cannot_be_poland_is_refused(value):
    register = terc_reader.read_terc(registers.terc(registers.terc_lines()), "TERC.csv")

    line, sentence = refusal(
        gmina_population.check_against, bdl.read_bdl(registers.bdl(value=value)), register
    )

    assert line is None
    assert sentence == (
        f"The gminas have {value * 2_400:,} inhabitants together; Poland should have between 35 "
        "and 39 million."
    )


def test_codifier_gives_stripped_names_and_kind_of_the_centre():
    register = katottg.read_katottg(registers.katottg())

    assert len(register.rows) == 1_400
    first = register.rows[0]
    assert (first.name, first.name_en, first.kind, first.raion, first.oblast) == (
        "Громада 0",
        "Hromada 0",
        "rural",
        "Район 1",
        "Львівська",
    )


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("Категорія", "Категории", 1),
        ("UA46010010000010000,,,H,Громада 0 ", "UA46010010000010000,,,Z,Громада 0 ", 4),
        ("UA46010010000010000,,,H,Громада 0 ", "UA46010010000010000,,,H,", 4),
        ("UA46010020000010001,,,H", "UA46010010000010000,,,H", 6),
        ("UA46010010000010000,,,H", "UA4601001000001000,,,H", 4),
    ],
)
def test_broken_codifier_is_refused_with_its_line(old, new, number):
    content = registers.katottg().decode().replace(old, new).encode()

    assert refusal(katottg.read_katottg, content)[0] == number


def test_codifier_with_too_few_hromadas_is_refused():
    assert refusal(katottg.read_katottg, registers.katottg(1_399)) == (
        None,
        "The file has 1,399 hromadas; a whole codifier has between 1,400 and 1,500 without Crimea.",
    )


@pytest.mark.parametrize(
    ("header", "row", "number"),
    [
        ("katottg,people", "", 1),
        ("katottg,population", "UA46,5", 2),
        ("katottg,population", "UA46010010000010000,many", 2),
        ("katottg,population,type", "UA46010010000010000,5,large", 2),
    ],
)
def test_broken_population_of_hromadas_is_refused_with_its_line(header, row, number):
    content = f"{header}\n{row}\n".encode()

    assert refusal(hromada_tables.read_hromada_population, content)[0] == number


def test_security_situation_is_read_in_english_and_ukrainian():
    content = (
        "katottg;status\nUA46010010000010000;occupied\nUA46010020000010001;деокупована\n"
    ).encode()

    rows = hromada_tables.read_hromada_status(content)

    assert [row.status for row in rows] == ["occupied", "deoccupied"]
    assert (
        refusal(hromada_tables.read_hromada_status, content.replace(b"occupied", b"calm"))[0] == 2
    )


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Яворівська", "Yavorivska"),
        ("Згурівська", "Zghurivska"),
        ("Кам’янець-Подільська", "Kamianets-Podilska"),
        ("Їжакевичі", "Yizhakevychi"),
    ],
)
def test_names_are_romanised_by_the_resolution(name, latin):
    assert romanise(name) == latin
