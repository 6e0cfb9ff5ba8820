"""Chosen questions go back with a reason; only those unlock; the resend closes the return (A16)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from applications import returned_questions as rules
from applications.clock import database_now
from applications.models import HostSurvey, LateDraft, SurveyReturn, SurveyVersion
from applications.services import host as services
from applications.services.host import Wish
from core.states import TransitionNotAllowed
from mailing.models import Letter
from tests.applications.test_host_deadline import close
from tests.applications.test_host_views import LINK, as_typed, fill_in, link_to
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DUE = date(2026, 3, 17)
FIGURE = Wish("gmina", "ludnosc", "Liczba mieszkańców", "outdated", "Proszę podać stan na 31.12.")
STREET = Wish("adres", "adres_ulica", "Ulica i numer", "incomplete", "Proszę dopisać numer.")
HAS_MENTOR = Wish("mentor", "mentor_jest", "Mentor", "incorrect", "Proszę wskazać mentora.")
MENTOR = {
    "mentor_jest": "tak",
    "mentor_imie": "Jan",
    "mentor_nazwisko": "Kowalski",
    "mentor_stanowisko": "Kierownik",
    "mentor_email": "j.kowalski@brzeziny.example",
    "mentor_tel": "+48426123457",
    "mentor_jezyki": {"pl": "C2", "uk": "brak", "en": "B1", "ru": "A2"},
    "mentor_obszary": ["waste"],
    "mentor_udzial": "tak",
    "mentor_info": True,
}


@pytest.fixture
def sent():
    draft = HostSurveyFactory(edition=EditionFactory(), draft_answers=host_answers(), answers={})
    return services.submit_survey(draft, now=NOW)


def give_back(survey, *questions, coordinator, now=NOW, due=DUE) -> SurveyReturn:
    return services.return_survey(
        survey, questions=questions or (FIGURE,), due_on=due, actor=coordinator, now=now
    )


# --- The rules


def test_only_the_returned_key_is_taken():
    sent = host_answers()
    wanted = {**sent, "ludnosc": 12_345, "adres_ulica": "Inna 1", "uwagi": "nowe"}

    assert rules.restrict(sent, wanted, [("gmina", "ludnosc")]) == {**sent, "ludnosc": 12_345}


def test_returned_answer_opens_the_pages_it_calls_for():
    """A16: F1 turns to yes, and the mentor's pages open with it; other pages stay locked."""
    sent = host_answers()
    wanted = {**sent, **MENTOR, "ludnosc": 1}

    taken = rules.restrict(sent, wanted, [("mentor", "mentor_jest")])
    opened = rules.unlocked(sent, {**sent, "mentor_jest": "tak"}, [("mentor", "mentor_jest")])

    assert taken == {**sent, **MENTOR}
    assert list(opened) == ["mentor", "mentor-osoba", "mentor-jezyki", "mentor-udzial"]


def test_locked_condition_cannot_open_pages():
    """What may not change opens nothing, however it is sent."""
    sent = host_answers()

    assert rules.restrict(sent, {**sent, **MENTOR}, [("gmina", "ludnosc")]) == sent


def test_one_partner_of_two_is_open():
    partners = [
        {"katottg": "UA1", "nazwa": "A", "od_roku": 2019, "kolejny": "tak"},
        {"katottg": "UA2", "nazwa": "B", "od_roku": 2020, "kolejny": "nie"},
    ]
    sent = host_answers(wspolpraca_ua="umowa", partnerzy=partners, staz_partner="tak")
    other = [{**partners[0], "od_roku": 1999}, {**partners[1], "katottg": "UA3", "nazwa": "C"}]

    taken = rules.restrict(sent, {**sent, "partnerzy": other}, [("partner-2", "hromada")])

    assert taken["partnerzy"] == [partners[0], {**partners[1], "katottg": "UA3", "nazwa": "C"}]


def test_themes_and_their_order_open_together():
    sent = host_answers()

    assert set(rules.unlocked(sent, sent, [("kolejnosc", "tematy")])) == {"tematy", "kolejnosc"}


# --- The service


