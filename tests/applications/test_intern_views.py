"""Pages of candidates and heads: the entrance, the door, every page, sending, what comes after."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfWriter

from applications.enums import ApplicationStatus as Status
from applications.forms.intern_pages import BY_SLUG, PAGES
from applications.models import InternApplication
from applications.services import interns as services
from core import links
from core.models import StoredFile
from mailing.models import Letter
from tests.conftest import StrictClient
from tests.doors import APPLICATION, opened
from tests.factories.applications import InternApplicationFactory, intern_answers
from tests.factories.programme import EditionFactory, GminaFactory, HromadaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    """Open now by the clock of the database."""
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


def token_for(application, purpose: str = services.LINK, email: str = "") -> str:
    with transaction.atomic():
        return links.create(
            purpose=purpose,
            target=application,
            email=email or application.email,
            expires_at=None,
            now=timezone.now(),
        )


def address(name: str, *args: object) -> str:
    with translation.override("uk"):
        return reverse(f"applications:{name}", args=args)


@pytest.fixture
def fresh(edition):
    """An empty draft, as the entrance leaves it."""
    return InternApplicationFactory(edition=edition, begun=False)


@pytest.fixture
def let_in():
    """A function: a browser that has shown who sits before it, and its token."""

    def enter(application) -> tuple[StrictClient, str]:
        token = token_for(application)
        client = StrictClient()
        if application.saved_at is None:
            client.post(address("intern_door", token), {"letters": application.email[:3]})
        else:
            link = links.resolve(purpose=services.LINK, token=token, now=timezone.now())
            code = links.issue_code(link, now=timezone.now())
            client.post(address("intern_door", token), {"code": code})
        return client, token

    return enter


def pdf(name: str = "lyst.pdf") -> SimpleUploadedFile:
    """A real PDF of one empty page."""
    from io import BytesIO

    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    return SimpleUploadedFile(name, buffer.getvalue(), "application/pdf")


def typed(slug: str, answers: dict, edition) -> dict[str, object]:
    """What a browser posts for a page."""
    blank = InternApplication(edition=edition, hromada=HromadaFactory(), email="x@y.example")
    blank.answers, blank.birth_date = answers, "1985-04-14"
    return BY_SLUG[slug].as_typed(blank)


def test_entrance_without_javascript_searches_chooses_and_mails_the_link(client, edition):
    HromadaFactory(name="Козельщинська")
    HromadaFactory(name="Козелецька")
    start = address("intern_start")

    searched = client.post(start, {"hromada": "Козел", "search": "hromada", "email": ""})
    chosen = HromadaFactory._meta.model.objects.get(name="Козельщинська")
    sent = client.post(
        start,
        {"hromada": "Козел", "hromada_found": chosen.katottg, "email": "o@h.example"}
        | opened(APPLICATION),
    )

    assert searched.status_code == 200
    assert [row["label"] for row in searched.context["form"].results] == [
        "Козелецька",
        "Козельщинська",
    ]
    assert sent.status_code == 302
    application = InternApplication.objects.get()
    assert (application.hromada, application.email) == (chosen, "o@h.example")
    letter = Letter.objects.get(letter="applications/intern_link")
    assert "http://testserver/uk/zayavka/" in letter.text


def test_entrance_answers_the_same_for_known_and_unknown_addresses(edition):
    known = InternApplicationFactory(edition=edition)
    data = {"hromada": known.hromada.name, "hromada_value": known.hromada.katottg}
    data |= opened(APPLICATION)

    first = StrictClient().post(address("intern_start"), data | {"email": known.email})
    second = StrictClient().post(address("intern_start"), data | {"email": "new@h.example"})

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert first.content == second.content


def test_entrance_names_what_is_wrong_and_keeps_what_was_typed(client, edition):
    page = client.post(address("intern_start"), {"hromada": "Ніде", "email": "не адреса"})

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"hromada", "email"}
    assert "не адреса" in page.content.decode()


def test_suggestions_are_json_and_at_most_ten(client, edition):
    for number in range(12):
        HromadaFactory(name=f"Зорянська {number:02}")

    rows = client.get(address("intern_hromadas"), {"q": "зорян"}).json()["results"]

    assert len(rows) == 10
    assert set(rows[0]) == {"value", "label", "hint"}
    assert client.get(address("intern_hromadas"), {"q": "з"}).json() == {"results": []}


def test_entrance_after_closing_takes_nothing(client):
    now = timezone.now()
    EditionFactory(
        year=now.year,
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now - timedelta(days=1),
    )

    page = client.post(address("intern_start"), {"hromada": "х", "email": "a@b.example"})

    assert page.status_code == 200
    assert InternApplication.objects.count() == 0


def test_opening_any_page_of_the_link_writes_nothing(fresh, let_in, no_writes):
    """SEC-M2: GET changes nothing, for a stranger's browser and for a known one."""
    browser, token = let_in(fresh)
    head = token_for(fresh, services.HEAD_LINK, "holova@hromada.example")
    addresses = [
        address("intern_start"),
        address("intern_link_sent"),
        address("intern_head", head),
        *[
            address(name, token)
            for name in (
                "intern_application",
                "intern_door",
                "intern_check",
                "intern_answers",
                "intern_stop",
                "intern_withdraw",
                "intern_journey",
            )
        ],
        *[address("intern_page", token, page.slug) for page in PAGES],
    ]

    with no_writes():
        for each in addresses:
            assert browser.get(each).status_code in (200, 302)
            assert StrictClient().get(each).status_code in (200, 302)


