"""The only place that takes files from people and hands them out again (SEC-U).

A file is looked into at once, in a child process; images are drawn anew. It is then stored as
received, scanned by a job, and nobody downloads it before it is found clean.
"""

import hashlib
import logging
import re
import socket
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.enums import FileState
from core.exports import as_download
from core.inspection import kind_of
from core.models import StoredFile
from core.states import TransitionNotAllowed, move

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_OF_ONE = 200 * MEGABYTE  # all files of one person or one link together (U2, V5.2.4)
EXTENSIONS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}
CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
GROUP = {"pdf": "pdf", "jpg": "image", "png": "image"}
WALL_SECONDS = 90
SCAN_ATTEMPTS = 5
SCAN_LEASE = timedelta(minutes=5)  # longer than a task may live (90 s)
CHUNK = 64 * 1024
REASONS = {
    "empty": _("This file is empty. Choose another one."),
    "damaged": _("This file cannot be opened. Save it anew and send it again."),
    "encrypted": _("This PDF is locked with a password. Save it without a password and send it."),
    "too_many_pages": _("This PDF has more than 200 pages. Send a shorter one."),
    "active": _("This PDF holds scripts or other files. Print it to a new PDF and send that one."),
    "too_large_image": _("This picture has more than 50 million points. Send a smaller one."),
    "too_heavy": _("This file is too complicated to be checked. Print it to a new PDF."),
}
WRONG_KIND = {
    frozenset({"pdf"}): _("This file is not a PDF. Send a PDF file."),
    frozenset({"image"}): _("This file is not a picture. Send a JPG or PNG file."),
    frozenset({"pdf", "image"}): _(
        "This kind of file is not accepted. Send a PDF, JPG or PNG file."
    ),
}


class FileRefused(ValidationError):
    """The file cannot be accepted; the message says why and what to do."""


class ScannerAway(Exception):
    """The scanner gave no verdict; the file has to wait."""


def safe_name(name: str, extension: str) -> str:
    """A file name of at most 100 letters that is harmless on any system."""
    stem = PurePosixPath(name.replace("\\", "/")).name
    stem = unicodedata.normalize("NFC", stem.rsplit(".", 1)[0])
    stem = re.sub(r"[^\w .-]+", "_", stem).strip(" ._-") or "file"
    return f"{stem[: 99 - len(extension)]}.{extension}"


def inspect(file: UploadedFile, *, kinds: Collection[str], max_bytes: int) -> SimpleUploadedFile:
    """Look into a file and give back a clean copy of it. Raises `FileRefused`.

    `kinds` is a part of {"pdf", "image"}; the first bytes and the extension must agree.
    """
    if file.size is not None and file.size > max_bytes:
        raise FileRefused(
            _("This file is larger than %(most)s. Send a smaller one."),
            params={"most": filesizeformat(max_bytes)},
        )
    if not file.size:
        raise FileRefused(REASONS["empty"])
    file.seek(0)
    content = file.read(max_bytes + 1)
    kind = kind_of(content[:16])
    extension = (file.name or "").rsplit(".", 1)[-1].lower()
    if EXTENSIONS.get(extension) != kind or GROUP.get(kind) not in kinds:
        raise FileRefused(WRONG_KIND[frozenset(kinds)])
    verdict, cleaned = _in_child(kind, content)
    if verdict != "ok":
        raise FileRefused(REASONS.get(verdict, REASONS["damaged"]))
    if len(cleaned) > 2 * max_bytes:
        raise FileRefused(REASONS["too_heavy"])
    clean = SimpleUploadedFile(safe_name(file.name, extension), cleaned, CONTENT_TYPES[kind])
    clean.is_inspected = True
    return clean


def _in_child(kind: str, content: bytes) -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="win4ua-file-") as folder:
        source, cleaned = Path(folder, "source"), Path(folder, "cleaned")
        source.write_bytes(content)
        try:
            child = subprocess.run(  # noqa: S603 - our own module, arguments of our own
                [sys.executable, "-m", "core.inspection", kind, str(source), str(cleaned)],
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "too_heavy", b""
        if child.returncode != 0:
            return "too_heavy", b""
        verdict = child.stdout.strip().splitlines()[-1]
        return verdict, cleaned.read_bytes() if verdict == "ok" else b""


def refuse_beyond_quota(owner: str, size: int) -> None:
    """Raises `FileRefused` when this many bytes more are too much from one person or link."""
    sent = StoredFile.objects.filter(uploaded_by=owner).aggregate(size=Sum("size"))["size"] or 0
    if sent + size > MOST_OF_ONE:
        raise FileRefused(
            _(
                "With this file, all that you have sent would take up more than %(most)s. So far: "
                "%(sent)s. Send a smaller file, or write to us."
            ),
            params={"most": filesizeformat(MOST_OF_ONE), "sent": filesizeformat(sent)},
        )


class UploadField(forms.FileField):
    """A file of the given kinds; `cleaned_data` holds the clean copy, ready for `store()`.

    A form whose sender has a quota names them as `owner`, as it does for `store()`.
    """

    owner = ""

    def __init__(
        self, *, kinds: Collection[str] = ("pdf", "image"), max_bytes: int = MOST_BYTES, **options
    ):
        self.kinds, self.max_bytes = frozenset(kinds), max_bytes
        super().__init__(max_length=255, **options)
        extensions = [f".{name}" for name, kind in EXTENSIONS.items() if GROUP[kind] in self.kinds]
        self.widget.attrs.setdefault("accept", ",".join(extensions))

    def to_python(self, data):
        """The clean copy; a refusal is an error beside the field."""
        file = super().to_python(data)
        if not file:
            return file
        clean = inspect(file, kinds=self.kinds, max_bytes=self.max_bytes)
        if self.owner:
            refuse_beyond_quota(self.owner, clean.size)
        return clean


def store(
    file: File,
    *,
    owner: str,
    now: datetime,
    kinds: Collection[str] = ("pdf", "image"),
    max_bytes: int = MOST_BYTES,
    is_of_staff: bool = False,
) -> StoredFile:
    """Keep a file: looked into unless a form has done it, then scanned by a job after commit.

    `owner` says in words or as an address who sent it; all files of one owner have a quota, unless
    they come from staff. Raises `FileRefused`.
    """
    if not getattr(file, "is_inspected", False):
        file = inspect(file, kinds=kinds, max_bytes=max_bytes)
    file.seek(0)
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        name=file.name,
        content_type=file.content_type,
        size=len(content),
        sha256=sha256,
        uploaded_by=str(owner)[:254],
        received_at=now,
    )
    with transaction.atomic():
        if not is_of_staff:
            _wait_for_others(stored.uploaded_by)
            refuse_beyond_quota(stored.uploaded_by, stored.size)
        stored.content.save(f"{sha256[:32]}.bin", ContentFile(content), save=True)
        transaction.on_commit(partial(_ask_for_scan, stored.pk))
    return stored