def test_return_moves_writes_a_draft_and_names_the_questions(sent, coordinator):
    made = give_back(sent, FIGURE, STREET, coordinator=coordinator)

    letter = Letter.objects.get(letter="applications/survey_returned")
    assert (sent.status, made.due_at) == ("returned", datetime(2026, 3, 17, 23, 0, tzinfo=UTC))
    assert letter.status == Letter.Status.DRAFT
    assert "Szanowna Pani" in letter.text or "Szanowni Państwo" in letter.text
    assert "Liczba mieszkańców – Nieaktualna odpowiedź. Proszę podać stan na 31.12." in letter.text
    assert "wtorek, 17 marca 2026, 23:59 (czas warszawski)" in letter.text
    assert LINK.search(letter.text)


@pytest.mark.parametrize("status", ["draft", "returned", "eligible", "ineligible", "withdrawn"])
def test_only_what_awaits_a_decision_is_returned(coordinator, status):
    """A decided survey is not: an eligible one may be invited and matched already."""
    survey = HostSurveyFactory(submitted=True, status=status)
    SurveyVersion.objects.create(survey=survey, position=1, answers=survey.answers, sent_at=NOW)

    with pytest.raises(TransitionNotAllowed):
        give_back(survey, coordinator=coordinator)

    assert (SurveyReturn.objects.count(), Letter.objects.count()) == (0, 0)


def test_return_needs_questions_and_time(sent, coordinator):
    with pytest.raises(services.NothingReturned):
        services.return_survey(sent, questions=(), due_on=DUE, actor=coordinator, now=NOW)
    with pytest.raises(services.DueTooSoon):
        give_back(sent, coordinator=coordinator, due=date(2026, 3, 9))

    assert HostSurvey.objects.get().status == "submitted"


def test_resend_takes_only_what_was_returned_and_closes_the_return(sent, coordinator):
    """A16: everything else that arrives is ignored; the version says what it answers."""
    give_back(sent, FIGURE, coordinator=coordinator)
    late = NOW + timedelta(days=1)
    changed = {"ludnosc": 12_345, "nazwa_urzedowa": "Inna nazwa", "czlonkostwo": ["zmp"]}

    services.save_page(sent, page="gmina", answers=changed, now=late)
    services.save_page(sent, page="uwagi", answers={"uwagi": "nowe"}, now=late)
    again = services.submit_survey(sent, now=late)

    made = SurveyReturn.objects.get()
    assert (again.status, again.answers) == ("submitted", {**host_answers(), "ludnosc": 12_345})
    assert (made.closed_at, made.answer.position) == (late, 2)
    assert [each.answers["ludnosc"] for each in again.versions.order_by("position")] == [
        12_000,
        12_345,
    ]
    assert Letter.objects.filter(letter="applications/survey_receipt").count() == 2


def test_opened_pages_must_be_filled_in_before_the_resend(sent, coordinator):
    """A16: a returned answer that calls for required questions unlocks those too."""
    give_back(sent, HAS_MENTOR, coordinator=coordinator)
    services.save_page(sent, page="mentor", answers={"mentor_jest": "tak"}, now=NOW)

    with pytest.raises(services.SurveyIncomplete) as refusal:
        services.submit_survey(sent, now=NOW)
    for page in ("mentor-osoba", "mentor-jezyki", "mentor-udzial"):
        services.save_page(sent, page=page, answers=MENTOR, now=NOW)
    again = services.submit_survey(sent, now=NOW)

    assert set(refusal.value.gaps) == {"mentor-osoba", "mentor-jezyki", "mentor-udzial"}
    assert again.answers == {**host_answers(), **MENTOR}