def test_a_browser_that_did_not_type_the_answers_sees_none_of_them(edition):
    """SEC-M1, P03: the link alone shows nothing typed before."""
    application = InternApplicationFactory(edition=edition)
    token = token_for(application)
    browser = StrictClient()

    pages = [
        browser.get(address("intern_application", token), follow=True),
        browser.get(address("intern_page", token, "osoba"), follow=True),
        browser.get(address("intern_check", token), follow=True),
    ]

    for page in pages:
        assert page.redirect_chain[-1][0] == address("intern_door", token)
        assert "Коваленко" not in page.content.decode()
        assert application.email not in page.content.decode()


def test_a_code_by_mail_opens_the_answers(edition):
    application = InternApplicationFactory(edition=edition)
    token = token_for(application)
    browser = StrictClient()
    browser.post(address("intern_code", token))
    letter = Letter.objects.get(letter="mailing/code")
    code = next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)

    wrong = browser.post(address("intern_door", token), {"code": "000000"})
    browser.post(address("intern_door", token), {"code": code})

    assert "code" in wrong.context["form"].errors
    page = browser.get(address("intern_page", token, "osoba"))
    assert "Коваленко" in page.content.decode()


@pytest.mark.parametrize(
    ("typed_letters", "code"), [("оле", "cyrillic"), ("o.", "other"), ("o.k", None), ("oko", None)]
)
def test_letters_of_the_address_are_counted_with_or_without_its_dot(edition, typed_letters, code):
    """SEC-M3, A1: an initial, a dot and a surname; Cyrillic letters are called so."""
    application = InternApplicationFactory(edition=edition, begun=False, email="o.koval@h.example")
    browser, token = StrictClient(), token_for(application)

    page = browser.post(address("intern_door", token), {"letters": typed_letters})

    if code is None:
        assert page.status_code == 302
    else:
        assert [one.code for one in page.context["form"].errors["letters"].as_data()] == [code]


def test_page_after_the_entrance_names_the_address(client, edition):
    """A3: a slip in the address is seen at once, and never that of another browser."""
    hromada = HromadaFactory()
    data = {"hromada": hromada.name, "hromada_value": hromada.katottg, "email": "olen@h.example"}
    data |= opened(APPLICATION)

    page = client.post(address("intern_start"), data, follow=True)
    stranger = StrictClient().get(address("intern_link_sent"))

    assert page.redirect_chain == [(address("intern_link_sent"), 302)]
    assert "olen@h.example" in page.content.decode()
    assert "olen@h.example" not in stranger.content.decode()


def test_page_that_nobody_opened_is_not_called_answered(fresh, let_in):
    """A1: a page without a required question is not "Answered" until something stands on it."""
    browser, token = let_in(fresh)
    partners = str(BY_SLUG["partnery"].title)

    def label() -> str:
        rows = browser.get(address("intern_application", token)).context["pages"]
        return next(row["label"] for row in rows if row["title"] == partners)

    untouched = label()
    typed_page = {"bazhaniia": "Гміна біля моря", "action": "next"}
    browser.post(address("intern_page", token, "partnery"), typed_page)

    assert (untouched, label()) == ("Можна не заповнювати", "Заповнено")


