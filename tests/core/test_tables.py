"""Spreadsheets in and out (SEC-X)."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from core import exports, imports

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example")',
]
PANGRAM = "Zażółć gęślą jaźń"
UKRAINIAN = "Їжак, ґанок і ясла в Єдності"


def workbook(rows, *, dimension: str = "") -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    if dimension:
        lying = io.BytesIO()
        with zipfile.ZipFile(out) as source, zipfile.ZipFile(lying, "w") as target:
            for entry in source.namelist():
                content = source.read(entry)
                if entry.endswith("sheet1.xml"):
                    content = content.replace(b'<dimension ref="A1:B51"', dimension.encode())
                target.writestr(entry, content)
        return lying
    return out


def sheet_of(content: bytes):
    return load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("text", FORMULAS)
def test_text_never_becomes_a_formula(text):
    """SEC-X1."""
    cell = sheet_of(exports.xlsx_bytes(["a"], [[text]]))["A2"]
    written = "".join(exports.csv_lines(["a"], [[text]]))

    assert cell.data_type != "f"
    assert cell.value.replace("_x000D_", "\r") in (text, text.replace("\r", "\n"))
    assert next(
        csv.reader(io.StringIO(written.split("\r\n", 1)[1], newline=""), delimiter=";")
    ) == [f"'{text}"]


def test_codes_stay_text_and_dates_and_sums_keep_their_kind():
    row = ["0201011", date(2026, 4, 14), datetime(2026, 4, 14, 8, 0, tzinfo=UTC)]
    row += [Decimal("1234.50"), 7, None, True]

    cells = sheet_of(exports.xlsx_bytes(list("abcdefg"), [row]))[2]

    assert [cell.value for cell in cells] == [
        "0201011",
        datetime(2026, 4, 14),  # noqa: DTZ001 - a spreadsheet knows no zones
        datetime(2026, 4, 14, 10, 0),  # noqa: DTZ001 - shown as in Warsaw
        1234.5,
        7,
        None,
        True,
    ]
    assert [cell.number_format for cell in cells][:5] == [
        "@",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
        "#,##0.00",
        "0",
    ]


def test_control_characters_do_not_break_a_workbook():
    content = exports.xlsx_bytes(["a"], [["a\x00b\x0bc\x1f"], ["x" * 40_000]])

    sheet = sheet_of(content)
    assert (sheet["A2"].value, len(sheet["A3"].value)) == ("abc", 32_767)


def test_what_goes_out_comes_in_again():
    rows = [["0201011", PANGRAM], ["UA05", UKRAINIAN]]
    content = exports.xlsx_bytes(["kod", "nazwa"], rows)
    lines = "".join(exports.csv_lines(["kod", "nazwa"], rows)).encode()

    for file in (content, lines):
        table = imports.read_table(io.BytesIO(file))
        assert [list(row.values()) for row in table] == rows


def test_file_name_survives_and_cannot_break_the_header():
    response = exports.xlsx_response('ankiety "łódź"\r\nX: y.xlsx', ["a"], [])

    assert response["Content-Disposition"] == (
        'attachment; filename="ankiety ___d____X: y.xlsx"; '
        "filename*=UTF-8''ankiety%20%22%C5%82%C3%B3d%C5%BA%22__X%3A%20y.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", PANGRAM),
        ("utf-8-sig", UKRAINIAN),
        ("utf-16", UKRAINIAN),
        ("cp1250", PANGRAM),
        ("iso8859-2", PANGRAM),
        ("cp1251", UKRAINIAN.replace("'", "")),
        ("koi8-u", UKRAINIAN),
    ],
)
def test_csv_is_read_in_every_usual_encoding(encoding, text, delimiter):
    """SEC-X5."""
    text = text.replace(",", "")
    content = f"kod{delimiter}nazwa\r\n0201011{delimiter}{text}\r\n".encode(encoding)

    rows = imports.read_table(io.BytesIO(content))

    assert [(row.line, dict(row)) for row in rows] == [(2, {"kod": "0201011", "nazwa": text})]


def refusal(content: bytes, **options) -> tuple[int, str]:
    with pytest.raises(imports.ImportRefused) as refused:
        imports.read_table(io.BytesIO(content), **options)
    return refused.value.line, refused.value.sentence


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 0, "the file is empty."),
        (b"a;b\n1;2\n\n1;2;3\n", 4, "there are more cells than headings."),
        (b"a;a\n1;2\n", 1, "a heading stands twice: a."),
        (b"a;;c\n1;2;3\n", 1, "a column has no heading."),
        (b"a;b\n1;\x002\n", 2, "the file holds a zero byte; save it anew as CSV."),
        (b'a;b\n1;"2\n3;4\n', 2, "a quotation mark is not closed, or a cell is too long."),
        (b"a\n" + b"x" * 10_001 + b"\n", 2, "a cell is longer than 10,000 letters."),
        (
            b";".join(b"k%d" % number for number in range(101)),
            1,
            "there are more than 100 columns.",
        ),
        (b"PK\x03\x04 not a zip", 0, "this is not a workbook; save it as XLSX or CSV."),
    ],
)
def test_file_of_wrong_shape_is_refused_whole_with_line_and_reason(content, line, sentence):
    with translation.override("en"):
        assert refusal(content) == (line, sentence)


def test_missing_column_is_named():
    line, sentence = refusal(b"a;b\n1;2\n", required=["a", "WOJ"])

    assert (line, "WOJ" in sentence) == (1, True)


def test_row_after_the_limit_is_refused():
    """SEC-X4."""
    content = b"a\n" + b"1\n" * 6

    assert len(imports.read_table(io.BytesIO(content), rows_most=6)) == 6
    assert refusal(content, rows_most=5)[0] == 7


def test_lying_dimension_drops_no_row():
    """SEC-X4: openpyxl alone would believe it."""
    rows = [["kod", "nazwa"], *[[f"{number:07d}", "x"] for number in range(50)]]

    table = imports.read_table(workbook(rows, dimension='<dimension ref="A1:A2"'))

    assert [row["kod"] for row in table] == [row[0] for row in rows[1:]]


def test_bomb_is_refused_before_it_is_read():
    """SEC-U5: 200 MB of zeros in a few hundred kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in range(4):
            packed.writestr(f"xl/{part}.xml", b"0" * (50 * 1024 * 1024))

    with translation.override("en"):
        assert refusal(out.getvalue()) == (0, "the file is too large when unpacked.")


