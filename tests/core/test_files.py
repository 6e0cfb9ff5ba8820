"""Files that people send (SEC-U)."""

import hashlib
import io
import socket
import threading
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, create_string_object

from core import tasks, uploads
from core.enums import FileState
from core.models import StoredFile


def _dictionary(**entries):
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def pdf(pages: int = 1, *, password: str = "", script: str = "", attach: bool = False) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if script:
        script_of_reader = {"S": NameObject("/JavaScript"), "JS": create_string_object(script)}
        writer.root_object[NameObject("/OpenAction")] = _dictionary(**script_of_reader)
    if attach:
        writer.add_attachment("a.txt", b"x")
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(form: str, size=(60, 40), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form, **options)
    return out.getvalue()


def with_place(form: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 47.0)
    return picture(form, exif=exif)


def refusal(name: str, content: bytes, **options) -> str:
    options = {"kinds": {"pdf", "image"}, "max_bytes": uploads.MOST_BYTES} | options
    try:
        uploads.inspect(SimpleUploadedFile(name, content), **options)
    except uploads.FileRefused as error:
        reasons = {str(text): key for key, text in uploads.REASONS.items()}
        reasons |= {str(text): "kind" for text in uploads.WRONG_KIND.values()}
        return reasons.get(error.messages[0], "size")
    return "accepted"


GOOD = {"pdf": pdf(), "jpg": picture("JPEG"), "png": picture("PNG")}


@pytest.mark.parametrize("extension", ["pdf", "jpg", "jpeg", "png", "svg", "html", "exe", "PDF"])
@pytest.mark.parametrize("kind", ["pdf", "jpg", "png"])
def test_extension_and_first_bytes_must_agree(kind, extension):
    """SEC-U1."""
    agree = extension.lower().replace("jpeg", "jpg") == kind

    assert refusal(f"plik.{extension}", GOOD[kind]) == ("accepted" if agree else "kind")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("a.pdf", b"<html><script>1</script></html>"),
        ("a.jpg", b"GIF89a/*" + b"\0" * 40),
        ("a.pdf", b"PK\x03\x04" + GOOD["pdf"]),
        ("noextension", GOOD["pdf"]),
    ],
)
def test_other_kinds_are_refused(name, content):
    assert refusal(name, content) == "kind"


def test_kind_that_the_field_does_not_want_is_refused():
    assert refusal("a.png", GOOD["png"], kinds={"pdf"}) == "kind"


@pytest.mark.parametrize(
    ("kinds", "advice"),
    [
        ({"pdf"}, "Send a PDF file."),
        ({"image"}, "Send a JPG or PNG file."),
        ({"pdf", "image"}, "Send a PDF, JPG or PNG file."),
    ],
)
def test_refusal_names_only_the_kinds_that_the_field_takes(kinds, advice):
    with translation.override("en"), pytest.raises(uploads.FileRefused) as refused:
        uploads.inspect(
            SimpleUploadedFile("a.gif", b"GIF89a" + b"\0" * 40), kinds=kinds, max_bytes=1000
        )

    with translation.override("en"):
        assert str(refused.value.message).endswith(f". {advice}")


@pytest.mark.parametrize(("extra", "answer"), [(-1, "size"), (0, "accepted"), (1, "accepted")])
def test_size_limit_is_exact(extra, answer):
    """SEC-U2: to the byte."""
    assert refusal("a.pdf", GOOD["pdf"], max_bytes=len(GOOD["pdf"]) + extra) == answer


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (GOOD["pdf"][:60], "damaged"),
        (pdf(password="x"), "encrypted"),
        (pdf(script="app.alert(1)"), "active"),
        (pdf(attach=True), "active"),
        (pdf(pages=201), "too_many_pages"),
        (pdf(pages=200), "accepted"),
    ],
)
def test_pdf_is_looked_into(content, reason):
    """SEC-U4."""
    assert refusal("a.pdf", content) == reason


