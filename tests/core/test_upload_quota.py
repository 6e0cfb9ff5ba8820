"""200 MB of files from one person or one link, whatever way they come (SEC-U U2, V5.2.4)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.forms import Form
from django.utils import timezone, translation

from applications.models import ApplicationFile
from core import uploads
from core.models import StoredFile
from meetings.enums import DeclarationStatus
from tests.applications.test_intern_views import address, edition, let_in  # noqa: F401
from tests.core.test_files import pdf
from tests.factories.applications import InternApplicationFactory
from tests.factories.meetings import DeclarationFactory
from tests.meetings.test_views import door

pytestmark = pytest.mark.django_db
QUOTA = 200 * 1024 * 1024
ANNA = "anna@gmina.example"


def has_sent(owner: str, size: int) -> None:
    """As much as this was kept of somebody before; no bytes are needed to count it."""
    StoredFile.objects.create(
        name="a.pdf",
        content_type="application/pdf",
        size=size,
        sha256="0" * 64,
        uploaded_by=owner,
        received_at=timezone.now(),
    )


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("umowa.pdf", pdf(), "application/pdf")


@pytest.fixture
def size() -> int:
    """How large the clean copy of `file()` is."""
    return uploads.inspect(file(), kinds={"pdf"}, max_bytes=uploads.MOST_BYTES).size


class PaperForm(Form):
    paper = uploads.UploadField(kinds={"pdf"})

    def __init__(self, *args, owner: str = "", **options):
        super().__init__(*args, **options)
        self.fields["paper"].owner = owner


@pytest.mark.parametrize(("room", "is_taken"), [(0, True), (-1, False)])
def test_last_byte_of_the_quota_is_taken_and_the_next_is_not(size, room, is_taken):
    """U2: the limit, and one byte beyond it; in the form and where the file is kept."""
    has_sent(ANNA, QUOTA - size - room)
    has_sent("jan@gmina.example", QUOTA)

    form = PaperForm({}, {"paper": file()}, owner=ANNA)

    assert form.is_valid() is is_taken
    if is_taken:
        assert uploads.store(file(), owner=ANNA, now=timezone.now()).size == size
    else:
        with pytest.raises(uploads.FileRefused):
            uploads.store(file(), owner=ANNA, now=timezone.now())
        assert StoredFile.objects.filter(uploaded_by=ANNA).count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "Razem z tym plikiem wszystkie Państwa pliki zajęłyby więcej niż 200,0\u00a0MB."),
        ("uk", "Разом із цим файлом усі Ваші файли зайняли б більше ніж 200,0\u00a0Мб."),
        ("en", "With this file, all that you have sent would take up more than 200.0\u00a0MB."),
    ],
)
def test_refusal_is_a_sentence_in_the_language_of_the_person(language, words):
    has_sent(ANNA, QUOTA)
    with translation.override(language):
        form = PaperForm({}, {"paper": file()}, owner=ANNA)

        [said] = form.errors["paper"]

    assert said.startswith(words)


def test_staff_have_no_quota():
    """Regulations and signs have versions; their files are counted for nobody."""
    has_sent("halina@fsm.example", QUOTA)

    kept = uploads.store(file(), owner="halina@fsm.example", now=timezone.now(), is_of_staff=True)

    assert kept.pk


def _send_at_once(size: int) -> list[str]:
    start = Barrier(4)

    def send(_place) -> str:
        clean = uploads.inspect(file(), kinds={"pdf"}, max_bytes=uploads.MOST_BYTES)
        start.wait(timeout=60)
        try:
            uploads.store(clean, owner=ANNA, now=timezone.now())
        except uploads.FileRefused:
            return "refused"
        else:
            return "kept"
        finally:
            connection.close()

    has_sent(ANNA, QUOTA - size)
    with ThreadPoolExecutor(4) as crowd:
        return sorted(crowd.map(send, range(4)))


@pytest.mark.django_db(transaction=True)
def test_four_files_at_once_share_what_is_left(size):
    """There is room for one of the four."""
    assert _send_at_once(size) == ["kept", "refused", "refused", "refused"]


@pytest.mark.django_db(transaction=True)
def test_without_waiting_for_others_more_would_get_in(size, monkeypatch):
    """Negative control: counting alone does not hold between two who count at once."""
    together = Barrier(4)
    counted = uploads.refuse_beyond_quota

    def slowly(owner: str, more: int) -> None:
        counted(owner, more)
        together.wait(timeout=60)

    monkeypatch.setattr(uploads, "_wait_for_others", lambda owner: None)
    monkeypatch.setattr(uploads, "refuse_beyond_quota", slowly)

    assert _send_at_once(size) == ["kept"] * 4


def test_candidate_reads_it_beside_the_file_and_keeps_the_rest(let_in, edition):  # noqa: F811
    """A8: the page says it, nothing is lost, and there is no HTTP 500."""
    application = InternApplicationFactory(edition=edition)
    has_sent(application.email, QUOTA)
    browser, token = let_in(application)
    before = ApplicationFile.objects.filter(application=application).count()

    page = browser.post(address("intern_page", token, "dokumenty"), {"cv": file()})

    assert page.status_code == 200
    assert "cv" in page.context["form"].errors
    assert ApplicationFile.objects.filter(application=application).count() == before


def test_office_reads_it_beside_the_scan_of_its_declaration(client):
    declaration = DeclarationFactory()
    has_sent(declaration.sender, QUOTA)
    page = door("declaration", declaration, declaration.survey.contact.email, "meetings:declare")

    answer = client.post(page, {"scan": file()})

    declaration.refresh_from_db()
    assert answer.status_code == 200
    assert "scan" in answer.context["form"].errors
    assert declaration.status == DeclarationStatus.ASKED