@pytest.mark.parametrize(
    ("after", "goes"),
    [
        (timedelta(milliseconds=-1), True),
        (timedelta(minutes=14, seconds=59), True),
        (timedelta(minutes=15), False),
    ],
)
def test_return_has_its_own_end_whatever_the_deadline(sent, coordinator, after, goes):
    """A16: the edition closed weeks before; late on the return is kept as a late draft."""
    april = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
    made = give_back(sent, coordinator=coordinator, now=april, due=date(2026, 4, 24))
    moment = made.due_at + after

    def resend():
        services.save_page(sent, page="gmina", answers={"ludnosc": 12_345}, now=moment)
        return services.submit_survey(sent, now=moment)

    if goes:
        assert resend().answers["ludnosc"] == 12_345
        assert HostSurvey.objects.get().is_late is False
    else:
        with pytest.raises(services.SurveyClosed):
            resend()
        assert LateDraft.objects.get().answers["ludnosc"] == 12_345
        assert HostSurvey.objects.get().status == "returned"


def test_unsent_corrections_of_locked_questions_are_set_aside(sent, coordinator):
    """Nothing is lost: what concerns a returned question stays, the rest is on the record."""
    services.save_page(
        sent, page="gmina", answers={"ludnosc": 11_111, "nazwa_urzedowa": "X gmina"}, now=NOW
    )
    sent.refresh_from_db()

    made = give_back(sent, FIGURE, coordinator=coordinator)

    survey = HostSurvey.objects.get()
    assert survey.draft_answers == {**host_answers(), "ludnosc": 11_111}
    assert made.set_aside["nazwa_urzedowa"] == "X gmina"


def test_return_can_be_taken_back(sent, coordinator, second_coordinator):
    give_back(sent, coordinator=coordinator)

    services.take_back_return(sent, actor=second_coordinator, now=NOW + timedelta(days=9))

    made = SurveyReturn.objects.get()
    assert (sent.status, made.taken_back_by, made.answer) == (
        "submitted",
        second_coordinator,
        None,
    )


