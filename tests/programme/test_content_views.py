"""The panel pages on which texts of the site are written: who may, what they show, what they do."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from core.models import StoredFile
from programme.models import AccessibilityStatement, ContentVersion, EditionFile
from programme.services import contents, edition_files
from tests.factories.programme import EditionFactory
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
MAIN = re.compile(r'<main id="main".*?>(.*)</main>', re.DOTALL)
NOTICE = re.compile(r'<div class="notice.*?</div>', re.DOTALL)


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def text(edition):
    return edition.texts.get(key="costs")


def url(name: str, *args) -> str:
    return reverse(f"admin:programme_{name}", args=args)


def typed(seen=0, **words) -> dict[str, str]:
    return {"seen": seen, "text_pl": "Nocleg", "text_uk": "Житло", "text_en": "Lodging", **words}


def main_of(response) -> str:
    """The content of a public page without the notice of the preview and without the CSRF token."""
    return NOTICE.sub("", MAIN.search(response.content.decode()).group(1)).strip()


def test_text_goes_from_draft_to_public_in_three_steps(client, coordinator_client, text):
    """Save, look, publish: mayors never see half a sentence."""
    edit = url("content_edit", "text", text.pk)

    saved = coordinator_client.post(edit, typed(text_pl="Nocleg **płaci** org"))
    half = client.get("/").content.decode()
    coordinator_client.post(edit, typed(seen=1, text_pl="Nocleg **opłaca** organizator."))
    looked = coordinator_client.get(url("content_publish", "text", text.pk))
    published = coordinator_client.post(
        url("content_publish", "text", text.pk), {"seen": 2, "note": "Uzgodnione"}
    )

    assert (saved.status_code, saved["Location"]) == (302, edit)
    assert "Nocleg" not in half
    assert "<ins>Nocleg **opłaca** organizator.</ins>" in looked.content.decode()
    assert published["Location"] == edit
    assert "<p>Nocleg <strong>opłaca</strong> organizator.</p>" in client.get("/").content.decode()
    version = ContentVersion.objects.get(target_id=text.pk, number=1)
    assert version.note == "Uzgodnione"


@pytest.mark.parametrize(
    ("kind", "name"), [("text", "costs"), ("text", "privacy"), ("text", "regulations")]
)
@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_preview_is_exactly_what_becomes_public(
    client, coordinator_client, coordinator, edition, language, kind, name
):
    """A012: one renderer. The main part of both pages is the same, byte for byte."""
    text = edition.texts.get(key=name)
    draft = contents.draft_of(text)
    content = {
        "text_pl": "### Tytuł\n\n- a\n- **b** <script>",
        "text_uk": "[Сайт](https://fsm.example) «х»",
        "text_en": "One.\n\nTwo.",
    }
    seen = draft.revision if draft else 0
    contents.save_draft(text, content=content, seen=seen, actor=coordinator, now=timezone.now())
    public = {"costs": "/", "privacy": "/prywatnosc/", "regulations": "/dokumenty/"}[name]
    prefix = "" if language == "pl" else f"/{language}"
    before = main_of(client.get(prefix + public))

    preview = coordinator_client.get(url("content_preview", kind, text.pk, language))
    contents.publish(text, seen=seen + 1, actor=coordinator, now=timezone.now())
    page = client.get(prefix + public)

    changed = re.compile(r'<p class="hint">[^<]*publi[^<]*</p>|<p class="hint">[^<]*публ[^<]*</p>')
    assert changed.sub("", main_of(preview)).strip() == changed.sub("", main_of(page)).strip()
    assert main_of(page) != before
    assert f'<html lang="{language}">' in preview.content.decode()
    assert "no-store" in preview["Cache-Control"]
    assert 'content="noindex"' in preview.content.decode()


def test_preview_leads_to_the_other_languages_and_writes_nothing(
    coordinator_client, text, no_writes
):
    address = url("content_preview", "text", text.pk, "uk")
    coordinator_client.get(address)

    with no_writes():
        html = coordinator_client.get(address).content.decode()

    assert f'href="{url("content_preview", "text", text.pk, "pl")}"' in html
    assert f'href="{url("content_preview", "text", text.pk, "en")}"' in html
    assert coordinator_client.get(url("content_preview", "text", text.pk, "de")).status_code == 404


def test_typed_words_stay_when_a_colleague_was_faster(coordinator_client, second_coordinator, text):
    content = {"text_pl": "Halina", "text_uk": "", "text_en": ""}
    contents.save_draft(text, content=content, seen=0, actor=second_coordinator, now=timezone.now())

    page = coordinator_client.post(url("content_edit", "text", text.pk), typed(text_pl="Olena"))

    html = page.content.decode()
    assert page.status_code == 200
    assert ">\nOlena</textarea>" in html
    assert "Halina" in html
    assert contents.draft_of(text).content["text_pl"] == "Halina"


def test_history_shows_who_when_what_and_brings_back(coordinator_client, coordinator, text):
    for number, words in enumerate(("Pierwsza wersja", "Druga wersja")):
        contents.save_draft(
            text,
            content={"text_pl": words, "text_uk": "", "text_en": ""},
            seen=0,
            actor=coordinator,
            now=timezone.now(),
        )
        contents.publish(
            text, seen=1, actor=coordinator, now=timezone.now(), note=f"zmiana {number}"
        )

    edit = coordinator_client.get(url("content_edit", "text", text.pk))
    version = coordinator_client.get(url("content_version", "text", text.pk, 1))
    restored = coordinator_client.post(url("content_restore", "text", text.pk, 1))
    twice = coordinator_client.post(url("content_restore", "text", text.pk, 1), follow=True)

    assert [(row["number"], row["who"], row["note"]) for row in edit.context["versions"]] == [
        (2, coordinator, "zmiana 1"),
        (1, coordinator, "zmiana 0"),
    ]
    assert "<del>Pierwsza</del><ins>Druga</ins> wersja" in version.content.decode()
    assert restored["Location"] == url("content_edit", "text", text.pk)
    assert contents.draft_of(text).content["text_pl"] == "Pierwsza wersja"
    assert "wersja robocza. Proszę ją najpierw" in str(list(twice.context["messages"])[-1])
    assert coordinator_client.get(url("content_version", "text", text.pk, 9)).status_code == 404


def test_draft_is_thrown_away_only_as_it_was_seen(coordinator_client, coordinator, text):
    coordinator_client.post(url("content_edit", "text", text.pk), typed())
    coordinator_client.post(url("content_edit", "text", text.pk), typed(seen=1))

    coordinator_client.post(url("content_drop", "text", text.pk), {"seen": 1})
    still = contents.draft_of(text)
    coordinator_client.post(url("content_drop", "text", text.pk), {"seen": "x"})
    coordinator_client.post(url("content_drop", "text", text.pk), {"seen": 2})

    assert (still.revision, contents.draft_of(text)) == (2, None)


TYPED = [each for each in NAUGHTY if len(each) < 12_000 and "{{" not in each and "{%" not in each]


@pytest.mark.parametrize("naughty", TYPED, ids=range(len(TYPED)))
def test_whatever_is_typed_is_kept_or_refused_and_shown_harmless(coordinator_client, text, naughty):
    """The strict client refuses any page with code of somebody else in it."""
    edit = url("content_edit", "text", text.pk)

    answer = coordinator_client.post(edit, typed(text_pl=naughty))
    for page in ("content_edit", "content_publish"):
        coordinator_client.get(url(page, "text", text.pk))
    preview = coordinator_client.get(url("content_preview", "text", text.pk, "pl"))

    assert (answer.status_code, preview.status_code) == (302, 200)


def test_template_code_is_printed_as_it_was_typed(text):
    """Typed words are never a template."""
    text.text_pl = "{{ 7|add:7 }} {% now 'Y' %}"
    text.save()

    html = Client().get("/").content.decode()

    assert "<p>{{ 7|add:7 }} {% now 'Y' %}</p>" in html


def test_text_that_is_too_long_is_refused_beside_its_field(coordinator_client, text):
    page = coordinator_client.post(
        url("content_edit", "text", text.pk), typed(text_uk="ї" * 12_001)
    )

    assert list(page.context["form"].errors) == ["text_uk"]
    assert contents.draft_of(text) is None


def test_list_is_filtered_by_missing_language(coordinator_client, coordinator, edition, text):
    contents.save_draft(
        text,
        content={"text_pl": "x", "text_uk": "", "text_en": "x"},
        seen=0,
        actor=coordinator,
        now=timezone.now(),
    )
    contents.publish(text, seen=1, actor=coordinator, now=timezone.now())
    address = url("content_list")

    everything = coordinator_client.get(address, {"edition": edition.year})
    ukrainian = coordinator_client.get(address, {"edition": edition.year, "missing": "uk"})
    polish = coordinator_client.get(address, {"edition": edition.year, "missing": "pl"})

    counts = {chip["url"][-2:]: chip["count"] for chip in everything.context["chips"]}
    for page, code in ((ukrainian, "uk"), (polish, "pl")):
        listed = len(page.context["texts"]) + len(page.context["questions"])
        assert listed == counts[code]
    assert counts["uk"] - counts["pl"] == 1
    assert text in [row.record for row in ukrainian.context["texts"]]
    assert text not in [row.record for row in polish.context["texts"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    coordinator_client, edition, item_count, django_assert_max_num_queries
):
    edition.faq.all().delete()
    edition.faq.bulk_create(
        edition.faq.model(edition=edition, position=position) for position in range(item_count)
    )

    with django_assert_max_num_queries(18):
        page = coordinator_client.get(url("content_list"))

    assert len(page.context["questions"]) == item_count


def test_question_is_written_ordered_hidden_and_published(client, coordinator_client, edition):
    edition.faq.all().delete()
    coordinator_client.post(url("question_add", edition.pk))
    coordinator_client.post(url("question_add", edition.pk))
    first, second = edition.faq.order_by("position")
    for number, question in enumerate((first, second), 1):
        words = {
            f"{part}_{code}": f"{part} {number} {code}"
            for part in ("question", "answer")
            for code in ("pl", "uk", "en")
        }
        coordinator_client.post(url("content_edit", "question", question.pk), {"seen": 0, **words})
        coordinator_client.post(url("content_publish", "question", question.pk), {"seen": 1})

    def shown() -> list[str]:
        return re.findall(
            r"<h2 [^>]*>(question[^<]*)</h2>", client.get("/uk/pytania/").content.decode()
        )

    both = shown()
    coordinator_client.post(url("question_move", second.pk), {"deed": "up"})
    turned = shown()
    coordinator_client.post(url("question_move", first.pk), {"deed": "hide"})
    hidden = shown()
    coordinator_client.post(url("question_move", first.pk), {"deed": "nonsense"})

    assert (both, turned, hidden) == (
        ["question 1 uk", "question 2 uk"],
        ["question 2 uk", "question 1 uk"],
        ["question 2 uk"],
    )


def test_answer_needs_its_question(coordinator_client, edition):
    question = edition.faq.first()

    page = coordinator_client.post(
        url("content_edit", "question", question.pk), {"seen": 1, "answer_pl": "Tak."}
    )

    assert list(page.context["form"].errors) == ["question_pl"]


def test_statement_is_reviewed_in_the_panel(client, coordinator_client, edition):
    """Dates and state of conformity are no constants in the code (security.md 5.3)."""
    days = {
        "site_published_on": "1 2 2031",
        "site_updated_on": "2 2 2031",
        "made_on": "3 2 2031",
        "reviewed_on": "4 2 2031",
    }
    data = {"seen": 0, "conformity": "full", "exceptions_pl": "Mapa jest **trudna**."}
    for name, words in days.items():
        for part, value in zip(("day", "month", "year"), words.split(), strict=True):
            data[f"{name}_{part}"] = value
    desk = coordinator_client.get(reverse("admin:index")).context["desk"].mine.tiles

    saved = coordinator_client.post(url("content_edit", "statement", 1), data)
    unchanged = client.get("/dostepnosc/").content.decode()
    coordinator_client.post(url("content_publish", "statement", 1), {"seen": 1})
    html = client.get("/dostepnosc/").content.decode()
    later = coordinator_client.get(reverse("admin:index")).context["desk"].mine.tiles

    assert saved.status_code == 302, saved.context["form"].errors
    assert "2031" not in unchanged
    assert re.findall(r'id="(a11y-data-\w+)" datetime="([\d-]+)"', html) == [
        ("a11y-data-publikacja", "2031-02-01"),
        ("a11y-data-aktualizacja", "2031-02-02"),
        ("a11y-data-sporzadzenie", "2031-02-03"),
        ("a11y-data-przeglad", "2031-02-04"),
    ]
    assert "<p>Mapa jest <strong>trudna</strong>.</p>" in html
    to_review = url("content_edit", "statement", 1)
    assert [tile.url for tile in desk].count(to_review) == 1
    assert [tile.url for tile in later].count(to_review) == 0


def test_draft_of_a_statement_that_nobody_has_begun_cannot_be_thrown_away(coordinator_client):
    answer = coordinator_client.post(url("content_drop", "statement", 1), {"seen": 0})

    assert answer.status_code == 302
    assert not AccessibilityStatement.objects.exists()


def test_statement_cannot_be_reviewed_before_it_was_made(coordinator_client):
    data = {"seen": 0, "conformity": "full"}
    for name, day in (
        ("site_published_on", 2),
        ("site_updated_on", 1),
        ("made_on", 2),
        ("reviewed_on", 1),
    ):
        data |= {f"{name}_day": day, f"{name}_month": 2, f"{name}_year": 2031}

    page = coordinator_client.post(url("content_edit", "statement", 1), data)

    assert sorted(page.context["form"].errors) == ["reviewed_on", "site_updated_on"]
    assert AccessibilityStatement.objects.count() == 0


def test_desk_counts_missing_languages_and_each_number_opens_its_rows(coordinator_client, edition):
    """X6."""
    tiles = coordinator_client.get(reverse("admin:index")).context["desk"].mine.tiles

    ours = [tile for tile in tiles if "missing=" in tile.url]
    assert len(ours) == 3
    for tile in ours:
        page = coordinator_client.get(tile.url)
        assert len(page.context["texts"]) + len(page.context["questions"]) == tile.value


@pytest.mark.parametrize("name", ["content_edit", "content_publish", "content_drop"])
def test_auditor_reads_and_writes_nothing(auditor, signed_in, text, name):
    browser = signed_in(auditor)

    seen = browser.get(url("content_edit", "text", text.pk))
    answer = browser.post(url(name, "text", text.pk), typed())

    assert (seen.status_code, answer.status_code in (200, 403)) == (200, True)
    assert b"button-warning" not in seen.content
    assert contents.draft_of(text) is None


def test_stranger_and_visitor_see_none_of_it(client, signed_in, stranger, edition, text):
    addresses = [
        url("content_list"),
        url("content_edit", "text", text.pk),
        url("content_preview", "text", text.pk, "pl"),
        url("content_publish", "text", text.pk),
        url("file_add", edition.pk),
    ]

    for address in addresses:
        assert client.get(address).status_code == 302
        assert signed_in(stranger).get(address).status_code in (302, 403)


def test_what_is_not_there_is_not_found(coordinator_client, text):
    for address in (
        url("content_edit", "nonsense", text.pk),
        url("content_edit", "text", 0),
        url("content_edit", "statement", 2),
    ):
        assert coordinator_client.get(address).status_code == 404


TITLES = {"title_pl": "Regulamin", "title_uk": "Положення", "title_en": "Regulations"}


def upload(name="regulamin.pdf", content=b"", kind="application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.fixture
def pdf() -> bytes:
    paper, out = PdfWriter(), io.BytesIO()
    paper.add_blank_page(width=200, height=200)
    paper.write(out)
    return out.getvalue()


def name_of(client, file) -> str:
    """Under which name the public downloads a document; never shown inline (SEC-U8)."""
    told = client.get(f"/pliki/{file.pk}/")["Content-Disposition"]
    return re.match(r'attachment; filename="([^"]+)"', told).group(1)


def found_clean() -> None:
    StoredFile.objects.update(status="clean")


def test_document_is_added_shown_replaced_and_brought_back(
    client, coordinator_client, edition, pdf
):
    """Old files are kept; the public gets the newest clean one, and never an unscanned one."""
    add = url("file_add", edition.pk)
    data = {**TITLES, "kind": "regulations", "language": "pl", "is_visible": "on"}

    added = coordinator_client.post(add, {**data, "upload": upload(content=pdf)})
    file = EditionFile.objects.get()
    unscanned = client.get(f"/pliki/{file.pk}/").status_code
    found_clean()
    page = client.get("/uk/dokumenty/").content.decode()
    first = name_of(client, file)
    edit = url("file_edit", file.pk)
    newer = {**data, "position": 1, "upload": upload("nowy.pdf", pdf)}
    coordinator_client.post(edit, newer)
    meanwhile = name_of(client, file)
    found_clean()
    newest = name_of(client, file)
    coordinator_client.post(url("file_restore", file.versions.get(number=1).pk))
    restored = name_of(client, file)

    assert added["Location"] == edit
    assert unscanned == 404
    assert f'<a href="/uk/pliki/{file.pk}/" hreflang="pl">Положення</a>' in page
    assert re.findall(r'<span class="file-size">\(([^)]+)\)', page) == ["PDF, 1\xa0KB, польська"]
    assert (first, meanwhile, newest, restored) == (
        "regulamin.pdf",
        "regulamin.pdf",
        "nowy.pdf",
        "regulamin.pdf",
    )
    assert [row["number"] for row in coordinator_client.get(edit).context["versions"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("kind", "name", "is_pdf", "field"),
    [("logo", "znak.pdf", True, "upload"), ("attachment", "znak.png", False, "upload")],
)
def test_signs_are_pictures_and_documents_are_pdf(
    coordinator_client, edition, pdf, kind, name, is_pdf, field
):
    content = pdf if is_pdf else PNG
    page = coordinator_client.post(
        url("file_add", edition.pk),
        {**TITLES, "kind": kind, "upload": upload(name, content)},
    )

    assert list(page.context["form"].errors) == [field]
    assert EditionFile.objects.count() == 0


def test_sign_needs_its_alternative_text_in_every_language(coordinator_client, edition):
    page = coordinator_client.post(
        url("file_add", edition.pk),
        {"kind": "logo", "title_pl": "Znak", "upload": upload("znak.png", PNG, "image/png")},
    )

    assert sorted(page.context["form"].errors) == ["title_en", "title_uk"]


def test_hidden_file_is_gone_for_the_public_and_kept_for_staff(
    client, coordinator_client, coordinator, edition, pdf
):
    file = edition_files.add_file(
        edition,
        file=upload(content=pdf),
        fields={**TITLES, "kind": "attachment", "language": "", "is_visible": True},
        actor=coordinator,
        now=timezone.now(),
    )
    found_clean()
    before = client.get(f"/pliki/{file.pk}/").status_code

    coordinator_client.post(url("file_edit", file.pk), {**TITLES, "language": "", "position": 1})

    version = file.versions.get()
    assert (before, client.get(f"/pliki/{file.pk}/").status_code) == (200, 404)
    assert f"/pliki/{file.pk}/" not in client.get("/dokumenty/").content.decode()
    assert coordinator_client.get(url("file_version", version.pk)).status_code == 200


@override_settings(UPLOAD_SCANNER="none")
def test_document_is_not_a_sign_and_a_sign_is_no_document(client, coordinator, edition, pdf):
    file = edition_files.add_file(
        edition,
        file=upload(content=pdf),
        fields={**TITLES, "kind": "attachment", "language": "", "is_visible": True},
        actor=coordinator,
        now=timezone.now(),
    )
    found_clean()

    assert client.get(f"/znaki/{file.pk}/").status_code == 404
