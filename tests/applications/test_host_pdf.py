"""The survey on paper: blank and filled in, tagged, in three languages (A20)."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from applications import host_pdf, survey_plan
from applications.enums import QuestionKind
from applications.models import HostQuestion
from applications.services import host as services
from core import links
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") $x$ *gruby* #{sys.inputs} <label> @ref'
pytestmark = pytest.mark.django_db


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    """All text with single spaces: lines break where the paper ends."""
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


@pytest.fixture
def edition():
    """Open by the clock of the database, so that the pages can be asked for too."""
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.fixture
def sent(edition):
    answers = host_answers(praktyki=f"Łąka, źdźbło, gęś. {HOSTILE} " * 3, wspolpraca_ua="umowa")
    answers["partnerzy"] = [
        {
            "katottg": "UA46020010000073886",
            "nazwa": "Їжакевицька Ґанківська",
            "od_roku": 2019,
            "kolejny": "nie",
        }
    ]
    draft = HostSurveyFactory(
        edition=edition, draft_answers=answers | {"staz_partner": "tak"}, answers={}
    )
    return services.submit_survey(draft, now=timezone.now())


BLANK = {
    "pl": ("Ankieta zainteresowania", "Tylko jeżeli mają Państwo kandydata na mentora.", "Strona"),
    "uk": ("Анкета зацікавленості", "Лише якщо у Вас є кандидат у ментори.", "Сторінка"),
    "en": ("Survey of interest", "Only if you have a candidate for the mentor.", "Page"),
}


@pytest.mark.parametrize("language", BLANK)
def test_blank_form_is_tagged_titled_and_tells_its_conditions(edition, language):
    """A20, W26: PDF/UA, language, title, A4, edition in the head, checksum and page in the foot."""
    title, condition, page = BLANK[language]

    content = host_pdf.blank_survey(edition, language=language, now=NOW).content

    reader = read(content)
    root = reader.trailer["/Root"]
    first = reader.pages[0]
    text = words(content)
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean, not Python's
    assert root["/Lang"] == language
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert (round(first.mediabox.width), round(first.mediabox.height)) == (595, 842)
    assert text.count(condition) == 3
    assert text.count(str(edition.name)) >= len(reader.pages)
    assert f"{page} 1 " in text


def test_every_page_of_the_survey_is_on_paper_or_told_in_words(edition):
    """A20: a page that is asked on a condition says it; a new page cannot be forgotten."""
    silent = [
        page.slug
        for page in survey_plan.PAGES
        if page.slug in host_pdf.printed_pages()
        and page.asked is not survey_plan.always
        and not host_pdf.condition_of(page)
    ]

    assert silent == []
    assert set(survey_plan.BY_SLUG) - host_pdf.printed_pages() == {
        "kolejnosc",
        "partner-2",
        "partner-3",
        "partner-4",
        "partner-5",
    }


def test_blank_form_asks_the_questions_of_the_edition(edition):
    """A20: in the language of the form, with the condition of the page that they follow."""
    HostQuestion.objects.create(
        edition=edition,
        code="biblioteka",
        kind=QuestionKind.YES_NO,
        after="mentor-osoba",
        label_pl="Czy mają Państwo bibliotekę?",
        label_uk="Чи є у Вас бібліотека?",
        label_en="Do you have a library?",
    )

    text = words(host_pdf.blank_survey(edition, language="uk", now=NOW).content)

    assert "Чи є у Вас бібліотека?" in text
    assert text.count("Лише якщо у Вас є кандидат у ментори.") == 4


def test_blank_form_knows_no_municipality(edition, sent):
    """Something that could leak: a sent survey and the people of its office."""
    text = words(host_pdf.blank_survey(edition, language="pl", now=NOW).content)

    assert sent.answers["kierownik_nazwisko"] not in text
    assert sent.gmina.name not in text


def test_equal_forms_are_compiled_once_and_another_text_is_another_form(edition):
    before = host_pdf._compiled.cache_info().misses

    first, again = (
        host_pdf.blank_survey(edition, language="pl", now=NOW).content for _time in range(2)
    )
    edition.survey_closes_at += timedelta(days=1)
    moved = host_pdf.blank_survey(edition, language="pl", now=NOW).content

    assert first is again
    assert first != moved
    assert host_pdf._compiled.cache_info().misses <= before + 2


@pytest.mark.parametrize("prefix", ["", "/uk", "/en"])
def test_everybody_downloads_the_blank_form(client, edition, no_writes, prefix):
    with no_writes():
        response = client.get(f"{prefix}/ankieta/formularz.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert read(response.content).trailer["/Root"]["/Lang"] == prefix.strip("/") or "pl"


def test_without_an_edition_there_is_no_form(client):
    assert client.get("/ankieta/formularz.pdf").status_code == 404


def test_door_and_start_page_lead_to_the_blank_form(client, edition):
    invitation = HostInvitationFactory(edition=edition)
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=timezone.now())

    for address in ("/ankieta/", f"/ankieta/l/{token}/"):
        assert 'href="/ankieta/formularz.pdf"' in client.get(address).content.decode()


def test_filled_form_has_answers_and_letters_of_both_languages(sent):
    """A20: Polish and Ukrainian letters right, typed text never markup."""
    document = host_pdf.filled_survey(
        sent, sent.answers, version=1, sent_at=NOW, language="pl", now=NOW
    )

    text = words(document.content)
    assert "Łąka, źdźbło, gęś." in text
    assert "Їжакевицька Ґанківська" in text
    assert HOSTILE.replace(" ", "") in text.replace(" ", "")
    assert "root:" not in text
    assert sent.number in text
    assert "Wersja 1 · suma kontrolna" in text
    assert document.filename == f"ankieta-{sent.number}.pdf"


def test_checksum_changes_with_an_answer(sent):
    def checksum(answers) -> str:
        made = host_pdf.filled_survey(sent, answers, version=1, sent_at=NOW, language="pl", now=NOW)
        return words(made.content).split("suma kontrolna ")[1][:16]

    assert checksum(sent.answers) == checksum(dict(sent.answers))
    assert checksum(sent.answers) != checksum(sent.answers | {"liczba_stazystow": 2})


def trusted(client, survey) -> str:
    """The address of the survey's link in a browser that has entered the code."""
    with transaction.atomic():
        token = services.new_link(survey, email=survey.email, now=timezone.now())
        link = links.resolve(purpose="survey", token=token, now=timezone.now())
        code = links.issue_code(link, now=timezone.now())
    client.post(f"/ankieta/l/{token}/kod/", {"code": code})
    return f"/ankieta/l/{token}/"


