"""Colleagues of one office and one survey: invited, handed over, taken over (A15, A22)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import TakeOverStatus, WayIn
from applications.models import HostSurvey, SurveyColleague, TakeOverRequest
from applications.services import host as services
from applications.services import host_colleagues
from applications.wording import initials
from core import audit, formats
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.conftest import StrictClient
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import ContactFactory, EditionFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver(/\S*ankieta/\S+/)")
CANARY = "Kanarkowa 7"


@pytest.fixture
def edition():
    """Open now by the clock of the database."""
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=20),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=40),
    )


@pytest.fixture
def survey(edition):
    """Begun by Jan Kowalski, with an answer that could leak."""
    contact = ContactFactory(first_name="Jan", last_name="Kowalski", email="jan@brzeziny.pl")
    invitation = HostInvitationFactory(
        edition=edition, organisation=contact.organisation, contact=contact
    )
    return HostSurveyFactory(
        edition=edition,
        organisation=contact.organisation,
        invitation=invitation,
        contact=None,
        email="jan@brzeziny.pl",
        answers={},
        draft_answers=host_answers(adres_ulica=CANARY),
        started_at=timezone.now() - timedelta(days=3),
    )


@pytest.fixture
def second(survey):
    """Ewa of the same office has a letter of her own."""
    contact = ContactFactory(organisation=survey.organisation, email="ewa@brzeziny.pl")
    return HostInvitationFactory(
        edition=survey.edition, organisation=survey.organisation, contact=contact
    )


def link_to(target, email: str) -> str:
    with transaction.atomic():
        token = services.new_link(target, email=email, now=timezone.now())
    return f"/ankieta/l/{token}/"


@pytest.fixture
def theirs(second) -> str:
    """Ewa's own link."""
    return link_to(second, second.email)


def letter_to(address: str, letter: str) -> Letter:
    return Letter.objects.filter(letter=f"applications/{letter}", to=address).latest("pk")


def link_in(letter: Letter) -> str:
    return urlsplit(LINK.search(letter.text)[0]).path


def enter_code(browser, link: str):
    browser.post(link + "kod/wyslij/")
    text = Letter.objects.filter(letter="mailing/code").latest("pk").text
    return browser.post(link + "kod/", {"code": re.search(r"\b(\d{6})\b", text)[1]})


@pytest.fixture
def owner(survey):
    """Jan's browser and the address of his link."""
    link = link_to(survey.invitation, survey.email)
    browser = StrictClient()
    enter_code(browser, link)
    return browser, link


# --- A22: already begun


def test_colleague_sees_initials_and_day_and_nothing_else(client, theirs, survey, no_writes):
    """A22: no answer, no whole address, no name; looking writes nothing."""
    with no_writes():
        page = client.get(theirs)

    html = page.content.decode()
    assert (page.context["who"], page.context["is_sent"]) == ("J… K…", False)
    assert "J… K…" in html
    leaks = [CANARY, "jan@brzeziny.pl", "Kowalski", "Zielińska"]
    assert [word for word in leaks if word in html] == []


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("anna.nowak@gmina.pl", "A… N…"),
        ("sekretariat@gmina.pl", "S…"),
        ("j_w-kos@gmina.pl", "J… W…"),
    ],
)
def test_initials_from_an_address(survey, email, words):
    survey.email = email

    assert initials(survey) == words


def test_asking_needs_the_address_of_the_letter(client, theirs):
    """SEC-M3: a robot that sends every form asks for nothing."""
    empty = client.post(theirs + "przejecie/", {})
    wrong = client.post(theirs + "przejecie/", {"email": "robot@example.org"})

    assert (empty.status_code, wrong.status_code) == (200, 200)
    assert TakeOverRequest.objects.count() == 0


def test_page_of_a_wrong_address_in_another_language_leads_back(client, theirs):
    """The switch of languages asks the address of the form, which takes no GET."""
    answer = client.get("/uk" + theirs + "przejecie/")

    assert (answer.status_code, answer["Location"]) == (302, "/uk" + theirs)


def test_asking_twice_writes_one_letter(client, theirs, second):
    for _time in range(2):
        client.post(theirs + "przejecie/", {"email": second.email})

    assert TakeOverRequest.objects.get().email == "ewa@brzeziny.pl"
    assert Letter.objects.filter(letter="applications/take_over_asked").count() == 1
    assert client.get(theirs).context["due"] != ""


@pytest.fixture
def asked(client, theirs, second):
    client.post(theirs + "przejecie/", {"email": second.email})
    return TakeOverRequest.objects.get()


