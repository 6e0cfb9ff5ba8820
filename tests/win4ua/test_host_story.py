"""What a municipality reads behind its link: one next step, its date, who has the ball (P17)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from applications.enums import SurveyStatus
from applications.services import host as services
from grants import emails as grants_emails
from grants.enums import Outcome, ProjectStatus
from mailing.models import Letter
from tests.applications.test_host_views import link_to
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.grants import SmallProjectFactory
from tests.factories.matching import PlacementFactory, ProposalFactory
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)
from tests.factories.programme import EditionFactory, GminaFactory, OrganisationFactory
from win4ua.host_story import story_of_host
from win4ua.journeys import withdraw_host

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 10, 9, tzinfo=UTC)
YOURS, TEAM, OVER = "your office", "the programme team", "nobody: the case is closed"


def told(survey, *, language: str = "en"):
    return story_of_host(survey, now=NOW, language=language)


def release() -> None:
    """A person lets every letter go."""
    Letter.objects.filter(status="draft").update(status="queued")


def decided(coordinator, *, population: int = 12_000, **answers):
    """A survey on which a coordinator has decided by the rules."""
    organisation = OrganisationFactory(gmina=GminaFactory(population=population))
    survey = HostSurveyFactory(
        submitted=True, organisation=organisation, answers=host_answers(**answers)
    )
    services.decide_eligibility(survey, actor=coordinator, now=NOW)
    return survey


@pytest.mark.parametrize(
    ("status", "ball", "title"),
    [
        (SurveyStatus.SUBMITTED, TEAM, "We are checking the conditions"),
        (SurveyStatus.EXCEPTION, TEAM, "We are considering an exception"),
        (SurveyStatus.RETURNED, YOURS, "Please complete some answers"),
        (SurveyStatus.ELIGIBLE, TEAM, "We are preparing the information sessions"),
        (SurveyStatus.WITHDRAWN, OVER, "The municipality has stepped back"),
    ],
)
def test_state_of_the_survey_says_whose_turn_it_is(status, ball, title):
    survey = HostSurveyFactory(submitted=True, status=status)

    step = told(survey).step

    assert (step.ball, step.title) == (ball, title)
    assert step.is_yours is (ball == YOURS)
    assert step.is_open is (ball != OVER)


def test_unsent_correction_is_not_told_that_nothing_need_be_done():
    """Beside "Corrections - NOT SENT" the step says what is looked at, and no longer "nothing"."""
    sent = HostSurveyFactory(submitted=True)
    changed = HostSurveyFactory(submitted=True, draft_answers=host_answers(uwagi="Jeszcze jedno."))

    steps = [told(survey).step for survey in (sent, changed)]

    assert [step.text for step in steps] == [
        "We will write to you about the result. You need not do anything now.",
        "We look at the answers that were sent, and will write to you of the result.",
    ]


def test_decision_is_not_told_before_its_letter_is_released(coordinator):
    """What announces a decision waits for a person; the page does not run ahead of the letter."""
    survey = decided(coordinator)

    march = datetime(2026, 3, 10, 9, tzinfo=UTC)
    before = told(survey)
    release()
    after = story_of_host(survey, now=march, language="en")

    assert told(survey).step.by == ""  # in April the day has passed, and is no promise
    assert before.step.title == "We are checking the conditions"
    assert [row.title for row in before.rows] == ["Survey sent"]
    assert after.step.title == "We are preparing the information sessions"
    assert (after.step.by_label, after.step.by) == (
        "The first session is planned for",
        "1 April 2026",
    )
    assert [row.title for row in after.rows] == ["Survey sent", "Decision on eligibility"]


def test_refusal_says_why_with_the_figure_that_was_used(coordinator):
    """ "Why did they not get us?": the reason and the figure of the decision, with its source."""
    survey = decided(coordinator, population=80_001)
    release()
    survey.gmina.populations.update(value=70_000)  # a later figure does not change what was used

    step = told(survey, language="pl").step

    assert step.ball == "sprawa jest zamknięta"
    assert step.why == ["Gmina ma więcej mieszkańców, niż dopuszcza ta edycja."]
    assert step.figures == [
        (
            "Przyjęta liczba mieszkańców",
            "80\u00a0001 (31 grudnia 2024, Główny Urząd Statystyczny (GUS), tablica ludności "
            "według gmin)",
        ),
        ("Limit tej edycji", "80\u00a0000"),
    ]


def test_refusal_for_another_reason_shows_no_figure_that_was_not_the_reason(coordinator):
    survey = decided(coordinator, stanowisko_pracy="nie")
    release()

    step = told(survey).step

    assert step.why == ["The office cannot offer the intern a place to work."]
    assert step.figures == []


def test_municipality_admitted_by_exception_is_not_told_that_it_meets_the_conditions(
    coordinator, second_coordinator
):
    survey = decided(coordinator, population=80_001)
    services.ask_exception(survey, reason="Sąsiad partnera", actor=coordinator, now=NOW)
    services.approve_exception(survey, actor=second_coordinator, now=NOW)
    release()

    step = told(survey).step

    assert step.text == (
        "The municipality was admitted by exception. You will get a letter with dates to choose."
    )


@pytest.mark.parametrize(
    ("status", "ball", "title"),
    [
        ("invited", YOURS, "Please choose the date of an information session"),
        ("chosen", YOURS, "Please take part in the information session"),
        ("waiting", TEAM, "You are on the waiting list for an information session"),
        ("neither", TEAM, "Neither date suits you"),
        ("absent", YOURS, "You have not taken part in an information session"),
        ("present", TEAM, "We are preparing the declaration of participation"),
    ],
)
def test_choice_of_a_session_says_whose_turn_it_is(status, ball, title):
    seats = status in ("chosen", "waiting", "absent", "present")
    session = InformationSessionFactory(taken=1) if seats else None
    choice = SessionChoiceFactory(status=status, session=session)

    step = told(choice.survey).step

    assert (step.ball, step.title) == (ball, title)


def test_choice_is_open_until_the_cut_off_before_the_last_session():
    """Until when: the edition's hours before the last date on offer."""
    choice = SessionChoiceFactory()
    edition = choice.survey.edition
    InformationSessionFactory(edition=edition)
    InformationSessionFactory(edition=edition, starts_at=datetime(2026, 4, 16, 8, tzinfo=UTC))

    step = told(choice.survey, language="pl").step

    assert (step.by_label, step.by) == (
        "Najpóźniej",
        "środa, 15 kwietnia 2026, 10:00 (czas warszawski)",
    )


