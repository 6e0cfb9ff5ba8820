"""Our number on a letter, the office's case number, and the letter as PDF (E22)."""

import io

import pytest
from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from core import audit
from mailing import Recipient, letter_pdf, references, selectors, services
from mailing.models import OfficeReference
from tests.factories.mailing import WRITTEN_AT, LetterFactory
from tests.factories.programme import OrganisationFactory

pytestmark = pytest.mark.django_db

OURS = {"pl": "Nasz znak", "uk": "Наш номер", "en": "Our reference"}
YOURS = {"pl": "Państwa znak sprawy", "uk": "Ваш номер справи", "en": "Your case number"}


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_delivered_letter_says_our_number_in_both_parts(write, language):
    letter = write(to=Recipient("urzad@gmina.example", language))
    services.deliver(letter.pk, now=WRITTEN_AT)

    (message,) = mail.outbox
    number = f"WIN4UA/2026/{letter.pk:06d}"
    line = f"{OURS[language]}: {number}"
    assert letter.reference == number
    assert (message.body.count(line), message.alternatives[0].content.count(line)) == (1, 1)
    assert YOURS[language] not in message.body


def test_number_of_new_year_is_that_of_warsaw():
    """Half past eleven at night in Greenwich is next year here."""
    from datetime import UTC, datetime

    assert references.ours(7, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "WIN4UA/2027/000007"


def test_case_number_is_kept_by_later_letters_and_by_drafts_only(write, olena):
    """The office answered under its own number; what has left stays as it was sent."""
    to = Recipient("Urzad@gmina.example", "pl")
    sent = write("sent", to=to)
    services.deliver(sent.pk, now=WRITTEN_AT)
    draft = write("draft", to=to, send=False)
    other = write("other", to=Recipient("inny@gmina.example", "pl"), send=False)

    services.note_case_number(sent, number=" OR.0123.4.2027 ", actor=olena.user, now=WRITTEN_AT)
    later = write("later", to=Recipient("urzad@GMINA.example", "pl"))

    for letter in (sent, draft, other, later):
        letter.refresh_from_db()
    kept = [letter.their_reference for letter in (sent, draft, later, other)]
    assert kept == ["", "OR.0123.4.2027", "OR.0123.4.2027", ""]
    assert "Państwa znak sprawy: OR.0123.4.2027" in later.text
    assert f"{OURS['pl']}: {later.reference}<br>" in later.html
    assert audit.history(sent).first().action == "mailing.letter.case_number_kept"


def test_writing_to_a_known_office_costs_no_query_more(write, django_assert_num_queries):
    OfficeReference.objects.create(
        email="urzad@gmina.example", number="A", entered_by=_somebody(), entered_at=WRITTEN_AT
    )
    letters = {}
    for address in ("nowy@gmina.example", "urzad@gmina.example"):
        write(f"warm.{address}", to=Recipient(address, "pl"))
        with django_assert_num_queries(5):
            letters[address] = write(f"key.{address}", to=Recipient(address, "pl"))

    assert [letter.their_reference for letter in letters.values()] == ["", "A"]


def _somebody():
    from tests.factories.core import UserFactory

    return UserFactory(email="somebody@win4ua.example")


@pytest.mark.parametrize(
    "quoted",
    [
        "{0}",
        "Dotyczy: pisma nr {0} z dnia 14 kwietnia",
        "win4ua/2026/{1}",
        "WIN4UA / 2026 / {1}",
        "Re: WIN4UA-2026-{1}",
    ],
)
def test_reply_that_quotes_our_number_finds_the_letter(olena, quoted):
    wanted, *_others = LetterFactory.create_batch(3, sent=True, subject="Zaproszenie")
    asked = quoted.format(wanted.reference, wanted.pk)

    shelf = olena.get(reverse("admin:mailing_outbox"), {"q": asked}).context["rows"]
    groups = olena.get(reverse("admin:win4ua_search"), {"q": asked}).context["groups"]

    assert [row["letter"].pk for row in shelf] == [wanted.pk]
    page = reverse("admin:mailing_letter_change", args=[wanted.pk])
    assert [row["url"] for group in groups for row in group["rows"]] == [page]


def test_number_of_the_office_finds_the_letter_too():
    wanted = LetterFactory(sent=True, their_reference="OR.0123.4.2027")
    LetterFactory(sent=True)

    assert list(selectors.on_shelf("", search="or.0123.4")) == [wanted]


@pytest.mark.parametrize("text", ["2026/000001", "12/2026/7", "WIN4UA", "WIN4UA 2026", "Serock"])
def test_other_words_are_no_number_of_ours(text):
    assert references.numbers_in(text) == []


# --- On paper


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_pdf_is_tagged_and_says_what_the_mail_says(write, language):
    letter = write(to=Recipient("urzad@gmina.example", language, "Ганна Ґалаґан"))

    content = letter_pdf.make(letter)

    root = PdfReader(io.BytesIO(content)).trailer["/Root"]
    shown = " ".join(text_of(content).split())
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean, not Python's
    assert root["/Lang"] == language
    for words in (letter.subject, letter.reference, OURS[language], YOURS[language]):
        assert words in shown
    assert "Ганна Ґалаґан" in shown
    assert shown.count(letter.reference) == 1


def test_pdf_carries_the_address_of_the_office_from_its_record(write):
    """Address block from the register, name as it stands there, never inflected."""
    office = OrganisationFactory(
        name="Urząd Miejski w Czchowie", street="Rynek 12", postcode="32-860", town="Czchów"
    )
    letter = write(to=Recipient("urzad@czchow.example", "pl", "Anna Kot"), about=office)

    lines = [line.strip() for line in text_of(letter_pdf.make(letter)).split("\n")]

    first = lines.index("Urząd Miejski w Czchowie")
    assert lines[first : first + 5] == [
        "Urząd Miejski w Czchowie",
        "Rynek 12",
        "32-860 Czchów",
        "Anna Kot",
        "urzad@czchow.example",
    ]


def test_pdf_of_a_letter_to_many_has_no_link_to_unsubscribe(write):
    """Nobody clicks on paper."""
    letter = write(is_bulk=True)

    assert "/wypisz/" in letter.text
    assert "wypisz" not in text_of(letter_pdf.make(letter))


def test_pdf_hides_personal_links_where_letters_really_leave(write, settings):
    """P27: as the text in the panel does."""
    letter = write()
    here = text_of(letter_pdf.make(letter))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    production = text_of(letter_pdf.make(letter))

    secrets = list(letter.secrets.values())
    assert [secret in here.replace("\n", "") for secret in secrets] == [True] * len(secrets)
    assert [secret in production.replace("\n", "") for secret in secrets] == [False] * len(secrets)


def test_pdf_and_case_number_are_for_those_who_read_letters(olena, marek):
    letter = LetterFactory(sent=True, stored_text="Dzień dobry\n\n-----\nstopka\n", sealed="")
    pdf = reverse("admin:mailing_letter_pdf", args=[letter.pk])
    case = reverse("admin:mailing_case_number", args=[letter.pk])

    answer = olena.get(pdf)
    kept = olena.post(case, {"number": "OR.7.2027"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert letter.reference.replace("/", "-") + ".pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")
    assert kept.status_code == 302
    assert olena.get(case).context["form"].initial == {"number": "OR.7.2027"}
    assert [marek.get(pdf).status_code, marek.get(case).status_code] == [403, 403]
    assert marek.post(case, {"number": "x"}).status_code == 403
    verbs = olena.get(reverse("admin:mailing_letter_change", args=[letter.pk])).context["verbs"]
    assert {pdf, case} <= {verb.url for verb in verbs}


def test_hostile_case_number_stays_one_line(olena):
    letter = LetterFactory(sent=True)

    services.note_case_number(
        letter, number="A\r\nBcc: x@evil.example", actor=olena.user, now=WRITTEN_AT
    )

    number = OfficeReference.objects.get().number
    said = references.lines("WIN4UA/2026/000001", number, "en")
    assert number == "A Bcc: x@evil.example"
    assert len(said.splitlines()) == 2
    assert ("@evil" in said, "evil.example" in said) == (False, False)  # nothing to click