def test_taking_over_from_the_letter_to_the_answers(client, theirs, second, survey, asked):
    """A22, moment 2: asked, agreed by one answer, and the answers are there after the code."""
    answer_at = link_in(letter_to("jan@brzeziny.pl", "take_over_asked"))
    jan = StrictClient()
    before = client.get(theirs, follow=True).content.decode()

    shown = jan.get(answer_at)
    done = jan.post(answer_at, {"answer": "granted", "email": "jan@brzeziny.pl"}, follow=True)
    own = link_in(letter_to("ewa@brzeziny.pl", "take_over_granted"))
    ewa = StrictClient()
    locked = ewa.get(own + "adres/", follow=True).content.decode()
    enter_code(ewa, own)
    opened = ewa.get(own + "adres/").context["form"]
    enter_code(client, theirs)

    assert shown.context["wish"].email == "ewa@brzeziny.pl"
    assert done.context["status"] == "granted"
    assert [CANARY in page for page in (before, locked)] == [False, False]
    assert opened["adres_ulica"].value() == CANARY
    assert client.get(theirs + "adres/").context["form"]["adres_ulica"].value() == CANARY
    fresh = HostSurvey.objects.get()
    assert (fresh.email, fresh.invitation) == ("ewa@brzeziny.pl", survey.invitation)
    assert audit.history(asked).first().action == "applications.takeoverrequest.granted"


def test_the_letters_name_the_deadline_as_the_pages_do(asked, survey):
    """FT-21: the last minute, 23:59, and not midnight of the day after."""
    host_colleagues.answer_take_over(asked, grants=True, now=timezone.now())
    closes_at = survey.edition.survey_closes_at

    text = letter_to("ewa@brzeziny.pl", "take_over_granted").text

    assert text.count(formats.deadline(closes_at, "pl")) == 1
    assert text.count(formats.moment(closes_at, "pl")) == 0


def test_looking_at_the_request_answers_nothing(asked, no_writes):
    """SEC-M2: a mail gateway opens the link."""
    answer_at = link_in(letter_to("jan@brzeziny.pl", "take_over_asked"))
    robot = StrictClient()

    with no_writes():
        robot.get(answer_at)
        robot.head(answer_at)
    robot.post(answer_at, {"answer": "granted"})
    robot.post(answer_at, {"answer": "granted", "email": "robot@example.org"})

    assert TakeOverRequest.objects.get().status == TakeOverStatus.ASKED


def test_refusal_is_told_and_shows_nothing(client, theirs, asked):
    answer_at = link_in(letter_to("jan@brzeziny.pl", "take_over_asked"))

    StrictClient().post(answer_at, {"answer": "refused", "email": "jan@brzeziny.pl"})
    page = client.get(theirs)

    assert page.context["was_refused"] is True
    assert CANARY not in page.content.decode()
    assert letter_to("ewa@brzeziny.pl", "take_over_refused")
    assert SurveyColleague.objects.count() == 0
    assert HostSurvey.objects.get().email == "jan@brzeziny.pl"


def test_who_was_invited_meanwhile_takes_over_as_well(asked, survey):
    """A22: the request does not stay open for ever because a colleague was quicker to invite."""
    email = asked.email
    first = host_colleagues.invite_colleague(
        survey, email=email, asked_by=survey.email, now=timezone.now()
    )
    with transaction.atomic():
        host_colleagues.accept(first.link, now=timezone.now())

    answered = host_colleagues.answer_take_over(asked, grants=True, now=timezone.now())

    survey.refresh_from_db()
    assert (answered.status, survey.email) == (TakeOverStatus.GRANTED, email)
    assert survey.colleagues.filter(ended_at=None).get().way == WayIn.TOOK_OVER
    assert host_colleagues.is_colleague(survey, email) is True


def test_second_answer_changes_nothing(asked):
    host_colleagues.answer_take_over(asked, grants=False, now=timezone.now())
    again = TakeOverRequest.objects.get()
    again.status = TakeOverStatus.ASKED  # as read before the first answer

    with pytest.raises(TransitionNotAllowed):
        host_colleagues.answer_take_over(again, grants=True, now=timezone.now())

    assert SurveyColleague.objects.count() == 0


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        ("2026-03-10T09:00+00:00", "2026-03-13"),
        ("2026-04-30T09:00+00:00", "2026-05-06"),  # 1 and 3 May, a weekend
        ("2026-12-23T22:59+00:00", "2026-12-30"),  # Christmas Eve is free since 2025
    ],
)
def test_answer_is_expected_within_three_working_days(survey, second, asked_on, due):
    with time_machine.travel(asked_on, tick=False):
        wish = host_colleagues.ask_take_over(survey, invitation=second, now=timezone.now())

    assert wish.due_on.isoformat() == due