def test_script_hidden_in_a_page_is_found():
    """SEC-U4: not only where readers expect it."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=10, height=10)
    action = {"/S": "/Launch"}
    page[NameObject("/AA")] = writer._add_object(
        _dictionary(O=_dictionary(S=NameObject(action["/S"]), F=create_string_object("calc.exe")))
    )
    out = io.BytesIO()
    writer.write(out)

    assert refusal("a.pdf", out.getvalue()) == "active"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_picture_loses_place_and_stands_upright(form):
    """SEC-U3: drawn anew, no GPS, orientation applied, nothing behind the end."""
    name = {"JPEG": "a.jpg", "PNG": "a.png"}[form]
    sent = with_place(form) + b"<script>alert(1)</script>"

    clean = uploads.inspect(
        SimpleUploadedFile(name, sent), kinds={"image"}, max_bytes=uploads.MOST_BYTES
    )

    content = clean.read()
    with Image.open(io.BytesIO(content)) as image:
        assert (dict(image.getexif()), image.size) == ({}, (40, 60))
    assert b"<script>" not in content


def test_picture_with_too_many_points_is_refused_without_drawing_it():
    """SEC-U3, U7: 51 megapixels in a few kilobytes."""
    header = b"\x89PNG\r\n\x1a\n"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        )

    size = (8000).to_bytes(4, "big") + (6400).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    bomb = header + chunk(b"IHDR", size) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")

    assert refusal("a.png", bomb) == "too_large_image"


def test_broken_picture_is_refused():
    assert refusal("a.jpg", GOOD["jpg"][:100]) == "damaged"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Ala\\skan umowy.PDF", "skan umowy.pdf"),
        ("zażółć\u202egnp.pdf", "zażółć_gnp.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b_Set-Cookie_ x.pdf"),
        ("...pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_name_of_a_file_is_made_harmless(sent, kept):
    assert uploads.safe_name(sent, "pdf") == kept


class ScanForm(Form):
    scan = uploads.UploadField(kinds={"pdf"}, max_bytes=10_000)


def test_field_says_beside_itself_why_it_refuses():
    form = ScanForm({}, {"scan": SimpleUploadedFile("a.pdf", pdf(password="x"))})

    assert form.errors == {"scan": [str(uploads.REASONS["encrypted"])]}


def test_field_gives_the_clean_copy():
    form = ScanForm({}, {"scan": SimpleUploadedFile("../a.pdf", GOOD["pdf"], "text/html")})

    assert form.is_valid()
    scan = form.cleaned_data["scan"]
    assert (scan.name, scan.content_type, scan.is_inspected) == ("a.pdf", "application/pdf", True)


@pytest.fixture
def stored(db, now, settings):
    settings.UPLOAD_SCANNER = "clamd://127.0.0.1:1"
    return uploads.store(ContentFile(GOOD["pdf"], "umowa.pdf"), owner="urzad@x.example", now=now)


def test_stored_file_is_received_and_not_yet_downloadable(stored):
    """SEC-U6, U9."""
    assert (stored.state, stored.size) == (FileState.RECEIVED, len(GOOD["pdf"]))
    assert stored.sha256 == hashlib.sha256(GOOD["pdf"]).hexdigest()
    with pytest.raises(Http404):
        uploads.download_response(stored)


@pytest.mark.django_db(transaction=True)
def test_file_is_scanned_after_commit(now):
    stored = uploads.store(ContentFile(GOOD["pdf"], "a.pdf"), owner="a", now=now)

    stored.refresh_from_db()
    assert stored.is_clean is True


def clamd(answer: bytes):
    """A scanner that takes one file and gives one answer; returns its address and what it got."""
    door = socket.create_server(("127.0.0.1", 0))
    got = bytearray()

    def serve() -> None:
        line, _address = door.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(stream.read(4), "big"):
                got.extend(stream.read(length))
            line.sendall(answer)
        door.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return f"clamd://127.0.0.1:{door.getsockname()[1]}", got, thread


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"stream: OK\0", FileState.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", FileState.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", FileState.ERROR),
    ],
)
def test_scanner_decides(stored, settings, answer, state):
    """SEC-U6."""
    settings.UPLOAD_SCANNER, got, thread = clamd(answer)

    tasks.scan_file(file_id=stored.pk)

    thread.join()
    stored.refresh_from_db()
    assert (stored.state, bytes(got)) == (state, GOOD["pdf"])


def test_absent_scanner_keeps_the_file_shut_and_is_asked_again(stored, settings):
    """FT-11: an error is not a verdict; five tries, then a person."""
    waiting = []
    for _ in range(5):
        waiting.append([file.pk for file in uploads.waiting_for_scan()])
        tasks.scan_waiting_files()

    stored.refresh_from_db()
    assert waiting == [[stored.pk]] * 5
    assert (stored.state, stored.attempts) == (FileState.ERROR, 5)
    assert list(uploads.waiting_for_scan()) == []
    with pytest.raises(Http404):
        uploads.download_response(stored)


def test_scan_whose_worker_was_lost_is_done_again(stored, settings, now):
    """L23: no file stays "being scanned" for ever."""
    settings.UPLOAD_SCANNER = "none"
    StoredFile.objects.filter(pk=stored.pk).update(
        status=FileState.SCANNING, attempts=1, claimed_until=now
    )
    too_early = uploads.give_back_lost_scans(now=now)

    tasks.scan_waiting_files()

    stored.refresh_from_db()
    assert (too_early, stored.state, stored.attempts) == (0, FileState.CLEAN, 2)
    assert stored.claimed_until is None


def test_late_verdict_does_not_overwrite_that_of_another_worker(stored, monkeypatch, caplog, now):
    def slow(file):
        uploads.give_back_lost_scans(now=now + 2 * uploads.SCAN_LEASE)
        return FileState.CLEAN

    monkeypatch.setattr(uploads, "scan_content", slow)

    scanned = uploads.scan(stored.pk, now=now)

    assert (scanned.state, scanned.claimed_until) == (FileState.ERROR, None)
    assert "ended after its claim" in caplog.text


def test_download_is_never_shown_inline(stored, settings, coordinator_client, signed_in, auditor):
    """SEC-U8."""
    address = reverse("admin:core_download_file", args=[stored.pk])
    before = coordinator_client.get(address).status_code
    settings.UPLOAD_SCANNER = "none"
    uploads.scan(stored.pk, now=timezone.now())

    response = coordinator_client.get(address)

    assert before == 404
    assert response.getvalue() == GOOD["pdf"]
    names = ("Content-Disposition", "Content-Type", "X-Content-Type-Options")
    assert [response[name] for name in names] == [
        "attachment; filename=\"umowa.pdf\"; filename*=UTF-8''umowa.pdf",
        "application/pdf",
        "nosniff",
    ]
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert signed_in(auditor).get(address).status_code == 403


def test_proxy_sends_the_bytes_in_production(stored, settings):
    settings.UPLOAD_SCANNER, settings.MEDIA_ACCEL_PREFIX = "none", "/private/"
    clean = uploads.scan(stored.pk, now=timezone.now())

    response = uploads.download_response(clean)

    assert (response["X-Accel-Redirect"], response.content) == (
        f"/private/{clean.content.name}",
        b"",
    )


def test_changed_byte_on_the_disk_is_reported(stored):
    """SEC-U9."""
    before = list(uploads.damaged_files())
    storage = stored.content.storage
    storage.delete(stored.content.name)
    storage.save(stored.content.name, ContentFile(GOOD["pdf"] + b" "))

    assert (before, list(uploads.damaged_files())) == ([], [stored])


def test_own_documents_pass_the_inspection():
    """What we make with typst may be stored like any other file."""
    from core import pdf as documents

    content = documents.render("core/sample", {"rows": []}, language="pl", title="Próba")

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert refusal("a.pdf", content) == "accepted"


def test_state_of_a_file_is_one_of_the_known(db, now):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="stored_file_status_is_known"):
        StoredFile.objects.create(name="a", size=1, received_at=now, status="lost")