def test_a_robot_that_submits_forms_gets_nothing(fresh):
    """SEC-M3: without the letters of the address no page opens."""
    token = token_for(fresh)
    robot = StrictClient()

    page = robot.post(address("intern_door", token), {"letters": ""})
    inner = robot.post(address("intern_page", token, "organ"), {"organ": "x", "action": "later"})

    assert "letters" in page.context["form"].errors
    assert inner.status_code == 302
    fresh.refresh_from_db()
    assert fresh.saved_at is None


def test_a_whole_application_goes_page_by_page_to_its_receipt(fresh, let_in, edition):
    """A1, A2, A4: every answer comes back, the draft says so, sending shows the number."""
    browser, token = let_in(fresh)
    answers = intern_answers()
    at = address("intern_page", token, "organ")
    seen = []
    while "/storinka/" in at:
        slug = at.rstrip("/").rsplit("/", 1)[-1]
        seen.append(slug)
        page = browser.get(at)
        assert page.status_code == 200, slug
        assert "notice-warning" in page.content.decode()
        data = typed(slug, answers, edition)
        if slug == "dokumenty":
            data = {"lyst": pdf()}
        sent = browser.post(at, data)
        assert sent.status_code == 302, (slug, sent.context and sent.context["form"].errors)
        at = sent.url
    assert seen == [page.slug for page in PAGES]
    assert at == address("intern_check", token)
    check = browser.get(at)
    assert "Мар’яна" in check.content.decode()
    assert "lyst.pdf" in check.content.decode()

    done = browser.post(at, follow=True)

    fresh.refresh_from_db()
    assert fresh.status == Status.SUBMITTED
    assert fresh.number in done.content.decode()
    assert fresh.answers == {
        **answers,
        **{key: value.strip() for key, value in answers.items() if isinstance(value, str)},
    }
    assert fresh.birth_date == "1985-04-14"


def test_wrong_answers_are_named_and_kept(fresh, let_in):
    """A5, A8: an error beside each field and in the summary; nothing typed is lost."""
    browser, token = let_in(fresh)

    page = browser.post(
        address("intern_page", token, "organ"),
        {"organ": "Рада", "edrpou": "32855968", "naselennia": "багато", "bezpeka": "місяць"},
    )

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"edrpou", "naselennia", "bezpeka", "adresa"}
    html = page.content.decode()
    assert 'class="error-summary"' in html
    assert 'href="#id_edrpou"' in html
    assert "32855968" in html
    assert "багато" in html


def test_later_keeps_even_what_is_not_right_yet(fresh, let_in):
    browser, token = let_in(fresh)

    browser.post(
        address("intern_page", token, "organ"),
        {"organ": "Рада", "edrpou": "3285", "action": "later"},
    )

    page = browser.get(address("intern_page", token, "organ"))
    assert page.context["form"].initial["edrpou"] == "3285"
    assert page.context["form"].initial["organ"] == "Рада"


@pytest.mark.parametrize(
    ("page", "name"), [("osoba", "imia"), ("osoba", "stat"), ("kerivnyk", "kerivnyk_email")]
)
def test_autosave_keeps_what_is_too_long_for_its_column(fresh, let_in, page, name):
    browser, token = let_in(fresh)

    answer = browser.post(address("intern_autosave", token, page), {name: "ї" * 300})

    assert answer.status_code == 200
    fresh.refresh_from_db()
    assert fresh.answers[name] == "ї" * 300


def test_autosave_keeps_the_draft_and_says_when(fresh, let_in):
    browser, token = let_in(fresh)

    answer = browser.post(address("intern_autosave", token, "organ"), {"organ": "Рада"})

    assert set(answer.json()) == {"saved_at_text"}
    fresh.refresh_from_db()
    assert fresh.answers["organ"] == "Рада"