@pytest.mark.parametrize(
    ("fields", "ball", "title"),
    [
        ({}, YOURS, "Please send the declaration of participation"),
        ({"sent": True}, "the mentor", "The mentor is to confirm"),
        ({"sent": True, "mentor_answer": "refused"}, YOURS, "Please name another mentor"),
        (
            {"sent": True, "mentor_answer": "confirmed"},
            TEAM,
            "We are checking the declaration of participation",
        ),
        (
            {"sent": True, "status": "returned", "return_reason": "Brak podpisu"},
            YOURS,
            "Please correct the declaration of participation",
        ),
        ({"accepted": True}, TEAM, "We are looking for an intern for your municipality"),
    ],
)
def test_declaration_says_whose_turn_it_is(fields, ball, title):
    declaration = DeclarationFactory(**fields)

    step = told(declaration.survey).step

    assert (step.ball, step.title) == (ball, title)
    assert step.why == (["Brak podpisu"] if fields.get("status") == "returned" else [])


@pytest.mark.parametrize(
    ("fields", "ball", "title"),
    [
        ({"published": True}, YOURS, "Please answer our proposal of an intern"),
        ({"published": True, "host_answer": "accepts"}, "the intern", "The intern is to answer"),
        (
            {"published": True, "status": "declined"},
            TEAM,
            "We are looking for another intern for your municipality",
        ),
    ],
)
def test_proposal_says_whose_turn_it_is(fields, ball, title):
    proposal = ProposalFactory(**fields)

    step = told(proposal.declaration.survey).step

    assert (step.ball, step.title) == (ball, title)


def test_proposal_is_invisible_until_it_is_published():
    """M5: a draft pair shows nowhere on the page."""
    proposal = ProposalFactory()

    story = told(proposal.declaration.survey)

    assert story.step.title == "We are looking for an intern for your municipality"
    assert proposal.application.hromada.name not in str(story)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Please prepare the internship with the mentor"),
        ({"under_way": True}, "The internship is under way"),
        ({"finished": True}, "The internship is over"),
        ({"status": "broken_off"}, "The internship was broken off"),
    ],
)
def test_internship_has_its_days_and_its_step(fields, title):
    placement = PlacementFactory(**fields)

    story = told(placement.declaration.survey)

    assert story.step.title == title
    row = next(row for row in story.rows if row.title == "Internship")
    assert row.moment == "7 September 2026 \u2013 2 October 2026"
    assert [row.title for row in story.rows] == [
        "Survey sent",
        "Declaration of participation",
        "Internship",
    ]


def test_decision_on_a_small_project_is_not_told_before_its_letter_is_released():
    """G10: the partner does not hear of a refusal before the hromada does."""
    project = SmallProjectFactory(submitted=True, status=ProjectStatus.REJECTED)
    survey = project.placement.declaration.survey
    with transaction.atomic():
        grants_emails.decision(project, outcome=Outcome.REJECT, reason="", now=NOW)

    before = told(survey)
    release()
    after = told(survey)

    assert before.step.text == "State of the project: in evaluation."
    assert "not awarded" not in str(before)
    assert after.step.text == "State of the project: not awarded."


def test_whoever_steps_back_is_told_that_it_is_over(coordinator):
    placement = PlacementFactory()
    survey = placement.declaration.survey

    withdraw_host(survey, reason="Remont", actor=coordinator, now=NOW)
    survey.refresh_from_db()

    assert told(survey).step.ball == OVER


@pytest.fixture
def sent():
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    return HostSurveyFactory(edition=edition, submitted=True, answers=host_answers())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", ["Sprawdzamy warunki udziału", "zespół programu"]),
        ("/uk", ["Перевіряємо умови участі", "команда програми"]),
        ("/en", ["We are checking the conditions", "the programme team"]),
    ],
)
def test_page_tells_the_step_without_login_and_nothing_that_was_typed(sent, language, words):
    """P17, SEC-M1: who only holds the link reads whose turn it is, and no name."""
    link = link_to(sent, sent.email)

    page = Client().get(f"{language}{link}kod/").content.decode()

    assert [word in page for word in words] == [True, True]
    for typed in ("Zielińska", "Nowak", "a.nowak", "Sienkiewicza"):
        assert typed not in page


def test_story_takes_few_queries(sent, django_assert_max_num_queries):
    placement = PlacementFactory()

    with django_assert_max_num_queries(16):
        told(placement.declaration.survey)


def test_session_that_has_begun_is_no_longer_ahead():
    choice = SessionChoiceFactory(seated=True)

    before = told(choice.survey).step.title
    after = story_of_host(
        choice.survey, now=choice.session.starts_at + timedelta(days=1), language="en"
    ).step.title

    assert (before, after) == (
        "Please take part in the information session",
        "The information session is over",
    )
