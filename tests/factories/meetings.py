"""Sessions, choices and declarations."""

from datetime import UTC, datetime

import factory

from core import roles
from meetings import models
from meetings.enums import ChoiceStatus, DeclarationStatus
from tests.factories.applications import HostSurveyFactory
from tests.factories.core import UserFactory
from tests.factories.programme import ContactFactory, EditionFactory


class InformationSessionFactory(factory.django.DjangoModelFactory):
    """A date in April with room for a hundred municipalities."""

    class Meta:
        model = models.InformationSession

    edition = factory.SubFactory(EditionFactory)
    starts_at = datetime(2026, 4, 14, 8, tzinfo=UTC)
    capacity = 100
    join_url = "https://spotkania.example/kwiecien"


class SessionChoiceFactory(factory.django.DjangoModelFactory):
    """An eligible municipality that was invited; trait `seated` gives it a place."""

    class Meta:
        model = models.SessionChoice

    class Params:
        seated = factory.Trait(
            session=factory.SubFactory(InformationSessionFactory, taken=1),
            status=ChoiceStatus.CHOSEN,
            answered_at=datetime(2026, 4, 2, tzinfo=UTC),
        )

    survey = factory.SubFactory(HostSurveyFactory, eligible=True)
    invited_at = datetime(2026, 4, 1, tzinfo=UTC)


class DeclarationFactory(factory.django.DjangoModelFactory):
    """A declaration that was asked for; traits `sent` and `accepted` are further on."""

    class Meta:
        model = models.Declaration

    class Params:
        sent = factory.Trait(
            status=DeclarationStatus.SENT,
            mentor=factory.LazyAttribute(
                lambda d: ContactFactory(organisation=d.survey.organisation, role="mentor")
            ),
            mentor_answer="waiting",
            windows=["september"],
            lodging="offer",
            representative="Barbara Zielińska, wójt",
            sent_at=datetime(2026, 4, 20, tzinfo=UTC),
        )
        accepted = factory.Trait(
            sent=True,
            status=DeclarationStatus.ACCEPTED,
            mentor_answer="confirmed",
            mentor_user=factory.SubFactory(UserFactory, role=roles.MENTOR),
            accepted_at=datetime(2026, 4, 22, tzinfo=UTC),
        )

    survey = factory.SubFactory(HostSurveyFactory, eligible=True)
    asked_at = datetime(2026, 4, 17, tzinfo=UTC)
