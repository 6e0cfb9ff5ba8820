"""Which files are taken: the first bytes and the extension must both be those of one kind (SEC-U1).

No form of the house takes office documents, so none of their kinds is accepted anywhere.
"""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import uploads
from tests.core.test_files import GOOD, refusal


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


CONTENTS = {
    "pdf": GOOD["pdf"],
    "jpg": GOOD["jpg"],
    "png": GOOD["png"],
    "gif": b"GIF89a" + b"\0" * 60,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": packed("a.txt"),
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
    "eml": b"From: a@b.example\r\nSubject: x\r\n\r\nx",
    "exe": b"MZ" + b"\0" * 60,
}
TAKEN = {("pdf", "pdf"), ("jpg", "jpg"), ("png", "png")}


def test_of_all_pairs_of_content_and_extension_three_are_taken():
    """SEC-U1: twelve kinds of content under twelve extensions."""
    verdicts = {
        (kind, extension): refusal(f"plik.{extension}", content)
        for kind, content in CONTENTS.items()
        for extension in CONTENTS
    }

    assert len(verdicts) == 144
    assert {pair for pair, verdict in verdicts.items() if verdict == "accepted"} == TAKEN
    assert {verdict for pair, verdict in verdicts.items() if pair not in TAKEN} == {"kind"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", GOOD["jpg"] + CONTENTS["html"]),
        ("a.png", GOOD["png"] + CONTENTS["zip"]),
        ("a.png", GOOD["png"] + b"<?php system($_GET[0]); ?>"),
    ],
)
def test_what_hides_behind_a_picture_is_gone(name, content):
    """SEC-U1, U3: a picture is drawn anew; nothing that stood behind it is kept."""
    clean = uploads.inspect(
        SimpleUploadedFile(name, content), kinds={"image"}, max_bytes=uploads.MOST_BYTES
    ).read()

    assert [word in clean for word in (b"<script", b"PK\x03\x04", b"<?php")] == [False] * 3


@pytest.mark.parametrize("tail", [CONTENTS["html"], CONTENTS["zip"]])
def test_pdf_that_is_something_else_as_well_is_served_inert(tail):
    """SEC-U1: kept as a PDF whatever its sender says; downloads are attachments (SEC-U8)."""
    sent = SimpleUploadedFile("a.html.pdf", GOOD["pdf"] + tail, "text/html")

    clean = uploads.inspect(sent, kinds={"pdf"}, max_bytes=uploads.MOST_BYTES)

    assert (clean.name, clean.content_type) == ("a.html.pdf", "application/pdf")
