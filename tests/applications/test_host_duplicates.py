"""A second survey of one municipality: held, never counted, merged by staff (A13)."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from applications.enums import SurveyStatus, VersionKind
from applications.models import HostSurvey, SurveyVersion
from applications.selectors import host as selectors
from applications.services import host as services
from core.states import TransitionNotAllowed
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def leading(edition):
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    return services.submit_survey(draft, now=NOW)


@pytest.fixture
def second(leading):
    """A colleague's survey of the same municipality, sent as well."""
    other = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        invitation=HostInvitationFactory(
            edition=leading.edition, organisation=leading.organisation
        ),
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(kontakt_email="j.kot@brzeziny.example", liczba_stazystow=2),
        answers={},
    )
    return services.submit_survey(other, now=NOW)


def test_second_survey_of_a_municipality_must_point_to_the_leading_one(leading):
    """A13: the constraint that was one survey is now one leading survey."""
    with pytest.raises(IntegrityError, match="one_leading_survey"), transaction.atomic():
        HostSurveyFactory(edition=leading.edition, organisation=leading.organisation)


@pytest.mark.parametrize(
    "status", [s for s in SurveyStatus if s not in (SurveyStatus.DUPLICATE, SurveyStatus.MERGED)]
)
def test_database_refuses_a_duplicate_that_is_anything_else(second, status):
    """A13: it can never become eligible, whatever the code does."""
    with pytest.raises(IntegrityError, match="never_more_than_a_dup"), transaction.atomic():
        HostSurvey.objects.filter(pk=second.pk).update(status=status)


def test_duplicate_gets_a_number_and_stays_a_duplicate(leading, second):
    assert (leading.number, second.number) == ("WIN4UA-2026-0001", "WIN4UA-2026-0002")
    assert second.status == SurveyStatus.DUPLICATE
    assert second.versions.get().kind == VersionKind.LINK


def test_duplicate_changes_nothing_about_the_office(leading):
    """Its head waits for staff; only the person who is answered is written down."""
    other = HostSurveyFactory(
        edition=leading.edition,
        organisation=leading.organisation,
        status=SurveyStatus.DUPLICATE,
        duplicate_of=leading,
        draft_answers=host_answers(kierownik_nazwisko="Fałszywa", adres_ulica="Inna 1"),
        answers={},
    )

    services.submit_survey(other, now=NOW)

    leading.organisation.refresh_from_db()
    heads = leading.organisation.contacts.filter(role="head", is_active=True)
    assert [head.last_name for head in heads] == ["Zielińska"]
    assert leading.organisation.street == "Sienkiewicza 16"


def test_duplicate_is_in_no_question_of_the_room(edition, leading, second, coordinator):
    """A13: not counted, not decided, not invited."""
    services.decide_eligibility(leading, actor=coordinator, now=NOW)

    assert list(HostSurvey.objects.sent()) == [leading]
    assert list(selectors.surveys_awaiting_decision(edition)) == []
    assert list(selectors.eligible_hosts(edition)) == [leading]
    with pytest.raises(TransitionNotAllowed):
        services.decide_eligibility(second, actor=coordinator, now=NOW)


def test_each_invitation_opens_its_own_survey(leading, second):
    stranger = HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)

    assert selectors.survey_of_invitation(second.invitation) == second
    assert selectors.survey_of_invitation(stranger) == leading


def test_versions_say_how_they_came_about(leading):
    """A9: link, then correction."""
    services.save_page(leading, page="przyjecie", answers={"liczba_stazystow": 2}, now=NOW)
    services.submit_survey(leading, now=NOW, by="a.nowak@brzeziny.example")

    assert list(leading.versions.order_by("position").values_list("kind", "sent_by")) == [
        (VersionKind.LINK, ""),
        (VersionKind.CORRECTION, "a.nowak@brzeziny.example"),
    ]


def test_version_of_staff_names_the_person(leading):
    with pytest.raises(IntegrityError, match="made_by_staff"), transaction.atomic():
        SurveyVersion.objects.create(
            survey=leading, position=7, answers={}, kind=VersionKind.MERGE, sent_at=NOW
        )