@pytest.mark.parametrize(
    ("slug", "key", "value"),
    [("organ", "naselennia", 80_001), ("posada", "riven", "other"), ("dosvid", "ranishe", "me")],
)
def test_an_answer_that_rules_out_stops_kindly_and_at_once(edition, let_in, slug, key, value):
    """A10: told before the rest of the questions, with a way to change a slip."""
    application = InternApplicationFactory(edition=edition)
    browser, token = let_in(application)
    answers = intern_answers(**{key: value, "ranishe_roky": "2023"})

    sent = browser.post(address("intern_page", token, slug), typed(slug, answers, edition))
    page = browser.get(sent.url)

    assert sent.url == address("intern_stop", token)
    assert address("intern_page", token, slug) in page.content.decode()
    assert browser.post(address("intern_check", token)).url == address("intern_stop", token)


def test_themes_are_put_in_order_with_buttons(edition, let_in):
    application = InternApplicationFactory(edition=edition)
    browser, token = let_in(application)
    at = address("intern_page", token, "poriadok")

    moved = browser.post(at, {"temy": ["waste", "education"], "rank": "down:waste"})
    kept = browser.post(at, {"temy": ["education", "waste"], "action": "next"})

    application.refresh_from_db()
    assert (moved.url, application.answers["temy"]) == (at, ["education", "waste"])
    assert kept.url == address("intern_page", token, "navchannia")


def test_a_fourth_theme_is_refused(edition, let_in):
    application = InternApplicationFactory(edition=edition)
    browser, token = let_in(application)

    page = browser.post(
        address("intern_page", token, "temy"),
        {"temy": ["waste", "education", "water", "finance"]},
    )

    assert list(page.context["form"].errors) == ["temy"]


def test_a_refused_file_leaves_the_good_one_and_its_name(edition, let_in):
    """A8: wrong type beside the field; the other file stays."""
    application = InternApplicationFactory(edition=edition, papers=False)
    browser, token = let_in(application)
    bad = SimpleUploadedFile("cv.exe", b"MZ" + b"0" * 100)

    page = browser.post(
        address("intern_page", token, "dokumenty"), {"lyst": pdf("лист.pdf"), "cv": bad}
    )

    assert list(page.context["form"].errors) == ["cv"]
    assert [each.stored.name for each in application.files.all()] == ["лист.pdf"]
    assert "лист.pdf" in browser.get(address("intern_page", token, "dokumenty")).content.decode()
    browser.post(address("intern_page", token, "dokumenty"), {"remove_lyst": "1"})
    assert application.files.count() == 0


def test_partners_are_gminas_of_the_register(edition, let_in):
    application = InternApplicationFactory(edition=edition)
    browser, token = let_in(application)
    gmina = GminaFactory(name="Радомсько")
    at = address("intern_page", token, "partnery")

    sent = browser.post(
        at, {"partner_1_gmina": "радомсько", "partner_1_rik": "2019", "partner_1_uhoda": "on"}
    )
    wrong = browser.post(at, {"partner_1_gmina": "9999999"})

    application.refresh_from_db()
    assert sent.status_code == 302
    assert application.answers["partnery_pl"] == [
        {"gmina": gmina.teryt, "rik": 2019, "uhoda": True}
    ]
    assert list(wrong.context["form"].errors) == ["partner_1_gmina"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1989", "Введіть рік чотирма цифрами, не раніше 1990, наприклад 2019."),
        ("2101", "Напишіть рік чотирма цифрами, наприклад 2019."),
        ("торік", "Напишіть рік чотирма цифрами, наприклад 2019."),
    ],
)
def test_year_of_a_partnership_is_written_as_a_year(edition, let_in, typed, sentence):
    """Its bounds are years, not counts with their thousands apart."""
    browser, token = let_in(InternApplicationFactory(edition=edition))
    gmina = GminaFactory(name="Радомсько")

    page = browser.post(
        address("intern_page", token, "partnery"),
        {"partner_1_gmina": gmina.teryt, "partner_1_rik": typed},
    )

    assert page.context["form"].errors == {"partner_1_rik": [sentence]}


def test_unfinished_application_cannot_be_sent_and_says_where(fresh, let_in):
    browser, token = let_in(fresh)

    page = browser.post(address("intern_check", token))

    assert page.status_code == 200
    slugs = [each.slug for each in PAGES if each.slug not in ("poriadok", "partnery")]
    assert [error["href"] for error in page.context["errors"]] == [
        f"{address('intern_page', token, slug)}?back=check" for slug in slugs
    ]