def test_silence_becomes_a_task_of_the_coordinators(coordinator_client, asked, edition):
    """A22: nobody answers; the desk counts it, the list opens it, one answers with a reason."""
    tile = {"edition": edition.year, "waits": "us"}
    listed = reverse("admin:applications_takeoverrequest_changelist")
    early = coordinator_client.get(listed, tile).context["cl"].result_count
    TakeOverRequest.objects.update(due_on=timezone.now().date() - timedelta(days=2))

    late = coordinator_client.get(listed, tile).context["cl"].result_count
    address = reverse("admin:applications_answer_take_over", args=[asked.pk])
    no_reason = coordinator_client.post(address, {"answer": "granted"})
    coordinator_client.post(address, {"answer": "granted", "reason": "Pan Jan jest na urlopie."})

    assert (early, late, no_reason.status_code) == (0, 1, 200)
    wish = TakeOverRequest.objects.get()
    assert (wish.status, wish.reason) == ("granted", "Pan Jan jest na urlopie.")
    assert HostSurvey.objects.get().email == "ewa@brzeziny.pl"
    assert SurveyColleague.objects.get().way == WayIn.BY_STAFF


# --- A15: invited, handed over


def test_invited_colleague_works_on_the_survey_after_the_code(owner, survey):
    """A15: her own link, valid for 14 days, shows nothing before the code; both can then work."""
    browser, link = owner

    browser.post(link + "osoby/", {"email": "Ola@brzeziny.pl", "way": "invite"})
    letter = letter_to("ola@brzeziny.pl", "colleague_invited")
    last_minute = formats.deadline(survey.edition.survey_closes_at, "pl")
    own = link_in(letter)
    ola = StrictClient()
    locked = ola.get(own, follow=True).content.decode()
    enter_code(ola, own)
    ola.post(own + "dostepnosc/", {"dostepnosc": "pelna"})
    browser.post(link + "mentor/", {"mentor_jest": "tak"})

    answers = HostSurvey.objects.get().draft_answers
    assert letter.text.replace("\u2060", "").count("jan@brzeziny.pl") == 1
    assert f"Termin wysłania ankiety: {last_minute}." in letter.text
    assert CANARY not in locked
    assert (answers["dostepnosc"], answers["mentor_jest"]) == ("pelna", "tak")
    assert HostSurvey.objects.get().email == "jan@brzeziny.pl"
    deeds = [event.action.rpartition(".")[2] for event in audit.history(survey)]
    assert {"colleague_invited", "colleague_accepted"} <= set(deeds)


@pytest.mark.parametrize(("days", "seconds", "status"), [(13, 86390, 200), (14, 1, 410)])
def test_invitation_ends_after_fourteen_days(owner, days, seconds, status):
    """A15."""
    browser, link = owner
    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    own = link_in(letter_to("ola@brzeziny.pl", "colleague_invited"))

    with time_machine.travel(timezone.now() + timedelta(days=days, seconds=seconds)):
        page = StrictClient().get(own, follow=True)

    assert page.status_code == status


def test_accepted_invitation_does_not_end(owner):
    browser, link = owner
    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    own = link_in(letter_to("ola@brzeziny.pl", "colleague_invited"))
    enter_code(StrictClient(), own)

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        page = StrictClient().get(own, follow=True)

    assert page.status_code == 200


def test_survey_handed_over_is_under_the_new_address_after_the_code(owner):
    browser, link = owner

    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "hand_over"})
    before = HostSurvey.objects.get().email
    enter_code(StrictClient(), link_in(letter_to("ola@brzeziny.pl", "survey_handed_over")))

    assert (before, HostSurvey.objects.get().email) == ("jan@brzeziny.pl", "ola@brzeziny.pl")


def test_invitation_taken_back_closes_the_link(owner):
    browser, link = owner
    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    own = link_in(letter_to("ola@brzeziny.pl", "colleague_invited"))
    colleague = SurveyColleague.objects.get()

    browser.post(f"{link}osoby/{colleague.pk}/koniec/")

    assert StrictClient().get(own).status_code == 410
    assert browser.get(link + "osoby/").context["rows"] == []


