"""Who is named in a survey answers for themselves: the mentor (A23), the contact person (B5)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.host_people import people_of
from applications.models import AddressConfirmation, HostSurvey, NamedMentor
from applications.services import host as services
from applications.services import mentor_confirmation as people
from core import formats
from core.models import AuditEvent, CapabilityLink
from mailing.models import Letter
from meetings import services as meetings
from meetings.models import Declaration
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LINK = re.compile(r"http://\S+/ankieta/(?:mentor|adres)/[\w-]+/")


def with_mentor(**changes: object) -> dict[str, object]:
    return host_answers(
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik referatu",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="+48426123457",
        mentor_jezyki={"pl": "C2", "uk": "brak", "en": "B1", "ru": "A2"},
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
        **changes,
    )


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )


def send(survey: HostSurvey, answers: dict, *, by: str = "sekretariat@brzeziny.example"):
    survey.draft_answers = answers
    survey.save()
    return services.submit_survey(survey, now=timezone.now(), by=by)


@pytest.fixture
def sent(edition):
    return send(HostSurveyFactory(edition=edition), with_mentor())


def path_in(letter: str, number: int = -1) -> str:
    """The path of the link in the newest letter of a kind (or the one with this place)."""
    letters = list(Letter.objects.filter(letter=letter).order_by("pk"))
    return urlsplit(LINK.search(letters[number].text)[0]).path


def answer(client, path: str, answer: str = "yes", start: str = "j.k", **more):
    return client.post(path, {"answer": answer, "address_start": start, **more})


def test_mentor_named_in_a_survey_is_asked_at_once(sent):
    """A23: the letter does not wait for a person, and says from whom the data come (art. 14)."""
    letter = Letter.objects.get(letter="applications/named_mentor")

    assert (letter.to, letter.status) == ("j.kowalski@brzeziny.example", "queued")
    assert "od Państwa pracodawcy" in letter.text
    assert "Administratorem danych jest Fundacja Solidarności Międzynarodowej" in letter.text
    assert NamedMentor.objects.get().status == "waiting"


def test_looking_at_the_page_changes_nothing(client, sent, no_writes):
    """SEC-M2: GET and HEAD, as mail gateways do."""
    path = path_in("applications/named_mentor")

    with no_writes():
        page = client.get(path)
        client.head(path)

    assert page.status_code == 200
    assert sent.gmina.name in page.content.decode()
    assert NamedMentor.objects.get().status == "waiting"


@pytest.mark.parametrize("start", ["", "j.", "abc", "kowalski", "яко"])
def test_robot_that_sends_the_form_answers_nothing(client, sent, start):
    """SEC-M3: without the first letters of the address nothing happens."""
    page = answer(client, path_in("applications/named_mentor"), start=start)

    assert page.status_code == 200
    assert NamedMentor.objects.get().status == "waiting"


@pytest.mark.parametrize(("said", "status"), [("yes", "confirmed"), ("no", "refused")])
def test_mentor_answers_by_the_link_without_an_account(client, sent, said, status):
    """A23: and the survey's record and the office's page show it."""
    answer(client, path_in("applications/named_mentor"), said, reason="Urlop")

    named = NamedMentor.objects.get()
    assert (named.status, named.reason) == (status, "Urlop" if said == "no" else "")
    assert named.answered_at is not None
    assert AuditEvent.objects.filter(action=f"applications.namedmentor.{status}").count() == 1
    line = people_of(sent)[-1]
    assert (line.name, line.kind) == ("Jan Kowalski", {"yes": "good", "no": "bad"}[said])


def test_second_answer_does_not_overturn_the_first(client, sent):
    path = path_in("applications/named_mentor")
    answer(client, path, "yes")

    answer(Client(), path, "no")

    assert NamedMentor.objects.get().status == "confirmed"


def test_office_hears_of_a_refusal_at_once(client, sent):
    answer(client, path_in("applications/named_mentor"), "no", reason="Urlop we wrześniu")

    letter = Letter.objects.get(letter="applications/named_mentor_refused")

    assert (letter.to, letter.status) == (sent.addressee.email, "queued")
    assert "Powód: Urlop we wrześniu" in letter.text
    last_minute = formats.deadline(sent.edition.survey_closes_at, "pl")
    assert f"Termin: {last_minute}." in letter.text


def test_same_mentor_is_asked_once_whatever_else_is_corrected(sent):
    """A correction of something else, or of the name's spelling, asks nobody again."""
    send(sent, with_mentor(nocleg="nie") | {"mentor_nazwisko": "Kowalski-Nowak"})

    assert Letter.objects.filter(letter="applications/named_mentor").count() == 1
    assert [str(each) for each in NamedMentor.objects.all()] == ["Jan Kowalski-Nowak"]