def _wait_for_others(owner: str) -> None:
    """Two files of one owner are counted one after the other. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"core.uploads.{owner}"])


def keep_document(name: str, content: bytes, *, owner: str, now: datetime) -> StoredFile:
    """Keep a PDF that the house has made itself: nothing to look into, clean from the start."""
    sha256 = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        name=safe_name(name, "pdf"),
        content_type=CONTENT_TYPES["pdf"],
        size=len(content),
        sha256=sha256,
        uploaded_by=str(owner)[:254],
        received_at=now,
        status=FileState.CLEAN,
    )
    stored.content.save(f"{sha256[:32]}.bin", ContentFile(content), save=True)
    return stored


def _ask_for_scan(file_id: int) -> None:
    """Tell a worker; with the broker away the file waits for the sweeper (FT-11)."""
    from core.tasks import scan_file  # the task calls back into this module

    try:
        scan_file.delay(file_id=file_id)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("uploads: no word to the workers (%s); the sweeper scans it", error)


def scan(file_id: int, *, now: datetime) -> StoredFile:
    """Claim one waiting file, ask the scanner, write down the verdict. Safe to run twice."""
    stored = StoredFile.objects.get(pk=file_id)
    if stored.status not in (FileState.RECEIVED, FileState.ERROR):
        return stored
    try:
        with transaction.atomic():
            move(
                stored,
                FileState.SCANNING,
                now=now,
                attempts=stored.attempts + 1,
                claimed_until=now + SCAN_LEASE,
            )
    except TransitionNotAllowed:
        return StoredFile.objects.get(pk=file_id)
    try:
        verdict = scan_content(stored)
    except ScannerAway:
        verdict = FileState.ERROR
    try:
        with transaction.atomic():
            move(stored, verdict, now=now, claimed_until=None)
    except TransitionNotAllowed:
        log.warning("uploads: the scan of file %s ended after its claim", stored.pk)
    return StoredFile.objects.get(pk=file_id)


def scan_content(stored: StoredFile) -> FileState:
    """The verdict of the scanner named in UPLOAD_SCANNER: "none" or "clamd://host:port"."""
    scanner = settings.UPLOAD_SCANNER
    if scanner == "none":
        return FileState.CLEAN
    host, _colon, port = scanner.removeprefix("clamd://").partition(":")
    with stored.content.open("rb") as content:
        answer = ask_clamd(host, int(port or 3310), content)
    if answer.endswith("OK"):
        return FileState.CLEAN
    if answer.endswith("FOUND"):
        return FileState.INFECTED
    raise ScannerAway(answer)


def ask_clamd(host: str, port: int, content, *, seconds: float = 30) -> str:
    """Send a file to clamd over its INSTREAM command; its answer. Raises `ScannerAway`."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall((0).to_bytes(4, "big"))
            answer = b""
            while not answer.endswith(b"\0") and (part := line.recv(4096)):
                answer += part
    except OSError as error:
        raise ScannerAway(str(error)) from error
    return answer.rstrip(b"\0").decode("ascii", "replace").strip()


def give_back_lost_scans(*, now: datetime) -> int:
    """Files whose worker never came back may be scanned again; returns how many (L23)."""
    given_back = 0
    for stored in StoredFile.objects.filter(
        status=FileState.SCANNING, claimed_until__lt=now
    ).order_by("pk"):
        try:
            with transaction.atomic():
                move(stored, FileState.ERROR, now=now, claimed_until=None)
        except TransitionNotAllowed:
            continue  # the verdict has come after all
        given_back += 1
    return given_back


def waiting_for_scan():
    """Files whose scan was never done or failed, and may be tried again."""
    return StoredFile.objects.filter(
        status__in=[FileState.RECEIVED, FileState.ERROR], attempts__lt=SCAN_ATTEMPTS
    ).order_by("pk")


def download_response(stored: StoredFile) -> HttpResponse:
    """The file as a download, never shown inline. 404 for everybody until it is found clean.

    Who may have it is the caller's question: find the record through a scoped queryset first.
    """
    if stored.status != FileState.CLEAN:
        raise Http404("not clean")
    prefix = settings.MEDIA_ACCEL_PREFIX
    if prefix:
        response = HttpResponse(content_type=stored.content_type)
        response["X-Accel-Redirect"] = prefix + stored.content.name
    else:
        response = FileResponse(stored.content.open("rb"), content_type=stored.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return as_download(response, stored.name)


def damaged_files():
    """Stored files whose bytes no longer match their checksum (U9)."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        with stored.content.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != stored.sha256:
                yield stored