def test_same_address_is_let_in_once_and_invited_anew(owner):
    """An invitation that nobody accepted makes way for a new one; the old link closes."""
    browser, link = owner
    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    old = link_in(letter_to("ola@brzeziny.pl", "colleague_invited"))

    browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    new = link_in(letter_to("ola@brzeziny.pl", "colleague_invited"))
    enter_code(StrictClient(), new)
    again = browser.post(link + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    himself = browser.post(link + "osoby/", {"email": "jan@brzeziny.pl", "way": "invite"})

    assert StrictClient().get(old).status_code == 410
    assert [list(page.context["form"].errors) for page in (again, himself)] == [["email"]] * 2
    assert SurveyColleague.objects.filter(ended_at=None).count() == 1


def test_twenty_first_invitation_of_a_day_is_refused(owner):
    """SEC-R."""
    browser, link = owner

    statuses = [
        browser.post(
            link + "osoby/", {"email": f"o{number}@brzeziny.pl", "way": "invite"}
        ).status_code
        for number in range(21)
    ]

    assert statuses == [302] * 20 + [429]


def test_stranger_cannot_invite(theirs, client, survey):
    """SEC-M1: neither a colleague who waits, nor a browser without the code."""
    forwarded = link_to(survey, survey.email)

    client.post(theirs + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})
    StrictClient().post(forwarded + "osoby/", {"email": "ola@brzeziny.pl", "way": "invite"})

    assert SurveyColleague.objects.count() == 0


# --- The person has left the office


def test_coordinator_hands_over_and_closes_the_former_links(coordinator_client, survey, owner):
    """A22: with a reason, on the record; the one who left opens nothing any more."""
    browser, link = owner
    address = reverse("admin:applications_hand_over_survey", args=[survey.pk])
    typed = {"email": "ola@brzeziny.pl", "reason": "Pan Jan odszedł z urzędu.", "closes_former": 1}

    coordinator_client.post(address, typed)
    own = link_in(letter_to("ola@brzeziny.pl", "survey_handed_over"))
    ola = StrictClient()
    enter_code(ola, own)

    assert browser.get(link).status_code == 410
    assert ola.get(own + "adres/").context["form"]["adres_ulica"].value() == CANARY
    colleague = SurveyColleague.objects.get()
    assert (colleague.way, colleague.reason) == (WayIn.BY_STAFF, "Pan Jan odszedł z urzędu.")
    assert HostSurvey.objects.get().email == "ola@brzeziny.pl"


def test_auditor_hands_nothing_over(auditor, signed_in, survey):
    address = reverse("admin:applications_hand_over_survey", args=[survey.pk])

    answer = signed_in(auditor).post(address, {"email": "x@y.pl", "reason": "Bez uprawnienia."})

    assert answer.status_code == 403
    assert SurveyColleague.objects.count() == 0


# --- Only who holds the survey lets others in


@pytest.fixture
def invited(survey, owner):
    """Ewa, let in by Jan, in her own browser; her link."""
    host_colleagues.invite_colleague(
        survey, email="ewa@brzeziny.pl", asked_by=survey.email, now=timezone.now()
    )
    link = link_in(letter_to("ewa@brzeziny.pl", "colleague_invited"))
    browser = StrictClient()
    enter_code(browser, link)
    return browser, link


def test_invited_colleague_neither_invites_nor_hands_over(survey, invited):
    """A15: the person in charge decides; a colleague works on the answers and nothing more."""
    browser, link = invited
    page = browser.get(link + "osoby/")

    browser.post(link + "osoby/", {"email": "obcy@example.org", "way": "invited"})
    browser.post(link + "osoby/", {"email": "ewa2@brzeziny.pl", "way": "handed_over"})

    assert 'name="email"' not in page.content.decode()
    assert survey.email in page.content.decode()
    assert set(SurveyColleague.objects.values_list("email", flat=True)) == {"ewa@brzeziny.pl"}
    with pytest.raises(host_colleagues.NotInCharge):
        host_colleagues.invite_colleague(
            survey, email="obcy@example.org", asked_by="ewa@brzeziny.pl", now=timezone.now()
        )


def test_invited_colleague_takes_nobody_out(survey, invited):
    other = host_colleagues.invite_colleague(
        survey, email="adam@brzeziny.pl", asked_by=survey.email, now=timezone.now()
    )
    browser, link = invited

    page = browser.get(link + "osoby/").content.decode()
    browser.post(link + f"osoby/{other.pk}/koniec/")

    other.refresh_from_db()
    assert (other.ended_at, "adam@brzeziny.pl" in page) == (None, True)


@pytest.mark.parametrize("who", ["email", "contact"])
def test_who_holds_it_and_the_contact_person_are_in_charge(survey, who):
    """The address that began or was given it, and the contact person named in what was sent."""
    survey.contact = ContactFactory(
        organisation=survey.organisation, email="Kontakt@brzeziny.pl", first_name="Ewa"
    )
    address = survey.email if who == "email" else "kontakt@brzeziny.pl"

    assert host_colleagues.is_in_charge(survey, address.upper())
    assert not host_colleagues.is_in_charge(survey, "ewa@brzeziny.pl")