def test_workbook_with_a_program_is_refused():
    out = workbook([["a"], ["1"]])
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")

    with translation.override("en"):
        assert refusal(out.getvalue()) == (0, "the workbook holds a program; save it as XLSX.")


def test_figures_and_dates_of_a_workbook_come_as_text():
    rows = [["a", "b", "c"], [15000.0, date(2026, 1, 1), None], [None, None, None], [1.5, "x", 2]]

    table = imports.read_table(workbook(rows))

    assert [(row.line, list(row.values())) for row in table] == [
        (2, ["15000", "2026-01-01", ""]),
        (4, ["1.5", "x", "2"]),
    ]


@pytest.mark.parametrize(
    ("name", "mode", "sentence"),
    [
        (
            "xl/externalLinks/externalLink1.xml",
            0o100644,
            "the workbook refers to another file; save it as CSV.",
        ),
        ("xl/link", 0o120777, "this is not a workbook; save it as XLSX or CSV."),
    ],
)
def test_workbook_that_leads_elsewhere_is_refused(name, mode, sentence):
    """SEC-U5: no link to another file, neither of the workbook nor of the archive."""
    out = workbook([["a"], ["1"]])
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(entry, b"/etc/passwd")

    with translation.override("en"):
        assert refusal(out.getvalue()) == (0, sentence)


def test_workbook_that_keeps_the_parser_busy_is_given_up(monkeypatch):
    """SEC-X4: within its time, or not at all; the parser is a process of its own (U7)."""
    monkeypatch.setattr(imports, "WALL_SECONDS", 0.001)

    with translation.override("en"):
        assert refusal(workbook([["a"], ["1"]]).getvalue()) == (
            0,
            "the workbook is too complicated to be read; save it as CSV.",
        )


def test_workbook_with_more_rows_than_allowed_is_refused_and_not_cut():
    """SEC-X4: never some of the rows without a word."""
    content = workbook([["a"], *[["1"]] * 6]).getvalue()

    assert len(imports.read_table(io.BytesIO(content), rows_most=6)) == 6
    assert refusal(content, rows_most=5)[0] == 7
    assert refusal(content, rows_most=2)[0] == 4


def test_parts_of_a_workbook_that_do_not_fit_together_are_refused():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(workbook([["a"], ["1"]])) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content[:80] if entry.endswith("sheet1.xml") else content)

    with translation.override("en"):
        assert refusal(out.getvalue()) == (0, "this is not a workbook; save it as XLSX or CSV.")


def test_one_long_text_in_very_many_cells_is_given_up():
    """SEC-U5, U7: a small archive may still be written out to gigabytes."""
    long = "x" * 9_000
    content = workbook([["a", "b"], *[[long, long]] * 6_000]).getvalue()

    with translation.override("en"):
        assert refusal(content)[1] in {
            "the workbook is too complicated to be read; save it as CSV.",
            "the file is too large when unpacked.",
        }
