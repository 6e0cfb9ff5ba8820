"""PDF documents: tagged, three languages, typed text stays text."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core import pdf

HOSTILE = '#read("/etc/passwd") $x$ *gruby* #{sys.inputs} <label> @ref \\u{41}'


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize(
    ("language", "text"),
    [("pl", "Zażółć gęślą jaźń"), ("uk", "Їжак, ґанок, Єдність"), ("en", "Certificate")],
)
def test_document_is_tagged_and_knows_its_language(language, text):
    content = pdf.render("core/sample", {"rows": [["A", text]]}, language=language, title=text)

    root = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean, not Python's
    assert root["/Lang"] == language
    assert pages_of(content)[0].count(text) == 2


def test_typed_text_never_becomes_markup():
    content = pdf.render("core/sample", {"rows": [["A", HOSTILE]]}, language="pl", title="T")

    shown = "".join(pages_of(content)[0].split())
    assert "".join(HOSTILE.split()) in shown
    assert "root:" not in shown


def test_foot_says_page_version_and_checksum():
    rows = [[f"wiersz {number}", "x"] for number in range(120)]

    pages = pages_of(
        pdf.render(
            "core/sample", {"rows": rows}, language="en", title="T", edition="2026", version="3"
        )
    )

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Version 3 · checksum " in page
        assert "2026" in page


def test_equal_data_give_equal_bytes_and_other_data_another_checksum():
    def make(amount: str) -> bytes:
        rows = [["Kwota", Decimal(amount)]]
        return pdf.render("core/sample", {"rows": rows}, language="pl", title="T")

    foots = [pages_of(make(amount))[0].split("checksum ")[-1][:16] for amount in ("1.00", "2.00")]
    assert make("1.00") == make("1.00")
    assert foots[0] != foots[1]


def test_moment_must_be_put_into_words_first():
    with pytest.raises(TypeError, match="core.formats"):
        pdf.render(
            "core/sample",
            {"rows": [["A", datetime(2026, 1, 1, tzinfo=UTC)]]},
            language="pl",
            title="T",
        )