def test_old_link_dies_when_somebody_else_is_named(client, sent):
    """A23: whoever is named no longer cannot answer for the one who is."""
    old = path_in("applications/named_mentor")
    send(sent, with_mentor() | {"mentor_imie": "Ewa", "mentor_email": "e.lis@brzeziny.example"})

    page = answer(client, old)
    answer(client, path_in("applications/named_mentor"), "yes", start="e.l")

    assert page.status_code != 302
    named = NamedMentor.objects.order_by("pk").values_list("first_name", "status")
    assert list(named) == [("Jan", "replaced"), ("Ewa", "confirmed")]


def test_mentor_taken_back_is_no_longer_asked(client, sent):
    path = path_in("applications/named_mentor")
    send(sent, host_answers())

    answer(client, path)

    assert NamedMentor.objects.get().status == "replaced"
    assert [line.role for line in people_of(sent)] == ["Adres osoby do kontaktu"]


def test_mentor_of_a_survey_that_is_over_is_told_so(client, coordinator, sent):
    path = path_in("applications/named_mentor")
    services.withdraw_survey(sent, actor=coordinator, now=timezone.now())

    page = client.get(path).content.decode()
    answer(client, path)

    assert "Odpowiedź nie jest już potrzebna" in page
    assert NamedMentor.objects.get().status == "waiting"


def test_declaration_takes_over_a_mentor_who_has_confirmed(client, coordinator, sent):
    """W15: nobody is asked twice; a mentor who has not confirmed is asked by the declaration."""
    answer(client, path_in("applications/named_mentor"))
    declaration = Declaration.objects.create(survey=sent, asked_at=timezone.now())
    answers = {
        "nip": "1234563218",
        "regon": "",
        "representative": "Barbara Zielińska",
        "lodging": "offer",
        "windows": ["september"],
        "interns": 1,
        "mentor_first_name": "Jan",
        "mentor_last_name": "Kowalski",
        "mentor_position": "Kierownik",
        "mentor_email": "J.Kowalski@brzeziny.example",
        "mentor_phone": "",
    }

    meetings.send_declaration(declaration, answers=answers, now=timezone.now())

    declaration.refresh_from_db()
    assert declaration.mentor_answer == "confirmed"
    assert declaration.mentor_user.email.lower() == "j.kowalski@brzeziny.example"
    assert declaration.mentor_answered_at is not None
    assert Letter.objects.filter(letter="meetings/mentor_request").count() == 0


def test_record_shows_how_the_mentor_answered(coordinator_client, client, sent):
    answer(Client(), path_in("applications/named_mentor"), "no", reason="Urlop")

    page = coordinator_client.get(
        reverse("admin:applications_hostsurvey_change", args=[sent.pk])
    ).content.decode()

    assert "Jan Kowalski" in page
    assert "Powód: Urlop" in page


def test_auditor_sees_the_answer_and_no_name(signed_in, auditor, sent):
    """Permission matrix P04: names are not for the auditor."""
    page = signed_in(auditor).get(reverse("admin:applications_hostsurvey_change", args=[sent.pk]))

    assert "Czeka na odpowiedź" in page.content.decode()
    assert "Kowalski" not in page.content.decode()


def test_contact_who_sent_by_the_own_link_needs_no_other_proof(edition):
    """B5: the link of the letter has shown the mailbox already."""
    survey = send(HostSurveyFactory(edition=edition), host_answers(), by="A.Nowak@brzeziny.example")

    assert Letter.objects.filter(letter="applications/confirm_address").count() == 0
    assert people.contact_is_confirmed(survey)


def test_contact_typed_by_somebody_else_confirms_by_a_link(client, sent, no_writes):
    """B5: a visible act, not the opening of the page."""
    path = path_in("applications/confirm_address")
    with no_writes():
        client.get(path)
    before = people.contact_is_confirmed(sent)

    client.post(path, {"address_start": "xyz"})
    wrong = people.contact_is_confirmed(sent)
    client.post(path, {"address_start": "A.N"})

    assert (before, wrong, people.contact_is_confirmed(sent)) == (False, False, True)
    assert Letter.objects.get(letter="applications/confirm_address").to == (
        "a.nowak@brzeziny.example"
    )


def test_contact_is_asked_once_in_spite_of_corrections(sent):
    send(sent, host_answers(nocleg="nie"))

    assert Letter.objects.filter(letter="applications/confirm_address").count() == 1
    assert AddressConfirmation.objects.filter(confirmed_at=None).count() == 1


def test_guesses_of_the_first_letters_are_counted(client, sent):
    """SEC-R: the twenty-first guess of an hour is refused."""
    path = path_in("applications/named_mentor")

    statuses = [answer(client, path, start=f"a{n}x").status_code for n in range(21)]

    assert statuses == [200] * 20 + [429]


def test_possible_duplicate_asks_nobody(edition):
    """A13: until staff have settled it."""
    first = HostSurveyFactory(edition=edition)
    survey = HostSurveyFactory(
        edition=edition,
        organisation=first.organisation,
        status="duplicate",
        duplicate_of=first,
        answers=with_mentor(),
    )

    with transaction.atomic():
        people.ask_people(survey, by="a@b.example", now=NOW)

    assert CapabilityLink.objects.count() == 0
