"""Verbs that cross rooms tidy every room behind them."""

from datetime import UTC, datetime

import pytest

from applications.enums import SurveyStatus
from meetings.enums import ChoiceStatus, DeclarationStatus
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
