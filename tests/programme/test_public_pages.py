import re
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.models import StoredFile
from programme.models import AccessibilityStatement, Edition, EditionFile, EditionFileVersion
from programme.services.contents import publish, save_draft
from programme.services.demonstration import demonstration_edition
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db

PAGES = ["/", "/pytania/", "/dokumenty/", "/prywatnosc/", "/dostepnosc/"]
LANGUAGES = {"": "pl", "/uk": "uk", "/en": "en"}
REQUIRED_IDS = [
    "a11y-wstep",
    "a11y-podmiot",
    "a11y-zakres",
    "a11y-url",
    "a11y-data-publikacja",
    "a11y-data-aktualizacja",
    "a11y-status",
    "a11y-kontakt",
    "a11y-email",
    "a11y-telefon",
    "a11y-procedura",
    "a11y-data-sporzadzenie",
    "a11y-architektura",
    "a11y-komunikacja",
    "a11y-data-przeglad",
    "a11y-ocena",
]


@pytest.fixture
def edition() -> Edition:
    return demonstration_edition(now=timezone.now())


def html_of(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html) -> str:
    """Words of the page without tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("prefix", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_public_pages_speak_three_languages(client, edition, prefix, page):
    html = html_of(client, prefix + page)

    assert f'<html lang="{LANGUAGES[prefix]}">' in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("page", PAGES)
def test_public_pages_work_before_the_first_edition(client, page):
    assert html_of(client, page).count("<h1>") == 1


@pytest.mark.parametrize("page", PAGES)
def test_public_pages_are_read_only(client, page):
    assert client.post(page).status_code == 405


def test_home_opens_both_doors(client, edition):
    html = html_of(client, "/en/")

    assert 'href="/en/ankieta/"' in html
    assert 'href="/en/zayavka/"' in html
    assert 'href="/en/logowanie/"' in html
    assert len(re.findall(r'class="button[ "](?!button-)', html)) == 1


def test_home_shows_the_settings_of_the_edition(client, edition):
    edition.places, edition.population_limit_pl, edition.population_limit_ua = 17, 71_000, 62_000
    edition.save()

    text = text_of(html_of(client, "/en/"))

    assert "there are 17 places for interns" in text
    assert "Gminas with at most 71,000 inhabitants" in text
    assert "hromada with at most 62,000 inhabitants" in text


def test_home_shows_no_door_that_is_closed(client, edition):
    edition.survey_closes_at = timezone.now() - timedelta(days=1)
    edition.applications_open_at = timezone.now() + timedelta(days=1)
    edition.save()

    html = html_of(client, "/en/")

    assert "/ankieta/" not in html
    assert "/zayavka/" not in html
    assert len(re.findall(r">Closed: [A-Z][a-z]+day, .* \(Warsaw time\)\.<", html)) == 1
    assert len(re.findall(r">Opens: [A-Z][a-z]+day, .* \(Kyiv time\)\.<", html)) == 1


def test_home_prints_a_text_only_when_it_is_written(client, edition):
    gap = "What the organiser pays for, and what the municipality provides, will be published here."
    assert gap in html_of(client, "/en/")

    edition.texts.filter(key="costs").update(text_en="Lodging <b>and</b> **travel**.")

    html = html_of(client, "/en/")
    assert gap not in html
    assert "<p>Lodging &lt;b&gt;and&lt;/b&gt; <strong>travel</strong>.</p>" in html
    assert "Lodging" not in html_of(client, "/")


def test_home_lists_the_stages_in_order(client):
    EditionFactory(
        inaugural_meeting_on="2026-09-01",
        closing_meeting_on="2026-11-02",
    )

    html = html_of(client, "/en/")

    assert re.findall(
        r'<th scope="row">([^<]+)</th><td data-label="Days"><span>([^<]+)<', html
    ) == [
        ("Survey of Polish municipalities", "1 February 2026 – 31 March 2026"),
        ("Online information sessions", "1 April 2026 – 15 April 2026"),
        ("Applications from hromadas", "1 April 2026 – 31 May 2026"),
        ("Inaugural meeting", "1 September 2026"),
        ("Internships, period 1", "7 September 2026 – 2 October 2026"),
        ("Internships, period 2", "5 October 2026 – 30 October 2026"),
        ("Closing meeting", "2 November 2026"),
    ]


def test_home_does_not_show_an_edition_in_preparation(client):
    EditionFactory(is_published=False, name="Tajna edycja")

    html = html_of(client, "/en/")

    assert "There is no edition yet" in html
    assert "Tajna edycja" not in html


@pytest.mark.parametrize("item_count", [1, 3])
def test_home_costs_the_same_for_one_and_three(client, item_count, django_assert_num_queries):
    windows = [
        (f"w{month}", date(2026, month, 1), date(2026, month, 28))
        for month in (6, 7, 8)[:item_count]
    ]
    EditionFactory(windows=windows)

    with django_assert_num_queries(6):
        html = html_of(client, "/en/")

    periods = re.findall(r">(Internships[^<]*)</th>", html)
    numbered = [f"Internships, period {number}" for number in range(1, item_count + 1)]
    assert periods == (["Internships"] if item_count == 1 else numbered)


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_accessibility_statement_has_every_element_once(client, edition, prefix):
    html = html_of(client, f"{prefix}/dostepnosc/")

    assert {name: html.count(f'id="{name}"') for name in REQUIRED_IDS} == dict.fromkeys(
        REQUIRED_IDS, 1
    )
    assert re.findall(r'id="a11y-email" href="(mailto:[^"]+)"', html) == ["mailto:win4ua@localhost"]


DAY = re.compile(r'<time id="[^"]+" datetime="(\d{4}-\d\d-\d\d)">\d{4}-\d\d-\d\d<')


GAPS = {"": "jeszcze niepotwierdzona", "/uk": "ще не підтверджено", "/en": "not confirmed yet"}


def drafted(coordinator) -> AccessibilityStatement:
    """A statement of 2 March 2026 that was typed and not published."""
    statement = AccessibilityStatement.objects.create(pk=1)
    content = statement.content | dict.fromkeys(
        ["site_published_on", "site_updated_on", "made_on", "reviewed_on"], "2026-03-02"
    )
    save_draft(statement, content=content, seen=0, actor=coordinator, now=timezone.now())
    return statement


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_statement_that_nobody_published_prints_no_day_and_no_verdict(
    client, edition, prefix, coordinator
):
    """W14: a gap is marked; neither today nor a state of conformity is given out as confirmed."""
    drafted(coordinator)

    html = html_of(client, f"{prefix}/dostepnosc/")

    assert re.findall(r"\d{4}-\d\d-\d\d", html) == []
    assert html.count(GAPS[prefix]) == 4
    assert "WCAG 2.1" not in html


def test_statement_that_was_published_prints_its_days(client, edition, coordinator):
    publish(drafted(coordinator), seen=1, actor=coordinator, now=timezone.now())

    html = html_of(client, "/dostepnosc/")

    assert re.findall(r'<time id="[^"]+" datetime="(.{10})">(.{10})<', html) == (
        [("2026-03-02", "2026-03-02")] * 4
    )
    assert GAPS[""] not in html
    assert "WCAG 2.1" in html


def test_public_contact_of_the_edition_goes_before_the_sender(client, edition):
    edition.help_email, edition.help_phone = "pytania@fsm.example", "+48221234567"
    edition.save()

    html = html_of(client, "/en/dostepnosc/")

    assert re.findall(r'id="a11y-email" href="([^"]+)"', html) == ["mailto:pytania@fsm.example"]
    assert 'id="a11y-telefon"><a href="tel:+48221234567"' in html


def test_privacy_page_holds_retention_cookies_and_written_details(client, edition, settings):
    edition.retention_drafts_months = 7
    edition.retention_is_confirmed = True
    edition.save()
    edition.texts.filter(key="privacy").update(text_en="Our officer: iod@fsm.example")

    text = text_of(html_of(client, "/en/prywatnosc/"))

    assert "Drafts that were never sent: months: 7" in text
    assert "Our officer: iod@fsm.example" in text
    assert settings.SESSION_COOKIE_NAME in text
    assert settings.CSRF_COOKIE_NAME in text


def test_privacy_page_prints_no_period_and_no_recipient_that_nobody_confirmed(client):
    """P6: proposals of the domain notes (INF) are gaps for staff, not facts."""
    EditionFactory()

    text = text_of(html_of(client, "/en/prywatnosc/"))

    assert "For how long each kind of data is kept will be published here." in text
    assert "Who else receives the data will be published here." in text
    for proposal in ("months:", "years:", "Ministry of Foreign Affairs, which", "advertising."):
        assert proposal not in text.split("Cookies")[0]


@pytest.fixture
def sign(edition) -> EditionFile:
    stored = StoredFile.objects.create(
        name="sign.png",
        content=ContentFile(b"png", "sign.png"),
        content_type="image/png",
        size=3,
        status="clean",
        received_at=timezone.now(),
    )
    file = EditionFile.objects.create(
        edition=edition, kind="logo", title_pl="Znak", title_uk="Знак", title_en="Sign"
    )
    EditionFileVersion.objects.create(
        file=file, number=1, stored=stored, uploaded_at=timezone.now()
    )
    return file


def test_official_sign_is_shown_with_its_alternative_text(client, sign):
    html = html_of(client, "/uk/")

    assert f'<img src="/uk/znaki/{sign.pk}/" alt="Знак"' in html
    response = client.get(f"/znaki/{sign.pk}/")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert b"".join(response.streaming_content) == b"png"


@pytest.mark.parametrize(
    "hide",
    [
        lambda sign: EditionFile.objects.filter(pk=sign.pk).update(kind="attachment"),
        lambda sign: StoredFile.objects.update(status="infected"),
        lambda sign: EditionFile.objects.filter(pk=sign.pk).update(is_visible=False),
        lambda sign: Edition.objects.filter(pk=sign.edition_id).update(is_published=False),
    ],
)
def test_other_files_of_an_edition_are_not_public(client, sign, hide):
    hide(sign)

    assert client.get(f"/znaki/{sign.pk}/").status_code == 404
    assert "/znaki/" not in html_of(client, "/")
