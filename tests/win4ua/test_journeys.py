"""Verbs that cross rooms tidy every room behind them."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import ApplicationStatus, SurveyStatus
from applications.services import interns
from core import links
from matching.enums import PlacementStatus, ProposalStatus
from meetings.enums import ChoiceStatus, DeclarationStatus
from tests.factories.matching import PlacementFactory
from tests.factories.meetings import DeclarationFactory, SessionChoiceFactory
from win4ua import journeys

NOW = datetime(2026, 4, 20, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_withdrawing_a_host_frees_its_seat_and_ends_its_declaration(coordinator):
    choice = SessionChoiceFactory(seated=True)
    declaration = DeclarationFactory(survey=choice.survey, accepted=True)

    journeys.withdraw_host(choice.survey, reason="Wybory", actor=coordinator, now=NOW)

    choice.refresh_from_db()
    declaration.refresh_from_db()
    choice.survey.refresh_from_db()
    assert choice.survey.status == SurveyStatus.WITHDRAWN
    assert declaration.status == DeclarationStatus.WITHDRAWN
    assert (choice.status, choice.session) == (ChoiceStatus.NEITHER, None)


def reloaded(record):
    return type(record).objects.get(pk=record.pk)


@pytest.fixture
def placement(db):
    """Agreed, and not begun."""
    return PlacementFactory()


def test_host_withdrawn_in_the_panel_leaves_no_pair_behind(coordinator_client, placement):
    survey = placement.declaration.survey

    coordinator_client.post(reverse("admin:applications_withdraw_survey", args=[survey.pk]))

    assert reloaded(survey).status == SurveyStatus.WITHDRAWN
    assert reloaded(placement.declaration).status == DeclarationStatus.WITHDRAWN
    assert reloaded(placement).status == PlacementStatus.BROKEN_OFF
    assert reloaded(placement.proposal).status == ProposalStatus.REPLACED


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("withdraw_application", ApplicationStatus.WITHDRAWN),
        ("cannot_travel", ApplicationStatus.CANNOT_TRAVEL),
    ],
)
def test_intern_who_leaves_in_the_panel_frees_the_host(coordinator_client, placement, name, status):
    page = reverse(f"admin:applications_{name}", args=[placement.application.pk])

    coordinator_client.post(page, {"reason": "Przyczyna podana w rozmowie. " * 30})

    assert reloaded(placement.application).status == status
    assert reloaded(placement).status == PlacementStatus.BROKEN_OFF
    assert reloaded(placement.proposal).status == ProposalStatus.REPLACED


def test_intern_who_withdraws_by_the_link_frees_the_host(client, placement, monkeypatch):
    monkeypatch.setattr(links, "is_trusted", lambda request, link, **_: True)
    with transaction.atomic():
        token = links.create(
            purpose=interns.LINK,
            target=placement.application,
            email=placement.application.email,
            expires_at=None,
            now=timezone.now(),
        )

    client.post(reverse("applications:intern_withdraw", args=[token]), {"sure": "on"})

    assert reloaded(placement.application).status == ApplicationStatus.WITHDRAWN
    assert reloaded(placement).status == PlacementStatus.BROKEN_OFF
    assert reloaded(placement.proposal).status == ProposalStatus.REPLACED