def test_filled_form_opens_behind_the_code_only(client, sent):
    """A20, SEC-M1."""
    with transaction.atomic():
        token = services.new_link(sent, email=sent.email, now=timezone.now())
    refused = client.get(f"/ankieta/l/{token}/ankieta.pdf")

    given = client.get(f"{trusted(client, sent)}ankieta.pdf")

    assert (refused.status_code, refused["Location"]) == (302, f"/ankieta/l/{token}/kod/")
    assert sent.answers["kierownik_nazwisko"] in words(given.content)
    assert given["Cache-Control"] == "no-store"


def test_draft_on_paper_says_that_it_was_not_sent(client, edition):
    """A2: on paper as well."""
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})

    text = words(client.get(f"{trusted(client, draft)}ankieta.pdf").content)

    assert "NIEWYSŁANA" in text
    assert "Sekretarz gminy" in text


def test_unsent_correction_is_not_in_the_filled_form(client, sent):
    services.save_page(sent, page="uwagi", answers={"uwagi": "Jeszcze nie."}, now=timezone.now())

    text = words(client.get(f"{trusted(client, sent)}ankieta.pdf").content)

    assert "Jeszcze nie." not in text


def test_staff_download_a_version_and_the_auditor_sees_no_names(
    coordinator_client, signed_in, auditor, sent
):
    """A20, P04."""
    address = reverse("admin:applications_survey_version_pdf", args=[sent.pk, 1])

    read_by_staff = words(coordinator_client.get(address).content)
    read_by_auditor = words(signed_in(auditor).get(address).content)

    assert "Zielińska" in read_by_staff
    assert "Zielińska" not in read_by_auditor
    assert "Sekretarz gminy" in read_by_auditor
