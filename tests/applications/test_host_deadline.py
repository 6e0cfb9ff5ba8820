"""The closing minute: an exclusive instant, judged by the clock of the database (A7, FT-21)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applications.clock import database_now
from applications.models import HostInvitation, HostSurvey, LateDraft, SurveyVersion
from applications.services import host as services
from applications.services import host_surveys, late_drafts
from core.formats import WARSAW
from mailing.models import Letter
from tests.applications.test_host_views import as_typed, fill_in, link_to
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import EditionFactory, GminaFactory
from tests.programme.test_panel import form_data

pytestmark = pytest.mark.django_db
GRACE = timedelta(minutes=15)
# The minute that staff type, and the exclusive instant behind it. The second and the third are the
# nights in which Poland changes its clocks.
CLOSINGS = [
    ("2026-04-30 23:59", datetime(2026, 4, 30, 22, 0, tzinfo=UTC)),
    ("2026-03-29 01:59", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ("2026-10-25 01:59", datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
    ("2026-10-25 23:59", datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
]
IN_TIME = [(timedelta(milliseconds=-1), False)]
IN_GRACE = [(timedelta(0), True), (timedelta(minutes=14, seconds=59), True)]
TOO_LATE = [GRACE, GRACE + timedelta(seconds=1), timedelta(days=3)]


def draft_closing_at(instant, **fields) -> HostSurvey:
    edition = EditionFactory(survey_closes_at=instant)
    return HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={}, **fields)


@pytest.fixture
def edition():
    """Open now by the clock of the database."""
    now = database_now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.fixture
def begun(client, edition):
    """A browser in the middle of the survey; `begun.link` is the address."""
    invitation = HostInvitationFactory(edition=edition)
    client.link = link_to(invitation, invitation.email)
    client.post(client.link, {"email": invitation.email})
    return client


def close(edition, ago: timedelta) -> None:
    """The edition closed so long ago, by the clock of the database."""
    edition.survey_closes_at = database_now() - ago
    edition.save(update_fields=["survey_closes_at"])


@pytest.mark.parametrize(("typed", "instant"), CLOSINGS)
@pytest.mark.parametrize(("after", "is_late"), IN_TIME + IN_GRACE)
def test_survey_is_taken_to_the_end_of_the_grace(typed, instant, after, is_late):
    """FT-21: in time, or "late, in grace"; the change of the clocks moves nothing."""
    draft = draft_closing_at(instant)

    sent = services.submit_survey(draft, now=instant + after)

    assert (sent.status, sent.is_late) == ("submitted", is_late)
    assert LateDraft.objects.count() == 0


@pytest.mark.parametrize(("typed", "instant"), CLOSINGS)
@pytest.mark.parametrize("after", TOO_LATE)
def test_what_is_sent_too_late_is_kept_and_not_taken(typed, instant, after):
    """FT-21: refused from +15:00 on, kept as a late draft, never discarded."""
    draft = draft_closing_at(instant)

    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft, now=instant + after)

    late = LateDraft.objects.get()
    assert (late.answers, late.was_to_be_sent) == (host_answers(), True)
    assert late.first_at == instant + after
    draft.refresh_from_db()
    assert (draft.status, draft.number, SurveyVersion.objects.count()) == ("draft", None, 0)
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(("after", "is_late"), IN_TIME + IN_GRACE)
def test_page_is_saved_to_the_end_of_the_grace(after, is_late):
    instant = CLOSINGS[0][1]
    draft = draft_closing_at(instant)

    services.save_page(draft, page="mentor", answers={"mentor_jest": "tak"}, now=instant + after)

    assert HostSurvey.objects.get().draft_answers["mentor_jest"] == "tak"
    assert LateDraft.objects.count() == 0


@pytest.mark.parametrize("after", TOO_LATE)
def test_page_that_comes_too_late_is_kept_beside_the_draft(after):
    """A7: editing stops; FT-21: two late pages are both kept."""
    instant = CLOSINGS[0][1]
    draft = draft_closing_at(instant)
    pages = {"mentor": {"mentor_jest": "tak"}, "dostepnosc": {"dostepnosc": "pelna"}}

    for page, answers in pages.items():
        with pytest.raises(services.SurveyClosed):
            services.save_page(draft, page=page, answers=answers, now=instant + after)

    late = LateDraft.objects.get()
    changed = {**host_answers(), "mentor_jest": "tak", "dostepnosc": "pelna"}
    assert (late.answers, late.attempts, late.was_to_be_sent) == (changed, 2, False)
    assert HostSurvey.objects.get().draft_answers == host_answers()


def test_length_of_the_grace_is_a_setting_of_the_edition():
    """FT-21 with 30 minutes in place of 15."""
    instant = CLOSINGS[0][1]
    draft = draft_closing_at(instant)
    draft.edition.grace_minutes = 30
    draft.edition.save()

    sent = services.submit_survey(draft, now=instant + timedelta(minutes=29, seconds=59))

    assert sent.is_late is True


@pytest.mark.parametrize(
    ("closed_ago", "web_clock_is_ahead", "status"),
    [
        (timedelta(hours=-1), timedelta(days=2), "submitted"),
        (timedelta(hours=1), timedelta(days=-2), "draft"),
    ],
)
def test_clock_of_the_database_decides(begun, edition, closed_ago, web_clock_is_ahead, status):
    """FT-21: the clock of the web server may be wrong by days."""
    end = fill_in(begun, begun.link, host_answers())
    close(edition, closed_ago)

    with time_machine.travel(timezone.now() + web_clock_is_ahead):
        begun.post(end)

    assert HostSurvey.objects.get().status == status


def test_clock_of_the_web_server_would_decide_otherwise(begun, edition, monkeypatch):
    """Negative control of the test above."""
    end = fill_in(begun, begun.link, host_answers())
    close(edition, timedelta(hours=-1))
    monkeypatch.setattr(host_surveys, "database_now", timezone.now)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        begun.post(end)

    assert HostSurvey.objects.get().status == "draft"


def test_clock_is_read_inside_the_transaction_that_sends(monkeypatch):
    """FT-21: not before it, where a slow request could still be in time."""
    draft = draft_closing_at(database_now() + timedelta(days=1))
    depths = []

    def reading():
        depths.append(len(connection.savepoint_ids))
        return database_now()

    monkeypatch.setattr(host_surveys, "database_now", reading)
    outside = len(connection.savepoint_ids)

    services.submit_survey(draft)

    assert depths == [outside + 1]


@pytest.mark.parametrize(
    ("ago", "is_late"), [(timedelta(minutes=-5), False), (timedelta(minutes=5), True)]
)
def test_page_opened_before_the_closing_and_sent_after(begun, edition, ago, is_late):
    """FT-21: in the grace it works the same, page and sending; the receipt says it was late."""
    answers = host_answers()
    end = fill_in(begun, begun.link, answers)
    assert begun.get(begun.link + "mentor/").status_code == 200
    close(edition, ago)

    begun.post(begun.link + "uwagi/", {"uwagi": "Prosimy o kontakt."})
    grace = begun.get("/en" + begun.link + "mentor/").content.decode()
    begun.post(end)

    survey = HostSurvey.objects.get()
    receipt = Letter.objects.get(letter="applications/survey_receipt").text
    page = begun.get("/en" + begun.link + "wyslano/").content.decode()
    assert (survey.answers["uwagi"], survey.is_late) == ("Prosimy o kontakt.", is_late)
    assert ("The closing time has passed" in grace) is is_late
    assert ("po terminie, w dodatkowym czasie" in receipt) is is_late
    assert ("after the closing time, within the minutes of grace" in page) is is_late


def test_pages_sent_after_the_grace_are_kept_and_the_page_says_so(begun, edition):
    """FT-21, A7: what was typed is read back by the link; it names whom to write to."""
    end = fill_in(begun, begun.link, host_answers())
    edition.help_email = "ankieta@win4ua.example"
    edition.save()
    close(edition, timedelta(minutes=15, seconds=1))

    saved = begun.post(begun.link + "uwagi/", {"uwagi": "Za późno, a jednak."})
    sent = begun.post(end)
    page = begun.get("/en" + begun.link).content.decode()

    assert [saved["Location"], sent["Location"]] == [begun.link, begun.link]
    late = LateDraft.objects.get()
    assert (late.answers["uwagi"], late.was_to_be_sent) == ("Za późno, a jednak.", True)
    assert "Kept as a late draft – NOT SENT" in page
    assert "Za późno, a jednak." in page
    assert "Please write to us: ankieta@win4ua.example" in page
    assert SurveyVersion.objects.count() == 0


def test_first_page_that_comes_too_late_is_kept_as_well(begun, edition):
    """FT-21: nothing had been saved before; the letter was opened in time."""
    close(edition, timedelta(minutes=16))

    begun.post(begun.link + "gmina/", as_typed("gmina", host_answers()))

    survey = HostSurvey.objects.get()
    assert survey.draft_answers == {}
    assert LateDraft.objects.get(survey=survey).answers["ludnosc"] == 12_000


def test_nothing_is_begun_in_the_minutes_of_grace(client, edition):
    """A7: the grace only finishes what was in preparation."""
    invitation = HostInvitationFactory(edition=edition)
    link = link_to(invitation, invitation.email)
    gmina = GminaFactory()
    close(edition, timedelta(minutes=1))

    client.post(link, {"email": invitation.email})
    page = client.get("/en" + link).content.decode()
    door = client.get("/en/ankieta/").content.decode()
    client.post(f"/ankieta/gmina/{gmina.teryt}/", {"email": "a@brzeziny.pl"})

    first = client.get(link + "gmina/")
    assert first["Location"] == link
    closed = "Surveys are not accepted now"
    assert (closed in page, closed in door) == (True, True)
    assert HostInvitation.objects.get() == invitation
    assert HostSurvey.objects.count() == 0


def test_correction_that_comes_too_late_is_kept_and_the_survey_stands(begun, edition):
    """A9, FT-21: what was sent in time counts."""
    end = fill_in(begun, begun.link, host_answers())
    begun.post(end)
    close(edition, timedelta(hours=1))

    begun.post(begun.link + "mentor/", {"mentor_jest": "tak"})
    page = begun.get("/en" + begun.link).content.decode()

    survey = HostSurvey.objects.get()
    assert (survey.status, survey.answers["mentor_jest"]) == ("submitted", "jeszcze_nie")
    assert LateDraft.objects.get().answers["mentor_jest"] == "tak"
    assert "Kept as a late draft – NOT SENT" in page


def test_extended_deadline_takes_in_what_came_late(begun, edition):
    """The coordinators move the closing: the municipality finds what it wrote too late."""
    end = fill_in(begun, begun.link, host_answers())
    close(edition, timedelta(hours=1))
    begun.post(begun.link + "uwagi/", {"uwagi": "Spóźnione."})
    close(edition, timedelta(hours=-1))

    begun.post(end)

    survey = HostSurvey.objects.get()
    assert (survey.status, survey.is_late, survey.answers["uwagi"]) == (
        "submitted",
        False,
        "Spóźnione.",
    )
    assert LateDraft.objects.get().settled_at is not None


def test_coordinator_notes_a_late_draft_once(coordinator, second_coordinator):
    instant = CLOSINGS[0][1]
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft_closing_at(instant), now=instant + GRACE)
    first, second = LateDraft.objects.get(), LateDraft.objects.get()

    late_drafts.note_late_draft(first, actor=coordinator, now=instant + timedelta(hours=1))
    late_drafts.note_late_draft(second, actor=second_coordinator, now=instant + timedelta(hours=2))

    assert LateDraft.objects.get().settled_by == coordinator


def test_what_comes_after_a_noted_late_draft_is_added_to_it(coordinator):
    """FT-21: never discarded, also when a coordinator has seen the first part of it."""
    instant = CLOSINGS[0][1]
    survey = draft_closing_at(instant, saved_at=instant - GRACE)
    with pytest.raises(services.SurveyClosed):
        services.save_page(
            survey, page="uwagi", answers={"uwagi": "Pierwsze."}, now=instant + GRACE
        )
    late_drafts.note_late_draft(
        LateDraft.objects.get(), actor=coordinator, now=instant + timedelta(hours=1)
    )

    with pytest.raises(services.SurveyClosed):
        services.save_page(
            survey,
            page="dostepnosc",
            answers={"dostepnosc": "pelna"},
            now=instant + timedelta(hours=2),
        )

    late = LateDraft.objects.get()
    assert late.answers["uwagi"] == "Pierwsze."
    assert late.answers["dostepnosc"] == "pelna"
    assert late.settled_at is None


@pytest.mark.parametrize(("typed", "instant"), CLOSINGS)
def test_staff_type_the_last_minute_and_read_it_back(
    administrator_client, auditor, signed_in, typed, instant
):
    """FT-21: "30 Apr 23:59" is stored as the exclusive 1 May 00:00 in Warsaw."""
    edition = EditionFactory(is_published=False)
    address = reverse("admin:programme_edition_change", args=[edition.pk])
    data = form_data(administrator_client, edition) | {
        "survey_closes_at_0": typed[:10],
        "survey_closes_at_1": typed[11:],
    }

    response = administrator_client.post(address, data)

    edition.refresh_from_db()
    again = form_data(administrator_client, edition)
    assert response.status_code == 302
    assert edition.survey_closes_at == instant
    assert (again["survey_closes_at_0"], again["survey_closes_at_1"][:5]) == (
        typed[:10],
        typed[11:],
    )
    shown = signed_in(auditor).get(address).content.decode()
    assert (typed[11:] in shown, f"{instant.astimezone(WARSAW):%H:%M}" in shown) == (
        True,
        False,
    )


def test_page_shows_warsaw_and_kyiv(client):
    """FT-21: the last minute in both zones; the day differs."""
    EditionFactory(
        survey_opens_at=database_now() - timedelta(days=1),
        survey_closes_at=datetime(2099, 4, 30, 22, 0, tzinfo=UTC),
    )

    pages = {
        language: client.get(f"{prefix}/ankieta/").content.decode()
        for language, prefix in (("pl", ""), ("uk", "/uk"))
    }

    assert (
        "czwartek, 30 kwietnia 2099, 23:59 (czas warszawski); "
        "piątek, 1 maja 2099, 00:59 (czas kijowski)" in pages["pl"]
    )
    assert (
        "четвер, 30 квітня 2099, 23:59 (за варшавським часом); "
        "п’ятниця, 1 травня 2099, 00:59 (за київським часом)" in pages["uk"]
    )