def test_more_time_takes_in_what_came_too_late(sent, coordinator, coordinator_client):
    """A16: the day is moved in the panel; what was kept as a late draft is sent, and only it."""
    give_back(sent, FIGURE, coordinator=coordinator)
    late = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    with pytest.raises(services.SurveyClosed):
        services.save_page(
            sent, page="gmina", answers={"ludnosc": 12_345, "nazwa_urzedowa": "X gmina"}, now=late
        )
    day = database_now() + timedelta(days=3)
    address = reverse("admin:applications_return_more_time", args=[sent.pk])
    typed = {"due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year}

    refused = coordinator_client.post(address, {**typed, "due_on_year": 2020})
    coordinator_client.post(address, typed)
    again = services.submit_survey(sent)

    assert list(refused.context["form"].errors) == ["due_on"]
    assert (again.status, again.answers) == ("submitted", {**host_answers(), "ludnosc": 12_345})
    assert LateDraft.objects.get().settled_at is not None


# --- The municipality's side


@pytest.fixture
def returned(client, coordinator):
    """A browser that has sent the survey; it was returned and the edition has closed since."""
    now = database_now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    invitation = HostInvitationFactory(edition=edition)
    client.link = link_to(invitation, invitation.email)
    client.post(client.link, {"email": invitation.email})
    client.post(fill_in(client, client.link, host_answers()))
    give_back(
        HostSurvey.objects.get(),
        FIGURE,
        HAS_MENTOR,
        coordinator=coordinator,
        now=now,
        due=(now + timedelta(days=5)).date(),
    )
    close(edition, timedelta(days=1))
    return client


def test_pages_show_the_reason_at_the_field_and_lock_the_rest(returned):
    """A16, after the deadline: one field, its reason, the others to read."""
    page = returned.get("/en" + returned.link + "gmina/")
    locked = returned.get(returned.link + "adres/")
    overview = returned.get("/en" + returned.link).content.decode()

    html = page.content.decode()
    assert list(page.context["form"].fields) == ["ludnosc"]
    assert "<strong>Out of date:</strong> Proszę podać stan na 31.12." in html
    assert [row.name for row in page.context["locked"]] == ["nazwa_urzedowa", "czlonkostwo"]
    assert locked["Location"] == returned.link
    assert "Questions to correct" in overview


def test_corrected_answers_are_sent_again_and_locked(returned):
    """A16: page by page through what is open, including what the answers open; then locked."""
    answers = {**host_answers(), **MENTOR, "ludnosc": 12_345}
    address, walked = returned.link + "gmina/", []
    while not address.endswith("/sprawdz/"):
        walked.append(address.rstrip("/").rsplit("/", 1)[-1])
        address = returned.post(address, as_typed(walked[-1], answers))["Location"]
    check = returned.get("/en" + address).content.decode()
    receipt = returned.post(address)
    after = returned.get(returned.link + "gmina/")

    survey = HostSurvey.objects.get()
    assert walked == ["gmina", "mentor", "mentor-osoba", "mentor-jezyki", "mentor-udzial"]
    assert check.count("not changed yet") == 0
    assert receipt["Location"] == returned.link + "wyslano/"
    assert (survey.status, survey.answers["ludnosc"]) == ("submitted", 12_345)
    assert after["Location"] == returned.link  # the edition has closed


def test_tampered_form_changes_no_locked_answer(returned):
    returned.post(
        returned.link + "gmina/",
        {"ludnosc": "12345", "nazwa_urzedowa": "Podmieniona", "czlonkostwo": ["zmp"]},
    )
    returned.post(returned.link + "adres/", {"adres_ulica": "Podmieniona 1"})

    survey = HostSurvey.objects.get()
    assert survey.draft_answers == {**survey.answers, "ludnosc": 12_345}


def test_wrong_answer_is_named_and_the_page_stays(returned):
    page = returned.post("/en" + returned.link + "gmina/", {"ludnosc": "dużo"})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["ludnosc"]


# --- The panel


def test_coordinator_chooses_questions_and_gives_reasons(coordinator_client):
    survey = services.submit_survey(
        HostSurveyFactory(draft_answers=host_answers(), answers={}), now=NOW
    )
    address = reverse("admin:applications_return_survey", args=[survey.pk])
    chosen = address + "?q=gmina.ludnosc&q=adres.adres_ulica&go=1"
    due = database_now() + timedelta(days=7)

    first = coordinator_client.get(address).content.decode()
    nothing = coordinator_client.get(address + "?go=1").content.decode()
    missing = coordinator_client.post(chosen, {"kind_0": "outdated"})
    response = coordinator_client.post(
        chosen,
        {
            "kind_0": "outdated",
            "sentence_0": "Proszę podać stan na 31.12.",
            "kind_1": "incomplete",
            "sentence_1": "Proszę dopisać numer.",
            "due_on_day": due.day,
            "due_on_month": due.month,
            "due_on_year": due.year,
        },
    )

    questions = SurveyReturn.objects.get().questions.order_by("pk")
    assert first.count('name="q"') > 25
    assert "Proszę wybrać co najmniej jedno pytanie." in nothing
    assert set(missing.context["form"].errors) == {"sentence_0", "kind_1", "sentence_1", "due_on"}
    assert response["Location"] == reverse("admin:applications_hostsurvey_change", args=[survey.pk])
    assert [(q.page, q.name, q.kind) for q in questions] == [
        ("gmina", "ludnosc", "outdated"),
        ("adres", "adres_ulica", "incomplete"),
    ]


def test_record_says_which_returned_answers_changed(coordinator_client, sent, coordinator):
    """A16: one of the two was changed."""
    give_back(sent, FIGURE, STREET, coordinator=coordinator)
    services.save_page(sent, page="gmina", answers={"ludnosc": 12_345}, now=NOW)
    services.submit_survey(sent, now=NOW + timedelta(hours=1))

    page = coordinator_client.get(reverse("admin:applications_hostsurvey_change", args=[sent.pk]))

    [line] = page.context["return_lines"]
    assert (line.state_kind, line.is_answered) == ("good", True)
    assert [(row.label, row.before, row.after, row.is_changed) for row in line.rows] == [
        ("Liczba mieszkańców", "12\u00a0000", "12\u00a0345", True),
        ("Ulica i numer", "Sienkiewicza 16", "Sienkiewicza 16", False),
    ]


def test_auditor_returns_nothing(auditor, signed_in, sent):
    address = reverse("admin:applications_return_survey", args=[sent.pk])

    assert signed_in(auditor).get(address).status_code == 403