def test_after_closing_a_draft_can_be_read_and_not_changed(let_in):
    """A7."""
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now - timedelta(days=1),
    )
    application = InternApplicationFactory(edition=edition)
    browser, token = let_in(application)

    sent = browser.post(address("intern_page", token, "organ"), {"organ": "Інша"})

    assert sent.url == address("intern_application", token)
    assert "Мар’яна" in browser.get(address("intern_answers", token)).content.decode()
    assert browser.post(address("intern_check", token)).url == sent.url
    application.refresh_from_db()
    assert application.answers["organ"] == "Козельщинська селищна рада"


def test_head_sees_no_name_and_confirms_with_the_letters_of_the_address(edition):
    application = InternApplicationFactory(edition=edition, submitted=True)
    token = token_for(application, services.HEAD_LINK, "holova@hromada.example")
    browser = StrictClient()

    shown = browser.get(address("intern_head", token))
    robot = browser.post(address("intern_head", token), {"answer": "confirm", "letters": ""})
    browser.post(address("intern_head", token), {"answer": "confirm", "letters": "hol"})

    assert "Коваленко" not in shown.content.decode()
    assert "letters" in robot.context["form"].errors
    application.refresh_from_db()
    assert application.status == Status.HEAD_CONFIRMED
    assert "notice-success" in browser.get(address("intern_head", token)).content.decode()


def test_head_refuses_only_with_a_reason(edition):
    application = InternApplicationFactory(edition=edition, submitted=True)
    token = token_for(application, services.HEAD_LINK, "holova@hromada.example")
    browser = StrictClient()

    page = browser.post(address("intern_head", token), {"answer": "refuse", "letters": "hol"})
    browser.post(
        address("intern_head", token),
        {"answer": "refuse", "letters": "HOL", "reason": "Потрібна тут."},
    )

    assert "reason" in page.context["form"].errors
    application.refresh_from_db()
    assert (application.status, application.head_answer) == (Status.SUBMITTED, "refused")


def test_candidate_withdraws_only_after_ticking(edition, let_in):
    application = InternApplicationFactory(edition=edition, submitted=True)
    browser, token = let_in(application)

    browser.post(address("intern_withdraw", token), {})
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    browser.post(address("intern_withdraw", token), {"sure": "on"})

    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN


def test_a_decision_shows_when_its_letter_has_gone(edition, let_in, coordinator):
    """Decisions wait for a person; the page tells nothing before the letter does."""
    application = InternApplicationFactory(edition=edition, interviewed=True)
    services.select_candidates(
        edition, reason="За рейтингом набору.", actor=coordinator, now=timezone.now()
    )
    application.refresh_from_db()
    browser, token = let_in(application)

    before = browser.get(address("intern_application", token))
    Letter.objects.filter(letter="applications/intern_selected").update(status="queued")
    after = browser.get(address("intern_application", token))

    assert before.context["status_label"] == Status.INTERVIEWED.label
    assert after.context["status_label"] == Status.SELECTED.label


def test_candidate_answers_about_the_journey_without_details(edition, let_in, coordinator):
    application = InternApplicationFactory(edition=edition, interviewed=True)
    services.select_candidates(
        edition, reason="За рейтингом набору.", actor=coordinator, now=timezone.now()
    )
    application.refresh_from_db()
    services.mark_preparing(application, actor=coordinator, now=timezone.now())
    browser, token = let_in(application)

    sent = browser.post(
        address("intern_journey", token), {"passport_ok": "yes", "may_leave": "not_applicable"}
    )

    application.checklist.refresh_from_db()
    assert sent.url == address("intern_application", token)
    assert (application.checklist.passport_ok, application.checklist.may_leave) == (
        True,
        "not_applicable",
    )


@pytest.mark.parametrize("language", ["", "/uk", "/en"])
def test_a_wrong_link_shows_the_kind_page(client, language):
    for path in ("/zayavka/nonsense/", "/zayavka/kerivnyk/nonsense/"):
        assert client.get(language + path).status_code == 410
    assert StoredFile.objects.count() == 0
